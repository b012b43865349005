package backlog

import (
	"errors"
	"net/url"
	"strings"
)

const redactedMark = "[redacted]"

// redactor takes the API key out of text, as it is and as a URL writes it.
type redactor func(string) string

func newRedactor(key string) redactor {
	replacer := strings.NewReplacer(key, redactedMark, url.QueryEscape(key), redactedMark, url.PathEscape(key), redactedMark)
	return replacer.Replace
}

// err returns e without the key. Errors of package url print the whole URL and
// are replaced by their cause; any other error that shows the key is replaced by
// its cleaned text, which still answers errors.Is.
func (r redactor) err(e error) error {
	if e == nil {
		return nil
	}
	var ue *url.Error
	for errors.As(e, &ue) && ue.Err != nil {
		e = ue.Err
	}
	if clean := r(e.Error()); clean != e.Error() || shows(e, r) {
		return &cleanError{text: clean, cause: e}
	}
	return e
}

// shows tells whether any error in e's chain shows the key, although e's own
// text may not.
func shows(e error, r redactor) bool {
	for ; e != nil; e = errors.Unwrap(e) {
		if r(e.Error()) != e.Error() {
			return true
		}
	}
	return false
}

// cleanError stands for an error whose text held the key. It has no Unwrap on
// purpose: nobody can reach the text again.
type cleanError struct {
	text  string
	cause error
}

func (e *cleanError) Error() string        { return e.text }
func (e *cleanError) Is(target error) bool { return errors.Is(e.cause, target) }

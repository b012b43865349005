package backlog

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"sync"
)

const redactedMark = "[redacted]"

// maxSecrets is how many secrets are remembered: the key or client secret, and
// the newest tokens.
const maxSecrets = 8

// redactor takes secrets out of text, as they are and as a URL writes them.
type redactor struct {
	mu       sync.RWMutex
	secrets  []string // the first one stays
	replacer *strings.Replacer
}

// add makes s a secret from now on.
func (r *redactor) add(s string) {
	r.mu.RLock()
	known := s == "" || slices.Contains(r.secrets, s)
	r.mu.RUnlock()
	if known {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.secrets = append(r.secrets, s)
	if len(r.secrets) > maxSecrets {
		r.secrets = slices.Delete(r.secrets, 1, 2)
	}
	var pairs []string
	for _, s := range r.secrets {
		pairs = append(pairs, s, redactedMark, url.QueryEscape(s), redactedMark, url.PathEscape(s), redactedMark)
	}
	r.replacer = strings.NewReplacer(pairs...)
}

// text returns s without secrets.
func (r *redactor) text(s string) string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.replacer == nil {
		return s
	}
	return r.replacer.Replace(s)
}

// err returns e without secrets. Errors of package url print the whole URL and
// are replaced by their cause; any other error that shows a secret is replaced by
// its cleaned text, which still answers errors.Is.
func (r *redactor) err(e error) error {
	if e == nil {
		return nil
	}
	var ue *url.Error
	for errors.As(e, &ue) && ue.Err != nil {
		e = ue.Err
	}
	if clean := r.text(e.Error()); clean != e.Error() || r.shows(e) {
		return &cleanError{text: clean, cause: e}
	}
	return e
}

// shows tells whether any error in e's chain shows a secret, although e's own
// text may not.
func (r *redactor) shows(e error) bool {
	for ; e != nil; e = errors.Unwrap(e) {
		if r.text(e.Error()) != e.Error() {
			return true
		}
	}
	return false
}

// cleanError stands for an error whose text held a secret. It has no Unwrap on
// purpose: nobody can reach the text again.
type cleanError struct {
	text  string
	cause error
}

func (e *cleanError) Error() string        { return e.text }
func (e *cleanError) Is(target error) bool { return errors.Is(e.cause, target) }

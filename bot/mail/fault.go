package mail

import (
	"errors"
	"fmt"
	"net/textproto"
	"regexp"
	"strings"
	"time"

	"toban/bot"
)

// Waits of machine time after a try of which certainly nothing was accepted.
const (
	deferred    = time.Minute // the server said "later"; greylisting rarely lets a mail pass sooner
	unreachable = 15 * time.Second
)

// judge says what the end of a try means for the effect (RFC 5321, 4.2.1: 4yz may pass, 5yz will not). Until the final dot, and where the
// server says no, nothing was accepted: that try does not count, so the next one is the first mail that can arrive and no 再送.
func (m *Mail) judge(err error, l letter) error {
	var s *stageError
	if !errors.As(err, &s) {
		return fmt.Errorf("sending mail to %s: %w", masked(l.ref), m.hide(err, l))
	}
	said := fmt.Errorf("sending mail to %s: %s: %w", masked(l.ref), s.at, m.hide(s.err, l))
	var answer *textproto.Error
	if !errors.As(s.err, &answer) {
		if s.at == accepting {
			return fmt.Errorf("%w; it may have been accepted", said)
		}
		return bot.Untried(said, unreachable)
	}
	switch {
	case s.at == authenticating: // of us and not of this mail, as while a password is exchanged: it goes when that is mended
		return bot.Untried(fmt.Errorf("%w — %s", said, advice(s.at)), unreachable)
	case answer.Code/100 == 4:
		return bot.Untried(said, deferred)
	case answer.Code/100 == 5 && s.at != connecting: // a server that turns everybody away says nothing about this mail
		return bot.Permanent(fmt.Errorf("%w — %s", said, advice(s.at)))
	}
	return bot.Untried(said, unreachable)
}

// advice is what an operator can do about a refusal.
func advice(at stage) string {
	switch at {
	case authenticating:
		return "the server does not accept user and password; correct mail.user and mail.password in server.yaml; what waits goes out then"
	case naming:
		return "the server does not send for this sender; correct mail.from in server.yaml, or allow it on the server, and replay"
	case addressing:
		return "the receiver's address does not exist or takes no mail; correct the contact and replay"
	case writing, accepting:
		return "the server refuses the mail itself; it may take it for spam (see SPF and DKIM of the sender's domain)"
	case connecting:
	}
	return "see the server's log"
}

var addressLike = regexp.MustCompile(`[^\s<>"'=:;,()\[\]]+@[^\s<>"'=:;,()\[\]]+`)

// redact takes addresses, user and password out of a text: servers like to repeat them.
func (m *Mail) redact(text string, l letter) string {
	if l.to.Mail != "" {
		text = strings.ReplaceAll(text, l.to.Mail, "["+masked(l.ref)+"]")
	}
	for _, secret := range []string{m.c.Password, m.c.OtherPassword, m.c.User} {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "[secret]")
		}
	}
	text = addressLike.ReplaceAllString(text, "[address]")
	const most = 300
	if r := []rune(strings.Join(strings.Fields(text), " ")); len(r) > most {
		return string(r[:most]) + "…"
	} else {
		return string(r)
	}
}

// hidden is an error whose words hold no address; what it wraps can still be asked for its kind.
type hidden struct {
	text string
	err  error
}

func (h *hidden) Error() string { return h.text }
func (h *hidden) Unwrap() error { return h.err }

func (m *Mail) hide(err error, l letter) error { return &hidden{m.redact(err.Error(), l), err} }

package mail_test

import (
	"strings"
	"testing"

	"toban/bot"
	"toban/bot/mail/mailsim"
)

// While a password is exchanged either of two is right, whichever the server takes; when neither is, nothing is given up: the mail goes when that
// is mended, and no error tells a password.
func TestPasswordIsExchanged(t *testing.T) {
	for name, tt := range map[string]struct {
		now, other string
		sent       bool
	}{
		"the first": {password, "old-pass-of-the-relay", true}, "the second": {"new-pass-of-the-relay", password, true}, "neither": {"new-pass-of-the-relay", "old-pass-of-the-relay", false},
		"one that is wrong": {"new-pass-of-the-relay", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, mailsim.Options{User: relayUser, Password: password}, func(o *office) {
				o.cfg.User, o.cfg.Password, o.cfg.OtherPassword = relayUser, tt.now, tt.other
				o.open()
				if tt.sent {
					o.send(attempt("k1"))
					return
				}
				err := o.fails(attempt("k1"))
				if bot.IsPermanent(err) || !bot.IsUntried(err) || wait(err) == 0 || !strings.Contains(err.Error(), "mail.password") || strings.Contains(err.Error(), "of-the-relay") {
					o.Errorf("got %v", err)
				}
			})
		})
	}
}

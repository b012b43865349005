package mail_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/mail"
	"toban/bot/mail/mailsim"
	"toban/bot/outbox/effecttest"
)

func TestFaultsOfMails(t *testing.T) {
	effecttest.Run(t, "mail", func(t *testing.T) effecttest.Bench {
		sim, err := mailsim.New(mailsim.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return effecttest.Bench{
			Open: func() bot.Sender {
				m, err := mail.New(mail.Config{
					Addr: "localhost:25", Security: mail.Plain, From: "toban@msp.example", Dial: sim.Dial, Clock: bot.ClockFunc(time.Now),
					Resolve: func(string, string) (mail.Address, bool) { return mail.Address{Mail: tanaka}, true },
				})
				if err != nil {
					t.Fatal(err)
				}
				return m
			},
			Effect: func(n int) bot.Effect {
				return bot.MakeEffect(bot.EffectMail, bot.Notice, "", &bot.Ticket{ID: "s/1", Customer: "acme"}, bot.Mail{To: "contact:tanaka", Subject: fmt.Sprint("件名", n), Text: "本文"})
			},
			Arrived: func() []effecttest.Arrival {
				var out []effecttest.Arrival
				for _, m := range sim.Messages("") {
					subject, again := strings.CutPrefix(m.Subject, "【再送】")
					var n int
					if _, err := fmt.Sscanf(subject, "件名%d", &n); err != nil {
						t.Errorf("subject %q", m.Subject)
					}
					out = append(out, effecttest.Arrival{N: n, Again: again})
				}
				return out
			},
			Break: func(f effecttest.Fault) {
				rule := map[effecttest.Fault]mailsim.Fault{
					effecttest.Lost: {Kind: mailsim.Lost}, effecttest.Timeout: {Kind: mailsim.Late}, effecttest.Failing: {Kind: mailsim.Defer, At: mailsim.StageData},
					effecttest.Limited: {Kind: mailsim.Defer, At: mailsim.StageMail, Code: 421},
				}[f]
				rule.Times = 1
				if err := sim.AddFaults(rule); err != nil {
					t.Fatal(err)
				}
			},
			Close: func() {
				if err := sim.Close(); err != nil {
					t.Error(err)
				}
			},
		}
	})
}

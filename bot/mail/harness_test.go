package mail_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/bot"
	"toban/bot/mail"
	"toban/bot/mail/mailsim"
)

const (
	tanaka    = "tanaka@customer.example"
	password  = "pass-of-the-relay"
	relayUser = "toban-of-the-relay"
)

var tokyo = time.FixedZone("JST", 9*3600)

// office is the adapter before a mail server, in a bubble. World and machine time are the bubble's.
type office struct {
	*testing.T
	sim  *mailsim.Server
	mail *mail.Mail
	cfg  mail.Config
	log  bytes.Buffer
}

func inBubble(t *testing.T, o mailsim.Options, f func(o *office)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		sim, err := mailsim.New(o)
		if err != nil {
			t.Fatal(err)
		}
		x := &office{T: t, sim: sim}
		x.cfg = mail.Config{
			Addr: "localhost:25", Security: mail.Plain, From: "当番 <toban@msp.example>", Dial: sim.Dial, Clock: bot.ClockFunc(time.Now),
			Logger: slog.New(slog.NewTextHandler(&x.log, nil)),
			Resolve: func(customer, ref string) (mail.Address, bool) {
				return mail.Address{Name: "田中様", Mail: tanaka, Zone: tokyo}, customer == "acme" && ref == "contact:tanaka"
			},
		}
		x.open()
		f(x)
		if strings.Contains(x.log.String(), "@") {
			t.Errorf("the log shows an address: %s", x.log.String())
		}
		if err := sim.Close(); err != nil {
			t.Error(err)
		}
	})
}

// open makes an adapter that remembers nothing, as after a restart.
func (o *office) open() {
	o.Helper()
	var err error
	if o.mail, err = mail.New(o.cfg); err != nil {
		o.Fatal(err)
	}
}

func (o *office) breaks(f ...mailsim.Fault) {
	o.Helper()
	if err := o.sim.AddFaults(f...); err != nil {
		o.Fatal(err)
	}
}

func attempt(key string) bot.Attempt {
	e := bot.MakeEffect(bot.EffectMail, bot.Notice, key, &bot.Ticket{ID: "s/1", Customer: "acme"}, bot.Mail{
		To: "contact:tanaka", Subject: "web-01 の障害について", Text: "14時00分に検知しました。\r\n原因を調べています。",
	})
	return bot.Attempt{Effect: e, Number: 1, First: time.Now()}
}

func again(a bot.Attempt) bot.Attempt {
	a.Number++
	a.Look = true
	return a
}

func (o *office) send(a bot.Attempt) bot.Sent {
	o.Helper()
	sent, err := o.mail.Send(o.Context(), a)
	if err != nil {
		o.Fatal(err)
	}
	return sent
}

// fails wants an error that shows neither address nor password.
func (o *office) fails(a bot.Attempt) error {
	o.Helper()
	ctx, cancel := context.WithTimeout(o.Context(), 10*time.Second)
	defer cancel()
	sent, err := o.mail.Send(ctx, a)
	if err == nil {
		o.Fatalf("it went through: %+v", sent)
	}
	for _, secret := range []string{tanaka, "tanaka@", password, "@customer"} {
		if strings.Contains(err.Error(), secret) {
			o.Errorf("the error shows %q: %v", secret, err)
		}
	}
	return err
}

func wait(err error) time.Duration {
	var after *bot.RetryAfterError
	if errors.As(err, &after) {
		return after.After
	}
	return 0
}

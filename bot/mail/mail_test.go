package mail_test

import (
	"crypto/tls"
	"slices"
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/mail"
	"toban/bot/mail/mailsim"
)

func TestMailArrives(t *testing.T) {
	inBubble(t, mailsim.Options{}, func(o *office) {
		sent := o.send(attempt("k1"))
		list := o.sim.Messages(tanaka)
		if len(list) != 1 {
			o.Fatalf("%d mails", len(list))
		}
		m := list[0]
		if m.Subject != "web-01 の障害について" || m.Text != "14時00分に検知しました。\n原因を調べています。\n\n"+bot.NoticeFoot("k1") || m.From != "toban@msp.example" {
			o.Errorf("mail %+v", m)
		}
		if sent.RemoteID != m.MessageID || !strings.HasPrefix(sent.Why, "accepted: ") || !sent.At.Equal(time.Now()) {
			o.Errorf("sent %+v, Message-ID %s", sent, m.MessageID)
		}
		if m.Header.Get("Auto-Submitted") != "auto-generated" || m.Header.Get("X-Toban-Notice") != bot.NoticeNumber("k1") {
			o.Errorf("header %v", m.Header)
		}
		for line := range strings.SplitSeq(string(m.Raw), "\r\n") {
			if len(line) > 998 {
				o.Errorf("a line of %d bytes", len(line))
			}
		}
	})
}

// Before the final dot nothing can have been accepted: the next try is the mail itself. After it, the next one says that it may be a second.
func TestRepeatSays再送OnlyWhenItMayBeASecond(t *testing.T) {
	for name, tt := range map[string]struct {
		fault  mailsim.Fault
		again  bool
		stored int // mails that arrived in the end
	}{
		"refused to connect":    {mailsim.Fault{Kind: mailsim.Cut, At: mailsim.StageConnect}, false, 1},
		"slow to connect":       {mailsim.Fault{Kind: mailsim.Slow, At: mailsim.StageConnect}, false, 1},
		"broken at MAIL":        {mailsim.Fault{Kind: mailsim.Cut, At: mailsim.StageMail}, false, 1},
		"broken at RCPT":        {mailsim.Fault{Kind: mailsim.Cut, At: mailsim.StageRcpt}, false, 1},
		"deferred at RCPT":      {mailsim.Fault{Kind: mailsim.Defer}, false, 1},
		"deferred at DATA":      {mailsim.Fault{Kind: mailsim.Defer, At: mailsim.StageData, Code: 452}, false, 1},
		"broken after the text": {mailsim.Fault{Kind: mailsim.Cut, At: mailsim.StageData}, true, 1},
		"accepted, answer lost": {mailsim.Fault{Kind: mailsim.Lost}, true, 2},
		"accepted, answer late": {mailsim.Fault{Kind: mailsim.Late}, true, 2},
		"slow to take the text": {mailsim.Fault{Kind: mailsim.Slow}, true, 2},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, mailsim.Options{}, func(o *office) {
				tt.fault.Times = 1
				o.breaks(tt.fault)
				a := attempt("k1")
				err := o.fails(a)
				if bot.IsPermanent(err) || bot.IsUntried(err) == tt.again {
					o.Fatalf("final or untried: %v", err)
				}
				time.Sleep(2 * time.Minute)
				if tt.again { // else the try does not count, and the next one is the first again
					a = again(a)
				}
				sent := o.send(a)
				list := o.sim.Messages(tanaka)
				if len(list) != tt.stored {
					o.Fatalf("%d mails, want %d", len(list), tt.stored)
				}
				last := list[len(list)-1]
				if said := strings.HasPrefix(last.Subject, "【再送】"); said != tt.again {
					o.Errorf("subject %q, want 再送 %v", last.Subject, tt.again)
				}
				if said := strings.Contains(sent.Why, "再送"); said != tt.again {
					o.Errorf("why %q", sent.Why)
				}
				for _, m := range list {
					if m.MessageID != sent.RemoteID {
						o.Errorf("Message-IDs %q and %q", m.MessageID, sent.RemoteID)
					}
				}
			})
		})
	}
}

func TestWhatAServersAnswerMeans(t *testing.T) {
	for name, tt := range map[string]struct {
		fault mailsim.Fault
		final string // part of a final error
		after time.Duration
	}{
		"no such user":       {mailsim.Fault{Kind: mailsim.Refuse}, "correct the contact", 0},
		"sender refused":     {mailsim.Fault{Kind: mailsim.Refuse, At: mailsim.StageMail, Code: 553}, "mail.from", 0},
		"taken for spam":     {mailsim.Fault{Kind: mailsim.Refuse, At: mailsim.StageData, Code: 554}, "SPF", 0},
		"greylisted":         {mailsim.Fault{Kind: mailsim.Defer, Code: 450}, "", time.Minute},
		"going down":         {mailsim.Fault{Kind: mailsim.Defer, At: mailsim.StageMail, Code: 421}, "", time.Minute},
		"nobody listens":     {mailsim.Fault{Kind: mailsim.Cut, At: mailsim.StageConnect}, "", 15 * time.Second},
		"addresses in words": {mailsim.Fault{Kind: mailsim.Refuse, Message: "user Tanaka@Customer.example of " + tanaka + " unknown"}, "[contact:tanaka]", 0},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, mailsim.Options{}, func(o *office) {
				o.breaks(tt.fault)
				err := o.fails(attempt("k1"))
				if bot.IsPermanent(err) != (tt.final != "") || !strings.Contains(err.Error(), tt.final) {
					o.Errorf("got %v, want final %q", err, tt.final)
				}
				if got := wait(err); got != tt.after {
					o.Errorf("again in %s, want %s", got, tt.after)
				}
				if strings.Contains(err.Error(), "Tanaka@") {
					o.Errorf("the error shows an address: %v", err)
				}
			})
		})
	}
}

func TestMailThatCantBeWritten(t *testing.T) {
	inBubble(t, mailsim.Options{}, func(o *office) {
		for name, body := range map[string]bot.Mail{
			"a name that nobody has":      {To: "contact:suzuki", Subject: "a", Text: "b"},
			"an address in a reference":   {To: "x@y.example", Subject: "a", Text: "b"},
			"no subject":                  {To: "contact:tanaka", Subject: "\r\n", Text: "b"},
			"no text":                     {To: "contact:tanaka", Subject: "a"},
			"another customer's contact ": {To: "contact:tanaka", Subject: "a", Text: "b"},
		} {
			a := attempt(name)
			a.Effect = bot.MakeEffect(bot.EffectMail, bot.Notice, name, &bot.Ticket{ID: "s/1", Customer: "acme"}, body)
			if strings.HasPrefix(name, "another") {
				a.Effect.Customer = "midori"
			}
			if err := o.fails(a); !bot.IsPermanent(err) || strings.Contains(err.Error(), "x@y") {
				o.Errorf("%s: %v", name, err)
			}
		}
		if n := len(o.sim.Messages("")); n != 0 {
			o.Errorf("%d mails", n)
		}
	})
}

// A subject from outside grows no headers, and no text breaks out of the mail.
func TestHostileWords(t *testing.T) {
	inBubble(t, mailsim.Options{}, func(o *office) {
		a := attempt("k1")
		a.Effect = bot.MakeEffect(bot.EffectMail, bot.Notice, "k1", &bot.Ticket{ID: "s/1", Customer: "acme"}, bot.Mail{
			To: "contact:tanaka", Subject: "a\r\nBcc: evil@example.com\r\n\r\nx", Text: "一行目\r\n.\r\nMAIL FROM:<x>\x00\x1b[31m\xff終わり",
		})
		o.send(a)
		m := o.sim.Messages("")
		if len(m) != 1 || len(m[0].To) != 1 || m[0].Header.Get("Bcc") != "" || m[0].Subject != "a Bcc: evil@example.com x" ||
			m[0].Text != "一行目\n.\nMAIL FROM:<x>[31m\uFFFD終わり\n\n"+bot.NoticeFoot("k1") {
			o.Errorf("mails %+v", m)
		}
	})
}

// An answer stands in the thread of the mail that it answers, whatever that one says its Message-IDs are.
func TestThread(t *testing.T) {
	long := strings.Repeat("x", 300) + "@y"
	for name, tt := range map[string]struct {
		in              bot.Mail
		reply, refs, to string
	}{
		"usual":        {bot.Mail{ReplyTo: "contact:tanaka", InReplyTo: "b@x", References: []string{"a@x", "b@x"}}, "<b@x>", "<a@x> <b@x>", "<" + tanaka + ">"},
		"none":         {bot.Mail{}, "", "", ""},
		"unknown ref":  {bot.Mail{ReplyTo: "mailbox:gone"}, "", "", ""},
		"new headers":  {bot.Mail{InReplyTo: "a@x>\r\nBcc: evil@example.com\r\nX: <b@x", References: []string{"a@x\nBcc: evil@example.com", "b@x"}}, "", "<b@x>", ""},
		"no ids":       {bot.Mail{InReplyTo: "x", References: []string{"", "@", "a@", "@b", "a@b@c", "あ@x", "a b@x", long, "ok@x"}}, "", "<ok@x>", ""},
		"a long story": {bot.Mail{References: slices.Repeat([]string{"a@x"}, 1000)}, "", strings.TrimSpace(strings.Repeat("<a@x> ", 20)), ""},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, mailsim.Options{}, func(o *office) {
				a := attempt("k1")
				tt.in.To, tt.in.Subject, tt.in.Text = "contact:tanaka", "s", "t"
				a.Effect = bot.MakeEffect(bot.EffectMail, bot.Notice, "k1", &bot.Ticket{ID: "s/1", Customer: "acme"}, tt.in)
				o.send(a)
				m := o.sim.Messages("")[0]
				if h := m.Header; h.Get("In-Reply-To") != tt.reply || h.Get("References") != tt.refs || h.Get("Reply-To") != tt.to || h.Get("Bcc") != "" || h.Get("X") != "" {
					t.Errorf("header %v", h)
				}
			})
		})
	}
}

func TestLateMailSaysSo(t *testing.T) {
	inBubble(t, mailsim.Options{}, func(o *office) {
		a := attempt("k1")
		a.Effect.Due = time.Now().Add(-30 * time.Minute)
		o.send(a)
		if m := o.sim.Messages(""); m[0].Subject != "【遅延】web-01 の障害について" || !strings.HasPrefix(m[0].Text, "【遅延】予定は1月1日 08:30 JSTでした。") {
			o.Errorf("mail %+v", m[0])
		}
	})
}

func TestWithdrawnMail(t *testing.T) {
	inBubble(t, mailsim.Options{}, func(o *office) {
		a := again(attempt("k1"))
		a.Halt = true
		if err := o.fails(a); err != bot.ErrWithdrawn { //nolint:errorlint // the very value
			o.Errorf("got %v", err)
		}
		if n := len(o.sim.Messages("")); n != 0 {
			o.Errorf("%d mails", n)
		}
	})
}

func TestTLSAndPassword(t *testing.T) {
	secured := mailsim.Options{TLS: true, User: "toban", Password: password, Now: time.Now}
	for name, tt := range map[string]struct {
		sim    mailsim.Options
		change func(c *mail.Config, s *mailsim.Server)
		wrong  string
		final  bool
	}{
		"STARTTLS and password": {secured, func(*mail.Config, *mailsim.Server) {}, "", false},
		"wrong password":        {secured, func(c *mail.Config, _ *mailsim.Server) { c.Password = password + "x" }, "correct mail.user", false}, // it waits until that is mended
		"unknown certificate":   {secured, func(c *mail.Config, _ *mailsim.Server) { c.TLS = nil }, "certificate", false},
		"no STARTTLS offered":   {mailsim.Options{}, func(*mail.Config, *mailsim.Server) {}, "does not offer STARTTLS", false},
		"not signed in":         {secured, func(c *mail.Config, _ *mailsim.Server) { c.User = "" }, "naming the sender", true},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, tt.sim, func(o *office) {
				o.cfg.Security, o.cfg.User, o.cfg.Password = mail.StartTLS, "toban", password
				o.cfg.TLS = &tls.Config{RootCAs: o.sim.Roots(), MinVersion: tls.VersionTLS12}
				tt.change(&o.cfg, o.sim)
				o.open()
				if tt.wrong == "" {
					o.send(attempt("k1"))
					if m := o.sim.Messages(""); !m[0].TLS || !m[0].Signed {
						o.Errorf("mail %+v", m[0])
					}
					return
				}
				if err := o.fails(attempt("k1")); !strings.Contains(err.Error(), tt.wrong) || bot.IsPermanent(err) != tt.final {
					o.Errorf("got %v", err)
				}
			})
		})
	}
}

func TestConfigurationIsChecked(t *testing.T) {
	inBubble(t, mailsim.Options{}, func(o *office) {
		for name, change := range map[string]func(c *mail.Config){
			"host:port":      func(c *mail.Config) { c.Addr = "mail.example" },
			"name <address>": func(c *mail.Config) { c.From = "nobody" },
			"over TLS only":  func(c *mail.Config) { c.Addr, c.User = "mail.example:25", "u" },
			"Resolve":        func(c *mail.Config) { c.Resolve = nil },
		} {
			c := o.cfg
			change(&c)
			if _, err := mail.New(c); err == nil || !strings.Contains(err.Error(), name) {
				o.Errorf("%s: %v", name, err)
			}
		}
	})
}

// A mail that nothing repeats: its receiver is an address, which no error shows.
func TestTell(t *testing.T) {
	inBubble(t, mailsim.Options{}, func(o *office) {
		if err := o.mail.Tell(o.Context(), "beat:1", tanaka, "Toban is well", "Well."); err != nil {
			o.Fatal(err)
		}
		o.breaks(mailsim.Fault{Kind: mailsim.Refuse})
		if err := o.mail.Tell(o.Context(), "beat:2", tanaka, "Toban is well", "Well."); err == nil || strings.Contains(err.Error(), "@") {
			o.Errorf("got %v", err)
		}
		if m := o.sim.Messages(tanaka); len(m) != 1 || m[0].Subject != "Toban is well" {
			o.Errorf("mails %+v", m)
		}
	})
}

func TestCheck(t *testing.T) {
	for name, tt := range map[string]struct {
		fault mailsim.Fault
		want  string
	}{
		"well":           {mailsim.Fault{Kind: mailsim.Refuse, At: mailsim.StageRcpt}, ""},
		"nobody listens": {mailsim.Fault{Kind: mailsim.Cut, At: mailsim.StageConnect}, "check mail.server"},
		"sender refused": {mailsim.Fault{Kind: mailsim.Refuse, At: mailsim.StageMail}, "correct mail.from"},
		"no answer":      {mailsim.Fault{Kind: mailsim.Slow, At: mailsim.StageMail}, "check mail.server"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, mailsim.Options{}, func(o *office) {
				o.breaks(tt.fault)
				err := o.mail.Check(o.Context())
				if (err != nil) != (tt.want != "") || err != nil && !strings.Contains(err.Error(), tt.want) {
					o.Errorf("got %v, want %q", err, tt.want)
				}
				if n := len(o.sim.Messages("")); n != 0 {
					o.Errorf("%d mails", n)
				}
			})
		})
	}
}

package postbox_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/smtp"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/bot"
	"toban/bot/postbox"
)

var received = time.Date(2026, 11, 22, 3, 4, 5, 0, time.UTC)

type shelf struct {
	events []bot.Event
	down   error
}

func (s *shelf) Accept(_ context.Context, events ...bot.Event) error {
	if s.down == nil {
		s.events = append(s.events, events...)
	}
	return s.down
}

func (s *shelf) letters(t *testing.T) []bot.Letter {
	t.Helper()
	var out []bot.Letter
	for _, e := range s.events {
		var l bot.Letter
		if err := e.Decode(&l); err != nil {
			t.Fatal(err)
		}
		if e.Kind != bot.EventLetter || e.Customer != l.Customer || len(l.Raw) == 0 || !e.At.Equal(received) {
			t.Errorf("event %+v", e)
		}
		out = append(out, l)
	}
	return out
}

func open(s *shelf, log *bytes.Buffer) (*postbox.Postbox, *net.TCPListener, error) {
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, nil, err
	}
	cfg := postbox.Config{
		Domain: "toban.example.jp", Inbox: s, Clock: bot.ClockFunc(func() time.Time { return received }), MaxBytes: 64 << 10,
		Listen: func() (net.Listener, error) { return l, nil },
		Boxes: map[string]postbox.Box{
			"desk@aoba.example":   {Customer: "aoba", Project: "AOBA", Contacts: map[string]string{"hanako@aoba.example": "情報システム部"}},
			"help@aoba.example":   {Customer: "aoba", Project: "AOBA", Type: "security_helpdesk"},
			"desk@midori.example": {Customer: "midori", Project: "MIDORI"},
		},
	}
	if log != nil {
		cfg.Logger = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	return postbox.New(cfg), l, nil
}

// The dialogue, over a socket: a mail is stored before it is acknowledged, and refused with a reason otherwise.
func TestDialogue(t *testing.T) {
	s, log := &shelf{}, &bytes.Buffer{}
	p, l, err := open(s, log)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	send := func(from string, to []string, text string) error {
		return smtp.SendMail(l.Addr().String(), nil, from, to, []byte(text))
	}
	const plain = "From: hanako@aoba.example\r\nMessage-ID: <1@x>\r\nSubject: hello\r\n\r\nbody\r\n"
	if err := send("hanako@aoba.example", []string{"desk@aoba.example", "HELP@aoba.example", "desk@midori.example"}, plain); err != nil {
		t.Fatal(err)
	}
	if got := s.letters(t); len(got) != 2 || got[0].Customer != "aoba" || got[1].Customer != "midori" || got[0].Contact == "" || got[1].Contact != "" || s.events[0].Key == s.events[1].Key {
		t.Errorf("stored %+v", s.events)
	}
	before := len(s.events)
	for name, try := range map[string]struct{ err error }{
		"550": {send("a@b.example", []string{"nobody@aoba.example"}, plain)},
		"552": {send("a@b.example", []string{"desk@aoba.example"}, "Subject: big\r\n\r\n"+strings.Repeat("0123456789012345678901234567890123456789012345678901234567890123456789\r\n", 2000))},
	} {
		if try.err == nil || !strings.HasPrefix(try.err.Error(), name) {
			t.Errorf("want %s, got %v", name, try.err)
		}
	}
	s.down = errors.New("disk full")
	if err := send("a@b.example", []string{"desk@aoba.example"}, plain); err == nil || !strings.HasPrefix(err.Error(), "451") {
		t.Errorf("while the store is down: %v", err)
	}
	if len(s.events) != before {
		t.Errorf("%d events of what was refused", len(s.events)-before)
	}
	s.down = nil
	if err := send("hanako@aoba.example", []string{"desk@aoba.example"}, plain); err != nil || s.events[len(s.events)-1].Key != s.events[0].Key {
		t.Errorf("a doubled mail has another key: %v", err)
	}
	if err := send("", []string{"desk@aoba.example"}, plain); err != nil || s.letters(t)[len(s.events)-1].Automatic == "" {
		t.Errorf("a bounce is taken for a person's mail: %v", err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if strings.Contains(log.String(), "hanako") {
		t.Errorf("the log shows an address: %s", log)
	}
}

// Mails as they come: character sets, forms, attachments, quotations, machines. What each is read as stands beside it.
func TestRead(t *testing.T) {
	files, err := filepath.Glob("testdata/*.eml")
	if err != nil || len(files) == 0 {
		t.Fatal("no mails", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s := &shelf{}
			p, l, err := open(s, nil)
			if err != nil {
				t.Fatal(err)
			}
			_ = l.Close()
			box, _ := p.Box("desk@aoba.example")
			if err := p.Take(t.Context(), false, []postbox.Box{box}, raw); err != nil {
				t.Fatal(err)
			}
			got := s.letters(t)[0]
			if !bytes.Equal(got.Raw, raw) {
				t.Error("the mail itself is not kept whole")
			}
			var lines []string
			add := func(name, value string) {
				if value != "" {
					lines = append(lines, name+": "+value)
				}
			}
			add("name", got.Name)
			add("contact", got.Contact)
			add("subject", got.Subject)
			add("id", got.MessageID)
			add("about", strings.Join(got.About, " "))
			add("answers", strings.Join(got.Answers, " "))
			add("automatic", got.Automatic)
			for _, f := range got.Files {
				add("file", f.Name+" = "+string(f.Content))
			}
			add("left", strings.Join(got.Left, " "))
			if got.Quoted {
				add("quoted", "yes")
			}
			if got.Broken != "" {
				add("broken", "yes")
			}
			lines = append(lines, "", got.Text, "")
			want, err := os.ReadFile(strings.TrimSuffix(file, ".eml") + ".want")
			if err != nil {
				t.Errorf("it reads as\n%s", strings.Join(lines, "\n"))
				return
			}
			if diff := cmp.Diff(string(want), strings.Join(lines, "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Whatever bytes come: they are read without a panic, kept whole, and make an event that can be stored.
func FuzzRead(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.eml")
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		s := &shelf{}
		p, l, err := open(s, nil)
		if err != nil {
			t.Skip()
		}
		_ = l.Close()
		box, _ := p.Box("desk@aoba.example")
		if err := p.Take(t.Context(), false, []postbox.Box{box}, raw); err != nil || len(s.events) != 1 {
			t.Fatal(err)
		}
		var got bot.Letter
		if err := s.events[0].Decode(&got); err != nil || !bytes.Equal(got.Raw, raw) || got.MessageID == "" || strings.Contains(got.Text+got.Subject+got.Name, "\x00") {
			t.Fatalf("%v: %+v", err, got)
		}
	})
}

package postbox_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"toban/bot"
	"toban/bot/postbox"
)

// hall is a door that is reached without a socket, in a bubble.
type hall struct {
	t     *testing.T
	shelf shelf
	box   *postbox.Postbox
	calls chan net.Conn
	log   bytes.Buffer
}

// Accept implements net.Listener.
func (h *hall) Accept() (net.Conn, error) {
	c, ok := <-h.calls
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}

// Close implements net.Listener.
func (h *hall) Close() error { return nil }

// Addr implements net.Listener.
func (h *hall) Addr() net.Addr { return &net.TCPAddr{} }

func inHall(t *testing.T, change func(c *postbox.Config), f func(h *hall)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h := &hall{t: t, calls: make(chan net.Conn)}
		cfg := postbox.Config{
			Domain: "toban.example.jp", Inbox: &h.shelf, Clock: bot.ClockFunc(func() time.Time { return received }), MaxBytes: 64 << 10,
			Boxes:  map[string]postbox.Box{"desk@aoba.example": {Address: "desk@aoba.example", Customer: "aoba", Project: "AOBA"}},
			Listen: func() (net.Listener, error) { return h, nil }, Logger: slog.New(slog.NewTextHandler(&h.log, nil)),
		}
		if change != nil {
			change(&cfg)
		}
		h.box = postbox.New(cfg)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- h.box.Run(ctx) }()
		f(h)
		cancel()
		synctest.Wait()
		close(h.calls)
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// caller is who speaks to the door, byte by byte.
type caller struct {
	net.Conn
	t *testing.T
	r *bufio.Reader
}

func (h *hall) call() *caller {
	h.t.Helper()
	here, there := net.Pipe()
	h.calls <- there
	return &caller{here, h.t, bufio.NewReader(here)}
}

// says sends and reads one answer; "" when the other end is gone.
func (c *caller) says(text string) string {
	c.t.Helper()
	var wg sync.WaitGroup
	wg.Go(func() { _, _ = c.Write([]byte(text)) })
	defer wg.Wait()
	return c.hears()
}

func (c *caller) hears() string {
	var all strings.Builder
	for {
		line, err := c.r.ReadString('\n')
		if err != nil {
			return all.String()
		}
		all.WriteString(line)
		if len(line) > 3 && line[3] == ' ' {
			return all.String()
		}
	}
}

func (c *caller) begins() {
	c.t.Helper()
	for _, step := range [][2]string{{"", "220"}, {"EHLO x\r\n", "250"}, {"MAIL FROM:<a@b.example>\r\n", "250"}, {"RCPT TO:<desk@aoba.example>\r\n", "250"}, {"DATA\r\n", "354"}} {
		if got := c.says(step[0]); !strings.HasPrefix(got, step[1]) {
			c.t.Fatalf("%q was answered with %q", step[0], got)
		}
	}
}

// A mail ends with CR LF . CR LF alone: what looks like an end to others smuggles no second mail in, and stays in the text of the first.
func TestNoSmuggling(t *testing.T) {
	const second = "MAIL FROM:<ceo@aoba.example>\r\nRCPT TO:<desk@aoba.example>\r\nDATA\r\nSubject: smuggled\r\n\r\nx\r\n"
	for _, end := range []string{"\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r\n.\r", "\r.\r\n", "\n.\r", "\r\n\x00.\r\n", "\r\n.\x00\r\n"} {
		t.Run(fmt.Sprintf("%q", end), func(t *testing.T) {
			inHall(t, nil, func(h *hall) {
				c := h.call()
				c.begins()
				got := c.says("Subject: first\r\n\r\nx" + end + second + ".\r\n")
				if !strings.HasPrefix(got, "250") || len(h.shelf.events) != 1 {
					t.Fatalf("%d mails, answer %q", len(h.shelf.events), got)
				}
				if l := h.shelf.letters(t)[0]; l.Subject != "first" || !strings.Contains(string(l.Raw), "MAIL FROM:<ceo@aoba.example>") {
					t.Errorf("read as %+v", l)
				}
				_ = c.Close()
			})
		})
	}
}

func TestEdgesOfADialogue(t *testing.T) {
	inHall(t, nil, func(h *hall) {
		c := h.call()
		caps := c.says("") + c.says("EHLO x\r\n")
		if strings.Contains(caps, "AUTH") || strings.Contains(caps, "STARTTLS") {
			t.Errorf("without a certificate it offers %s", caps)
		}
		for _, step := range [][2]string{
			{"AUTH PLAIN AHgAeA==\r\n", "5"},
			{"STARTTLS\r\n", "5"},
			{"VRFY desk@aoba.example\r\n", "252"},
			{"EXPN all\r\n", "5"},
			{"DATA\r\n", "5"},
			{"MAIL FROM:<a@b.example> SIZE=99999999\r\n", "552"},
			{"MAIL FROM:<a@b.example> SMTPUTF8\r\n", "5"},
			{"RCPT TO:<desk@aoba.example>\r\n", "5"},
			{"MAIL FROM:<>\r\n", "250"},
			{"RCPT TO:<nobody@aoba.example>\r\n", "550"},
			{"RCPT TO:<@evil.example:desk@aoba.example>\r\n", "250"},
			{"RCPT TO:<\"desk@aoba.example\"@evil.example>\r\n", "550"},
			{"RSET\r\n", "250"},
		} {
			if got := c.says(step[0]); !strings.HasPrefix(got, step[1]) {
				t.Errorf("%q was answered with %q, want %s", step[0], got, step[1])
			}
		}
		_ = c.Close()
		c = h.call()
		_ = c.says("") + c.says("EHLO x\r\nMAIL FROM:<a@b.example>\r\n")
		_ = c.hears()
		taken := 0
		for range 10000 {
			if strings.HasPrefix(c.says("RCPT TO:<desk@aoba.example>\r\n"), "250") {
				taken++
			}
		}
		if taken != 20 {
			t.Errorf("%d of 10,000 recipients are taken, want 20", taken)
		}
		_ = c.Close()
		c = h.call()
		c.begins()
		if got := c.says("Subject: x\r\n\r\n" + strings.Repeat("x", 300<<10) + "\r\n.\r\n"); !strings.HasPrefix(got, "55") {
			t.Errorf("an endless line: %q", got)
		}
		_ = c.Close()
		if len(h.shelf.events) != 0 {
			t.Errorf("%d events of what was refused", len(h.shelf.events))
		}
	})
}

// Who sends slowly, or nothing, is told to go; a mail that breaks off is none; and who comes while the door is full is told to come again.
func TestSlowAndManyCallers(t *testing.T) {
	inHall(t, func(c *postbox.Config) { c.Most = 3 }, func(h *hall) {
		silent, dripping, broken := h.call(), h.call(), h.call()
		_ = silent.says("")
		dripping.begins()
		broken.begins()
		start := time.Now()
		if got := h.call().hears(); !strings.HasPrefix(got, "421") {
			t.Errorf("a fourth was answered with %q", got)
		}
		go func() {
			for range 1000 {
				if _, err := dripping.Write([]byte("x")); err != nil {
					return
				}
				time.Sleep(time.Second)
			}
		}()
		go func() { _, _ = broken.Write([]byte("Subject: half a ")); _ = broken.Close() }()
		for name, c := range map[string]*caller{"silent": silent, "dripping": dripping} {
			if got := c.hears(); !strings.HasPrefix(got, "421") && !strings.HasPrefix(got, "451") {
				t.Errorf("%s was answered with %q", name, got)
			}
			if d := time.Since(start); d > 3*time.Minute {
				t.Errorf("%s stayed %s", name, d)
			}
		}
		_ = silent.Close()
		_ = dripping.Close()
		time.Sleep(5 * time.Minute)
		c := h.call() // there is room again
		c.begins()
		if got := c.says("Subject: x\r\n\r\nx\r\n.\r\n"); !strings.HasPrefix(got, "250") || len(h.shelf.events) != 1 {
			t.Errorf("%d mails, answer %q", len(h.shelf.events), got)
		}
		_ = c.Close()
		if n := h.box.Counts(); n[postbox.Busy] != 1 || n[postbox.BrokeOff] != 2 || n[postbox.Accepted] != 1 {
			t.Errorf("counted %v", n)
		}
	})
}

// With a certificate STARTTLS is offered, once, before nothing else; what was said in clear before it is forgotten.
func TestStartTLS(t *testing.T) {
	pair, roots := certificate(t)
	inHall(t, func(c *postbox.Config) {
		c.TLS = func() *tls.Config {
			return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, Time: time.Now}
		}
	}, func(h *hall) {
		for _, injected := range []string{"", "RSET\r\nMAIL FROM:<evil@evil.example>\r\nRCPT TO:<desk@aoba.example>\r\n"} {
			c := h.call()
			if caps := c.says("") + c.says("EHLO x\r\n"); !strings.Contains(caps, "STARTTLS") || strings.Contains(caps, "AUTH") {
				t.Errorf("in clear it offers %s", caps)
			}
			_ = c.says("MAIL FROM:<clear@b.example>\r\n")
			if got := c.says("STARTTLS\r\n" + injected); !strings.HasPrefix(got, "220") {
				t.Fatalf("STARTTLS: %q", got)
			}
			s := tls.Client(c.Conn, &tls.Config{RootCAs: roots, ServerName: "toban.example.jp", MinVersion: tls.VersionTLS12, Time: time.Now})
			if err := s.HandshakeContext(h.t.Context()); err != nil {
				if injected == "" {
					t.Error(err)
				}
				_ = c.Close()
				continue // what was injected took the place of the hello: nothing came of it
			}
			sc := &caller{s, t, bufio.NewReader(s)}
			if got := sc.says("RCPT TO:<desk@aoba.example>\r\n"); !strings.HasPrefix(got, "5") {
				t.Errorf("what was said in clear holds: %q", got)
			}
			if caps := sc.says("EHLO x\r\n"); strings.Contains(caps, "STARTTLS") || strings.Contains(caps, "AUTH") {
				t.Errorf("under TLS it offers %s", caps)
			}
			for _, step := range [][2]string{{"MAIL FROM:<a@b.example>\r\n", "250"}, {"RCPT TO:<desk@aoba.example>\r\n", "250"}, {"DATA\r\n", "354"}, {"Subject: secret\r\n\r\nx\r\n.\r\n", "250"}} {
				if got := sc.says(step[0]); !strings.HasPrefix(got, step[1]) {
					t.Errorf("%q was answered with %q", step[0], got)
				}
			}
			_ = c.Close()
		}
		if l := h.shelf.letters(t); len(l) == 0 || slices.ContainsFunc(l, func(l bot.Letter) bool { return l.Subject != "secret" }) {
			t.Errorf("mails %+v", l)
		}
	})
}

func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	bubble := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "toban"}, NotBefore: bubble.AddDate(-1, 0, 0), NotAfter: bubble.AddDate(1, 0, 0),
		DNSNames: []string{"toban.example.jp"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}

package main_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/smtp"
	"net/url"
	"strings"
	"time"

	"toban/bot/mail/mailsim"
)

// Mails of the chaos: the second desk takes requests by mail, and its contact gets receipts.
const (
	mailDesk     = 1
	chaosBox     = "desk1@toban.test"
	chaosContact = "shisu@desk1.example"
)

// mailed is the configuration of the desk that takes mails.
func mailed() string {
	return "mailboxes: [{address: " + chaosBox + "}]\noverrides: {chaos: {desk: {mail: true}}}\ncontacts: {mail: [{name: 情シス, ref: env:CONTACT}]}\n"
}

// relay starts a mail server that takes what Toban sends.
func (k *chaos) relay() {
	k.t.Helper()
	var err error
	if k.mails, err = mailsim.New(mailsim.Options{Now: k.world}); err != nil {
		k.t.Fatal(err)
	}
	ln, err := (&net.ListenConfig{}).Listen(k.t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		k.t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- k.mails.Serve(ln) }()
	k.t.Cleanup(func() {
		_ = k.mails.Close()
		if err := <-done; err != nil {
			k.t.Error(err)
		}
	})
	k.mailAt = ln.Addr().String()
}

// mail is one more mail to the desk, sent as mail servers do: until it is taken, and here once more.
func (w *walk) mail() {
	w.letters = append(w.letters, 0)
	w.deliver()
}

func (w *walk) deliver() (left int) {
	const twice = 2
	for i, taken := range w.letters {
		if taken >= twice {
			continue
		}
		left++
		if hand(w.t.Context(), w.r.post, fmt.Sprintf("From: <%s>\r\nTo: <%s>\r\nMessage-ID: <chaos-%d@desk1.example>\r\nSubject: 便り%d番 web01 のバックアップ\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nバックアップの追加をお願いします。\r\n",
			chaosContact, chaosBox, i, i)) == nil {
			w.letters[i]++
		}
	}
	return left
}

// hand gives one mail to an address over SMTP.
func hand(ctx context.Context, address, text string) error {
	const limit = 5 * time.Second
	conn, err := (&net.Dialer{Timeout: limit}).DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	_ = conn.SetDeadline(time.Now().Add(limit))
	c, err := smtp.NewClient(conn, "localhost")
	if err != nil {
		_ = conn.Close()
		return err
	}
	defer func() { _ = c.Close() }()
	if err := c.Mail(chaosContact); err != nil {
		return err
	}
	if err := c.Rcpt(chaosBox); err != nil {
		return err
	}
	body, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := body.Write([]byte(text)); err != nil {
		return err
	}
	return body.Close()
}

// judgeLetters wants one issue and one ticket for each mail, and of the first ten of the day one receipt each; a second copy says 再送.
func (w *walk) judgeLetters(ctx context.Context) {
	w.t.Helper()
	tickets, err := w.st.Tickets(ctx, fmt.Sprint("desk", mailDesk))
	if err != nil {
		w.t.Fatal(err)
	}
	for i := range w.letters {
		subject := fmt.Sprintf("便り%d番 web01 のバックアップ", i)
		var issues []struct {
			Summary     string
			Attachments []struct{ Name string }
		}
		w.call(ctx, http.MethodGet, "/issues", url.Values{"keyword": {fmt.Sprintf("便り%d番", i)}, "count": {"100"}}, &issues)
		n := 0
		for _, t := range tickets {
			if t.Summary == subject {
				n++
			}
		}
		if n != 1 || len(issues) != 1 || len(issues[0].Attachments) != 1 {
			w.t.Errorf("mail %d has %d tickets and the issues %+v, want one of each with the mail attached", i, n, issues)
		}
	}
	first := map[string]bool{}
	for _, m := range w.mails.Messages(chaosContact) {
		if again := strings.HasPrefix(m.Subject, "【再送】"); first[m.MessageID] && !again {
			w.t.Errorf("a second receipt that does not say so: %s", m.Subject)
		}
		if strings.Contains(m.Subject, "便り") { // the recovery of an incident is mailed, too
			first[m.MessageID] = true
		}
	}
	const day = 10
	if want := min(day, len(w.letters)); len(first) < want || len(first) > len(w.letters) {
		w.t.Errorf("%d receipts of %d mails", len(first), len(w.letters))
	}
	w.t.Logf("%d mails, %d receipts", len(w.letters), len(first))
}

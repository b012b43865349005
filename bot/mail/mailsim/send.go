package mailsim

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"slices"
	"strings"
	"time"
)

// Sent is a mail that somebody outside writes to the server at the outlet.
type Sent struct {
	From      string `json:"from"` // address, with or without a name; also of the envelope
	To        string `json:"to"`   // addresses with commas between them
	Subject   string `json:"subject"`
	Text      string `json:"text"`
	MessageID string `json:"message_id,omitempty"`  // without brackets; a new one when ""
	InReplyTo string `json:"in_reply_to,omitempty"` // without brackets
	Machine   bool   `json:"machine,omitempty"`     // says Auto-Submitted, as monitoring and automatic replies do
}

// Send writes a mail to the server at the outlet. Its error is what that server says.
func (s *Server) Send(ctx context.Context, m Sent) error {
	if s.opt.Outlet == "" {
		return errors.New("there is no outlet: start with --outlet HOST:PORT, such as that of Toban's postbox")
	}
	to := slices.DeleteFunc(strings.FieldsFunc(m.To, func(r rune) bool { return r == ',' || r == ' ' || r == '、' }), func(a string) bool { return a == "" })
	id := cmp.Or(m.MessageID, strings.ToLower(rand.Text())+"@mailsim.test")
	if strings.ContainsAny(id+m.InReplyTo, "<> \r\n") {
		return errors.New("message_id and in_reply_to: one word without brackets")
	}
	mail, err := SeedMail{From: m.From, To: to, Subject: m.Subject, Text: m.Text}.message(id, s.opt.Now())
	if err != nil {
		return err
	}
	head := ""
	if m.InReplyTo != "" {
		head += fmt.Sprintf("In-Reply-To: <%s>\r\nReferences: <%[1]s>\r\n", m.InReplyTo)
	}
	if m.Machine {
		head += "Auto-Submitted: auto-generated\r\n"
	}
	const limit = 10 * time.Second
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.opt.Outlet)
	if err != nil {
		return fmt.Errorf("connecting to the outlet: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	c, err := smtp.NewClient(conn, "localhost")
	if err != nil {
		_ = conn.Close()
		return fmt.Errorf("greeting the outlet: %w", err)
	}
	defer func() { _ = c.Close() }()
	if err := c.Mail(mail.From); err != nil {
		return fmt.Errorf("naming the sender: %w", err)
	}
	for _, a := range to {
		if err := c.Rcpt(a); err != nil {
			return fmt.Errorf("naming the receiver %s: %w", a, err)
		}
	}
	w, err := c.Data()
	if err != nil {
		return fmt.Errorf("sending the text: %w", err)
	}
	if _, err := w.Write(append([]byte(head), mail.Raw...)); err != nil {
		return fmt.Errorf("sending the text: %w", err)
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("sending the text: %w", err)
	}
	return c.Quit()
}

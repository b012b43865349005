package mailsim

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"slices"
	"strings"
	"time"
)

// Message is a mail that was accepted.
type Message struct {
	ID        int         `json:"id"`
	At        time.Time   `json:"at"`   // world time
	From      string      `json:"from"` // of the envelope; empty for a notice of non-delivery
	To        []string    `json:"to"`   // of the envelope
	MessageID string      `json:"message_id"`
	Subject   string      `json:"subject"` // readable
	Text      string      `json:"text"`    // readable; the raw body of what is no plain text
	TLS       bool        `json:"tls"`
	Signed    bool        `json:"signed"` // the sender had signed in
	Bounced   bool        `json:"bounced"`
	Raw       []byte      `json:"-"`
	Header    mail.Header `json:"-"`
}

// Try is a delivery that a fault struck.
type Try struct {
	At    time.Time `json:"at"`
	Stage Stage     `json:"stage"`
	From  string    `json:"from,omitempty"`
	To    string    `json:"to,omitempty"`
	Fault FaultKind `json:"fault"`
}

// read takes a mail apart as far as it can be.
func read(raw []byte) Message {
	m := Message{Raw: raw}
	p, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		m.Text = string(raw)
		return m
	}
	m.Header, m.MessageID = p.Header, strings.Trim(p.Header.Get("Message-Id"), "<> ")
	words := mime.WordDecoder{}
	m.Subject = p.Header.Get("Subject")
	if s, err := words.DecodeHeader(m.Subject); err == nil {
		m.Subject = s
	}
	body := p.Body
	switch strings.ToLower(p.Header.Get("Content-Transfer-Encoding")) {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, p.Body)
	case "quoted-printable":
		body = quotedprintable.NewReader(p.Body)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		m.Text = string(raw)
		return m
	}
	m.Text = strings.TrimRight(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n")
	return m
}

// keep stores a mail; one that bounces comes back to its sender as a notice of non-delivery (RFC 3464).
func (s *Server) keep(m Message, bounce bool) {
	m.Bounced = bounce
	m = s.store(m)
	if !bounce {
		s.deliver(m)
		return
	}
	if m.From != "" {
		n := read(notice(m, s.opt.Now()))
		n.To, n.At = []string{m.From}, s.opt.Now()
		s.deliver(s.store(n))
	}
}

func (s *Server) store(m Message) Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next++
	m.ID = s.next
	s.mails = append(s.mails, m)
	return m
}

func (s *Server) deliver(m Message) {
	if s.opt.Deliver != nil {
		s.opt.Deliver(m)
	}
}

func notice(m Message, now time.Time) []byte {
	const line = "mailsim-report"
	var b bytes.Buffer
	fmt.Fprintf(&b, "From: MAILER-DAEMON@mailsim.test\r\nTo: <%s>\r\nSubject: Undelivered Mail Returned to Sender\r\nDate: %s\r\n", m.From, now.Format(time.RFC1123Z))
	fmt.Fprintf(&b, "Message-Id: <bounce.%d@mailsim.test>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n", m.ID)
	fmt.Fprintf(&b, "Content-Type: multipart/report; report-type=delivery-status; boundary=%s\r\n\r\n", line)
	fmt.Fprintf(&b, "--%s\r\nContent-Type: text/plain\r\n\r\nYour mail could not be delivered.\r\n\r\n", line)
	fmt.Fprintf(&b, "--%s\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mailsim.test\r\n\r\n", line)
	for _, to := range m.To {
		fmt.Fprintf(&b, "Final-Recipient: rfc822; %s\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n", to)
	}
	fmt.Fprintf(&b, "--%s\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-Id: <%s>\r\n\r\n--%s--\r\n", line, m.MessageID, line)
	return b.Bytes()
}

// Messages are the mails that were accepted, oldest first; to narrows them to a receiver, "" is all.
func (s *Server) Messages(to string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.mails), func(m Message) bool { return to != "" && !slices.Contains(m.To, to) })
}

// Tries are the deliveries that faults struck.
func (s *Server) Tries() []Try {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.tries)
}

func (s *Server) record(t Try) {
	t.At = s.opt.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tries = append(s.tries, t)
}

// Clear forgets mails and tries; faults stay.
func (s *Server) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mails, s.tries = nil, nil
}

package postbox

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"

	"toban/bot"
)

// Box is an address at which requests of a customer are taken.
type Box struct {
	Address  string
	Customer string
	Project  string
	Type     string            // request type; "": read from the words
	Contacts map[string]string // name by address in small letters
	Alerts   *Alerts           // what the mails of monitoring mean that come here; nil: it takes requests
}

// Config is what the door needs. All fields but TLS, Logger and MaxBytes are required.
type Config struct {
	Domain   string             // by which the server greets
	Boxes    map[string]Box     // by address in small letters
	Own      []string           // further addresses in small letters from which Toban itself writes
	TLS      func() *tls.Config // for STARTTLS; nil: without
	Listen   func() (net.Listener, error)
	Inbox    bot.Inbox
	Clock    bot.Clock
	Logger   *slog.Logger
	MaxBytes int64 // of a mail; 10 MiB when 0
	Most     int   // connections at a time; 50 when 0
}

// Outcome is how a mail, or a recipient of one, ended.
type Outcome string

// Outcomes.
const (
	Accepted  Outcome = "accepted"
	Unmatched Outcome = "unmatched" // a mail of monitoring that no rule fits: accepted, for staff to read
	Unknown   Outcome = "unknown_recipient"
	TooLarge  Outcome = "too_large"
	LongLine  Outcome = "line_too_long"
	BrokeOff  Outcome = "broke_off"
	Busy      Outcome = "busy" // a connection too many
	StoreDown Outcome = "store_down"
)

// Postbox is the door.
type Postbox struct {
	cfg     Config
	reading chan struct{} // held while a mail is read: what it is unpacked to takes memory
	mu      sync.Mutex
	n       map[Outcome]int64
}

// New builds the door.
func New(cfg Config) *Postbox {
	const (
		usual = 10 << 20
		most  = 50
		once  = 2 // mails read at the same time
	)
	cfg.MaxBytes, cfg.Most = cmp.Or(cfg.MaxBytes, usual), cmp.Or(cfg.Most, most)
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	return &Postbox{cfg: cfg, reading: make(chan struct{}, once), n: map[Outcome]int64{}}
}

// Counts tells how many mails ended in which way since the start.
func (p *Postbox) Counts() map[Outcome]int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := map[Outcome]int64{}
	maps.Copy(out, p.n)
	return out
}

func (p *Postbox) count(o Outcome) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.n[o]++
}

// Limits of a dialogue.
const (
	mostRecipients = 20
	longestLine    = 256 << 10       // bytes: mail programs keep to 998, some newsletters to nothing
	patience       = 2 * time.Minute // for a command, and for the whole of a mail
)

// Run serves until ctx ends.
func (p *Postbox) Run(ctx context.Context) error {
	l, err := p.cfg.Listen()
	if err != nil {
		return fmt.Errorf("opening the postbox: %w", err)
	}
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{p: p, ctx: ctx}, nil }))
	s.Domain, s.MaxMessageBytes, s.MaxRecipients, s.MaxLineLength = p.cfg.Domain, p.cfg.MaxBytes, mostRecipients, longestLine
	s.ReadTimeout, s.WriteTimeout = patience, patience
	s.ErrorLog = quiet{}
	if p.cfg.TLS != nil {
		s.TLSConfig = p.cfg.TLS()
	}
	stop := context.AfterFunc(ctx, func() { _ = s.Close() })
	defer stop()
	if err := s.Serve(&crowd{Listener: l, most: p.cfg.Most, refused: func() { p.count(Busy) }}); err != nil && !errors.Is(err, smtp.ErrServerClosed) && ctx.Err() == nil {
		return fmt.Errorf("serving the postbox: %w", err)
	}
	return nil
}

// quiet drops what the library logs: it holds addresses.
type quiet struct{}

// Printf implements smtp.Logger.
func (quiet) Printf(string, ...any) {}

// Println implements smtp.Logger.
func (quiet) Println(...any) {}

// session is one dialogue.
type session struct {
	p    *Postbox
	ctx  context.Context //nolint:containedctx // the library's session has none
	null bool
	to   []Box
}

var _ smtp.Session = (*session)(nil)

// Reset implements smtp.Session.
func (s *session) Reset() { s.null, s.to = false, nil }

// Logout implements smtp.Session.
func (s *session) Logout() error { return nil }

// Mail implements smtp.Session.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.Reset()
	s.null = from == ""
	return nil
}

// Rcpt implements smtp.Session: an address that is no mailbox is refused while the sender listens.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	box, ok := s.p.cfg.Boxes[strings.ToLower(strings.TrimSpace(to))]
	if !ok {
		s.p.count(Unknown)
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox here"}
	}
	for _, b := range s.to {
		if b.Customer == box.Customer && (b.Alerts == nil) == (box.Alerts == nil) { // a mail to two addresses of a customer is one request
			return nil
		}
	}
	s.to = append(s.to, box)
	return nil
}

// Data implements smtp.Session.
func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	var refused *smtp.SMTPError
	switch {
	case err == nil:
		return s.p.Take(s.ctx, s.null, s.to, raw)
	case errors.As(err, &refused):
		s.p.count(TooLarge)
		s.p.cfg.Logger.WarnContext(s.ctx, "mail refused", "outcome", string(TooLarge), "allowed_bytes", s.p.cfg.MaxBytes)
		return refused
	case errors.Is(err, smtp.ErrTooLongLine):
		s.p.count(LongLine)
		s.p.cfg.Logger.WarnContext(s.ctx, "mail refused", "outcome", string(LongLine), "bytes", len(raw))
		return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: "a line is too long"}
	}
	s.p.count(BrokeOff)
	s.p.cfg.Logger.WarnContext(s.ctx, "mail broke off", "bytes", len(raw))
	return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 4, 2}, Message: "the mail did not come to its end, send again"}
}

// Take stores a mail for each customer that it is for, with one commit. An error is the answer of the dialogue.
func (p *Postbox) Take(ctx context.Context, nullSender bool, to []Box, raw []byte) error {
	p.reading <- struct{}{}
	defer func() { <-p.reading }()
	now := p.cfg.Clock.Now()
	events := make([]bot.Event, 0, len(to))
	for _, box := range to {
		l := p.read(raw, box)
		if box.Alerts != nil {
			e, err := p.alert(l, box, now)
			if err != nil {
				return p.later(ctx, err)
			}
			events = append(events, e)
			continue
		}
		if nullSender && l.Automatic == "" {
			l.Automatic = "it has no sender to answer to"
		}
		lane := bot.LetterLane(box.Customer, l.MessageID)
		e, err := bot.NewEvent(bot.EventLetter, lane, lane, now, l)
		if err != nil {
			return p.later(ctx, err)
		}
		e.Customer = box.Customer
		events = append(events, e)
	}
	if err := p.cfg.Inbox.Accept(ctx, events...); err != nil {
		return p.later(ctx, err)
	}
	p.count(Accepted)
	return nil
}

func (p *Postbox) later(ctx context.Context, err error) error {
	p.count(StoreDown)
	p.cfg.Logger.ErrorContext(ctx, "mail not stored", "reason", err)
	return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "not stored, send again"}
}

// ours reports whether Toban itself writes from an address.
func (p *Postbox) ours(address string) bool {
	_, box := p.cfg.Boxes[address]
	return box || slices.Contains(p.cfg.Own, address)
}

// Box finds a mailbox by its address.
func (p *Postbox) Box(address string) (Box, bool) {
	b, ok := p.cfg.Boxes[strings.ToLower(address)]
	return b, ok
}

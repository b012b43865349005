package mailsim

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"slices"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// session is one connection.
type session struct {
	s      *Server
	conn   *smtp.Conn
	signed bool
	from   string
	to     []string
}

func (s *Server) session(c *smtp.Conn) (smtp.Session, error) { return &session{s: s, conn: c}, nil }

// errGone ends a session whose connection was broken on purpose.
var errGone = errors.New("the connection was broken on purpose")

// hit does what a fault does before the work. done means that no work is to be done.
func (x *session) hit(f *Fault, to string) (done bool, err error) {
	if f == nil {
		return false, nil
	}
	x.s.record(Try{Stage: f.At, From: x.from, To: to, Fault: f.Kind})
	switch f.Kind {
	case Cut:
		_ = x.conn.Conn().Close()
		return true, errGone
	case Defer:
		return true, &smtp.SMTPError{Code: cmp.Or(f.Code, 451), EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: cmp.Or(f.Message, "Please come back later")}
	case Refuse:
		return true, &smtp.SMTPError{Code: cmp.Or(f.Code, 550), EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: cmp.Or(f.Message, "<"+to+"> is not welcome")}
	case Slow:
		return false, wait(x.s.life, f.lag())
	case Bounce, Lost, Late: // after the work
	}
	return false, nil
}

// AuthMechanisms implements smtp.AuthSession.
func (x *session) AuthMechanisms() []string {
	if x.s.opt.User == "" {
		return nil
	}
	return []string{sasl.Plain}
}

// Auth implements smtp.AuthSession.
func (x *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if done, err := x.hit(x.s.strike(StageAuth), ""); done {
			return err
		}
		if user != x.s.opt.User || password != x.s.opt.Password {
			return smtp.ErrAuthFailed
		}
		x.signed = true
		return nil
	}), nil
}

// Mail implements smtp.Session.
func (x *session) Mail(from string, _ *smtp.MailOptions) error {
	if x.s.opt.User != "" && !x.signed {
		return smtp.ErrAuthRequired
	}
	x.from = from
	_, err := x.hit(x.s.strike(StageMail), "")
	return err
}

// Rcpt implements smtp.Session.
func (x *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if done, err := x.hit(x.s.strike(StageRcpt, to), to); done || err != nil {
		return err
	}
	x.to = append(x.to, to)
	return nil
}

// Data implements smtp.Session.
func (x *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	f := x.s.strike(StageData, x.to...)
	if done, err := x.hit(f, ""); done || err != nil {
		return err
	}
	_, secure := x.conn.TLSConnectionState()
	m := read(bytes.TrimRight(raw, "\r\n"))
	m.From, m.To, m.At, m.TLS, m.Signed = x.from, slices.Clone(x.to), x.s.opt.Now(), secure, x.signed
	x.s.keep(m, f != nil && f.Kind == Bounce)
	switch {
	case f == nil:
	case f.Kind == Lost:
		_ = x.conn.Conn().Close()
		return errGone
	case f.Kind == Late:
		return wait(x.s.life, f.lag())
	}
	return nil
}

// Reset implements smtp.Session.
func (x *session) Reset() { x.from, x.to = "", nil }

// Logout implements smtp.Session.
func (*session) Logout() error { return nil }

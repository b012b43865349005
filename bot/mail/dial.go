package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"slices"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"
)

// stage is how far a try came. Up to the final dot nothing can have been accepted.
type stage string

const (
	connecting     stage = "connecting"
	authenticating stage = "authenticating"
	naming         stage = "naming the sender"
	addressing     stage = "naming the receiver"
	writing        stage = "sending the text"
	accepting      stage = "waiting for the answer to the text"
)

// stageError says at which stage a try ended.
type stageError struct {
	at  stage
	err error
}

func (e *stageError) Error() string { return string(e.at) + ": " + e.err.Error() }
func (e *stageError) Unwrap() error { return e.err }

// session is a connection to the server, ready for mail.
type session struct {
	*smtp.Client
	stop func() bool
}

func (s *session) end() {
	s.stop()
	_ = s.Close()
}

// transfer hands one mail to the server and returns its answer.
func (m *Mail) transfer(ctx context.Context, to string, msg []byte) (reply string, err error) {
	s, err := m.open(ctx)
	if err != nil {
		return "", err
	}
	defer s.end()
	if err := s.Mail("<" + m.from.Address + ">"); err != nil {
		return "", &stageError{naming, err}
	}
	if err := s.Rcpt("<" + to + ">"); err != nil {
		return "", &stageError{addressing, err}
	}
	w, err := s.Data()
	if err != nil {
		return "", &stageError{writing, err}
	}
	if _, err := w.Write(msg); err != nil {
		return "", &stageError{writing, err}
	}
	if err := w.Close(); err != nil {
		return "", &stageError{accepting, err}
	}
	if d, ok := w.(*smtp.DataCloser); ok {
		reply = d.ServerResponse()
	}
	_ = s.Quit() // the mail is the server's now, whatever it says to a good-bye
	return reply, nil
}

// open connects, protects the connection and signs in; with the other password where the server does not take the first.
func (m *Mail) open(ctx context.Context) (*session, error) {
	s, err := m.openWith(ctx, m.c.Password)
	var at *stageError
	var answer *textproto.Error
	if m.c.OtherPassword != "" && errors.As(err, &at) && at.at == authenticating && errors.As(err, &answer) {
		return m.openWith(ctx, m.c.OtherPassword)
	}
	return s, err
}

func (m *Mail) openWith(ctx context.Context, password string) (*session, error) {
	conn, err := m.c.Dial(ctx, "tcp", m.c.Addr)
	if err != nil {
		return nil, &stageError{connecting, err}
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) }) // what waits for the server stops waiting
	s, at, err := m.greet(ctx, conn, password)
	if err != nil {
		stop()
		_ = conn.Close()
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return nil, &stageError{at, err}
	}
	return &session{Client: s, stop: stop}, nil
}

func (m *Mail) greet(ctx context.Context, conn net.Conn, password string) (*smtp.Client, stage, error) {
	if m.c.Security == TLS {
		t := tls.Client(conn, m.tls())
		if err := t.HandshakeContext(ctx); err != nil {
			return nil, connecting, fmt.Errorf("TLS: %w", err)
		}
		conn = t
	}
	c, err := smtp.NewClient(conn, m.host)
	if err != nil {
		return nil, connecting, err
	}
	if err := c.Hello(m.c.Hello); err != nil {
		return nil, connecting, err
	}
	if m.c.Security == StartTLS {
		if ok, _ := c.Extension("STARTTLS"); !ok {
			return nil, connecting, errors.New("the server does not offer STARTTLS, and nothing is sent without it")
		}
		if err := c.StartTLS(m.tls()); err != nil {
			return nil, connecting, fmt.Errorf("TLS: %w", err)
		}
	}
	if m.c.User == "" {
		return c, "", nil
	}
	auth, err := m.auth(c, password)
	if err != nil {
		return nil, authenticating, err
	}
	if err := c.Auth(auth); err != nil {
		return nil, authenticating, err
	}
	return c, "", nil
}

func (m *Mail) tls() *tls.Config {
	t := &tls.Config{MinVersion: tls.VersionTLS12}
	if m.c.TLS != nil {
		t = m.c.TLS.Clone()
	}
	if t.ServerName == "" {
		t.ServerName = m.host
	}
	return t
}

// auth chooses the best way to sign in that the server offers.
func (m *Mail) auth(c *smtp.Client, password string) (smtp.Auth, error) {
	_, offered := c.Extension("AUTH")
	ways := strings.Fields(strings.ToUpper(offered))
	plain := m.c.Security == Plain // only on this machine, see New
	switch {
	case slices.Contains(ways, "SCRAM-SHA-256"):
		return smtp.ScramSHA256Auth(m.c.User, password), nil
	case slices.Contains(ways, "PLAIN"):
		return smtp.PlainAuth("", m.c.User, password, m.host, plain), nil
	case slices.Contains(ways, "LOGIN"):
		return smtp.LoginAuth(m.c.User, password, m.host, plain), nil
	}
	return nil, errors.New("the server offers none of SCRAM-SHA-256, PLAIN and LOGIN")
}

package mailsim

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"sync"
	"time"

	"github.com/emersion/go-smtp"

	"toban/bot/standin"
)

// Options of a Server; the zero value is a server without TLS and without passwords.
type Options struct {
	Now      func() time.Time // world time of what is kept; time.Now when nil
	TLS      bool             // offers STARTTLS with a certificate of its own for the name "localhost"
	User     string           // with Password: takes mails only from who signs in; implies TLS for everybody but loopback tests
	Password string
	Seed     uint64 // of the faults' dice
	// Outlet is host:port of a server to which mails are written on demand (POST /_sim/send), as people and machines outside write them; "" is none.
	Outlet string
	// Deliver is called with each mail that goes to a mailbox behind the relay, and with each notice of non-delivery; may be nil.
	Deliver func(m Message)
}

// Server is a mail server. It is safe for use by several goroutines.
type Server struct {
	opt  Options
	smtp *smtp.Server
	pipe *pipe
	door standin.Door
	cert *x509.CertPool
	der  []byte
	work sync.WaitGroup
	life context.Context //nolint:containedctx // ends what waits when the server closes
	end  context.CancelFunc

	faults *standin.Book[Fault]

	mu      sync.Mutex
	closed  bool
	sockets []net.Listener
	mails   []Message
	tries   []Try
	next    int
}

// New starts a server that is reached by Dial; Serve adds a socket. Close ends it.
func New(o Options) (*Server, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Server{opt: o, pipe: newPipe(), faults: standin.NewBook(o.Seed, Fault.limits)}
	s.door = s.doors()
	s.life, s.end = context.WithCancel(context.Background())
	s.smtp = smtp.NewServer(smtp.BackendFunc(s.session))
	s.smtp.Domain, s.smtp.AllowInsecureAuth, s.smtp.EnableDSN, s.smtp.ErrorLog = "mailsim.test", true, true, log.New(io.Discard, "", 0)
	const longest = 25 << 20
	s.smtp.MaxMessageBytes = longest
	if o.TLS {
		cert, pool, err := certificate(o.Now())
		if err != nil {
			return nil, err
		}
		s.cert, s.der, s.smtp.TLSConfig = pool, cert.Certificate[0], &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	}
	s.work.Go(func() { _ = s.smtp.Serve(s.pipe) })
	return s, nil
}

// Serve takes mails on a listener until Close, which also closes the listener.
func (s *Server) Serve(ln net.Listener) error {
	s.mu.Lock()
	closed := s.closed
	s.sockets = append(s.sockets, ln)
	s.mu.Unlock()
	if closed {
		return ln.Close()
	}
	if err := s.smtp.Serve(ln); err != nil && !errors.Is(err, smtp.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// Dial connects within the process; network and address are ignored, so that it can stand in for a dialer.
func (s *Server) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	if f := s.strike(StageConnect); f != nil {
		s.record(Try{Stage: StageConnect, Fault: f.Kind})
		if f.Kind == Slow {
			if err := wait(ctx, f.lag()); err != nil {
				return nil, err
			}
		} else {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
		}
	}
	return s.pipe.dial(ctx)
}

// Roots are what a client has to trust to speak TLS with this server; nil without TLS.
func (s *Server) Roots() *x509.CertPool { return s.cert }

// Certificate is the server's certificate (DER); nil without TLS.
func (s *Server) Certificate() []byte { return s.der }

// Close ends the server and every connection.
func (s *Server) Close() error {
	s.end()
	s.mu.Lock()
	s.closed = true
	sockets := s.sockets
	s.mu.Unlock()
	for _, ln := range sockets {
		_ = ln.Close()
	}
	_ = s.pipe.Close()
	err := s.smtp.Close()
	s.work.Wait()
	if errors.Is(err, smtp.ErrServerClosed) || errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

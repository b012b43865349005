package mail

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	netmail "net/mail"
	"strings"
	"time"

	"toban/bot"
)

// Security says how the connection to the server is protected.
type Security string

// Securities. StartTLS is mandatory where it is asked for: a server that does not offer it gets nothing.
const (
	TLS      Security = "tls"      // from the first byte, usually port 465
	StartTLS Security = "starttls" // usually port 587
	Plain    Security = "none"     // for a server on this machine
)

// Address is a receiver as the adapter needs it.
type Address struct {
	Name string // shown in the header; may be empty
	Mail string
	Zone *time.Location // in which instants are shown to them; UTC when nil
}

// Config is what a Mail needs. Addr, From and Resolve are required.
type Config struct {
	Addr     string   // host:port of the SMTP server
	Security Security // StartTLS when ""
	TLS      *tls.Config
	User     string
	Password string
	// OtherPassword is tried where the server does not take Password: while it is exchanged.
	OtherPassword string
	From          string                                                            // the sender: address, or name <address>
	Hello         string                                                            // name for EHLO; the domain of From when ""
	Resolve       func(customer, ref string) (Address, bool)                        // the address behind a reference; secret
	Dial          func(ctx context.Context, network, addr string) (net.Conn, error) // a plain dialer when nil
	Clock         bot.Clock                                                         // world time: the Date and what is late
	Limit         time.Duration                                                     // machine time of one mail; 10 s when 0
	Logger        *slog.Logger
}

// Mail is safe for use by several goroutines.
type Mail struct {
	c    Config
	host string
	from netmail.Address
}

var _ bot.Sender = (*Mail)(nil)

// New checks the configuration. Its errors hold no secret.
func New(c Config) (*Mail, error) {
	host, _, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return nil, fmt.Errorf("reading the mail server's address: want host:port, got %q", c.Addr)
	}
	from, err := netmail.ParseAddress(c.From)
	if err != nil {
		return nil, errors.New("reading the sender of mails: want an address or name <address>")
	}
	c.Security = cmp.Or(c.Security, StartTLS)
	if c.User != "" && c.Security == Plain && !loopback(host) {
		return nil, errors.New("reading the mail server's security: a password is sent over TLS only")
	}
	if c.Resolve == nil || c.Clock == nil {
		return nil, errors.New("building the mail adapter: Resolve and Clock are needed")
	}
	if c.Dial == nil {
		c.Dial = (&net.Dialer{}).DialContext
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	const limit = 10 * time.Second
	c.Limit = cmp.Or(c.Limit, limit)
	c.Hello = cmp.Or(c.Hello, domain(from.Address))
	return &Mail{c: c, host: host, from: *from}, nil
}

func domain(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

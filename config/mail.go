package config

import (
	"net"
	"net/mail"
	"strings"

	"toban/config/tree"
)

// MailSecurity says how the connection to the mail server is protected.
type MailSecurity string

// Mail securities.
const (
	MailStartTLS MailSecurity = "starttls" // mandatory: a server without it gets nothing
	MailTLS      MailSecurity = "tls"      // from the first byte
	MailPlain    MailSecurity = "none"     // a server on this machine only
)

// Mail is the server by which mails go out. Without one, nothing is told by mail.
type Mail struct {
	// Server is host:port, usually port 587 for starttls and 465 for tls.
	Server   string       `yaml:"server,required"`
	Security MailSecurity `yaml:"security" oneof:"starttls tls none"`
	User     string       `yaml:"user"`
	// Password is sent to the server; of two the second where it does not take the first.
	Password Secrets `yaml:"password"`
	// From is the sender that people see: an address, or name <address>.
	From string `yaml:"from,required"`
}

// MailAddress reports whether text is one bare mail address that every server takes.
func MailAddress(text string) bool {
	a, err := mail.ParseAddress(text)
	return err == nil && a.Address == text && strings.IndexFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}

func (l *loader) checkMail(m *Mail, n *tree.Node) {
	if m == nil || n == nil || n.Kind != tree.Map {
		return
	}
	if m.Security == "" {
		m.Security = MailStartTLS
	}
	host, port, err := net.SplitHostPort(m.Server)
	if m.Server != "" && (err != nil || host == "" || port == "") {
		l.faults.Add(n.At("server"), "must be host:port such as smtp.example.jp:587, got %s", tree.Quote(m.Server))
	}
	if m.From != "" {
		a, err := mail.ParseAddress(m.From)
		if err != nil || !MailAddress(a.Address) {
			l.faults.Add(n.At("from"), "must be a mail address, or name <address>")
		}
	}
	switch {
	case m.User != "" && n.Get("password") == nil:
		l.faults.Add(n.Pos, "names a user and lacks password")
	case m.User == "" && n.Get("password") != nil:
		l.faults.Add(n.At("password"), "stands without user")
	case m.User != "" && m.Security == MailPlain && !loopback(host):
		l.faults.Add(n.At("security"), "must be starttls or tls where a password is sent to another machine")
	}
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// checkContacts comes after all files: who is to be told by mail needs a server. Addresses are never repeated in a fault.
func (l *loader) checkContacts() {
	s := &l.cfg.Server
	if len(s.Operators.Mail) > 0 && s.Mail == nil {
		l.faults.Add(tree.Pos{File: ServerFile}, "has operators.mail and lacks the section mail with a server")
	}
	for _, address := range s.Watch.Heartbeat {
		if strings.HasPrefix(address.Reveal(), "mailto:") && s.Mail == nil {
			l.faults.Add(tree.Pos{File: ServerFile}, "has a mailto: address under watch.heartbeat and lacks the section mail with a server")
		}
	}
}

// checkReachable refuses two contacts of a kind with one name: effects name them by it.
func (l *loader) checkReachable(c *Customer, n *tree.Node) {
	for kind, list := range map[string][]Contact{"mail": c.Contacts.Mail, "phone": c.Contacts.Phone} {
		seen := map[string]bool{}
		for i, k := range list {
			l.checkTwice(seen, k.Name, n.At("contacts", kind, i, "name"), "contact")
		}
	}
}

package config

import (
	"crypto/tls"
	"net"
	"slices"
	"strings"

	"toban/config/tree"
)

// Postbox is Toban's own SMTP server, at which requests come in by mail. Without one none do.
type Postbox struct {
	// Listen is host:port, such as 127.0.0.1:2525 behind the provider's mail server.
	Listen string `yaml:"listen,required"`
	// Domain is the name by which it greets.
	Domain string `yaml:"domain,required"`
	// Certificate and Key are PEM, for STARTTLS; none = without, on this machine only.
	Certificate Secret `yaml:"certificate"`
	Key         Secret `yaml:"key"`
	// MaxBytes is the largest mail that is taken; none = 10 MiB. Its files are attached up to 10 MB each, if the plan of the space takes them.
	MaxBytes int64 `yaml:"max_bytes" min:"65536" max:"26214400"`
}

// TLS is what STARTTLS is spoken with; ok is false when there is no certificate.
func (p *Postbox) TLS() (cfg *tls.Config, ok bool) {
	if p.Certificate.IsZero() {
		return nil, false
	}
	pair, err := tls.X509KeyPair([]byte(p.Certificate.Reveal()), []byte(p.Key.Reveal()))
	if err != nil { // checked as the folder was read
		return nil, false
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}, true
}

// Mailbox is an address at which requests of a customer come in.
type Mailbox struct {
	Address string `yaml:"address,required"`
	// Project is where they are opened; none = the customer's first.
	Project string `yaml:"project"`
	// Type is the id of their request type; none = read from the words.
	Type string `yaml:"type"`
	// Alerts says that the mails of monitoring come here: what they mean is said by the rules under alerts with source mail.
	Alerts bool `yaml:"alerts"`
}

func (l *loader) checkPostbox(p *Postbox, n *tree.Node) {
	if p == nil || n == nil || n.Kind != tree.Map {
		return
	}
	host, _, err := net.SplitHostPort(p.Listen)
	if p.Listen != "" && err != nil {
		l.faults.Add(n.At("listen"), "must be host:port such as 127.0.0.1:2525, got %s", tree.Quote(p.Listen))
	}
	switch cert, key := n.Get("certificate") != nil, n.Get("key") != nil; {
	case cert != key:
		l.faults.Add(n.Pos, "needs certificate and key together")
	case cert && !p.Certificate.IsZero() && !p.Key.IsZero():
		if _, ok := p.TLS(); !ok {
			l.faults.Add(n.At("certificate"), "must lead to a certificate in PEM that fits the key")
		}
	case !cert && err == nil && p.Listen != "" && !loopback(host):
		l.faults.Add(n.At("listen"), "takes mails of other machines, which needs certificate and key; without them it must be an address of this machine such as 127.0.0.1:2525")
	}
}

func (l *loader) checkMailboxes(c *Customer, n *tree.Node) {
	if len(c.Mailboxes) == 0 {
		return
	}
	at := n.At("mailboxes")
	if l.cfg.Server.Postbox == nil {
		l.faults.Add(at, "needs a postbox in server.yaml")
	}
	requests := slices.ContainsFunc(c.Mailboxes, func(m Mailbox) bool { return !m.Alerts })
	if requests && !slices.ContainsFunc(c.profiles, func(p Profile) bool { return p.Desk.Mail }) {
		l.faults.Add(at, "needs a profile that takes requests by mail (desk.mail), such as managed-security")
	}
	var types []string
	for _, t := range c.RequestTypes() {
		types = append(types, t.ID)
	}
	for i, b := range c.Mailboxes {
		address := strings.ToLower(b.Address)
		if !MailAddress(b.Address) {
			l.faults.Add(n.At("mailboxes", i, "address"), "must be a mail address, got %s", tree.Quote(b.Address))
		}
		if other, taken := l.mailboxes[address]; taken {
			l.faults.Add(n.At("mailboxes", i, "address"), "is a mailbox of customer %s already", other)
		}
		l.mailboxes[address] = c.ID
		if b.Alerts {
			l.checkAlertBox(c, b, n.At("mailboxes", i))
		}
		if b.Project != "" && !slices.Contains(c.Projects, b.Project) {
			l.missing(n.At("mailboxes", i, "project"), "project of the customer", b.Project, c.Projects)
		}
		if b.Type != "" && !slices.Contains(types, b.Type) {
			l.missing(n.At("mailboxes", i, "type"), "request type", b.Type, types)
		}
	}
}

// checkAlertBox checks a mailbox to which monitoring writes.
func (l *loader) checkAlertBox(c *Customer, b Mailbox, at tree.Pos) {
	if b.Project != "" || b.Type != "" {
		l.faults.Add(at, "takes alerts, whose rules say the project: it has neither project nor type")
	}
	if !slices.ContainsFunc(c.Alerts, func(r AlertRule) bool { return r.Source == "mail" }) {
		l.faults.Add(at, "takes alerts and needs a rule under alerts with source mail")
	}
}

// MailGroups are the names that groups of the patterns of alert mails may have.
func MailGroups() []string { return []string{"host", "name", "severity", "id", "url"} }

// checkAlertMail checks the patterns by which a rule reads mails.
func (l *loader) checkAlertMail(r *AlertRule, n *tree.Node) {
	if r.Source != "mail" {
		if r.Body.Regexp != nil {
			l.faults.Add(n.At("body"), "is for source mail alone")
		}
		return
	}
	for key, p := range map[string]Pattern{"alert": r.Alert, "recovery": r.Recovery, "body": r.Body} {
		if p.Regexp == nil {
			continue
		}
		for _, name := range p.SubexpNames() {
			if name != "" && !slices.Contains(MailGroups(), name) {
				l.faults.Add(n.At(key), "has the group %s; allowed: %s", tree.Quote(name), strings.Join(MailGroups(), ", "))
			}
			if name == "host" && r.Host != "" {
				l.faults.Add(n.At(key), "reads the host, which stands under host: write one of them")
			}
		}
	}
}

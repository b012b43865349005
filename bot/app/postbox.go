package app

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/postbox"
	"toban/config"
)

// newPostbox builds the door for requests by mail; nil when no customer has a mailbox.
func (a *App) newPostbox(in bot.Inbox) *postbox.Postbox {
	boxes := map[string]postbox.Box{}
	for i := range a.p.Config.Customers {
		c := &a.p.Config.Customers[i]
		contacts := map[string]string{}
		for _, k := range c.Contacts.Mail {
			contacts[strings.ToLower(k.Ref.Reveal())] = k.Name
		}
		for _, b := range c.Mailboxes {
			box := postbox.Box{Address: strings.ToLower(b.Address), Customer: c.ID, Project: cmp.Or(b.Project, c.Projects[0]), Type: b.Type, Contacts: contacts}
			if b.Alerts {
				box.Alerts = alertMails(c)
			}
			boxes[box.Address] = box
		}
	}
	if len(boxes) == 0 {
		return nil
	}
	var own []string
	if m := a.p.Config.Server.Mail; m != nil {
		if from, err := netmail.ParseAddress(m.From); err == nil {
			own = append(own, strings.ToLower(from.Address))
		}
	}
	cfg := postbox.Config{Own: own, Boxes: boxes, Inbox: in, Clock: a.p.Clock, Logger: a.p.Logger.With("part", "postbox")}
	if s := a.p.Config.Server.Postbox; s != nil {
		cfg.Domain, cfg.MaxBytes = s.Domain, s.MaxBytes
		if t, ok := s.TLS(); ok {
			cfg.TLS = func() *tls.Config { return t }
		}
		cfg.Listen = func() (net.Listener, error) {
			return (&net.ListenConfig{}).Listen(context.Background(), "tcp", s.Listen)
		}
	}
	if a.p.ListenMail != nil {
		cfg.Listen = a.p.ListenMail
	}
	return postbox.New(cfg)
}

// alertMails are the rules by which the mails of a customer's monitoring are read.
func alertMails(c *config.Customer) *postbox.Alerts {
	out := &postbox.Alerts{Hosts: hostNames(c)}
	for _, r := range c.Alerts {
		if r.Source == sourceMail {
			out.Rules = append(out.Rules, postbox.Rule{
				ID: r.ID, Alert: r.Alert.Regexp, Recovery: r.Recovery.Regexp, Body: r.Body.Regexp, Host: r.Host, Hosts: r.Hosts.Regexp, Severity: r.Severity.Regexp,
			})
		}
	}
	return out
}

// sourceMail is the source of rules that read mails.
const sourceMail = "mail"

// examinePostbox says where requests by mail are taken.
func (a *App) examinePostbox() []Finding {
	s := a.p.Config.Server.Postbox
	if s == nil {
		return nil
	}
	boxes := 0
	for i := range a.p.Config.Customers {
		boxes += len(a.p.Config.Customers[i].Mailboxes)
	}
	if boxes == 0 {
		return []Finding{{LevelWarn, "server.yaml has a postbox, and no customer has mailboxes: it is not opened", "write mailboxes in a customer's file, or take the postbox away"}}
	}
	out := []Finding{{LevelOK, fmt.Sprintf("requests by mail are taken at %s, in %d mailboxes", s.Listen, boxes), ""}}
	if a.p.Config.Server.Mail == nil {
		out = append(out, Finding{LevelWarn, "who sends a request by mail gets no receipt: there is no mail server", "write a section mail into server.yaml"})
	}
	for i := range a.p.Config.Customers {
		c := &a.p.Config.Customers[i]
		box := slices.ContainsFunc(c.Mailboxes, func(m config.Mailbox) bool { return m.Alerts })
		if !box && slices.ContainsFunc(c.Alerts, func(r config.AlertRule) bool { return r.Source == sourceMail }) {
			out = append(out, Finding{LevelWarn, "customer " + c.ID + " has rules for alerts by mail, and no mailbox for them", "write a mailbox with alerts: true in customers/" + c.ID + ".yaml"})
		}
	}
	return append(out, a.examineCertificate(s))
}

// soonOver is how long before its end a certificate is to be replaced.
const soonOver = 14 * 24 * time.Hour

// examineCertificate says with what STARTTLS is spoken.
func (a *App) examineCertificate(s *config.Postbox) Finding {
	t, ok := s.TLS()
	if !ok {
		return Finding{LevelOK, "mails come in clear, from this machine alone: the postbox has no certificate and offers no STARTTLS", ""}
	}
	leaf, err := x509.ParseCertificate(t.Certificates[0].Certificate[0])
	if err != nil {
		return Finding{LevelError, "the postbox's certificate can't be read: " + err.Error(), "replace postbox.certificate in server.yaml"}
	}
	what := fmt.Sprintf("the postbox offers STARTTLS with a certificate until %s", leaf.NotAfter.Format(time.DateOnly))
	const mend = "replace postbox.certificate and postbox.key and reload; servers that insist on it send nothing until then"
	switch left := leaf.NotAfter.Sub(a.p.Clock.Now()); {
	case left <= 0:
		return Finding{LevelError, what + ", which is over", mend}
	case left < soonOver:
		return Finding{LevelWarn, what + ", which is soon", mend}
	case leaf.VerifyHostname(s.Domain) != nil:
		return Finding{LevelWarn, what + ", which is not of " + s.Domain, mend}
	}
	return Finding{LevelOK, what, ""}
}

// Letter takes a mail as the postbox does after its dialogue: an error says that it is not stored.
func (a *App) Letter(ctx context.Context, to string, raw []byte) error {
	if a.postbox == nil {
		return errNoPostbox
	}
	box, ok := a.postbox.Box(to)
	if !ok {
		return errNoPostbox
	}
	return a.postbox.Take(ctx, false, []postbox.Box{box}, raw)
}

var errNoPostbox = errors.New("there is no such mailbox")

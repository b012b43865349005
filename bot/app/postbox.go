package app

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"strings"

	"toban/bot"
	"toban/bot/postbox"
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
			boxes[strings.ToLower(b.Address)] = postbox.Box{Address: strings.ToLower(b.Address), Customer: c.ID, Project: cmp.Or(b.Project, c.Projects[0]), Type: b.Type, Contacts: contacts}
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
	return []Finding{{LevelOK, fmt.Sprintf("requests by mail are taken at %s, in %d mailboxes", s.Listen, boxes), ""}}
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

package app

import (
	"context"
	"fmt"

	"toban/config"
)

// examinePhone looks at the telephone numbers, of which it shows none. No call is placed.
func (a *App) examinePhone() []Finding {
	var out []Finding
	check := func(what, ref, customer string) {
		if _, ok := a.phoneNumber(customer, ref); !ok {
			out = append(out, Finding{LevelError, what + " is no telephone number", "correct what its reference leads to: + and the country first, such as +81"})
		}
	}
	people := 0
	for i := range a.p.Config.Customers {
		c := &a.p.Config.Customers[i]
		for _, k := range c.Contacts.Phone {
			people++
			check(fmt.Sprintf("phone contact %s of customer %s", k.Name, c.ID), refContact+k.Name, c.ID)
		}
	}
	for _, p := range a.p.Config.People {
		if !p.Phone.IsZero() {
			check("phone of "+p.ID, refPerson+p.ID, "")
		}
	}
	if people > 0 && a.p.Config.Server.Phone == nil {
		out = append(out, Finding{LevelWarn, fmt.Sprintf("customers have %d phone contacts, and no telephony provider is configured: staff are told whom to call", people), "add the section phone to server.yaml, or leave it so"})
	}
	return out
}

// examineMail asks the mail server and looks at the addresses, of which it shows none.
func (a *App) examineMail(ctx context.Context) []Finding {
	var out []Finding
	bad := func(what string) {
		out = append(out, Finding{LevelError, what + " is no mail address", "correct what its reference leads to"})
	}
	cfg := a.p.Config
	people := 0
	for i := range cfg.Customers {
		for _, c := range cfg.Customers[i].Contacts.Mail {
			if people++; !config.MailAddress(c.Ref.Reveal()) {
				bad(fmt.Sprintf("mail contact %s of customer %s", c.Name, cfg.Customers[i].ID))
			}
		}
	}
	for _, p := range cfg.People {
		if !p.Mail.IsZero() && !config.MailAddress(p.Mail.Reveal()) {
			bad("mail of " + p.ID)
		}
	}
	for i, s := range cfg.Server.Operators.Mail {
		if !config.MailAddress(s.Reveal()) {
			bad(fmt.Sprintf("operators.mail %d", i+1))
		}
	}
	switch {
	case a.mail == nil && people > 0:
		return append(out, Finding{LevelWarn, fmt.Sprintf("customers have %d mail contacts, and no mail server is configured", people), "add the section mail to server.yaml"})
	case a.mail == nil:
		return out
	}
	if len(cfg.Server.Operators.Mail) == 0 {
		out = append(out, Finding{LevelWarn, "nobody hears by mail when Slack is down", "add operators.mail to server.yaml"})
	}
	if err := a.mail.Check(ctx); err != nil {
		return append(out, Finding{LevelError, "the mail server does not take mails: " + err.Error(), "see the end of the line"})
	}
	return append(out, Finding{Level: LevelOK, What: "the mail server takes mails of the sender"})
}

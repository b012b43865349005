package app

import (
	"context"
	"fmt"

	"toban/config"
)

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

package app

import (
	"strconv"
	"strings"

	"toban/bot"
	"toban/bot/mail"
	"toban/config"
)

// newMail builds the mail adapter; nil when server.yaml has no section mail.
func (a *App) newMail() (*mail.Mail, error) {
	c := a.p.Config.Server.Mail
	if c == nil {
		return nil, nil
	}
	other := ""
	if len(c.Password) > 1 {
		other = c.Password[1].Reveal()
	}
	return mail.New(mail.Config{
		Addr: c.Server, Security: mail.Security(c.Security), User: c.User, Password: c.Password.Current().Reveal(), OtherPassword: other, From: c.From, Dial: a.p.DialMail,
		Resolve: a.mailAddress, Clock: a.p.Clock, Logger: a.p.Logger.With("part", "mail"),
	})
}

// References by which effects name who is to be reached. The name of a contact is looked for among the effect's own customer's only.
const (
	refContact  = "contact:"  // contact:NAME of the customer's file
	refMailbox  = "mailbox:"  // mailbox:ADDRESS of the customer's file: where an answer to a receipt goes
	refPerson   = "person:"   // person:ID of people.yaml
	refOperator = "operator:" // operator:N of operators.mail, from 1
)

// mailAddress finds the address behind a reference.
func (a *App) mailAddress(customer, ref string) (mail.Address, bool) {
	out, secret := mail.Address{}, config.Secret{}
	cust, known := a.p.Config.Customer(customer)
	if known {
		out.Zone = cust.Zone
	}
	switch {
	case known && strings.HasPrefix(ref, refContact):
		out.Name, secret = contact(cust.Contacts.Mail, strings.TrimPrefix(ref, refContact))
	case known && strings.HasPrefix(ref, refMailbox):
		for _, b := range cust.Mailboxes {
			if strings.EqualFold(ref, bot.MailboxRef(b.Address)) {
				secret = config.NewSecret(b.Address)
			}
		}
	case strings.HasPrefix(ref, refPerson):
		if p, ok := a.p.Config.Person(strings.TrimPrefix(ref, refPerson)); ok {
			out.Name, secret = p.Name, p.Mail
		}
	case strings.HasPrefix(ref, refOperator):
		list := a.p.Config.Server.Operators.Mail
		if n, err := strconv.Atoi(strings.TrimPrefix(ref, refOperator)); err == nil && n >= 1 && n <= len(list) {
			secret = list[n-1]
		}
	}
	out.Mail = secret.Reveal()
	return out, config.MailAddress(out.Mail)
}

func contact(list []config.Contact, name string) (string, config.Secret) {
	for _, c := range list {
		if c.Name == name {
			return c.Name, c.Ref
		}
	}
	return "", config.Secret{}
}

package app

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"toban/bot"
	"toban/bot/phone"
	"toban/config"
)

// newPhone builds the phone adapter. Without a provider people call by hand.
func (a *App) newPhone() (*phone.Phone, error) {
	return phone.New(phone.Config{
		Resolve: a.phoneNumber, Tell: a.tellOfCall, Clock: a.p.Clock, Logger: a.p.Logger.With("part", "phone"),
	})
}

// international is a number as providers want it: E.164.
var international = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

// phoneNumber finds the number behind a reference.
func (a *App) phoneNumber(customer, ref string) (phone.Number, bool) {
	out, secret := phone.Number{}, config.Secret{}
	cust, known := a.p.Config.Customer(customer)
	switch {
	case known && strings.HasPrefix(ref, refContact):
		out.Name, secret = contact(cust.Contacts.Phone, strings.TrimPrefix(ref, refContact))
	case strings.HasPrefix(ref, refPerson):
		if p, ok := a.p.Config.Person(strings.TrimPrefix(ref, refPerson)); ok {
			out.Name, secret = p.Name, p.Phone
		}
	}
	out.Number = strings.NewReplacer("-", "", " ", "", "(", "", ")", "").Replace(secret.Reveal())
	return out, international.MatchString(out.Number)
}

// tellOfCall tells staff whom to call, or that a call reached nobody: in the ticket's thread, to the person on duty.
func (a *App) tellOfCall(ctx context.Context, n phone.News) error {
	who := n.Name
	if n.Last4 != "" {
		who += fmt.Sprintf("(末尾 %s)", n.Last4)
	}
	p := bot.Post{Channel: a.p.Config.Server.Operators.Channel}
	switch n.Outcome {
	case bot.CallByHand:
		p.Text = fmt.Sprintf("☎ %sへ電話をお願いします。\n伝える内容: %s", who, n.Text)
	default:
		p.Text = fmt.Sprintf("☎ %sへの電話がつながったか確認できません(%s)。次の連絡先へ、または手動での電話をお願いします。\n伝える内容: %s", who, n.Why, n.Text)
	}
	if c, ok := a.dir.Customer(n.Customer); ok {
		p.Channel, p.Top = c.Channel, true
		if on, ok := a.dir.Duty(c.Team, a.p.Clock.Now()); ok && on.SlackUser != "" {
			p.Mention = []string{on.SlackUser}
		}
	}
	e := bot.MakeEffect(bot.EffectPost, bot.Notice, "phone:"+n.Key, nil, p)
	e.Ticket, e.Customer, e.Urgent = n.Ticket, n.Customer, true
	return a.p.Store.Queue(ctx, a.p.Clock.Now(), e)
}

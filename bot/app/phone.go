package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/aws"
	"toban/bot/phone"
	"toban/config"
)

// newPhone builds the phone adapter. Without a provider people call by hand.
func (a *App) newPhone() (*phone.Phone, error) {
	c := phone.Config{Resolve: a.phoneNumber, Tell: a.tellOfCall, Clock: a.p.Clock, Logger: a.p.Logger.With("part", "phone")}
	if p := a.p.Config.Server.Phone; p != nil {
		const limit = 8 * time.Second
		connect, err := aws.NewConnect(aws.ConnectConfig{
			Region: p.Region, Instance: p.Instance, Flow: p.Flow, Number: p.Number, Queue: p.Queue, URL: p.APIURL,
			Keys: aws.Credentials{Access: p.AccessKey.Reveal(), Secret: p.SecretKey.Reveal()}, Client: &http.Client{Transport: a.p.Transport, Timeout: limit}, Now: time.Now,
		})
		if err != nil {
			return nil, err
		}
		c.Provider = carrier{connect}
	}
	return phone.New(c)
}

// carrier lets Amazon Connect be the phone's provider: rooms of adapters do not know each other.
type carrier struct{ connect *aws.Connect }

// Start implements phone.Provider.
func (c carrier) Start(ctx context.Context, o phone.Order) (string, error) {
	words := map[string]string{"text": o.Text}
	for key, meaning := range o.Keys {
		words["key_"+key] = meaning // so that the flow can say what a key means
	}
	return c.connect.Start(ctx, o.Token, o.Number, words, o.Rings)
}

// Look implements phone.Provider.
func (c carrier) Look(ctx context.Context, id string) (phone.State, error) {
	ended, outcome, key, err := c.connect.Look(ctx, id)
	if errors.Is(err, aws.ErrNoContact) {
		err = phone.ErrNoCall
	}
	return phone.State{Ended: ended, Outcome: outcome, Key: key}, err
}

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
	return out, config.PhoneNumber(out.Number)
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

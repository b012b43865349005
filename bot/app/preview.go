package app

import (
	"context"
	"fmt"
	"strings"

	"toban/bot"
	"toban/bot/inbox"
	"toban/bot/slack"
	"toban/bot/store"
)

// preview decides what a form asks for as the inbox would now, and keeps nothing of it: what the customer would read is written by the same
// decision that writes it when the form is sent. Only the number and the mark of lateness, which are put to a message as it goes out, are not
// there yet.
func (a *App) preview(ctx context.Context, act bot.StaffAction) (slack.Preview, error) {
	var out slack.Preview
	loaded, err := a.p.Store.Load(ctx, act.Ticket)
	if err != nil {
		return out, err
	}
	dir, now := a.Directory(), a.p.Clock.Now()
	e, err := bot.NewEvent(bot.EventStaffAction, "preview:"+string(act.Ticket), string(act.Ticket), now, act)
	if err != nil {
		return out, err
	}
	d, err := inbox.Decide(a.handlers(), dir, now, loaded, store.Claimed{Event: e}, nil)
	if err != nil {
		return out, fmt.Errorf("previewing %s of %s: %w", act.Action, act.Ticket, err)
	}
	for _, x := range d.Effects {
		var said struct {
			To          string `json:"to"`
			Subject     string `json:"subject"`
			Text        string `json:"text"`
			Description string `json:"description"`
		}
		if err := x.Decode(&said); err != nil {
			return out, err
		}
		text := said.Text + said.Description
		_, to, _ := strings.Cut(said.To, ":")
		switch {
		case x.Kind == bot.EffectEphemeral:
			out.Refusal = text
		case !x.Outward() || x.ToStaff() || text == "":
		case x.Kind == bot.EffectMail:
			out.Words = append(out.Words, slack.PreviewWords{Where: "メール(" + to + "): " + said.Subject, Text: text})
		case x.Kind == bot.EffectCall:
			out.Words = append(out.Words, slack.PreviewWords{Where: "電話(" + to + ")", Text: text})
		default:
			out.Words = append(out.Words, slack.PreviewWords{Where: "課題のコメント", Text: text})
		}
	}
	if out.Refusal != "" {
		out.Words = nil
	}
	if t := loaded.Ticket; t != nil {
		if c, ok := dir.Customer(t.Customer); ok {
			out.Mode = c.ModeOf(t.Project)
		}
	}
	return out, nil
}

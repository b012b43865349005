package slack

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"toban/bot"
	"toban/bot/slack/view"
)

// menuOf is what a menu of further actions remembers of the card that it was opened from.
type menuOf struct {
	Ticket  bot.TicketID `json:"t"`
	Channel string       `json:"c"`
}

// more opens the menu of a card's further actions, as they are now, for the person who pressed.
func (s *Slack) more(ctx context.Context, in interaction, card bot.Card, drawn string, person bot.Person) (outcome, text string) {
	meta, err := json.Marshal(menuOf{Ticket: card.Ticket, Channel: in.channel()})
	if err != nil {
		s.c.Logger.Error("writing a menu's origin", "ticket", card.Ticket, "error", err)
		return "failed", cannotOpen
	}
	m := view.Menu{
		Ticket: card.Ticket, Key: card.Key, Title: card.Title, Version: card.Version, Metadata: base64.RawURLEncoding.EncodeToString(meta),
	}
	for _, b := range view.Further(card.Panels, drawn) {
		item := view.MenuItem{Button: b}
		if !person.Has(b.Roles...) {
			item.Refused = s.refusal(b, person)
		}
		m.Items = append(m.Items, item)
	}
	modal, notes := m.Modal()
	for _, n := range notes {
		s.c.Logger.Error("drawing a menu", "ticket", card.Ticket, "note", n)
	}
	return s.front(ctx, in, modal, card.Ticket, view.ActionMore)
}

// menuClick handles a press in the menu as one on the card; what it comes to is said in the menu's place.
func (s *Slack) menuClick(ctx context.Context, in interaction, i int) (outcome string, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(in.View.PrivateMetadata)
	var of menuOf
	if err != nil || json.Unmarshal(raw, &of) != nil || of.Ticket == "" || of.Channel == "" {
		return "unreadable", &unreadable{"the menu was not opened by Toban"}
	}
	in.Channel.ID = of.Channel
	a := in.Actions[i]
	outcome, text := "foreign", staleText
	if ticket, _, _, err := view.ParseValue(a.Value); err == nil && ticket == of.Ticket { // a menu is of one card and speaks of no other
		outcome, text = s.press(ctx, in, in.clickKey(i), a.ActionID, a.Value)
	} else {
		s.c.Logger.Warn("refusing a button of another ticket's menu", "ticket", of.Ticket, "action", a.ActionID, "user", in.User.ID)
	}
	switch outcome {
	case "form", "repeated":
		return outcome, nil
	case "accepted":
		text = "受け付けました。結果はカードとスレッドに表示されます。"
	}
	ctx, cancel := context.WithTimeout(ctx, tellWithin)
	defer cancel()
	if _, err := s.api.UpdateViewContext(ctx, view.Word("", text), "", "", in.View.ID); err != nil && outcome != "accepted" {
		return outcome, fmt.Errorf("telling %s why nothing happened: %w", in.User.ID, s.hide(err))
	}
	return outcome, nil
}

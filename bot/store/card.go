package store

import (
	"context"
	"fmt"

	"toban/bot"
)

// Card is a ticket's card as the features have it now; its Channel is left to the caller.
func (s *Store) Card(ctx context.Context, ticket bot.TicketID) (bot.Card, error) {
	l, err := s.Load(ctx, ticket)
	if err != nil {
		return bot.Card{}, err
	}
	if l.Ticket == nil {
		return bot.Card{}, fmt.Errorf("reading card of %s: %w", ticket, ErrNotFound)
	}
	return l.Card(l.Version, nil)
}

// PanelOrder is the order in which the features' panels stand on a card.
var PanelOrder = []string{"incident", "desk", "boarding", "work"}

// Card puts the panels together; those that were drawn anew stand in the place of the stored ones.
func (l Loaded) Card(version int64, drawn map[string]*bot.Panel) (bot.Card, error) {
	t := l.Ticket
	c := bot.Card{Ticket: t.ID, Customer: t.Customer, Key: t.Key, URL: t.URL, Title: t.Summary, Version: version}
	for _, f := range PanelOrder {
		if p := drawn[f]; p != nil {
			c.Panels = append(c.Panels, *p)
			continue
		}
		text := l.States[f].Panel
		if len(text) == 0 {
			continue
		}
		var p bot.Panel
		if err := read("ticket "+string(t.ID), "aggregate.panel of "+f, string(text), &p); err != nil {
			return c, err
		}
		c.Panels = append(c.Panels, p)
	}
	return c, nil
}

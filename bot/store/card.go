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
	return l.Card(l.Version), nil
}

// PanelOrder is the order in which the features' panels stand on a card.
var PanelOrder = []string{"incident", "desk", "work"}

// Card puts the panels together.
func (l Loaded) Card(version int64) bot.Card {
	t := l.Ticket
	c := bot.Card{Ticket: t.ID, Customer: t.Customer, Key: t.Key, URL: t.URL, Title: t.Summary, Version: version}
	for _, f := range PanelOrder {
		if p := l.States[f].Panel; p != nil {
			c.Panels = append(c.Panels, *p)
		}
	}
	return c
}

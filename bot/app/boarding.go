package app

import (
	"context"
	"errors"
	"time"

	"toban/bot"
	"toban/bot/boarding"
	"toban/bot/store"
)

// boardingForm is the form by which the ticket of a contract's beginning or end is asked for. It names what was opened before.
func (a *App) boardingForm(c *bot.Customer, k bot.Boarding) bot.Button {
	var keys []string
	if c != nil {
		const limit = time.Second // Slack gives three for the form
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		defer cancel()
		keys, _ = BoardingTickets(ctx, a.p.Store, c.ID, k) // without it the form is as good: one contract has one ticket
	}
	return boarding.Form(a.staffDirectory(), c, k, keys)
}

// BoardingTickets lists the keys of a customer's checklist tickets of a kind, the oldest first.
func BoardingTickets(ctx context.Context, st *store.Store, customer string, k bot.Boarding) ([]string, error) {
	var out []string
	err := st.EachTicket(ctx, customer, func(t *bot.Ticket) {
		if t.Boarding == k {
			out = append(out, t.Key)
		}
	})
	return out, err
}

// BoardingAsked reports whether the ticket of an opening was asked for before.
func BoardingAsked(ctx context.Context, st *store.Store, o boarding.Opening) (bool, error) {
	_, err := st.EndedEffect(ctx, bot.NoticeNumber(o.Key))
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

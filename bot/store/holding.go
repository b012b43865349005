package store

import (
	"context"
	"time"

	"toban/bot"
)

// Holdings lists what a customer's tickets hold after an instant, of all customers when customer is "", in the order of their end.
func (s *Store) Holdings(ctx context.Context, customer string, after time.Time) ([]bot.Holding, error) {
	var rows []struct {
		Ticket  string `db:"ticket"`
		Feature string `db:"feature"`
		Body    string `db:"body"`
	}
	text, args := "SELECT ticket, feature, body FROM holding WHERE until_us > ? ORDER BY until_us, ticket, feature, n", []any{micros(after)}
	if customer != "" {
		text, args = "SELECT ticket, feature, body FROM holding WHERE customer = ? AND until_us > ? ORDER BY until_us, ticket, feature, n", []any{customer, micros(after)}
	}
	err := s.query(ctx, nil, &rows, text, args...)
	if err != nil {
		return nil, err
	}
	out := make([]bot.Holding, len(rows))
	for i, r := range rows {
		if err := read("ticket "+r.Ticket, "holding.body of "+r.Feature, r.Body, &out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// holdingState is the cursor that rises whenever a ticket of a customer takes a share of what is scarce.
func holdingState(customer string) string { return "holding:" + customer }

// signOf is what a holding is found by; "" for a share of what is scarce, which all decisions see.
func signOf(h bot.Holding) string {
	if h.Kind == bot.HoldRequest {
		return bot.SameWords(h.What)
	}
	return ""
}

// OpenTickets lists the tickets of all customers that have not ended, the oldest first.
func (s *Store) OpenTickets(ctx context.Context) ([]*bot.Ticket, error) {
	var rows []ticketRow
	if err := s.query(ctx, nil, &rows, "SELECT id, cursor, version, body FROM ticket WHERE ended_us = 0 ORDER BY received_us, id"); err != nil {
		return nil, err
	}
	out := make([]*bot.Ticket, 0, len(rows))
	for _, r := range rows {
		t, err := readTicket(r)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// OpenerOf is the key of the effect that opened an issue, found by the 通知番号 in its description; "" when it was none of ours. Such an
// effect belongs to no ticket, since there was none yet.
func (s *Store) OpenerOf(ctx context.Context, number string) (string, error) {
	var rows []struct {
		Key string `db:"effect_key"`
	}
	err := s.query(ctx, nil, &rows, `SELECT effect_key FROM outbox WHERE number = ? AND kind = 'backlog.issue'`, number)
	if err != nil || len(rows) == 0 {
		return "", err
	}
	return rows[0].Key, nil
}

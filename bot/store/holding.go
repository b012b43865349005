package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"toban/bot"
)

// saveHoldings replaces what a feature's part of a ticket holds.
func (s *Store) saveHoldings(ctx context.Context, tx *work, t *bot.Ticket, all map[string][]bot.Holding) error {
	for feature, list := range all {
		if _, err := s.exec(ctx, tx, `DELETE FROM holding WHERE ticket = ? AND feature = ?`, string(t.ID), feature); err != nil {
			return err
		}
		for i, h := range list {
			h.Ticket, h.Customer, h.Key = t.ID, t.Customer, t.Key
			body, err := json.Marshal(h)
			if err != nil {
				return fmt.Errorf("writing what %s holds: %w", t.ID, err)
			}
			_, err = s.exec(ctx, tx, `INSERT INTO holding (ticket, feature, n, customer, until_us, body) VALUES (?, ?, ?, ?, ?, ?)`,
				string(t.ID), feature, i, t.Customer, micros(h.Until), string(body))
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// Holdings lists what a customer's tickets hold after an instant, of all customers when customer is "", in the order of their end.
func (s *Store) Holdings(ctx context.Context, customer string, after time.Time) ([]bot.Holding, error) {
	var rows []struct {
		Body string `db:"body"`
	}
	err := s.query(ctx, nil, &rows, `SELECT body FROM holding WHERE (customer = ? OR ? = '') AND until_us > CAST(? AS BIGINT) ORDER BY until_us, ticket, feature, n`, customer, customer, micros(after))
	if err != nil {
		return nil, err
	}
	out := make([]bot.Holding, len(rows))
	for i, r := range rows {
		if err := json.Unmarshal([]byte(r.Body), &out[i]); err != nil {
			return nil, fmt.Errorf("reading what a ticket of %s holds: %w", customer, err)
		}
	}
	return out, nil
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

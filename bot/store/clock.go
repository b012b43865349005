package store

import (
	"context"
	"encoding/json"
	"fmt"

	"toban/bot"
	"toban/sla"
)

func (s *Store) saveClocks(ctx context.Context, tx *work, t *bot.Ticket, clocks []bot.ClockRow) error {
	for _, c := range clocks {
		c.Ticket, c.Customer = t.ID, t.Customer
		body, err := json.Marshal(c)
		if err != nil {
			return fmt.Errorf("writing clock %s of %s: %w", c.ID, t.ID, err)
		}
		_, err = s.exec(ctx, tx, `INSERT INTO clock (ticket, clock_id, customer, state, start_us, due_us, stopped_us, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (ticket, clock_id) DO UPDATE SET customer = excluded.customer, state = excluded.state, start_us = excluded.start_us,
  due_us = excluded.due_us, stopped_us = excluded.stopped_us, body = excluded.body`,
			string(t.ID), c.ID, t.Customer, string(c.State), micros(c.Start), micros(c.Due), micros(c.Stopped), string(body))
		if err != nil {
			return err
		}
	}
	return nil
}

// RunningClocks lists the promises that run or stand still now, the next due first, with the ticket's issue key.
func (s *Store) RunningClocks(ctx context.Context, limit int) ([]KeyedClock, error) {
	return s.clocks(ctx, `SELECT c.body, t.issue_key FROM clock c JOIN ticket t ON t.id = c.ticket
WHERE c.state IN (?, ?) ORDER BY c.due_us, c.ticket, c.clock_id LIMIT CAST(? AS BIGINT)`, string(sla.StateRunning), string(sla.StatePaused), limit)
}

// TicketClocks lists all promises of a ticket in the order of their start.
func (s *Store) TicketClocks(ctx context.Context, ticket bot.TicketID) ([]KeyedClock, error) {
	return s.clocks(ctx, `SELECT c.body, t.issue_key FROM clock c JOIN ticket t ON t.id = c.ticket WHERE c.ticket = ? ORDER BY c.start_us, c.due_us, c.clock_id`, string(ticket))
}

// CustomerClocks lists all promises of a customer.
func (s *Store) CustomerClocks(ctx context.Context, customer string) ([]KeyedClock, error) {
	return s.clocks(ctx, `SELECT c.body, t.issue_key FROM clock c JOIN ticket t ON t.id = c.ticket WHERE c.customer = ? ORDER BY c.ticket, c.start_us, c.due_us, c.clock_id`, customer)
}

// KeyedClock is a promise with the issue key of its ticket.
type KeyedClock struct {
	bot.ClockRow
	Key string
}

func (s *Store) clocks(ctx context.Context, text string, args ...any) ([]KeyedClock, error) {
	var rows []struct {
		Body string `db:"body"`
		Key  string `db:"issue_key"`
	}
	if err := s.query(ctx, nil, &rows, text, args...); err != nil {
		return nil, err
	}
	out := make([]KeyedClock, len(rows))
	for i, r := range rows {
		if err := json.Unmarshal([]byte(r.Body), &out[i].ClockRow); err != nil {
			return nil, fmt.Errorf("reading clock of %s: %w", r.Key, err)
		}
		out[i].Key = r.Key
	}
	return out, nil
}

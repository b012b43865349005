package store

import (
	"context"
	"encoding/json"
	"fmt"

	"toban/bot"
	"toban/sla"
)

// RunningClocks lists the promises that run or stand still now, the next due first, with the ticket's issue key.
func (s *Store) RunningClocks(ctx context.Context, limit int) ([]KeyedClock, error) {
	return s.clocks(ctx, `SELECT c.body, t.issue_key FROM clock c JOIN ticket t ON t.id = c.ticket
WHERE c.state IN (?, ?) ORDER BY c.due_us, c.ticket, c.clock_id LIMIT CAST(? AS BIGINT)`, string(sla.StateRunning), string(sla.StatePaused), limit)
}

// TicketClocks lists all promises of a ticket in the order of their start.
func (s *Store) TicketClocks(ctx context.Context, ticket bot.TicketID) ([]KeyedClock, error) {
	return s.clocks(ctx, `SELECT c.body, t.issue_key FROM clock c JOIN ticket t ON t.id = c.ticket WHERE c.ticket = ? ORDER BY c.start_us, c.due_us, c.clock_id`, string(ticket))
}

// CustomerClocks lists all promises of a customer, those of a ticket together.
func (s *Store) CustomerClocks(ctx context.Context, customer string) ([]KeyedClock, error) {
	var out []KeyedClock
	err := s.EachClock(ctx, customer, func(c KeyedClock) { out = append(out, c) })
	return out, err
}

// EachClock goes through all promises of a customer, those of a ticket together, with one of them in memory at a time. f asks the database nothing.
func (s *Store) EachClock(ctx context.Context, customer string, f func(c KeyedClock)) error {
	return each(ctx, s, `SELECT c.body, t.issue_key FROM clock c JOIN ticket t ON t.id = c.ticket WHERE c.customer = ? ORDER BY c.ticket, c.start_us, c.due_us, c.clock_id`, func(r *clockRow) error {
		c, err := r.keyed()
		if err == nil {
			f(c)
		}
		return err
	}, customer)
}

// KeyedClock is a promise with the issue key of its ticket.
type KeyedClock struct {
	bot.ClockRow
	Key string
}

type clockRow struct {
	Body string `db:"body"`
	Key  string `db:"issue_key"`
}

func (r clockRow) keyed() (KeyedClock, error) {
	c := KeyedClock{Key: r.Key}
	if err := json.Unmarshal([]byte(r.Body), &c.ClockRow); err != nil {
		return c, fmt.Errorf("reading clock of %s: %w", r.Key, err)
	}
	return c, nil
}

func (s *Store) clocks(ctx context.Context, text string, args ...any) ([]KeyedClock, error) {
	var rows []clockRow
	if err := s.query(ctx, nil, &rows, text, args...); err != nil {
		return nil, err
	}
	out := make([]KeyedClock, len(rows))
	for i, r := range rows {
		var err error
		if out[i], err = r.keyed(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

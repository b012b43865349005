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

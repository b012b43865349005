package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"toban/bot"
)

// Kept is an effect that a project in shadow kept back, and when it would have gone out.
type Kept struct {
	bot.Effect
	At time.Time // world time
}

// KeptBack lists what would have gone out for the tickets of a project between two moments (world time, the end excluded), in order of time.
func (s *Store) KeptBack(ctx context.Context, k bot.ModeKey, from, to time.Time) ([]Kept, error) {
	var rows []struct {
		outboxRow
		DoneUS int64 `db:"done_us"`
	}
	err := s.query(ctx, nil, &rows, `SELECT o.id, o.effect_key, o.kind, o.class, o.ticket, o.customer, o.project, o.due_us, o.body, o.done_us FROM outbox o
JOIN ticket t ON t.id = o.ticket WHERE t.customer = ? AND t.project = ? AND o.state = 'shadow' AND o.done_us >= ? AND o.done_us < ? ORDER BY o.done_us, o.id`,
		k.Customer, k.Project, micros(from), micros(to))
	if err != nil {
		return nil, err
	}
	out := make([]Kept, len(rows))
	for i, r := range rows {
		out[i] = Kept{Effect: r.effect(), At: instant(r.DoneUS)}
	}
	return out, nil
}

// SpokenOn lists the tickets of a project on which something went out to the customer, and when it did first, in world time.
func (s *Store) SpokenOn(ctx context.Context, k bot.ModeKey) (map[bot.TicketID]time.Time, error) {
	var rows []struct {
		Ticket string `db:"ticket"`
		First  int64  `db:"first_us"`
	}
	err := s.query(ctx, nil, &rows, `SELECT o.ticket, MIN(o.done_us) AS first_us FROM outbox o JOIN ticket t ON t.id = o.ticket
WHERE t.customer = ? AND t.project = ? AND o.state = 'done' AND o.channel <> 'slack' GROUP BY o.ticket`, k.Customer, k.Project)
	if err != nil {
		return nil, err
	}
	out := make(map[bot.TicketID]time.Time, len(rows))
	for _, r := range rows {
		out[bot.TicketID(r.Ticket)] = instant(r.First)
	}
	return out, nil
}

// Facts reads the history of a ticket's issue as it was read, in the vendor's order.
func (s *Store) Facts(ctx context.Context, ticket bot.TicketID) ([]bot.Fact, error) {
	var rows []string
	if err := s.query(ctx, nil, &rows, "SELECT body FROM fact WHERE ticket = ? ORDER BY at_us, LENGTH(fact_id), fact_id", string(ticket)); err != nil {
		return nil, err
	}
	out := make([]bot.Fact, len(rows))
	for i, r := range rows {
		if err := json.Unmarshal([]byte(r), &out[i]); err != nil {
			return nil, fmt.Errorf("reading the history of %s: %w", ticket, err)
		}
	}
	return out, nil
}

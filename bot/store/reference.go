package store

import (
	"context"
	"slices"

	"toban/bot"
)

type referenceRow struct {
	Ticket string `db:"ticket"`
	Name   string `db:"name"`
	Value  string `db:"value"`
}

// References are what the vendors call the things that Toban made for a ticket, by name.
func (s *Store) References(ctx context.Context, ticket bot.TicketID) (map[string]string, error) {
	all, err := s.references(ctx, nil, string(ticket))
	return all[string(ticket)], err
}

// atOnce is how many tickets one read of references takes; a claim seldom has more.
const atOnce = 8

// references reads the references of tickets, each with a map of its own.
func (s *Store) references(ctx context.Context, tx *work, tickets ...string) (map[string]map[string]string, error) {
	out := make(map[string]map[string]string, len(tickets))
	for _, t := range tickets {
		out[t] = map[string]string{}
	}
	for some := range slices.Chunk(tickets, atOnce) {
		args := make([]any, atOnce) // always as many, so that one prepared statement serves
		for i := range args {
			args[i] = some[min(i, len(some)-1)]
		}
		var rows []referenceRow
		if err := s.query(ctx, tx, &rows, "SELECT ticket, name, value FROM reference WHERE ticket IN (?, ?, ?, ?, ?, ?, ?, ?)", args...); err != nil {
			return nil, err
		}
		for _, r := range rows {
			out[r.Ticket][r.Name] = r.Value
		}
	}
	return out, nil
}

func (s *Store) setReference(ctx context.Context, tx *work, ticket bot.TicketID, name, value string) error {
	_, err := s.exec(ctx, tx, `INSERT INTO reference (ticket, name, value) VALUES (?, ?, ?)
ON CONFLICT (ticket, name) DO UPDATE SET value = excluded.value`, string(ticket), name, value)
	return err
}

// KeepReferences stores references outside of an effect.
func (s *Store) KeepReferences(ctx context.Context, ticket bot.TicketID, refs map[string]string) error {
	return s.transact(ctx, stepReferences, func(tx *work) error {
		for name, value := range refs {
			if err := s.setReference(ctx, tx, ticket, name, value); err != nil {
				return err
			}
		}
		return nil
	})
}

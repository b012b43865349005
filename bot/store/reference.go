package store

import (
	"context"

	"toban/bot"
)

type referenceRow struct {
	Name  string `db:"name"`
	Value string `db:"value"`
}

// References are what the vendors call the things that Toban made for a ticket, by name.
func (s *Store) References(ctx context.Context, ticket bot.TicketID) (map[string]string, error) {
	var rows []referenceRow
	if err := s.query(ctx, nil, &rows, "SELECT name, value FROM reference WHERE ticket = ?", string(ticket)); err != nil {
		return nil, err
	}
	out := make(map[string]string, len(rows))
	for _, r := range rows {
		out[r.Name] = r.Value
	}
	return out, nil
}

func (s *Store) setReference(ctx context.Context, tx *work, ticket bot.TicketID, name, value string) error {
	_, err := s.exec(ctx, tx, `INSERT INTO reference (ticket, name, value) VALUES (?, ?, ?)
ON CONFLICT (ticket, name) DO UPDATE SET value = excluded.value`, string(ticket), name, value)
	return err
}

// ClaimReference stores a reference unless there is one of its name, and reports whether it did: of two that ask at the same moment one wins.
func (s *Store) ClaimReference(ctx context.Context, ticket bot.TicketID, name, value string) (won bool, err error) {
	err = s.transact(ctx, stepReferences, func(tx *work) error {
		n, err := s.exec(ctx, tx, "INSERT INTO reference (ticket, name, value) VALUES (?, ?, ?) ON CONFLICT (ticket, name) DO NOTHING", string(ticket), name, value)
		won = n > 0
		return err
	})
	return won, err
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

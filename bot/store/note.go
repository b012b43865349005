package store

import (
	"context"
	"time"
)

// Note writes down what was done for a customer that belongs to no ticket, in the customer's trail. at is world time.
func (s *Store) Note(ctx context.Context, customer string, at time.Time, n Audited) error {
	return s.transact(ctx, stepMode, func(tx *work) error {
		_, err := s.exec(ctx, tx, `INSERT INTO audit (ticket, customer, at_us, feature, what, why, ref) VALUES ('', ?, ?, ?, ?, ?, ?)`,
			customer, micros(at), n.Feature, n.What, n.Why, n.Ref)
		return err
	})
}

// Notes reads what was done for a customer that belongs to no ticket, the oldest line first.
func (s *Store) Notes(ctx context.Context, customer string) ([]AuditLine, error) {
	return s.auditLines(ctx, "ticket = '' AND customer = ?", customer)
}

package store

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
)

// Lease takes or renews the lease of a job that only one replica does at a time; now is machine time. ok is false while another owner
// holds it.
func (s *Store) Lease(ctx context.Context, name, owner string, now time.Time, length time.Duration) (ok bool, err error) {
	n, err := s.exec(ctx, nil, `INSERT INTO lease (name, owner, until_us) VALUES (?, ?, ?)
ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until_us = excluded.until_us
WHERE lease.owner = excluded.owner OR lease.until_us < ?`, name, owner, micros(now.Add(length)), micros(now))
	return n == 1, err
}

// OpenEpoch starts a new epoch, as after a restore or a fail-over that may have lost commits: effects made before it look before
// their first try.
func (s *Store) OpenEpoch(ctx context.Context, now time.Time) error {
	return s.transact(ctx, func(tx *sqlx.Tx) error {
		if _, err := s.exec(ctx, tx, "INSERT INTO epoch (n, opened_us) SELECT COALESCE(MAX(n), 0) + 1, ? FROM epoch", micros(now)); err != nil {
			return err
		}
		var rows []int64
		if err := s.query(ctx, tx, &rows, "SELECT MAX(n) FROM epoch"); err != nil {
			return err
		}
		s.epoch = rows[0]
		return nil
	})
}

package store

import (
	"context"
	"time"
)

// Lease takes or renews the lease of a job that only one replica does at a time; now is machine time. ok is false while another owner
// holds it.
func (s *Store) Lease(ctx context.Context, name, owner string, now time.Time, length time.Duration) (ok bool, err error) {
	n, err := s.alone(ctx, stepLease, `INSERT INTO lease (name, owner, until_us) VALUES (?, ?, ?)
ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until_us = excluded.until_us
WHERE lease.owner = excluded.owner OR lease.until_us < ?`, name, owner, micros(now.Add(length)), micros(now))
	return n == 1, err
}

// Release gives a lease back, so that another replica need not wait for its end; a lease of another owner stays.
func (s *Store) Release(ctx context.Context, name, owner string) error {
	_, err := s.alone(ctx, stepRelease, "DELETE FROM lease WHERE name = ? AND owner = ?", name, owner)
	return err
}

// LeaseOwner is who holds a lease at machine time now; "" when nobody does.
func (s *Store) LeaseOwner(ctx context.Context, name string, now time.Time) (string, error) {
	var rows []string
	err := s.query(ctx, nil, &rows, "SELECT owner FROM lease WHERE name = ? AND until_us >= ?", name, micros(now))
	if err != nil || len(rows) == 0 {
		return "", err
	}
	return rows[0], nil
}

// OpenEpoch starts a new epoch, as after a restore or a fail-over that may have lost commits: effects made before it look before
// their first try.
func (s *Store) OpenEpoch(ctx context.Context, now time.Time) error {
	return s.transact(ctx, stepEpoch, func(tx *work) error { return s.openEpoch(ctx, tx, now) })
}

func (s *Store) openEpoch(ctx context.Context, tx *work, now time.Time) error {
	_, err := s.exec(ctx, tx, "INSERT INTO epoch (n, opened_us) SELECT COALESCE(MAX(n), 0) + 1, CAST(? AS BIGINT) FROM epoch", micros(now))
	return err
}

// ebb is how long after a death its last calls may still be at work at a vendor, as long as a living process waits for their answer: a look
// before that could miss what they did.
const ebb = 15 * time.Second

// takeOver ends the leases of the process that worked the queues before, which is dead: whoever holds the exclusive lock is alone. What
// it was sending is looked for once its calls can't be on their way any more, not only when the lease would have ended by itself.
func (s *Store) takeOver(ctx context.Context, now time.Time) error {
	return s.transact(ctx, stepTakeOver, func(tx *work) error {
		if _, err := s.exec(ctx, tx, "UPDATE inbox SET run_us = 0 WHERE state = 'working'"); err != nil {
			return err
		}
		until := micros(now.Add(ebb))
		if _, err := s.exec(ctx, tx, "UPDATE outbox SET run_us = ? WHERE state = 'sending' AND run_us > ?", until, until); err != nil {
			return err
		}
		_, err := s.exec(ctx, tx, "DELETE FROM lease")
		return err
	})
}

package store

import (
	"context"
	"time"
)

// LastRound is the newest ended ticket of a customer: when it was received and when it ended, in world time. ok is false when none ended.
func (s *Store) LastRound(ctx context.Context, customer string) (received, ended time.Time, ok bool, err error) {
	var rows []struct {
		Received int64 `db:"received_us"`
		Ended    int64 `db:"ended_us"`
	}
	err = s.query(ctx, nil, &rows, "SELECT received_us, ended_us FROM ticket WHERE customer = ? AND ended_us > 0 ORDER BY received_us DESC LIMIT 1", customer)
	if err != nil || len(rows) == 0 {
		return time.Time{}, time.Time{}, false, err
	}
	return instant(rows[0].Received), instant(rows[0].Ended), true, nil
}

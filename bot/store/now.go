package store

import (
	"context"
	"fmt"
	"time"
)

// Shared reports whether replicas on other machines work with this database, so that its clock is the one they have in common.
func (s *Store) Shared() bool { return s.d.name == "postgres" }

// Now is the database's clock at this moment; SQLite's is the machine's.
func (s *Store) Now(ctx context.Context) (time.Time, error) {
	var us []int64
	text := "SELECT " + nowMicros
	if !s.Shared() {
		text = "SELECT CAST(strftime('%s', 'now') AS INTEGER) * 1000000 + CAST(substr(strftime('%f', 'now'), 4) AS INTEGER) * 1000"
	}
	if err := s.query(ctx, nil, &us, text); err != nil {
		return time.Time{}, fmt.Errorf("asking the database for its time: %w", err)
	}
	return instant(us[0]), nil
}

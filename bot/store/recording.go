package store

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"time"
)

// Recording is what one decision was made of and what it said, as the inbox wrote it down.
type Recording struct {
	At       time.Time // world time of the decision
	Lane     string
	Customer string // "" where the event belongs to none
	Body     json.RawMessage
}

var rowsRecording = inserts("recording", []string{"at_us#", "lane", "customer", "body~"}, "")

// Recordings gives what was recorded from since on and before until, the oldest first, a page at a time; the zero until is no bound. With a
// customer it gives what is of that one. What f returns ends it.
func (s *Store) Recordings(ctx context.Context, since, until time.Time, customer string, f func(Recording) error) error {
	const page = 200
	last, end := int64(0), int64(math.MaxInt64)
	if !until.IsZero() {
		end = micros(until)
	}
	for {
		var rows []struct {
			ID       int64  `db:"id"`
			AtUS     int64  `db:"at_us"`
			Lane     string `db:"lane"`
			Customer string `db:"customer"`
			Body     string `db:"body"`
		}
		err := s.query(ctx, nil, &rows, `SELECT id, at_us, lane, customer, body FROM recording
WHERE id > ? AND at_us >= ? AND at_us < ? AND (CAST(? AS TEXT) = '' OR customer = ?) ORDER BY id LIMIT ?`,
			last, micros(since), end, customer, customer, page)
		if err != nil {
			return fmt.Errorf("reading recorded decisions: %w", err)
		}
		for _, r := range rows {
			if err := f(Recording{At: instant(r.AtUS), Lane: r.Lane, Customer: r.Customer, Body: json.RawMessage(r.Body)}); err != nil {
				return err
			}
			last = r.ID
		}
		if len(rows) < page {
			return nil
		}
	}
}

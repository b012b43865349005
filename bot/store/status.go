package store

import (
	"context"
	"time"
)

// Status is what the health checks, the metrics and the demo's clock ask. What a stop holds back is not in it: see [Store.Held].
type Status struct {
	OpenEvents     int64 // events that could be worked on now or are being worked on
	WaitingEvents  int64 // events that wait after a fault
	OpenEffects    int64
	WaitingEffects int64
	DeadEvents     int64
	DeadEffects    int64
	Buried         int64
	OldestEvent    time.Time // world time at which the oldest unhandled event was received
	OldestNotice   time.Time // world time at which the oldest unsent notice was decided
	OldestTimer    time.Time // the next due moment of a ticket or schedule
}

// Quiet reports whether nothing can be done right now.
func (s Status) Quiet() bool { return s.OpenEvents == 0 && s.OpenEffects == 0 }

type statusRow struct {
	Open    int64 `db:"open"`
	Waiting int64 `db:"waiting"`
	Dead    int64 `db:"dead"`
	Oldest  int64 `db:"oldest"`
}

const (
	countEvents = `SELECT
  COUNT(CASE WHEN state = 'working' OR (state = 'open' AND run_us <= ?) THEN 1 END) AS open,
  COUNT(CASE WHEN state = 'open' AND run_us > ? THEN 1 END) AS waiting, 0 AS dead,
  COALESCE(MIN(at_us), 0) AS oldest
FROM (SELECT state, run_us, at_us FROM inbox WHERE state IN ('open', 'working') UNION ALL SELECT 'open', 0, at_us FROM intake) AS queue`
	countEffects = `SELECT
  COUNT(CASE WHEN state = 'sending' OR (state = 'open' AND run_us <= ?) THEN 1 END) AS open,
  COUNT(CASE WHEN state = 'open' AND run_us > ? THEN 1 END) AS waiting, 0 AS dead,
  COALESCE(MIN(CASE WHEN class = 'notice' THEN made_us END), 0) AS oldest
FROM outbox o WHERE state IN ('open', 'sending') AND NOT ` + stopped
)

// soon is a wait that is a step of the work and no back-off: an event that waits for an effect's answer looks again after it.
const soon = time.Second

// Status counts the queues; now is machine time.
func (s *Store) Status(ctx context.Context, now time.Time) (Status, error) {
	var out Status
	us := micros(now.Add(soon))
	var rows []statusRow
	err := s.query(ctx, nil, &rows, countEvents, us, us)
	if err != nil {
		return out, err
	}
	out.OpenEvents, out.WaitingEvents, out.OldestEvent = rows[0].Open, rows[0].Waiting, instant(rows[0].Oldest)
	rows = nil
	err = s.query(ctx, nil, &rows, countEffects, us, us)
	if err != nil {
		return out, err
	}
	out.OpenEffects, out.WaitingEffects, out.OldestNotice = rows[0].Open, rows[0].Waiting, instant(rows[0].Oldest)
	rows = nil
	err = s.query(ctx, nil, &rows, `SELECT 0 AS open, 0 AS waiting,
  (SELECT COUNT(*) FROM inbox WHERE state = 'dead') AS dead, (SELECT COALESCE(MIN(run_us), 0) FROM (
    SELECT MIN(run_us) AS run_us FROM timer UNION ALL SELECT MIN(next_us) FROM schedule) AS due) AS oldest`)
	if err != nil {
		return out, err
	}
	out.DeadEvents, out.OldestTimer = rows[0].Dead, instant(rows[0].Oldest)
	rows = nil
	err = s.query(ctx, nil, &rows, `SELECT (SELECT COUNT(*) FROM buried) AS open, 0 AS waiting,
  (SELECT COUNT(*) FROM outbox WHERE state = 'dead') AS dead, 0 AS oldest`)
	if err != nil {
		return out, err
	}
	out.DeadEffects, out.Buried = rows[0].Dead, rows[0].Open
	return out, nil
}

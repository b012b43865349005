package store

import (
	"context"
	"strings"
	"time"
)

// foreign begins the problem of an event or effect that a replica left to another release.
const foreign = "left to another release: "

// ReleaseEvent gives an event back that this release does not know, until the machine time at. It was no try: the release that knows it begins with
// the first.
func (s *Store) ReleaseEvent(ctx context.Context, c Claimed, at time.Time, what string) error {
	return s.fenced(s.alone(ctx, stepRetryEvent, `UPDATE inbox SET state = 'open', run_us = ?, problem = ?, attempt = attempt - 1, `+answered+` WHERE id = ? AND owner = ? AND attempt = ? AND state = 'working'`,
		micros(at), clip(foreign+what), c.Event.ID, c.Owner, c.Attempt))
}

// ReleaseEffect does the same for an effect. What was decided for its ticket later does not wait for it.
func (s *Store) ReleaseEffect(ctx context.Context, c Sending, at time.Time, what string) error {
	return s.giveBack(ctx, c, at, time.Time{}, foreign+what, 1)
}

// Foreign are events or effects of one kind that wait for a release that knows them.
type Foreign struct {
	What    string    // as ReleaseEvent or ReleaseEffect was told
	Count   int64     //
	Oldest  time.Time // world time at which the oldest was received or decided
	Effects bool      // effects, not events
}

// Foreign lists what waits for a release that knows it.
func (s *Store) Foreign(ctx context.Context) ([]Foreign, error) {
	var out []Foreign
	for _, q := range []struct {
		effects bool
		text    string
	}{
		{false, `SELECT problem, COUNT(*) AS count, MIN(at_us) AS oldest FROM inbox WHERE state IN ('open', 'working') AND problem LIKE ? GROUP BY problem ORDER BY problem`},
		{true, `SELECT problem, COUNT(*) AS count, MIN(made_us) AS oldest FROM outbox WHERE state IN ('open', 'sending') AND problem LIKE ? GROUP BY problem ORDER BY problem`},
	} {
		var rows []struct {
			Problem string `db:"problem"`
			Count   int64  `db:"count"`
			Oldest  int64  `db:"oldest"`
		}
		if err := s.query(ctx, nil, &rows, q.text, foreign+"%"); err != nil {
			return nil, err
		}
		for _, r := range rows {
			out = append(out, Foreign{What: strings.TrimPrefix(r.Problem, foreign), Count: r.Count, Oldest: instant(r.Oldest), Effects: q.effects})
		}
	}
	return out, nil
}

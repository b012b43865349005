package store

import (
	"context"
	"time"

	"toban/bot"
)

// Stop says that nothing goes outward for a customer; "" is all of them.
type Stop struct {
	Customer string    `json:"customer"`
	Since    time.Time `json:"since"` // world time
	Person   string    `json:"person"`
	Reason   string    `json:"reason,omitempty"`
}

// stopped holds back an effect of the outbox row o while a stop is in force. What staff see in Slack goes on, and so do the operators' own mails,
// which are of no customer, and what calls one of the provider's own people out (bot.Effect.ToStaff): they tell of trouble, and a stop often comes
// with some. The receiver is the first field of a mail's and a call's body; a percent sign would be read as a format where this is put in.
const stopped = `(o.channel <> 'slack' AND NOT (o.channel = 'mail' AND o.customer = '')
  AND NOT (o.channel IN ('mail', 'phone') AND substr(o.body, 1, 14) = '{"to":"person:') AND EXISTS (SELECT 1 FROM stop k WHERE k.customer IN ('', o.customer)))`

type stopRow struct {
	Customer string `db:"customer"`
	SinceUS  int64  `db:"since_us"`
	Person   string `db:"person"`
	Reason   string `db:"reason"`
}

// Stop stops what goes outward and queues what is said about it, in one transaction. From its commit on no replica claims an effect that
// goes outward. A stop that is in force already stays as it is; first tells.
func (s *Store) Stop(ctx context.Context, st Stop, say ...bot.Effect) (first bool, err error) {
	err = s.transact(ctx, stepStop, func(tx *work) error {
		n, err := s.exec(ctx, tx, "INSERT INTO stop (customer, since_us, person, reason) VALUES (?, ?, ?, ?) ON CONFLICT (customer) DO NOTHING",
			st.Customer, micros(st.Since), st.Person, clip(st.Reason))
		if first = n == 1; err != nil || !first {
			return err
		}
		return s.queue(ctx, tx, st.Since, say)
	})
	return first, err
}

// Start ends a stop and queues what is said about it, in one transaction; with the customer "" it ends every stop. It answers the stops
// that it ended.
func (s *Store) Start(ctx context.Context, customer string, now time.Time, say func(ended []Stop) []bot.Effect) (ended []Stop, err error) {
	err = s.transact(ctx, stepStart, func(tx *work) error {
		var rows []stopRow
		const which = "FROM stop WHERE CAST(? AS TEXT) IN ('', customer)"
		err := s.query(ctx, tx, &rows, "SELECT customer, since_us, person, reason "+which+" ORDER BY customer", customer)
		if ended = stops(rows); err != nil || len(rows) == 0 {
			return err
		}
		if _, err := s.exec(ctx, tx, "DELETE "+which, customer); err != nil {
			return err
		}
		for _, st := range ended {
			if err := s.addDowntime(ctx, tx, StoppedDown+st.Customer, st.Since, now); err != nil {
				return err
			}
		}
		return s.queue(ctx, tx, now, say(ended))
	})
	return ended, err
}

// Stops lists the stops in force, that of all customers first.
func (s *Store) Stops(ctx context.Context) ([]Stop, error) {
	var rows []stopRow
	err := s.query(ctx, nil, &rows, "SELECT customer, since_us, person, reason FROM stop ORDER BY customer")
	return stops(rows), err
}

func stops(rows []stopRow) []Stop {
	out := make([]Stop, len(rows))
	for i, r := range rows {
		out[i] = Stop{Customer: r.Customer, Since: instant(r.SinceUS), Person: r.Person, Reason: r.Reason}
	}
	return out
}

// Held counts what a stop holds back and tells when the oldest of it was decided, in world time.
func (s *Store) Held(ctx context.Context) (n int64, oldest time.Time, err error) {
	var rows []statusRow
	err = s.query(ctx, nil, &rows, `SELECT COUNT(*) AS open, 0 AS waiting, 0 AS dead, COALESCE(MIN(made_us), 0) AS oldest
FROM outbox o WHERE o.state IN ('open', 'sending') AND `+stopped)
	if err != nil {
		return 0, time.Time{}, err
	}
	return rows[0].Open, instant(rows[0].Oldest), nil
}

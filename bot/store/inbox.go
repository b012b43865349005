package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/mask"
)

var rowsEvent = inserts("inbox", []string{
	"event_key", "kind", "lane", "customer", "at_us#", "body~", "state='open'", "attempt=0", "run_us=0", "owner=''", "problem=''", "trace",
}, "ON CONFLICT (event_key) DO NOTHING")

// Claimed is an event that this worker holds until its lease ends.
type Claimed struct {
	Event   bot.Event
	Attempt int
	Owner   string
	Deaths  int // claims that ended with the process that had made them, see [Suspicion]
}

type inboxRow struct {
	ID       int64  `db:"id"`
	Key      string `db:"event_key"`
	Kind     string `db:"kind"`
	Lane     string `db:"lane"`
	Customer string `db:"customer"`
	AtUS     int64  `db:"at_us"`
	Body     string `db:"body"`
	Attempt  int    `db:"attempt"`
	Problem  string `db:"problem"`
	Trace    string `db:"trace"`
	Deaths   int    `db:"deaths"`
}

func (r inboxRow) event() bot.Event {
	return bot.Event{
		ID: r.ID, Key: r.Key, Kind: bot.EventKind(r.Kind), Lane: r.Lane, Customer: r.Customer,
		At: instant(r.AtUS), Trace: r.Trace, Body: json.RawMessage(r.Body),
	}
}

// Accept stores events durably and returns after the commit. An event whose key is known is dropped: it was heard before.
func (s *Store) Accept(ctx context.Context, events ...bot.Event) error {
	if len(events) == 1 {
		if err := acceptable(events[0]); err != nil {
			return err
		}
		return s.arrivals.do(ctx, events[0])
	}
	return s.transact(ctx, stepAccept, func(tx *work) error { return s.accept(ctx, tx, events...) })
}

// accept stores events in the order given, which workers go by.
func (s *Store) accept(ctx context.Context, tx *work, events ...bot.Event) error {
	list := make([][]any, len(events))
	for i, e := range events {
		if err := acceptable(e); err != nil {
			return err
		}
		list[i] = eventRow(e)
	}
	if err := s.settle(ctx, tx); err != nil {
		return err
	}
	_, err := s.execRows(ctx, tx, rowsEvent, list)
	return err
}

// Apart is the time between two of many issues that are taken over together, so that what happens meanwhile finds the space's budget of reads.
const Apart = 2 * time.Second

// AcceptLater stores an event that is worked on not before a machine time; its At is the world time of that. One whose key is known is dropped.
func (s *Store) AcceptLater(ctx context.Context, notBefore time.Time, e bot.Event) error {
	if err := acceptable(e); err != nil {
		return err
	}
	return s.transact(ctx, stepAccept, func(tx *work) error { return s.acceptLater(ctx, tx, notBefore, e) })
}

func (s *Store) acceptLater(ctx context.Context, tx *work, notBefore time.Time, e bot.Event) error {
	if err := s.settle(ctx, tx); err != nil {
		return err
	}
	_, err := s.exec(ctx, tx, `INSERT INTO inbox (event_key, kind, lane, customer, at_us, body, state, attempt, run_us, owner, problem, trace)
VALUES (?, ?, ?, ?, ?, ?, 'open', 0, ?, '', '', ?) ON CONFLICT (event_key) DO NOTHING`,
		shortKey(e.Key), string(e.Kind), e.Lane, e.Customer, micros(e.At), bodyOf(e), micros(notBefore), e.Trace)
	return err
}

func eventRow(e bot.Event) []any {
	return []any{shortKey(e.Key), string(e.Kind), e.Lane, e.Customer, micros(e.At), bodyOf(e), e.Trace}
}

func acceptable(e bot.Event) error {
	if e.Key == "" || e.Kind == "" {
		return fmt.Errorf("accepting event: key and kind are needed, got %q and %q", e.Key, e.Kind)
	}
	return nil
}

func bodyOf(e bot.Event) doc {
	if len(e.Body) == 0 {
		return doc("{}")
	}
	return doc(e.Body)
}

// Advance stores events and moves a cursor forward in one transaction, so that a poll loses nothing between the two.
func (s *Store) Advance(ctx context.Context, name string, value int64, events []bot.Event) error {
	return s.transact(ctx, stepAdvance, func(tx *work) error {
		if err := s.accept(ctx, tx, events...); err != nil {
			return err
		}
		_, err := s.exec(ctx, tx, `INSERT INTO cursor (name, value) VALUES (?, ?)
ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE cursor.value < excluded.value`, name, value)
		return err
	})
}

// Cursor reads a cursor; ok is false when it was never set.
func (s *Store) Cursor(ctx context.Context, name string) (value int64, ok bool, err error) {
	var rows []int64
	if err := s.query(ctx, nil, &rows, "SELECT value FROM cursor WHERE name = ?", name); err != nil {
		return 0, false, err
	}
	if len(rows) == 0 {
		return 0, false, nil
	}
	return rows[0], true, nil
}

// claimEvents: one event a lane at a time, the oldest that is due first. An event that waits after a fault does not hold up its lane.
// The choice stands before the UPDATE, since PostgreSQL may run a sub-select there more than once and take more than the limit.
const claimEvents = `WITH due AS (
  SELECT i.id FROM inbox i
  WHERE i.state IN ('open', 'working') AND i.run_us <= ? AND i.deaths %s
    AND NOT EXISTS (
      SELECT 1 FROM inbox b WHERE b.lane = i.lane AND b.id <> i.id AND b.state IN ('open', 'working')
        AND ((b.state = 'working' AND b.run_us > ?) OR (b.run_us <= ? AND b.id < i.id)))
  ORDER BY i.id LIMIT CAST(? AS BIGINT)%s)
UPDATE inbox SET state = 'working', owner = ?, attempt = attempt + 1, run_us = ?, %s
WHERE id IN (SELECT id FROM due)
RETURNING id, event_key, kind, lane, customer, at_us, body, attempt, problem, trace, deaths`

func (s *Store) claimEvents(which Suspicion) string {
	return fmt.Sprintf(claimEvents, which.deaths(), s.d.skipLockedOf("i"), died("working"))
}

// ClaimEvents takes up to n events for owner until the lease ends, none of those under suspicion; now is machine time.
func (s *Store) ClaimEvents(ctx context.Context, owner string, now time.Time, lease time.Duration, n int) ([]Claimed, error) {
	return s.ClaimSuspects(ctx, Unsuspected, owner, now, lease, n)
}

// ClaimSuspects takes up to n of the events that are under a suspicion.
func (s *Store) ClaimSuspects(ctx context.Context, which Suspicion, owner string, now time.Time, lease time.Duration, n int) ([]Claimed, error) {
	var rows []inboxRow
	us := micros(now)
	err := claim(ctx, s, stepClaimEvents, &rows, s.claimEvents(which), us, us, us, n, owner, micros(now.Add(lease)), owner)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b inboxRow) int { return cmp.Compare(a.ID, b.ID) })
	out := make([]Claimed, len(rows))
	for i, r := range rows {
		out[i] = Claimed{Event: r.event(), Attempt: r.Attempt, Owner: owner, Deaths: r.Deaths}
	}
	return out, nil
}

// RetryEvent gives an event back until the machine time at.
func (s *Store) RetryEvent(ctx context.Context, c Claimed, at time.Time, problem string) error {
	return s.fenced(s.alone(ctx, stepRetryEvent, `UPDATE inbox SET state = 'open', run_us = ?, problem = ?, `+answered+` WHERE id = ? AND owner = ? AND attempt = ? AND state = 'working'`,
		micros(at), clip(problem), c.Event.ID, c.Owner, c.Attempt))
}

// BuryEvent makes an event a dead letter.
func (s *Store) BuryEvent(ctx context.Context, c Claimed, problem string) error {
	return s.fenced(s.alone(ctx, stepBuryEvent, `UPDATE inbox SET state = 'dead', problem = ? WHERE id = ? AND owner = ? AND attempt = ? AND state = 'working'`,
		clip(problem), c.Event.ID, c.Owner, c.Attempt))
}

// fenced turns "no row changed" into ErrFenced.
func (s *Store) fenced(n int64, err error) error {
	if err == nil && n == 0 {
		return ErrFenced
	}
	return err
}

// shortKey keeps a key within what PostgreSQL can index (2,704 bytes), and unique.
func shortKey(key string) string {
	const limit, kept = 1000, 900
	if len(key) <= limit {
		return key
	}
	return strings.ToValidUTF8(key[:kept], "") + fmt.Sprintf("#%x", sha256.Sum256([]byte(key)))
}

// clip keeps a stored problem short and without secrets: a vendor's error may repeat what it was sent.
func clip(problem string) string {
	const limit = 2000
	problem, _ = mask.Text(problem)
	r := []rune(problem)
	if len(r) > limit {
		return string(r[:limit]) + "…"
	}
	return problem
}

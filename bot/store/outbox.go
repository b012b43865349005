package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"toban/bot"
)

// Sending is an effect that this worker holds until its lease ends.
type Sending struct {
	ID      int64
	Owner   string
	Made    time.Time // world time of the decision
	Attempt bot.Attempt
	Mode    bot.Mode // how far it may go: on is all the way
	Deaths  int      // claims that ended with the process that had made them, see [Suspicion]
	lateBy  string   // for the record: why it is late
}

type outboxRow struct {
	ID       int64  `db:"id"`
	Key      string `db:"effect_key"`
	Kind     string `db:"kind"`
	Class    string `db:"class"`
	Ticket   string `db:"ticket"`
	Customer string `db:"customer"`
	Coalesce string `db:"coalesce_key"`
	Urgent   int64  `db:"urgent"`
	Report   int64  `db:"report"`
	DueUS    int64  `db:"due_us"`
	Body     string `db:"body"`
	Halt     int64  `db:"halt"`
	Attempt  int    `db:"attempt"`
	FirstUS  int64  `db:"first_us"`
	Trace    string `db:"trace"`
	MadeUS   int64  `db:"made_us"`
	Problem  string `db:"problem"` // of the try before
	Old      int64  `db:"old"`     // made before the present epoch, or so soon after its opening that it may have been said before: when it opened, else 0
	Refs     string `db:"refs"`    // the ticket's references as a JSON object
	Project  string `db:"project"`
	Mode     string `db:"mode"` // in which it was decided
	Now      string `db:"now"`  // the project's mode now
	Released int64  `db:"released"`
	Number   string `db:"number"`
	Owner    string `db:"owner"`
	State    string `db:"state"`
	AskedUS  int64  `db:"asked_us"`
	Deaths   int    `db:"deaths"`
}

func (r outboxRow) effect() bot.Effect {
	return bot.Effect{
		Key: r.Key, Kind: bot.EffectKind(r.Kind), Class: bot.EffectClass(r.Class), Ticket: bot.TicketID(r.Ticket), Customer: r.Customer, Project: r.Project,
		Coalesce: r.Coalesce, Urgent: r.Urgent > 0, Bulk: r.Urgent < 0, Report: r.Report != 0, Due: instant(r.DueUS), Trace: r.Trace, Body: json.RawMessage(r.Body),
	}
}

// Values of outbox.halt.
const (
	haltWithdrawn  = 1 // it must not go out any more
	haltSuperseded = 2 // a newer effect with its coalesce key says more: it must not go out after that one
)

// queued is an effect and the world time at which it was decided.
type queued struct {
	bot.Effect
	at   time.Time
	mode bot.Mode // of its project at its decision; "" is as good as on
}

var (
	rowsEffect = inserts("outbox", []string{
		"effect_key", "number", "kind", "class", "channel", "ticket", "customer", "project", "mode", "coalesce_key", "urgent#", "report#", "due_us#", "made_us#", "trace",
		"state='open'", "halt=0", "attempt=0", "run_us=0", "owner=''", "first_us=0", "epoch=(SELECT COALESCE(MAX(n), 0) FROM epoch)",
		"remote_id=''", "result=''", "done_us=0", "problem=''", "body~",
	}, "ON CONFLICT (effect_key) DO NOTHING")
	// rowsCoalesce: of effects with one coalesce key only the newest stays open, and one that is under way ends with this try. An older one
	// that came to its end later would put back what the newer one changed.
	rowsCoalesce = updates(`UPDATE outbox SET done_us = ?,
  halt = CASE WHEN state = 'sending' THEN 2 ELSE halt END, state = CASE WHEN state IN ('open', 'held') THEN 'superseded' ELSE state END
WHERE coalesce_key = ? AND state IN ('open', 'sending', 'held') AND effect_key <> ?`, `UPDATE outbox AS o SET done_us = r.at,
  halt = CASE WHEN o.state = 'sending' THEN 2 ELSE o.halt END, state = CASE WHEN o.state IN ('open', 'held') THEN 'superseded' ELSE o.state END
FROM unnest(?::bigint[], ?::text[], ?::text[]) AS r (at, coalesce_key, effect_key)
WHERE o.coalesce_key = r.coalesce_key AND o.state IN ('open', 'sending', 'held') AND o.effect_key <> r.effect_key`)
	// rowsWithdraw takes effects back. One that was tried may be out already: its next attempt only looks (Halt), not after a long back-off,
	// since what follows it waits for it, but once a call that was given up can't be at work any more. A dead one must not come back to life by a replay.
	rowsWithdraw = updates(`UPDATE outbox SET halt = 1, done_us = ?, run_us = CASE WHEN state = 'open' THEN settle_us ELSE run_us END,
  state = CASE WHEN attempt = 0 THEN 'withdrawn' WHEN state = 'held' THEN 'open' ELSE state END
WHERE effect_key = ? AND state IN ('open', 'sending', 'dead', 'held')`, `UPDATE outbox AS o SET halt = 1, done_us = r.at, run_us = CASE WHEN o.state = 'open' THEN o.settle_us ELSE o.run_us END,
  state = CASE WHEN o.attempt = 0 THEN 'withdrawn' WHEN o.state = 'held' THEN 'open' ELSE o.state END
FROM unnest(?::bigint[], ?::text[]) AS r (at, effect_key) WHERE o.effect_key = r.effect_key AND o.state IN ('open', 'sending', 'dead', 'held')`)
)

func queueable(e bot.Effect) error {
	if e.Key == "" || e.Kind == "" || e.Class == "" {
		return fmt.Errorf("queueing effect: key, kind and class are needed, got %q, %q, %q", e.Key, e.Kind, e.Class)
	}
	return nil
}

// lockCoalesce has transactions that queue effects with the same coalesce key wait for each other, so that the later one sees what the earlier one
// queued and puts itself in its place. What belongs to a ticket needs none of it: its lane is decided by one at a time, and so is all on SQLite. A
// customer's pages do, of which every ticket's decision may queue a new edition.
func (s *Store) lockCoalesce(ctx context.Context, tx *work, decisions [][]queued) error {
	if s.d.name != postgresDialect.name {
		return nil
	}
	var keys []string
	for _, list := range decisions {
		for _, e := range list {
			if _, _, err := e.Ticket.Split(); err != nil && e.Coalesce != "" {
				keys = append(keys, cleanText(e.Coalesce))
			}
		}
	}
	slices.Sort(keys) // in one order: nobody waits for somebody who waits for them
	for _, key := range slices.Compact(keys) {
		const class = 2 // of advisory locks with two numbers
		if _, err := s.exec(ctx, tx, "SELECT pg_advisory_xact_lock(?, hashtext(?))", class, key); err != nil {
			return err
		}
	}
	return nil
}

// addEffects queues the effects of some decisions, those of each in their order. The same key is queued once.
func (s *Store) addEffects(ctx context.Context, tx *work, decisions ...[]queued) error {
	if err := s.lockCoalesce(ctx, tx, decisions); err != nil {
		return err
	}
	if err := s.moded(ctx, tx, decisions); err != nil {
		return err
	}
	busy, err := s.updating(ctx, tx, decisions)
	if err != nil {
		return err
	}
	var coalesce, insert [][]any
	var rest []queued
	seen := map[string]bool{}
	for _, list := range decisions {
		if entangled(list, busy, seen) {
			rest = append(rest, list...)
			continue
		}
		for _, e := range list {
			if e.Coalesce != "" {
				coalesce = append(coalesce, e.coalesceRow())
			}
			insert = append(insert, e.row())
		}
	}
	if _, err := s.execRows(ctx, tx, rowsCoalesce, coalesce); err != nil {
		return err
	}
	if _, err := s.execRows(ctx, tx, rowsEffect, insert); err != nil {
		return err
	}
	for _, e := range rest {
		if err := s.addEffect(ctx, tx, e); err != nil {
			return err
		}
	}
	return nil
}

// entangled reports whether one of a decision's effects changes what another one, or one that waits, is to do: those are queued one after
// the other. seen are the coalesce keys before it.
func entangled(list []queued, busy map[bot.TicketID]bool, seen map[string]bool) bool {
	updates, again := 0, false
	for _, e := range list {
		if e.updates() {
			updates++
			again = again || busy[e.Ticket]
		}
		if e.Coalesce != "" {
			again = again || seen[e.Coalesce]
			seen[e.Coalesce] = true
		}
	}
	return again || updates > 1
}

// addEffect queues one effect behind all before it.
func (s *Store) addEffect(ctx context.Context, tx *work, e queued) error {
	if err := s.overtake(ctx, tx, e.Effect, e.at); err != nil {
		return err
	}
	if e.Coalesce != "" {
		if _, err := s.exec(ctx, tx, rowsCoalesce.one, e.coalesceRow()...); err != nil {
			return err
		}
	}
	_, err := s.exec(ctx, tx, rowsEffect.one, e.row()...)
	return err
}

func (e queued) coalesceRow() []any { return []any{micros(e.at), e.Coalesce, shortKey(e.Key)} }

func (e queued) row() []any {
	key := shortKey(e.Key)
	return []any{
		key, bot.NoticeNumber(key), string(e.Kind), string(e.Class), e.Kind.Channel(), string(e.Ticket), e.Customer, projectOf(e.Effect), string(cmp.Or(e.mode, bot.ModeOn)), e.Coalesce,
		rank(e.Effect), flag(e.Report), micros(e.Due), micros(e.at), e.Trace, doc(e.Body),
	}
}

// Queue stores effects that no event decided, such as a report that a person asked for.
func (s *Store) Queue(ctx context.Context, now time.Time, effects ...bot.Effect) error {
	return s.transact(ctx, stepQueue, func(tx *work) error { return s.queue(ctx, tx, now, effects) })
}

func (s *Store) queue(ctx context.Context, tx *work, now time.Time, effects []bot.Effect) error {
	list := make([]queued, len(effects))
	for i, e := range effects {
		if err := queueable(e); err != nil {
			return err
		}
		list[i] = queued{Effect: e, at: now}
	}
	return s.addEffects(ctx, tx, list)
}

// DropEffect writes down that a withdrawn effect did not go out.
func (s *Store) DropEffect(ctx context.Context, c Sending, world time.Time) error {
	return s.fenced(s.alone(ctx, stepDropEffect, `UPDATE outbox SET state = 'withdrawn', done_us = ? WHERE id = ? AND owner = ? AND attempt = ? AND state = 'sending'`,
		micros(world), c.ID, c.Owner, c.Attempt.Number))
}

// FinishEffect writes down that an effect is done and what it left behind; with Report its end becomes an event in the same transaction.
func (s *Store) FinishEffect(ctx context.Context, c Sending, sent bot.Sent, world time.Time) error {
	e := c.Attempt.Effect
	result := bot.EffectResult{
		Key: e.Key, Kind: e.Kind, Ticket: e.Ticket, RemoteID: sent.RemoteID, At: sent.At, Verified: sent.Verified, Why: sent.Why, Notified: sent.Notified, Outcome: sent.Outcome,
	}
	return s.endEffect(ctx, c, "done", bot.EventEffectDone, result, sent.Refs, world)
}

// BuryEffect gives an effect up: a dead letter. Whatever its class, its end becomes an event so that staff are told.
func (s *Store) BuryEffect(ctx context.Context, c Sending, why string, world time.Time) error {
	e := c.Attempt.Effect
	c.Attempt.Effect.Report = true
	return s.endEffect(ctx, c, "dead", bot.EventEffectDead, bot.EffectResult{Key: e.Key, Kind: e.Kind, Ticket: e.Ticket, Why: clip(why)}, nil, world)
}

func (s *Store) endEffect(ctx context.Context, c Sending, state string, kind bot.EventKind, result bot.EffectResult, refs map[string]string, world time.Time) error {
	e := c.Attempt.Effect
	text, err := json.Marshal(result)
	if err != nil {
		return fmt.Errorf("writing result of %s: %w", e.Key, err)
	}
	end := ending{
		id: c.ID, owner: c.Owner, attempt: int64(c.Attempt.Number), state: state, remote: result.RemoteID, result: string(text), at: micros(world), problem: clip(result.Why),
	}
	reports := e.Report && laneOfEnd(e) != ""
	if promised := e.Class == bot.Notice && !e.Due.IsZero(); len(refs) > 0 || promised || reports {
		end.more = func(ctx context.Context, tx *work) error {
			for _, name := range slices.Sorted(maps.Keys(refs)) {
				if err := s.setReference(ctx, tx, e.Ticket, name, refs[name]); err != nil {
					return err
				}
			}
			if kind == bot.EventEffectDone {
				if err := s.recordLate(ctx, tx, c, result.At, world); err != nil {
					return err
				}
			}
			if !reports {
				return nil
			}
			return s.reportEnd(ctx, tx, e, state, c.Attempt.Number, kind, result, world)
		}
	}
	return s.endings.do(ctx, end)
}

// reportEnd tells who asked for an effect how it ended, where that is wanted.
func (s *Store) reportEnd(ctx context.Context, tx *work, e bot.Effect, state string, try int, kind bot.EventKind, result bot.EffectResult, world time.Time) error {
	lane := laneOfEnd(e)
	if !e.Report || lane == "" {
		return nil
	}
	// One that was replayed may die again: that is news, so the try is part of the key.
	ev, err := bot.NewEvent(kind, fmt.Sprintf("effect:%s:%s:%d", e.Key, state, try), lane, world, result)
	if err != nil {
		return err
	}
	ev.Customer, ev.Trace = e.Customer, e.Trace
	return s.accept(ctx, tx, ev)
}

// laneOfEnd is the lane in which an effect's end is heard; "" when nobody listens.
func laneOfEnd(e bot.Effect) string {
	if e.Ticket == "" && e.Kind == bot.EffectIssue {
		return openedLane // there was no ticket yet: whoever asked for the issue hears of it
	}
	return string(e.Ticket)
}

// openedLane is the lane of the ends of issues that we opened.
const openedLane = "opened"

// RetryEffect gives an effect back until the machine time at; one that was superseded meanwhile has ended. A try whose call was given up
// without an answer says in settled until when the vendor may still be at work on it; the zero time says that it was answered.
func (s *Store) RetryEffect(ctx context.Context, c Sending, at, settled time.Time, problem string) error {
	return s.giveBack(ctx, c, at, settled, problem, 0)
}

// ReturnEffect gives an effect back of which nothing can have gone out: the try does not count.
func (s *Store) ReturnEffect(ctx context.Context, c Sending, at time.Time, problem string) error {
	return s.giveBack(ctx, c, at, time.Time{}, problem, 1)
}

func (s *Store) giveBack(ctx context.Context, c Sending, at, settled time.Time, problem string, uncounted int) error {
	return s.fenced(s.alone(ctx, stepRetryEffect, `UPDATE outbox SET state = CASE WHEN halt = 2 THEN 'superseded' ELSE 'open' END, attempt = attempt - ?, run_us = ?, settle_us = ?, problem = ?, `+answered+` WHERE id = ? AND owner = ? AND attempt = ? AND state = 'sending'`,
		uncounted, micros(at), micros(settled), clip(problem), c.ID, c.Owner, c.Attempt.Number))
}

// rank is the column urgent: 1 goes before all others, -1 (bulk) behind them.
func rank(e bot.Effect) int64 {
	switch {
	case e.Urgent:
		return 1
	case e.Bulk:
		return -1
	}
	return 0
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

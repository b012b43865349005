package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"toban/bot"
)

// States of an effect that a project's mode kept from going out.
const (
	stateShadow  = "shadow"  // it would have gone out
	stateHeld    = "held"    // it waits for a person
	stateRefused = "refused" // a person decided that it does not go out, or nobody decided in time
)

// Held is an effect that waits until a person releases it.
type Held struct {
	bot.Effect
	ID     int64
	Number string    // its 通知番号
	Asked  time.Time // world time at which staff were asked first
}

// ShadowEffect writes down that an effect would have gone out now, and queues what staff are shown instead.
func (s *Store) ShadowEffect(ctx context.Context, c Sending, sent bot.Sent, world time.Time, show ...bot.Effect) error {
	e := c.Attempt.Effect
	kind := bot.EventEffectDone
	result := bot.EffectResult{
		Key: e.Key, Kind: e.Kind, Ticket: e.Ticket, RemoteID: bot.ShadowID(e.Key), At: world, Verified: true, Why: sent.Why, Notified: sent.Notified, Outcome: sent.Outcome,
	}
	if e.Kind == bot.EffectIssue { // whoever asked for the issue must not go on with one that is not there
		kind, result = bot.EventEffectDead, bot.EffectResult{Key: e.Key, Kind: e.Kind, Ticket: e.Ticket, Why: sent.Why}
	}
	return s.transact(ctx, stepEndEffect, func(tx *work) error {
		return s.endShadow(ctx, tx, c, kind, result, world, show)
	})
}

func (s *Store) endShadow(ctx context.Context, tx *work, c Sending, kind bot.EventKind, result bot.EffectResult, world time.Time, show []bot.Effect) error {
	text, err := json.Marshal(result)
	if err != nil {
		return fmt.Errorf("writing result of %s: %w", result.Key, err)
	}
	ended, err := s.leave(ctx, tx, c, `state = CASE halt WHEN 1 THEN 'withdrawn' WHEN 2 THEN 'superseded' ELSE 'shadow' END, remote_id = ?, result = ?, done_us = ?, problem = ?`,
		result.RemoteID, string(text), micros(world), clip(result.Why))
	if err != nil || ended != stateShadow { // taken back meanwhile: it would not have gone out
		return err
	}
	if err := s.queue(ctx, tx, world, show); err != nil {
		return err
	}
	return s.reportEnd(ctx, tx, c.Attempt.Effect, stateShadow, c.Attempt.Number, kind, result, world)
}

// leave ends the try of an effect that a mode keeps back, and tells in which state it is then.
func (s *Store) leave(ctx context.Context, tx *work, c Sending, set string, args ...any) (state string, err error) {
	var rows []string
	err = s.query(ctx, tx, &rows, "UPDATE outbox SET "+set+" WHERE id = ? AND owner = ? AND attempt = ? AND state = 'sending' RETURNING state",
		append(args, c.ID, c.Owner, c.Attempt.Number)...)
	if err == nil && len(rows) == 0 {
		err = ErrFenced
	}
	if err != nil {
		return "", err
	}
	return rows[0], nil
}

// HoldEffect lets an effect wait for a person, and queues the question. The try does not count: nothing was tried.
func (s *Store) HoldEffect(ctx context.Context, c Sending, world time.Time, ask ...bot.Effect) error {
	return s.transact(ctx, stepHold, func(tx *work) error {
		state, err := s.leave(ctx, tx, c, `state = CASE halt WHEN 1 THEN 'withdrawn' WHEN 2 THEN 'superseded' ELSE 'held' END, attempt = attempt - 1, asked_us = ?`, micros(world))
		if err != nil || state != stateHeld {
			return err
		}
		return s.queue(ctx, tx, world, ask)
	})
}

// Unsaid lists the keys of a ticket's effects that did not go out in shadow.
func (s *Store) Unsaid(ctx context.Context, ticket bot.TicketID) ([]string, error) {
	var keys []string
	err := s.query(ctx, nil, &keys, "SELECT effect_key FROM outbox WHERE ticket = ? AND state = 'shadow' ORDER BY id", string(ticket))
	return keys, err
}

const selectHeld = `SELECT o.id, o.number, o.effect_key, o.kind, o.class, o.ticket, o.customer, o.project, o.coalesce_key, o.urgent, o.report, o.due_us, o.made_us, o.body,
  o.attempt, o.owner, o.asked_us, o.state, o.problem FROM outbox o`

// Waiting lists what waits for a person, the oldest first.
func (s *Store) Waiting(ctx context.Context) ([]Held, error) {
	var rows []outboxRow
	if err := s.query(ctx, nil, &rows, selectHeld+" WHERE o.state = 'held' ORDER BY o.id"); err != nil {
		return nil, err
	}
	out := make([]Held, len(rows))
	for i, r := range rows {
		out[i] = r.held()
	}
	return out, nil
}

func (r outboxRow) held() Held {
	return Held{Effect: r.effect(), ID: r.ID, Number: r.Number, Asked: instant(r.AskedUS)}
}

// HeldEffect finds an effect by its 通知番号. waits is false when it does not wait (any more); how it ended is then in ended and why.
func (s *Store) HeldEffect(ctx context.Context, number string) (h Held, waits bool, ended, why string, err error) {
	var rows []outboxRow
	if err := s.query(ctx, nil, &rows, selectHeld+" WHERE o.number = ? ORDER BY o.id DESC LIMIT 1", number); err != nil {
		return Held{}, false, "", "", err
	}
	if len(rows) == 0 {
		return Held{}, false, "", "", fmt.Errorf("finding the effect with the number %s: %w", number, ErrNotFound)
	}
	return rows[0].held(), rows[0].State == stateHeld, rows[0].State, rows[0].Problem, nil
}

// ReleaseHeld lets an effect go out that waits; done is false when it does not wait any more. In a project whose mode went back it stays.
func (s *Store) ReleaseHeld(ctx context.Context, h Held, by string, now time.Time, say ...bot.Effect) (done bool, err error) {
	err = s.transact(ctx, stepHold, func(tx *work) error {
		n, err := s.exec(ctx, tx, "UPDATE outbox SET state = 'open', released = 1, run_us = 0, problem = '' WHERE id = ? AND state = 'held'", h.ID)
		if done = err == nil && n == 1; !done {
			return err
		}
		if err := s.auditHeld(ctx, tx, h, "released "+h.Key, by, now); err != nil {
			return err
		}
		return s.queue(ctx, tx, now, say)
	})
	return done, err
}

// RefuseHeld ends an effect that waits: it does not go out, and who asked for it hears that.
func (s *Store) RefuseHeld(ctx context.Context, h Held, why string, now time.Time, say ...bot.Effect) (done bool, err error) {
	err = s.transact(ctx, stepHold, func(tx *work) error {
		var err error
		if done, err = s.endHeld(ctx, tx, h, why, now); !done {
			return err
		}
		return s.queue(ctx, tx, now, say)
	})
	return done, err
}

func (s *Store) endHeld(ctx context.Context, tx *work, h Held, why string, now time.Time) (bool, error) {
	n, err := s.exec(ctx, tx, "UPDATE outbox SET state = ?, done_us = ?, problem = ? WHERE id = ? AND state = 'held'", stateRefused, micros(now), clip(why), h.ID)
	if err != nil || n == 0 {
		return false, err
	}
	if err := s.auditHeld(ctx, tx, h, "did not send "+h.Key, why, now); err != nil {
		return true, err
	}
	result := bot.EffectResult{Key: h.Key, Kind: h.Kind, Ticket: h.Ticket, Why: clip(why)}
	return true, s.reportEnd(ctx, tx, h.Effect, stateRefused, 0, bot.EventEffectDead, result, now)
}

// endAllHeld ends what waits in a project whose mode goes back: a person can release nothing there any more.
func (s *Store) endAllHeld(ctx context.Context, tx *work, c ModeChange) error {
	var rows []outboxRow
	if err := s.query(ctx, tx, &rows, selectHeld+" WHERE o.state = 'held' AND o.customer = ? AND o.project = ? ORDER BY o.id", c.Customer, c.Project); err != nil {
		return err
	}
	for _, r := range rows {
		if _, err := s.endHeld(ctx, tx, r.held(), "the mode went to "+string(c.To)+" by "+c.Person, c.At); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) auditHeld(ctx context.Context, tx *work, h Held, what, why string, now time.Time) error {
	_, err := s.exec(ctx, tx, `INSERT INTO audit (ticket, customer, at_us, feature, what, why, ref) VALUES (?, ?, ?, 'release', ?, ?, ?)`,
		string(h.Ticket), h.Customer, micros(now), what, why, h.Number)
	return err
}

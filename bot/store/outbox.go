package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"toban/bot"
)

// Sending is an effect that this worker holds until its lease ends.
type Sending struct {
	ID      int64
	Owner   string
	Attempt bot.Attempt
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
	Epoch    int64  `db:"epoch"`
}

func (r outboxRow) effect() bot.Effect {
	return bot.Effect{
		Key: r.Key, Kind: bot.EffectKind(r.Kind), Class: bot.EffectClass(r.Class), Ticket: bot.TicketID(r.Ticket), Customer: r.Customer,
		Coalesce: r.Coalesce, Urgent: r.Urgent != 0, Report: r.Report != 0, Due: instant(r.DueUS), Body: json.RawMessage(r.Body),
	}
}

// addEffect queues an effect. The same key is queued once; of cosmetic effects with one coalesce key only the newest stays open.
func (s *Store) addEffect(ctx context.Context, tx *sqlx.Tx, e bot.Effect, now time.Time) error {
	if e.Key == "" || e.Kind == "" || e.Class == "" {
		return fmt.Errorf("queueing effect: key, kind and class are needed, got %q, %q, %q", e.Key, e.Kind, e.Class)
	}
	if e.Coalesce != "" {
		if _, err := s.exec(ctx, tx, `UPDATE outbox SET state = 'superseded', done_us = ? WHERE coalesce_key = ? AND state = 'open' AND attempt = 0`,
			micros(now), e.Coalesce); err != nil {
			return err
		}
	}
	_, err := s.exec(ctx, tx, `INSERT INTO outbox (effect_key, number, kind, class, channel, ticket, customer, coalesce_key, urgent, report, due_us, made_us,
  body, state, halt, attempt, run_us, owner, first_us, epoch, remote_id, result, done_us, problem)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', 0, 0, 0, '', 0, ?, '', '', 0, '') ON CONFLICT (effect_key) DO NOTHING`,
		e.Key, bot.NoticeNumber(e.Key), string(e.Kind), string(e.Class), e.Kind.Channel(), string(e.Ticket), e.Customer, e.Coalesce,
		flag(e.Urgent), flag(e.Report), micros(e.Due), micros(now), string(e.Body), s.epoch)
	return err
}

// Queue stores effects that no event decided, such as a report that a person asked for.
func (s *Store) Queue(ctx context.Context, now time.Time, effects ...bot.Effect) error {
	return s.transact(ctx, func(tx *sqlx.Tx) error {
		for _, e := range effects {
			if err := s.addEffect(ctx, tx, e, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// withdraw takes an effect back. One that was tried may be out already: its next attempt only looks (Halt).
func (s *Store) withdraw(ctx context.Context, tx *sqlx.Tx, key string, now time.Time) error {
	_, err := s.exec(ctx, tx, `UPDATE outbox SET halt = 1, state = CASE WHEN attempt = 0 THEN 'withdrawn' ELSE state END, done_us = ?
WHERE effect_key = ? AND state IN ('open', 'sending')`, micros(now), key)
	return err
}

// DropEffect writes down that a withdrawn effect did not go out.
func (s *Store) DropEffect(ctx context.Context, c Sending, world time.Time) error {
	return s.fenced(s.exec(ctx, nil, `UPDATE outbox SET state = 'withdrawn', done_us = ? WHERE id = ? AND owner = ? AND attempt = ?`,
		micros(world), c.ID, c.Owner, c.Attempt.Number))
}

// claimEffects: of a ticket and channel one effect at a time; a notice waits for every earlier notice, a cosmetic effect for every notice
// that could go now and for an earlier one of its own kind.
const claimEffects = `UPDATE outbox SET state = 'sending', owner = ?, attempt = attempt + 1, run_us = ?,
  first_us = CASE WHEN first_us = 0 THEN ? ELSE first_us END
WHERE id IN (
  SELECT o.id FROM outbox o
  WHERE o.state IN ('open', 'sending') AND o.run_us <= ?
    AND (o.ticket = '' OR NOT EXISTS (
      SELECT 1 FROM outbox b WHERE b.ticket = o.ticket AND b.channel = o.channel AND b.id <> o.id AND b.state IN ('open', 'sending')
        AND ((b.state = 'sending' AND b.run_us > ?)
          OR (b.class = 'notice' AND o.class = 'notice' AND b.id < o.id)
          OR (b.class = 'notice' AND o.class = 'cosmetic' AND b.run_us <= ?)
          OR (b.class = 'cosmetic' AND o.class = 'cosmetic' AND b.run_us <= ? AND b.id < o.id))))
  ORDER BY o.urgent DESC, o.class DESC, o.id LIMIT ?%s)
RETURNING id, effect_key, kind, class, ticket, customer, coalesce_key, urgent, report, due_us, body, halt, attempt, first_us, epoch`

// ClaimEffects takes up to n effects for owner until the lease ends. now is machine time, world the world time of the attempt.
func (s *Store) ClaimEffects(ctx context.Context, owner string, now, world time.Time, lease time.Duration, n int) ([]Sending, error) {
	var rows []outboxRow
	us := micros(now)
	err := s.write(ctx, &rows, fmt.Sprintf(claimEffects, s.d.skipLocked), owner, micros(now.Add(lease)), micros(world), us, us, us, us, n)
	if err != nil {
		return nil, err
	}
	out := make([]Sending, len(rows))
	for i, r := range rows {
		refs, err := s.References(ctx, bot.TicketID(r.Ticket))
		if err != nil {
			return nil, err
		}
		out[i] = Sending{ID: r.ID, Owner: owner, Attempt: bot.Attempt{
			Effect: r.effect(), Number: r.Attempt, First: instant(r.FirstUS), Refs: refs,
			Look: r.Attempt > 1 || r.Epoch < s.epoch, Halt: r.Halt != 0,
		}}
	}
	return out, nil
}

// FinishEffect writes down that an effect is done and what it left behind; with Report its end becomes an event in the same transaction.
func (s *Store) FinishEffect(ctx context.Context, c Sending, sent bot.Sent, world time.Time) error {
	e := c.Attempt.Effect
	result := bot.EffectResult{
		Key: e.Key, Kind: e.Kind, Ticket: e.Ticket, RemoteID: sent.RemoteID, At: sent.At, Verified: sent.Verified, Why: sent.Why, Notified: sent.Notified,
	}
	return s.endEffect(ctx, c, "done", bot.EventEffectDone, result, sent.Refs, world)
}

// BuryEffect gives an effect up: a dead letter. Whatever its class, its end becomes an event so that staff are told.
func (s *Store) BuryEffect(ctx context.Context, c Sending, why string, world time.Time) error {
	e := c.Attempt.Effect
	c.Attempt.Effect.Report = e.Report || e.Class == bot.Notice
	return s.endEffect(ctx, c, "dead", bot.EventEffectDead, bot.EffectResult{Key: e.Key, Kind: e.Kind, Ticket: e.Ticket, Why: clip(why)}, nil, world)
}

func (s *Store) endEffect(ctx context.Context, c Sending, state string, kind bot.EventKind, result bot.EffectResult, refs map[string]string, world time.Time) error {
	e := c.Attempt.Effect
	text, err := json.Marshal(result)
	if err != nil {
		return fmt.Errorf("writing result of %s: %w", e.Key, err)
	}
	return s.transact(ctx, func(tx *sqlx.Tx) error {
		err := s.fenced(s.exec(ctx, tx, `UPDATE outbox SET state = ?, remote_id = ?, result = ?, done_us = ?, problem = ? WHERE id = ? AND owner = ? AND attempt = ?`,
			state, result.RemoteID, string(text), micros(world), clip(result.Why), c.ID, c.Owner, c.Attempt.Number))
		if err != nil {
			return err
		}
		for name, value := range refs {
			if err := s.setReference(ctx, tx, e.Ticket, name, value); err != nil {
				return err
			}
		}
		if !e.Report || e.Ticket == "" {
			return nil
		}
		ev, err := bot.NewEvent(kind, "effect:"+e.Key+":"+state, string(e.Ticket), world, result)
		if err != nil {
			return err
		}
		ev.Customer = e.Customer
		return s.accept(ctx, tx, ev)
	})
}

// RetryEffect gives an effect back until the machine time at.
func (s *Store) RetryEffect(ctx context.Context, c Sending, at time.Time, problem string) error {
	return s.fenced(s.exec(ctx, nil, `UPDATE outbox SET state = 'open', run_us = ?, problem = ? WHERE id = ? AND owner = ? AND attempt = ?`,
		micros(at), clip(problem), c.ID, c.Owner, c.Attempt.Number))
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

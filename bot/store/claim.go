package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"toban/bot"
)

// claimEffects: nothing that a stop holds back; of a ticket and channel one effect at a time; a notice waits for every earlier notice, a
// cosmetic effect for every notice that could go now and for an earlier one of its own kind. Mails and calls wait for nobody: each is a
// delivery of its own, and one receiver's trouble must not keep the news from the next. Nor does anything wait for what was left to another release,
// which may be away for a day. The choice stands before the UPDATE for the reason told at claimEvents.
const claimEffects = `WITH due AS (
  SELECT o.id FROM outbox o
  WHERE o.state IN ('open', 'sending') AND o.run_us <= ? AND o.channel NOT IN (?, ?, ?, ?, ?, ?) AND o.urgent >= ? AND o.deaths %s
    AND NOT ` + stopped + `
    AND (o.ticket = '' OR o.channel IN ('mail', 'phone') OR NOT EXISTS (
      SELECT 1 FROM outbox b WHERE b.ticket = o.ticket AND b.channel = o.channel AND b.id <> o.id AND b.state IN ('open', 'sending')
        AND ((b.state = 'sending' AND b.run_us > ?)
          OR (b.class = 'notice' AND o.class = 'notice' AND b.id < o.id AND b.problem NOT LIKE '` + foreign + `%%')
          OR (b.class = 'notice' AND o.class = 'cosmetic' AND b.run_us <= ?)
          OR (b.class = 'cosmetic' AND o.class = 'cosmetic' AND b.run_us <= ? AND b.id < o.id))))
  ORDER BY o.urgent DESC, o.class DESC, o.id LIMIT CAST(? AS BIGINT)%s)
UPDATE outbox SET state = 'sending', owner = ?, attempt = attempt + 1, run_us = ?, %s,
  first_us = CASE WHEN first_us = 0 THEN ? ELSE first_us END
WHERE id IN (SELECT id FROM due)
RETURNING id, effect_key, kind, class, ticket, customer, project, mode, released, ` + claimedMode + ` AS now, coalesce_key, urgent, report, due_us, body, halt, attempt, first_us, trace, made_us, problem, deaths,
  CASE WHEN epoch < (SELECT COALESCE(MAX(n), 0) FROM epoch) OR made_us < (SELECT COALESCE(MAX(opened_us), 0) FROM epoch) + 604800000000
    THEN (SELECT COALESCE(MAX(opened_us), 1) FROM epoch) ELSE 0 END AS old,
  COALESCE((SELECT %s FROM reference k WHERE k.ticket = outbox.ticket), '') AS refs` // 604800000000 µs are a week: what was forgotten by a restore is decided again, with the same keys

// claimedMode is the mode of the project of the row that is claimed, or of its customer where the project has none.
const claimedMode = `COALESCE((SELECT m.mode FROM mode m WHERE m.customer = outbox.customer AND m.project IN (outbox.project, '') ORDER BY m.project DESC LIMIT 1), 'on')`

// mostFull is how many channels a claim can leave out.
const mostFull = 6

// Claim says which effects a worker wants.
type Claim struct {
	Owner string
	Now   time.Time     // machine time
	World time.Time     // world time of the try
	Lease time.Duration // machine time until somebody else may take them over
	Most  int
	Full  []string // channels whose senders are busy: left out; at most six
	// NoBulk leaves out those in bulk, which only one replica sends: each of them keeps its own distance between two.
	NoBulk bool
	// Which of those that the process may have died under; none of them when it is empty.
	Which Suspicion
}

// ClaimEffects takes effects for their owner until the lease ends.
func (s *Store) ClaimEffects(ctx context.Context, c Claim) ([]Sending, error) {
	if len(c.Full) > mostFull {
		return nil, fmt.Errorf("claiming effects: more than %d channels left out", mostFull)
	}
	us := micros(c.Now)
	args := []any{us}
	for i := range mostFull {
		name := ""
		if i < len(c.Full) {
			name = c.Full[i]
		}
		args = append(args, name)
	}
	least := rank(bot.Effect{Bulk: true})
	if c.NoBulk {
		least = rank(bot.Effect{})
	}
	args = append(args, least, us, us, us, c.Most, c.Owner, micros(c.Now.Add(c.Lease)), c.Owner, micros(c.World))
	var rows []outboxRow
	if err := claim(ctx, s, stepClaimEffects, &rows, s.claimEffects(c.Which), args...); err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b outboxRow) int { return cmp.Compare(a.ID, b.ID) })
	out := make([]Sending, 0, len(rows))
	for _, r := range rows {
		one, err := s.sending(ctx, r, c)
		if err != nil {
			return nil, errors.Join(err, s.unclaim(ctx, rows, c))
		}
		if one.Owner != "" {
			out = append(out, one)
		}
	}
	return out, nil
}

func (s *Store) claimEffects(which Suspicion) string {
	return fmt.Sprintf(claimEffects, which.deaths(), s.d.skipLockedOf("o"), died("sending"), s.d.object("k.name", "k.value"))
}

// sending makes an attempt of a row that was claimed; one without an owner when a newer effect says more: its sender died, and it has ended
// now.
func (s *Store) sending(ctx context.Context, r outboxRow, c Claim) (Sending, error) {
	out := Sending{ID: r.ID, Owner: c.Owner, Deaths: r.Deaths, Made: instant(r.MadeUS), Mode: r.allowed(), Attempt: bot.Attempt{
		Effect: r.effect(), Number: r.Attempt, First: instant(r.FirstUS), Refs: map[string]string{},
		Back: back(r), Look: r.Attempt > 1 || r.Old != 0, Halt: r.Halt == haltWithdrawn, Released: r.Released != 0,
	}}
	if r.Halt == haltSuperseded {
		_, err := s.alone(ctx, stepDropEffect, "UPDATE outbox SET state = 'superseded', done_us = ? WHERE id = ? AND owner = ? AND attempt = ? AND state = 'sending'",
			micros(c.World), r.ID, c.Owner, r.Attempt)
		return Sending{}, err
	}
	if r.Refs != "" {
		if err := json.Unmarshal([]byte(r.Refs), &out.Attempt.Refs); err != nil {
			return Sending{}, fmt.Errorf("reading references of %s: %w", r.Ticket, err)
		}
	}
	var err error
	out.Attempt.Late, out.lateBy, err = s.lateness(ctx, r, c)
	return out, err
}

// unclaim gives back what was claimed and can't be told of: nothing of it was sent, and it need not wait for the end of its lease.
func (s *Store) unclaim(ctx context.Context, rows []outboxRow, c Claim) error {
	var errs []error
	for _, r := range rows {
		err := s.giveBack(ctx, Sending{ID: r.ID, Owner: c.Owner, Attempt: bot.Attempt{Number: r.Attempt}}, c.Now, time.Time{}, r.Problem, 1)
		if err != nil && !errors.Is(err, ErrFenced) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// forgetting is how much before the opening of an epoch a forgotten effect may have been said: the age of the backup that was restored,
// and then some.
const forgetting = 14 * 24 * time.Hour

// back is how far a look goes back when the first try that this database knows of need not have been the first; zero else.
func back(r outboxRow) time.Time {
	if r.Old == 0 {
		return time.Time{}
	}
	return instant(min(r.Old, r.FirstUS)).Add(-forgetting)
}

package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"toban/bot"
)

// Names of what can be down. That of a Backlog space is BacklogDown and the space's id, that of a stop StoppedDown and the customer's.
const (
	TobanDown   = "toban"
	BacklogDown = "backlog/"
	StoppedDown = "stop/"
)

// Downtime is a span in which something that promises depend on was down, in world time.
type Downtime struct {
	Name     string
	From, To time.Time
}

// Life is a sign of life of what has these names.
type Life struct {
	Names          []string
	Machine, World time.Time
	Limit          time.Duration // machine time between two signs beyond which it was down
}

// Pulse notes signs of life. When the last one is longer ago than the limit, the span between is kept as a downtime. A machine time before
// the one that is known changes nothing.
func (s *Store) Pulse(ctx context.Context, l Life) error {
	if s.Shared() {
		if err := s.keepLineage(ctx, l.World); err != nil {
			return err
		}
	}
	err := s.transact(ctx, stepPulse, func(tx *work) error {
		for _, name := range l.Names {
			last, ok, err := s.pulse(ctx, tx, name)
			if err != nil {
				return err
			}
			if ok && l.Machine.Sub(instant(last.Machine)) > l.Limit {
				if err := s.addDowntime(ctx, tx, name, instant(last.World), l.World); err != nil {
					return err
				}
			}
			if _, err := s.exec(ctx, tx, `INSERT INTO pulse (name, world_us, machine_us, limit_us) VALUES (?, ?, ?, ?)
ON CONFLICT (name) DO UPDATE SET world_us = excluded.world_us, machine_us = excluded.machine_us, limit_us = excluded.limit_us
WHERE pulse.machine_us < excluded.machine_us`, name, micros(l.World), micros(l.Machine), l.Limit.Microseconds()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || s.mark == "" {
		return err
	}
	last, err := s.lastSign(ctx)
	if err != nil {
		return err
	}
	return s.leaveMark(last)
}

type pulseRow struct {
	World   int64 `db:"world_us"`
	Machine int64 `db:"machine_us"`
	Limit   int64 `db:"limit_us"`
}

func (s *Store) pulse(ctx context.Context, tx *work, name string) (r pulseRow, ok bool, err error) {
	var rows []pulseRow
	if err := s.query(ctx, tx, &rows, "SELECT world_us, machine_us, limit_us FROM pulse WHERE name = ?", name); err != nil || len(rows) == 0 {
		return pulseRow{}, false, err
	}
	return rows[0], true, nil
}

// LastLife is the machine time of the last sign of life of a name; the zero time when there was none.
func (s *Store) LastLife(ctx context.Context, name string) (time.Time, error) {
	r, _, err := s.pulse(ctx, nil, name)
	return instant(r.Machine), err
}

func (s *Store) addDowntime(ctx context.Context, tx *work, name string, from, to time.Time) error {
	_, err := s.exec(ctx, tx, "INSERT INTO downtime (name, from_us, to_us) VALUES (?, ?, ?) ON CONFLICT (name, from_us) DO NOTHING", name, micros(from), micros(to))
	return err
}

type downtimeRow struct {
	Name string `db:"name"`
	From int64  `db:"from_us"`
	To   int64  `db:"to_us"`
}

const downBetween = "SELECT name, from_us, to_us FROM downtime WHERE to_us > ? AND from_us < ? ORDER BY from_us, name"

// Downtimes lists what was down between two instants of world time, the earliest first.
func (s *Store) Downtimes(ctx context.Context, from, to time.Time) ([]Downtime, error) {
	var rows []downtimeRow
	if err := s.query(ctx, nil, &rows, downBetween, micros(from), micros(to)); err != nil {
		return nil, err
	}
	out := make([]Downtime, len(rows))
	for i, r := range rows {
		out[i] = Downtime{Name: r.Name, From: instant(r.From), To: instant(r.To)}
	}
	return out, nil
}

// lateness says whether a notice that is claimed at world time now is late, and why: by what its earlier tries met, else by what was
// down since it could have gone out. detail is for the record.
func (s *Store) lateness(ctx context.Context, r outboxRow, c Claim) (late *bot.Lateness, detail string, err error) {
	now := c.World
	due := instant(r.DueUS)
	if r.Class != string(bot.Notice) || due.IsZero() || !now.After(due.Add(bot.LateAfter)) {
		return nil, "", nil
	}
	late = &bot.Lateness{Due: due, Cause: bot.CauseBusy}
	switch {
	case strings.Contains(r.Problem, bot.ErrStopped.Error()):
		late.Cause = bot.CauseStopped
		return late, "stopped by a person", nil
	case r.Attempt > 1 && r.Problem != "" && instant(r.FirstUS).Before(due.Add(bot.LateAfter)):
		late.Cause = bot.CauseBacklog
		return late, fmt.Sprintf("%d earlier tries from %s on, the last: %s", r.Attempt-1, instant(r.FirstUS).Format(time.RFC3339), r.Problem), nil
	}
	var rows []downtimeRow
	if err := s.query(ctx, nil, &rows, downBetween, min(r.MadeUS, r.DueUS), micros(now)); err != nil {
		return nil, "", err
	}
	space, _, _ := bot.TicketID(r.Ticket).Split() // "" for a notice of no ticket
	if last, ok, err := s.pulse(ctx, nil, BacklogDown+space); err != nil {
		return nil, "", err
	} else if ok && micros(c.Now)-last.Machine > last.Limit { // it has come back just now, or not yet
		rows = append(rows, downtimeRow{Name: BacklogDown + space, From: last.World, To: micros(now)})
	}
	for _, want := range []struct {
		name  string
		cause bot.Cause
	}{{TobanDown, bot.CauseToban}, {StoppedDown, bot.CauseStopped}, {StoppedDown + r.Customer, bot.CauseStopped}, {BacklogDown + space, bot.CauseBacklog}} {
		for _, d := range rows {
			if d.Name == want.name {
				late.Cause = want.cause
				return late, fmt.Sprintf("%s from %s to %s", d.Name, instant(d.From).Format(time.RFC3339), instant(d.To).Format(time.RFC3339)), nil
			}
		}
	}
	if r.Attempt > 1 && r.Problem != "" {
		return late, "the last try: " + r.Problem, nil
	}
	return late, "nothing was down", nil
}

// recordLate writes into the audit trail that a notice went out after its time, and why.
func (s *Store) recordLate(ctx context.Context, tx *work, c Sending, sent, world time.Time) error {
	e := c.Attempt.Effect
	if sent.IsZero() {
		sent = world
	}
	if e.Class != bot.Notice || e.Due.IsZero() || !sent.After(e.Due.Add(bot.LateAfter)) {
		return nil
	}
	cause, detail := bot.CauseBusy, "it waited after its claim, or the call itself took long"
	if c.Attempt.Late != nil {
		cause, detail = c.Attempt.Late.Cause, c.lateBy
	}
	_, err := s.exec(ctx, tx, rowsAudit.one,
		string(e.Ticket), e.Customer, micros(world), lateFeature, "sent "+e.Key+" late", clip(fmt.Sprintf("promised for %s, out at %s, %s late%s%s: %s",
			e.Due.Format(time.RFC3339), sent.UTC().Format(time.RFC3339), sent.Sub(e.Due).Round(time.Second), lateCause, cause, detail)), e.Key)
	return err
}

// What recordLate writes and LateNotices reads.
const (
	lateFeature = "outbox"
	lateCause   = "; cause "
)

// LateNotice is a notice that went out after its time.
type LateNotice struct {
	Key      string // of the issue, "" for a notice of none
	Due, Out time.Time
	Cause    bot.Cause // "" when the record of it was erased
}

// LateNotices lists the notices of a customer's tickets that went out between two instants of world time and later than promised, the
// earliest first.
func (s *Store) LateNotices(ctx context.Context, customer string, from, to time.Time) ([]LateNotice, error) {
	var rows []struct {
		Key  string `db:"issue_key"`
		Due  int64  `db:"due_us"`
		Done int64  `db:"done_us"`
		Why  string `db:"why"`
	}
	err := s.query(ctx, nil, &rows, `SELECT COALESCE(t.issue_key, '') AS issue_key, o.due_us, o.done_us, a.why
FROM audit a JOIN outbox o ON o.effect_key = a.ref LEFT JOIN ticket t ON t.id = a.ticket
WHERE a.customer = ? AND a.feature = ? AND a.at_us >= ? AND a.at_us < ? AND o.class = 'notice' AND o.state = 'done' ORDER BY a.at_us, a.id`,
		customer, lateFeature, micros(from), micros(to))
	if err != nil {
		return nil, err
	}
	out := make([]LateNotice, len(rows))
	for i, r := range rows {
		_, after, _ := strings.Cut(r.Why, lateCause)
		cause, _, _ := strings.Cut(after, ":")
		out[i] = LateNotice{Key: r.Key, Due: instant(r.Due), Out: instant(r.Done), Cause: bot.Cause(cause)}
	}
	return out, nil
}

package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"toban/bot"
)

type timerRow struct {
	Ticket   string `db:"ticket"`
	Rule     string `db:"rule"`
	RunUS    int64  `db:"run_us"`
	Gen      int64  `db:"gen"`
	Data     string `db:"data"`
	Customer string `db:"customer"`
}

// takeTimers takes what is due out of the table.
const takeTimers = `WITH due AS (
  SELECT t.ticket, t.rule FROM timer t WHERE t.run_us <= ? ORDER BY t.run_us, t.ticket, t.rule LIMIT CAST(? AS BIGINT)%s)
DELETE FROM timer WHERE (ticket, rule) IN (SELECT ticket, rule FROM due)
RETURNING ticket, rule, run_us, gen, data, COALESCE((SELECT k.customer FROM ticket k WHERE k.id = timer.ticket), '') AS customer`

// FireTimers turns up to n timers that are due at world time now into events, oldest first. A timer is fired and gone in one
// transaction, so it fires once whatever crashes.
func (s *Store) FireTimers(ctx context.Context, now time.Time, n int) (fired int, err error) {
	err = s.transact(ctx, stepFireTimers, func(tx *work) error {
		var rows []timerRow
		if err := s.query(ctx, tx, &rows, fmt.Sprintf(takeTimers, s.d.skipLockedOf("t")), micros(now), n); err != nil {
			return err
		}
		slices.SortFunc(rows, func(a, b timerRow) int {
			return cmp.Or(cmp.Compare(a.RunUS, b.RunUS), cmp.Compare(a.Ticket, b.Ticket), cmp.Compare(a.Rule, b.Rule))
		})
		events := make([]bot.Event, len(rows))
		for i, r := range rows {
			var err error
			if events[i], err = r.event(now); err != nil {
				return err
			}
		}
		fired, tx.idle = len(rows), len(rows) == 0
		return s.accept(ctx, tx, events...)
	})
	return fired, err
}

// event is what a timer becomes at world time now.
func (r timerRow) event(now time.Time) (bot.Event, error) {
	body := bot.TimerDue{Ticket: bot.TicketID(r.Ticket), Rule: r.Rule, Due: instant(r.RunUS)}
	if json.Valid([]byte(r.Data)) { // what is damaged is the fault of this timer alone: its feature hears that its moment has come
		body.Data = json.RawMessage(r.Data)
	}
	// gen makes a timer that was set again for the same moment a new happening.
	key := fmt.Sprintf("%s%d:%d", timerKey(r.Ticket, r.Rule), r.RunUS, r.Gen)
	e, err := bot.NewEvent(bot.EventTimerDue, key, r.Ticket, now, body)
	e.Customer = r.Customer
	if customer, ok := bot.AlertCustomer(r.Ticket); ok {
		e.Customer = customer
	}
	return e, err
}

// timerKey begins the keys of all events of a timer.
func timerKey(ticket, rule string) string { return "timer:" + ticket + ":" + rule + ":" }

var (
	// rowsRecall ends the events of timers that nobody handles yet.
	rowsRecall = updates(`UPDATE inbox SET state = 'done', problem = 'replaced before it was handled'
WHERE lane = ? AND state IN ('open', 'working') AND state = 'open' AND kind = 'timer.due' AND substr(event_key, 1, ?) = ?`,
		`UPDATE inbox SET state = 'done', problem = 'replaced before it was handled' WHERE id IN (
  SELECT i.id FROM unnest(?::text[], ?::bigint[], ?::text[]) AS r (lane, long, head), LATERAL (
    SELECT b.id FROM inbox b WHERE b.lane = r.lane AND b.state IN ('open', 'working') AND b.state = 'open' AND b.kind = 'timer.due'
      AND substr(b.event_key, 1, r.long::int) = r.head OFFSET 0) AS i)
  AND state = 'open'`)
	rowsCancel = updates("DELETE FROM timer WHERE ticket = ? AND rule = ?",
		"DELETE FROM timer AS t USING unnest(?::text[], ?::text[]) AS r (ticket, rule) WHERE t.ticket = r.ticket AND t.rule = r.rule")
	rowsTimer = inserts("timer", []string{"ticket", "rule", "run_us#", "gen#", "data~"},
		"ON CONFLICT (ticket, rule) DO UPDATE SET run_us = excluded.run_us, gen = excluded.gen, data = excluded.data")
)

// NextDue is the world time of the next timer or schedule; ok is false when there is none.
func (s *Store) NextDue(ctx context.Context) (at time.Time, ok bool, err error) {
	var rows []sql.NullInt64
	err = s.query(ctx, nil, &rows, `SELECT MIN(run_us) FROM (
  SELECT MIN(run_us) AS run_us FROM timer UNION ALL SELECT MIN(next_us) FROM schedule) AS due`)
	if err != nil || len(rows) == 0 || !rows[0].Valid {
		return time.Time{}, false, err
	}
	// One of no moment at all, which is stored as 0, is due: it must not hide all others.
	return time.UnixMicro(rows[0].Int64).UTC(), true, nil
}

// layTimers lays out the timers that a decision sets and cancels; of one rule the last counts.
func (l *leaf) layTimers(ticket bot.TicketID, gen int64, timers []bot.Timer) error {
	for i, t := range timers {
		if slices.ContainsFunc(timers[i+1:], func(later bot.Timer) bool { return later.Rule == t.Rule }) {
			continue
		}
		// It may have fired already and wait behind this very event: whoever replaces or cancels it means that one.
		head := timerKey(string(ticket), t.Rule)
		if gen > 1 { // a new ticket has had none
			l.recalls = append(l.recalls, []any{string(ticket), int64(utf8.RuneCountInString(head)), head})
		}
		if t.Cancel {
			l.cancels = append(l.cancels, []any{string(ticket), t.Rule})
			continue
		}
		if t.At.IsZero() {
			return fmt.Errorf("setting timer %s of %s: a time is needed", t.Rule, ticket)
		}
		l.timers = append(l.timers, []any{string(ticket), t.Rule, microsNotBefore(t.At), gen, doc(t.Data)})
	}
	return nil
}

// Timers lists the due moments of a ticket, the next first.
func (s *Store) Timers(ctx context.Context, ticket bot.TicketID) ([]bot.Timer, error) {
	var rows []timerRow
	err := s.query(ctx, nil, &rows, `SELECT ticket, rule, run_us, gen, data, '' AS customer FROM timer WHERE ticket = ? ORDER BY run_us`, string(ticket))
	if err != nil {
		return nil, err
	}
	out := make([]bot.Timer, len(rows))
	for i, r := range rows {
		out[i] = bot.Timer{Rule: r.Rule, At: instant(r.RunUS)}
	}
	return out, nil
}

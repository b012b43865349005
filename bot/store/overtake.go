package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"toban/bot"
)

// overtake takes fields out of updates that wait, where a newer update sets them: a notice goes before a cosmetic update, and a retry comes
// after what was decided later, so an older value would be put back. What the older one sets beside them stays to be done, and what it says
// is said.
func (s *Store) overtake(ctx context.Context, tx *work, e bot.Effect, now time.Time) error {
	if !(queued{Effect: e}).updates() {
		return nil
	}
	var newer bot.Update
	if err := e.Decode(&newer); err != nil {
		return nil // the sender buries it
	}
	var rows []outboxRow
	err := s.query(ctx, tx, &rows, `SELECT id, effect_key, customer, class, mode, body FROM outbox
WHERE ticket = ? AND channel = ? AND state IN ('open', 'sending', 'held') AND halt = 0 AND kind = ? AND effect_key <> ? ORDER BY id`,
		string(e.Ticket), bot.EffectUpdate.Channel(), string(bot.EffectUpdate), shortKey(e.Key))
	if err != nil {
		return err
	}
	for _, r := range rows {
		var older bot.Update
		if json.Unmarshal([]byte(r.Body), &older) != nil {
			continue
		}
		left, changed := without(older, newer)
		switch {
		case !changed:
			continue
		case older.Text != "" || bot.EffectClass(r.Class) == bot.Notice: // its echo is known by its number, whatever it sets
			body, err := json.Marshal(left)
			if err != nil {
				return fmt.Errorf("writing what is left of effect %s: %w", r.Key, err)
			}
			if _, err := s.exec(ctx, tx, "UPDATE outbox SET body = ? WHERE id = ?", string(body), r.ID); err != nil {
				return err
			}
			continue
		}
		if _, err := s.exec(ctx, tx, `UPDATE outbox SET done_us = ?,
  halt = CASE WHEN state = 'sending' THEN 2 ELSE halt END, state = CASE WHEN state IN ('open', 'held') THEN 'superseded' ELSE state END
WHERE id = ? AND state IN ('open', 'sending', 'held')`, micros(now), r.ID); err != nil {
			return err
		}
		if left.StatusID == 0 && left.DueDate == "" && left.AssigneeID == 0 {
			continue
		}
		rest := bot.MakeEffect(bot.EffectUpdate, bot.Cosmetic, r.Key+":rest", nil, left)
		rest.Ticket, rest.Customer, rest.Project, rest.Trace = e.Ticket, r.Customer, e.Project, e.Trace
		if err := s.addEffect(ctx, tx, queued{rest, now, bot.Mode(r.Mode)}); err != nil {
			return err
		}
	}
	return nil
}

// updates reports whether it sets fields of a ticket that has an issue.
func (e queued) updates() bool { return e.Kind == bot.EffectUpdate && e.Ticket != "" }

// atOnce is how many tickets one read takes; there are seldom more.
const atOnce = 8

// updating says on which tickets of the effects an update waits or is under way.
func (s *Store) updating(ctx context.Context, tx *work, decisions [][]queued) (busy map[bot.TicketID]bool, err error) {
	busy = map[bot.TicketID]bool{}
	var tickets []string
	for _, list := range decisions {
		for _, e := range list {
			if e.updates() && !slices.Contains(tickets, string(e.Ticket)) {
				tickets = append(tickets, string(e.Ticket))
			}
		}
	}
	for some := range slices.Chunk(tickets, atOnce) {
		args := make([]any, 0, atOnce+2)
		for i := range atOnce {
			args = append(args, some[min(i, len(some)-1)])
		}
		var found []string
		err := s.query(ctx, tx, &found, `SELECT ticket FROM outbox WHERE ticket IN (?, ?, ?, ?, ?, ?, ?, ?) AND channel = ? AND state IN ('open', 'sending', 'held') AND kind = ?`,
			append(args, bot.EffectUpdate.Channel(), string(bot.EffectUpdate))...)
		if err != nil {
			return nil, err
		}
		for _, t := range found {
			busy[bot.TicketID(t)] = true
		}
	}
	return busy, nil
}

// without is an update less the fields that a newer one sets.
func without(older, newer bot.Update) (left bot.Update, changed bool) {
	left = older
	if newer.StatusID != 0 && older.StatusID != 0 {
		left.StatusID, changed = 0, true
	}
	if newer.DueDate != "" && older.DueDate != "" {
		left.DueDate, changed = "", true
	}
	if newer.AssigneeID != 0 && older.AssigneeID != 0 {
		left.AssigneeID, left.KeepAssignee, changed = 0, nil, true
	}
	return left, changed
}

package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"toban/bot"
)

// overtake takes fields out of updates that wait, where a newer update sets them: a notice goes before a cosmetic update, and a retry comes
// after what was decided later, so an older value would be put back. What the older one sets beside them stays to be done, and what it says
// is said.
func (s *Store) overtake(ctx context.Context, tx *work, e bot.Effect, now time.Time) error {
	if e.Kind != bot.EffectUpdate || e.Ticket == "" {
		return nil
	}
	var newer bot.Update
	if err := e.Decode(&newer); err != nil {
		return nil // the sender buries it
	}
	var rows []outboxRow
	err := s.query(ctx, tx, &rows, `SELECT id, effect_key, customer, class, body FROM outbox
WHERE ticket = ? AND channel = ? AND state IN ('open', 'sending') AND halt = 0 AND kind = ? AND effect_key <> ? ORDER BY id`,
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
  halt = CASE WHEN state = 'sending' THEN 2 ELSE halt END, state = CASE WHEN state = 'open' THEN 'superseded' ELSE state END
WHERE id = ? AND state IN ('open', 'sending')`, micros(now), r.ID); err != nil {
			return err
		}
		if left.StatusID == 0 && left.DueDate == "" && left.AssigneeID == 0 {
			continue
		}
		rest := bot.MakeEffect(bot.EffectUpdate, bot.Cosmetic, r.Key+":rest", nil, left)
		rest.Ticket, rest.Customer, rest.Trace = e.Ticket, r.Customer, e.Trace
		if err := s.addEffect(ctx, tx, rest, now); err != nil {
			return err
		}
	}
	return nil
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

package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"toban/bot"
)

// What a decision writes, each for as many rows as there are. What features say anew of a ticket each time and is stored so already stays as it is.
var (
	rowsFinish = updates(`UPDATE inbox SET state = 'done', problem = '' WHERE id = ? AND owner = ? AND attempt = ? AND state = 'working'`,
		`UPDATE inbox AS i SET state = 'done', problem = '' FROM (SELECT unnest(?::bigint[]) AS id, unnest(?::text[]) AS owner, unnest(?::bigint[]) AS attempt) AS r
WHERE i.id = r.id AND i.owner = r.owner AND i.attempt = r.attempt AND i.state = 'working'`)
	rowsNewTicket = inserts("ticket", []string{
		"id", "customer", "space", "project", "issue_key", "class", "status", "received_us#", "ended_us#", "cursor#", "version=1", "body~",
	}, "")
	rowsTicket = updates(`UPDATE ticket SET customer = ?, project = ?, issue_key = ?, class = ?, status = ?, received_us = ?, ended_us = ?,
  cursor = ?, version = version + 1, body = ? WHERE id = ? AND version = ?`,
		`UPDATE ticket AS t SET customer = r.customer, project = r.project, issue_key = r.issue_key, class = r.class, status = r.status, received_us = r.received_us,
  ended_us = r.ended_us, cursor = r.cursor, version = t.version + 1, body = r.body
FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::bigint[], (SELECT string_to_array(?::text, chr(30))), ?::text[], ?::bigint[])
  AS r (customer, project, issue_key, class, status, received_us, ended_us, cursor, body, id, version)
WHERE t.id = r.id AND t.version = r.version`)
	rowsState = inserts("aggregate", []string{"ticket", "feature", "state~", "panel~"}, `ON CONFLICT (ticket, feature) DO UPDATE SET
  state = CASE WHEN excluded.state = '' THEN aggregate.state ELSE excluded.state END,
  panel = CASE WHEN excluded.panel = '' THEN aggregate.panel ELSE excluded.panel END`)
	rowsFact        = inserts("fact", []string{"ticket", "fact_id", "at_us#", "body~"}, "ON CONFLICT (ticket, fact_id) DO NOTHING")
	rowsDropHolding = updates("DELETE FROM holding WHERE ticket = ? AND feature = ? AND n >= ?",
		`DELETE FROM holding WHERE ctid = ANY (ARRAY(SELECT found.ctid FROM unnest(?::text[], ?::text[], ?::bigint[]) AS r (ticket, feature, n),
  LATERAL (SELECT h.ctid FROM holding h WHERE h.ticket = r.ticket AND h.feature = r.feature AND h.n >= r.n OFFSET 0) AS found))`)
	rowsHolding = inserts("holding", []string{"ticket", "feature", "n#", "customer", "until_us#", "sign", "body~"},
		`ON CONFLICT (ticket, feature, n) DO UPDATE SET customer = excluded.customer, until_us = excluded.until_us, body = excluded.body, sign = excluded.sign
WHERE holding.body <> excluded.body OR holding.until_us <> excluded.until_us OR holding.sign <> excluded.sign`)
	rowsSeen = updates("UPDATE cursor SET value = value + 1 WHERE name = ? AND value = ?",
		"UPDATE cursor AS c SET value = c.value + 1 FROM unnest(?::text[], ?::bigint[]) AS r (name, value) WHERE c.name = r.name AND c.value = r.value")
	rowsClock = inserts("clock", []string{"ticket", "clock_id", "customer", "state", "start_us#", "due_us#", "stopped_us#", "body~"},
		`ON CONFLICT (ticket, clock_id) DO UPDATE SET customer = excluded.customer, state = excluded.state, start_us = excluded.start_us,
  due_us = excluded.due_us, stopped_us = excluded.stopped_us, body = excluded.body WHERE clock.body <> excluded.body`)
	rowsAudit = inserts("audit", []string{"ticket", "customer", "at_us#", "feature", "what", "why", "ref"}, "")
)

// leaf is a decision laid out in rows, ready to be written.
type leaf struct {
	finish, newTicket, ticket, seen, states, facts, dropHoldings, holdings, clocks, recalls, cancels, timers, withdraw, audit [][]any
	newAlerts, alerts, recordings                                                                                             [][]any
	effects                                                                                                                   [][]queued // of one decision each
}

// layOut lays a decision out in rows: outside of the transaction, and each caller its own.
func layOut(d Decision) (leaf, error) {
	l := leaf{finish: [][]any{{d.Claim.Event.ID, d.Claim.Owner, int64(d.Claim.Attempt)}}}
	var ticket bot.TicketID
	var customer string
	if d.Ticket != nil {
		ticket, customer = d.Ticket.ID, d.Ticket.Customer
		if err := l.layTicket(d); err != nil {
			return leaf{}, err
		}
		if d.Seen.Customer != "" {
			l.seen = [][]any{{holdingState(d.Seen.Customer), d.Seen.State}}
		}
	}
	if d.Ticket == nil && d.Alert != nil {
		customer = d.Alert.Customer
		if err := l.layAlert(d); err != nil {
			return leaf{}, err
		}
	}
	for _, key := range d.Withdraw {
		l.withdraw = append(l.withdraw, []any{micros(d.Now), shortKey(key)})
	}
	if len(d.Effects) > 0 {
		list := make([]queued, len(d.Effects))
		for i, e := range d.Effects {
			if err := queueable(e); err != nil {
				return leaf{}, err
			}
			list[i] = queued{Effect: e, at: d.Now}
		}
		l.effects = [][]queued{list}
	}
	if d.Record != nil {
		l.recordings = [][]any{{micros(d.Now), d.Claim.Event.Lane, cmp.Or(customer, d.Claim.Event.Customer), doc(d.Record)}}
	}
	for _, r := range d.Reasons {
		l.audit = append(l.audit, []any{string(ticket), customer, micros(d.Now), r.Feature, r.What, r.Why, cmp.Or(r.Ref, d.Claim.Event.Key)})
	}
	return l, nil
}

// layTicket lays out what belongs to the decision's ticket. What is set twice counts as it was set last.
func (l *leaf) layTicket(d Decision) error {
	t := d.Ticket
	id := string(t.ID)
	body, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("writing ticket %s: %w", id, err)
	}
	body = bot.Carry([]byte(d.Stored), body, t)
	if d.Version == 0 {
		l.newTicket = [][]any{{
			id, t.Customer, t.Space, t.Project, t.Key, string(t.Class), string(t.Status), micros(t.Received), micros(t.Ended), d.Cursor, doc(body),
		}}
	} else {
		l.ticket = [][]any{{
			t.Customer, t.Project, t.Key, string(t.Class), string(t.Status), micros(t.Received), micros(t.Ended), d.Cursor, doc(body), id, d.Version,
		}}
	}
	for _, c := range d.States {
		state, panel, err := c.docs()
		if err != nil {
			return fmt.Errorf("writing %s of %s: %w", c.Feature, id, err)
		}
		row := []any{id, c.Feature, state, panel}
		if i := slices.IndexFunc(l.states, func(known []any) bool { return known[1] == c.Feature }); i >= 0 {
			l.states[i][2], l.states[i][3] = state.or(l.states[i][2]), panel.or(l.states[i][3])
			continue
		}
		l.states = append(l.states, row)
	}
	for _, f := range d.Facts {
		body, err := json.Marshal(f)
		if err != nil {
			return fmt.Errorf("writing fact %s of %s: %w", f.ID, id, err)
		}
		l.facts = append(l.facts, []any{id, f.ID, micros(f.At), doc(body)})
	}
	for _, feature := range slices.Sorted(maps.Keys(d.Holdings)) {
		if d.Version > 0 { // a new ticket has held nothing
			l.dropHoldings = append(l.dropHoldings, []any{id, feature, int64(len(d.Holdings[feature]))})
		}
		for i, h := range d.Holdings[feature] {
			h.Ticket, h.Customer, h.Key = t.ID, t.Customer, t.Key
			body, err := json.Marshal(h)
			if err != nil {
				return fmt.Errorf("writing what %s holds: %w", id, err)
			}
			l.holdings = append(l.holdings, []any{id, feature, int64(i), t.Customer, micros(h.Until), signOf(h), doc(body)})
		}
	}
	for i, c := range d.Clocks {
		if slices.ContainsFunc(d.Clocks[i+1:], func(later bot.ClockRow) bool { return later.ID == c.ID }) {
			continue
		}
		c.Ticket, c.Customer = t.ID, t.Customer
		body, err := json.Marshal(c)
		if err != nil {
			return fmt.Errorf("writing clock %s of %s: %w", c.ID, id, err)
		}
		l.clocks = append(l.clocks, []any{id, c.ID, t.Customer, string(c.State), micros(c.Start), micros(c.Due), micros(c.Stopped), doc(body)})
	}
	return l.layTimers(t.ID, d.Version+1, d.Timers)
}

// add takes another decision's rows in.
func (l *leaf) add(m leaf) {
	l.finish = append(l.finish, m.finish...)
	l.newTicket, l.ticket = append(l.newTicket, m.newTicket...), append(l.ticket, m.ticket...)
	l.seen = append(l.seen, m.seen...)
	l.newAlerts, l.alerts = append(l.newAlerts, m.newAlerts...), append(l.alerts, m.alerts...)
	l.states, l.facts = append(l.states, m.states...), append(l.facts, m.facts...)
	l.dropHoldings, l.holdings = append(l.dropHoldings, m.dropHoldings...), append(l.holdings, m.holdings...)
	l.clocks = append(l.clocks, m.clocks...)
	l.recalls, l.cancels, l.timers = append(l.recalls, m.recalls...), append(l.cancels, m.cancels...), append(l.timers, m.timers...)
	l.recordings = append(l.recordings, m.recordings...)
	l.withdraw, l.effects, l.audit = append(l.withdraw, m.withdraw...), append(l.effects, m.effects...), append(l.audit, m.audit...)
}

// commitTogether writes decisions in one transaction. ErrFenced and ErrConflict mean one of them: nothing is written, and each has to be
// told alone.
func (s *Store) commitTogether(ctx context.Context, batch []leaf) error {
	var all leaf
	for _, l := range batch {
		all.add(l)
	}
	// Batches of this and of other replicas wait for the same customers' states in one order.
	slices.SortStableFunc(all.seen, func(a, b []any) int { return cmp.Compare(a[0].(string), b[0].(string)) }) //nolint:forcetypeassert // as they were laid out
	return s.transact(ctx, stepDecide, func(tx *work) error {
		if n, err := s.execRows(ctx, tx, rowsFinish, all.finish); err != nil || n != int64(len(all.finish)) {
			return cmp.Or(err, ErrFenced)
		}
		if _, err := s.execRows(ctx, tx, rowsNewTicket, all.newTicket); err != nil {
			if isUnique(err) {
				return ErrConflict
			}
			return err
		}
		if n, err := s.execRows(ctx, tx, rowsTicket, all.ticket); err != nil || n != int64(len(all.ticket)) {
			return cmp.Or(err, ErrConflict)
		}
		if _, err := s.execRows(ctx, tx, rowsNewAlert, all.newAlerts); err != nil {
			if isUnique(err) {
				return ErrConflict
			}
			return err
		}
		if n, err := s.execRows(ctx, tx, rowsAlert, all.alerts); err != nil || n != int64(len(all.alerts)) {
			return cmp.Or(err, ErrConflict)
		}
		// Two of one batch that saw the same state change one row: each is told alone, and the second decides again.
		if n, err := s.execRows(ctx, tx, rowsSeen, all.seen); err != nil || n != int64(len(all.seen)) {
			return cmp.Or(err, ErrConflict)
		}
		for _, part := range []struct {
			what rows
			list [][]any
		}{
			{rowsState, all.states},
			{rowsFact, all.facts},
			{rowsRecall, all.recalls},
			{rowsCancel, all.cancels},
			{rowsTimer, all.timers},
			{rowsDropHolding, all.dropHoldings},
			{rowsHolding, all.holdings},
			{rowsClock, all.clocks},
			{rowsWithdraw, all.withdraw},
			{rowsAudit, all.audit},
			{rowsRecording, all.recordings},
		} {
			if _, err := s.execRows(ctx, tx, part.what, part.list); err != nil {
				return err
			}
		}
		return s.addEffects(ctx, tx, all.effects...)
	})
}

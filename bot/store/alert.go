package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"toban/bot"
)

var (
	rowsNewAlert = inserts("alert", []string{"lane", "customer", "issue_key", "firing#", "held", "last_us#", "version=1", "state"}, "")
	rowsAlert    = updates(`UPDATE alert SET issue_key = ?, firing = ?, held = ?, last_us = ?, version = version + 1, state = ? WHERE lane = ? AND version = ?`,
		`UPDATE alert AS a SET issue_key = r.issue_key, firing = r.firing, held = r.held, last_us = r.last_us, version = a.version + 1, state = r.state
FROM unnest(?::text[], ?::bigint[], ?::text[], ?::bigint[], ?::text[], ?::text[], ?::bigint[]) AS r (issue_key, firing, held, last_us, state, lane, version)
WHERE a.lane = r.lane AND a.version = r.version`)
)

// RuleLook is the due moment of a lane of alerts at which it is looked whether what held one back still does; RuleOver that of a silence's
// end, whose data is ByHand when a person ended it.
const (
	RuleLook = "fold/look"
	RuleOver = "fold/over"
	ByHand   = `"by hand"`
)

// layAlert lays out what is kept of alerts. A lane is handled one event at a time; the version guards against a worker that lost its lease.
func (l *leaf) layAlert(d Decision) error {
	a := d.Alert
	firing := int64(0)
	if a.Firing {
		firing = 1
	}
	if !json.Valid(a.State) {
		return fmt.Errorf("writing alerts of %s: their state is no JSON", a.Lane)
	}
	if a.Version == 0 {
		l.newAlerts = [][]any{{a.Lane, a.Customer, a.Key, firing, a.Held, micros(a.Last), string(a.State)}}
	} else {
		l.alerts = [][]any{{a.Key, firing, a.Held, micros(a.Last), string(a.State), a.Lane, a.Version}}
	}
	return l.layTimers(bot.TicketID(a.Lane), a.Version+1, d.Timers)
}

type alertRow struct {
	Lane     string `db:"lane"`
	Customer string `db:"customer"`
	Key      string `db:"issue_key"`
	Firing   int64  `db:"firing"`
	Held     string `db:"held"`
	LastUS   int64  `db:"last_us"`
	Version  int64  `db:"version"`
	State    string `db:"state"`
}

func (r alertRow) record() bot.AlertRecord {
	return bot.AlertRecord{
		Lane: r.Lane, Customer: r.Customer, Key: r.Key, Firing: r.Firing != 0, Held: r.Held, Last: instant(r.LastUS), Version: r.Version, State: json.RawMessage(r.State),
	}
}

const selectAlert = "SELECT lane, customer, issue_key, firing, held, last_us, version, state FROM alert"

// Alerts lists what is kept of the alerts of a customer, of all customers for "", the newest first.
func (s *Store) Alerts(ctx context.Context, customer string) ([]bot.AlertRecord, error) {
	return s.alerts(ctx, selectAlert+" WHERE CAST(? AS TEXT) IN ('', customer) ORDER BY last_us DESC, lane", customer)
}

func (s *Store) alerts(ctx context.Context, text string, args ...any) ([]bot.AlertRecord, error) {
	var rows []alertRow
	if err := s.query(ctx, nil, &rows, text, args...); err != nil {
		return nil, err
	}
	out := make([]bot.AlertRecord, len(rows))
	for i, r := range rows {
		out[i] = r.record()
	}
	return out, nil
}

// workSince is how far back running work is looked for: nobody works longer on one thing without saying so.
const workSince = 32 * 24 * time.Hour

// AlertView reads what a decision in a lane of alerts, or in that of a silence, is made from at a moment; nil for other lanes.
func (s *Store) AlertView(ctx context.Context, lane string, now time.Time) (*bot.AlertView, error) {
	if id, ok := bot.LaneSilence(lane); ok {
		return s.silenceView(ctx, id)
	}
	customer, ok := bot.AlertCustomer(lane)
	if !ok {
		return nil, nil //nolint:nilnil // a lane of tickets has none
	}
	v := &bot.AlertView{}
	found, err := s.alerts(ctx, selectAlert+" WHERE lane = ?", lane)
	if err != nil {
		return nil, err
	}
	if len(found) > 0 {
		v.Record = &found[0]
	}
	if v.Record != nil && v.Record.Held == bot.HeldForReview {
		if v.All, err = s.alerts(ctx, selectAlert+" WHERE customer = ? AND held = ? ORDER BY last_us, lane", customer, bot.HeldForReview); err != nil {
			return nil, err
		}
	}
	if v.Record != nil && v.Record.Key != "" {
		var rows []ticketRow
		err := s.query(ctx, nil, &rows, "SELECT id, cursor, version, body FROM ticket WHERE issue_key = ? AND customer = ? ORDER BY id", v.Record.Key, customer)
		if err != nil {
			return nil, err
		}
		if len(rows) > 0 {
			if v.Ticket, err = readTicket(rows[0]); err != nil {
				return nil, err
			}
		}
	}
	if v.Silences, err = s.Silences(ctx, customer, now); err != nil {
		return nil, err
	}
	held, err := s.Holdings(ctx, customer, now.Add(-workSince))
	for _, h := range held {
		if h.Kind == bot.HoldWork && h.Running {
			v.Works = append(v.Works, h)
		}
	}
	return v, err
}

func (s *Store) silenceView(ctx context.Context, id string) (*bot.AlertView, error) {
	var rows []silenceRow
	if err := s.query(ctx, nil, &rows, selectSilence+" WHERE id = ?", id); err != nil {
		return nil, err
	}
	v := &bot.AlertView{}
	if len(rows) == 0 {
		return v, nil
	}
	q, err := rows[0].silence()
	if err != nil {
		return nil, err
	}
	v.Silence = &q
	v.All, err = s.Alerts(ctx, q.Customer)
	return v, err
}

// silenceOver sets the moment of a silence's end.
func (s *Store) silenceOver(ctx context.Context, tx *work, id string, at time.Time, data string) error {
	_, err := s.exec(ctx, tx, `INSERT INTO timer (ticket, rule, run_us, gen, data) VALUES (?, ?, ?, 1, ?)
ON CONFLICT (ticket, rule) DO UPDATE SET run_us = excluded.run_us, data = excluded.data`, bot.SilenceLane(id), RuleOver, micros(at), data)
	return err
}

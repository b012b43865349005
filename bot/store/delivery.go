package store

import (
	"context"
	"encoding/json"
	"time"

	"toban/bot"
)

// Delivery is an effect of a ticket and how it ended, for the audit trail.
type Delivery struct {
	Kind     bot.EffectKind `json:"kind"`
	Key      string         `json:"key"`
	Number   string         `json:"number"` // 通知番号
	State    string         `json:"state"`  // open | sending | done | dead | withdrawn | superseded
	Attempts int            `json:"attempts"`
	Made     time.Time      `json:"made"`           // decided
	Due      time.Time      `json:"due,omitzero"`   // promised
	Ended    time.Time      `json:"ended,omitzero"` // went out, or was given up or taken back
	RemoteID string         `json:"remote_id,omitempty"`
	Outcome  string         `json:"outcome,omitempty"`  // of a call
	Verified bool           `json:"verified,omitempty"` // read back
	Why      string         `json:"why,omitempty"`      // why it is not verified, or a note
	Problem  string         `json:"problem,omitempty"`  // of the last try that failed
}

// Time is when it ended, or was decided while it has not.
func (d Delivery) Time() time.Time {
	if d.Ended.IsZero() {
		return d.Made
	}
	return d.Ended
}

// deliveryRow is a row of the outbox as the audit trail shows it.
type deliveryRow struct {
	Kind     string `db:"kind"`
	Key      string `db:"effect_key"`
	Number   string `db:"number"`
	State    string `db:"state"`
	Attempts int    `db:"attempt"`
	Made     int64  `db:"made_us"`
	Due      int64  `db:"due_us"`
	Done     int64  `db:"done_us"`
	RemoteID string `db:"remote_id"`
	Problem  string `db:"problem"`
	Result   string `db:"result"`
}

// result is what the sender said; an effect that has not ended has none.
func (r deliveryRow) result() (out bot.EffectResult) {
	if r.Result != "" && json.Unmarshal([]byte(r.Result), &out) != nil {
		out.Why = "its result can't be read"
	}
	return out
}

// Deliveries lists what went or is to go out for a ticket, in the order in which it ended; what has not ended stands where it was decided.
func (s *Store) Deliveries(ctx context.Context, ticket bot.TicketID) ([]Delivery, error) {
	var rows []deliveryRow
	err := s.query(ctx, nil, &rows, `SELECT kind, effect_key, number, state, attempt, made_us, due_us, done_us, remote_id, problem, result FROM outbox
WHERE ticket = ? ORDER BY CASE WHEN done_us = 0 THEN made_us ELSE done_us END, id`, string(ticket))
	if err != nil {
		return nil, err
	}
	out := make([]Delivery, len(rows))
	for i, r := range rows {
		said := r.result()
		out[i] = Delivery{
			Kind: bot.EffectKind(r.Kind), Key: r.Key, Number: r.Number, State: r.State, Attempts: r.Attempts,
			Outcome: said.Outcome, Verified: said.Verified, Why: said.Why,
			Made: instant(r.Made), Due: instant(r.Due), Ended: instant(r.Done), RemoteID: r.RemoteID, Problem: r.Problem,
		}
	}
	return out, nil
}

package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"toban/bot"
)

// Decision is everything that the handling of one event changes. It is written in one transaction or not at all.
type Decision struct {
	Claim    Claimed
	Now      time.Time   // world time of the decision
	Ticket   *bot.Ticket // nil when the event belongs to no ticket
	Stored   string      // the ticket as loaded: what another release wrote into it stays, see [bot.Carry]
	Cursor   int64
	Version  int64 // as loaded
	States   []StateChange
	Facts    []bot.Fact
	Timers   []bot.Timer
	Effects  []bot.Effect
	Withdraw []string
	Clocks   []bot.ClockRow
	Holdings map[string][]bot.Holding // by feature: replaces what is stored
	Reasons  []Audited
	Alert    *bot.AlertRecord // what is kept of the alerts of the lane; nil keeps the old
	// Seen is the state of the customer's holdings from which a share of what is scarce was taken, see [SeenHoldings]: when another ticket
	// took one in the meantime, it is decided again.
	Seen SeenHoldings
	// Record is what the decision was made of, to be kept for a comparison with another version; nil is not kept.
	Record json.RawMessage
}

// StateChange is a feature's new aggregate or panel; nil keeps what is stored.
type StateChange struct {
	Feature string
	State   any
	Panel   *bot.Panel
	Drawn   json.RawMessage // the panel as it is stored, from a caller that has it already
}

// Audited is a reason with the feature that gave it.
type Audited struct {
	Feature string
	bot.Reason
}

// docs are what is stored of a change; an empty one keeps what is there.
func (c StateChange) docs() (state, panel doc, err error) {
	switch v := c.State.(type) {
	case nil:
	case json.RawMessage:
		state = doc(v)
	default:
		if state, err = json.Marshal(v); err != nil {
			return nil, nil, err
		}
	}
	if len(c.Drawn) > 0 {
		return state, doc(c.Drawn), nil
	}
	if c.Panel != nil {
		if panel, err = json.Marshal(c.Panel); err != nil {
			return nil, nil, err
		}
	}
	return state, panel, nil
}

// Written is what is stored of a change; nil keeps what is there.
func (c StateChange) Written() (state, panel json.RawMessage, err error) {
	s, p, err := c.docs()
	return json.RawMessage(s), json.RawMessage(p), err
}

// UnwritableError says that a decision can't be written as it is: it lacks something, or the database refuses what is in it. The same again
// would meet the same.
type UnwritableError struct{ Err error }

// Error implements error.
func (e *UnwritableError) Error() string { return e.Err.Error() }

// Unwrap gives what is wrong with it.
func (e *UnwritableError) Unwrap() error { return e.Err }

// Commit writes a decision and ends its event. ErrConflict means that the ticket changed since it was loaded, ErrFenced that the event
// was taken over, an [UnwritableError] that the decision is at fault: in all cases nothing is written. Decisions that come at the same time
// share a commit.
func (s *Store) Commit(ctx context.Context, d Decision) error {
	l, err := layOut(d)
	if err != nil {
		return &UnwritableError{err}
	}
	if err = s.decisions.do(ctx, l); refusesData(err) {
		return &UnwritableError{fmt.Errorf("writing what was decided on %s: %w", d.Claim.Event.Key, err)}
	}
	return err
}

// AuditLine is one line of a ticket's audit trail.
type AuditLine struct {
	N       int64 // place in the customer's chain; 0 while it is not sealed
	At      time.Time
	Feature string
	bot.Reason
}

// Audit reads the audit trail of a ticket, the oldest line first.
func (s *Store) Audit(ctx context.Context, ticket bot.TicketID) ([]AuditLine, error) {
	return s.auditLines(ctx, "ticket = ?", string(ticket))
}

func (s *Store) auditLines(ctx context.Context, where string, args ...any) ([]AuditLine, error) {
	var rows []struct {
		N       int64  `db:"link"`
		AtUS    int64  `db:"at_us"`
		Feature string `db:"feature"`
		What    string `db:"what"`
		Why     string `db:"why"`
		Ref     string `db:"ref"`
	}
	if err := s.query(ctx, nil, &rows, "SELECT link, at_us, feature, what, why, ref FROM audit WHERE "+where+" ORDER BY id", args...); err != nil {
		return nil, err
	}
	out := make([]AuditLine, len(rows))
	for i, r := range rows {
		out[i] = AuditLine{N: r.N, At: instant(r.AtUS), Feature: r.Feature, Reason: bot.Reason{What: r.What, Why: r.Why, Ref: r.Ref}}
	}
	return out, nil
}

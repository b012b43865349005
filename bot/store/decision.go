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
}

// StateChange is a feature's new aggregate or panel; nil keeps what is stored.
type StateChange struct {
	Feature string
	State   any
	Panel   *bot.Panel
}

// Audited is a reason with the feature that gave it.
type Audited struct {
	Feature string
	bot.Reason
}

// Commit writes a decision and ends its event. ErrConflict means that the ticket changed since it was loaded, ErrFenced that the event
// was taken over: in both cases nothing is written.
func (s *Store) Commit(ctx context.Context, d Decision) error {
	return s.transact(ctx, stepDecide, func(tx *work) error {
		if err := s.finishEvent(ctx, tx, d.Claim); err != nil {
			return err
		}
		var ticket bot.TicketID
		var customer string
		if d.Ticket != nil {
			ticket, customer = d.Ticket.ID, d.Ticket.Customer
			if err := s.saveTicket(ctx, tx, d.Ticket, d.Cursor, d.Version); err != nil {
				return err
			}
			if err := s.saveParts(ctx, tx, ticket, d); err != nil {
				return err
			}
		}
		for _, key := range d.Withdraw {
			if err := s.withdraw(ctx, tx, key, d.Now); err != nil {
				return err
			}
		}
		for _, e := range d.Effects {
			if err := s.addEffect(ctx, tx, e, d.Now); err != nil {
				return err
			}
		}
		return s.addAudit(ctx, tx, ticket, customer, d)
	})
}

func (s *Store) saveParts(ctx context.Context, tx *work, ticket bot.TicketID, d Decision) error {
	for _, c := range d.States {
		if err := s.saveState(ctx, tx, ticket, c); err != nil {
			return err
		}
	}
	for _, f := range d.Facts {
		body, err := json.Marshal(f)
		if err != nil {
			return fmt.Errorf("writing fact %s of %s: %w", f.ID, ticket, err)
		}
		_, err = s.exec(ctx, tx, `INSERT INTO fact (ticket, fact_id, at_us, body) VALUES (?, ?, ?, ?) ON CONFLICT (ticket, fact_id) DO NOTHING`,
			string(ticket), f.ID, micros(f.At), string(body))
		if err != nil {
			return err
		}
	}
	if err := s.setTimers(ctx, tx, ticket, d.Version+1, d.Timers); err != nil {
		return err
	}
	if err := s.saveHoldings(ctx, tx, d.Ticket, d.Holdings); err != nil {
		return err
	}
	return s.saveClocks(ctx, tx, d.Ticket, d.Clocks)
}

func (s *Store) saveState(ctx context.Context, tx *work, ticket bot.TicketID, c StateChange) error {
	state, panel := "", ""
	if c.State != nil {
		b, err := json.Marshal(c.State)
		if err != nil {
			return fmt.Errorf("writing state %s of %s: %w", c.Feature, ticket, err)
		}
		state = string(b)
	}
	if c.Panel != nil {
		b, err := json.Marshal(c.Panel)
		if err != nil {
			return fmt.Errorf("writing panel %s of %s: %w", c.Feature, ticket, err)
		}
		panel = string(b)
	}
	_, err := s.exec(ctx, tx, `INSERT INTO aggregate (ticket, feature, state, panel) VALUES (?, ?, ?, ?)
ON CONFLICT (ticket, feature) DO UPDATE SET
  state = CASE WHEN excluded.state = '' THEN aggregate.state ELSE excluded.state END,
  panel = CASE WHEN excluded.panel = '' THEN aggregate.panel ELSE excluded.panel END`, string(ticket), c.Feature, state, panel)
	return err
}

func (s *Store) addAudit(ctx context.Context, tx *work, ticket bot.TicketID, customer string, d Decision) error {
	for _, r := range d.Reasons {
		ref := r.Ref
		if ref == "" {
			ref = d.Claim.Event.Key
		}
		_, err := s.exec(ctx, tx, `INSERT INTO audit (ticket, customer, at_us, feature, what, why, ref) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			string(ticket), customer, micros(d.Now), r.Feature, r.What, r.Why, ref)
		if err != nil {
			return err
		}
	}
	return nil
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
	var rows []struct {
		N       int64  `db:"link"`
		AtUS    int64  `db:"at_us"`
		Feature string `db:"feature"`
		What    string `db:"what"`
		Why     string `db:"why"`
		Ref     string `db:"ref"`
	}
	if err := s.query(ctx, nil, &rows, "SELECT link, at_us, feature, what, why, ref FROM audit WHERE ticket = ? ORDER BY id", string(ticket)); err != nil {
		return nil, err
	}
	out := make([]AuditLine, len(rows))
	for i, r := range rows {
		out[i] = AuditLine{N: r.N, At: instant(r.AtUS), Feature: r.Feature, Reason: bot.Reason{What: r.What, Why: r.Why, Ref: r.Ref}}
	}
	return out, nil
}

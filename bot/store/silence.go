package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"toban/bot"
)

type silenceRow struct {
	ID       string `db:"id"`
	Customer string `db:"customer"`
	Hosts    string `db:"hosts"`
	FromUS   int64  `db:"from_us"`
	UntilUS  int64  `db:"until_us"`
	Reason   string `db:"reason"`
	Person   string `db:"person"`
	Ticket   string `db:"ticket"`
	MadeUS   int64  `db:"made_us"`
}

const selectSilence = "SELECT id, customer, hosts, from_us, until_us, reason, person, ticket, made_us FROM silence"

func (r silenceRow) silence() (bot.Silence, error) {
	s := bot.Silence{
		ID: r.ID, Customer: r.Customer, From: instant(r.FromUS), Until: instant(r.UntilUS), Reason: r.Reason, Person: r.Person, Ticket: r.Ticket, Made: instant(r.MadeUS),
	}
	return s, read("silence "+r.ID, "silence.hosts", r.Hosts, &s.Hosts)
}

// Silence writes a silence down, in the customer's trail, too, and queues what is said of it, in one transaction. One that is there already stays as
// it is; first tells.
func (s *Store) Silence(ctx context.Context, q bot.Silence, say ...bot.Effect) (first bool, err error) {
	hosts, err := json.Marshal(append([]string{}, q.Hosts...))
	if err != nil {
		return false, fmt.Errorf("writing silence %s: %w", q.ID, err)
	}
	err = s.transact(ctx, stepMode, func(tx *work) error {
		n, err := s.exec(ctx, tx, `INSERT INTO silence (id, customer, hosts, from_us, until_us, reason, person, ticket, made_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO NOTHING`, q.ID, q.Customer, string(hosts), micros(q.From), micros(q.Until), clip(q.Reason), q.Person, q.Ticket, micros(q.Made))
		if first = n == 1; err != nil || !first {
			return err
		}
		if err := s.silenceOver(ctx, tx, q.ID, q.Until, ""); err != nil {
			return err
		}
		whose := "every host"
		if len(q.Hosts) > 0 {
			whose = strings.Join(q.Hosts, ", ")
		}
		what := fmt.Sprintf("silenced alerts of %s from %s to %s by %s", whose, q.From.UTC().Format(time.RFC3339), q.Until.UTC().Format(time.RFC3339), q.Person)
		if err := s.noteSilence(ctx, tx, q, q.Made, what, q.Reason); err != nil {
			return err
		}
		return s.queue(ctx, tx, q.Made, say)
	})
	return first, err
}

// EndSilence ends a silence before its time. ok is false when there is none of the id, or it is over.
func (s *Store) EndSilence(ctx context.Context, id, by string, now time.Time, say func(bot.Silence) []bot.Effect) (ok bool, err error) {
	err = s.transact(ctx, stepMode, func(tx *work) error {
		ok = false
		var rows []silenceRow
		if err := s.query(ctx, tx, &rows, selectSilence+" WHERE id = ? AND until_us > ?"+s.d.forUpdate(), id, micros(now)); err != nil || len(rows) == 0 {
			return err
		}
		q, err := rows[0].silence()
		if err != nil {
			return err
		}
		if _, err := s.exec(ctx, tx, "UPDATE silence SET until_us = ? WHERE id = ?", micros(now), id); err != nil {
			return err
		}
		ok = true
		if err := s.silenceOver(ctx, tx, id, now, ByHand); err != nil {
			return err
		}
		// What it held back is looked at now, and not when it would have ended.
		if _, err := s.exec(ctx, tx, "UPDATE timer SET run_us = ? WHERE rule = ? AND ticket IN (SELECT lane FROM alert WHERE customer = ? AND held = ?)",
			micros(now), RuleLook, q.Customer, id); err != nil {
			return err
		}
		if err := s.noteSilence(ctx, tx, q, now, "ended the silence of alerts by "+by, "before its time, "+q.Until.UTC().Format(time.RFC3339)); err != nil {
			return err
		}
		return s.queue(ctx, tx, now, say(q))
	})
	return ok, err
}

func (s *Store) noteSilence(ctx context.Context, tx *work, q bot.Silence, at time.Time, what, why string) error {
	_, err := s.exec(ctx, tx, `INSERT INTO audit (ticket, customer, at_us, feature, what, why, ref) VALUES ('', ?, ?, 'silence', ?, ?, ?)`,
		q.Customer, micros(at), what, clip(why), "silence:"+q.ID)
	return err
}

// Silences lists the silences that are not over at a moment, those of all customers for "", the one that ends first before the others.
func (s *Store) Silences(ctx context.Context, customer string, at time.Time) ([]bot.Silence, error) {
	var rows []silenceRow
	if err := s.query(ctx, nil, &rows, selectSilence+" WHERE until_us > ? AND CAST(? AS TEXT) IN ('', customer) ORDER BY until_us, id", micros(at), customer); err != nil {
		return nil, err
	}
	out := make([]bot.Silence, len(rows))
	for i, r := range rows {
		var err error
		if out[i], err = r.silence(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"toban/bot"
)

// AdoptionState is what became of an open issue that Toban did not know.
type AdoptionState string

// States of an issue in the table of an adoption.
const (
	AdoptionOpen   AdoptionState = "open"   // nobody has decided
	AdoptionHanded AdoptionState = "handed" // Toban takes it over
	AdoptionLeft   AdoptionState = "left"   // staff leave it alone
)

// AdoptionRow is a line of the table in which staff confirm what is taken over.
type AdoptionRow struct {
	Ticket  bot.TicketID
	State   AdoptionState
	Known   bool            // it is a ticket, by this table or otherwise
	Unread  bool            // its history is to be read, or read again
	Version int64           // rises with every change: a decision is one on what was seen
	Made    time.Time       // world time at which it was read
	Type    string          // chosen by staff; "": as proposed
	Owner   string          // chosen by staff; "": as proposed
	Person  string          // name of who decided or chose last
	Body    json.RawMessage // the proposal; {} until it was read
}

type adoptionRow struct {
	Ticket  string `db:"ticket"`
	State   string `db:"state"`
	Known   int64  `db:"known"`
	Unread  int64  `db:"unread"`
	Version int64  `db:"version"`
	MadeUS  int64  `db:"made_us"`
	Type    string `db:"request_type"`
	Owner   string `db:"owner"`
	Person  string `db:"person"`
	Body    string `db:"body"`
}

func (r adoptionRow) row() AdoptionRow {
	return AdoptionRow{
		Ticket: bot.TicketID(r.Ticket), State: AdoptionState(r.State), Known: r.Known != 0, Unread: r.Unread != 0, Version: r.Version, Made: instant(r.MadeUS),
		Type: r.Type, Owner: r.Owner, Person: r.Person, Body: json.RawMessage(r.Body),
	}
}

const selectAdoption = `SELECT a.ticket, a.state, CASE WHEN EXISTS (SELECT 1 FROM ticket t WHERE t.id = a.ticket) THEN 1 ELSE 0 END AS known,
  a.unread, a.version, a.made_us, a.request_type, a.owner, a.person, a.body FROM adoption a WHERE a.customer = ? AND a.project = ?`

// Adoptions lists the table of a project, in the order of Backlog's ids.
func (s *Store) Adoptions(ctx context.Context, k bot.ModeKey) ([]AdoptionRow, error) {
	var rows []adoptionRow
	if err := s.query(ctx, nil, &rows, selectAdoption+" ORDER BY LENGTH(a.ticket), a.ticket", k.Customer, k.Project); err != nil {
		return nil, err
	}
	out := make([]AdoptionRow, len(rows))
	for i, r := range rows {
		out[i] = r.row()
	}
	return out, nil
}

// ListAdoptions takes over which issues are open and unknown now: new ones are to be read, ones on which nobody has decided are to be read again,
// and those that are closed or gone leave the table.
func (s *Store) ListAdoptions(ctx context.Context, k bot.ModeKey, open []bot.TicketID) error {
	return s.transact(ctx, stepMode, func(tx *work) error {
		var rows []string
		if err := s.query(ctx, tx, &rows, "SELECT ticket FROM adoption WHERE customer = ? AND project = ? AND state <> 'handed'", k.Customer, k.Project); err != nil {
			return err
		}
		var tickets []string
		if err := s.query(ctx, tx, &tickets, "SELECT id FROM ticket WHERE customer = ?", k.Customer); err != nil {
			return err
		}
		known, there := map[string]bool{}, map[bot.TicketID]bool{}
		for _, id := range tickets {
			known[id] = true
		}
		for _, id := range open {
			if known[string(id)] {
				continue
			}
			there[id] = true
			_, err := s.exec(ctx, tx, `INSERT INTO adoption (ticket, customer, project, state, unread, version, made_us, request_type, owner, person, body)
VALUES (?, ?, ?, 'open', 1, 1, 0, '', '', '', '{}') ON CONFLICT (ticket) DO UPDATE SET unread = CASE WHEN adoption.state = 'open' THEN 1 ELSE 0 END`, string(id), k.Customer, k.Project)
			if err != nil {
				return err
			}
		}
		for _, id := range rows {
			if there[bot.TicketID(id)] {
				continue
			}
			if _, err := s.exec(ctx, tx, "DELETE FROM adoption WHERE ticket = ? AND state <> 'handed'", id); err != nil {
				return err
			}
		}
		return nil
	})
}

// ProposeAdoption writes down what an issue would become. The version rises only when that differs from what staff saw. One that was decided on
// or listed anew meanwhile is left as it is; what became a ticket, or went away, leaves the table with an empty body.
func (s *Store) ProposeAdoption(ctx context.Context, ticket bot.TicketID, at time.Time, body json.RawMessage) error {
	if len(body) == 0 {
		_, err := s.alone(ctx, stepMode, "DELETE FROM adoption WHERE ticket = ? AND state = 'open'", string(ticket))
		return err
	}
	_, err := s.alone(ctx, stepMode, `UPDATE adoption SET version = CASE WHEN body = ? THEN version ELSE version + 1 END, body = ?, made_us = ?, unread = 0
WHERE ticket = ? AND state = 'open' AND unread = 1`, string(body), string(body), micros(at), string(ticket))
	return err
}

// AdoptionPick is an issue of the table as somebody saw it.
type AdoptionPick struct {
	Ticket  bot.TicketID
	Version int64
}

// AdoptionChoice is what a person does with issues of a project's table.
type AdoptionChoice struct {
	bot.ModeKey
	Picks  []AdoptionPick
	To     AdoptionState
	Person string
	At     time.Time // world time
	// Machine is the machine time from which on the issues are taken over, one after the other.
	Machine time.Time
	// Event makes the event by which one is taken over, with what staff chose for it.
	Event func(r AdoptionRow, at time.Time) (bot.Event, error)
}

// ChooseAdoption keeps what staff chose for one issue. ok is false when it is not as they saw it any more.
func (s *Store) ChooseAdoption(ctx context.Context, k bot.ModeKey, p AdoptionPick, requestType, owner, person string) (ok bool, err error) {
	n, err := s.alone(ctx, stepMode, `UPDATE adoption SET request_type = ?, owner = ?, person = ?, version = version + 1
WHERE ticket = ? AND customer = ? AND project = ? AND state = 'open' AND version = ?`, requestType, owner, person, string(p.Ticket), k.Customer, k.Project, p.Version)
	return n == 1, err
}

// DecideAdoptions carries a choice out in one transaction: of two people who decide on the same issue one does, and lost names what was not as it
// was seen any more, with how it is now. What is handed over waits in the inbox from that commit on.
func (s *Store) DecideAdoptions(ctx context.Context, c AdoptionChoice) (done []AdoptionRow, lost []bot.TicketID, err error) {
	err = s.transact(ctx, stepMode, func(tx *work) error {
		done, lost = nil, nil
		next := c.Machine
		var last []int64
		if err := s.query(ctx, tx, &last, "SELECT COALESCE(MAX(run_us), 0) FROM inbox WHERE kind = ? AND state = 'open'", string(bot.EventIssueAdopt)); err != nil {
			return err
		}
		if at := instant(last[0]).Add(Apart); last[0] > 0 && at.After(next) {
			next = at
		}
		for _, p := range c.Picks {
			from := AdoptionOpen
			if c.To == AdoptionOpen {
				from = AdoptionLeft
			}
			n, err := s.exec(ctx, tx, `UPDATE adoption SET state = ?, person = ?, version = version + 1
WHERE ticket = ? AND customer = ? AND project = ? AND version = ? AND state = ? AND body <> '{}'`,
				string(c.To), c.Person, string(p.Ticket), c.Customer, c.Project, p.Version, string(from))
			if err != nil {
				return err
			}
			if n == 0 {
				lost = append(lost, p.Ticket)
				continue
			}
			var rows []adoptionRow
			if err := s.query(ctx, tx, &rows, selectAdoption+" AND a.ticket = ?", c.Customer, c.Project, string(p.Ticket)); err != nil || len(rows) == 0 {
				return err
			}
			r := rows[0].row()
			done = append(done, r)
			if c.To == AdoptionHanded {
				e, err := c.Event(r, c.At)
				if err != nil {
					return err
				}
				if err := s.acceptLater(ctx, tx, next, e); err != nil {
					return err
				}
				next = next.Add(Apart)
			}
		}
		tx.idle = len(done) == 0
		if tx.idle {
			return nil
		}
		return s.noteAdoption(ctx, tx, c, len(done))
	})
	return done, lost, err
}

func (s *Store) noteAdoption(ctx context.Context, tx *work, c AdoptionChoice, n int) error {
	what := map[AdoptionState]string{AdoptionHanded: "handed %d open issues of %s over", AdoptionLeft: "left %d open issues of %s alone", AdoptionOpen: "took %d open issues of %s up again"}[c.To]
	_, err := s.exec(ctx, tx, `INSERT INTO audit (ticket, customer, at_us, feature, what, why, ref) VALUES ('', ?, ?, 'adopt', ?, ?, '')`,
		c.Customer, micros(c.At), fmt.Sprintf(what, n, c.Project), c.Person+" confirmed it in Slack")
	return err
}

package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"toban/bot"
)

// DamagedError says that something in the database can't be read, since a hand or a disk changed it. Trying again does not mend it, a person does.
type DamagedError struct {
	Of    string // whose it is, such as "ticket main/12"
	Place string // table and column
	Err   error
}

// Error implements error.
func (e *DamagedError) Error() string {
	return fmt.Sprintf("reading %s: %s in the database is damaged: %v", e.Of, e.Place, e.Err)
}

// Unwrap gives what is wrong with it.
func (e *DamagedError) Unwrap() error { return e.Err }

// read takes stored JSON in.
func read(of, place, text string, dest any) error {
	err := json.Unmarshal([]byte(text), dest)
	if err == nil {
		return nil
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		err = fmt.Errorf("%w at byte %d of %d", err, syntax.Offset, len(text))
	}
	return &DamagedError{Of: of, Place: place, Err: err}
}

// Damage tells which feature's part of a ticket is no JSON; nil when all of them are. It is asked when a decision failed: reading them
// before each one would cost more than they are ever damaged.
func (l Loaded) Damage(id bot.TicketID) error {
	for feature, s := range l.States {
		var any json.RawMessage
		if len(s.State) == 0 {
			continue
		}
		if err := read("ticket "+string(id), "aggregate.state of "+feature, string(s.State), &any); err != nil {
			return err
		}
	}
	return nil
}

// damagedHolding names the holding of a customer that can't be read; err when all of them can.
func (s *Store) damagedHolding(ctx context.Context, customer string, err error) error {
	if _, ok := errors.AsType[*DamagedError](err); !ok {
		return err
	}
	var rows []struct {
		Ticket  string `db:"ticket"`
		Feature string `db:"feature"`
		Body    string `db:"body"`
	}
	if s.query(ctx, nil, &rows, "SELECT ticket, feature, body FROM holding WHERE customer = ? ORDER BY ticket, feature, n", customer) != nil {
		return err
	}
	for _, r := range rows {
		var h bot.Holding
		if found := read("ticket "+r.Ticket, "holding.body of "+r.Feature, r.Body, &h); found != nil {
			return found
		}
	}
	return err
}

// damaged begins the problem of the events of a lane whose ticket is damaged.
const damaged = "damaged: "

// BuryLane makes an event a dead letter because what is stored of its ticket is damaged, and with it what waits in its lane: none of that can
// be decided before it is mended, and then none is to come before it. [Store.Replay] of one opens them all, in their order.
func (s *Store) BuryLane(ctx context.Context, c Claimed, problem string) error {
	return s.transact(ctx, stepBuryEvent, func(tx *work) error {
		n, err := s.exec(ctx, tx, `UPDATE inbox SET state = 'dead', problem = ? WHERE id = ? AND owner = ? AND attempt = ? AND state = 'working'`,
			damaged+clip(problem), c.Event.ID, c.Owner, c.Attempt)
		if err := s.fenced(n, err); err != nil || c.Event.Lane == "" {
			return err
		}
		if err := s.settle(ctx, tx); err != nil {
			return err
		}
		_, err = s.exec(ctx, tx, `UPDATE inbox SET state = 'dead', problem = ? WHERE lane = ? AND state IN ('open', 'working') AND state = 'open'`,
			damaged+clip(fmt.Sprintf("waits with event:%d: %s", c.Event.ID, problem)), c.Event.Lane)
		return err
	})
}

// replayEvent opens an event again, by itself if the process died under it, and where its ticket was damaged the others of its lane that could not be decided either.
const replayEvent = `UPDATE inbox SET state = 'open', run_us = 0, problem = '', ` + replayed + ` WHERE state = 'dead' AND (id = ? OR problem LIKE '` + damaged + `%'
  AND lane = (SELECT d.lane FROM inbox d WHERE d.id = ? AND d.state = 'dead' AND d.lane <> '' AND d.problem LIKE '` + damaged + `%'))`

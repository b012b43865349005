package store

import (
	"context"

	"toban/bot"
)

// On SQLite the doors write what they acknowledge into a journal, table intake, which has nothing but its rows in their order: one row of the
// inbox changes four places of the file, its key and its lane among them, and a burst of webhooks was mostly that (BENCHMARKS.md). The journal
// becomes events of the inbox, in its order and those that were heard before left out, in the transaction of whoever looks at or writes into the
// inbox next; so nothing is seen before what was acknowledged earlier. PostgreSQL, which writes its pages later, needs none.

var rowsIntake = inserts("intake", []string{"event_key", "kind", "lane", "customer", "at_us#", "body~", "trace"}, "")

const (
	// takeIn makes rows of the journal events, up to a row; "WHERE" tells SQLite that no join's condition follows.
	takeIn = `INSERT INTO inbox (event_key, kind, lane, customer, at_us, body, state, attempt, run_us, owner, problem, trace)
SELECT event_key, kind, lane, customer, at_us, body, 'open', 0, 0, '', '', trace FROM intake WHERE id <= ? ORDER BY id
ON CONFLICT (event_key) DO NOTHING`
	takenIn = "DELETE FROM intake WHERE id <= ?"
	// waitIn finds where a batch of the journal ends; 0 when it is empty.
	waitIn = "SELECT COALESCE(MAX(id), 0) FROM (SELECT id FROM intake ORDER BY id LIMIT CAST(? AS BIGINT)) AS first"
	// mostIn bounds what one claim takes in, so that a door never waits long for the writer.
	mostIn = 1000
	allIn  = 1 << 40
)

// journal writes events of doors into the journal, with one commit.
func (s *Store) journal(ctx context.Context, events []bot.Event) error {
	list := make([][]any, len(events))
	for i, e := range events {
		list[i] = eventRow(e)
	}
	var err error
	if len(list) == 1 {
		err = s.again(ctx, func() error {
			_, err := s.alone(ctx, stepAccept, rowsIntake.one, list[0]...)
			return err
		})
	} else {
		err = s.transact(ctx, stepAccept, func(tx *work) error {
			_, err := s.execRows(ctx, tx, rowsIntake, list)
			return err
		})
	}
	// After the commit, and before anybody is told of it: whoever is told finds this said or the events taken in.
	s.journalled.Store(true)
	return err
}

// settle takes in what this process has journalled, before something is written into the inbox that must not come before it.
func (s *Store) settle(ctx context.Context, tx *work) error {
	if !s.journalled.Load() {
		return nil
	}
	_, err := s.takeIn(ctx, tx, allIn)
	return err
}

// takeIn makes up to most rows of the journal events and reports whether there were any. What other processes journalled is among them.
func (s *Store) takeIn(ctx context.Context, tx *work, most int64) (some bool, err error) {
	if s.d.name == postgresDialect.name {
		return false, nil
	}
	// Nobody else writes before this transaction ends, so what is said to be there later is said anew.
	s.journalled.Store(false)
	defer func() {
		if some || err != nil { // it may be rolled back, or have left some
			s.journalled.Store(true)
		}
	}()
	var last []int64
	if err := s.query(ctx, tx, &last, waitIn, most); err != nil || last[0] == 0 {
		return false, err
	}
	return true, s.takeUpTo(ctx, tx, last[0])
}

func (s *Store) takeUpTo(ctx context.Context, tx *work, last int64) error {
	if _, err := s.exec(ctx, tx, takeIn, last); err != nil {
		return err
	}
	_, err := s.exec(ctx, tx, takenIn, last)
	return err
}

package store

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/jmoiron/sqlx"

	"toban/bot"
)

// CountCommits counts the commits of events that were accepted alone or together.
func CountCommits(s *Store) *atomic.Int64 {
	n := new(atomic.Int64)
	write := s.arrivals.write
	s.arrivals.write = func(ctx context.Context, events []bot.Event) error {
		n.Add(1)
		return write(ctx, events)
	}
	return n
}

// Statements gives the claims, the counts and the writes for many rows of an engine, with "?" for their values, and a handle to explain
// them with.
func (s *Store) Statements() (db *sqlx.DB, byName map[string]string) {
	byName = map[string]string{
		"claiming events":          s.claimEvents(Unsuspected),
		"claiming effects":         s.claimEffects(Unsuspected),
		"claiming suspect events":  s.claimEvents(Grave),
		"claiming suspect effects": s.claimEffects(Grave),
		"counting suspect events":  fmt.Sprintf(countSuspects, "inbox", "working"),
		"counting suspect effects": fmt.Sprintf(countSuspects, "outbox", "sending"),
		"firing timers":            fmt.Sprintf(takeTimers, s.d.skipLockedOf("t")),
		"counting events":          countEvents,
		"counting effects":         countEffects,
	}
	for what, r := range map[string]rows{
		"ending events": rowsFinish, "changing tickets": rowsTicket, "recalling timers": rowsRecall, "cancelling timers": rowsCancel,
		"dropping holdings": rowsDropHolding, "coalescing": rowsCoalesce, "withdrawing": rowsWithdraw,
	} {
		byName[what] = r.one
		if s.d.name == postgresDialect.name {
			byName[what+" together"] = r.all
		}
	}
	return s.w, byName
}

// Sights are the statements that read what a customer's tickets hold.
func (s *Store) Sights() []string {
	if s.d.name == postgresDialect.name {
		return []string{s.seeOne, s.seeAll}
	}
	return []string{s.seeOne}
}

// Exec runs a statement as somebody with a hand in the database would.
func (s *Store) Exec(ctx context.Context, text string) error {
	_, err := s.w.ExecContext(ctx, text)
	return err
}

// InUnhurried runs f in a transaction like that of a decision.
func (s *Store) InUnhurried(ctx context.Context, f func(tx *sqlx.Tx) error) error {
	return s.transact(ctx, stepDecide, func(t *work) error { return f(t.Tx) })
}

// AcceptDirectly has doors of SQLite write into the inbox itself.
func AcceptDirectly(s *Store) {
	s.arrivals.write = func(ctx context.Context, events []bot.Event) error {
		return s.transact(ctx, stepAccept, func(tx *work) error { return s.accept(ctx, tx, events...) })
	}
}

package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"toban/bot"
	"toban/bot/store"
)

// TestPowerCut: a power cut may take decisions, claims and fired timers that were committed, but only the newest, and each with all that it
// wrote; an event that a door acknowledged stays, and so does what an effect that was claimed for sending came from.
func TestPowerCut(t *testing.T) {
	dsn := durable.Schema(t)
	s := open(t, store.Options{Postgres: dsn})
	const tickets = 40
	id := func(i int) bot.TicketID { return bot.NewTicketID("demo", int64(i+1)) }
	for i := range tickets {
		key := fmt.Sprint(i)
		if err := s.Accept(t.Context(), bot.Event{Key: key, Kind: "x", Lane: string(id(i)), At: t0}); err != nil {
			t.Fatal(err)
		}
	}
	sent := map[string]bool{}
	for i := range tickets {
		claims, err := s.ClaimEvents(t.Context(), "me", t0, time.Hour, 1)
		if err != nil || len(claims) != 1 {
			t.Fatalf("%d events, %v", len(claims), err)
		}
		k := &bot.Ticket{ID: bot.TicketID(claims[0].Event.Lane), Customer: "aoba", Space: "demo", Project: "AOBA", Key: "AOBA-1", Received: t0}
		err = s.Commit(t.Context(), store.Decision{
			Claim: claims[0], Now: t0, Ticket: k, Timers: []bot.Timer{{Rule: "r", At: t0}},
			Effects: []bot.Effect{bot.MakeEffect(bot.EffectComment, bot.Notice, "n"+claims[0].Event.Key, k, bot.Post{Text: "x"})},
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.FireTimers(t.Context(), t0, 9); err != nil {
			t.Fatal(err)
		}
		if i%10 != 7 {
			continue
		}
		list, err := s.ClaimEffects(t.Context(), store.Claim{Owner: "me", Now: t0, World: t0, Lease: time.Hour, Most: 5})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range list {
			sent[c.Attempt.Effect.Key] = true
		}
	}
	durable.Halt(t)
	durable.Go(t)
	db := connect(t, "postgres", dsn)
	one := func(text string, args ...any) (n int) {
		t.Helper()
		if err := db.GetContext(t.Context(), &n, db.Rebind(text), args...); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := one("SELECT COUNT(*) FROM inbox WHERE kind = 'x'"); n != tickets {
		t.Errorf("%d of %d events that were acknowledged are there", n, tickets)
	}
	lost, after := 0, false
	for i := range tickets {
		key, lane := fmt.Sprint(i), string(id(i))
		done := one("SELECT COUNT(*) FROM inbox WHERE event_key = ? AND state = 'done'", key)
		ticket := one("SELECT COUNT(*) FROM ticket WHERE id = ?", lane)
		effect := one("SELECT COUNT(*) FROM outbox WHERE effect_key = ?", "n"+key)
		timer := one("SELECT (SELECT COUNT(*) FROM timer WHERE ticket = ?) + (SELECT COUNT(*) FROM inbox WHERE lane = ? AND kind = 'timer.due')", lane, lane)
		if ticket != done || effect != done || timer != done {
			t.Errorf("event %d: %d done, %d tickets, %d effects, %d timers or their events", i, done, ticket, effect, timer)
		}
		if done == 0 {
			lost, after = lost+1, true
		} else if after {
			t.Errorf("the decision on event %d is there and one before it is not", i)
		}
		if sent["n"+key] && (done == 0 || one("SELECT COUNT(*) FROM outbox WHERE effect_key = ? AND state = 'sending'", "n"+key) == 0) {
			t.Errorf("the effect of event %d may be out, and its claim is forgotten", i)
		}
	}
	t.Logf("%d of %d decisions are to be made again, %d effects may be out", lost, tickets, len(sent))
	// What was lost is done again by whoever looks next.
	again, err := s.ClaimEvents(t.Context(), "me", t0.Add(2*time.Hour), time.Hour, tickets)
	if err != nil {
		again, err = s.ClaimEvents(t.Context(), "me", t0.Add(2*time.Hour), time.Hour, tickets) // the one call that meets the end may fail
	}
	n := 0
	for _, c := range again {
		if c.Event.Kind == "x" {
			n++
		}
	}
	if err != nil || n != lost {
		t.Errorf("%d events are handled again, want %d: %v", n, lost, err)
	}
}

// TestOnlyUnhurriedStepsAreHasty: on SQLite a decision does not wait for the disk, and the write after it does.
func TestOnlyUnhurriedStepsAreHasty(t *testing.T) {
	s := openSQLite(t)
	db, _ := s.Statements()
	if err := s.Accept(t.Context(), bot.Event{Key: "a", Kind: "x", Lane: "l"}); err != nil {
		t.Fatal(err)
	}
	level := func() (n int) {
		t.Helper()
		if err := db.GetContext(t.Context(), &n, "PRAGMA synchronous"); err != nil {
			t.Fatal(err)
		}
		return n
	}
	const full = 2
	claims, err := s.ClaimEvents(t.Context(), "me", t0, time.Hour, 1)
	if got := level(); err != nil || len(claims) != 1 || got != full {
		t.Errorf("after a claim: %d events, %v; synchronous %d", len(claims), err, got)
	}
	err = s.Commit(t.Context(), store.Decision{Claim: claims[0], Now: t0, Effects: []bot.Effect{{Key: "n"}}})
	if got := level(); err == nil || got != full {
		t.Errorf("after a decision that failed: %v; synchronous %d", err, got)
	}
	err = s.Commit(t.Context(), store.Decision{Claim: claims[0], Now: t0})
	if got := level(); err != nil || got != full {
		t.Errorf("after a decision: %v; synchronous %d", err, got)
	}
	if err := s.InUnhurried(t.Context(), func(tx *sqlx.Tx) error {
		var n int
		if err := tx.GetContext(t.Context(), &n, "PRAGMA synchronous"); err != nil || n != 1 {
			t.Errorf("within a decision: synchronous %d, %v", n, err)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}

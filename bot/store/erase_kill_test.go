package store_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/store"
)

// killed is what a trial throws in place of the process's end.
type killed struct{ point string }

// lives is a database that is opened again and again; die counts the points of an erasure down to the one at which it ends.
type lives struct {
	*testing.T
	o    store.Options
	die  int // points from now on until the end; 0 is never
	seen int
}

func (l *lives) open() *store.Store {
	l.Helper()
	o := l.o
	o.Trial = func(point string) {
		if !strings.HasPrefix(point, "erase.") && !strings.HasPrefix(point, "seal.") {
			return
		}
		l.seen++
		if l.die > 0 {
			if l.die--; l.die == 0 {
				panic(killed{point})
			}
		}
	}
	s, err := store.Open(l.Context(), o)
	if err != nil {
		l.Fatal(err)
	}
	return s
}

const (
	forgotten = "山田 太郎"
	neighbour = "緑商事の山田 太郎"
)

// fill writes what is kept of two customers: tickets that have ended, what was said of them, a silence, a closed month, a trail.
func (l *lives) fill() {
	l.Helper()
	s := l.open()
	ok := func(err error) {
		l.Helper()
		if err != nil {
			l.Fatal(err)
		}
	}
	ctx := l.Context()
	raw, err := json.Marshal(bot.Post{Channel: "C", Text: forgotten + " wrote"})
	ok(err)
	for i, customer := range []string{"aoba", "aoba", "aoba", "midori"} {
		id := bot.NewTicketID("demo", int64(1+i))
		ok(s.Accept(ctx, bot.Event{Key: fmt.Sprint("e", i), Kind: "x", Lane: string(id), Customer: customer, At: t0, Body: raw}))
		c, err := s.ClaimEvents(ctx, "me", t0, time.Minute, 1)
		ok(err)
		ok(s.Commit(ctx, store.Decision{
			Claim: c[0], Now: t0, Ticket: &bot.Ticket{ID: id, Customer: customer, Key: fmt.Sprintf("K-%d", i), Summary: forgotten + "の件", Received: t0, Ended: t0.Add(time.Hour), Status: bot.StatusFinished},
			States:  []store.StateChange{{Feature: "desk", State: map[string]string{"by": forgotten}, Panel: &bot.Panel{State: forgotten}}},
			Facts:   []bot.Fact{{ID: "comment:1", At: t0, Author: bot.Author{Name: forgotten}, Text: "I am " + forgotten}},
			Clocks:  []bot.ClockRow{{Ticket: id, Customer: customer, ID: "complete", Start: t0}},
			Effects: []bot.Effect{{Key: fmt.Sprint("p", i), Kind: bot.EffectPost, Class: bot.Notice, Ticket: id, Customer: customer, Body: raw}},
			Reasons: []store.Audited{{Feature: "desk", Reason: bot.Reason{What: "recorded for " + forgotten, Why: "it is new"}}},
		}))
		sending, err := s.ClaimEffects(ctx, store.Claim{Owner: "me", Now: t0, World: t0, Lease: time.Minute, Most: 9})
		ok(err)
		for _, x := range sending {
			ok(s.FinishEffect(ctx, x, bot.Sent{RemoteID: fmt.Sprint("C/", i)}, t0))
		}
		ok(s.KeepReferences(ctx, bot.ReportRefs(customer), map[string]string{
			"seal:2026-10": fmt.Sprintf(`{"month":"2026-10","by":%q,"rows":[{"ticket":"K-%d","state":"missed","cause":%q,"measure":"x"}]}`, forgotten, i, forgotten+" was away"),
		}))
		_, err = s.Silence(ctx, bot.Silence{ID: fmt.Sprint("s", i), Customer: customer, From: t0, Until: t0.Add(time.Hour), Reason: forgotten, Person: "sato", Made: t0})
		ok(err)
		k := bot.ModeKey{Customer: customer, Project: "P"}
		ok(s.ListAdoptions(ctx, k, []bot.TicketID{bot.NewTicketID("demo", int64(90+i))}))
		ok(s.ProposeAdoption(ctx, bot.NewTicketID("demo", int64(90+i)), t0, raw))
	}
	for { // what the silences' ends and the effects' left behind is worked on
		claims, err := s.ClaimEvents(ctx, "me", t0.Add(2*time.Hour), time.Minute, 9)
		ok(err)
		if len(claims) == 0 {
			break
		}
		for _, c := range claims {
			ok(s.Commit(ctx, store.Decision{Claim: c, Now: t0}))
		}
	}
	ok(s.Close())
}

// erase runs the erasure in a life of its own, and tells whether it came to its end.
func (l *lives) erase(e store.Erasure) (ended bool) {
	l.Helper()
	s := l.open()
	defer func() {
		if r := recover(); r != nil {
			if _, dead := r.(killed); !dead {
				panic(r)
			}
		}
		l.die = 0
		if err := s.Close(); err != nil {
			l.Fatal(err)
		}
	}()
	if _, _, err := s.Forget(l.Context(), e, false); err != nil {
		l.Fatal(err)
	}
	return true
}

// check looks through every table for what must be gone, and at the trail.
func (l *lives) check(what string, e store.Erasure) {
	l.Helper()
	s := l.open()
	defer func() {
		if err := s.Close(); err != nil {
			l.Fatal(err)
		}
	}()
	snap, err := s.Snapshot(l.Context())
	if err != nil {
		l.Fatal(err)
	}
	others, seals := 0, 0
	for _, table := range snap.Tables {
		if err := snap.Rows(l.Context(), table, func(row []any) error {
			text := fmt.Sprintln(row...)
			switch {
			case strings.Contains(text, "midori") || strings.Contains(text, "demo/4") || strings.Contains(text, "demo/93"):
				if strings.Contains(text, forgotten) {
					others++
				}
			case strings.Contains(text, forgotten):
				l.Errorf("%s: table %s still holds the name: %s", what, table.Name, text)
			case strings.Contains(text, `"state":"missed"`) && strings.Contains(text, "2026-10"):
				seals++
			}
			return nil
		}); err != nil {
			l.Fatal(err)
		}
	}
	if err := snap.Close(); err != nil {
		l.Fatal(err)
	}
	if others < 8 || seals != 1 {
		l.Errorf("%s: the neighbour keeps %d records with the name, the customer %d closed months with their figures", what, others, seals)
	}
	for n := 1000; !store.Sealed(n); {
		if n, err = s.Seal(l.Context(), t0.Add(2*time.Hour)); err != nil {
			l.Fatal(err)
		}
	}
	found, err := s.VerifyAudit(l.Context(), nil)
	if err != nil || len(found.Findings) > 0 {
		l.Errorf("%s: the chain: %+v, %v", what, found, err)
	}
	done, _, err := s.Forget(l.Context(), e, true)
	if err != nil || len(done) > 0 {
		l.Errorf("%s: there is more to erase: %v, %v", what, done, err)
	}
}

// An erasure that is killed at any of its writes and run again leaves nothing of the name or the customer, everything of the neighbour, the figures
// of closed months, and a chain that verifies.
func TestErasureKilledAnywhere(t *testing.T) {
	for name, e := range map[string]store.Erasure{
		"a name":     {Customer: "aoba", Word: forgotten, Why: "asked for", Now: t0.Add(time.Hour)},
		"a customer": {Customer: "aoba", Why: "contract ended", Now: t0.Add(time.Hour)},
	} {
		for engine, options := range map[string]func() store.Options{
			"sqlite":   func() store.Options { return store.Options{Path: filepath.Join(t.TempDir(), "toban.db")} },
			"postgres": func() store.Options { return store.Options{Postgres: cluster.Schema(t)} },
		} {
			t.Run(name+" "+engine, func(t *testing.T) {
				points, step := 1, 1
				if engine == "postgres" { // each is a fresh schema: SQLite has been through all of them
					step = 3
				}
				for n := 0; n <= points; n += step {
					l := &lives{T: t, o: options()}
					l.fill()
					l.seen, l.die = 0, n
					ended := l.erase(e)
					if n == 0 {
						points = l.seen
					} else if ended {
						t.Fatalf("it was not killed at point %d of %d", n, points)
					}
					if n > 0 && !l.erase(e) {
						t.Fatal("the second run did not end")
					}
					l.check(fmt.Sprintf("killed at %d of %d", n, points), e)
				}
				if points < 6 {
					t.Errorf("only %d points", points)
				}
			})
		}
	}
}

package store_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/store"
)

// A disk without room refuses what it can't keep, keeps what it acknowledged, and goes on by itself once there is room.
func TestFullDisk(t *testing.T) {
	const room = 1 << 20
	for name, e := range map[string]struct {
		open       func(t *testing.T) *store.Store
		fill, free []string
		says       string
	}{
		"sqlite": {openSQLite, []string{"PRAGMA max_page_count = 1"}, []string{fmt.Sprint("PRAGMA max_page_count = ", room)}, "full"},
		"postgres": {
			openPostgres, []string{
				"CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$",
				"CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON inbox FOR EACH ROW EXECUTE FUNCTION full_disk()",
			}, []string{"DROP TRIGGER full_disk ON inbox"}, "No space left",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := e.open(t)
			do := func(list []string) {
				t.Helper()
				for _, text := range list {
					if err := s.Exec(t.Context(), text); err != nil {
						t.Fatal(err)
					}
				}
			}
			x := func(key string) bot.Event { // more than what is left of any page
				return bot.Event{Key: key, Kind: "x", Lane: "demo/" + key, At: t0, Body: json.RawMessage(`"` + strings.Repeat("x", 100_000) + `"`)}
			}
			if err := s.Accept(t.Context(), x("1")); err != nil {
				t.Fatal(err)
			}
			claims, err := s.ClaimEvents(t.Context(), "me", t0, time.Minute, 9)
			if err != nil || len(claims) != 1 {
				t.Fatal(claims, err)
			}
			if err := s.Accept(t.Context(), x("2")); err != nil {
				t.Fatal(err)
			}
			do(e.fill)
			decision := store.Decision{Claim: claims[0], Now: t0, Ticket: &bot.Ticket{ID: "demo/1", Customer: "aoba", Summary: strings.Repeat("題", 50_000)}}
			for range 3 {
				if err := s.Accept(t.Context(), x("3")); err == nil || !strings.Contains(err.Error(), e.says) {
					t.Fatalf("accepting on a full disk: %v", err)
				}
				if err := s.Accept(t.Context(), x("3"), x("4")); err == nil {
					t.Fatal("two were accepted on a full disk")
				}
				if err := s.Commit(t.Context(), decision); err == nil {
					t.Fatal("a decision was committed on a full disk")
				}
				if name == "sqlite" { // the claim takes the journal in, for which there is no room
					if c, err := s.ClaimEvents(t.Context(), "me", t0, time.Minute, 9); err == nil {
						t.Fatal("claimed on a full disk", len(c))
					}
				}
				if st, err := s.Status(t.Context(), t0); err != nil || st.OpenEvents != 2 {
					t.Fatalf("what waits is not seen: %+v, %v", st, err)
				}
			}
			do(e.free)
			if err := s.Accept(t.Context(), x("3")); err != nil {
				t.Fatal(err)
			}
			if err := s.Commit(t.Context(), decision); err != nil {
				t.Fatal(err)
			}
			claims, err = s.ClaimEvents(t.Context(), "me", t0, time.Minute, 9)
			if err != nil || len(claims) != 2 || claims[0].Event.Key != "2" || claims[1].Event.Key != "3" {
				t.Fatalf("claimed %d, %v; want 2 and 3", len(claims), err)
			}
		})
	}
}

// A database that takes no writes says so at every door, and is read.
func TestReadOnlyDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "toban.db")
	dsn := cluster.Schema(t)
	for name, e := range map[string]struct{ writable, only store.Options }{
		"sqlite":   {store.Options{Path: path}, store.Options{Path: path}},
		"postgres": {store.Options{Postgres: dsn}, store.Options{Postgres: dsn + " default_transaction_read_only=on"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := open(t, e.writable)
			if err := w.Accept(t.Context(), bot.Event{Key: "1", Kind: "x", Lane: "demo/1", At: t0}); err != nil {
				t.Fatal(err)
			}
			e.only.AsIs = true
			s := open(t, e.only)
			if name == "sqlite" {
				if err := s.Exec(t.Context(), "PRAGMA query_only = 1"); err != nil {
					t.Fatal(err)
				}
			}
			calls := map[string]func() error{
				"accepting": func() error { return s.Accept(t.Context(), bot.Event{Key: "2", Kind: "x"}) },
				"pinging":   func() error { return s.Ping(t.Context()) },
				"claiming": func() error {
					_, err := s.ClaimEvents(t.Context(), "me", t0, time.Minute, 1)
					return err
				},
				"claiming effects": func() error {
					_, err := s.ClaimEffects(t.Context(), store.Claim{Owner: "me", Now: t0, World: t0, Lease: time.Minute, Most: 1})
					return err
				},
			}
			for what, call := range calls {
				if err := call(); err == nil || !strings.Contains(strings.ToLower(err.Error()), "read") {
					t.Errorf("%s in a database that takes no writes: %v", what, err)
				}
			}
			if st, err := s.Status(t.Context(), t0); err != nil || st.OpenEvents != 1 {
				t.Errorf("reading: %+v, %v", st, err)
			}
			if c, err := w.ClaimEvents(t.Context(), "me", t0, time.Minute, 9); err != nil || len(c) != 1 {
				t.Errorf("afterwards %d events, %v", len(c), err)
			}
		})
	}
}

// TestLostAnswers: a connection ends when PostgreSQL has committed and nobody was told. Whatever is done again, each event is decided once,
// each timer fires once, and each effect ends once.
func TestLostAnswers(t *testing.T) {
	dsn := cluster.Schema(t)
	w := newWire(t, dsn)
	s := open(t, store.Options{Postgres: w.dsn})
	now := t0
	// lose does something once whose answer is lost, and then as its caller does after a fault.
	lose := func(what, tag string, do func() error) (again error) {
		t.Helper()
		w.cut(tag)
		err := do()
		if w.armed() {
			t.Fatalf("%s: no answer %q came by", what, tag)
		}
		if err == nil {
			return nil // it was asked again within the call
		}
		t.Logf("%s: %v", what, err)
		return do()
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	e := bot.Event{Key: "e", Kind: "x", Lane: "demo/1", At: t0}
	must(lose("accepting", "INSERT", func() error { return s.Accept(t.Context(), e) }))
	must(lose("accepting two", "COMMIT", func() error { return s.Accept(t.Context(), e, bot.Event{Key: "f", Kind: "x", Lane: "other", At: t0}) }))
	must(lose("advancing", "COMMIT", func() error { return s.Advance(t.Context(), "feed", 7, []bot.Event{e}) }))

	var claims []store.Claimed
	must(lose("claiming", "UPDATE", func() (err error) {
		claims, err = s.ClaimEvents(t.Context(), "me", now, time.Minute, 9)
		return err
	}))
	if len(claims) != 0 {
		t.Fatalf("%d events were claimed twice", len(claims))
	}
	now = now.Add(time.Hour) // their leases end by themselves
	claims, err := s.ClaimEvents(t.Context(), "me", now, time.Minute, 9)
	if err != nil || len(claims) != 2 || claims[0].Event.Key != "e" || claims[0].Attempt != 2 {
		t.Fatalf("claimed %+v, %v", claims, err)
	}
	k := &bot.Ticket{ID: "demo/1", Customer: "aoba", Space: "demo", Project: "AOBA", Key: "AOBA-1", Received: t0}
	report := bot.MakeEffect(bot.EffectComment, bot.Notice, "n", k, bot.Post{Text: "x"})
	report.Report = true
	err = lose("deciding", "COMMIT", func() error {
		return s.Commit(t.Context(), store.Decision{Claim: claims[0], Now: now, Ticket: k, Timers: []bot.Timer{{Rule: "r", At: now}}, Effects: []bot.Effect{report}})
	})
	if err != nil && !errors.Is(err, store.ErrFenced) {
		t.Fatal(err)
	}
	if err := s.RetryEvent(t.Context(), claims[0], now, "lost"); !errors.Is(err, store.ErrFenced) {
		t.Fatalf("a decided event was opened again: %v", err)
	}
	must(s.Commit(t.Context(), store.Decision{Claim: claims[1], Now: now}))
	must(lose("firing", "COMMIT", func() error { _, err := s.FireTimers(t.Context(), now, 9); return err }))
	if n, err := s.FireTimers(t.Context(), now, 9); n != 0 || err != nil {
		t.Fatalf("a timer fired again: %d, %v", n, err)
	}
	claim := func() (list []store.Sending, err error) {
		return s.ClaimEffects(t.Context(), store.Claim{Owner: "me", Now: now, World: now, Lease: time.Minute, Most: 9})
	}
	must(lose("claiming effects", "UPDATE", func() error { _, err := claim(); return err }))
	now = now.Add(time.Hour)
	sending, err := claim()
	if err != nil || len(sending) != 1 || !sending[0].Attempt.Look {
		t.Fatalf("%+v, %v; want the effect, which may be out, with a look", sending, err)
	}
	err = lose("ending", "COMMIT", func() error { return s.FinishEffect(t.Context(), sending[0], bot.Sent{RemoteID: "1", At: now}, now) })
	if err != nil && !errors.Is(err, store.ErrFenced) {
		t.Fatal(err)
	}
	now = now.Add(time.Hour)
	if again, err := claim(); err != nil || len(again) != 0 {
		t.Fatalf("what has ended is sent again: %+v, %v", again, err)
	}
	var keys []string
	for {
		list, err := s.ClaimEvents(t.Context(), "me", now, time.Minute, 9)
		must(err)
		if len(list) == 0 {
			break
		}
		for _, c := range list {
			keys = append(keys, string(c.Event.Kind))
			must(s.Commit(t.Context(), store.Decision{Claim: c, Now: now}))
		}
	}
	if fmt.Sprint(keys) != "[timer.due effect.done]" {
		t.Errorf("events %v; want one of the timer and one of the effect's end", keys)
	}
}

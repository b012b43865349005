package store_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/store"
)

// What a dead process acknowledged is taken in by the next one, and what a command beside it acknowledged by the living one.
func TestJournalOutlivesItsProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "toban.db")
	s, err := store.Open(t.Context(), store.Options{Path: path, Lock: true})
	if err != nil {
		t.Fatal(err)
	}
	x := func(key string) bot.Event {
		return bot.Event{Key: key, Kind: "x", Lane: "l/" + key, At: t0, Body: json.RawMessage(`{}`)}
	}
	if err := s.Accept(t.Context(), x("a")); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil { // nothing took it in, as after a kill
		t.Fatal(err)
	}
	s = open(t, store.Options{Path: path, Lock: true})
	beside := open(t, store.Options{Path: path})
	if err := beside.Accept(t.Context(), x("b")); err != nil {
		t.Fatal(err)
	}
	c, err := s.ClaimEvents(t.Context(), "me", t0, time.Minute, 9)
	if err != nil || len(c) != 2 || c[0].Event.Key != "a" || c[1].Event.Key != "b" {
		t.Errorf("claimed %+v, %v; want a and b", c, err)
	}
}

// What a dead process acknowledged stands before what the next one brings into the inbox itself, before anybody has claimed.
func TestJournalOfADeadProcessComesFirst(t *testing.T) {
	path := filepath.Join(t.TempDir(), "toban.db")
	s := open(t, store.Options{Path: path})
	x := func(key string) bot.Event { return bot.Event{Key: key, Kind: "x", Lane: "l", At: t0} }
	if err := s.Accept(t.Context(), x("door")); err != nil {
		t.Fatal(err)
	}
	s = open(t, store.Options{Path: path}) // as after a kill
	if err := s.Advance(t.Context(), "feed", 1, []bot.Event{x("feed")}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"door", "feed"} {
		c, err := s.ClaimEvents(t.Context(), "me", t0, time.Minute, 9)
		if err != nil || len(c) != 1 || c[0].Event.Key != want {
			t.Fatalf("claimed %+v, %v; want %s", c, err, want)
		}
		if err := s.Commit(t.Context(), store.Decision{Claim: c[0], Now: t0}); err != nil {
			t.Fatal(err)
		}
	}
}

// A roll-back by one release finds everything: its sign of life brings it to where that release looks.
func TestJournalSurvivesARollBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "toban.db")
	s := open(t, store.Options{Path: path})
	live := func(at time.Time) {
		t.Helper()
		if err := s.Pulse(t.Context(), store.Life{Names: []string{store.TobanDown}, Machine: at, World: at, Limit: time.Minute}); err != nil {
			t.Fatal(err)
		}
	}
	live(t0)
	for i := range 3 {
		for range 2 {
			if err := s.Accept(t.Context(), bot.Event{Key: fmt.Sprint(i), Kind: "x", Lane: "l", At: t0}); err != nil {
				t.Fatal(err)
			}
		}
	}
	live(t0.Add(time.Second))
	db := connect(t, "sqlite", "file:"+path)
	var keys, left []string
	if err := db.SelectContext(t.Context(), &keys, "SELECT event_key FROM inbox ORDER BY id"); err != nil {
		t.Fatal(err)
	}
	if err := db.SelectContext(t.Context(), &left, "SELECT event_key FROM intake"); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(keys) != "[0 1 2]" || len(left) > 0 {
		t.Errorf("in the inbox %v, left %v; want all three once, in their order, and nothing left", keys, left)
	}
}

package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/bot"
	"toban/bot/store"
)

func TestMigrationsOfBothEnginesMatch(t *testing.T) {
	names := func(engine string) []string {
		files, err := filepath.Glob("migrations/" + engine + "/*.sql")
		if err != nil || len(files) == 0 {
			t.Fatal(files, err)
		}
		for i, f := range files {
			files[i] = filepath.Base(f)
		}
		return files
	}
	if diff := cmp.Diff(names("sqlite"), names("postgres")); diff != "" {
		t.Errorf("migrations (-sqlite +postgres):\n%s", diff)
	}
}

func TestTablesOfBothEnginesMatch(t *testing.T) {
	columns := func(s *store.Store, query string) []string {
		db, _ := s.Statements()
		var out []string
		if err := db.SelectContext(t.Context(), &out, query); err != nil {
			t.Fatal(err)
		}
		return out
	}
	lite := columns(openSQLite(t), `SELECT m.name || '.' || p.name FROM sqlite_master m, pragma_table_info(m.name) p
WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'goose_%' ORDER BY m.name, p.cid`)
	pg := columns(openPostgres(t), `SELECT table_name || '.' || column_name FROM information_schema.columns
WHERE table_schema = current_schema() AND table_name NOT LIKE 'goose_%' ORDER BY table_name, ordinal_position`)
	if diff := cmp.Diff(lite, pg); diff != "" || len(lite) < 50 {
		t.Errorf("columns (-sqlite +postgres):\n%s", diff)
	}
	indexes := columns(openSQLite(t), `SELECT name FROM sqlite_master WHERE type = 'index' AND name NOT LIKE 'sqlite_%' ORDER BY name`)
	pgIndexes := columns(openPostgres(t), `SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()
AND indexname NOT LIKE '%_pkey' AND indexname NOT LIKE '%_key_key' AND indexname NOT LIKE '%_event_key%' ORDER BY indexname`)
	if diff := cmp.Diff(indexes, pgIndexes); diff != "" {
		t.Errorf("indexes (-sqlite +postgres):\n%s", diff)
	}
}

func TestSecondProcessIsRefused(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "toban.db")
	first, err := store.Open(t.Context(), store.Options{Path: path, Lock: true})
	if err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(t.TempDir(), "other")
	if err := os.Symlink(dir, other); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, filepath.Join(other, "toban.db")} {
		s, err := store.Open(t.Context(), store.Options{Path: name, Lock: true})
		if err == nil {
			_ = s.Close()
			t.Fatalf("a second process opened %s", name)
		}
		if !strings.Contains(err.Error(), "another Toban") {
			t.Errorf("refused with %v", err)
		}
	}
	// A command beside it reads and writes without the lock, and leaves its leases alone.
	if err := first.Accept(t.Context(), bot.Event{Key: "a", Kind: "x", Lane: "l"}); err != nil {
		t.Fatal(err)
	}
	if c, err := first.ClaimEvents(t.Context(), "me", time.Now(), time.Minute, 1); err != nil || len(c) != 1 {
		t.Fatal(c, err)
	}
	beside := open(t, store.Options{Path: path})
	if c, err := beside.ClaimEvents(t.Context(), "x", time.Now(), time.Minute, 1); err != nil || len(c) != 0 {
		t.Errorf("a command took over a living process's claim: %v, %v", c, err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, store.Options{Path: path, Lock: true}) // the lock was given back
}

func TestLeasesOfADeadProcessEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "toban.db")
	now := time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC)
	s, err := store.Open(t.Context(), store.Options{Path: path, Lock: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Accept(t.Context(), bot.Event{Key: "a", Kind: "x", Lane: "l"}); err != nil {
		t.Fatal(err)
	}
	if err := s.Queue(t.Context(), now, bot.Effect{Key: "n", Kind: bot.EffectComment, Class: bot.Notice, Ticket: "demo/1"}); err != nil {
		t.Fatal(err)
	}
	claims := func(s *store.Store, at time.Time) (events, effects int, leased bool) {
		t.Helper()
		e, err := s.ClaimEvents(t.Context(), "me", at, 30*time.Second, 9)
		if err != nil {
			t.Fatal(err)
		}
		f, err := s.ClaimEffects(t.Context(), store.Claim{Owner: "me", Now: at, World: at, Lease: 30 * time.Second, Most: 9})
		if err != nil {
			t.Fatal(err)
		}
		leased, err = s.Lease(t.Context(), "poll", fmt.Sprint(at), at, 30*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		if len(f) == 1 && f[0].Attempt.Number > 1 && !f[0].Attempt.Look {
			t.Error("a dead process's effect is repeated without a look")
		}
		return len(e), len(f), leased
	}
	if e, f, ok := claims(s, now); e != 1 || f != 1 || !ok {
		t.Fatal(e, f, ok)
	}
	if err := s.Close(); err != nil { // what it held stays claimed, as after a kill
		t.Fatal(err)
	}
	s = open(t, store.Options{Path: path, Lock: true, Machine: func() time.Time { return now.Add(time.Second) }})
	if e, f, ok := claims(s, now.Add(time.Second)); e != 1 || f != 0 || !ok {
		t.Errorf("at once: %d events, %d effects, lease %t; want the event and the lease, but no effect: its call may still arrive", e, f, ok)
	}
	if _, f, _ := claims(s, now.Add(16*time.Second)); f != 1 {
		t.Errorf("%d effects after sixteen seconds, want 1", f)
	}
}

func TestPathsThatLookLikeAddresses(t *testing.T) {
	for _, name := range []string{"当番 1.db", "a?b=c#d%41.db"} {
		path := filepath.Join(t.TempDir(), name)
		s := open(t, store.Options{Path: path})
		if err := s.Ping(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(path); err != nil {
			t.Errorf("the database is not where it should be: %v", err)
		}
	}
	for _, path := range []string{"", filepath.Join(t.TempDir(), "no", "such", "folder", "toban.db")} {
		if s, err := store.Open(t.Context(), store.Options{Path: path}); err == nil {
			_ = s.Close()
			t.Errorf("%q was opened", path)
		}
	}
}

// TestTwoWritersOnOneFile: a command that writes beside the running process waits for its turn and does not fail.
func TestTwoWritersOnOneFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "toban.db")
	a, b := open(t, store.Options{Path: path, Lock: true}), open(t, store.Options{Path: path})
	accept(t, 50, a, b)
}

func TestSixReplicasStartAtOnce(t *testing.T) {
	dsn := cluster.Schema(t)
	const replicas = 6
	stores := make([]*store.Store, replicas)
	var wg sync.WaitGroup
	for i := range replicas {
		wg.Go(func() {
			s, err := store.Open(t.Context(), store.Options{Postgres: dsn})
			if err != nil {
				t.Errorf("replica %d: %v", i, err)
				return
			}
			stores[i] = s
			t.Cleanup(func() { _ = s.Close() })
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	accept(t, 20, stores...)
	// All of them work one queue: every event is claimed once.
	var mu sync.Mutex
	claimed := map[string]int{}
	for i, s := range stores {
		wg.Go(func() {
			for {
				list, err := s.ClaimEvents(context.WithoutCancel(t.Context()), fmt.Sprint(i), time.Now(), time.Minute, 3)
				if err != nil {
					t.Error(err)
				}
				if err != nil || len(list) == 0 {
					return
				}
				if len(list) > 3 {
					t.Errorf("claimed %d, asked for 3", len(list))
				}
				mu.Lock()
				for _, c := range list {
					claimed[c.Event.Key]++
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	for key, n := range claimed {
		if n != 1 {
			t.Errorf("%s was claimed %d times", key, n)
		}
	}
}

// accept lets all stores accept events at once, each of them also with two in an order of its own.
func accept(t *testing.T, each int, stores ...*store.Store) {
	t.Helper()
	var wg sync.WaitGroup
	for i, s := range stores {
		wg.Go(func() {
			for n := range each {
				event := func(k int) bot.Event {
					key := fmt.Sprintf("both-%d-%d", n, k)
					return bot.Event{Key: key, Kind: "x", Lane: key}
				}
				x, y := event(1), event(2)
				if i%2 == 1 { // two doors may store the same events in two orders
					x, y = y, x
				}
				if err := s.Accept(context.WithoutCancel(t.Context()), x, y); err != nil {
					t.Errorf("accepting: %v", err)
					return
				}
			}
		})
	}
	wg.Wait()
	st, err := stores[0].Status(t.Context(), time.Now())
	if err != nil || st.OpenEvents != int64(2*each) {
		t.Errorf("%d events are stored, want %d: %v", st.OpenEvents, 2*each, err)
	}
}

// TestLostConnections: when the server ends every connection, as in a restart, the calls after it open others by themselves.
func TestLostConnections(t *testing.T) {
	dsn := cluster.Schema(t)
	s, other := open(t, store.Options{Postgres: dsn}), open(t, store.Options{Postgres: dsn})
	if err := s.Accept(t.Context(), bot.Event{Key: "a", Kind: "x", Lane: "l"}); err != nil {
		t.Fatal(err)
	}
	db, _ := other.Statements()
	var ended []bool
	if err := db.SelectContext(t.Context(), &ended, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"); err != nil || len(ended) == 0 {
		t.Fatalf("ended %d connections: %v", len(ended), err)
	}
	claimed := 0
	for range 3 { // the one call that meets the end may fail
		if c, err := s.ClaimEvents(t.Context(), "me", time.Now(), time.Minute, 9); err == nil {
			claimed += len(c)
		} else {
			t.Log(err)
		}
	}
	if claimed != 1 {
		t.Errorf("claimed %d events after the connections were lost, want 1", claimed)
	}
}

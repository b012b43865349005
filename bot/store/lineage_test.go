package store_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/store"
	"toban/bot/store/storetest"
)

var lineageStart = time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC)

// queued puts an effect into the outbox, as a decision of before.
func queued(t *testing.T, s *store.Store, key string) {
	t.Helper()
	if err := s.Queue(t.Context(), lineageStart, bot.Effect{Key: key, Kind: bot.EffectComment, Class: bot.Notice, Ticket: bot.TicketID("demo/" + key)}); err != nil {
		t.Fatal(err)
	}
}

// looks claims what is open and tells which effects are looked for before their first try.
func looks(t *testing.T, s *store.Store) (out map[string]bool) {
	t.Helper()
	at := lineageStart.Add(time.Minute)
	claimed, err := s.ClaimEffects(t.Context(), store.Claim{Owner: "me", Now: at, World: at, Lease: time.Minute, Most: 9})
	if err != nil {
		t.Fatal(err)
	}
	out = map[string]bool{}
	for _, c := range claimed {
		out[c.Attempt.Effect.Key] = c.Attempt.Look
	}
	return out
}

func alive(t *testing.T, s *store.Store, at time.Time) {
	t.Helper()
	if err := s.Pulse(t.Context(), store.Life{Names: []string{store.TobanDown}, Machine: at, World: at, Limit: time.Hour}); err != nil {
		t.Fatal(err)
	}
}

func moved(t *testing.T, s *store.Store) (store.Move, bool) {
	t.Helper()
	m, ok, err := s.Moved(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return m, ok
}

// A standby that lacks the last commits takes over under a working store: whatever is claimed from then on is looked for, without anybody
// having told it.
func TestFailOverIsNoticed(t *testing.T) {
	own := storetest.Cluster{Durable: true} // of its own: connections are cut, and what was committed has to stay
	t.Cleanup(own.Stop)
	dsn := own.Schema(t)
	s, other := open(t, store.Options{Postgres: dsn}), open(t, store.Options{Postgres: dsn})
	alive(t, s, lineageStart)
	queued(t, s, "1")
	own.Halt(t)
	own.Go(t)
	if m, ok := moved(t, s); ok {
		t.Fatalf("a server that started again counts as another one: %+v", m)
	}
	own.Keep(t)
	if got := looks(t, s); len(got) != 1 || got["1"] {
		t.Fatalf("claimed %v, want a first try without a look", got)
	}
	own.FailOver(t)
	var all sync.WaitGroup
	for _, s := range []*store.Store{s, other, s, other} {
		all.Go(func() { _, _ = s.Now(t.Context()) })
	}
	all.Wait()
	if got := looks(t, s); !got["1"] {
		t.Fatalf("claimed %v after the fail-over, want a look before what may have been said", got)
	}
	m, ok := moved(t, other)
	if !ok || m.Epoch != 1 || m.Before == m.Here || !m.Last.Equal(lineageStart) || !strings.Contains(m.Here, "timeline 00000002") {
		t.Errorf("told of %+v, %v", m, ok)
	}
	if from, ok, err := s.RestoredFrom(t.Context()); err != nil || !ok || !from.Equal(lineageStart) {
		t.Errorf("may have forgotten from %v, %v, %v on", from, ok, err)
	}
	// A second one is another epoch.
	own.Keep(t)
	own.FailOver(t)
	if m, ok := moved(t, s); !ok || m.Epoch != 2 || !strings.Contains(m.Here, "timeline 00000003") {
		t.Errorf("told of %+v, %v", m, ok)
	}
}

// A user who may not ask for the history works all the same, and is told what to do.
func TestHistoryThatPostgreSQLDoesNotTell(t *testing.T) {
	var own storetest.Cluster
	t.Cleanup(own.Stop)
	s := open(t, store.Options{Postgres: own.Schema(t)})
	if err := s.Exec(t.Context(), "REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC; CREATE ROLE plain LOGIN; CREATE SCHEMA plain AUTHORIZATION plain"); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	server, _, _ := strings.Cut(own.Schema(t), " search_path=")
	dsn := strings.Replace(server, "user=postgres", "user=plain", 1) + " search_path=plain"
	plain := open(t, store.Options{Postgres: dsn, Logger: slog.New(slog.NewTextHandler(&said, nil))})
	queued(t, plain, "1")
	alive(t, plain, lineageStart)
	if got := looks(t, plain); len(got) != 1 || strings.Count(said.String(), "toban restored") != 1 {
		t.Errorf("claimed %v, said %q", got, said.String())
	}
}

// A copy of a SQLite file that is put back is older than its mark; one from another place has none.
func TestCopyOfAFileIsNoticed(t *testing.T) {
	copied := func(from, to string) {
		t.Helper()
		b, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	path, kept := filepath.Join(dir, "toban.db"), filepath.Join(dir, "kept.db")
	with := func(path string, f func(s *store.Store)) {
		t.Helper()
		s, err := store.Open(t.Context(), store.Options{Path: path, Lock: true, Machine: func() time.Time { return lineageStart }})
		if err != nil {
			t.Fatal(err)
		}
		f(s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	with(path, func(s *store.Store) {
		queued(t, s, "1")
		alive(t, s, lineageStart)
	})
	copied(path, kept)
	with(path, func(s *store.Store) {
		if m, ok := moved(t, s); ok {
			t.Fatalf("a file that stayed counts as another one: %+v", m)
		}
		if got := looks(t, s); got["1"] {
			t.Fatal("a first try is looked for")
		}
		alive(t, s, lineageStart.Add(time.Minute))
	})
	copied(kept, path)
	with(path, func(s *store.Store) {
		if m, ok := moved(t, s); !ok || m.Epoch != 1 || !m.Last.Equal(lineageStart) {
			t.Errorf("a copy was put back, told of %+v, %v", m, ok)
		}
		if got := looks(t, s); !got["1"] {
			t.Error("what may have been said is not looked for")
		}
	})
	with(path, func(s *store.Store) {
		if m, _ := moved(t, s); m.Epoch != 1 {
			t.Errorf("one copy, %d epochs", m.Epoch)
		}
	})
	elsewhere := filepath.Join(t.TempDir(), "toban.db")
	copied(kept, elsewhere)
	with(elsewhere, func(s *store.Store) {
		if m, ok := moved(t, s); !ok || m.Epoch != 1 {
			t.Errorf("a file of another machine, told of %+v, %v", m, ok)
		}
	})
	if err := os.WriteFile(elsewhere+".mark", []byte("torn"), 0o600); err != nil {
		t.Fatal(err)
	}
	with(elsewhere, func(s *store.Store) {
		if m, _ := moved(t, s); m.Epoch != 2 {
			t.Errorf("a torn mark, %d epochs, want 2: nobody can tell", m.Epoch)
		}
	})
}

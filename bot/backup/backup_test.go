package backup_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"toban/bot"
	"toban/bot/backup"
	"toban/bot/store"
	"toban/bot/store/storetest"
)

// cluster is the PostgreSQL of this test process; it starts when a test asks for it.
var cluster storetest.Cluster

func TestMain(m *testing.M) {
	if os.Getenv(crashVariable) != "" {
		crash()
	}
	code := m.Run()
	cluster.Stop()
	os.Exit(code)
}

var made = time.Date(2026, 11, 24, 3, 30, 0, 0, time.UTC)

// engines are the databases that every test is tried with.
var engines = []string{"sqlite", "postgres"}

// place is an empty place for a database of an engine.
func place(t *testing.T, engine string) store.Options {
	t.Helper()
	if engine == "postgres" {
		return store.Options{Postgres: cluster.Schema(t)}
	}
	return store.Options{Path: filepath.Join(t.TempDir(), "toban.db")}
}

func open(t *testing.T, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// keys makes a pair of age's.
func keys(t *testing.T) backup.Keys {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return backup.Keys{Recipients: []string{id.Recipient().String()}, Identities: []string{"# a comment\n" + id.String() + "\n"}}
}

// fill puts rows into every table, among them all that JSON, tar and SQL could stumble over.
func fill(t *testing.T, s *store.Store) {
	t.Helper()
	ctx := t.Context()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	odd := "日本語 \"quoted\" \\ back <b>&amp;</b> \u2028 \t\n 🙂 ' ; DROP TABLE inbox; --"
	for i := range 40 {
		lane := fmt.Sprintf("demo/%d", i)
		ok(s.Accept(ctx, bot.Event{Key: "e" + lane + odd, Kind: bot.EventIssueChanged, Lane: lane, At: made, Body: json.RawMessage(`{"text":"` + strings.Repeat("長い", i*40) + `"}`)}))
		claims, err := s.ClaimEvents(ctx, "me", made, time.Minute, 1)
		ok(err)
		tk := &bot.Ticket{ID: bot.TicketID(lane), Customer: "aozora", Space: "demo", Project: "A", Key: fmt.Sprintf("A-%d", i), Summary: odd, Received: made}
		ok(s.Commit(ctx, store.Decision{
			Claim: claims[0], Now: made, Ticket: tk, Cursor: int64(i),
			States:  []store.StateChange{{Feature: "desk", State: map[string]string{"odd": odd}, Panel: &bot.Panel{State: odd}}},
			Facts:   []bot.Fact{{ID: fmt.Sprintf("comment:%d", i), At: made, Text: odd}, {ID: fmt.Sprintf("Comment:%d", i), At: made}},
			Timers:  []bot.Timer{{Rule: "desk/reminder", At: made.Add(time.Hour)}},
			Clocks:  []bot.ClockRow{{ID: "complete", Name: "完了", Start: made}},
			Reasons: []store.Audited{{Feature: "desk", Reason: bot.Reason{What: "did", Why: odd}}},
			Effects: []bot.Effect{bot.MakeEffect(bot.EffectComment, bot.Notice, "answer:"+lane, tk, bot.Comment{Text: odd})},
		}))
	}
	sending, err := s.ClaimEffects(ctx, store.Claim{Owner: "me", Now: made, World: made, Lease: time.Minute, Most: 10})
	ok(err)
	ok(s.FinishEffect(ctx, sending[0], bot.Sent{RemoteID: "17", Refs: map[string]string{bot.RefCard: "C1 1.2"}}, made))
	ok(s.BuryEffect(ctx, sending[1], "no", made))
	ok(s.Bury(ctx, "hook", "odd", []byte(odd+"\xff\x00"), made))
	ok(s.Bury(ctx, "hook", "large", bytes.Repeat([]byte("大"), 60<<10), made))
	ok(s.Advance(ctx, "feed", 1<<60, nil))
	ok(s.SetSchedule(ctx, bot.Schedule{Name: "report", Spec: "0 9 1 * *", Zone: "Asia/Tokyo", Next: made.Add(time.Hour), Catchup: bot.CatchupLatest}))
	ok(s.OpenEpoch(ctx, made))
	_, err = s.Lease(ctx, "poll", "me", made, time.Minute)
	ok(err)
}

func save(t *testing.T, s *store.Store, k backup.Keys, to string) backup.Made {
	t.Helper()
	m, err := backup.Save(t.Context(), backup.Make{Store: s, Dir: to, Keys: k, Now: made, MadeBy: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// From each engine into each: every row of every table is there again, and what was changed since is not.
func TestRoundTrip(t *testing.T) {
	for _, from := range engines {
		for _, to := range engines {
			t.Run(from+" to "+to, func(t *testing.T) {
				t.Parallel()
				s, k := open(t, place(t, from)), keys(t)
				fill(t, s)
				m := save(t, s, k, t.TempDir())
				if !m.Opened || m.Manifest.Rows() < 200 || m.Header.Engine != from {
					t.Fatalf("made %+v", m)
				}
				target := place(t, to)
				r, err := backup.Restore(t.Context(), backup.Task{File: m.File, Keys: k, Target: target, Now: made.Add(time.Hour)})
				if err != nil || len(r.Problems) > 0 || r.Aside != "" {
					t.Fatal(r.Problems, r.Aside, err)
				}
				back := open(t, target)
				again := save(t, back, k, t.TempDir())
				ignore := cmpopts.IgnoreSliceElements(func(x backup.Sum) bool { return x.Table == "epoch" || x.Table == "cursor" })
				if diff := cmp.Diff(m.Manifest, again.Manifest, ignore); diff != "" {
					t.Errorf("tables (-backup +restored):\n%s", diff)
				}
				if diff := cmp.Diff(m.Header.Tables, again.Header.Tables); diff != "" {
					t.Errorf("descriptions (-backup +restored):\n%s", diff)
				}
				restored(t, back)
			})
		}
	}
}

// What was acknowledged on SQLite and nobody had looked at is an event after the restore, on either engine, once and in its order.
func TestRestoreKeepsWhatWasJustAcknowledged(t *testing.T) {
	for _, to := range engines {
		t.Run(to, func(t *testing.T) {
			t.Parallel()
			s, k := open(t, place(t, "sqlite")), keys(t)
			fill(t, s)
			for _, key := range []string{"first", "second", "first", "third"} {
				if err := s.Accept(t.Context(), bot.Event{Key: key, Kind: "x", Lane: key, At: made}); err != nil {
					t.Fatal(err)
				}
			}
			m := save(t, s, k, t.TempDir())
			target := place(t, to)
			if r, err := backup.Restore(t.Context(), backup.Task{File: m.File, Keys: k, Target: target, Now: made}); err != nil || len(r.Problems) > 0 {
				t.Fatal(r.Problems, err)
			}
			claims, err := open(t, target).ClaimEvents(t.Context(), "new", made, time.Minute, 9)
			var got []string
			for _, c := range claims {
				if c.Event.Kind == "x" {
					got = append(got, c.Event.Key)
				}
			}
			if diff := cmp.Diff([]string{"first", "second", "third"}, got); diff != "" || err != nil {
				t.Errorf("events (-want +got), %v:\n%s", err, diff)
			}
		})
	}
}

// restored holds what must be so in a restored database.
func restored(t *testing.T, s *store.Store) {
	t.Helper()
	if at, ok, err := s.RestoredFrom(t.Context()); err != nil || !ok || !at.Equal(made) {
		t.Errorf("restored from %v, %t, %v", at, ok, err)
	}
	sending, err := s.ClaimEffects(t.Context(), store.Claim{Owner: "new", Now: made.Add(time.Hour), World: made.Add(time.Hour), Lease: time.Minute, Most: 100})
	if err != nil || len(sending) < 30 {
		t.Fatal(len(sending), err)
	}
	for _, x := range sending {
		if !x.Attempt.Look {
			t.Errorf("%s is sent without a look", x.Attempt.Effect.Key)
		}
	}
	// Numbers go on where they were.
	if err := s.Bury(t.Context(), "hook", "new", []byte("x"), made); err != nil {
		t.Fatal(err)
	}
	letters, err := s.DeadLetters(t.Context())
	if err != nil || letters[len(letters)-1].ID != "door:3" {
		t.Errorf("the next letter is %v, %v", letters[len(letters)-1].ID, err)
	}
}

func TestDrill(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			o, k := place(t, engine), keys(t)
			o.Lock = true
			s := open(t, o) // a Toban that works
			fill(t, s)
			m := save(t, s, k, t.TempDir())
			for range 2 {
				d, err := backup.Drill(t.Context(), backup.Task{File: m.File, Keys: k, Target: o, Now: made})
				if err != nil || len(d.Problems) > 0 || d.Manifest.Rows() != m.Manifest.Rows() {
					t.Fatal(d, err)
				}
			}
			alone(t, o)
		})
	}
}

// alone looks that no scratch is left beside a database.
func alone(t *testing.T, o store.Options) {
	t.Helper()
	if o.Postgres != "" {
		if n := storetest.Schemas(t, o.Postgres); n != 0 {
			t.Errorf("%d scratch schemas are left", n)
		}
		return
	}
	files, err := filepath.Glob(o.Path + ".*")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !strings.HasSuffix(f, ".db.lock") && !strings.HasSuffix(f, ".db.mark") {
			t.Errorf("%s is left", f)
		}
	}
}

// What does not fit together is named by a drill.
func TestDrillFindsWhatDoesNotFit(t *testing.T) {
	o, k := place(t, "sqlite"), keys(t)
	s := open(t, o)
	fill(t, s)
	storetest.Damage(t, o.Path)
	m := save(t, s, k, t.TempDir())
	d, err := backup.Drill(t.Context(), backup.Task{File: m.File, Keys: k, Target: o, Now: made})
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(d.Problems, "\n")
	for _, want := range []string{"a due moment belongs to a ticket", "body of fact", "an event is open", "the number of effect"} {
		if !strings.Contains(all, want) {
			t.Errorf("the drill does not say %q:\n%s", want, all)
		}
	}
}

func TestRestoreKeepsAnOldDatabaseAside(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			o, k := place(t, engine), keys(t)
			s := open(t, o)
			fill(t, s)
			m := save(t, s, k, t.TempDir())
			if err := s.Bury(t.Context(), "hook", "after the backup", nil, made); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			task := backup.Task{File: m.File, Keys: k, Target: o, Now: made}
			if _, err := backup.Restore(t.Context(), task); !errors.Is(err, store.ErrNotEmpty) || !strings.Contains(err.Error(), "--replace") {
				t.Fatalf("a full database gave %v", err)
			}
			task.Replace = true
			r, err := backup.Restore(t.Context(), task)
			if err != nil || r.Aside == "" {
				t.Fatal(r.Aside, err)
			}
			letters := func(o store.Options) int {
				l, err := open(t, o).DeadLetters(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				return len(l)
			}
			old := store.Options{Path: r.Aside}
			if engine == "postgres" {
				old = store.Options{Postgres: storetest.InSchema(o.Postgres, r.Aside)}
				t.Cleanup(func() { storetest.DropSchema(t, o.Postgres, r.Aside) })
			}
			if was, is := letters(old), letters(o); was != is+1 {
				t.Errorf("%d letters aside and %d in place, want one more aside", was, is)
			}
		})
	}
}

func TestRestoreRefusesAWorkingToban(t *testing.T) {
	o, k := place(t, "sqlite"), keys(t)
	s := open(t, o)
	m := save(t, s, k, t.TempDir())
	_ = s.Close()
	o.Lock = true
	open(t, o)
	_, err := backup.Restore(t.Context(), backup.Task{File: m.File, Keys: k, Target: store.Options{Path: o.Path}, Now: made})
	if err == nil || !strings.Contains(err.Error(), "another Toban") {
		t.Errorf("restoring beside a working Toban gave %v", err)
	}
}

// A backup of a database with an older schema is restored and brought up to date.
func TestOlderSchema(t *testing.T) {
	for schema := int64(1); schema < store.Newest(); schema++ {
		for _, engine := range engines {
			t.Run(fmt.Sprintf("%d %s", schema, engine), func(t *testing.T) {
				t.Parallel()
				ctx, k := t.Context(), keys(t)
				c, err := store.NewScratch(ctx, place(t, engine), schema, true)
				if err != nil {
					t.Fatal(err)
				}
				if err := c.Advance(ctx, "feed", 7, nil); err != nil {
					t.Fatal(err)
				}
				m := save(t, c.Store, k, t.TempDir())
				if err := c.Discard(ctx); err != nil {
					t.Fatal(err)
				}
				target := place(t, engine)
				if _, err := backup.Restore(ctx, backup.Task{File: m.File, Keys: k, Target: target, Now: made}); err != nil || m.Header.Schema > schema {
					t.Fatal(m.Header.Schema, err)
				}
				back := open(t, target)
				if v, err := back.Schema(ctx); err != nil || v != store.Newest() {
					t.Errorf("the tables have version %d, %v", v, err)
				}
				if v, _, err := back.Cursor(ctx, "feed"); err != nil || v != 7 {
					t.Errorf("the cursor is %d, %v", v, err)
				}
			})
		}
	}
}

// Whatever is written while a backup is read, it holds one moment: the sum over both tables is the same at all times.
func TestBackupIsOneMoment(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			o, k := place(t, engine), keys(t)
			o.Lock = true
			s := open(t, o)
			fill(t, s)
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error, 1)
			n := 0
			go func() {
				for ctx.Err() == nil {
					n++
					// One transaction writes an event and moves the cursor to its number.
					if err := s.Advance(context.WithoutCancel(ctx), "n", int64(n), []bot.Event{{Key: fmt.Sprintf("n%d", n), Kind: "x", Lane: "n"}}); err != nil {
						done <- err
						return
					}
				}
				done <- nil
			}()
			var file string
			for i := range 4 {
				m, err := backup.Save(ctx, backup.Make{Store: s, Dir: t.TempDir(), Keys: k, Now: made.Add(time.Duration(i) * time.Second)})
				if err != nil {
					t.Fatal(err)
				}
				file = m.File
				var events, cursor int64
				_, _, err = backup.Open(file, k, backup.Reader{Row: func(tb store.Table, row []any) error {
					switch {
					case tb.Name == "inbox" && strings.HasPrefix(row[1].(string), "n"):
						events++
					case tb.Name == "cursor" && row[0] == "n":
						cursor = row[1].(int64)
					}
					return nil
				}})
				if err != nil || events != cursor {
					t.Errorf("%d events and a cursor of %d: %v", events, cursor, err)
				}
			}
			cancel()
			if err := <-done; err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestPruneKeepsTheGoodOne(t *testing.T) {
	dir := t.TempDir()
	touch := func(name string) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	for i := range 20 {
		touch(backup.Name(made.AddDate(0, 0, i)))
	}
	touch("toban-of-my-own.backup")
	good := touch(backup.Name(made.AddDate(-1, 0, 0))) // a clock was set back: the good one has the oldest name
	if removed, err := backup.Prune(dir, 3, good); err != nil || len(removed) != 18 {
		t.Fatal(removed, err)
	}
	left, err := backup.List(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{good, filepath.Join(dir, backup.Name(made.AddDate(0, 0, 18))), filepath.Join(dir, backup.Name(made.AddDate(0, 0, 19)))}
	if diff := cmp.Diff(want, left); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
	if _, err := os.Stat(filepath.Join(dir, "toban-of-my-own.backup")); err != nil {
		t.Error("a file that is no generation was removed")
	}
}

package timer_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/bot"
	"toban/bot/store"
	"toban/bot/timer"
)

var t0 = time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC) // 09:00 in Tokyo

func newStore(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "toban.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func worker(s *store.Store, now time.Time, wake func()) *timer.Worker {
	return timer.New(timer.Config{Store: s, Clock: bot.ClockFunc(func() time.Time { return now }), Wake: wake, Logger: slog.New(slog.DiscardHandler)})
}

// fired takes the events of schedules, the oldest first: moment in Tokyo and whether it is late.
func fired(t *testing.T, s *store.Store) []string {
	t.Helper()
	out := []string{}
	for {
		claims, err := s.ClaimEvents(t.Context(), "me", t0, time.Minute, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range claims {
			var due bot.ScheduleDue
			if err := c.Event.Decode(&due); err != nil {
				t.Fatal(err)
			}
			line := due.Due.In(time.FixedZone("JST", 9*60*60)).Format("01-02 15:04")
			if due.Late {
				line += " late"
			}
			out = append(out, line)
			if err := s.Commit(t.Context(), store.Decision{Claim: c, Now: t0}); err != nil {
				t.Fatal(err)
			}
		}
		if len(claims) == 0 {
			return out
		}
	}
}

func TestMissedMoments(t *testing.T) {
	tests := []struct {
		name    string
		catchup bot.Catchup
		after   time.Duration // of the first moment, 09:00
		want    []string
	}{
		{"not yet", bot.CatchupLatest, -time.Second, []string{}},
		{"in time", bot.CatchupLatest, 0, []string{"11-24 09:00"}},
		{"in time, skipping", bot.CatchupSkip, 2 * time.Minute, []string{"11-24 09:00"}},
		{"the newest of three", bot.CatchupLatest, 50 * time.Hour, []string{"11-26 09:00 late"}},
		{"all of three", bot.CatchupAll, 50 * time.Hour, []string{"11-24 09:00 late", "11-25 09:00 late", "11-26 09:00 late"}},
		{"none of three", bot.CatchupSkip, 50 * time.Hour, []string{}},
		{"the one that has just come", bot.CatchupSkip, 48 * time.Hour, []string{"11-26 09:00"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStore(t)
			sc := bot.Schedule{Name: "digest/x/a", Spec: "0 9 * * *", Zone: "Asia/Tokyo", Next: t0, Catchup: tt.catchup}
			if err := s.SetSchedule(t.Context(), sc); err != nil {
				t.Fatal(err)
			}
			now := t0.Add(tt.after)
			for range 2 { // a second look finds nothing
				if _, err := worker(s, now, nil).Once(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(tt.want, fired(t, s)); diff != "" {
				t.Errorf("fired (-want +got):\n%s", diff)
			}
			if next, _, err := s.NextDue(t.Context()); err != nil || !next.After(now) {
				t.Errorf("the next moment is %v, %v; want one after %v", next, err, now)
			}
		})
	}
}

// A schedule whose next moment lies in another age, or is lost, goes on with the newest one and keeps nobody waiting.
func TestMomentsOfAnotherAge(t *testing.T) {
	for name, next := range map[string]time.Time{"lost": {}, "1970": time.Unix(1, 0), "year 1": time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC)} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			for _, sc := range []bot.Schedule{
				{Name: "a", Spec: "*/15 * * * *", Zone: "Asia/Tokyo", Next: next, Catchup: bot.CatchupLatest},
				{Name: "leap", Spec: "0 9 29 2 *", Zone: "Asia/Tokyo", Next: next, Catchup: bot.CatchupLatest},
				{Name: "b", Spec: "0 9 1 * *", Zone: "Asia/Tokyo", Next: next, Catchup: bot.CatchupSkip},
			} {
				if err := s.SetSchedule(t.Context(), sc); err != nil {
					t.Fatal(err)
				}
			}
			for range 2 {
				if _, err := worker(s, t0, nil).Once(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff([]string{"11-24 09:00"}, fired(t, s)); diff != "" {
				t.Errorf("fired (-want +got):\n%s", diff)
			}
			if at, ok, err := s.NextDue(t.Context()); err != nil || !ok || !at.Equal(t0.Add(15*time.Minute)) {
				t.Errorf("the next moment is %v, %v, %v", at, ok, err)
			}
		})
	}
}

func TestBrokenScheduleHoldsUpNobody(t *testing.T) {
	s := newStore(t)
	for _, sc := range []bot.Schedule{
		{Name: "a", Spec: "0 9 30 2 *", Zone: "Asia/Tokyo", Next: t0},
		{Name: "b", Spec: "0 9 * * *", Zone: "Mars/Olympus", Next: t0},
		{Name: "c", Spec: "0 9 * * *", Zone: "Asia/Tokyo", Next: t0, Catchup: bot.CatchupLatest},
	} {
		if err := s.SetSchedule(t.Context(), sc); err != nil {
			t.Fatal(err)
		}
	}
	woken := 0
	n, err := worker(s, t0, func() { woken++ }).Once(t.Context())
	if n != 1 || woken != 1 || err == nil || !strings.Contains(err.Error(), "schedule a") || !strings.Contains(err.Error(), "schedule b") {
		t.Errorf("fired %d, woke %d times, %v", n, woken, err)
	}
	if diff := cmp.Diff([]string{"11-24 09:00"}, fired(t, s)); diff != "" {
		t.Errorf("fired (-want +got):\n%s", diff)
	}
}

func TestTwoReplicasFireOnce(t *testing.T) {
	s := newStore(t)
	if err := s.SetSchedule(t.Context(), bot.Schedule{Name: "a", Spec: "*/5 * * * *", Zone: "Asia/Tokyo", Next: t0, Catchup: bot.CatchupAll}); err != nil {
		t.Fatal(err)
	}
	setTimers(t, s, 300)
	var wg sync.WaitGroup
	for range 4 {
		w := worker(s, t0.Add(time.Hour), nil)
		wg.Go(func() {
			if _, err := w.Once(context.WithoutCancel(t.Context())); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	st, err := s.Status(t.Context(), t0)
	if err != nil || st.OpenEvents != 300+13 {
		t.Errorf("%d events, %v; want 313", st.OpenEvents, err)
	}
}

// setTimers gives a ticket n timers, one a second from t0 on.
func setTimers(t *testing.T, s *store.Store, n int) {
	t.Helper()
	if err := s.Accept(t.Context(), bot.Event{Key: "set", Kind: "x", Lane: "demo/1"}); err != nil {
		t.Fatal(err)
	}
	c, err := s.ClaimEvents(t.Context(), "me", t0, time.Minute, 1)
	if err != nil {
		t.Fatal(err)
	}
	d := store.Decision{Claim: c[0], Now: t0, Ticket: &bot.Ticket{ID: "demo/1"}}
	for i := range n {
		d.Timers = append(d.Timers, bot.Timer{Rule: "r" + string(rune('a'+i)), At: t0.Add(time.Duration(n-i) * time.Second), Data: json.RawMessage(`{}`)})
	}
	if err := s.Commit(t.Context(), d); err != nil {
		t.Fatal(err)
	}
}

func TestMomentsFireInTheirOrder(t *testing.T) {
	s := newStore(t)
	setTimers(t, s, 250) // more than one batch
	n, err := worker(s, t0.Add(time.Hour), nil).Once(t.Context())
	if err != nil || n != 250 {
		t.Fatalf("fired %d, %v", n, err)
	}
	var last time.Time
	for i := range 250 {
		c, err := s.ClaimEvents(t.Context(), "me", t0, time.Minute, 5)
		if err != nil || len(c) != 1 {
			t.Fatalf("event %d: %d at once, %v", i, len(c), err)
		}
		var due bot.TimerDue
		if err := c[0].Event.Decode(&due); err != nil {
			t.Fatal(err)
		}
		if due.Due.Before(last) {
			t.Fatalf("%s came after %s", due.Due, last)
		}
		last = due.Due
		if err := s.Commit(t.Context(), store.Decision{Claim: c[0], Now: t0}); err != nil {
			t.Fatal(err)
		}
	}
}

// A moment comes when it is due, however seldom the worker looks, also one that is set while it sleeps.
func TestMomentsDoNotWaitForTheNextLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStore(t)
		ctx, cancel := context.WithCancel(t.Context())
		var woken []time.Duration
		start := time.Now()
		w := timer.New(timer.Config{
			Store: s, Clock: bot.ClockFunc(time.Now), Every: time.Hour, Logger: slog.New(slog.DiscardHandler),
			Wake: func() { woken = append(woken, time.Since(start)) },
		})
		daily := bot.Schedule{Name: "a", Spec: "0 0 * * *", Zone: "UTC", Next: start.Add(61 * time.Minute), Catchup: bot.CatchupAll}
		if err := s.SetSchedule(ctx, daily); err != nil {
			t.Fatal(err)
		}
		done := make(chan error)
		go func() { done <- w.Run(ctx) }()
		time.Sleep(time.Minute)
		daily.Name, daily.Next = "b", start.Add(90*time.Second)
		if err := s.SetSchedule(ctx, daily); err != nil {
			t.Fatal(err)
		}
		w.Poke()
		time.Sleep(2 * time.Hour)
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff([]time.Duration{90 * time.Second, 61 * time.Minute}, woken); diff != "" {
			t.Errorf("fired after (-want +got):\n%s", diff)
		}
	})
}

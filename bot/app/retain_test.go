package app

import (
	"context"
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"toban/bot"
	"toban/bot/store"
	"toban/bot/watch"
)

// Once a day, by the replica that looks first, and by none whose clock is off.
func TestRetentionOnceADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newApp(t)
		defer func() { _ = a.p.Store.Close() }()
		add := func(key string) {
			t.Helper()
			// Older than 90 days when it arrives: only tests can do that.
			e := bot.Event{Key: key, Kind: "x", Lane: "l", At: time.Now().Add(-91 * 24 * time.Hour), Body: json.RawMessage(`{}`)}
			if err := a.p.Store.Accept(t.Context(), e); err != nil {
				t.Fatal(err)
			}
			c, err := a.p.Store.ClaimEvents(t.Context(), "me", time.Now(), time.Minute, 1)
			if err != nil || len(c) != 1 {
				t.Fatalf("claimed %v, %v", c, err)
			}
			if err := a.p.Store.Commit(t.Context(), store.Decision{Claim: c[0], Now: time.Now()}); err != nil {
				t.Fatal(err)
			}
		}
		left := func(want int64) {
			t.Helper()
			if err := a.retainOnce(t.Context()); err != nil {
				t.Fatal(err)
			}
			list, err := a.p.Store.Expire(t.Context(), Keep(a.p.Config.Server.Retention, time.Now()), true)
			if err != nil {
				t.Fatal(err)
			}
			var n int64
			for _, e := range list {
				n += e.Rows
			}
			if n != want {
				t.Errorf("%d events are left that are too old, want %d", n, want)
			}
		}
		add("a")
		a.shared = watch.NewClock(watch.ClockConfig{Ask: func(context.Context) (time.Time, error) { return time.Now(), nil }, Machine: func() time.Time { return time.Now().Add(time.Hour) }})
		if err := a.shared.Measure(t.Context()); err != nil {
			t.Fatal(err)
		}
		left(1)
		a.shared = nil
		left(0)
		add("b")
		left(1) // not twice a day
		time.Sleep(24 * time.Hour)
		left(0)
	})
}

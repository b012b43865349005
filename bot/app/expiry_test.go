package app

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/bot"
	"toban/bot/store"
	"toban/bot/watch"
	"toban/config"
)

// What ends by itself is told 30, 7 and 1 days before and when it has ended, each once, however often and by how many replicas it is looked at.
func TestExpiriesAreToldInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // the bubble begins on 2000-01-01
		a := newApp(t)
		defer func() { _ = a.p.Store.Close() }()
		a.p.Config.Server.Expires = []config.Expiry{{What: "TLS certificate", On: "2000-02-29"}, {What: "licence", On: "2009-12-31"}}
		var told []string
		for day := range 70 {
			for range 3 {
				if err := a.tellOfExpiries(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			list, err := a.p.Store.ClaimEffects(t.Context(), store.Claim{Owner: "me", Now: time.Now(), World: time.Now(), Lease: time.Minute, Most: 9})
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range list {
				var post bot.Post
				if err := s.Attempt.Effect.Decode(&post); err != nil || post.Channel != a.p.Config.Server.Operators.Channel {
					t.Fatalf("%+v, %v", s.Attempt.Effect, err)
				}
				text, _, _ := strings.Cut(post.Text, " the end")
				told = append(told, time.Now().UTC().Format("01-02 ")+text)
				if err := a.p.Store.FinishEffect(t.Context(), s, bot.Sent{}, time.Now()); err != nil {
					t.Fatal(err)
				}
			}
			if n := len(a.expiryFindings()); n != 2 || (a.expiryFindings()[0].Level == LevelOK) != (day < 30) {
				t.Errorf("day %d: doctor says %+v", day, a.expiryFindings())
			}
			time.Sleep(24 * time.Hour)
		}
		want := []string{"01-31 TLS certificate holds until", "02-23 TLS certificate holds until", "02-29 TLS certificate holds until", "03-01 TLS certificate held until"}
		if strings.Join(told, "|") != strings.Join(want, "|") {
			t.Errorf("told %q, want %q", told, want)
		}
	})
}

// A replica whose clock is more than 30 seconds off the database's takes nothing, neither event, effect, due moment, schedule nor lease,
// and takes all of it when its clock is right.
func TestReplicaWithAWrongClockClaimsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newApp(t)
		st := a.p.Store
		defer func() { _ = st.Close() }()
		ctx := t.Context()
		if err := st.Accept(ctx, bot.Event{Key: "e", Kind: "x", Lane: "demo/1", At: time.Now()}); err != nil {
			t.Fatal(err)
		}
		if err := st.Queue(ctx, time.Now(), bot.MakeEffect(bot.EffectPost, bot.Notice, "n", nil, bot.Post{Text: "x"})); err != nil {
			t.Fatal(err)
		}
		if err := st.SetSchedule(ctx, bot.Schedule{Name: "s", Spec: "0 * * * *", Zone: "UTC", Next: time.Now(), Catchup: bot.CatchupLatest}); err != nil {
			t.Fatal(err)
		}
		took := func() (n int) {
			t.Helper()
			events, err := newInboxStore(a).ClaimEvents(ctx, a.owner, time.Now(), time.Second, 9)
			if err != nil {
				t.Fatal(err)
			}
			effects, err := outboxStore{st, a}.ClaimEffects(ctx, store.Claim{Owner: a.owner, Now: time.Now(), World: time.Now(), Lease: time.Second, Most: 9})
			if err != nil {
				t.Fatal(err)
			}
			due, err := timerStore{st, a}.DueSchedules(ctx, time.Now())
			if err != nil {
				t.Fatal(err)
			}
			if ok, err := a.lease(ctx, time.Second); err != nil {
				t.Fatal(err)
			} else if ok {
				n++
			}
			return n + len(events) + len(effects) + len(due)
		}
		for _, tt := range []struct {
			ahead time.Duration
			takes bool
			level Level
		}{{31 * time.Second, false, LevelError}, {-31 * time.Second, false, LevelError}, {29 * time.Second, true, LevelWarn}, {-time.Second, true, LevelOK}} {
			a.shared = watch.NewClock(watch.ClockConfig{
				Ask: func(context.Context) (time.Time, error) { return time.Now(), nil }, Machine: func() time.Time { return time.Now().Add(tt.ahead) },
			})
			if err := a.shared.Measure(ctx); err != nil {
				t.Fatal(err)
			}
			if got := took(); (got > 0) != tt.takes || tt.takes && got < 4 {
				t.Errorf("%s ahead: took %d things, want any: %v", tt.ahead, got, tt.takes)
			}
			if f := a.clockFinding(); f.Level != tt.level {
				t.Errorf("%s ahead: doctor says %+v", tt.ahead, f)
			}
			time.Sleep(time.Minute) // leases end
		}
	})
}

package watch_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"toban/bot/watch"
)

func TestClockIsTheDatabases(t *testing.T) {
	for _, tt := range []struct {
		name  string
		ahead time.Duration // of the machine's clock
		fit   bool
	}{
		{"right", 0, true},
		{"an hour ahead", time.Hour, false},
		{"behind, within the limit", -watch.OffsetLimit + time.Second, true},
		{"behind, beyond it", -watch.OffsetLimit - time.Second, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := watch.NewClock(watch.ClockConfig{
					Ask: func(context.Context) (time.Time, error) {
						time.Sleep(5 * time.Millisecond)
						now := time.Now().Round(0)
						time.Sleep(5 * time.Millisecond)
						return now, nil
					},
					Machine: func() time.Time { return time.Now().Add(tt.ahead) },
				})
				if err := c.Measure(t.Context()); err != nil {
					t.Fatal(err)
				}
				if got := c.Offset(); got != tt.ahead {
					t.Errorf("offset %s, want %s", got, tt.ahead)
				}
				if c.Fit() != tt.fit {
					t.Errorf("fit: %v, want %v", c.Fit(), tt.fit)
				}
				time.Sleep(time.Minute)
				if got := c.Now(); !got.Equal(time.Now()) {
					t.Errorf("the clock says %s at %s of the database", got, time.Now())
				}
			})
		})
	}
}

// The machine's clock is set right while Toban runs: neither world time nor leases jump, and the offset is measured anew.
func TestClockFollowsTheDatabase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var db time.Duration
		broken := error(nil)
		c := watch.NewClock(watch.ClockConfig{Ask: func(context.Context) (time.Time, error) {
			return time.Now().Add(db).Round(0), broken
		}})
		if err := c.Measure(t.Context()); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- c.Run(ctx) }()
		db = -time.Second // a small step back: the clock waits and never says an earlier time
		before := c.Now()
		time.Sleep(30*time.Second + time.Millisecond)
		if got := c.Now(); got.Before(before) || c.Offset() != time.Second {
			t.Errorf("went from %s to %s, offset %s", before, got, c.Offset())
		}
		before = c.Now()
		db = time.Hour
		time.Sleep(30 * time.Second)
		if got := c.Now().Sub(before); got < time.Hour {
			t.Errorf("the database went an hour ahead, the clock %s", got)
		}
		now := c.Now()
		broken = errors.New("the database is away")
		time.Sleep(time.Minute)
		if got := c.Now().Sub(now); got != time.Minute {
			t.Errorf("without the database a minute took %s", got)
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestSlowAnswersMeasureNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		took, ahead := 3*time.Second, time.Duration(0)
		c := watch.NewClock(watch.ClockConfig{Ask: func(context.Context) (time.Time, error) {
			time.Sleep(took)
			return time.Now().Add(ahead), nil
		}})
		if err := c.Measure(t.Context()); err != nil {
			t.Fatalf("the first: %v", err)
		}
		ahead = time.Minute
		if err := c.Measure(t.Context()); err == nil {
			t.Error("an answer of three seconds was taken")
		}
		if got := c.Offset().Abs(); got > 2*time.Second {
			t.Errorf("offset %s", got)
		}
	})
}

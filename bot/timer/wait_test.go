package timer_test

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"toban/bot"
	"toban/bot/timer"
)

// moments is a database that holds due moments only.
type moments struct {
	due   []time.Time
	stuck bool // the first one can't be fired
	fired []time.Duration
	looks int
}

func (m *moments) FireTimers(_ context.Context, now time.Time, _ int) (int, error) {
	m.looks++
	n := 0
	for len(m.due) > 0 && !m.due[0].After(now) && !m.stuck {
		m.fired = append(m.fired, now.Sub(m.due[0]))
		m.due = m.due[1:]
		n++
	}
	return n, nil
}

func (m *moments) DueSchedules(context.Context, time.Time) ([]bot.Schedule, error) { return nil, nil }

func (m *moments) FireSchedule(context.Context, bot.Schedule, time.Time, []bot.Event) error {
	return nil
}

func (m *moments) NextDue(context.Context) (time.Time, bool, error) {
	if len(m.due) == 0 {
		return time.Time{}, false, nil
	}
	return m.due[0], true, nil
}

func (m *moments) run(t *testing.T, length time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), length)
	defer cancel()
	w := timer.New(timer.Config{Store: m, Clock: bot.ClockFunc(time.Now), Every: time.Second, Logger: slog.New(slog.DiscardHandler)})
	if err := w.Run(ctx); err != nil {
		t.Fatal(err)
	}
}

// A moment is met, not found at the next look.
func TestMomentsAreMet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &moments{}
		for i := range 50 {
			m.due = append(m.due, time.Now().Add(time.Duration(i*i)*37*time.Millisecond))
		}
		m.run(t, 2*time.Minute)
		if len(m.fired) != 50 {
			t.Fatalf("%d fired, want 50", len(m.fired))
		}
		for i, late := range m.fired {
			if late != 0 {
				t.Errorf("moment %d was %v late", i, late)
			}
		}
	})
}

// One that can't be fired is looked at now and then, not all the time.
func TestStuckMomentsAreNoHurry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &moments{due: []time.Time{time.Now()}, stuck: true}
		m.run(t, time.Minute)
		if m.looks < 59 || m.looks > 61 {
			t.Errorf("%d looks in a minute, want one a second", m.looks)
		}
	})
}

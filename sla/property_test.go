package sla_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"toban/sla"
)

// TestProperties holds over the whole horizon and to the nanosecond.
func TestProperties(t *testing.T) {
	from := time.Date(1900, 1, 2, 0, 0, 0, 0, time.UTC)
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 7))
		spec, _ := randomCalendar(rng)
		c := compile(t, spec)
		some := func() time.Time {
			const years = 249 * 365 * 24 * time.Hour
			return from.Add(time.Duration(rng.Int64N(int64(years))))
		}
		for range 200 {
			a, b, m := some(), some(), some()
			if c.Between(a, b) != -c.Between(b, a) {
				t.Fatalf("seed %d: between %s and %s depends on the direction", seed, a, b)
			}
			if c.Between(a, m)+c.Between(m, b) != c.Between(a, b) {
				t.Fatalf("seed %d: %s does not divide %s to %s", seed, m, a, b)
			}
			checkAddBetween(t, c, a, time.Duration(rng.Int64N(int64(20_000*time.Hour)))-10_000*time.Hour)
		}
	}
}

// checkAddBetween: what Add gives is that much working time away, at its nearest end;
// adding more never ends earlier; a pause is the same as an exclusion.
func checkAddBetween(t *testing.T, c *sla.Calendar, at time.Time, d time.Duration) {
	t.Helper()
	got, err := c.Add(at, d)
	if err != nil {
		return // beyond the horizon
	}
	if between := c.Between(at, got); between != d {
		t.Fatalf("%s + %s = %s, but between them are %s", at, d, got, between)
	}
	switch {
	case d > 0 && !c.IsOpen(got.Add(-1)):
		t.Fatalf("%s + %s = %s is not reached by working time", at, d, got)
	case d <= 0 && !c.IsOpen(got):
		t.Fatalf("%s + %s = %s is not working time", at, d, got)
	}
	if more, err := c.Add(at, d+time.Minute); err == nil && more.Before(got) {
		t.Fatalf("%s + %s ends at %s, with a minute more at %s", at, d, got, more)
	}
	if d <= 0 {
		return
	}
	pause := sla.Span{From: at.Add(d / 3), To: at.Add(d / 2)}
	due, err := c.AddExcluding(at, d, []sla.Span{pause})
	if err != nil {
		return
	}
	if left := c.BetweenExcluding(at, due, []sla.Span{pause}); left != d {
		t.Fatalf("%s + %s without %v = %s, but between them are %s", at, d, pause, due, left)
	}
	target := sla.Target{Kind: sla.KindBusinessTime, Duration: d, Pause: sla.PauseExtend}
	facts := []sla.Fact{{Kind: sla.FactStart, At: at}, {Kind: sla.FactPause, At: pause.From}, {Kind: sla.FactResume, At: pause.To}}
	r, err := sla.Evaluate(target, c, facts, at.Add(20*d))
	if err != nil {
		t.Fatal(err)
	}
	if !r.Due.Equal(due) {
		t.Fatalf("%s + %s: a pause %v gives %s, an exclusion %s", at, d, pause, r.Due, due)
	}
}

func FuzzAddBetween(f *testing.F) {
	f.Add(uint64(1), int64(1_700_000_000_000_000_000), int64(time.Hour))
	f.Add(uint64(2), int64(-2_000_000_000_000_000_000), int64(-time.Hour))
	f.Add(uint64(3), int64(5_600_000_000_000_000_000), int64(1))
	f.Add(uint64(4), int64(1_793_000_000_000_000_000), int64(1<<62))
	f.Add(uint64(5), int64(1_225_000_000_000_000_000), int64(-1<<63))
	f.Fuzz(func(t *testing.T, seed uint64, at, d int64) {
		spec, _ := randomCalendar(rand.New(rand.NewPCG(seed, 42)))
		c := compile(t, spec)
		start := time.Unix(0, at)
		if start.Year() < 1901 || start.Year() > 2148 || d > int64(20_000*time.Hour) || d < -int64(20_000*time.Hour) {
			_, _ = c.Add(start, time.Duration(d)) // must only end
			return
		}
		checkAddBetween(t, c, start, time.Duration(d))
	})
}

func TestOutsideTheHorizon(t *testing.T) {
	c := compile(t, sla.SupportCenter())
	early, late := time.Time{}, time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	if c.IsOpen(early) || c.IsOpen(late) {
		t.Error("open outside the horizon")
	}
	if whole := c.Between(early, late); whole <= 0 || whole != -c.Between(late, early) {
		t.Errorf("all working time: %s", whole)
	}
	ends := map[string]func() (time.Time, error){
		"next open":   func() (time.Time, error) { return c.NextOpen(late) },
		"next close":  func() (time.Time, error) { return c.NextClose(late) },
		"next start":  func() (time.Time, error) { return c.NextStart(late) },
		"prev close":  func() (time.Time, error) { return c.PrevClose(early) },
		"add":         func() (time.Time, error) { return c.Add(late, time.Hour) },
		"add back":    func() (time.Time, error) { return c.Add(early, -time.Hour) },
		"largest add": func() (time.Time, error) { return c.Add(early, 1<<63-1) },
		"add days":    func() (time.Time, error) { return c.AddDays(late, 1) },
		"deadline":    func() (time.Time, error) { return c.Deadline(late, 1) },
		"no day":      func() (time.Time, error) { return c.Deadline(late, 0) },
		"excluding":   func() (time.Time, error) { return c.AddExcluding(late, 1<<63-1, []sla.Span{{From: early, To: late}}) },
	}
	for name, end := range ends {
		if got, err := end(); err == nil {
			t.Errorf("%s: got %s, want an error", name, got)
		}
	}
	if first, err := c.NextOpen(early); err != nil || first.Year() != 1900 {
		t.Errorf("first opening: %s %v", first, err)
	}
	if got, err := c.AddDays(jst(t, "2026-11-13 10:30"), 3650); err != nil || got.Year() != 2041 {
		t.Errorf("3650 business days: %s %v", got, err)
	}
}

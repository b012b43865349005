package sla_test

import (
	"strings"
	"testing"
	"time"

	"toban/sla"
)

// In St. John's the clocks went from 00:01 back to 23:01 of the day before: Sunday
// began, stopped being Sunday and began again.
func TestDayThatBeginsTwice(t *testing.T) {
	c := compile(t, sla.CalendarSpec{Zone: "America/St_Johns", Week: map[time.Weekday][]sla.Interval{
		time.Saturday: {{Open: 0, Close: 1440}}, time.Sunday: {{Open: 0, Close: 60}},
	}})
	at := func(s string) time.Time {
		got, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if got := c.Between(at("2010-11-06T00:00:00-02:30"), at("2010-11-08T00:00:00-03:30")); got != 26*time.Hour {
		t.Errorf("both days have %s of working time", got)
	}
	repeated := at("2010-11-06T23:30:00-03:30")
	if !c.IsOpen(repeated) {
		t.Error("Sunday had opened, but is closed in the repeated hour")
	}
	if got, err := c.NextClose(repeated); err != nil || !got.Equal(at("2010-11-07T01:00:00-03:30")) {
		t.Errorf("next close: %s %v", got, err)
	}
}

// Each zone's offsets are those of the time package, every half day of the horizon.
func TestZonesOverTheHorizon(t *testing.T) {
	for _, name := range []string{"Asia/Tokyo", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca", "America/Sao_Paulo"} {
		spec := sla.AroundTheClock(name)
		c := compile(t, spec)
		for day := (sla.Date{Year: 1900, Month: 1, Day: 2}); day.Year < 2149; day = day.AddDays(31) {
			noon := time.Date(day.Year, day.Month, day.Day, 12, 0, 0, 0, c.Location())
			closes, ok := c.CloseOf(day)
			want := time.Date(day.Year, day.Month, day.Day+1, 0, 0, 0, 0, c.Location())
			if want.Hour() != 0 {
				continue // that midnight does not exist, see TestMidnightThatDoesNotExist
			}
			if !ok || !closes.Equal(want) {
				t.Fatalf("%s: %s closes %s, want %s", name, day, closes, want)
			}
			if got := c.DayZero(noon); got != day {
				t.Fatalf("%s: noon of %s is on %s", name, day, got)
			}
		}
	}
}

// In São Paulo summer time began at midnight: the day closes with the change.
func TestMidnightThatDoesNotExist(t *testing.T) {
	c := compile(t, sla.AroundTheClock("America/Sao_Paulo"))
	closes, ok := c.CloseOf(sla.Date{Year: 2018, Month: time.November, Day: 3})
	if want := time.Date(2018, time.November, 4, 3, 0, 0, 0, time.UTC); !ok || !closes.Equal(want) {
		t.Errorf("got %s, want %s", closes, want)
	}
	got, err := c.Add(closes.Add(-time.Hour), 24*time.Hour)
	if err != nil || !got.Equal(closes.Add(23*time.Hour)) {
		t.Errorf("24 hours later: %s %v", got, err)
	}
}

func TestFirstDayOfTheHorizon(t *testing.T) {
	spec := sla.AroundTheClock("UTC")
	for day := range spec.Week {
		spec.Week[day] = []sla.Interval{{Open: 0, Close: 600}, {Open: 1320, Close: 1860}}
	}
	want := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
	if got, err := compile(t, spec).NextOpen(time.Time{}); err != nil || !got.Equal(want) {
		t.Errorf("got %s %v, want %s", got, err, want)
	}
}

func TestExclusionThatBeginsAtTheEnd(t *testing.T) {
	c := compile(t, sla.SupportCenter())
	lunch := []sla.Span{{From: jst(t, "2026-11-09 13:00"), To: jst(t, "2026-11-09 14:00")}}
	tests := []struct {
		start string
		d     time.Duration
		want  string
	}{
		{"2026-11-09 10:00", 3 * time.Hour, "2026-11-09 13:00"},
		{"2026-11-09 10:00", 3*time.Hour + 1, "2026-11-09 14:00"},
		{"2026-11-09 13:30", 0, "2026-11-09 14:00"},
		{"2026-11-09 12:59", 0, "2026-11-09 12:59"},
		{"2026-11-09 15:00", -time.Hour, "2026-11-09 14:00"},
		{"2026-11-09 15:00", -2 * time.Hour, "2026-11-09 12:00"},
	}
	for _, test := range tests {
		got, err := c.AddExcluding(jst(t, test.start), test.d, lunch)
		if err != nil || !got.Truncate(time.Minute).Equal(jst(t, test.want)) {
			t.Errorf("%s + %s: got %s %v, want %s", test.start, test.d, got, err, test.want)
		}
	}
}

func TestWarningsAreRoundedUp(t *testing.T) {
	start := jst(t, "2026-11-09 10:00")
	target := sla.Target{Kind: sla.KindElapsed, Duration: 101, Warn: []int{50}}
	r, err := sla.Evaluate(target, nil, []sla.Fact{{Kind: sla.FactStart, At: start}}, start)
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Moments[0].At.Sub(start); got != 51 {
		t.Errorf("half of 101 ns is reached after %d ns", got)
	}
}

// In Samoa no 2011-12-30 came between the 29th and the 31st.
func TestADateThatTheClockSkipsIsNoBusinessDay(t *testing.T) {
	spec := sla.AroundTheClock("Pacific/Apia")
	for day := range spec.Week {
		spec.Week[day] = []sla.Interval{{Open: 9 * 60, Close: 17 * 60}}
	}
	c := compile(t, spec)
	thursday := time.Date(2011, 12, 29, 12, 0, 0, 0, c.Location())
	due, err := c.Deadline(thursday, 1)
	if err != nil || !due.Equal(time.Date(2011, 12, 31, 17, 0, 0, 0, c.Location())) {
		t.Errorf("one business day after Thursday the 29th: %s %v", due, err)
	}
	if c.BusinessDay(sla.Date{Year: 2011, Month: 12, Day: 30}) || c.DaysBetween(thursday, due) != 1 {
		t.Error("the 30th counts")
	}
	r, err := sla.Evaluate(sla.Target{ID: "x", Kind: sla.KindBusinessDays, Days: 1}, c, []sla.Fact{{Kind: sla.FactStart, At: thursday}}, thursday)
	if err != nil || !strings.Contains(strings.Join(sla.Explain(r), "\n"), "2011-12-30 not counted: skipped by the clock") {
		t.Errorf("%v %v", sla.Explain(r), err)
	}
}

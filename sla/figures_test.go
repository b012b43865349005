package sla_test

import (
	"testing"
	"time"

	"toban/sla"
)

func TestJudge(t *testing.T) {
	tests := []struct {
		name   string
		states []sla.State
		want   sla.Judgement
		rate   string
	}{
		{"no case", nil, "–", "–"},
		{"only cancelled and open", []sla.State{sla.StateCancelled, sla.StateRunning, sla.StatePaused}, "–", "–"},
		{"all met", []sla.State{sla.StateMet, sla.StateMet}, "○", "100.0"},
		{"only excluded", []sla.State{sla.StateExcluded}, "○", "–"},
		{"one missed", []sla.State{sla.StateMet, sla.StateMet, sla.StateMissed}, "×", "66.6"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tally := sla.Count(test.states...)
			if got, rate := sla.Judge(test.states...), tally.Rate().Percent(1); got != test.want || rate != test.rate {
				t.Errorf("got %s %s, want %s %s", got, rate, test.want, test.rate)
			}
		})
	}
}

func TestFraction(t *testing.T) {
	promised := sla.Fraction{Num: 9990, Den: 10000}
	if (sla.Fraction{Num: 99899, Den: 100000}).AtLeast(promised) || !(sla.Fraction{Num: 999, Den: 1000}).AtLeast(promised) {
		t.Error("the exact fraction is not judged")
	}
	tests := []struct {
		f        sla.Fraction
		decimals int
		want     string
	}{
		{sla.Fraction{Num: 99999, Den: 100000}, 2, "99.99"},
		{sla.Fraction{Num: 999999, Den: 1000000}, 0, "99"},
		{sla.Fraction{Num: 1, Den: 1}, 2, "100.00"},
		{sla.Fraction{Num: 2, Den: 3}, 3, "66.666"},
		{sla.Fraction{Num: 0, Den: 3}, 1, "0.0"},
		{sla.Fraction{Num: -1, Den: 3}, 1, "-33.4"},
		{sla.Fraction{}, 1, "–"},
	}
	for _, test := range tests {
		if got := test.f.Percent(test.decimals); got != test.want {
			t.Errorf("%v: got %s, want %s", test.f, got, test.want)
		}
	}
}

func TestKnownAt(t *testing.T) {
	done, due := jst(t, "2026-11-30 12:00"), jst(t, "2026-12-01 19:00")
	tests := []struct {
		name string
		c    sla.Cycle
		want time.Time
	}{
		{"running", sla.Cycle{State: sla.StateRunning, Due: due}, time.Time{}},
		{"done before due", sla.Cycle{State: sla.StateMet, Due: due, Stopped: done}, done},
		{"done after due", sla.Cycle{State: sla.StateMissed, Due: done, Stopped: due}, done},
		{"not done", sla.Cycle{State: sla.StateMissed, Due: due}, due},
	}
	for _, test := range tests {
		if got := test.c.KnownAt(); !got.Equal(test.want) {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
}

func TestAvailability(t *testing.T) {
	span := func(from, to string) sla.Span { return sla.Span{From: jst(t, from), To: jst(t, to)} }
	sunday, ok := sla.NthWeekday(2026, time.November, time.Sunday, 4)
	if !ok || sunday.String() != "2026-11-22" {
		t.Fatalf("4th Sunday: %s %v", sunday, ok)
	}
	service := sla.Service{
		Period:      span("2026-11-01 00:00", "2026-12-01 00:00"),
		Maintenance: []sla.Span{span("2026-11-22 00:00", "2026-11-22 05:00")},
		Target:      sla.Fraction{Num: 9990, Den: 10000},
		Now:         jst(t, "2026-12-01 09:00"),
		Outages: []sla.Outage{
			{Span: span("2026-11-05 10:00", "2026-11-05 10:20"), Ref: "A"},
			{Span: span("2026-11-05 10:10", "2026-11-05 10:30"), Ref: "B"}, // overlaps A
			{Span: span("2026-11-22 04:50", "2026-11-22 05:10"), Ref: "C"}, // ten minutes in maintenance
			{Span: span("2026-11-10 00:00", "2026-11-12 00:00"), Ref: "D", Excluded: true},
			{Span: sla.Span{From: jst(t, "2026-11-30 23:59")}, Ref: "E"}, // still down
			{Span: span("2026-10-31 23:00", "2026-11-01 00:01"), Ref: "F"},
		},
	}
	a := service.Figures()
	planned := 30*24*time.Hour - 5*time.Hour
	if a.Planned != planned || a.Downtime != 42*time.Minute {
		t.Errorf("planned %s, downtime %s", a.Planned, a.Downtime)
	}
	if a.Incidents != 5 || a.OverOneDay != 1 || a.Recovered != 4 || a.MeanTimeToRecover != 12*time.Hour+15*time.Minute {
		t.Errorf("incidents %d, over one day %d, recovered %d, mean %s", a.Incidents, a.OverOneDay, a.Recovered, a.MeanTimeToRecover)
	}
	if want := planned / 1000; a.Budget != want || a.BudgetLeft != want-42*time.Minute || !a.Kept {
		t.Errorf("budget %s, left %s, kept %v", a.Budget, a.BudgetLeft, a.Kept)
	}
	service.Maintenance, service.Outages = nil, []sla.Outage{{Span: span("2026-11-05 10:00", "2026-11-05 10:43")}}
	if a := service.Figures(); a.Budget != 43*time.Minute+12*time.Second || !a.Kept || a.Share.Percent(2) != "99.90" {
		t.Errorf("30 days: budget %s, share %s", a.Budget, a.Share.Percent(2))
	}
	service.Outages[0].To = jst(t, "2026-11-05 10:43:13")
	if a := service.Figures(); a.Kept || a.Share.Percent(2) != "99.89" || a.BudgetLeft != -time.Second {
		t.Errorf("a second too long: kept %v, share %s, left %s", a.Kept, a.Share.Percent(2), a.BudgetLeft)
	}
	service.Calendar = compile(t, sla.SupportCenter())
	if a := service.Figures(); a.Planned != 19*9*time.Hour {
		t.Errorf("in support hours: %s", a.Planned)
	}
}

func TestNthWeekday(t *testing.T) {
	if d, ok := sla.NthWeekday(2026, time.November, time.Sunday, 5); !ok || d.String() != "2026-11-29" {
		t.Errorf("5th Sunday: %s %v", d, ok)
	}
	if d, ok := sla.NthWeekday(2026, time.November, time.Tuesday, 5); ok {
		t.Errorf("there is no 5th Tuesday, got %s", d)
	}
}

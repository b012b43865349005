package sla_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/sla"
)

func samplePolicy() sla.Policy {
	days := func(id string, n int) sla.Target {
		return sla.Target{ID: id, Kind: sla.KindBusinessDays, Level: sla.LevelObjective, Days: n, Calendar: "support", Pause: sla.PauseExtend}
	}
	first := func(id string, level sla.Level, d time.Duration) sla.Target {
		return sla.Target{ID: id, Kind: sla.KindElapsed, Level: level, Duration: d}
	}
	return sla.Policy{
		Name: "support-desk", Version: "1", Calendars: map[string]sla.CalendarSpec{"support": sla.SupportCenter()},
		Rules: []sla.Rule{
			{Match: sla.Match{Classes: []string{"minor", "impactful"}, Priorities: []string{"低"}}},
			{Match: sla.Match{Classes: []string{"minor"}}, Targets: []sla.Target{days("complete", 1)}},
			{Match: sla.Match{Classes: []string{"impactful"}}, Targets: []sla.Target{days("complete", 5)}},
			{
				Match:   sla.Match{Classes: []string{"incident"}, Impacts: []string{"affected"}},
				Targets: []sla.Target{first("notice-slo", sla.LevelObjective, 15*time.Minute), first("notice-sla", sla.LevelAgreement, 30*time.Minute)},
			},
			{Match: sla.Match{Plans: []string{"advanced"}}, Targets: []sla.Target{days("review", 1)}},
		},
	}
}

func TestPolicyFor(t *testing.T) {
	tests := []struct {
		name    string
		subject sla.Subject
		want    []string
	}{
		{"minor", sla.Subject{Class: "minor", Priority: "中"}, []string{"complete"}},
		{"under consideration has no clock", sla.Subject{Class: "minor", Priority: "低"}, nil},
		{"two clocks on one start", sla.Subject{Class: "incident", Impact: "affected"}, []string{"notice-slo", "notice-sla"}},
		{"plan", sla.Subject{Class: "other", Plan: "advanced"}, []string{"review"}},
		{"nothing matches", sla.Subject{Class: "other"}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, target := range samplePolicy().For(test.subject) {
				got = append(got, target.ID)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestInForce(t *testing.T) {
	date := func(s string) sla.Date {
		d, err := sla.ParseDate(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	versions := []sla.Policy{
		{Version: "2", From: date("2026-04-01")}, {Version: "1", From: date("2025-04-01")}, {Version: "2b", From: date("2026-04-01")},
	}
	for day, want := range map[string]string{"2025-03-31": "", "2025-04-01": "1", "2026-03-31": "1", "2026-04-01": "2b", "2027-01-01": "2b"} {
		got, ok := sla.InForce(versions, date(day))
		if got.Version != want || ok != (want != "") {
			t.Errorf("on %s: got %q, want %q", day, got.Version, want)
		}
	}
}

func TestPolicyCompile(t *testing.T) {
	calendars, err := samplePolicy().Compile()
	if err != nil {
		t.Fatal(err)
	}
	if calendars["support"] == nil {
		t.Error("the calendar is missing")
	}
	p := samplePolicy()
	p.Calendars["broken"] = sla.CalendarSpec{Name: "broken", Zone: "Asia/Edo"}
	good := p.Rules[1].Targets[0]
	bad := func(change func(*sla.Target)) {
		target := good
		change(&target)
		p.Rules = append(p.Rules, sla.Rule{Targets: []sla.Target{target}})
	}
	bad(func(x *sla.Target) { x.Calendar = "desk" })
	bad(func(x *sla.Target) { x.Calendar = "" })
	bad(func(x *sla.Target) { x.ID = "" })
	bad(func(x *sla.Target) { x.Level = "ola" })
	bad(func(x *sla.Target) { x.Pause = "stop" })
	bad(func(x *sla.Target) { x.Counting = "never" })
	bad(func(x *sla.Target) { x.DueTime = "noon" })
	bad(func(x *sla.Target) { x.Warn = []int{50, 50} })
	bad(func(x *sla.Target) { x.WarnBefore = []time.Duration{0} })
	bad(func(x *sla.Target) { x.Kind = "weeks" })
	_, err = p.Compile()
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		`zone "Asia/Edo"`, `calendar "desk": want one of`, `calendar "" is missing`, "id is missing", `level "ola"`, `pause "stop"`,
		`counting "never"`, `due time: want close`, "warning levels [50 50]", "warning 0s", `kind "weeks"`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not told in\n%v", want, err)
		}
	}
}

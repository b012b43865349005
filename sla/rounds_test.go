package sla_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/sla"
)

func TestRounds(t *testing.T) {
	notice := "start 2026-11-09 03:00"
	tests := []struct {
		name  string
		facts []string
		now   string
		want  []string
	}{
		{"first hour", []string{notice}, "2026-11-09 03:30", []string{"1 04:00 running"}},
		{"kept in time", []string{notice, "update 2026-11-09 03:58"}, "2026-11-09 04:30", []string{"1 04:00 met 03:58", "2 04:58 running"}},
		{"kept at the very instant", []string{notice, "update 2026-11-09 04:00:00"}, "2026-11-09 04:30", []string{"1 04:00 met 04:00", "2 05:00 running"}},
		{"a second late", []string{notice, "update 2026-11-09 04:00:01"}, "2026-11-09 04:30", []string{"1 04:00 missed", "2 05:00 met 04:00", "3 05:00 running"}},
		{"missed at the due instant", []string{notice}, "2026-11-09 04:00", []string{"1 04:00 missed", "2 05:00 running"}},
		{"nothing for hours", []string{notice, "update 2026-11-09 06:20"}, "2026-11-09 06:30", []string{"1 04:00 missed", "2 05:00 missed", "3 06:00 missed", "4 07:00 met 06:20", "5 07:20 running"}},
		{"the notice is no update of its own", []string{notice, "update 2026-11-09 03:00"}, "2026-11-09 03:30", []string{"1 04:00 running"}},
		{"recovered within the hour", []string{notice, "stop 2026-11-09 03:40"}, "2026-11-09 09:00", nil},
		{"recovered at the due instant", []string{notice, "stop 2026-11-09 04:00"}, "2026-11-09 09:00", nil},
		{"recovered late", []string{notice, "update 2026-11-09 03:50", "stop 2026-11-09 05:00"}, "2026-11-09 09:00", []string{"1 04:00 met 03:50", "2 04:50 missed"}},
		{"updates after recovery are none", []string{notice, "stop 2026-11-09 03:40", "update 2026-11-09 05:00"}, "2026-11-09 09:00", nil},
		{"reopened", []string{notice, "stop 2026-11-09 03:40", "reopen 2026-11-09 05:00"}, "2026-11-09 05:10", []string{"1 06:00 running"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, r := range sla.Rounds(time.Hour, history(t, test.facts...), jst(t, test.now)) {
				line := fmt.Sprintf("%d %s %s", r.N, r.Due.Format("15:04"), r.State)
				if !r.Kept.IsZero() {
					line += " " + r.Kept.Format("15:04")
				}
				got = append(got, line)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRoundsAreBounded(t *testing.T) {
	facts := history(t, "start 2016-11-09 03:00", "update 2026-11-09 03:00")
	if n := len(sla.Rounds(time.Minute, facts, jst(t, "2026-11-10 03:00"))); n > 10_001 {
		t.Errorf("%d rounds", n)
	}
}

func TestCycleTarget(t *testing.T) {
	target := sla.Target{ID: "interim", Kind: sla.KindCycle, Level: sla.LevelAgreement, Duration: time.Hour, Warn: []int{}, WarnBefore: []time.Duration{15 * time.Minute, 5 * time.Minute}}
	facts := history(t, "start 2026-11-09 03:00", "update 2026-11-09 04:30")
	facts[1].Auto = true
	now := jst(t, "2026-11-09 05:00")
	r, err := sla.Evaluate(target, nil, facts, now)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Rounds) != 3 || r.Rounds[0].State != sla.StateMissed || !r.Rounds[1].Auto || r.State != sla.StateRunning || r.Percent != 50 {
		t.Errorf("got %s %d %% %+v", r.State, r.Percent, r.Rounds)
	}
	for _, want := range []string{"05:15", "05:25", "05:30"} {
		next, ok := r.NextChange(now)
		if !ok || next.Format("15:04") != want {
			t.Errorf("next change %s, want %s", next, want)
		}
		now = next
	}
	ended, err := sla.Evaluate(target, nil, append(facts, history(t, "stop 2026-11-09 05:10")...), now)
	if err != nil {
		t.Fatal(err)
	}
	if !ended.Breach() || len(ended.Moments) != 0 {
		t.Errorf("a missed round is no breach: %s, %v", ended.State, ended.Moments)
	}
}

package main

import (
	"strings"
	"testing"
	"time"

	"toban/bot/app"
)

func TestOrderOfATrial(t *testing.T) {
	for _, tt := range []struct{ order, wrong string }{
		{"die=decide.after", ""},
		{"die=slack.before:3 slow=200ms clock=-1.5s", ""},
		{"world=2026-11-24T01:00:00Z/2026-11-28T00:00:00Z/20", ""},
		{"die=decide", `no point "decide"; there are backlog.before`},
		{"die=decide.after:0", "less than 1"},
		{"die=decide.after:x", "x"},
		{"slow=fast", "fast"},
		{"world=now", "want WORLD/MACHINE/SPEED"},
		{"sleep=1s", "want die=POINT[:N]"},
	} {
		_, err := readTrial(tt.order)
		if (err == nil) != (tt.wrong == "") || err != nil && !strings.Contains(err.Error(), tt.wrong) {
			t.Errorf("%s: %v, want %q", tt.order, err, tt.wrong)
		}
	}
	for _, point := range app.Points() {
		if tr, err := readTrial("die=" + point); err != nil || tr.at() == nil {
			t.Errorf("%s: %v", point, err)
		}
	}
}

func TestWithoutATrialNothingIsOtherwise(t *testing.T) {
	tr, err := readTrial("  ")
	if err != nil || tr != nil || tr.at() != nil || tr.machine() != nil || tr.worldClock() != nil {
		t.Errorf("an empty order is a trial: %+v, %v", tr, err)
	}
}

func TestClocksOfATrial(t *testing.T) {
	tr, err := readTrial("clock=-1h world=2026-11-24T01:00:00Z/2026-11-28T00:00:00Z/20")
	if err != nil {
		t.Fatal(err)
	}
	if behind := time.Until(tr.machine()()); behind > -59*time.Minute || behind < -61*time.Minute {
		t.Errorf("the machine's clock is %s off, want an hour behind", behind)
	}
	got := tr.worldClock()(time.Date(2026, 11, 28, 0, 1, 0, 0, time.UTC))
	if want := time.Date(2026, 11, 24, 1, 20, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("after a minute it is %s, want %s", got, want)
	}
}

package sla_test

import (
	"strings"
	"testing"
	"time"

	"toban/sla"
)

func deskPolicy(days int, closes int) sla.Policy {
	center := sla.SupportCenter()
	for day := range center.Week {
		center.Week[day] = []sla.Interval{{Open: 600, Close: closes * 60}}
	}
	return sla.Policy{
		Name: "desk", Version: "1", Calendars: map[string]sla.CalendarSpec{"desk": center},
		Rules: []sla.Rule{{Match: sla.Match{Classes: []string{"minor"}}, Targets: []sla.Target{
			{ID: "complete", Kind: sla.KindBusinessDays, Level: sla.LevelObjective, Days: days, Calendar: "desk", Pause: sla.PauseExtend},
			{ID: "word", Kind: sla.KindElapsed, Level: sla.LevelObjective, Duration: 4 * time.Hour},
		}}},
	}
}

func TestAnswerAndMoves(t *testing.T) {
	facts := history(t, "start 2026-11-20 18:30")
	now := jst(t, "2026-11-20 19:00")
	ask := func(p sla.Policy, class string) []sla.Result {
		t.Helper()
		got, err := p.Answer(sla.Subject{Class: class}, facts, now)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	before := ask(deskPolicy(1, 19), "minor")
	if len(before) != 2 || !before[0].Due.Equal(jst(t, "2026-11-24 19:00")) || !before[1].Due.Equal(jst(t, "2026-11-20 22:30")) {
		t.Errorf("got %+v", before)
	}
	if got := ask(deskPolicy(1, 19), "other"); len(got) != 0 {
		t.Errorf("no promise: %+v", got)
	}
	for want, after := range map[string][]sla.Result{
		"": before,
		"complete: due Tue 2026-11-24 19:00 JST, running → due Tue 2026-11-24 18:00 JST, running": ask(deskPolicy(1, 18), "minor"),
		"complete: due Tue 2026-11-24 19:00 JST, running → due Mon 2026-11-30 19:00 JST, running": ask(deskPolicy(5, 19), "minor"),
		"complete: due Tue 2026-11-24 19:00 JST, running → not promised":                          ask(deskPolicy(1, 19), "minor")[1:],
	} {
		moves := sla.Moves(before, after)
		if want == "" && len(moves) == 0 {
			continue
		}
		if len(moves) != 1 || moves[0].String() != want {
			t.Errorf("got %v, want %s", moves, want)
		}
	}
	if moves := sla.Moves(nil, before); len(moves) != 2 || !strings.HasPrefix(moves[1].String(), "word: not promised → due Fri 2026-11-20 22:30") {
		t.Errorf("new promises: %v", moves)
	}
	broken := deskPolicy(1, 19)
	broken.Rules[0].Targets[0].Calendar = "nowhere"
	if _, err := broken.Answer(sla.Subject{Class: "minor"}, facts, now); err == nil || !strings.Contains(err.Error(), `calendar "nowhere": want one of`) {
		t.Errorf("a broken policy: %v", err)
	}
}

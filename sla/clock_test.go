package sla_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"toban/sla"
)

// history reads facts written as "kind time ref".
func history(t *testing.T, lines ...string) []sla.Fact {
	t.Helper()
	var out []sla.Fact
	for _, line := range lines {
		kind, rest, _ := strings.Cut(line, " ")
		f := sla.Fact{Kind: sla.FactKind(kind), Ref: line}
		if at, until, ok := strings.Cut(rest, " until "); ok {
			rest, f.Until = at, jst(t, until)
		}
		f.At = jst(t, rest)
		out = append(out, f)
	}
	return out
}

func oneDay(pause sla.PauseRule) sla.Target {
	return sla.Target{ID: "complete", Kind: sla.KindBusinessDays, Level: sla.LevelObjective, Days: 1, Pause: pause}
}

func threeHours(pause sla.PauseRule) sla.Target {
	return sla.Target{ID: "hours", Kind: sla.KindBusinessTime, Level: sla.LevelObjective, Duration: 3 * time.Hour, Pause: pause}
}

func TestEvaluate(t *testing.T) {
	halfHour := sla.Target{ID: "notice", Kind: sla.KindElapsed, Level: sla.LevelAgreement, Duration: 30 * time.Minute, Pause: sla.PauseExtend}
	monthly := sla.Target{ID: "report", Kind: sla.KindCalendarDate, Level: sla.LevelObjective, Days: 5}
	agreed := sla.Target{ID: "agreed", Kind: sla.KindCalendarDate, Level: sla.LevelObjective}
	monthAhead := sla.Target{ID: "notice", Kind: sla.KindAhead, Level: sla.LevelAgreement, Months: 1, Pause: sla.PauseExtend}
	sameDay, sameTime, atNoon := oneDay(sla.PauseExtend), oneDay(sla.PauseExtend), oneDay(sla.PauseExtend)
	sameDay.Counting, sameTime.DueTime, atNoon.DueTime = sla.DaySame, sla.DueSameTime, "12:00"
	start := "start 2026-11-09 10:00" // a Monday in a week without holidays
	tests := []struct {
		name   string
		target sla.Target
		facts  []string
		now    string
		state  sla.State
		due    string
	}{
		{"running", oneDay(sla.PauseExtend), []string{start}, "2026-11-09 12:00", sla.StateRunning, "2026-11-10 19:00"},
		{"a second before the due instant", oneDay(sla.PauseExtend), []string{start}, "2026-11-10 18:59:59", sla.StateRunning, "2026-11-10 19:00"},
		{"at the due instant", oneDay(sla.PauseExtend), []string{start}, "2026-11-10 19:00", sla.StateMissed, "2026-11-10 19:00"},
		{"stopped at the due instant", oneDay(sla.PauseExtend), []string{start, "stop 2026-11-10 19:00:00"}, "2026-11-10 19:00", sla.StateMet, "2026-11-10 19:00"},
		{"stopped a second late", oneDay(sla.PauseExtend), []string{start, "stop 2026-11-10 19:00:01"}, "2026-11-12 19:00", sla.StateMissed, "2026-11-10 19:00"},
		{"stop known later still meets", oneDay(sla.PauseExtend), []string{start, "stop 2026-11-10 18:00"}, "2026-11-30 12:00", sla.StateMet, "2026-11-10 19:00"},
		{"a stop after now does not count", oneDay(sla.PauseExtend), []string{start, "stop 2026-11-10 18:00"}, "2026-11-10 17:00", sla.StateRunning, "2026-11-10 19:00"},

		{"spec: asked 10:01, answered Thursday 15:00", oneDay(sla.PauseExtend), []string{start, "pause 2026-11-09 10:01", "resume 2026-11-12 15:00"}, "2026-11-12 16:00", sla.StateRunning, "2026-11-13 19:00"},
		{"spec: asked 18:50, answered 09:00", oneDay(sla.PauseExtend), []string{start, "pause 2026-11-10 18:50", "resume 2026-11-11 09:00"}, "2026-11-11 10:00", sla.StateRunning, "2026-11-11 19:00"},
		{"pause within day 0 changes nothing", oneDay(sla.PauseExtend), []string{start, "pause 2026-11-09 10:01", "resume 2026-11-09 18:00"}, "2026-11-09 18:30", sla.StateRunning, "2026-11-10 19:00"},
		{"pause in the night changes nothing", oneDay(sla.PauseExtend), []string{start, "pause 2026-11-09 19:00", "resume 2026-11-10 10:00"}, "2026-11-10 10:30", sla.StateRunning, "2026-11-10 19:00"},
		{"pause over a weekend adds Friday evening only", oneDay(sla.PauseExtend), []string{"start 2026-11-12 10:00", "pause 2026-11-13 18:00", "resume 2026-11-16 10:00"}, "2026-11-16 12:00", sla.StateRunning, "2026-11-16 19:00"},
		{"pauses add up", oneDay(sla.PauseExtend), []string{start, "pause 2026-11-10 11:00", "resume 2026-11-10 15:00", "pause 2026-11-11 10:00", "resume 2026-11-11 15:30"}, "2026-11-11 16:00", sla.StateRunning, "2026-11-12 19:00"},
		{"incomplete answer, asked again", oneDay(sla.PauseExtend), []string{start, "pause 2026-11-10 11:00", "resume 2026-11-10 12:00", "pause 2026-11-10 12:30", "resume 2026-11-10 13:00"}, "2026-11-10 14:00", sla.StateRunning, "2026-11-11 19:00"},
		{"paused", oneDay(sla.PauseExtend), []string{start, "pause 2026-11-10 11:00"}, "2026-11-12 11:30", sla.StatePaused, "2026-11-13 19:00"},
		{"asked after the deadline", oneDay(sla.PauseExtend), []string{start, "pause 2026-11-10 19:00", "resume 2026-11-20 15:00"}, "2026-11-20 16:00", sla.StateMissed, "2026-11-10 19:00"},
		{"done while paused", oneDay(sla.PauseExtend), []string{start, "pause 2026-11-10 18:50", "stop 2026-11-11 12:00"}, "2026-11-20 12:00", sla.StateMet, "2026-11-11 19:00"},
		{"none: a question changes nothing", oneDay(sla.PauseNone), []string{start, "pause 2026-11-09 10:01", "resume 2026-11-12 15:00"}, "2026-11-12 16:00", sla.StateMissed, "2026-11-10 19:00"},

		{"restart: complete on Thursday", oneDay(sla.PauseRestart), []string{start, "pause 2026-11-09 10:01", "complete 2026-11-12 15:00"}, "2026-11-12 16:00", sla.StateRunning, "2026-11-13 19:00"},
		{"restart: complete without a question", oneDay(sla.PauseRestart), []string{start, "complete 2026-11-10 15:00"}, "2026-11-10 16:00", sla.StateRunning, "2026-11-11 19:00"},
		{"restart: still incomplete", oneDay(sla.PauseRestart), []string{start, "pause 2026-11-09 11:00"}, "2026-11-19 11:00", sla.StatePaused, "2026-11-20 19:00"},
		{"restart: asked after the deadline", oneDay(sla.PauseRestart), []string{start, "pause 2026-11-10 20:00", "complete 2026-11-12 15:00"}, "2026-11-12 16:00", sla.StateMissed, "2026-11-10 19:00"},
		{"restart: complete on a Saturday", oneDay(sla.PauseRestart), []string{start, "pause 2026-11-09 11:00", "complete 2026-11-14 15:00"}, "2026-11-14 16:00", sla.StateRunning, "2026-11-16 19:00"},

		{"working time over night", threeHours(sla.PauseExtend), []string{"start 2026-11-09 17:00"}, "2026-11-09 18:00", sla.StateRunning, "2026-11-10 11:00"},
		{"working time to the close", threeHours(sla.PauseExtend), []string{"start 2026-11-09 16:00"}, "2026-11-09 18:00", sla.StateRunning, "2026-11-09 19:00"},
		{"working time from Saturday", threeHours(sla.PauseExtend), []string{"start 2026-11-14 16:00"}, "2026-11-15 18:00", sla.StateRunning, "2026-11-16 13:00"},
		{"working time runs on from the answer", threeHours(sla.PauseExtend), []string{start, "pause 2026-11-09 11:00", "resume 2026-11-11 15:00"}, "2026-11-11 16:00", sla.StateRunning, "2026-11-11 17:00"},
		{"working time, answered at night", threeHours(sla.PauseExtend), []string{start, "pause 2026-11-09 11:00", "resume 2026-11-11 03:00"}, "2026-11-11 09:00", sla.StateRunning, "2026-11-11 12:00"},
		{"working time restarts", threeHours(sla.PauseRestart), []string{start, "pause 2026-11-09 11:00", "resume 2026-11-11 15:00"}, "2026-11-11 16:00", sla.StateRunning, "2026-11-11 18:00"},

		{"elapsed at night", halfHour, []string{"start 2026-11-09 03:00"}, "2026-11-09 03:10", sla.StateRunning, "2026-11-09 03:30"},
		{"elapsed never pauses", halfHour, []string{"start 2026-11-09 03:00", "pause 2026-11-09 03:05"}, "2026-11-09 03:30", sla.StateMissed, "2026-11-09 03:30"},
		{"5th business day of the month", monthly, []string{"start 2027-01-01 00:00"}, "2027-01-02 00:00", sla.StateRunning, "2027-01-08 19:00"},
		{"agreed date, none yet", agreed, []string{start}, "2026-11-19 10:00", sla.StateRunning, ""},
		{"agreed date", agreed, []string{start, "due 2026-11-09 11:00 until 2026-11-09 22:00"}, "2026-11-09 12:00", sla.StateRunning, "2026-11-09 22:00"},
		{"agreed date, last one counts", agreed, []string{start, "due 2026-11-09 11:00 until 2026-11-09 22:00", "due 2026-11-09 12:00 until 2026-11-09 23:00"}, "2026-11-09 13:00", sla.StateRunning, "2026-11-09 23:00"},
		{"manual date is not moved by pauses", oneDay(sla.PauseExtend), []string{start, "due 2026-11-09 11:00 until 2026-11-11 12:00", "pause 2026-11-10 10:00"}, "2026-11-11 11:00", sla.StateRunning, "2026-11-11 12:00"},
		{"same day counted", sameDay, []string{start}, "2026-11-09 11:00", sla.StateRunning, "2026-11-09 19:00"},
		{"same day, after close", sameDay, []string{"start 2026-11-09 19:00:01"}, "2026-11-09 20:00", sla.StateRunning, "2026-11-10 19:00"},
		{"same day, Saturday", sameDay, []string{"start 2026-11-14 11:00"}, "2026-11-14 20:00", sla.StateRunning, "2026-11-16 19:00"},
		{"same time", sameTime, []string{"start 2026-11-09 15:20"}, "2026-11-09 20:00", sla.StateRunning, "2026-11-10 15:20"},
		{"same time, before hours", sameTime, []string{"start 2026-11-09 03:20"}, "2026-11-09 20:00", sla.StateRunning, "2026-11-10 10:00"},
		{"same time, after hours", sameTime, []string{"start 2026-11-09 23:20"}, "2026-11-09 23:40", sla.StateRunning, "2026-11-10 19:00"},
		{"same time, paused", sameTime, []string{"start 2026-11-09 15:20", "pause 2026-11-10 11:00", "resume 2026-11-10 17:00"}, "2026-11-10 17:30", sla.StateRunning, "2026-11-11 12:20"},
		{"at noon", atNoon, []string{"start 2026-11-09 15:20"}, "2026-11-09 20:00", sla.StateRunning, "2026-11-10 12:00"},
		{"at noon, paused", atNoon, []string{"start 2026-11-09 15:20", "pause 2026-11-10 11:00", "resume 2026-11-10 13:00"}, "2026-11-10 13:30", sla.StateRunning, "2026-11-11 12:00"},

		{"a month ahead of the 31st", monthAhead, []string{"start 2026-01-05 10:00", "due 2026-01-05 10:00 until 2026-12-31 02:00"}, "2026-11-01 10:00", sla.StateRunning, "2026-11-30 02:00"},
		{"ahead, the event not yet known", monthAhead, []string{"start 2026-01-05 10:00"}, "2026-11-01 10:00", sla.StateRunning, ""},
		{"ahead, done in time", monthAhead, []string{"start 2026-01-05 10:00", "due 2026-01-05 10:00 until 2026-12-31 02:00", "stop 2026-11-30 02:00"}, "2026-12-01 10:00", sla.StateMet, "2026-11-30 02:00"},
		{"ahead, the event came sooner", monthAhead, []string{"start 2026-01-05 10:00", "due 2026-01-05 10:00 until 2026-12-31 02:00", "due 2026-11-20 10:00 until 2026-12-10 02:00"}, "2026-11-21 10:00", sla.StateMissed, "2026-11-10 02:00"},

		{"cancelled", oneDay(sla.PauseExtend), []string{start, "cancel 2026-11-10 11:00"}, "2026-11-20 12:00", sla.StateCancelled, "2026-11-10 19:00"},
		{"cancelled when already missed", oneDay(sla.PauseExtend), []string{start, "cancel 2026-11-10 19:00:01"}, "2026-11-20 12:00", sla.StateMissed, "2026-11-10 19:00"},
		{"reopened: the first result stands", oneDay(sla.PauseExtend), []string{start, "stop 2026-11-10 11:00", "reopen 2026-11-12 11:00"}, "2026-11-20 12:00", sla.StateMet, "2026-11-10 19:00"},
	}
	c := compile(t, sla.SupportCenter())
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, err := sla.Evaluate(test.target, c, history(t, test.facts...), jst(t, test.now))
			if err != nil {
				t.Fatal(err)
			}
			due := time.Time{}
			if test.due != "" {
				due = jst(t, test.due)
			}
			if r.State != test.state || !r.Due.Equal(due) {
				t.Errorf("got %s due %s, want %s due %s\n%s", r.State, r.Due, test.state, due, strings.Join(sla.Explain(r), "\n"))
			}
		})
	}
}

func TestEvaluateFigures(t *testing.T) {
	c := compile(t, sla.SupportCenter())
	facts := history(t, "start 2026-11-09 10:00", "pause 2026-11-09 11:00", "resume 2026-11-11 15:00")
	r, err := sla.Evaluate(threeHours(sla.PauseExtend), c, facts, jst(t, "2026-11-11 15:59:59"))
	if err != nil {
		t.Fatal(err)
	}
	want := sla.Cycle{
		State: sla.StateRunning, Start: jst(t, "2026-11-09 10:00"), Due: jst(t, "2026-11-11 17:00"),
		Paused: 22 * time.Hour, Elapsed: 2*time.Hour - time.Second, Remaining: time.Hour + time.Second, Percent: 66,
	}
	if diff := cmp.Diff(want, r.Cycle); diff != "" {
		t.Error(diff)
	}
	paused, err := sla.Evaluate(threeHours(sla.PauseExtend), c, facts[:2], jst(t, "2026-11-10 12:00"))
	if err != nil {
		t.Fatal(err)
	}
	if paused.Percent != 33 || paused.Elapsed != time.Hour || paused.Remaining != 2*time.Hour {
		t.Errorf("a paused clock went on: %+v", paused.Cycle)
	}
	if at, ok := paused.NextChange(jst(t, "2026-11-10 12:00")); ok {
		t.Errorf("a paused clock waits for %s", at)
	}
}

func TestNextChange(t *testing.T) {
	c := compile(t, sla.SupportCenter())
	target := sla.Target{ID: "x", Kind: sla.KindBusinessTime, Duration: 10 * time.Hour, Pause: sla.PauseExtend, WarnBefore: []time.Duration{2 * time.Hour}}
	facts := history(t, "start 2026-11-09 14:00") // due Tuesday 15:00
	now, end := jst(t, "2026-11-09 14:00"), jst(t, "2026-11-10 15:00")
	var got []string
	for {
		r, err := sla.Evaluate(target, c, facts, now)
		if err != nil {
			t.Fatal(err)
		}
		next, ok := r.NextChange(now)
		if !ok {
			if !now.Equal(end) || r.State != sla.StateMissed {
				t.Errorf("the last change is %s, %s", now, r.State)
			}
			break
		}
		if next.Before(end) {
			after, err := sla.Evaluate(target, c, facts, next)
			if err != nil {
				t.Fatal(err)
			}
			if n := len(after.Reached(next)); n != len(got)+1 || after.Reached(next)[n-1].Percent > after.Percent {
				t.Errorf("at %s %d moments are reached, percent %d", next, n, after.Percent)
			}
		}
		now = next
		got = append(got, now.Format("Mon 15:04"))
	}
	want := []string{"Mon 19:00", "Tue 12:30", "Tue 13:00", "Tue 14:00", "Tue 15:00"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	target.Warn, target.WarnBefore = []int{}, nil
	r, err := sla.Evaluate(target, c, facts, jst(t, "2026-11-09 14:00"))
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Moments) != 1 || r.Moments[0].Percent != 100 {
		t.Errorf("without warnings: %+v", r.Moments)
	}
}

func TestReopenStartsANewCycle(t *testing.T) {
	c := compile(t, sla.SupportCenter())
	facts := history(t, "start 2026-11-09 10:00", "stop 2026-11-10 11:00", "reopen 2026-11-12 11:00")
	now := jst(t, "2026-11-12 12:00")
	r, err := sla.Evaluate(oneDay(sla.PauseExtend), c, facts, now)
	if err != nil {
		t.Fatal(err)
	}
	cur := r.Current()
	if r.State != sla.StateMet || r.Reopened() != 1 || cur.State != sla.StateRunning || !cur.Due.Equal(jst(t, "2026-11-13 19:00")) {
		t.Errorf("got %s, %d reopenings, current %+v", r.State, r.Reopened(), cur)
	}
	if next, ok := r.NextChange(now); !ok || next.Before(now) {
		t.Errorf("the new cycle has no next change")
	}
}

func TestExclusionNeedsReasonAndSecondPerson(t *testing.T) {
	c := compile(t, sla.SupportCenter())
	tests := []struct {
		name    string
		exclude sla.Fact
		want    sla.State
	}{
		{"valid", sla.Fact{Note: "customer's network", Actor: "sato", Second: "suzuki"}, sla.StateExcluded},
		{"no reason", sla.Fact{Note: " ", Actor: "sato", Second: "suzuki"}, sla.StateMissed},
		{"no second person", sla.Fact{Note: "customer's network", Actor: "sato"}, sla.StateMissed},
		{"same person twice", sla.Fact{Note: "customer's network", Actor: "sato", Second: "sato"}, sla.StateMissed},
		{"another clock", sla.Fact{Note: "customer's network", Actor: "sato", Second: "suzuki", Target: "other"}, sla.StateMissed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.exclude.Kind, test.exclude.At = sla.FactExclude, jst(t, "2026-11-20 10:00")
			facts := append(history(t, "start 2026-11-09 10:00", "stop 2026-11-12 11:00"), test.exclude)
			r, err := sla.Evaluate(oneDay(sla.PauseExtend), c, facts, jst(t, "2026-11-21 10:00"))
			if err != nil {
				t.Fatal(err)
			}
			if r.State != test.want {
				t.Errorf("got %s, want %s", r.State, test.want)
			}
		})
	}
}

// TestOrderAndRepetition shuffles and doubles facts: the result must not change.
func TestOrderAndRepetition(t *testing.T) {
	c := compile(t, sla.SupportCenter())
	facts := history(t,
		"start 2026-11-09 10:00", "pause 2026-11-10 10:00", "pause 2026-11-10 10:00:30", "resume 2026-11-10 12:00", "complete 2026-11-10 12:00",
		"pause 2026-11-10 12:00", "stop 2026-11-11 12:00", "cancel 2026-11-11 12:00", "reopen 2026-11-11 12:00", "pause 2026-11-12 12:00",
		"resume 2026-11-12 12:00", "due 2026-11-12 13:00 until 2026-11-13 13:00", "start 2026-11-12 13:00", "update 2026-11-12 13:00")
	for _, rule := range []sla.PauseRule{sla.PauseExtend, sla.PauseRestart, sla.PauseNone} {
		now := jst(t, "2026-11-13 12:00")
		want, err := sla.Evaluate(oneDay(rule), c, facts, now)
		if err != nil {
			t.Fatal(err)
		}
		if want.Current().State != sla.StateRunning {
			t.Errorf("%s: a pause and an answer at one instant leave the clock %s", rule, want.Current().State)
		}
		rng := rand.New(rand.NewPCG(1, 2))
		for range 50 {
			mixed := slices.Concat(facts, facts[:rng.IntN(len(facts))])
			rng.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
			got, err := sla.Evaluate(oneDay(rule), c, mixed, now)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(sla.Result{})) + cmp.Diff(sla.Explain(want), sla.Explain(got)); diff != "" {
				t.Fatalf("%s: %s", rule, diff)
			}
		}
	}
}

func TestRetraction(t *testing.T) {
	c := compile(t, sla.SupportCenter())
	facts := append(history(t, "start 2026-11-09 10:00", "stop 2026-11-10 11:00"),
		sla.Fact{Kind: sla.FactRetract, At: jst(t, "2026-11-10 12:00"), Ref: "stop 2026-11-10 11:00"})
	r, err := sla.Evaluate(oneDay(sla.PauseExtend), c, facts, jst(t, "2026-11-10 13:00"))
	if err != nil {
		t.Fatal(err)
	}
	if r.State != sla.StateRunning {
		t.Errorf("a withdrawn stop still counts: %s", r.State)
	}
}

func TestEvaluateRefuses(t *testing.T) {
	c := compile(t, sla.SupportCenter())
	start := history(t, "start 2026-11-09 10:00")
	now := jst(t, "2026-11-09 11:00")
	if _, err := sla.Evaluate(oneDay(sla.PauseExtend), c, nil, now); !errors.Is(err, sla.ErrNotStarted) {
		t.Errorf("without facts: %v", err)
	}
	if _, err := sla.Evaluate(oneDay(sla.PauseExtend), c, start, now.Add(-2*time.Hour)); !errors.Is(err, sla.ErrNotStarted) {
		t.Errorf("before the start: %v", err)
	}
	tests := map[string]sla.Target{
		"want more than":    {Kind: sla.KindBusinessTime},
		"kind \"\"":         {},
		"months ahead":      {Kind: sla.KindAhead},
		"want 0 or more":    {Kind: sla.KindBusinessDays, Days: -1},
		"want close, same_": {Kind: sla.KindBusinessDays, Days: 1, DueTime: "25:00"},
	}
	for want, target := range tests {
		if _, err := sla.Evaluate(target, c, start, now); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	if _, err := sla.Evaluate(oneDay(sla.PauseNone), nil, start, now); err == nil || !strings.Contains(err.Error(), "calendar") {
		t.Errorf("without a calendar: %v", err)
	}
}

package sla_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/sla"
)

// TestComplaintsAboutMore goes on with what [TestComplaints] holds: several promises at once, notices, statistics and words.
func TestComplaintsAboutMore(t *testing.T) {
	support := compile(t, sla.SupportCenter())
	evaluate := func(t *testing.T, target sla.Target, now string, facts ...string) sla.Result {
		t.Helper()
		r, err := sla.Evaluate(target, support, history(t, facts...), jst(t, now))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	for _, c := range []struct {
		thread string
		test   func(*testing.T)
	}{
		{"zammad#5177: a shorter promise of updates does not move the first answer", func(t *testing.T) {
			facts := []string{"start 2026-11-09 10:00", "update 2026-11-09 10:10"}
			first := evaluate(t, sla.Target{ID: "first", Kind: sla.KindElapsed, Duration: time.Hour}, "2026-11-09 10:20", facts...)
			updates := evaluate(t, sla.Target{ID: "updates", Kind: sla.KindCycle, Duration: 30 * time.Minute}, "2026-11-09 10:20", facts...)
			if !first.Due.Equal(jst(t, "2026-11-09 11:00")) || !updates.Due.Equal(jst(t, "2026-11-09 10:40")) {
				t.Errorf("due %s and %s", first.Due, updates.Due)
			}
		}},
		{"zammad#4353: a promise that is taken out of the policy runs no more, and says so", func(t *testing.T) {
			policy := deskPolicy(1, 19)
			facts, now := history(t, "start 2026-11-09 10:00"), jst(t, "2026-11-12 10:00")
			before, err := policy.Answer(sla.Subject{Class: "minor"}, facts, now)
			if err != nil || len(before) == 0 {
				t.Fatal(before, err)
			}
			policy.Rules = []sla.Rule{{}}
			after, err := policy.Answer(sla.Subject{Class: "minor"}, facts, now)
			if err != nil || len(after) != 0 {
				t.Fatal(after, err)
			}
			moves := sla.Moves(before, after)
			if len(moves) != len(before) || slices.ContainsFunc(moves, func(m sla.Move) bool { return !strings.HasSuffix(m.String(), "→ not promised") }) {
				t.Errorf("%v", moves)
			}
		}},
		{"zammad#4432, #2157, glpi#15569: nobody is called at midnight or on a Sunday", func(t *testing.T) {
			target := sla.Target{ID: "stop", Kind: sla.KindElapsed, Duration: 7 * 24 * time.Hour, WarnBefore: []time.Duration{time.Hour}}
			r, err := sla.Evaluate(target, nil, history(t, "start 2026-11-11 01:00"), jst(t, "2026-11-11 02:00"))
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range r.NoticesIn(support).Moments {
				if m.Percent != 100 && !support.IsOpen(m.At) {
					t.Errorf("%d %% at %s", m.Percent, m.At)
				}
			}
		}},
		{"zammad#3837: one formatter, whatever the place", func(t *testing.T) {
			r := evaluate(t, oneDay(sla.PauseNone), "2026-11-09 12:00", "start 2026-11-09 10:00")
			due := "due " + sla.When(r.Due, sla.English)
			if long, short := sla.Explain(r), sla.Short(r.Ledger(), sla.English); !slices.Contains(long, due) || !slices.Contains(short, due) {
				t.Errorf("%q in %q and %q", due, long, short)
			}
		}},
		{"glpi#1911, #1912: the promise itself says from when and through what it counts", func(t *testing.T) {
			target := oneDay(sla.PauseRestart)
			target.Counting, target.DueTime = sla.DaySame, "17:00"
			text := sla.Explain(evaluate(t, target, "2026-11-09 12:00", "start 2026-11-09 10:00"))[0]
			for _, want := range []string{"within 1 business days", "due time 17:00", "day 0 counted", "pauses restart"} {
				if !strings.Contains(text, want) {
					t.Errorf("no %q in %q", want, text)
				}
			}
		}},
		{"glpi#23359: what waits for the customer is no case of the statistics", func(t *testing.T) {
			got := sla.Count(sla.StatePaused, sla.StateRunning, sla.StateMet)
			if diff := cmp.Diff(sla.Tally{Met: 1, Open: 2}, got); diff != "" || got.Cases() != 1 {
				t.Error(diff)
			}
		}},
		{"osTicket#3034, #1168, #1574, #4969, linear#1103: questions, weekends and holidays do not make a ticket overdue", func(t *testing.T) {
			r := evaluate(t, oneDay(sla.PauseExtend), "2026-11-24 12:00", "start 2026-11-19 10:00", "pause 2026-11-20 10:00", "resume 2026-11-24 11:00")
			if r.State != sla.StateRunning || !r.Due.Equal(jst(t, "2026-11-25 19:00")) { // 9 h of Friday and an hour of Tuesday; Monday is a holiday
				t.Errorf("%s, due %s", r.State, r.Due)
			}
		}},
		{"osTicket#6847, frappe/helpdesk#1554, #1675: a lunch hour counts on neither side", func(t *testing.T) {
			spec := sla.SupportCenter()
			for day := range spec.Week {
				spec.Week[day] = []sla.Interval{{Open: 10 * 60, Close: 12 * 60}, {Open: 13 * 60, Close: 19 * 60}}
			}
			c := compile(t, spec)
			if at, err := c.Add(jst(t, "2026-11-09 11:30"), time.Hour); err != nil || !at.Equal(jst(t, "2026-11-09 13:30")) || c.IsOpen(jst(t, "2026-11-09 12:00")) {
				t.Errorf("%s %v", at, err)
			}
		}},
		{"freescout#3756, #4307: what is reported is working time", func(t *testing.T) {
			if r := evaluate(t, oneDay(sla.PauseNone), "2026-11-20 12:00", "start 2026-11-13 18:00", "stop 2026-11-16 11:00"); r.Elapsed != 2*time.Hour {
				t.Errorf("elapsed %s", r.Elapsed)
			}
		}},
		{"chatwoot#9747, flowinquiry#272: the share that was kept, exactly, and why the rest was not", func(t *testing.T) {
			tally := sla.Count(sla.StateMet, sla.StateMet, sla.StateMissed, sla.StateExcluded)
			if got := tally.Rate().Percent(1); got != "66.6" || tally.Judge() != sla.JudgementMissed {
				t.Errorf("%s %s", got, tally.Judge())
			}
			facts := history(t, "start 2026-11-09 10:00", "cause 2026-11-12 10:00")
			facts[1].Note = "部品待ち"
			r, err := sla.Evaluate(oneDay(sla.PauseNone), support, facts, jst(t, "2026-11-12 12:00"))
			if err != nil || r.Cause != "部品待ち" {
				t.Errorf("cause %q %v", r.Cause, err)
			}
		}},
	} {
		t.Run(c.thread, c.test)
	}
}

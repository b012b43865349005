package sla_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"toban/sla"
)

// TestComplaints holds what users of other engines complain about, by the thread in which they do; see [TestComplaintsAboutMore], too.
func TestComplaints(t *testing.T) {
	support := compile(t, sla.SupportCenter())
	evaluate := func(t *testing.T, target sla.Target, now string, facts ...string) sla.Result {
		t.Helper()
		r, err := sla.Evaluate(target, support, history(t, facts...), jst(t, now))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	due := func(t *testing.T, r sla.Result, want string) {
		t.Helper()
		if !r.Current().Due.Equal(jst(t, want)) {
			t.Errorf("due %s, want %s", r.Current().Due, want)
		}
	}
	halfHour := sla.Target{ID: "word", Kind: sla.KindElapsed, Duration: 30 * time.Minute}
	for _, c := range []struct {
		thread string
		test   func(*testing.T)
	}{
		{"zammad#390: the ledger names every day that did not count", func(t *testing.T) {
			text := strings.Join(sla.Explain(evaluate(t, oneDay(sla.PauseNone), "2026-11-20 12:00", "start 2026-11-20 11:00")), "\n")
			for _, want := range []string{"Sat 2026-11-21 not counted: Saturday", "Mon 2026-11-23 not counted: 勤労感謝の日"} {
				if !strings.Contains(text, want) {
					t.Errorf("no %q in %s", want, text)
				}
			}
		}},
		{"zammad#3180: around the clock has no gap at midnight", func(t *testing.T) {
			c := compile(t, sla.AroundTheClock("Asia/Tokyo"))
			if d := c.Between(jst(t, "2026-11-01 00:00"), jst(t, "2026-12-01 00:00")); d != 720*time.Hour {
				t.Errorf("a month has %s", d)
			}
		}},
		{"zammad#2497: 09:00-00:00 ends at midnight", func(t *testing.T) {
			iv, err := sla.ParseInterval("09:00-00:00")
			if err != nil || iv != (sla.Interval{Open: 540, Close: 1440}) {
				t.Errorf("%+v %v", iv, err)
			}
		}},
		{"zammad#188, #904, glpi#24481: reopened, the first result stands and pauses are those of the new run", func(t *testing.T) {
			r := evaluate(t, oneDay(sla.PauseExtend), "2026-11-18 12:00", "start 2026-11-09 10:00", "pause 2026-11-09 11:00", "stop 2026-11-10 11:00", "reopen 2026-11-16 11:00")
			due(t, r, "2026-11-17 19:00")
			if r.State != sla.StateMet || r.Reopened() != 1 || r.Current().Paused != 0 {
				t.Errorf("%+v", r)
			}
		}},
		{"zammad#2082, #3140: the first word stops the clock, at its own instant", func(t *testing.T) {
			if r := evaluate(t, halfHour, "2026-11-09 12:00", "start 2026-11-09 10:00", "stop 2026-11-09 10:20", "stop 2026-11-09 11:00"); r.State != sla.StateMet || !r.Stopped.Equal(jst(t, "2026-11-09 10:20")) {
				t.Errorf("%+v", r.Cycle)
			}
		}},
		{"zammad#2579, #4777: a result is kept after the stop", func(t *testing.T) {
			if r := evaluate(t, oneDay(sla.PauseNone), "2027-11-09 12:00", "start 2026-11-09 10:00", "stop 2026-11-10 18:00"); r.Remaining != time.Hour || r.Elapsed != 17*time.Hour {
				t.Errorf("elapsed %s, remaining %s", r.Elapsed, r.Remaining)
			}
		}},
		{"glpi#687: outside hours nothing has elapsed, and the clock begins at the opening", func(t *testing.T) {
			r := evaluate(t, threeHours(sla.PauseNone), "2026-11-15 12:00", "start 2026-11-14 12:00")
			due(t, r, "2026-11-16 13:00")
			if r.Elapsed != 0 || r.Percent != 0 {
				t.Errorf("elapsed %s", r.Elapsed)
			}
		}},
		{"glpi#6902, #15605: another promise keeps the pauses of before", func(t *testing.T) {
			facts := []string{"start 2026-11-09 10:00", "pause 2026-11-10 10:00", "resume 2026-11-12 10:00"}
			due(t, evaluate(t, oneDay(sla.PauseExtend), "2026-11-12 12:00", facts...), "2026-11-12 19:00")
			five := oneDay(sla.PauseExtend)
			five.Days = 5
			due(t, evaluate(t, five, "2026-11-12 12:00", facts...), "2026-11-18 19:00")
		}},
		{"glpi#10594: a pause over a weekend adds working time only", func(t *testing.T) {
			due(t, evaluate(t, threeHours(sla.PauseExtend), "2026-11-16 12:00", "start 2026-11-13 17:00", "pause 2026-11-13 18:00", "resume 2026-11-16 11:00"), "2026-11-16 13:00")
		}},
		{"glpi#22678: before the due instant is walked through the calendar", func(t *testing.T) {
			target := oneDay(sla.PauseNone)
			target.Warn, target.WarnBefore = []int{}, []time.Duration{10 * time.Hour}
			if r := evaluate(t, target, "2026-11-20 12:00", "start 2026-11-20 11:00"); !r.Moments[0].At.Equal(jst(t, "2026-11-20 18:00")) {
				t.Errorf("%v", r.Moments)
			}
		}},
		{"glpi#15429: negative spans", func(t *testing.T) {
			if at, err := support.Add(jst(t, "2026-11-24 11:00"), -2*time.Hour); err != nil || !at.Equal(jst(t, "2026-11-20 18:00")) {
				t.Errorf("%s %v", at, err)
			}
		}},
		{"glpi#17186: a date set by hand is not moved by pauses", func(t *testing.T) {
			due(t, evaluate(t, oneDay(sla.PauseExtend), "2026-11-12 12:00", "start 2026-11-09 10:00", "due 2026-11-09 11:00 until 2026-11-11 12:00", "pause 2026-11-09 12:00", "resume 2026-11-12 10:00"), "2026-11-11 12:00")
		}},
		{"glpi#15948: the percent stands still during a pause", func(t *testing.T) {
			facts := []string{"start 2026-11-09 10:00", "pause 2026-11-09 11:00"}
			a, b := evaluate(t, threeHours(sla.PauseExtend), "2026-11-09 12:00", facts...), evaluate(t, threeHours(sla.PauseExtend), "2026-11-12 12:00", facts...)
			if a.Percent != 33 || b.Percent != 33 || a.Remaining != b.Remaining {
				t.Errorf("%d %% and %d %%", a.Percent, b.Percent)
			}
		}},
		{"glpi#6835: half a day", func(t *testing.T) {
			spec := sla.SupportCenter()
			spec.Dates = map[sla.Date][]sla.Interval{{Year: 2026, Month: 12, Day: 29}: {{Open: 600, Close: 720}}}
			if at, err := compile(t, spec).Deadline(jst(t, "2026-12-28 10:00"), 1); err != nil || !at.Equal(jst(t, "2026-12-29 12:00")) {
				t.Errorf("%s %v", at, err)
			}
		}},
		{"osTicket#6739: only some weekdays; lunch", func(t *testing.T) {
			spec := sla.CalendarSpec{Zone: "Asia/Tokyo", Week: map[time.Weekday][]sla.Interval{time.Tuesday: {{Open: 540, Close: 720}, {Open: 780, Close: 1020}}}}
			if at, err := compile(t, spec).Add(jst(t, "2026-11-12 12:00"), 4*time.Hour); err != nil || !at.Equal(jst(t, "2026-11-17 14:00")) {
				t.Errorf("%s %v", at, err)
			}
		}},
		{"osTicket PR#4807: no hours at all", func(t *testing.T) {
			if _, err := (sla.CalendarSpec{Name: "none", Zone: "UTC"}).Compile(); err == nil || !strings.Contains(err.Error(), "no working time") {
				t.Errorf("%v", err)
			}
		}},
		{"frappe/helpdesk#2212: what says paused does not run", func(t *testing.T) {
			facts := []string{"start 2026-11-09 10:00", "pause 2026-11-09 11:00"}
			r := evaluate(t, oneDay(sla.PauseExtend), "2026-11-20 12:00", facts...)
			if r.State != sla.StatePaused {
				t.Errorf("state %s", r.State)
			}
			if next, waits := r.NextChange(jst(t, "2026-11-20 12:00")); waits {
				t.Errorf("a timer waits for %s", next)
			}
		}},
		{"zendesk/biz#35, #37: 24:00 where clocks change at midnight", func(t *testing.T) {
			spec := sla.AroundTheClock("America/Sao_Paulo")
			at := time.Date(2018, 11, 3, 12, 0, 0, 0, time.UTC)
			if end, err := compile(t, spec).Add(at, 72*time.Hour); err != nil || !end.Equal(at.Add(72*time.Hour)) {
				t.Errorf("%s %v", end, err)
			}
		}},
		{"moment-business-time#58: an hour more in the repeated hour", func(t *testing.T) {
			at := time.Date(2026, 11, 1, 5, 30, 0, 0, time.UTC) // 01:30 in New York, the first time
			end, err := compile(t, sla.AroundTheClock("America/New_York")).Add(at, time.Hour)
			if err != nil || end.Sub(at) != time.Hour {
				t.Errorf("%s %v", end, err)
			}
		}},
		{"Dynamics 365: a pause outside hours changes nothing", func(t *testing.T) {
			r := evaluate(t, threeHours(sla.PauseExtend), "2026-11-10 10:30", "start 2026-11-09 18:00", "pause 2026-11-09 20:00", "resume 2026-11-10 09:00")
			due(t, r, "2026-11-10 12:00")
			if r.Paused != 0 {
				t.Errorf("paused %s", r.Paused)
			}
		}},
		{"holiday-calendar-java#126: the substitute of 2026-05-03 is the 6th", func(t *testing.T) {
			if _, ok := sla.Japan().Name(sla.Date{Year: 2026, Month: 5, Day: 6}); !ok {
				t.Error("it is no holiday")
			}
		}},
		{"every walk is bounded", func(t *testing.T) {
			spec := sla.CalendarSpec{Zone: "UTC", Dates: map[sla.Date][]sla.Interval{{Year: 1950, Month: 1, Day: 2}: {{Open: 0, Close: 1}}}}
			if _, err := compile(t, spec).NextOpen(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)); !errors.Is(err, sla.ErrNoWorkingTime) {
				t.Errorf("%v", err)
			}
		}},
	} {
		t.Run(c.thread, c.test)
	}
}

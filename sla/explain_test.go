package sla_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/sla"
)

func TestExplain(t *testing.T) {
	support := compile(t, sla.SupportCenter())
	interim := sla.Target{ID: "interim", Kind: sla.KindCycle, Level: sla.LevelAgreement, Duration: time.Hour}
	report := sla.Target{ID: "report", Kind: sla.KindCalendarDate, Level: sla.LevelObjective, Days: 3}
	tests := []struct {
		name   string
		target sla.Target
		cal    *sla.Calendar
		facts  []sla.Fact
		now    string
		want   string
	}{
		{
			"long weekend, doubled question, cancelled", oneDay(sla.PauseExtend), support,
			append(history(t, "start 2026-11-20 20:00", "resume 2026-11-20 20:01"), sla.Fact{Kind: sla.FactCancel, At: jst(t, "2026-11-24 11:00"), Ref: "comment 9"}),
			"2026-11-25 10:00", `
promise complete (slo): within 1 business days, pauses extend
calendar support-center, version 1, zone Asia/Tokyo
left out: resume Fri 2026-11-20 20:01 JST (resume 2026-11-20 20:01), the clock was running
start Fri 2026-11-20 20:00 JST (start 2026-11-20 20:00)
day 0 is Fri 2026-11-20
  Sat 2026-11-21 not counted: Saturday
  Sun 2026-11-22 not counted: Sunday
  Mon 2026-11-23 not counted: 勤労感謝の日
  Tue 2026-11-24 business day 1 of 1, 10:00–19:00
due without pauses Tue 2026-11-24 19:00 JST
due Tue 2026-11-24 19:00 JST
cancel Tue 2026-11-24 11:00 JST (comment 9): cancelled`,
		},
		{
			"night shift", oneDay(sla.PauseNone), compile(t, nightShift()), history(t, "start 2026-11-17 03:00"), "2026-11-17 04:00", `
promise complete (slo): within 1 business days
calendar night, version 1, zone Asia/Tokyo
start Tue 2026-11-17 03:00 JST (start 2026-11-17 03:00)
day 0 is Mon 2026-11-16: the shift opened on that day
  Tue 2026-11-17 business day 1 of 1, 22:00–07:00 (+1 day)
due without pauses Wed 2026-11-18 07:00 JST
due Wed 2026-11-18 07:00 JST
running at Tue 2026-11-17 04:00 JST, remaining 12 h`,
		},
		{
			"working time over the new year, paused", threeHours(sla.PauseExtend), support,
			history(t, "start 2026-12-29 18:00", "pause 2027-01-04 11:00"), "2027-01-04 11:30", `
promise hours (slo): within 3 h of working time, pauses extend
calendar support-center, version 1, zone Asia/Tokyo
start Tue 2026-12-29 18:00 JST (start 2026-12-29 18:00)
  Tue 2026-12-29 1 h of working time, 18:00–19:00
  Wed 2026-12-30 not counted: 年末年始休業
  Thu 2026-12-31 not counted: 年末年始休業
  Fri 2027-01-01 not counted: 元日
  Sat 2027-01-02 not counted: 年末年始休業
  Sun 2027-01-03 not counted: 年末年始休業
  Mon 2027-01-04 2 h of working time, 10:00–12:00
due without pauses Mon 2027-01-04 12:00 JST
paused since Mon 2027-01-04 11:00 JST (pause 2027-01-04 11:00): 30 min of working time so far
due Mon 2027-01-04 12:30 JST
provisional: public holidays are official only to 2026
paused at Mon 2027-01-04 11:30 JST, remaining 1 h`,
		},
		{
			"restart", oneDay(sla.PauseRestart), support, history(t, "start 2026-11-09 10:00", "pause 2026-11-09 10:01", "complete 2026-11-12 15:00", "stop 2026-11-13 12:00"),
			"2026-11-20 11:30", `
promise complete (slo): within 1 business days, pauses restart
calendar support-center, version 1, zone Asia/Tokyo
start Mon 2026-11-09 10:00 JST (start 2026-11-09 10:00)
paused Mon 2026-11-09 10:01 JST (pause 2026-11-09 10:01) to Thu 2026-11-12 15:00 JST (complete 2026-11-12 15:00): 31 h 59 min of working time
information complete Thu 2026-11-12 15:00 JST: counted from there
day 0 is Thu 2026-11-12
  Fri 2026-11-13 business day 1 of 1, 10:00–19:00
due without pauses Fri 2026-11-13 19:00 JST
due Fri 2026-11-13 19:00 JST
stop Fri 2026-11-13 12:00 JST (stop 2026-11-13 12:00): met`,
		},
		{
			"day of the month", report, support, history(t, "start 2026-11-01 00:00"), "2026-11-01 01:00", `
promise report (slo): by business day 3 of the month
calendar support-center, version 1, zone Asia/Tokyo
start Sun 2026-11-01 00:00 JST (start 2026-11-01 00:00)
  Sun 2026-11-01 not counted: Sunday
  Mon 2026-11-02 business day 1 of 3, 10:00–19:00
  Tue 2026-11-03 not counted: 文化の日
  Wed 2026-11-04 business day 2 of 3, 10:00–19:00
  Thu 2026-11-05 business day 3 of 3, 10:00–19:00
due without pauses Thu 2026-11-05 19:00 JST
due Thu 2026-11-05 19:00 JST
running at Sun 2026-11-01 01:00 JST, remaining 27 h`,
		},
		{
			"rounds", interim, nil, history(t, "start 2026-11-09 03:00", "update 2026-11-09 04:30"), "2026-11-09 05:00", `
promise interim (sla): an update every 1 h
start Mon 2026-11-09 03:00 JST (start 2026-11-09 03:00)
due without pauses Mon 2026-11-09 04:00 JST
  round 1 due Mon 2026-11-09 04:00 JST: breach
  round 2 due Mon 2026-11-09 05:00 JST: met Mon 2026-11-09 04:30 JST (update 2026-11-09 04:30)
  round 3 due Mon 2026-11-09 05:30 JST: running
due Mon 2026-11-09 05:30 JST
running at Mon 2026-11-09 05:00 JST, remaining 30 min`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, err := sla.Evaluate(test.target, test.cal, test.facts, jst(t, test.now))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.TrimSpace(test.want), strings.Join(sla.Explain(r), "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLedgerIsBounded(t *testing.T) {
	target := oneDay(sla.PauseNone)
	target.Days = 2000
	r, err := sla.Evaluate(target, compile(t, sla.SupportCenter()), history(t, "start 2026-11-09 10:00"), jst(t, "2026-11-09 11:00"))
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Ledger()) > 120 || !strings.Contains(strings.Join(sla.Explain(r), "\n"), "further days to") {
		t.Errorf("%d lines", len(r.Ledger()))
	}
}

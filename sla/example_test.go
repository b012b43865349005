package sla_test

import (
	"fmt"
	"time"

	"toban/sla"
)

// A request of Monday 10:00 must be done within one business day. We ask a minute
// later what is missing; the customer answers on Thursday.
func ExampleEvaluate() {
	calendar, err := sla.SupportCenter().Compile()
	if err != nil {
		fmt.Println(err)
		return
	}
	at := func(day, hour, minute int) time.Time {
		return time.Date(2026, time.November, day, hour, minute, 0, 0, calendar.Location())
	}
	target := sla.Target{ID: "complete", Kind: sla.KindBusinessDays, Level: sla.LevelObjective, Days: 1, Pause: sla.PauseExtend}
	result, err := sla.Evaluate(target, calendar, []sla.Fact{
		{Kind: sla.FactStart, At: at(16, 10, 0), Ref: "issue"},
		{Kind: sla.FactPause, At: at(16, 10, 1), Ref: "comment 1"},
		{Kind: sla.FactResume, At: at(19, 15, 0), Ref: "comment 2"},
	}, at(20, 9, 0))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, line := range sla.Explain(result) {
		fmt.Println(line)
	}
	// Output:
	// promise complete (slo): within 1 business days, pauses extend
	// calendar support-center, version 1, zone Asia/Tokyo
	// start Mon 2026-11-16 10:00 JST (issue)
	// day 0 is Mon 2026-11-16
	//   Tue 2026-11-17 business day 1 of 1, 10:00–19:00
	// due without pauses Tue 2026-11-17 19:00 JST
	// paused Mon 2026-11-16 10:01 JST (comment 1) to Thu 2026-11-19 15:00 JST (comment 2): 31 h 59 min of working time
	// pauses after day 0: 23 h of working time after Tue 2026-11-17 19:00 JST, then the due time of that day
	//   Wed 2026-11-18 business day, 10:00–19:00
	//   Thu 2026-11-19 business day, 10:00–19:00
	//   Fri 2026-11-20 business day, 10:00–19:00
	// due Fri 2026-11-20 19:00 JST
	// running at Fri 2026-11-20 09:00 JST, remaining 9 h
}

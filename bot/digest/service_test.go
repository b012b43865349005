package digest_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/bot"
	"toban/bot/digest"
	"toban/report"
)

// What Toban did late, and why, stands in the report as it is on record; what people recorded of a round's cause stays.
func TestServiceIsTold(t *testing.T) {
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 11, day, hour, minute, 0, 0, zone(t)) }
	s := digest.Service{
		Down: []digest.Down{
			{Cause: bot.CauseStopped, From: time.Date(2026, 10, 30, 9, 0, 0, 0, zone(t)), To: time.Date(2026, 10, 31, 9, 0, 0, 0, zone(t))},
			{Cause: bot.CauseToban, From: at(5, 10, 0), To: at(5, 11, 20)},
			{Cause: bot.CauseBacklog, From: at(29, 10, 0), To: at(29, 10, 5)},
		},
		Late: []digest.Late{
			{Key: "AOZORA-1", Due: at(5, 10, 30), Out: at(5, 11, 21), Cause: bot.CauseToban},
			{Due: at(6, 10, 0), Out: at(6, 10, 2)},
			{Key: "AOZORA-2", Due: at(29, 10, 0), Out: at(29, 10, 6), Cause: bot.CauseBacklog},
		},
	}
	f := report.Facts{
		Zone: zone(t), Period: report.Period{Start: at(1, 0, 0), End: time.Date(2026, 12, 1, 0, 0, 0, 0, zone(t))}, Cutoff: at(28, 0, 0),
		Incidents: []report.Incident{{Rounds: []report.Round{
			{Due: at(5, 9, 0), State: report.Missed},
			{Due: at(5, 10, 0), State: report.Missed},
			{Due: at(5, 11, 0), State: report.Missed, Cause: "担当者の見落とし"},
			{Due: at(5, 11, 10), State: report.Met},
			{Due: at(5, 11, 20), State: report.Missed},
		}}},
	}
	s.Tell(&f)
	want := []report.Note{{Text: "11/5(木) 10:00 JST 〜 11/5(木) 11:20 JST(1時間20分) 当番システムが停止"}}
	if diff := cmp.Diff(want, f.Downtimes); diff != "" {
		t.Errorf("downtimes (-want +got):\n%s", diff)
	}
	want = []report.Note{
		{Text: "11/5(木) 10:30 JST のご連絡を 11/5(木) 11:21 JST にお送りしました(弊社の連絡システムが停止していたため)", Keys: []string{"AOZORA-1"}},
		{Text: "11/6(金) 10:00 JST のご連絡を 11/6(金) 10:02 JST にお送りしました"},
	}
	if diff := cmp.Diff(want, f.LateNotices); diff != "" {
		t.Errorf("late notices (-want +got):\n%s", diff)
	}
	var causes []string
	for _, r := range f.Incidents[0].Rounds {
		causes = append(causes, r.Cause)
	}
	if diff := cmp.Diff([]string{"", "弊社の連絡システムが停止していたため", "担当者の見落とし", "", ""}, causes); diff != "" {
		t.Errorf("causes of rounds (-want +got):\n%s", diff)
	}

	many := digest.Service{}
	for i := range 45 {
		many.Late = append(many.Late, digest.Late{Key: "AOZORA-9", Due: at(7, 0, i), Out: at(8, 0, i), Cause: bot.CauseBusy})
	}
	f.LateNotices = nil
	many.Tell(&f)
	if n := len(f.LateNotices); n != 31 || f.LateNotices[30].Text != "ほか 15 件" {
		t.Errorf("%d lines, the last %q", n, f.LateNotices[n-1].Text)
	}
}

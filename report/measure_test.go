package report_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/report"
)

// In which month, and as what, a clock counts: November 2026 with the data closed on 20 November, 12:00.
func TestWhereAClockCounts(t *testing.T) {
	zone := tokyo(t)
	for _, c := range []struct {
		name         string
		state        report.State
		due, stopped string
		want         report.Counts
	}{
		{"met in the month", report.Met, "11-10 19:00", "11-09 12:00", report.Counts{Met: 1}},
		{"met exactly on time", report.Met, "11-10 19:00", "11-10 19:00", report.Counts{Met: 1}},
		{"met in the first instant of the month", report.Met, "11-10 19:00", "11-01 00:00", report.Counts{Met: 1}},
		{"met before the month, due in it", report.Met, "11-02 19:00", "10-31 23:59", report.Counts{}},
		{"missed: due before the month, done in it", report.Missed, "10-30 19:00", "11-02 10:00", report.Counts{}},
		{"missed: due in the month, done after it", report.Missed, "11-19 19:00", "12-03 10:00", report.Counts{Missed: 1}},
		{"missed and not done", report.Missed, "11-19 19:00", "", report.Counts{Missed: 1}},
		{"running past its deadline", report.Running, "11-20 11:59", "", report.Counts{Missed: 1}},
		{"running, due at the cutoff", report.Running, "11-20 12:00", "", report.Counts{}},
		{"running, due later", report.Running, "11-25 19:00", "", report.Counts{}},
		{"paused past its old deadline", report.Paused, "11-10 19:00", "", report.Counts{}},
		{"known only after the cutoff", report.Met, "11-26 19:00", "11-24 10:00", report.Counts{}},
		{"excluded", report.Excluded, "11-10 19:00", "11-17 10:00", report.Counts{Excluded: 1}},
		{"cancelled", report.Cancelled, "11-10 19:00", "11-09 10:00", report.Counts{Cancelled: 1}},
		{"met without a deadline", report.Met, "", "11-09 10:00", report.Counts{Met: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			facts := report.Facts{
				Zone: zone, Period: report.Month(2026, time.November, zone), Cutoff: clockTime(t, zone, "11-20 12:00"),
				Types: []report.TypeRow{{ID: "disk", Name: "Disk", Level: report.Objective}},
				Tickets: []report.Ticket{{Key: "A-1", Type: "disk", Received: clockTime(t, zone, "10-28 10:00"), Clocks: []report.ClockResult{{
					Level: report.Objective, State: c.state, Due: clockTime(t, zone, c.due), Stopped: clockTime(t, zone, c.stopped),
				}}}},
			}
			fig := report.Measure(facts)
			if diff := cmp.Diff(c.want, fig.Rows[0].Counts); diff != "" {
				t.Error(diff)
			}
			if len(fig.Misses) != c.want.Missed || len(fig.Excluded) != c.want.Excluded {
				t.Errorf("misses %v, excluded %v", fig.Misses, fig.Excluded)
			}
		})
	}
}

func TestMarkAndRate(t *testing.T) {
	for _, c := range []struct {
		counts report.Counts
		mark   report.Mark
		rate   string
	}{
		{report.Counts{}, report.None, "–"},
		{report.Counts{Excluded: 3, Cancelled: 1}, report.None, "–"},
		{report.Counts{Met: 3}, report.Good, "100.0%"},
		{report.Counts{Met: 2, Missed: 1}, report.Bad, "66.6%"},
		{report.Counts{Met: 9496, Missed: 504}, report.Bad, "94.9%"},
		{report.Counts{Met: 99_999, Missed: 1}, report.Bad, "99.9%"},
		{report.Counts{Missed: 2}, report.Bad, "0.0%"},
	} {
		if got := c.counts.Mark(); got != c.mark {
			t.Errorf("%+v: mark %s, want %s", c.counts, got, c.mark)
		}
		if got := c.counts.Rate().String(); got != c.rate {
			t.Errorf("%+v: rate %s, want %s", c.counts, got, c.rate)
		}
	}
}

// Each clock finds the most particular row, and one that the contract does not list gets a row of its own.
func TestRowOfAClock(t *testing.T) {
	zone := tokyo(t)
	met := func(id string, level report.Level) report.ClockResult {
		return report.ClockResult{ID: id, Level: level, State: report.Met, Stopped: clockTime(t, zone, "11-09 10:00")}
	}
	facts := report.Facts{
		Zone: zone, Period: report.Month(2026, time.November, zone),
		Types: []report.TypeRow{
			{ID: "disk", Name: "Disk", Level: report.Objective},
			{ID: "disk", Name: "Disk", Level: report.Agreement},
			{ID: "account", Clock: "agreed", Name: "アカウント合意", Level: report.Objective},
			{Clock: "agreed", Name: "合意", Level: report.Objective},
		},
		Classes: []report.ClassRow{{Class: report.Affected, Name: "影響あり", Level: report.Agreement}},
		Tickets: []report.Ticket{
			{Key: "A-1", Type: "disk", Received: clockTime(t, zone, "11-02 10:00"), Clocks: []report.ClockResult{met("complete", report.Objective), met("complete", report.Agreement), met("agreed", report.Objective)}},
			{Key: "A-2", Type: "account", Received: clockTime(t, zone, "11-02 10:00"), Clocks: []report.ClockResult{met("agreed", report.Objective)}},
			{Key: "A-3", Type: "dance", TypeName: "踊り", Received: clockTime(t, zone, "11-02 10:00"), Clocks: []report.ClockResult{met("complete", report.Objective)}},
			{Key: "A-5", Type: "dance", TypeName: "踊り", Received: clockTime(t, zone, "11-02 10:00"), Clocks: []report.ClockResult{ // was an incident first
				{ID: "first_notice", Name: "初報（保証）", Level: report.Agreement, State: report.Met, Stopped: clockTime(t, zone, "11-09 10:00")},
				{ID: "interim", Name: "途中経過 1回目", Level: report.Objective, State: report.Met, Stopped: clockTime(t, zone, "11-09 10:00")},
				{ID: "interim", Name: "途中経過 2回目", Level: report.Objective, State: report.Met, Stopped: clockTime(t, zone, "11-09 10:00")},
			}},
		},
		Incidents: []report.Incident{{
			Key: "A-4", Class: report.Affected, Detected: clockTime(t, zone, "11-02 10:00"), Clocks: []report.ClockResult{met("first", report.Agreement)},
			Rounds: []report.Round{{State: report.Missed, Due: clockTime(t, zone, "11-02 11:00")}},
		}},
	}
	var got []string
	for _, r := range report.Measure(facts).Rows {
		got = append(got, fmt.Sprintf("%s %s %d/%d %v", r.Name, r.Level, r.Met, r.Count(), r.Keys.First))
	}
	want := []string{
		"Disk slo 1/1 [A-1]", "Disk sla 1/1 [A-1]", "アカウント合意 slo 1/1 [A-2]", "合意 slo 1/1 [A-1]", "影響あり sla 1/1 [A-4]",
		"障害(サービス影響あり) 途中経過 slo 0/1 [A-4]", "踊り slo 1/1 [A-3]", "踊り 初報（保証） sla 1/1 [A-5]", "踊り 途中経過 slo 2/2 [A-5]",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFaults(t *testing.T) {
	facts := november(t)
	at := func(s string) time.Time { return clockTime(t, facts.Zone, s) }
	facts.Incidents = append(facts.Incidents,
		report.Incident{Key: "ACME-125", Class: report.Affected, Detected: at("11-28 10:00"), FirstNotice: at("11-28 10:10"), Recovered: at("11-29 10:01")},
		report.Incident{Key: "ACME-126", Class: report.Affected, Detected: at("11-30 23:50")},
		report.Incident{
			Key: "ACME-90", Class: report.Affected, Detected: at("10-31 23:50"), FirstNotice: at("10-31 23:55"), Recovered: at("11-01 00:30"),
			Rounds: []report.Round{{Due: at("11-01 00:55"), State: report.Cancelled}},
		},
		report.Incident{Key: "ACME-89", Class: report.Affected, Detected: at("10-30 23:50"), Recovered: at("10-31 00:30")},
	)
	fig := report.Measure(facts)
	want := report.Faults{
		Count: 4, Affected: 3, OverOneDay: 1, Open: 1, Recovered: 3, RecoverSum: 2*time.Hour + 53*time.Minute + 50*time.Minute + 24*time.Hour + time.Minute,
		Rounds: report.Counts{Met: 2, Cancelled: 1}, Automatic: 1, WithoutWord: 1, NoticeSum: 50 * time.Minute, NoticeWorst: 22 * time.Minute,
	}
	if diff := cmp.Diff(want, fig.Faults); diff != "" {
		t.Error(diff)
	}
	var keys []string
	for _, in := range fig.Incidents {
		keys = append(keys, in.Key)
	}
	if diff := cmp.Diff([]string{"ACME-90", "ACME-113", "ACME-122", "ACME-125", "ACME-126"}, keys); diff != "" {
		t.Error(diff)
	}
	// A ticket that is also an incident counts once.
	facts.Tickets = append(facts.Tickets, report.Ticket{Key: "ACME-113", Type: "incident", Received: at("11-14 03:12")})
	if diff := cmp.Diff(fig.Flow, report.Measure(facts).Flow); diff != "" {
		t.Error(diff)
	}
}

// Whatever is recorded, the flow adds up, ageing holds what is open, and the work by type sums to the flow.
func TestFlowAddsUp(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	zone := tokyo(t)
	period := report.Month(2026, time.November, zone)
	instant := func() time.Time {
		if random.IntN(5) == 0 {
			return time.Time{}
		}
		return period.Start.Add(time.Duration(random.IntN(90*24)-30*24) * time.Hour)
	}
	for range 500 {
		facts := report.Facts{Zone: zone, Period: period, Cutoff: instant()}
		for i := range random.IntN(30) {
			facts.Tickets = append(facts.Tickets, report.Ticket{Key: fmt.Sprintf("A-%d", i+1), Type: string(rune('a' + random.IntN(3))), Received: instant(), Done: instant()})
		}
		fig := report.Measure(facts)
		aged, work := 0, report.Flow{}
		for _, a := range fig.Ageing {
			aged += a.Count
		}
		for _, w := range fig.Work {
			work.New += w.New
			work.Done += w.Done
			work.End += w.Open
		}
		f := fig.Flow
		if f.Start+f.New-f.Done != f.End || aged != f.End || work.New != f.New || work.Done != f.Done || work.End != f.End {
			t.Fatalf("flow %+v, aged %d, work %+v, of %+v", f, aged, work, facts)
		}
	}
}

// A Meter keeps the same misses whatever the order and however many there are.
func TestListsAreBounded(t *testing.T) {
	zone := tokyo(t)
	period := report.Month(2026, time.November, zone)
	var tickets []report.Ticket
	for i := range 3_000 {
		level := report.Objective
		if i%100 == 0 {
			level = report.Agreement
		}
		due := period.Start.Add(time.Duration(i) * time.Minute)
		tickets = append(tickets, report.Ticket{Key: fmt.Sprintf("A-%d", i+1), Type: "disk", Received: period.Start, Done: due.Add(time.Hour), Clocks: []report.ClockResult{
			{Level: level, State: report.Missed, Due: due, Stopped: due.Add(time.Hour)},
		}})
	}
	facts := report.Facts{Zone: zone, Period: period, Tickets: tickets}
	fig := report.Measure(facts)
	if len(fig.Misses) != report.MissLimit || fig.Total.Missed != 3_000 || fig.Misses[0].Key != "A-1" || fig.Misses[29].Key != "A-2901" || fig.Misses[30].Key != "A-2" {
		t.Errorf("%d misses of %d: %s, %s, %s", len(fig.Misses), fig.Total.Missed, fig.Misses[0].Key, fig.Misses[29].Key, fig.Misses[30].Key)
	}
	if len(fig.Details) != report.DetailShort || fig.DetailsAll != 3_000 {
		t.Errorf("%d details of %d", len(fig.Details), fig.DetailsAll)
	}
	slices.Reverse(facts.Tickets)
	turned := report.Measure(facts)
	if diff := cmp.Diff(fig.Misses, turned.Misses); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(fig.Details, turned.Details); diff != "" {
		t.Error(diff)
	}
}

// BenchmarkHundredThousandTickets feeds a Meter as a cursor would. It reports the memory that the Meter still holds at the end.
func BenchmarkHundredThousandTickets(b *testing.B) {
	facts := november(b)
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		meter := report.NewMeter(facts)
		for i := range 100_000 {
			x := facts.Tickets[i%len(facts.Tickets)]
			x.Key = fmt.Sprintf("BIG-%d", i+1)
			meter.Ticket(x)
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		if held := int64(after.HeapAlloc) - int64(before.HeapAlloc); held > 4<<20 {
			b.Fatalf("the meter holds %d bytes", held)
		} else {
			b.ReportMetric(float64(max(held, 0)), "B-held")
		}
		if fig := meter.Figures(); fig.Flow.Start+fig.Flow.New-fig.Flow.Done != fig.Flow.End {
			b.Fatalf("flow %+v", fig.Flow)
		}
	}
}

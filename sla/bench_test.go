package sla_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/jp"

	"toban/sla"
)

const yearOfDays = 245

// lengths are the spans of the speed promise: the cost of each must be the same.
func lengths() []struct {
	name string
	d    time.Duration
	days int
} {
	const day = 9 * time.Hour
	return []struct {
		name string
		d    time.Duration
		days int
	}{{"1day", day, 1}, {"5days", 5 * day, 5}, {"month", 20 * day, 20}, {"year", yearOfDays * day, yearOfDays}, {"10years", 2450 * day, 2450}}
}

// neighbour is the calendar of another library, for comparison: it has no pauses, no
// several intervals a day, and walks day by day.
func neighbour() *cal.BusinessCalendar {
	c := cal.NewBusinessCalendar()
	c.AddHoliday(jp.Holidays...)
	c.SetWorkHours(10*time.Hour, 19*time.Hour)
	return c
}

func BenchmarkAdd(b *testing.B) {
	c, other, start := compile(b, sla.SupportCenter()), neighbour(), jst(b, "2026-11-09 15:20")
	for _, l := range lengths() {
		b.Run("toban/"+l.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Add(start, l.d); err != nil {
					b.Fatal(err)
				}
			}
		})
		if l.days > yearOfDays {
			continue // its walk takes too long
		}
		b.Run("rickar-cal/"+l.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = other.AddWorkHours(start, l.d)
			}
		})
	}
}

func BenchmarkBetween(b *testing.B) {
	c, other, start := compile(b, sla.SupportCenter()), neighbour(), jst(b, "2026-11-09 15:20")
	for _, l := range lengths() {
		end, err := c.Add(start, l.d)
		if err != nil {
			b.Fatal(err)
		}
		b.Run("toban/"+l.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if c.Between(start, end) != l.d {
					b.Fatal("wrong")
				}
			}
		})
		if l.days > yearOfDays {
			continue
		}
		b.Run("rickar-cal/"+l.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = other.WorkHoursInRange(start, end)
			}
		})
	}
}

// TestNoAllocation holds what the benchmarks measure by machine time.
func TestNoAllocation(t *testing.T) {
	c, start := compile(t, sla.SupportCenter()), jst(t, "2026-11-09 15:20")
	end := start.AddDate(1, 0, 0)
	if n := testing.AllocsPerRun(100, func() {
		due, err := c.Add(start, 245*9*time.Hour)
		if err != nil || c.Between(start, end) <= 0 || !c.IsOpen(due) {
			t.Error("wrong")
		}
	}); n != 0 {
		t.Errorf("add and between allocate %v times", n)
	}
}

func BenchmarkDeadline(b *testing.B) {
	c, start := compile(b, sla.SupportCenter()), jst(b, "2026-11-09 15:20")
	for _, l := range lengths() {
		b.Run(l.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Deadline(start, l.days); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// busyTicket is a history of n facts: questions and answers, with other things between.
func busyTicket(start time.Time, n int) []sla.Fact {
	facts := []sla.Fact{{Kind: sla.FactStart, At: start, Ref: "created"}}
	kinds := []sla.FactKind{sla.FactPause, sla.FactResume, sla.FactUpdate, sla.FactResume}
	for i := range n - 1 {
		facts = append(facts, sla.Fact{Kind: kinds[i%len(kinds)], At: start.Add(time.Duration(i+1) * time.Minute), Ref: fmt.Sprintf("comment %d", i)})
	}
	return facts
}

func BenchmarkReplay200Facts(b *testing.B) {
	c, start := compile(b, sla.SupportCenter()), jst(b, "2026-11-09 10:20")
	facts, now := busyTicket(start, 200), jst(b, "2026-11-10 11:00")
	for _, target := range []sla.Target{
		{ID: "days", Kind: sla.KindBusinessDays, Days: 5, Pause: sla.PauseExtend},
		{ID: "hours", Kind: sla.KindBusinessTime, Duration: 40 * time.Hour, Pause: sla.PauseExtend},
		{ID: "restart", Kind: sla.KindBusinessDays, Days: 3, Pause: sla.PauseRestart},
		{ID: "minutes", Kind: sla.KindElapsed, Duration: 30 * time.Hour},
		{ID: "rounds", Kind: sla.KindCycle, Duration: time.Hour},
	} {
		b.Run(target.ID, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := sla.Evaluate(target, c, facts, now); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkRecompute100000 is what a changed calendar costs: it is compiled anew, and
// each of 100,000 open tickets is derived anew.
func BenchmarkRecompute100000(b *testing.B) {
	const tickets = 100_000
	target := sla.Target{ID: "complete", Kind: sla.KindBusinessDays, Days: 5, Pause: sla.PauseExtend}
	first := jst(b, "2026-11-09 10:20")
	histories := make([][]sla.Fact, tickets)
	for i := range histories {
		histories[i] = busyTicket(first.Add(time.Duration(i)*time.Minute), 1+i%8)
	}
	now := first.Add(tickets * time.Minute)
	b.ReportAllocs()
	for b.Loop() {
		c := compile(b, sla.SupportCenter())
		for _, facts := range histories {
			if _, err := sla.Evaluate(target, c, facts, now); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkExplain(b *testing.B) {
	c, start := compile(b, sla.SupportCenter()), jst(b, "2026-11-09 15:20")
	r, err := sla.Evaluate(sla.Target{ID: "x", Kind: sla.KindBusinessDays, Days: 5, Pause: sla.PauseExtend}, c, busyTicket(start, 8), start.Add(23*time.Hour))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if len(sla.Explain(r)) == 0 {
			b.Fatal("nothing said")
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		compile(b, sla.SupportCenter())
	}
}

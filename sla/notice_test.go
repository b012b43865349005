package sla_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/sla"
)

// TestNoticesIn: a clock that runs through the night warns in the hours of staff.
func TestNoticesIn(t *testing.T) {
	support := compile(t, sla.SupportCenter())
	tests := []struct {
		name   string
		target sla.Target
		start  string
		want   []string
	}{
		{
			"three days of plain time",
			sla.Target{Kind: sla.KindElapsed, Duration: 72 * time.Hour, WarnBefore: []time.Duration{2 * time.Hour}},
			"2026-11-09 18:00",
			[]string{"2026-11-11 10:00 50%", "2026-11-12 10:00 75%", "2026-11-12 10:48 90%", "2026-11-12 16:00 2h0m0s", "2026-11-12 18:00 100%"},
		},
		{
			"due before the next opening",
			sla.Target{Kind: sla.KindElapsed, Duration: 14 * time.Hour, WarnBefore: []time.Duration{30 * time.Minute}},
			"2026-11-09 18:00",
			[]string{"2026-11-09 18:30 30m0s", "2026-11-09 19:00 50%", "2026-11-09 19:00 75%", "2026-11-09 19:00 90%", "2026-11-10 08:00 100%"},
		},
		{
			"no hours at all in between",
			sla.Target{Kind: sla.KindElapsed, Duration: time.Hour, WarnBefore: []time.Duration{30 * time.Minute}},
			"2026-11-09 20:00",
			[]string{"2026-11-09 20:30 50%", "2026-11-09 20:30 30m0s", "2026-11-09 20:45 75%", "2026-11-09 20:54 90%", "2026-11-09 21:00 100%"},
		},
		{
			"over a long weekend",
			sla.Target{Kind: sla.KindElapsed, Duration: 96 * time.Hour, Warn: []int{90}},
			"2026-11-20 12:00",
			[]string{"2026-11-24 10:00 90%", "2026-11-24 12:00 100%"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			start := jst(t, tt.start)
			r, err := sla.Evaluate(tt.target, nil, []sla.Fact{{Kind: sla.FactStart, At: start}}, start)
			if err != nil {
				t.Fatal(err)
			}
			plain := len(r.Moments)
			moved := r.NoticesIn(support)
			var got []string
			for _, m := range moved.Moments {
				what := m.Before.String()
				if m.Before == 0 {
					what = time.Duration(m.Percent).String()
					what = what[:len(what)-len("ns")] + "%"
				}
				got = append(got, m.At.In(tokyo).Format("2006-01-02 15:04 ")+what)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			if len(r.Moments) != plain || len(moved.Moments) != plain {
				t.Error("warnings came or went")
			}
		})
	}
}

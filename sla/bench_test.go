package sla_test

import (
	"testing"
	"time"

	"toban/sla"
)

func spans() map[string]time.Duration {
	return map[string]time.Duration{"day": 9 * time.Hour, "10years": 10 * 245 * 9 * time.Hour}
}

func BenchmarkAdd(b *testing.B) {
	c, start := compile(b, sla.SupportCenter()), jst(b, "2026-11-09 15:20")
	for name, d := range spans() {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Add(start, d); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkBetween(b *testing.B) {
	c, start := compile(b, sla.SupportCenter()), jst(b, "2026-11-09 15:20")
	for name, d := range spans() {
		end, err := c.Add(start, d)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if c.Between(start, end) != d {
					b.Fatal("wrong")
				}
			}
		})
	}
}

func BenchmarkDeadline(b *testing.B) {
	c, start := compile(b, sla.SupportCenter()), jst(b, "2026-11-09 15:20")
	for name, n := range map[string]int{"day": 1, "10years": 2450} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Deadline(start, n); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkEvaluate(b *testing.B) {
	c, start := compile(b, sla.SupportCenter()), jst(b, "2026-11-09 15:20")
	facts := []sla.Fact{
		{Kind: sla.FactStart, At: start}, {Kind: sla.FactPause, At: start.Add(20 * time.Hour)}, {Kind: sla.FactResume, At: start.Add(22 * time.Hour)},
	}
	for name, n := range map[string]int{"day": 1, "10years": 2450} {
		target := sla.Target{ID: "x", Kind: sla.KindBusinessDays, Days: n, Pause: sla.PauseExtend}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := sla.Evaluate(target, c, facts, start.Add(23*time.Hour)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		compile(b, sla.SupportCenter())
	}
}

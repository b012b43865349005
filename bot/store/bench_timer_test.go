package store_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"toban/bot"
	"toban/bot/hook"
)

// BenchmarkTimers: how late a due moment reaches the vendor, at a hundred a second with a hundred thousand more pending: from the moment to
// the vendor's door, through timer, inbox, decision and outbox (four commits), by the real workers. The baseline is what four bare
// commits one after the other cost at the same pace.
func BenchmarkTimers(b *testing.B) {
	for _, e := range engines() {
		b.Run(e.name, func(b *testing.B) {
			for range b.N {
				benchTimers(b, e)
			}
		})
	}
}

const (
	timerRate    = 100 // a second
	timerPending = 100_000
)

func benchTimers(b *testing.B, e engine) {
	const seconds = 15
	s, db := e.open(b)
	pend(b, db, timerPending)
	floor := paced(b, db, timerRate, 5*time.Second, 4)

	v := newVendor()
	stop := work(b, s, v)
	defer stop()
	soon(b, db, timerRate*seconds)
	v.await(b, timerRate*seconds, time.Minute)
	stop()
	v.report(b)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(ms(quantile(floor, 0.99)), "floor-p99-ms")
	b.ReportMetric(float64(quantile(v.late(), 0.99))/float64(quantile(floor, 0.99)), "p99-ratio")
}

// BenchmarkAcknowledge: how long Backlog waits for the answer to a webhook at fifty a second while a thousand timers fire and are worked
// off beside it. The baseline is one bare commit at the same pace, with nothing beside it.
func BenchmarkAcknowledge(b *testing.B) {
	for _, e := range engines() {
		b.Run(e.name, func(b *testing.B) {
			for range b.N {
				benchAcknowledge(b, e)
			}
		})
	}
}

func benchAcknowledge(b *testing.B, e engine) {
	const webhooks, timers = 50, 1000 // webhooks a second
	s, db := e.open(b)
	floor := paced(b, db, webhooks, 5*time.Second, 1)
	v := newVendor()
	stop := work(b, s, v)
	defer stop()
	door := httptest.NewServer(hook.New(hook.Config{
		Spaces: func(string) (string, bool) { return "demo", true }, Inbox: s, Dead: s, Clock: bot.ClockFunc(time.Now),
	}))
	defer door.Close()
	c := &carrier{client: door.Client(), url: door.URL + "/hooks/backlog/token"}
	soon(b, db, timers)
	var mu sync.Mutex
	var each []time.Duration
	pace(b.Context(), webhooks, timers/timerRate*time.Second, func() {
		at := time.Now()
		if err := c.deliver(b.Context()); err != nil {
			b.Error(err)
		}
		mu.Lock()
		defer mu.Unlock()
		each = append(each, time.Since(at))
	})
	v.await(b, timers, time.Minute)
	stop()
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(ms(quantile(each, 0.5)), "p50-ms")
	b.ReportMetric(ms(quantile(each, 0.99)), "p99-ms")
	b.ReportMetric(ms(quantile(floor, 0.99)), "floor-p99-ms")
	b.ReportMetric(float64(quantile(each, 0.99))/float64(quantile(floor, 0.99)), "p99-ratio")
}

// pend sets timers that are due in years.
func pend(b *testing.B, db *sqlx.DB, n int) {
	b.Helper()
	series := fmt.Sprintf("(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < %d) SELECT n FROM c) AS g", n)
	if _, err := db.ExecContext(b.Context(), "INSERT INTO timer (ticket, rule, run_us, gen, data) SELECT 'demo/' || n, 'later', 9000000000000000 + n, 1, '' FROM "+series); err != nil {
		b.Fatal(err)
	}
}

// soon sets n timers of as many tickets, the first due in a second, then at timerRate.
func soon(b *testing.B, db *sqlx.DB, n int) {
	b.Helper()
	tx, err := db.BeginTxx(b.Context(), nil)
	if err != nil {
		b.Fatal(err)
	}
	first := time.Now().Add(time.Second)
	for i := range n {
		due := first.Add(time.Duration(i) * time.Second / timerRate)
		if _, err := tx.ExecContext(b.Context(), db.Rebind("INSERT INTO timer (ticket, rule, run_us, gen, data) VALUES (?, 'now', ?, 1, '')"),
			fmt.Sprintf("demo/%d", i+1), due.UnixMicro()); err != nil {
			b.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}

// pace calls f so often a second for a while, without waiting for the last one.
func pace(ctx context.Context, rate int, length time.Duration, f func()) {
	tick := time.NewTicker(time.Second / time.Duration(rate))
	defer tick.Stop()
	var wg sync.WaitGroup
	defer wg.Wait()
	for end := time.Now().Add(length); time.Now().Before(end) && ctx.Err() == nil; <-tick.C {
		wg.Go(f)
	}
}

// paced measures bare commits, some one after the other, at a pace.
func paced(b *testing.B, db *sqlx.DB, rate int, length time.Duration, commits int) []time.Duration {
	b.Helper()
	raw := bare(b, db, 16)
	if db.DriverName() != "postgres" {
		db.SetMaxOpenConns(1)
	}
	var mu sync.Mutex
	var each []time.Duration
	pace(b.Context(), rate, length, func() {
		at := time.Now()
		for range commits {
			if err := raw.do(0); err != nil {
				b.Error(err)
			}
		}
		mu.Lock()
		defer mu.Unlock()
		each = append(each, time.Since(at))
	})
	return each
}

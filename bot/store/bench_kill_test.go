package store_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"toban/bot/store"
)

// A replica of BenchmarkKilled is this test program again, told by the environment what to work on.
const (
	envDatabase = "TOBAN_BENCH_DATABASE" // "postgres DSN" or "sqlite PATH"
	envVendor   = "TOBAN_BENCH_VENDOR"
)

// replica works until it is killed.
func replica() int {
	var o store.Options
	if kind, address, _ := strings.Cut(os.Getenv(envDatabase), " "); kind == "postgres" {
		o.Postgres = address
	} else {
		o.Path, o.Lock = address, true
	}
	s, err := store.Open(context.Background(), o)
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		return 1
	}
	work(nil, s, remote{os.Getenv(envVendor)})
	select {}
}

// BenchmarkKilled: the same as BenchmarkTimers with replicas in processes of their own, two of which are killed (SIGKILL) on the way and
// started again half a second later: two replicas on PostgreSQL, one on SQLite. Nothing may be lost or doubled.
func BenchmarkKilled(b *testing.B) {
	for _, e := range engines() {
		b.Run(e.name, func(b *testing.B) {
			for range b.N {
				benchKilled(b, e)
			}
		})
	}
}

func benchKilled(b *testing.B, e engine) {
	const seconds, replicas, kills = 20, 2, 2
	o := e.options(b)
	s, err := store.Open(b.Context(), o)
	if err != nil {
		b.Fatal(err)
	}
	database, n := "postgres "+o.Postgres, replicas
	db := connect(b, "postgres", o.Postgres)
	if o.Postgres == "" {
		database, n = "sqlite "+o.Path, 1
		db = connect(b, "sqlite", "file:"+o.Path+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	}
	pend(b, db, timerPending)
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	v := newVendor()
	server := httptest.NewServer(v)
	defer server.Close()
	running := make([]*exec.Cmd, n)
	start := func(i int) {
		cmd := exec.CommandContext(b.Context(), os.Args[0], "-test.run=^$")
		cmd.Env = append(os.Environ(), envDatabase+"="+database, envVendor+"="+server.URL)
		cmd.Stderr = os.Stderr
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		running[i] = cmd
	}
	kill := func(i int) {
		_ = running[i].Process.Kill()
		_ = running[i].Wait()
	}
	for i := range running {
		start(i)
		defer kill(i)
	}
	soon(b, db, timerRate*seconds)
	for k := range kills {
		time.Sleep(seconds / (kills + 1) * time.Second)
		kill(k % n)
		time.Sleep(500 * time.Millisecond)
		start(k % n)
	}
	v.await(b, timerRate*seconds, 2*time.Minute)
	v.report(b)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(kills, "kills")
}

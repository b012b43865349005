package store_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"toban/bot/store"
	"toban/bot/store/storetest"
)

// The benchmarks of this room measure against a baseline in the same run, in turns, so that a slow disk or a busy machine slows both and
// the ratio holds. BENCHMARKS.md tells what each one is for; `make bench` writes its table.

// durable is a PostgreSQL that writes as in production.
var durable = storetest.Cluster{Durable: true}

// engines are the databases under measurement.
func engines() []engine {
	return []engine{
		{"postgres", func(b *testing.B) store.Options { return store.Options{Postgres: durable.Schema(b)} }},
		{"sqlite", func(b *testing.B) store.Options { return store.Options{Path: b.TempDir() + "/toban.db"} }},
	}
}

type engine struct {
	name    string
	options func(b *testing.B) store.Options
}

func (e engine) open(b *testing.B) (*store.Store, *sqlx.DB) {
	b.Helper()
	o := e.options(b)
	s, err := store.Open(b.Context(), o)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	if o.Postgres != "" {
		return s, connect(b, "postgres", o.Postgres)
	}
	return s, connect(b, "sqlite", "file:"+o.Path+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
}

func connect(b testing.TB, driver, dsn string) *sqlx.DB {
	b.Helper()
	db, err := sqlx.Open(driver, dsn)
	if err != nil {
		b.Fatal(err)
	}
	db.SetMaxIdleConns(64)
	b.Cleanup(func() { _ = db.Close() })
	return db
}

// turn is one of the things that are measured in turns.
type turn struct {
	do   func(client int) error
	end  func() error // of a slice of time; may be nil
	done int
	took time.Duration
	each []time.Duration
}

// rate is how often a second it was done.
func (t *turn) rate() float64 { return float64(t.done) / t.took.Seconds() }

// turns lets clients do each thing as fast as it goes, in slices of time one after the other.
func turns(b *testing.B, clients, rounds int, slice time.Duration, list ...*turn) {
	b.Helper()
	for range rounds {
		for _, t := range list {
			t.run(b, clients, slice)
		}
	}
}

func (t *turn) run(b *testing.B, clients int, slice time.Duration) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), slice)
	defer cancel()
	var wg sync.WaitGroup
	var mu sync.Mutex
	began := time.Now()
	for c := range clients {
		wg.Go(func() {
			var each []time.Duration
			for ctx.Err() == nil {
				at := time.Now()
				if err := t.do(c); err != nil {
					b.Error(err)
					return
				}
				each = append(each, time.Since(at))
			}
			mu.Lock()
			defer mu.Unlock()
			t.each = append(t.each, each...)
			t.done += len(each)
		})
	}
	wg.Wait()
	if t.end != nil {
		if err := t.end(); err != nil {
			b.Error(err)
		}
	}
	t.took += time.Since(began)
}

// quantile is the value below which a share of the sample lies.
func quantile(sample []time.Duration, share float64) time.Duration {
	if len(sample) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(sample))
	return s[min(int(share*float64(len(s))), len(s)-1)]
}

// silent logs nowhere.
func silent() *slog.Logger { return slog.New(slog.DiscardHandler) }

// ms gives a duration as a number for a report.
func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// webhook is a comment's webhook as Backlog sends it, about 1.5 kB, each with ids of its own.
func webhook(n int64) string {
	return fmt.Sprintf(`{"created":"2026-11-24T01:00:00Z","project":{"id":5,"projectKey":"AOBA","name":"青葉商事","chartEnabled":false},"id":%d,"type":3,`+
		`"content":{"id":%d,"key_id":%d,"summary":"web01 のバックアップ","description":%q,"comment":{"id":%d,"content":"よろしくお願いします。"},"changes":[]},`+
		`"notifications":[],"createdUser":{"id":9,"userId":"tanaka","name":"田中","roleType":2,"lang":"ja"}}`, n, n%1000+1, n%1000+1, strings.Repeat("ご確認ください。", 45), n)
}

// carrier hands requests to a handler over real connections of this machine.
type carrier struct {
	client *http.Client
	url    string
	last   atomic.Int64
}

func (c *carrier) deliver(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, strings.NewReader(webhook(c.last.Add(1))))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.client.Do(req)
	if err != nil {
		return err
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("delivering: %s", resp.Status)
	}
	return nil
}

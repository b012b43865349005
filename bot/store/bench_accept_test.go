package store_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"toban/bot"
	"toban/bot/hook"
	"toban/bot/store"
)

// BenchmarkWebhook: from a webhook to the durable acknowledgement. Measured twice, at the store's door (what the database side costs)
// and at the real HTTP door over loopback (what Backlog sees; the sender's work is in it, on the same cores). The baseline of the one is a bare
// prepared INSERT of the same row by as many connections; on SQLite a bare loop that commits as many rows at a time as the store did. That
// of the other goes the same way over HTTP to a handler that reads the body and does nothing but one such INSERT.
func BenchmarkWebhook(b *testing.B) {
	for _, e := range engines() {
		for _, clients := range []int{1, 16, 64} {
			b.Run(fmt.Sprintf("%s/clients=%d", e.name, clients), func(b *testing.B) {
				for range b.N {
					benchWebhook(b, e, clients)
				}
			})
		}
	}
}

func benchWebhook(b *testing.B, e engine, clients int) {
	s, db := e.open(b)
	commits := store.CountCommits(s)
	door := hook.New(hook.Config{
		Spaces: func(string) (string, bool) { return "demo", true }, Inbox: s, Dead: s, Clock: bot.ClockFunc(time.Now),
	})
	server := httptest.NewServer(door)
	defer server.Close()
	transport := &http.Transport{MaxIdleConnsPerHost: clients}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	c := &carrier{client: client, url: server.URL + "/hooks/backlog/token"}

	var last atomic.Int64
	last.Store(1 << 40)
	accept := &turn{do: func(int) error { return s.Accept(b.Context(), event(last.Add(1))) }}
	http := &turn{do: func(int) error { return c.deliver(b.Context()) }}
	const rounds, slice = 5, 600 * time.Millisecond
	accept.run(b, clients, slice/4) // warm: statements, connections, pages
	http.run(b, clients, slice/4)
	*accept, *http = turn{do: accept.do}, turn{do: http.do}

	raw := bare(b, db, clients)
	bareServer := httptest.NewServer(bareDoor(raw.do))
	defer bareServer.Close()
	bc := &carrier{client: client, url: bareServer.URL}
	bareHTTP := &turn{do: func(int) error { return bc.deliver(b.Context()) }}
	if e.name == "postgres" {
		turns(b, clients, rounds, slice, raw, accept, bareHTTP, http)
	} else {
		db.SetMaxOpenConns(1)
		before := commits.Load()
		turns(b, clients, 1, slice, accept)
		batch := max(1, int(float64(accept.done)/float64(commits.Load()-before)+0.5))
		raw = bareBatches(b, db, batch)
		for range rounds {
			raw.run(b, 1, slice)
			accept.run(b, clients, slice)
			bareHTTP.run(b, clients, slice)
			http.run(b, clients, slice)
		}
		b.ReportMetric(float64(batch), "rows/commit")
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(raw.rate(), "raw/s")
	b.ReportMetric(accept.rate(), "store/s")
	b.ReportMetric(http.rate(), "http/s")
	b.ReportMetric(accept.rate()/raw.rate(), "store-ratio")
	b.ReportMetric(bareHTTP.rate(), "bare-http/s")
	b.ReportMetric(http.rate()/bareHTTP.rate(), "http-ratio")
	b.ReportMetric(ms(quantile(http.each, 0.99)), "http-p99-ms")
}

// bareDoor is the least that an honest door does: it reads the body, stores one row and says so.
func bareDoor(insert func(client int) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if err := insert(0); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
		}
	})
}

// event is what the door makes of a webhook.
func event(n int64) bot.Event {
	a := bot.Activity{Space: "demo", Project: "AOBA", ID: n, Type: 3, Issues: []bot.ActivityIssue{{ID: n%1000 + 1, KeyID: n%1000 + 1}}, Via: "webhook"}
	events, err := a.Events(time.Now())
	if err != nil {
		panic(err)
	}
	return events[0]
}

const (
	bareTable = `CREATE TABLE bare (id %s, event_key TEXT NOT NULL, kind TEXT NOT NULL, lane TEXT NOT NULL, customer TEXT NOT NULL, at_us BIGINT NOT NULL,
body TEXT NOT NULL, state TEXT NOT NULL, attempt BIGINT NOT NULL, run_us BIGINT NOT NULL, owner TEXT NOT NULL, problem TEXT NOT NULL)`
	bareInsert = `INSERT INTO bare (event_key, kind, lane, customer, at_us, body, state, attempt, run_us, owner, problem)
VALUES (?, ?, ?, ?, ?, ?, 'open', 0, 0, '', '')`
)

// bare is the fastest way to store the same row alone: one prepared INSERT, into a table with nothing but its primary key.
func bare(b *testing.B, db *sqlx.DB, clients int) *turn {
	b.Helper()
	insert := prepareBare(b, db)
	db.SetMaxOpenConns(clients)
	var last atomic.Int64
	return &turn{do: func(int) error {
		e := event(last.Add(1))
		_, err := insert.ExecContext(b.Context(), e.Key, string(e.Kind), e.Lane, e.Customer, e.At.UnixMicro(), string(e.Body))
		return err
	}}
}

// bareBatches stores rows in commits of a size; what it does once is one row.
func bareBatches(b *testing.B, db *sqlx.DB, size int) *turn {
	b.Helper()
	insert := prepareBare(b, db)
	var last int64
	left := 0
	var tx *sqlx.Tx
	end := func() error { // the others must find the writer free
		if left == 0 {
			return nil
		}
		left = 0
		return tx.Commit()
	}
	return &turn{end: end, do: func(int) (err error) {
		if left == 0 {
			if tx, err = db.BeginTxx(context.WithoutCancel(b.Context()), nil); err != nil {
				return err
			}
			left = size
		}
		last++
		e := event(last)
		if _, err := tx.StmtxContext(b.Context(), insert).ExecContext(b.Context(), e.Key, string(e.Kind), e.Lane, e.Customer, e.At.UnixMicro(), string(e.Body)); err != nil {
			return err
		}
		if left--; left == 0 {
			return tx.Commit()
		}
		return nil
	}}
}

func prepareBare(b *testing.B, db *sqlx.DB) *sqlx.Stmt {
	b.Helper()
	id := "INTEGER PRIMARY KEY"
	if db.DriverName() == "postgres" {
		id = "BIGSERIAL PRIMARY KEY"
	}
	if _, err := db.ExecContext(b.Context(), "DROP TABLE IF EXISTS bare"); err != nil {
		b.Fatal(err)
	}
	if _, err := db.ExecContext(b.Context(), fmt.Sprintf(bareTable, id)); err != nil {
		b.Fatal(err)
	}
	insert, err := db.PreparexContext(b.Context(), db.Rebind(bareInsert))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = insert.Close() })
	return insert
}

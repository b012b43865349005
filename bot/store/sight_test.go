package store_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/store"
)

// manyRequests opens fifty thousand requests of one customer, each a second after the one before, and a share of units.
const manyRequests = `INSERT INTO holding (ticket, feature, n, customer, until_us, body, sign)
SELECT 'demo/' || n, 'desk', 0, 'busy', %[2]d + CAST(n AS BIGINT) * 1000000, '{"ticket":"demo/' || n || '","customer":"busy","key":"BUSY-' || n || '","kind":"request","what":"request' || n || '","from":"2026-11-24T01:00:00Z","until":"' || %[3]s || '"}', 'sign' || n
FROM %[1]s;
INSERT INTO ticket (id, customer, space, project, issue_key, class, status, received_us, ended_us, cursor, version, body)
SELECT 'demo/' || n, 'busy', 'demo', 'BUSY', 'BUSY-' || n, '', '', n, 0, 0, 1, '{}' FROM %[1]s;
INSERT INTO holding (ticket, feature, n, customer, until_us, body)
VALUES ('demo/7', 'desk', 1, 'busy', %[2]d + 100000000000, '{"ticket":"demo/7","customer":"busy","key":"BUSY-7","kind":"unit","units":1,"from":"2026-11-24T01:00:00Z","until":"2026-12-25T01:00:00Z"}');
UPDATE holding SET sign = '%[4]s' WHERE ticket = 'demo/11' AND n = 0;`

// TestOpenRequestsAreBounded: however many requests of a customer are open, a new one meets the newest of them, the one in the same words, the
// one that is named, and every share of what is scarce, by the indexes.
func TestOpenRequestsAreBounded(t *testing.T) {
	for name, e := range map[string]struct {
		open                       func(t *testing.T) *store.Store
		rows, until, explain, scan string
	}{
		"sqlite": {
			openSQLite, "(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 50000) SELECT n FROM c)",
			"strftime('%Y-%m-%dT%H:%M:%SZ', 1796000000 + n, 'unixepoch')", "EXPLAIN QUERY PLAN ", "SCAN h",
		},
		"postgres": {
			openPostgres, "generate_series(1, 50000) AS g(n)",
			`to_char(to_timestamp(1796000000 + n) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`, "", "Seq Scan on h",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := e.open(t)
			db, _ := s.Statements()
			for _, text := range strings.SplitAfter(fmt.Sprintf(manyRequests, e.rows, int64(1796000000_000000), e.until, bot.SameWords("web01 のディスク")), ";\n") {
				if _, err := db.ExecContext(t.Context(), text); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := db.ExecContext(t.Context(), "ANALYZE"); err != nil {
				t.Fatal(err)
			}
			sought := store.Sought{Customer: "busy", After: time.Unix(1796000000, 0), Like: "ＷＥＢ０１ の ディスク", Key: "BUSY-23"}
			var wg sync.WaitGroup
			for range 8 { // together, too
				wg.Go(func() {
					list, _, err := s.SeeHoldings(t.Context(), sought)
					if err != nil {
						t.Error(err)
						return
					}
					var keys []string
					for _, h := range list {
						keys = append(keys, h.Key+string(h.Kind))
					}
					if len(keys) != 53 || keys[0] != "BUSY-11request" || keys[1] != "BUSY-23request" || keys[2] != "BUSY-49951request" || keys[51] != "BUSY-50000request" || keys[52] != "BUSY-7unit" {
						t.Errorf("%d are met: %v", len(keys), keys)
					}
				})
			}
			wg.Wait()
			for _, text := range s.Sights() {
				var plan []string
				if name == "postgres" {
					plan = generic(t, db, text)
				} else {
					plan = explain(t, db, e.explain+strings.ReplaceAll(text, "?", "'1'"))
				}
				for _, line := range plan {
					if strings.HasPrefix(strings.TrimLeft(line, " ->"), e.scan) && !strings.Contains(line, "USING") {
						t.Errorf("reads all: %s\n%s", line, strings.Join(plan, "\n"))
					}
				}
			}
		})
	}
}

// TestLoadsTogether: tickets that are read with one statement are each given to who asked for it.
func TestLoadsTogether(t *testing.T) {
	s := openPostgres(t)
	for i := range 5 {
		id := bot.TicketID(fmt.Sprintf("demo/%d", i))
		e, err := bot.NewEvent(bot.EventScheduleDue, string(id), string(id), t0, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Accept(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		claims, err := s.ClaimEvents(t.Context(), "me", t0, time.Hour, 1)
		if err != nil || len(claims) != 1 {
			t.Fatal(claims, err)
		}
		err = s.Commit(t.Context(), store.Decision{
			Claim: claims[0], Now: t0, Ticket: &bot.Ticket{ID: id, Customer: "aozora", Key: string(id)}, Cursor: int64(i),
			States: []store.StateChange{{Feature: "desk", State: i}, {Feature: "work", Panel: &bot.Panel{State: string(id)}}},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var wg sync.WaitGroup
	for n := range 48 {
		wg.Go(func() {
			i := n % 6 // the last one is not there
			id := bot.TicketID(fmt.Sprintf("demo/%d", i))
			l, err := s.Load(t.Context(), id)
			switch {
			case err != nil:
				t.Error(err)
			case i == 5:
				if l.Ticket != nil || l.Version != 0 || len(l.States) > 0 {
					t.Errorf("of %s there is %+v", id, l)
				}
			case l.Ticket == nil || l.Ticket.ID != id || l.Cursor != int64(i) || l.Version != 1 || string(l.States["desk"].State) != fmt.Sprint(i) || string(l.States["work"].Panel) != `{"state":"`+string(id)+`"}`:
				t.Errorf("of %s there is %+v", id, l)
			}
		})
	}
	wg.Wait()
}

package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"toban/bot/store"
)

// fill puts a hundred thousand ended rows and ten thousand open ones into each queue: one in ten is due, in lanes of five.
const fill = `INSERT INTO inbox (event_key, kind, lane, customer, at_us, body, state, attempt, run_us, owner, problem)
SELECT 'k' || n, 'x', 'demo/' || (n / 5), '', n, '{}', CASE WHEN n <= 100000 THEN 'done' ELSE 'open' END, 0, CASE WHEN n %% 10 = 0 THEN 0 ELSE 9000000000000000 END, '', ''
FROM %[1]s;
INSERT INTO outbox (effect_key, number, kind, class, channel, ticket, customer, coalesce_key, urgent, report, due_us, made_us,
  body, state, halt, attempt, run_us, owner, first_us, epoch, remote_id, result, done_us, problem)
SELECT 'k' || n, 'T', 'backlog.comment', CASE WHEN n %% 3 = 0 THEN 'cosmetic' ELSE 'notice' END, 'backlog', 'demo/' || (n / 5), '', '', 0, 0, 0, 0,
  '{}', CASE WHEN n <= 100000 THEN 'done' ELSE 'open' END, 0, 0, CASE WHEN n %% 10 = 0 THEN 0 ELSE 9000000000000000 END, '', 0, 0, '', '', 0, ''
FROM %[1]s;
INSERT INTO timer (ticket, rule, run_us, gen, data) SELECT 'demo/' || n, 'r', 9000000000000000 + n, 1, '' FROM %[1]s WHERE n > 10000;
INSERT INTO ticket (id, customer, space, project, issue_key, class, status, received_us, ended_us, cursor, version, body)
SELECT 'demo/' || n, 'c', 'demo', 'P', 'P-' || n, '', '', n, 0, 0, 1, '{}' FROM %[1]s WHERE n > 100000`

func TestClaimsUseIndexes(t *testing.T) {
	for name, e := range map[string]struct {
		open         func(t *testing.T) *store.Store
		rows         string
		explain, bad string // a line of the plan must not begin so
	}{
		"sqlite":   {openSQLite, "(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 110000) SELECT n FROM c)", "EXPLAIN QUERY PLAN ", "SCAN"},
		"postgres": {openPostgres, "generate_series(1, 110000) AS g(n)", "EXPLAIN ", "Seq Scan"},
	} {
		t.Run(name, func(t *testing.T) {
			s := e.open(t)
			db, statements := s.Statements()
			if _, err := db.ExecContext(t.Context(), fmt.Sprintf(fill, e.rows)); err != nil {
				t.Fatal(err)
			}
			plan := func(text string) []string { return explain(t, db, e.explain+strings.ReplaceAll(text, "?", "'1'")) }
			if name == "postgres" { // the plan that serves whatever the values are, as after some runs
				db.SetMaxOpenConns(1)
				plan = func(text string) []string { return generic(t, db, text) }
			}
			for what, text := range statements { // as long as no statistics tell how many rows are open
				for _, line := range plan(text) {
					if strings.HasPrefix(what, "claiming") && strings.HasPrefix(strings.TrimLeft(line, " ->"), "Sort") {
						t.Errorf("%s takes all open rows and sorts them:\n%s", what, strings.Join(plan(text), "\n"))
					}
				}
			}
			if _, err := db.ExecContext(t.Context(), "ANALYZE"); err != nil {
				t.Fatal(err)
			}
			for what, text := range statements {
				for _, line := range plan(text) {
					line = strings.TrimLeft(line, " ->")
					// The rows of "due" were chosen already; the tables epoch, stop, holding and reference have a handful of rows here; a scan of a partial index is of open rows only.
					small := strings.Contains(line, "due") || strings.Contains(line, "epoch") || strings.Contains(line, "stop k") || strings.Contains(line, "holding") || strings.Contains(line, "intake") || strings.Contains(line, "SCAN queue") || strings.Contains(line, "reference")
					if strings.HasPrefix(line, e.bad) && !strings.Contains(line, "USING") && !small {
						t.Errorf("%s: %s\n%s", what, line, strings.Join(plan(text), "\n"))
					}
				}
			}
			start := time.Now()
			const times = 20
			for range times {
				if c, err := s.ClaimEvents(t.Context(), "me", t0, time.Hour, 8); err != nil || len(c) != 8 {
					t.Fatalf("%d events, %v", len(c), err)
				}
			}
			events := time.Since(start) / times
			start = time.Now()
			for range times {
				if c, err := s.ClaimEffects(t.Context(), store.Claim{Owner: "me", Now: t0, World: t0, Lease: time.Hour, Most: 8}); err != nil || len(c) == 0 {
					t.Fatalf("%d effects, %v", len(c), err)
				}
			}
			t.Logf("claiming 8 among 100,000 ended and 10,000 open: events %v, effects %v", events, time.Since(start)/times)
		})
	}
}

// generic explains a prepared statement.
func generic(t *testing.T, db *sqlx.DB, text string) []string {
	t.Helper()
	for _, before := range []string{"SET plan_cache_mode = force_generic_plan", "PREPARE p AS " + db.Rebind(text)} {
		if _, err := db.ExecContext(t.Context(), before); err != nil {
			t.Fatalf("%s: %v", before, err)
		}
	}
	defer func() {
		if _, err := db.ExecContext(t.Context(), "DEALLOCATE p"); err != nil {
			t.Error(err)
		}
	}()
	return explain(t, db, "EXPLAIN EXECUTE p ("+strings.TrimSuffix(strings.Repeat("NULL, ", strings.Count(text, "?")), ", ")+")")
}

// explain reads a plan.
func explain(t *testing.T, db *sqlx.DB, statement string) (plan []string) {
	t.Helper()
	rows, err := db.QueryxContext(t.Context(), statement)
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	for rows.Next() {
		cols, err := rows.SliceScan()
		if err != nil {
			t.Fatal(err)
		}
		last := cols[len(cols)-1]
		if raw, ok := last.([]byte); ok {
			last = string(raw)
		}
		plan = append(plan, fmt.Sprint(last))
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	return plan
}

// t0 is a moment after every due row and before every other.
var t0 = time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC)

// A bare parameter as a limit is a hint to SQLite's planner: each new value would have the statement compiled anew, which made an idle
// Toban need three times the processor.
func TestLimitsAreNoHintsToThePlanner(t *testing.T) {
	_, statements := openSQLite(t).Statements()
	for what, text := range statements {
		if strings.Contains(text, "LIMIT ?") {
			t.Errorf("%s is compiled anew for each limit: %s", what, text)
		}
	}
}

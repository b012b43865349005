package main_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
)

// history is what the database and the replicas' logs know of a ticket's notices: what one needs when the judge found a fault.
func (k *chaos) history(ctx context.Context, tk *chaosTicket) string {
	db, err := k.records()
	if err != nil {
		return err.Error()
	}
	defer func() { _ = db.Close() }()
	var rows []struct {
		ID       int64  `db:"id"`
		Key      string `db:"effect_key"`
		Number   string `db:"number"`
		State    string `db:"state"`
		Attempt  int    `db:"attempt"`
		Halt     int    `db:"halt"`
		Made     int64  `db:"made_us"`
		First    int64  `db:"first_us"`
		Done     int64  `db:"done_us"`
		Problem  string `db:"problem"`
		RemoteID string `db:"remote_id"`
	}
	ticket := fmt.Sprintf("demo/%d", tk.id)
	if err := db.SelectContext(ctx, &rows, db.Rebind(`SELECT id, effect_key, number, state, attempt, halt, made_us, first_us, done_us, problem, remote_id
FROM outbox WHERE ticket = ? AND channel = 'backlog' ORDER BY id`), ticket); err != nil {
		return err.Error()
	}
	clock := func(us int64) string {
		if us == 0 {
			return "-"
		}
		return time.UnixMicro(us).UTC().Format(time.TimeOnly)
	}
	var b strings.Builder
	for _, r := range rows {
		fmt.Fprintf(&b, "\n  %d %s %s: %s after %d tries, halt %d; made %s, first try %s, ended %s; %s %s", r.ID, r.Number, r.Key, r.State, r.Attempt, r.Halt,
			clock(r.Made), clock(r.First), clock(r.Done), r.RemoteID, r.Problem)
	}
	for _, r := range k.rest {
		raw, err := os.ReadFile(r.log)
		if err != nil {
			fmt.Fprintf(&b, "\n  %v", err)
		}
		for line := range strings.Lines(string(raw)) {
			if strings.Contains(line, ticket) || strings.Contains(line, "/issues/"+fmt.Sprint(tk.id)) || strings.HasPrefix(line, startMark) || strings.Contains(line, "under trial") {
				fmt.Fprintf(&b, "\n  %d: %s", r.n, strings.TrimSpace(line))
			}
		}
	}
	return b.String()
}

// records opens the database beside the replicas.
func (k *chaos) records() (*sqlx.DB, error) {
	driver, source := "sqlite", "file:"+k.database()+"?_pragma=busy_timeout(10000)"
	if k.dsn != "" {
		driver, source = "postgres", k.dsn
	}
	db, err := sqlx.Open(driver, source)
	if err != nil {
		return nil, fmt.Errorf("opening the records: %w", err)
	}
	return db, nil
}

package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"

	"toban/bot"
)

// Newest is the number of the newest migration that this release knows.
func Newest() int64 {
	files, err := fs.Glob(migrations, "migrations/sqlite/*.sql")
	if err != nil || len(files) == 0 {
		return 0 // the files are a part of the program: they are there
	}
	last := files[len(files)-1]
	number, _, _ := strings.Cut(last[strings.LastIndexByte(last, '/')+1:], "_")
	n, _ := strconv.ParseInt(number, 10, 64) // a test looks at the names
	return n
}

// IsEmpty opens a database as it is and reports whether nothing was ever heard, said or decided there. One that does not exist is empty.
func IsEmpty(ctx context.Context, o Options) (empty bool, err error) {
	if o.Postgres == "" {
		if _, err := os.Stat(o.Path); errors.Is(err, os.ErrNotExist) {
			return true, nil
		}
	}
	o.AsIs, o.Lock = true, false
	s, err := Open(ctx, o)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return s.Empty(ctx)
}

// claims are sentences about the tables that hold in every database: a query that finds the rows for which one does not.
var claims = []struct{ says, query string }{
	{"a due moment belongs to a ticket, an alert or a silence", "SELECT ticket || ' ' || rule FROM timer t WHERE NOT EXISTS (SELECT 1 FROM ticket k WHERE k.id = t.ticket) AND NOT EXISTS (SELECT 1 FROM alert a WHERE a.lane = t.ticket) AND NOT EXISTS (SELECT 1 FROM silence q WHERE 'silence:' || q.id = t.ticket)"},
	{"a fact belongs to a ticket", "SELECT ticket || ' ' || fact_id FROM fact f WHERE NOT EXISTS (SELECT 1 FROM ticket k WHERE k.id = f.ticket)"},
	{"a promise belongs to a ticket", "SELECT ticket || ' ' || clock_id FROM clock c WHERE NOT EXISTS (SELECT 1 FROM ticket k WHERE k.id = c.ticket)"},
	{"what is held is held by a ticket", "SELECT ticket || ' ' || feature FROM holding h WHERE NOT EXISTS (SELECT 1 FROM ticket k WHERE k.id = h.ticket)"},
	{"a feature's state belongs to a ticket", "SELECT ticket || ' ' || feature FROM aggregate a WHERE NOT EXISTS (SELECT 1 FROM ticket k WHERE k.id = a.ticket)"},
	{"an event is open, working, done or dead", "SELECT event_key FROM inbox WHERE state NOT IN ('open', 'working', 'done', 'dead')"},
	{"an effect is open, sending, done, dead, withdrawn or superseded", "SELECT effect_key FROM outbox WHERE state NOT IN ('open', 'sending', 'done', 'dead', 'withdrawn', 'superseded')"},
	{"an effect that is done has a moment", "SELECT effect_key FROM outbox WHERE state = 'done' AND done_us = 0"},
	{"an effect belongs to an epoch that was opened", "SELECT effect_key FROM outbox WHERE epoch > (SELECT COALESCE(MAX(n), 0) FROM epoch)"},
}

// documents are the columns that hold JSON; those that may be empty hold none then.
var documents = []struct{ table, key, column string }{
	{"inbox", "event_key", "body"},
	{"intake", "event_key", "body"},
	{"outbox", "effect_key", "body"},
	{"outbox", "effect_key", "result"},
	{"ticket", "id", "body"},
	{"aggregate", "ticket", "state"},
	{"aggregate", "ticket", "panel"},
	{"fact", "fact_id", "body"},
	{"clock", "clock_id", "body"},
	{"timer", "rule", "data"},
	{"alert", "lane", "state"},
}

// mostProblems is how many rows of one kind are named.
const mostProblems = 5

// Examine looks whether what the tables hold fits together and names what does not.
func (s *Store) Examine(ctx context.Context) (problems []string, err error) {
	if s.d.name == sqliteDialect.name {
		var said []string
		if err := s.r.SelectContext(ctx, &said, "PRAGMA integrity_check"); err != nil {
			return nil, fmt.Errorf("checking the file: %w", err)
		}
		if !slices.Equal(said, []string{"ok"}) {
			problems = append(problems, "the file is broken: "+strings.Join(said[:min(len(said), mostProblems)], "; "))
		}
	}
	for _, c := range claims {
		var found []string
		if err := s.r.SelectContext(ctx, &found, c.query+" LIMIT "+strconv.Itoa(mostProblems)); err != nil {
			return nil, fmt.Errorf("checking that %s: %w", c.says, err)
		}
		if len(found) > 0 {
			problems = append(problems, fmt.Sprintf("not so: %s: %s", c.says, strings.Join(found, ", ")))
		}
	}
	more, err := s.examineRows(ctx)
	return append(problems, more...), err
}

// examineRows looks into every row, one at a time.
func (s *Store) examineRows(ctx context.Context) (problems []string, err error) {
	for _, d := range documents {
		found := 0
		err := s.each(ctx, "SELECT "+d.key+", "+d.column+" FROM "+d.table, func(key, text string) {
			if text == "" || json.Valid([]byte(text)) {
				return
			}
			if found++; found <= mostProblems {
				problems = append(problems, fmt.Sprintf("%s of %s %s is no JSON", d.column, d.table, key))
			}
		})
		if err != nil {
			return nil, err
		}
	}
	err = s.each(ctx, "SELECT effect_key, number FROM outbox", func(key, number string) {
		if number != bot.NoticeNumber(key) && len(problems) < 10*mostProblems {
			problems = append(problems, fmt.Sprintf("the number of effect %s is %s, want %s", key, number, bot.NoticeNumber(key)))
		}
	})
	return problems, err
}

// each gives the two columns of a query, row by row.
func (s *Store) each(ctx context.Context, query string, f func(a, b string)) error {
	rows, err := s.r.QueryContext(ctx, query)
	if err != nil {
		return fmt.Errorf("running %q: %w", query, err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var a, b string
		if err := rows.Scan(&a, &b); err != nil {
			return fmt.Errorf("reading %q: %w", query, err)
		}
		f(a, b)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("reading %q: %w", query, err)
	}
	return nil
}

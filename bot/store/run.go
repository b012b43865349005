package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"
)

type stmtKey struct {
	reader bool
	text   string
}

// stmt gives a prepared statement; an unprepared one costs a second round trip on PostgreSQL (ADR 0002).
func (s *Store) stmt(ctx context.Context, reader bool, text string) (*sqlx.Stmt, error) {
	key := stmtKey{reader && s.r != s.w, text}
	if v, ok := s.stmts.Load(key); ok {
		return v.(*sqlx.Stmt), nil
	}
	db := s.w
	if key.reader {
		db = s.r
	}
	st, err := db.PreparexContext(ctx, db.Rebind(text))
	if err != nil {
		return nil, fmt.Errorf("preparing %q: %w", firstWords(text), err)
	}
	if old, loaded := s.stmts.LoadOrStore(key, st); loaded {
		_ = st.Close()
		return old.(*sqlx.Stmt), nil
	}
	return st, nil
}

// work is a transaction on the writer.
type work struct {
	*sqlx.Tx
	fresh []string // statements that were not prepared yet
	idle  bool     // it found nothing to do: no place for a trial
}

// stmt gives a statement of a transaction, nil when it is not prepared yet: preparing takes a connection, and inside a transaction the
// one writer connection of SQLite is taken. It is prepared after the transaction, for the next time.
func (t *work) stmt(ctx context.Context, s *Store, text string) *sqlx.Stmt {
	if v, ok := s.stmts.Load(stmtKey{false, text}); ok {
		return t.StmtxContext(ctx, v.(*sqlx.Stmt))
	}
	t.fresh = append(t.fresh, text)
	return nil
}

// exec runs a statement in t and returns the number of rows it changed.
func (s *Store) exec(ctx context.Context, t *work, text string, args ...any) (int64, error) {
	args = clean(args)
	if st := t.stmt(ctx, s, text); st != nil {
		return counted(text)(st.ExecContext(ctx, args...))
	}
	return counted(text)(t.ExecContext(ctx, t.Rebind(text), args...))
}

// alone runs a statement that commits by itself and returns the number of rows it changed.
func (s *Store) alone(ctx context.Context, step Step, text string, args ...any) (int64, error) {
	st, err := s.stmt(ctx, false, text)
	if err != nil {
		return 0, err
	}
	s.pass(step.Before())
	n, err := counted(text)(st.ExecContext(ctx, clean(args)...))
	if err == nil {
		s.pass(step.After())
	}
	return n, err
}

func counted(text string) func(res sql.Result, err error) (int64, error) {
	return func(res sql.Result, err error) (int64, error) {
		if err != nil {
			return 0, fmt.Errorf("running %q: %w", firstWords(text), err)
		}
		n, err := res.RowsAffected()
		if err != nil {
			return 0, fmt.Errorf("counting rows of %q: %w", firstWords(text), err)
		}
		return n, nil
	}
}

// query reads rows into dest with a reader connection, or in t; in t it may be a claim (UPDATE … RETURNING), too.
func (s *Store) query(ctx context.Context, t *work, dest any, text string, args ...any) error {
	var err error
	args = clean(args)
	if t != nil {
		if st := t.stmt(ctx, s, text); st != nil {
			err = st.SelectContext(ctx, dest, args...)
		} else {
			err = t.SelectContext(ctx, dest, t.Rebind(text), args...)
		}
	} else {
		var st *sqlx.Stmt
		if st, err = s.stmt(ctx, true, text); err != nil {
			return err
		}
		err = st.SelectContext(ctx, dest, args...)
	}
	if err != nil {
		return fmt.Errorf("reading %q: %w", firstWords(text), err)
	}
	return nil
}

// write runs a claiming statement (UPDATE … RETURNING) on the writer.
func (s *Store) write(ctx context.Context, step Step, dest *[]inboxRow, text string, args ...any) error {
	st, err := s.stmt(ctx, false, text)
	if err != nil {
		return err
	}
	s.pass(step.Before())
	if err := st.SelectContext(ctx, dest, clean(args)...); err != nil {
		return fmt.Errorf("running %q: %w", firstWords(text), err)
	}
	if len(*dest) > 0 {
		s.pass(step.After())
	}
	return nil
}

// transact runs f in one transaction. When the engine ended it to let another one through, f is run again: it must set what it
// returns anew.
func (s *Store) transact(ctx context.Context, step Step, f func(t *work) error) error {
	return s.again(ctx, func() error { return s.once(ctx, step, f) })
}

// again runs f until it went through or failed for a reason of its own.
func (s *Store) again(ctx context.Context, f func() error) error {
	const tries, pause = 4, 20 * time.Millisecond
	for try := 1; ; try++ {
		err := f()
		if err == nil || try == tries || !crowded(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(time.Duration(try) * pause):
		}
	}
}

func (s *Store) once(ctx context.Context, step Step, f func(t *work) error) error {
	tx, err := s.w.BeginTxx(ctx, nil)
	if err != nil {
		return fmt.Errorf("beginning transaction: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // nothing to do after the commit; a panic must not keep the writer connection
	t := &work{Tx: tx}
	if err := f(t); err != nil {
		return err
	}
	if !t.idle {
		s.pass(step.Before())
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("committing: %w", err)
	}
	if !t.idle {
		s.pass(step.After())
	}
	for _, text := range t.fresh {
		if _, err := s.stmt(ctx, false, text); err != nil {
			s.log.DebugContext(ctx, "preparing a statement for the next time", "reason", err)
		}
	}
	return nil
}

func firstWords(text string) string {
	f := strings.Fields(text)
	return strings.Join(f[:min(len(f), 4)], " ")
}

// clean makes text fit for both engines: PostgreSQL refuses NUL and broken UTF-8, which would fail the same way at each new try.
func clean(args []any) []any {
	for i, a := range args {
		if text, ok := a.(string); ok && (!utf8.ValidString(text) || strings.IndexByte(text, 0) >= 0) {
			args[i] = cleanText(text)
		}
	}
	return args
}

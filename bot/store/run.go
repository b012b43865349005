package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"
)

// pool says through which connections a statement goes.
type pool int

const (
	writer pool = iota
	reader
	unhurried // the writer, whose commits return before the disk has them: see Step.unhurried
)

type stmtKey struct {
	pool pool
	text string
}

func (s *Store) db(p pool) *sqlx.DB {
	switch p {
	case reader:
		return s.r
	case unhurried:
		return s.u
	case writer:
	}
	return s.w
}

// same gives pools that are one and the same one name.
func (s *Store) same(p pool) pool {
	if s.db(p) == s.w {
		return writer
	}
	return p
}

func (s *Store) poolOf(step Step) pool {
	if step.unhurried() {
		return unhurried
	}
	return writer
}

// stmt gives a prepared statement; an unprepared one costs a second round trip on PostgreSQL (ADR 0002).
func (s *Store) stmt(ctx context.Context, p pool, text string) (*sqlx.Stmt, error) {
	key := stmtKey{s.same(p), text}
	if v, ok := s.stmts.Load(key); ok {
		return v.(*sqlx.Stmt), nil
	}
	db := s.db(p)
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
	pool  pool
	fresh []string // statements that were not prepared yet
	idle  bool     // it found nothing to do: no place for a trial
}

// stmt gives a statement of a transaction, nil when it is not prepared yet: preparing takes a connection, and inside a transaction the
// one writer connection of SQLite is taken. It is prepared after the transaction, for the next time.
func (t *work) stmt(ctx context.Context, s *Store, text string) *sqlx.Stmt {
	if v, ok := s.stmts.Load(stmtKey{s.same(t.pool), text}); ok {
		return t.StmtxContext(ctx, v.(*sqlx.Stmt))
	}
	t.fresh = append(t.fresh, text)
	return nil
}

// exec runs a statement in t and returns the number of rows it changed.
func (s *Store) exec(ctx context.Context, t *work, text string, args ...any) (int64, error) {
	args, ctx = clean(args), s.inside(ctx)
	if st := t.stmt(ctx, s, text); st != nil {
		return counted(text)(st.ExecContext(ctx, args...))
	}
	return counted(text)(t.ExecContext(ctx, t.Rebind(text), args...))
}

// alone runs a statement that commits by itself and returns the number of rows it changed.
func (s *Store) alone(ctx context.Context, step Step, text string, args ...any) (int64, error) {
	st, err := s.stmt(ctx, writer, text)
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

// inside is the context of a statement within a transaction. SQLite's driver would start a goroutine for each that could be ended from
// outside, and what waits for the disk can't be ended anyway.
func (s *Store) inside(ctx context.Context) context.Context {
	if s.d.name == postgresDialect.name {
		return ctx
	}
	return context.WithoutCancel(ctx)
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
		ctx = s.inside(ctx)
		if st := t.stmt(ctx, s, text); st != nil {
			err = st.SelectContext(ctx, dest, args...)
		} else {
			err = t.SelectContext(ctx, dest, t.Rebind(text), args...)
		}
	} else {
		var st *sqlx.Stmt
		if st, err = s.stmt(ctx, reader, text); err != nil {
			return err
		}
		err = st.SelectContext(ctx, dest, args...)
	}
	if err != nil {
		return fmt.Errorf("reading %q: %w", firstWords(text), err)
	}
	return nil
}

// each reads rows one after the other.
func each[T any](ctx context.Context, s *Store, text string, f func(row *T) error, args ...any) error {
	st, err := s.stmt(ctx, reader, text)
	if err != nil {
		return err
	}
	rows, err := st.QueryxContext(ctx, clean(args)...)
	if err != nil {
		return fmt.Errorf("reading %q: %w", firstWords(text), err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var row T
		if err := rows.StructScan(&row); err != nil {
			return fmt.Errorf("reading %q: %w", firstWords(text), err)
		}
		if err := f(&row); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("reading %q: %w", firstWords(text), err)
	}
	return nil
}

// claim runs a claiming statement (UPDATE … RETURNING): alone, or in a transaction where SQLite sets how that commits.
func claim[T any](ctx context.Context, s *Store, step Step, dest *[]T, text string, args ...any) error {
	p := s.poolOf(step)
	if p == unhurried && s.same(p) == writer {
		return s.transact(ctx, step, func(tx *work) error {
			*dest = nil
			some, err := s.takeIn(ctx, tx, mostIn)
			if err != nil {
				return err
			}
			err = s.query(ctx, tx, dest, text, args...)
			tx.idle = len(*dest) == 0 && !some
			return err
		})
	}
	st, err := s.stmt(ctx, p, text)
	if err != nil {
		return err
	}
	args = clean(args)
	return s.again(ctx, func() error {
		*dest = nil
		s.pass(step.Before())
		if err := st.SelectContext(ctx, dest, args...); err != nil {
			return fmt.Errorf("running %q: %w", firstWords(text), err)
		}
		if len(*dest) > 0 {
			s.pass(step.After())
		}
		return nil
	})
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
	t, end, err := s.begin(ctx, step)
	if err != nil {
		return fmt.Errorf("beginning transaction: %w", err)
	}
	if err := s.within(step, t, end, f); err != nil {
		return err
	}
	for _, text := range t.fresh {
		if _, err := s.stmt(ctx, t.pool, text); err != nil {
			s.log.DebugContext(ctx, "preparing a statement for the next time", "reason", err)
		}
	}
	return nil
}

func (s *Store) within(step Step, t *work, end func(), f func(t *work) error) error {
	defer end()
	defer func() { _ = t.Rollback() }() // nothing to do after the commit; a panic must not keep the writer connection
	if err := f(t); err != nil {
		return err
	}
	if !t.idle {
		s.pass(step.Before())
	}
	if err := t.Commit(); err != nil {
		return fmt.Errorf("committing: %w", err)
	}
	if !t.idle {
		s.pass(step.After())
	}
	return nil
}

// begin begins a transaction; end is called behind it.
func (s *Store) begin(ctx context.Context, step Step) (t *work, end func(), err error) {
	p := s.poolOf(step)
	if p != unhurried || s.same(p) == unhurried {
		tx, err := s.db(p).BeginTxx(ctx, nil)
		return &work{Tx: tx, pool: p}, func() {}, err
	}
	// SQLite has one writer, whose way of committing is changed for this one transaction.
	conn, err := s.w.Connx(ctx)
	if err != nil {
		return nil, nil, err
	}
	end = func() {
		if _, err := conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA synchronous = FULL"); err != nil {
			_ = conn.Raw(func(any) error { return driver.ErrBadConn }) // nobody gets it again
		}
		_ = conn.Close()
	}
	if _, err := conn.ExecContext(ctx, "PRAGMA synchronous = NORMAL"); err != nil {
		end()
		return nil, nil, err
	}
	tx, err := conn.BeginTxx(ctx, nil)
	if err != nil {
		end()
		return nil, nil, err
	}
	return &work{Tx: tx, pool: p}, end, nil
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

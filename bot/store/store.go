package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

// ErrConflict says that another worker changed the ticket in the meantime: decide again from what is there now.
var ErrConflict = errors.New("the ticket changed in the meantime")

// ErrFenced says that the row was claimed by somebody else in the meantime: what this worker did must not be written.
var ErrFenced = errors.New("the claim was lost to another worker")

// ErrNotFound says that there is no such row.
var ErrNotFound = errors.New("not found")

// Options says which database to open.
type Options struct {
	Path     string // SQLite file; used when Postgres is empty
	Postgres string // lib/pq DSN with sslmode set
	Lock     bool   // hold the exclusive lock of the process that works the queues (SQLite)
	Logger   *slog.Logger
}

// Store is an open database.
type Store struct {
	d      dialect
	w, r   *sqlx.DB
	unlock func() error
	stmts  sync.Map // rebound statement by text and pool
	log    *slog.Logger
	epoch  int64
}

// Open opens the database, brings its tables up to date and returns it. A second process on one SQLite file is refused.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Store{log: o.Logger, unlock: func() error { return nil }}
	var err error
	if o.Postgres != "" {
		err = s.openPostgres(o)
	} else {
		err = s.openSQLite(o)
	}
	if err != nil {
		return nil, err
	}
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.w.GetContext(ctx, &s.epoch, "SELECT COALESCE(MAX(n), 0) FROM epoch"); err != nil {
		return nil, errors.Join(fmt.Errorf("reading epoch: %w", err), s.Close())
	}
	return s, nil
}

func (s *Store) openPostgres(o Options) error {
	s.d = postgresDialect
	db, err := sqlx.Open("postgres", o.Postgres)
	if err != nil {
		return fmt.Errorf("opening PostgreSQL: %w", err)
	}
	db.SetMaxOpenConns(16)
	db.SetMaxIdleConns(16)
	s.w, s.r = db, db
	return nil
}

func (s *Store) openSQLite(o Options) error {
	s.d = sqliteDialect
	path, err := filepath.Abs(o.Path)
	if err != nil || o.Path == "" {
		return fmt.Errorf("opening SQLite file %q: want a path", o.Path)
	}
	if o.Lock {
		if s.unlock, err = lockFile(path + ".lock"); err != nil {
			return err
		}
	}
	pragmas := "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)"
	if s.w, err = sqlx.Open("sqlite", "file:"+path+pragmas+"&_txlock=immediate"); err != nil {
		return errors.Join(fmt.Errorf("opening SQLite file %s: %w", path, err), s.unlock())
	}
	s.w.SetMaxOpenConns(1)
	if s.r, err = sqlx.Open("sqlite", "file:"+path+pragmas+"&_pragma=query_only(1)"); err != nil {
		return errors.Join(fmt.Errorf("opening SQLite file %s: %w", path, err), s.w.Close(), s.unlock())
	}
	s.r.SetMaxOpenConns(4)
	s.r.SetMaxIdleConns(4)
	return nil
}

func (s *Store) migrate(ctx context.Context) error {
	sub, err := fs.Sub(migrations, "migrations/"+s.d.name)
	if err != nil {
		return fmt.Errorf("reading migrations: %w", err)
	}
	dia := goose.DialectSQLite3
	var opts []goose.ProviderOption
	if s.d.name == "postgres" {
		dia = goose.DialectPostgres
		// Without the locker 1 of 6 replicas that start at once on an empty database failed (ADR 0002).
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return fmt.Errorf("making migration lock: %w", err)
		}
		opts = append(opts, goose.WithSessionLocker(locker))
	}
	p, err := goose.NewProvider(dia, s.w.DB, sub, opts...)
	if err != nil {
		return fmt.Errorf("reading migrations: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bringing the database up to date: %w", err)
	}
	return nil
}

// Close closes the database and gives the lock back.
func (s *Store) Close() error {
	var errs []error
	s.stmts.Range(func(_, v any) bool {
		errs = append(errs, v.(*sqlx.Stmt).Close())
		return true
	})
	if s.r != nil && s.r != s.w {
		errs = append(errs, s.r.Close())
	}
	if s.w != nil {
		errs = append(errs, s.w.Close())
	}
	return errors.Join(append(errs, s.unlock())...)
}

// Ping checks that the database takes writes.
func (s *Store) Ping(ctx context.Context) error {
	_, err := s.exec(ctx, nil, "UPDATE cursor SET value = value WHERE name = ?", "ping")
	if err != nil {
		return fmt.Errorf("writing to the database: %w", err)
	}
	return nil
}

type stmtKey struct {
	reader bool
	text   string
}

// stmt gives a prepared statement; an unprepared one costs a second round trip on PostgreSQL (ADR 0002).
func (s *Store) stmt(ctx context.Context, reader bool, text string) (*sqlx.Stmt, error) {
	key := stmtKey{reader, text}
	if v, ok := s.stmts.Load(key); ok {
		return v.(*sqlx.Stmt), nil
	}
	db := s.w
	if reader {
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

// exec runs a statement in tx, or alone when tx is nil, and returns the number of rows it changed.
func (s *Store) exec(ctx context.Context, tx *sqlx.Tx, text string, args ...any) (int64, error) {
	var res sql.Result
	var err error
	if tx != nil {
		// Inside a transaction the one writer connection of SQLite is taken: prepare on the transaction itself.
		res, err = tx.ExecContext(ctx, tx.Rebind(text), args...)
	} else {
		var st *sqlx.Stmt
		if st, err = s.stmt(ctx, false, text); err != nil {
			return 0, err
		}
		res, err = st.ExecContext(ctx, args...)
	}
	if err != nil {
		return 0, fmt.Errorf("running %q: %w", firstWords(text), err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return 0, fmt.Errorf("counting rows of %q: %w", firstWords(text), err)
	}
	return n, nil
}

// query reads rows into dest with a reader connection, or in tx.
func (s *Store) query(ctx context.Context, tx *sqlx.Tx, dest any, text string, args ...any) error {
	var err error
	if tx != nil {
		err = tx.SelectContext(ctx, dest, tx.Rebind(text), args...)
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
func (s *Store) write(ctx context.Context, dest any, text string, args ...any) error {
	st, err := s.stmt(ctx, false, text)
	if err != nil {
		return err
	}
	if err := st.SelectContext(ctx, dest, args...); err != nil {
		return fmt.Errorf("running %q: %w", firstWords(text), err)
	}
	return nil
}

// transact runs f in one transaction.
func (s *Store) transact(ctx context.Context, f func(tx *sqlx.Tx) error) (err error) {
	tx, err := s.w.BeginTxx(ctx, nil)
	if err != nil {
		return fmt.Errorf("beginning transaction: %w", err)
	}
	defer func() {
		if err != nil {
			_ = tx.Rollback()
		}
	}()
	if err = f(tx); err != nil {
		return err
	}
	if err = tx.Commit(); err != nil {
		return fmt.Errorf("committing: %w", err)
	}
	return nil
}

func firstWords(text string) string {
	f := strings.Fields(text)
	return strings.Join(f[:min(len(f), 4)], " ")
}

func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func instant(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

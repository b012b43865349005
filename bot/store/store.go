package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"toban/bot"
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
	Path     string             // SQLite file; used when Postgres is empty
	Postgres string             // lib/pq DSN with sslmode set
	Lock     bool               // hold the exclusive lock of the process that works the queues (SQLite)
	AsIs     bool               // leave the tables as they are instead of bringing them up to date
	Machine  func() time.Time   // machine time, from which a dead owner's leases are cut short; time.Now when nil
	Trial    func(point string) // called at the points around each durable write, see [Step]; nil but in trials
	Logger   *slog.Logger
}

// Store is an open database.
type Store struct {
	d         dialect
	w, r      *sqlx.DB
	u         *sqlx.DB // the writer for steps that are unhurried
	unlock    func() error
	connector connector // PostgreSQL's
	mark      string    // SQLite: the file that tells how far the history went; "" where another process works the queues
	history   string    // SQLite
	stmts     sync.Map  // rebound statement by text and pool
	log       *slog.Logger

	journalled atomic.Bool // this process may have left something in the journal

	arrivals    gather[bot.Event]
	decisions   gather[leaf]
	endings     gather[ending]
	sights      gather[*sight]
	loads       gather[*loading]
	firstSights gather[string]
	trial       func(point string)

	seeOne, seeAll string // statements
	heldBodies     *bodies
	spare          buffers
}

// Open opens the database, brings its tables up to date and returns it. A second process on one SQLite file is refused.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Machine == nil {
		o.Machine = time.Now //nolint:forbidigo // the default of a machine clock that callers may replace
	}
	s := &Store{log: o.Logger, trial: o.Trial, unlock: func() error { return nil }, heldBodies: &bodies{}}
	s.arrivals.write, s.decisions.write, s.endings.write = s.acceptTogether, s.commitTogether, s.endTogether
	s.sights.write, s.loads.write, s.firstSights.write = s.seeTogether, s.loadTogether, s.beginStates
	var err error
	if o.Postgres != "" {
		err = s.openPostgres(o)
	} else {
		err = s.openSQLite(o)
	}
	if err != nil {
		return nil, err
	}
	s.journalled.Store(o.Postgres == "") // a dead process may have left something there
	s.seeOne, s.seeAll = sightStatements(s.d)
	if !o.AsIs {
		if err := s.migrate(ctx, newest); err != nil {
			return nil, errors.Join(err, s.Close())
		}
		if err := s.keepLineage(ctx, o.Machine()); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	if o.Lock && o.Postgres == "" {
		if err := s.takeOver(ctx, o.Machine()); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	return s, nil
}

func (s *Store) openPostgres(o Options) error {
	s.d = postgresDialect
	const most, mostUnhurried = 12, 4
	c, err := newConnector(o.Postgres, o.Logger)
	if err != nil {
		return err
	}
	open := func(c connector, most int) *sqlx.DB {
		db := sqlx.NewDb(sql.OpenDB(c), "postgres")
		db.SetMaxOpenConns(most)
		db.SetMaxIdleConns(most)
		return db
	}
	s.connector, s.w = c, open(c, most)
	s.r, s.u = s.w, open(c.unhurried(), mostUnhurried)
	s.arrivals.most, s.decisions.most, s.endings.most = gatherPostgres, gatherDecisions, gatherPostgres
	s.sights.most, s.loads.most, s.firstSights.most = gatherReads, gatherReads, 1
	return nil
}

func (s *Store) openSQLite(o Options) error {
	s.d = sqliteDialect
	path, err := realPath(o.Path)
	if err != nil {
		return err
	}
	if o.Lock {
		if s.unlock, err = lockFile(path + ".lock"); err != nil {
			return err
		}
		s.mark = path + ".mark"
	}
	// A path may hold what an address gives a meaning to: "?", "#", "%".
	uri := "file:" + (&url.URL{Path: path}).EscapedPath()
	pragmas := "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)"
	if s.w, err = sqlx.Open("sqlite", uri+pragmas+"&_txlock=immediate"); err != nil {
		return errors.Join(fmt.Errorf("opening SQLite file %s: %w", path, err), s.unlock())
	}
	s.w.SetMaxOpenConns(1)
	s.u = s.w
	s.arrivals.most, s.decisions.most, s.endings.most = 1, 1, 1
	s.sights.most, s.loads.most, s.firstSights.most = sqliteReaders, sqliteReaders, 1
	if s.r, err = sqlx.Open("sqlite", uri+pragmas+"&_pragma=query_only(1)"); err != nil {
		return errors.Join(fmt.Errorf("opening SQLite file %s: %w", path, err), s.w.Close(), s.unlock())
	}
	s.r.SetMaxOpenConns(sqliteReaders)
	s.r.SetMaxIdleConns(sqliteReaders)
	return nil
}

// sqliteReaders is how many connections read.
const sqliteReaders = 4

// newest asks migrate for every migration.
const newest = 0

// migrate brings the tables to a version.
func (s *Store) migrate(ctx context.Context, version int64) error {
	sub, err := fs.Sub(migrations, "migrations/"+s.d.name)
	if err != nil {
		return fmt.Errorf("reading migrations: %w", err)
	}
	dia := goose.DialectSQLite3
	var opts []goose.ProviderOption
	if s.d.name == "postgres" {
		dia = goose.DialectPostgres
		// Without the locker 1 of 6 replicas that start at once on an empty database failed (ADR 0002).
		// It looks every five seconds unless told otherwise, which several replicas would wait for one after the other.
		const every, tries = 1, 300
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(every, tries))
		if err != nil {
			return fmt.Errorf("making migration lock: %w", err)
		}
		opts = append(opts, goose.WithSessionLocker(locker))
	}
	p, err := goose.NewProvider(dia, s.w.DB, sub, opts...)
	if err != nil {
		return fmt.Errorf("reading migrations: %w", err)
	}
	if version == newest {
		_, err = p.Up(ctx)
	} else {
		_, err = p.UpTo(ctx, version)
	}
	if err != nil {
		return fmt.Errorf("bringing the database up to date: %w", err)
	}
	return nil
}

// Close closes the database and gives the lock back.
func (s *Store) Close() error {
	var errs []error
	s.stmts.Range(func(_, v any) bool {
		_ = v.(*sqlx.Stmt).Close() // it ends with its connection, which may have ended already
		return true
	})
	for _, db := range []*sqlx.DB{s.r, s.u, s.w} {
		if db == nil {
			continue // it was not opened
		}
		// What a broken connection to a server says at its end is no news; a file has to be closed well. A second end does nothing.
		if err := db.Close(); err != nil && !s.Shared() {
			errs = append(errs, err)
		}
	}
	return errors.Join(append(errs, s.unlock())...)
}

// Ping checks that the database takes writes: it makes one.
func (s *Store) Ping(ctx context.Context) error {
	_, err := s.alone(ctx, stepPing, "INSERT INTO cursor (name, value) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = cursor.value + 1", "ping")
	if err != nil {
		return fmt.Errorf("writing to the database: %w", err)
	}
	return nil
}

// realPath is the one name of a database file, so that two names of it find the same lock.
func realPath(path string) (string, error) {
	if path == "" {
		return "", errors.New("opening SQLite file: want a path")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("opening SQLite file: %w", err)
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real, nil
	}
	// The file is yet to be made; its folder is there.
	dir, err := filepath.EvalSymlinks(filepath.Dir(path))
	if err != nil {
		return "", fmt.Errorf("opening SQLite file: %w", err)
	}
	return filepath.Join(dir, filepath.Base(path)), nil
}

func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// microsNotBefore is the first stored instant that is not before t: what is due at t must not come a fraction of a microsecond early, since
// a feature that finds its moment not come yet would set it again for the same microsecond, or leave it alone for good.
func microsNotBefore(t time.Time) int64 {
	us := micros(t)
	if !t.IsZero() && t.After(instant(us)) {
		us++
	}
	return us
}

func instant(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
)

// ErrNotEmpty says that a database holds something that a restore would take away.
var ErrNotEmpty = errors.New("the database is not empty")

// Scratch is a database that is filled beside the one of its options, where nobody sees it: another file, or another schema of the same
// PostgreSQL. Install puts it in that one's place at once and whole. A crash leaves the old database as it was; the next scratch takes
// away what the crash left behind.
type Scratch struct {
	*Store
	o      Options
	path   string // SQLite: the file to take the place of
	name   string // SQLite: the scratch's own file; PostgreSQL: its schema
	target string // PostgreSQL: the schema to take the place of
	admin  *sqlx.DB
	held   *sqlx.Conn // PostgreSQL: holds the lock against a second scratch
}

// NewScratch makes an empty database with the tables of a schema version beside the one of o. With drill it can't be installed, and it
// may stand beside a working Toban; without, nobody else may work on the database.
func NewScratch(ctx context.Context, o Options, schema int64, drill bool) (*Scratch, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	c := &Scratch{o: o}
	var err error
	if o.Postgres != "" {
		err = c.openPostgres(ctx, drill)
	} else {
		err = c.openSQLite(drill)
	}
	if err != nil {
		return nil, errors.Join(err, c.Discard(ctx))
	}
	if err := c.Store.migrate(ctx, schema); err != nil {
		return nil, errors.Join(err, c.Discard(ctx))
	}
	return c, nil
}

// BringUpToDate runs the migrations that are newer than the backup.
func (c *Scratch) BringUpToDate(ctx context.Context) error { return c.Store.migrate(ctx, newest) }

func (c *Scratch) openSQLite(drill bool) (err error) {
	if c.path, err = realPath(c.o.Path); err != nil {
		return err
	}
	c.name = c.path + ".restoring"
	locked := c.path
	if drill {
		c.name = c.path + ".drill"
		locked = c.name
	}
	c.Store = &Store{log: c.o.Logger, trial: c.o.Trial, unlock: func() error { return nil }}
	unlock, err := lockFile(locked + ".lock")
	if err != nil {
		c.Store, c.name = nil, "" // it is somebody else's
		return err
	}
	if err := removeDatabase(c.name); err != nil {
		return errors.Join(err, unlock())
	}
	err = c.Store.openSQLite(Options{Path: c.name})
	c.Store.unlock = unlock
	return err
}

// removeDatabase removes a SQLite file with what belongs to it.
func removeDatabase(path string) error {
	for _, end := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(path + end); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("removing a database: %w", err)
		}
	}
	return nil
}

// Discard takes the scratch away, if it is not in its place, and closes it.
func (c *Scratch) Discard(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx) // whatever ended the work, what it left behind goes
	var errs []error
	if c.Store != nil {
		unlock := c.Store.unlock
		c.Store.unlock = func() error { return nil }
		errs = append(errs, c.Store.Close())
		if c.path != "" && c.name != "" {
			errs = append(errs, removeDatabase(c.name))
			if strings.HasSuffix(c.name, ".drill") {
				errs = append(errs, os.Remove(c.name+".lock"))
			}
		}
		errs = append(errs, unlock())
		c.Store = nil
	}
	return errors.Join(append(errs, c.discardPostgres(ctx))...)
}

// Install puts the scratch in the place of the database, which must be empty or is kept aside with replace; stamp makes the name of
// what is kept. The database is closed then.
func (c *Scratch) Install(ctx context.Context, replace bool, stamp time.Time) (aside string, err error) {
	suffix := stamp.UTC().Format("20060102T150405Z")
	if c.o.Postgres != "" {
		aside, err = c.installPostgres(ctx, replace, "toban_replaced_"+strings.ToLower(suffix))
	} else {
		aside, err = c.installSQLite(ctx, replace, c.path+".replaced-"+suffix)
	}
	return aside, errors.Join(err, c.Discard(ctx))
}

func (c *Scratch) installSQLite(ctx context.Context, replace bool, aside string) (string, error) {
	if err := settle(ctx, c.Store); err != nil {
		return "", err
	}
	unlock := c.Store.unlock
	c.Store.unlock = func() error { return nil }
	defer func() { c.Store.unlock = unlock }()
	if err := c.Store.Close(); err != nil {
		return "", err
	}
	if err := syncPath(c.name); err != nil {
		return "", err
	}
	const private = 0o600
	mode := os.FileMode(private)
	info, err := os.Stat(c.path)
	if err == nil {
		mode = info.Mode().Perm()
		empty, err := c.settleOld(ctx)
		if err != nil {
			return "", err
		}
		switch {
		case empty:
			aside = ""
		case !replace:
			return "", ErrNotEmpty
		default:
			// The old one has both names for a moment: at no time is there no database.
			if err := os.Link(c.path, aside); err != nil {
				return "", fmt.Errorf("keeping the old database aside: %w", err)
			}
		}
	} else {
		aside = ""
	}
	// What belongs to the old file was written into it; nothing of it may meet the new one.
	for _, end := range []string{"-wal", "-shm"} {
		if err := os.Remove(c.path + end); err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", fmt.Errorf("removing %s of the old database: %w", end, err)
		}
	}
	if err := os.Chmod(c.name, mode); err != nil {
		return "", fmt.Errorf("giving the restored database its rights: %w", err)
	}
	if err := os.Rename(c.name, c.path); err != nil {
		return "", fmt.Errorf("putting the restored database in its place: %w", err)
	}
	return aside, syncPath(filepath.Dir(c.path))
}

// settleOld writes what is in the old database's log into its file and reports whether it holds anything.
func (c *Scratch) settleOld(ctx context.Context) (empty bool, err error) {
	old, err := Open(ctx, Options{Path: c.path, AsIs: true, Logger: c.o.Logger})
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, old.Close()) }()
	if empty, err = old.Empty(ctx); err != nil {
		return false, fmt.Errorf("reading the old database (if it is broken, move it away and restore again): %w", err)
	}
	return empty, settle(ctx, old)
}

// settle writes the log of a SQLite database into its file, whole.
func settle(ctx context.Context, s *Store) error {
	var rows []struct {
		Busy int64 `db:"busy"`
		Log  int64 `db:"log"`
		Done int64 `db:"checkpointed"`
	}
	if err := s.w.SelectContext(ctx, &rows, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		return fmt.Errorf("writing the log of the database into its file: %w", err)
	}
	if len(rows) == 1 && rows[0].Busy != 0 {
		return errors.New("writing the log of the database into its file: another process reads it; end that first")
	}
	return nil
}

// syncPath has a file or folder written to the disk.
func syncPath(path string) error {
	f, err := os.Open(path) //nolint:gosec // the operator's own database path
	if err != nil {
		return fmt.Errorf("opening %s: %w", path, err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("writing %s to the disk: %w", path, err)
	}
	return nil
}

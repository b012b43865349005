package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Schemas of a scratch on PostgreSQL.
const (
	restoreSchema = "toban_restoring"
	drillSchema   = "toban_drill"
)

// lock keeps other restores away as long as the connection lives. That of a process that was killed lives on until PostgreSQL has noticed, which takes
// a moment, longer on a busy machine.
func (c *Scratch) lock(ctx context.Context, name string) error {
	const limit, pause = 10 * time.Second, 100 * time.Millisecond
	enough := time.After(limit)
	for {
		var alone bool
		if err := c.held.GetContext(ctx, &alone, "SELECT pg_try_advisory_lock(hashtext($1))", name); err != nil {
			return fmt.Errorf("taking the lock of the restore: %w", err)
		}
		if alone {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-enough:
			return errors.New("another restore or drill works on this database: wait for its end")
		case <-time.After(pause):
		}
	}
}

func (c *Scratch) openPostgres(ctx context.Context, drill bool) (err error) {
	if c.admin, err = sqlx.Open("postgres", c.o.Postgres); err != nil {
		return fmt.Errorf("opening PostgreSQL: %w", err)
	}
	name := restoreSchema
	if drill {
		name = drillSchema
	}
	if err := c.admin.GetContext(ctx, &c.target, "SELECT current_schema()"); err != nil {
		return fmt.Errorf("asking PostgreSQL for the schema of the tables: %w", err)
	}
	if name = c.target + "_" + name; len(name) > 63 {
		name = name[len(name)-63:]
	}
	if c.held, err = c.admin.Connx(ctx); err != nil {
		return fmt.Errorf("connecting to PostgreSQL: %w", err)
	}
	if err := c.lock(ctx, name); err != nil {
		return err
	}
	if _, err := c.admin.ExecContext(ctx, "DROP SCHEMA IF EXISTS "+quoted(name)+" CASCADE"); err != nil {
		return fmt.Errorf("removing what an earlier restore left behind: %w", err)
	}
	if _, err := c.admin.ExecContext(ctx, "CREATE SCHEMA "+quoted(name)); err != nil {
		return fmt.Errorf("making a schema to restore into (this user needs the right CREATE on the database): %w", err)
	}
	c.name = name
	cfg, err := pq.NewConfig(c.o.Postgres)
	if err != nil {
		return errAddress
	}
	if cfg.Runtime == nil {
		cfg.Runtime = map[string]string{}
	}
	cfg.Runtime["search_path"] = quoted(name)
	connector, err := pq.NewConnectorConfig(cfg)
	if err != nil {
		return fmt.Errorf("opening PostgreSQL: %w", err)
	}
	c.Store = &Store{log: c.o.Logger, trial: c.o.Trial, unlock: func() error { return nil }, d: postgresDialect}
	db := openConnector(connector)
	c.Store.w, c.Store.r = db, db
	return nil
}

func (c *Scratch) discardPostgres(ctx context.Context) error {
	var errs []error
	if c.admin != nil {
		if c.name != "" {
			_, err := c.admin.ExecContext(ctx, "DROP SCHEMA IF EXISTS "+quoted(c.name)+" CASCADE")
			errs = append(errs, err)
		}
		if c.held != nil {
			// Said in words: the server notices the end of a connection only some time after it, and the next restore may begin before.
			_, err := c.held.ExecContext(ctx, "SELECT pg_advisory_unlock_all()")
			errs = append(errs, err, c.held.Close())
		}
		errs = append(errs, c.admin.Close())
		c.admin = nil
	}
	return errors.Join(errs...)
}

// installPostgres moves the tables between the schemas in one transaction.
func (c *Scratch) installPostgres(ctx context.Context, replace bool, aside string) (string, error) {
	empty := true
	err := c.swap(ctx, func(tx *sqlx.Tx) error {
		fresh, err := namesIn(ctx, tx, c.name)
		if err != nil {
			return err
		}
		present, err := namesIn(ctx, tx, c.target)
		if err != nil {
			return err
		}
		old := both(present, fresh)
		if empty, err = lockOld(ctx, tx, c.target, old); err != nil {
			return err
		}
		if !empty && !replace {
			return ErrNotEmpty
		}
		var steps []string
		if !empty {
			steps = append(steps, "CREATE SCHEMA "+quoted(aside))
		}
		for _, t := range old {
			name := quoted(c.target) + "." + quoted(t)
			if empty {
				steps = append(steps, "DROP TABLE "+name)
			} else {
				steps = append(steps, "ALTER TABLE "+name+" SET SCHEMA "+quoted(aside))
			}
		}
		for _, t := range fresh {
			steps = append(steps, "ALTER TABLE "+quoted(c.name)+"."+quoted(t)+" SET SCHEMA "+quoted(c.target))
		}
		for _, text := range append(steps, "DROP SCHEMA "+quoted(c.name)) {
			if _, err := tx.ExecContext(ctx, text); err != nil {
				return fmt.Errorf("running %q: %w", text, err)
			}
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	if empty {
		return "", nil
	}
	return aside, nil
}

func (c *Scratch) swap(ctx context.Context, f func(tx *sqlx.Tx) error) error {
	tx, err := c.admin.BeginTxx(ctx, nil)
	if err != nil {
		return fmt.Errorf("beginning to put the restored tables in their place: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, "SET LOCAL lock_timeout = '10s'"); err != nil {
		return fmt.Errorf("limiting the wait for locks: %w", err)
	}
	if err := f(tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("committing the restored tables: %w", err)
	}
	return nil
}

func namesIn(ctx context.Context, tx *sqlx.Tx, schema string) ([]string, error) {
	var names []string
	err := tx.SelectContext(ctx, &names, `SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relkind = 'r' ORDER BY c.relname`, schema)
	if err != nil {
		return nil, fmt.Errorf("listing the tables of schema %s: %w", schema, err)
	}
	return names, nil
}

// both are the names of a that stand in b, too.
func both(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(name string) bool { return !slices.Contains(b, name) })
}

// lockOld keeps everybody out of the old tables and reports whether they hold anything.
func lockOld(ctx context.Context, tx *sqlx.Tx, schema string, names []string) (empty bool, err error) {
	for _, name := range names {
		if _, err := tx.ExecContext(ctx, "LOCK TABLE "+quoted(schema)+"."+quoted(name)+" IN ACCESS EXCLUSIVE MODE"); err != nil {
			return false, fmt.Errorf("locking the old table %s (is a Toban still at work?): %w", name, err)
		}
	}
	for _, name := range both(names, telling) {
		var found []int64
		if err := tx.SelectContext(ctx, &found, "SELECT 1 FROM "+quoted(schema)+"."+quoted(name)+" LIMIT 1"); err != nil {
			return false, fmt.Errorf("looking into table %s: %w", name, err)
		}
		if len(found) > 0 {
			return false, nil
		}
	}
	return true, nil
}

// openConnector is sqlx.Open for a connector.
func openConnector(c *pq.Connector) *sqlx.DB {
	const most = 8
	db := sqlx.NewDb(sql.OpenDB(c), "postgres")
	db.SetMaxOpenConns(most)
	return db
}

// Busy is the end of the longest lease that somebody holds at machine time now; the zero time when nobody works here.
func (s *Store) Busy(ctx context.Context, now time.Time) (until time.Time, err error) {
	names, err := s.tableNames(ctx, s.r)
	if err != nil || !slices.Contains(names, "lease") {
		return time.Time{}, err
	}
	var us []int64
	if err := s.query(ctx, nil, &us, "SELECT COALESCE(MAX(until_us), 0) FROM lease WHERE until_us > ?", micros(now)); err != nil {
		return time.Time{}, err
	}
	return instant(us[0]), nil
}

package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
)

// Restoring is what Fill is told of the backup.
type Restoring struct {
	Tables []Table                                        // what the backup holds
	Rows   func(add func(t Table, row []any) error) error // gives every row, table after table
	Verify func(ctx context.Context, now *Snapshot) error // looks at what was written, before anything else is; may be nil
	Epoch  time.Time                                      // world time of a new epoch; the zero time opens none
	From   time.Time                                      // world time at which the backup was made
}

// restoredFrom is the cursor that holds the moment of the backup which the database was restored from, in microseconds.
const restoredFrom = "restored.from"

// Fill writes a backup into a database without rows, and opens the new epoch, all in one transaction: effects are looked for before
// their first try from the first moment on.
func (s *Store) Fill(ctx context.Context, r Restoring) error {
	tx, err := s.w.BeginTxx(ctx, nil)
	if err != nil {
		return fmt.Errorf("beginning to restore: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // nothing to do after the commit
	have, err := s.tables(ctx, tx)
	if err != nil {
		return err
	}
	if err := sameTables(r.Tables, have); err != nil {
		return err
	}
	f := &filling{s: s, ctx: ctx, tx: tx}
	if err := errors.Join(r.Rows(f.add), f.end()); err != nil {
		return err
	}
	for _, t := range r.Tables {
		if err := s.setCounter(ctx, tx, t); err != nil {
			return err
		}
	}
	if r.Verify != nil {
		now, err := s.snapshot(ctx, tx)
		if err != nil {
			return err
		}
		if err := r.Verify(ctx, now); err != nil {
			return err
		}
	}
	t := &work{Tx: tx}
	if slices.ContainsFunc(r.Tables, func(t Table) bool { return t.Name == "intake" }) { // a journal of SQLite, on any engine
		if err := s.takeUpTo(ctx, t, allIn); err != nil {
			return err
		}
	}
	if !r.Epoch.IsZero() {
		if err := s.openEpoch(ctx, t, r.Epoch); err != nil {
			return err
		}
		if err := s.setCursor(ctx, t, restoredFrom, micros(r.From)); err != nil {
			return err
		}
	}
	s.pass(stepRestore.Before())
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("committing what was restored: %w", err)
	}
	s.pass(stepRestore.After())
	return nil
}

// setCursor sets a cursor, also back.
func (s *Store) setCursor(ctx context.Context, tx *work, name string, value int64) error {
	_, err := s.exec(ctx, tx, "INSERT INTO cursor (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value)
	return err
}

// RestoredFrom is the moment of the backup which the database was restored from; ok is false when it never was.
func (s *Store) RestoredFrom(ctx context.Context) (at time.Time, ok bool, err error) {
	us, ok, err := s.Cursor(ctx, restoredFrom)
	return instant(us), ok && us > 0, err
}

// sameTables compares what a backup holds with what a database of its schema has.
func sameTables(backup, have []Table) error {
	byName := map[string]Table{}
	for _, t := range have {
		byName[t.Name] = t
	}
	for _, t := range backup {
		h, ok := byName[t.Name]
		if !ok {
			return fmt.Errorf("comparing the backup with its schema: it holds a table %s, which that schema has not", t.Name)
		}
		if len(h.Columns) != len(t.Columns) {
			return fmt.Errorf("comparing the backup with its schema: table %s has %d columns, want %d", t.Name, len(t.Columns), len(h.Columns))
		}
		for i, c := range t.Columns {
			if h.Columns[i] != c {
				return fmt.Errorf("comparing the backup with its schema: column %d of table %s is %s %s, want %s %s", i+1, t.Name, c.Name, c.Type, h.Columns[i].Name, h.Columns[i].Type)
			}
		}
		delete(byName, t.Name)
	}
	for _, name := range transient {
		delete(byName, name)
	}
	for name := range byName {
		return fmt.Errorf("comparing the backup with its schema: it lacks table %s", name)
	}
	return nil
}

// filling writes rows with one prepared statement a table: COPY on PostgreSQL, an insert on SQLite.
type filling struct {
	s     *Store
	ctx   context.Context //nolint:containedctx // it lives as long as one call of Fill
	tx    *sqlx.Tx
	table string
	stmt  *sqlx.Stmt
}

func (f *filling) add(t Table, row []any) error {
	if f.stmt == nil || f.table != t.Name {
		if err := f.end(); err != nil {
			return err
		}
		if err := f.begin(t); err != nil {
			return err
		}
	}
	if _, err := f.stmt.ExecContext(f.ctx, row...); err != nil {
		return fmt.Errorf("writing a row of table %s: %w", t.Name, err)
	}
	return nil
}

func (f *filling) begin(t Table) error {
	text := "INSERT INTO " + quoted(t.Name) + " (" + t.columnList() + ") VALUES (" + strings.Repeat("?, ", len(t.Columns)-1) + "?)"
	if f.s.d.name == postgresDialect.name {
		text = "COPY " + quoted(t.Name) + " (" + t.columnList() + ") FROM STDIN"
	}
	var err error
	if f.stmt, err = f.tx.PreparexContext(f.ctx, text); err != nil {
		return fmt.Errorf("beginning to write table %s: %w", t.Name, err)
	}
	f.table = t.Name
	return nil
}

// end ends the statement of a table; a COPY tells its errors only then.
func (f *filling) end() error {
	if f.stmt == nil {
		return nil
	}
	var err error
	if f.s.d.name == postgresDialect.name {
		_, err = f.stmt.ExecContext(f.ctx)
	}
	err = errors.Join(err, f.stmt.Close())
	f.stmt = nil
	if err != nil {
		return fmt.Errorf("writing table %s: %w", f.table, err)
	}
	return nil
}

// setCounter lets a table's own numbers go on where they were, so that no number is given twice.
func (s *Store) setCounter(ctx context.Context, tx *sqlx.Tx, t Table) error {
	if t.Next == 0 {
		return nil
	}
	var err error
	if s.d.name == postgresDialect.name {
		_, err = tx.ExecContext(ctx, "SELECT setval(pg_get_serial_sequence(quote_ident(current_schema()) || '.' || quote_ident($1), $2), $3)", t.Name, t.Key[0], t.Next)
	} else if _, err = tx.ExecContext(ctx, "DELETE FROM sqlite_sequence WHERE name = ?", t.Name); err == nil {
		_, err = tx.ExecContext(ctx, "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", t.Name, t.Next)
	}
	if err != nil {
		return fmt.Errorf("setting the counter of table %s: %w", t.Name, err)
	}
	return nil
}

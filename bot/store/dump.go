package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
)

// Table is a table as a backup describes it, the same for both engines.
type Table struct {
	Name    string   `json:"name"`
	Columns []Column `json:"columns"`
	Key     []string `json:"key"`            // the primary key: rows come in its order, bytewise
	Next    int64    `json:"next,omitempty"` // the highest number that the table's counter ever gave; 0 without a counter
}

// Column is a column of a table.
type Column struct {
	Name string     `json:"name"`
	Type ColumnType `json:"type"`
}

// ColumnType says what a column holds.
type ColumnType string

// Column types. The store uses no other: instants are whole numbers, JSON is text.
const (
	Text    ColumnType = "text"
	Integer ColumnType = "integer"
)

// transient tables are not part of a backup: who works at this moment, and where, and what is kept for a comparison only.
var transient = []string{"lease", "lineage", "recording"}

// Snapshot is one consistent view of the whole database, however long it is read and whatever is written meanwhile.
type Snapshot struct {
	Engine string // sqlite | postgres
	Schema int64  // number of the newest migration
	Tables []Table
	d      dialect
	tx     *sqlx.Tx
}

// Snapshot opens one read transaction over all tables. It disturbs no writer on either engine; Close ends it.
func (s *Store) Snapshot(ctx context.Context) (*Snapshot, error) {
	o := &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	if s.d.name == sqliteDialect.name {
		o = nil // a read of SQLite is a snapshot in itself, and its connections are read-only
	}
	tx, err := s.r.BeginTxx(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("beginning to read: %w", err)
	}
	n, err := s.snapshot(ctx, tx)
	if err != nil {
		return nil, errors.Join(err, tx.Rollback())
	}
	return n, nil
}

func (s *Store) snapshot(ctx context.Context, tx *sqlx.Tx) (*Snapshot, error) {
	n := &Snapshot{Engine: s.d.name, d: s.d, tx: tx}
	var err error
	if n.Schema, err = s.schema(ctx, tx); err != nil {
		return nil, err
	}
	if n.Tables, err = s.tables(ctx, tx); err != nil {
		return nil, err
	}
	n.Tables = slices.DeleteFunc(n.Tables, func(t Table) bool { return slices.Contains(transient, t.Name) })
	return n, nil
}

// Close ends the snapshot.
func (n *Snapshot) Close() error {
	if err := n.tx.Rollback(); err != nil && !errors.Is(err, sql.ErrTxDone) {
		return fmt.Errorf("ending to read: %w", err)
	}
	return nil
}

// Rows gives every row of a table in the order of its key: each value is a string, an int64 or nil. The slice is used again for the
// next row.
func (n *Snapshot) Rows(ctx context.Context, t Table, each func(row []any) error) error {
	order := make([]string, len(t.Key))
	for i, k := range t.Key {
		order[i] = quoted(k)
		// PostgreSQL sorts text by the language of the database otherwise, SQLite by its bytes.
		if n.Engine == postgresDialect.name && t.column(k).Type == Text {
			order[i] += ` COLLATE "C"`
		}
	}
	rows, err := n.tx.QueryxContext(ctx, "SELECT "+t.columnList()+" FROM "+quoted(t.Name)+" ORDER BY "+strings.Join(order, ", "))
	if err != nil {
		return fmt.Errorf("reading table %s: %w", t.Name, err)
	}
	defer func() { _ = rows.Close() }()
	texts, numbers := make([]sql.NullString, len(t.Columns)), make([]sql.NullInt64, len(t.Columns))
	into, row := make([]any, len(t.Columns)), make([]any, len(t.Columns))
	for i, c := range t.Columns {
		into[i] = &texts[i]
		if c.Type == Integer {
			into[i] = &numbers[i]
		}
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return fmt.Errorf("reading a row of table %s: %w", t.Name, err)
		}
		for i, c := range t.Columns {
			switch {
			case c.Type == Integer && numbers[i].Valid:
				row[i] = numbers[i].Int64
			case c.Type == Text && texts[i].Valid:
				row[i] = texts[i].String
			default:
				row[i] = nil
			}
		}
		if err := each(row); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("reading table %s: %w", t.Name, err)
	}
	return nil
}

func (t Table) column(name string) Column {
	i := slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == name })
	return t.Columns[max(i, 0)]
}

func (t Table) columnList() string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = quoted(c.Name)
	}
	return strings.Join(names, ", ")
}

func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// Schema is the number of the newest migration that the database has; 0 for one without tables.
func (s *Store) Schema(ctx context.Context) (int64, error) { return s.schema(ctx, s.r) }

func (s *Store) schema(ctx context.Context, db sqlx.QueryerContext) (int64, error) {
	names, err := s.tableNames(ctx, db)
	if err != nil || !slices.Contains(names, versionTable) {
		return 0, err
	}
	var version int64
	if err := sqlx.GetContext(ctx, db, &version, "SELECT COALESCE(MAX(version_id), 0) FROM "+versionTable); err != nil {
		return 0, fmt.Errorf("reading the version of the tables: %w", err)
	}
	return version, nil
}

// versionTable is where the migrations write down how far they came.
const versionTable = "goose_db_version"

func (s *Store) tableNames(ctx context.Context, db sqlx.QueryerContext) ([]string, error) {
	query := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name`
	if s.d.name == postgresDialect.name {
		query = `SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND c.relkind = 'r' ORDER BY c.relname COLLATE "C"`
	}
	var names []string
	if err := sqlx.SelectContext(ctx, db, &names, query); err != nil {
		return nil, fmt.Errorf("listing tables: %w", err)
	}
	return names, nil
}

// tables describes every table but the one of the migrations.
func (s *Store) tables(ctx context.Context, db sqlx.QueryerContext) ([]Table, error) {
	names, err := s.tableNames(ctx, db)
	if err != nil {
		return nil, err
	}
	var out []Table
	for _, name := range names {
		if name == versionTable {
			continue
		}
		t := Table{Name: name}
		if err := s.describe(ctx, db, &t); err != nil {
			return nil, fmt.Errorf("describing table %s: %w", name, err)
		}
		out = append(out, t)
	}
	return out, nil
}

type columnRow struct {
	Name string `db:"name"`
	Type string `db:"type"`
	Key  int64  `db:"pk"` // place in the primary key, from 1
}

func (s *Store) describe(ctx context.Context, db sqlx.QueryerContext, t *Table) error {
	query := `SELECT name, type, pk FROM pragma_table_info(?) ORDER BY cid`
	if s.d.name == postgresDialect.name {
		query = `SELECT a.attname AS name, format_type(a.atttypid, NULL) AS type, COALESCE(array_position(i.indkey::int[], a.attnum::int) + 1, 0) AS pk
FROM pg_attribute a LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
WHERE a.attrelid = to_regclass(quote_ident(current_schema()) || '.' || quote_ident($1)) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`
	}
	var rows []columnRow
	if err := sqlx.SelectContext(ctx, db, &rows, query, t.Name); err != nil {
		return err
	}
	for _, r := range rows {
		c := Column{Name: r.Name}
		switch strings.ToLower(r.Type) {
		case "text":
			c.Type = Text
		case "bigint", "integer":
			c.Type = Integer
		default:
			return fmt.Errorf("column %s has the type %s, which is no text and no whole number", r.Name, r.Type)
		}
		t.Columns = append(t.Columns, c)
	}
	keys := slices.DeleteFunc(slices.Clone(rows), func(r columnRow) bool { return r.Key == 0 })
	slices.SortFunc(keys, func(a, b columnRow) int { return cmp.Compare(a.Key, b.Key) })
	for _, r := range keys {
		t.Key = append(t.Key, r.Name)
	}
	if len(t.Key) == 0 {
		return errors.New("it has no primary key")
	}
	return s.counter(ctx, db, t)
}

// counter reads how far the table's own numbers have come.
func (s *Store) counter(ctx context.Context, db sqlx.QueryerContext, t *Table) error {
	if len(t.Key) != 1 || t.column(t.Key[0]).Type != Integer {
		return nil
	}
	query, args := "SELECT seq FROM sqlite_sequence WHERE name = ?", []any{t.Name}
	if s.d.name == postgresDialect.name {
		var seq sql.NullString
		err := sqlx.GetContext(ctx, db, &seq, "SELECT pg_get_serial_sequence(quote_ident(current_schema()) || '.' || quote_ident($1), $2)", t.Name, t.Key[0])
		if err != nil || !seq.Valid {
			return err
		}
		query, args = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM "+seq.String, nil
	}
	var next []int64
	if err := sqlx.SelectContext(ctx, db, &next, query, args...); err != nil {
		return err
	}
	if len(next) > 0 {
		t.Next = next[0]
	}
	return nil
}

// telling are the tables that show whether anything was ever heard, said or decided.
var telling = []string{"audit", "buried", "inbox", "intake", "outbox", "ticket"}

// Empty reports whether nothing was ever heard, said or decided here; what a first start leaves behind does not count.
func (s *Store) Empty(ctx context.Context) (bool, error) {
	names, err := s.tableNames(ctx, s.r)
	if err != nil {
		return false, err
	}
	for _, name := range both(names, telling) {
		var found []int64
		if err := s.r.SelectContext(ctx, &found, "SELECT 1 FROM "+name+" LIMIT 1"); err != nil {
			return false, fmt.Errorf("looking into table %s: %w", name, err)
		}
		if len(found) > 0 {
			return false, nil
		}
	}
	return true, nil
}

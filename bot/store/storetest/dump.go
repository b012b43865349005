package storetest

import (
	"context"
	"testing"

	"github.com/jmoiron/sqlx"
)

// Schemas counts the scratch schemas that stand beside the one of a DSN.
func Schemas(t testing.TB, dsn string) int {
	t.Helper()
	n := 0
	with(t, dsn, func(db *sqlx.DB) error {
		return db.GetContext(context.WithoutCancel(t.Context()), &n, `SELECT COUNT(*) FROM pg_namespace WHERE nspname LIKE current_schema() || '\_toban\_%'`)
	})
	return n
}

// InSchema is a DSN of Cluster.Schema with another schema.
func InSchema(dsn, schema string) string { return dsn + " search_path=" + schema }

// DropSchema drops what a restore kept aside.
func DropSchema(t testing.TB, dsn, schema string) {
	t.Helper()
	with(t, dsn, func(db *sqlx.DB) error {
		_, err := db.ExecContext(context.WithoutCancel(t.Context()), "DROP SCHEMA "+schema+" CASCADE")
		return err
	})
}

func with(t testing.TB, dsn string, f func(db *sqlx.DB) error) {
	t.Helper()
	db, err := sqlx.Open("postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := f(db); err != nil {
		t.Error(err)
	}
}

// Damage writes rows into a SQLite database that do not fit together.
func Damage(t testing.TB, path string) {
	t.Helper()
	db, err := sqlx.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, text := range []string{
		"INSERT INTO timer (ticket, rule, run_us, gen, data) VALUES ('demo/none', 'x', 1, 1, '')",
		"UPDATE fact SET body = '{' WHERE fact_id = 'comment:1'",
		"UPDATE inbox SET state = 'lost' WHERE id = 1",
		"UPDATE outbox SET number = 'T-AAAAAAAAAA' WHERE id = 1",
	} {
		if _, err := db.ExecContext(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
}

package store_test

import (
	"errors"
	"strings"
	"testing"

	"toban/bot/store"
)

// Another user of the same database is taken over while it works; one that does not get in, and another database, change nothing.
func TestRedial(t *testing.T) {
	dsn := cluster.Schema(t)
	s := open(t, store.Options{Postgres: dsn})
	alive := func(after string) {
		t.Helper()
		if _, err := s.Modes(t.Context()); err != nil {
			t.Errorf("after %s: %v", after, err)
		}
	}
	alive("the start")
	for bad, elsewhere := range map[string]bool{
		strings.Replace(dsn, "user=postgres", "user=nobody_such", 1):     false,
		strings.Replace(dsn, "dbname=postgres", "dbname=template1", 1):   true,
		strings.Replace(dsn, "search_path=", "search_path=other_", 1):    true,
		"postgres://toban:secret-of-toban@127.0.0.1:1/x?sslmode=disable": true,
		"postgres://toban:secret-of-toban@%zz/x":                         false,
	} {
		err := s.Redial(t.Context(), bad)
		if err == nil || errors.Is(err, store.ErrElsewhere) != elsewhere || strings.Contains(err.Error(), "secret-of-toban") {
			t.Errorf("%s: %v", bad, err)
		}
		alive(bad)
	}
	_, schema, _ := strings.Cut(dsn, "search_path=")
	if err := s.Exec(t.Context(), "CREATE ROLE next_"+schema+" LOGIN; GRANT ALL ON SCHEMA "+schema+" TO next_"+schema+"; GRANT ALL ON ALL TABLES IN SCHEMA "+schema+" TO next_"+schema); err != nil {
		t.Fatal(err)
	}
	if err := s.Redial(t.Context(), strings.Replace(dsn, "user=postgres", "user=next_"+schema, 1)); err != nil {
		t.Fatal(err)
	}
	alive("the exchange")
	if err := s.Exec(t.Context(), "DO $$ BEGIN IF current_user <> 'next_"+schema+"' THEN RAISE 'signed in as %', current_user; END IF; END $$"); err != nil {
		t.Error(err)
	}
	file := openSQLite(t)
	if err := file.Redial(t.Context(), dsn); !errors.Is(err, store.ErrElsewhere) {
		t.Errorf("a file: %v", err)
	}
}

package store_test

import (
	"os"
	"path/filepath"
	"testing"

	"toban/bot/store"
	"toban/bot/store/storetest"
)

// cluster is the PostgreSQL of this test process; it starts when a test asks for it.
var cluster storetest.Cluster

func TestMain(m *testing.M) {
	if os.Getenv(envDatabase) != "" {
		os.Exit(replica())
	}
	code := m.Run()
	cluster.Stop()
	durable.Stop()
	os.Exit(code)
}

func openSQLite(t *testing.T) *store.Store {
	t.Helper()
	return open(t, store.Options{Path: filepath.Join(t.TempDir(), "toban.db")})
}

func openPostgres(t *testing.T) *store.Store {
	t.Helper()
	return open(t, store.Options{Postgres: cluster.Schema(t)})
}

func open(t *testing.T, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
	})
	return s
}

func TestSQLite(t *testing.T) { storetest.Run(t, openSQLite) }

func TestPostgres(t *testing.T) { storetest.Run(t, openPostgres) }

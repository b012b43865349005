package store

import (
	"database/sql"
	"errors"

	"github.com/lib/pq"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// dialect holds the few places where the engines differ.
type dialect struct {
	name string // sqlite | postgres
	// skipLocked ends a sub-select that picks rows to claim: PostgreSQL skips rows that another replica is claiming, SQLite has
	// one writer and needs nothing.
	skipLocked string
	// forUpdate locks a row read for a decision.
	forUpdate string
}

var (
	sqliteDialect   = dialect{name: "sqlite"}
	postgresDialect = dialect{name: "postgres", skipLocked: " FOR UPDATE SKIP LOCKED", forUpdate: " FOR UPDATE"}
)

// isUnique reports whether err is the violation of a unique key.
func isUnique(err error) bool {
	if pe, ok := errors.AsType[*pq.Error](err); ok {
		return pe.Code == "23505"
	}
	if se, ok := errors.AsType[*sqlite.Error](err); ok {
		return se.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || se.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
	}
	return false
}

func noRows(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// skipLockedOf is skipLocked for one table of a join.
func (d dialect) skipLockedOf(alias string) string {
	if d.skipLocked == "" {
		return ""
	}
	return " FOR UPDATE OF " + alias + " SKIP LOCKED"
}

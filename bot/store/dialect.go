package store

import (
	"errors"

	"github.com/lib/pq"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// dialect holds the few places where the engines differ.
type dialect struct {
	name string // sqlite | postgres
	// skipLocked ends a select that picks rows to claim: PostgreSQL skips rows that another replica is claiming, SQLite has
	// one writer and needs nothing.
	skipLocked string
}

var (
	sqliteDialect   = dialect{name: "sqlite"}
	postgresDialect = dialect{name: "postgres", skipLocked: " FOR UPDATE SKIP LOCKED"}
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

// crowded reports whether an engine refused a transaction only because of another one at the same time.
func crowded(err error) bool {
	if pe, ok := errors.AsType[*pq.Error](err); ok {
		return pe.Code == "40P01" || pe.Code == "40001" // deadlock, serialization
	}
	if se, ok := errors.AsType[*sqlite.Error](err); ok {
		const primary = 0xff
		return se.Code()&primary == sqlite3.SQLITE_BUSY || se.Code()&primary == sqlite3.SQLITE_LOCKED
	}
	return false
}

// refusesData reports whether an engine refused what was to be written for what it is (data exception, constraint, limit of a row or an index),
// not for the state that the engine is in.
func refusesData(err error) bool {
	if pe, ok := errors.AsType[*pq.Error](err); ok {
		class := pe.Code.Class()
		return class == "22" || class == "23" || class == "54"
	}
	if se, ok := errors.AsType[*sqlite.Error](err); ok {
		const primary = 0xff
		code := se.Code() & primary
		return code == sqlite3.SQLITE_TOOBIG || code == sqlite3.SQLITE_CONSTRAINT || code == sqlite3.SQLITE_MISMATCH
	}
	return false
}

// object is an aggregate that makes one JSON object of names and values.
func (d dialect) object(name, value string) string {
	if d.name == postgresDialect.name {
		return "json_object_agg(" + name + ", " + value + ")::text"
	}
	return "json_group_object(" + name + ", " + value + ")"
}

// lines is an aggregate that makes one text of texts without line ends, a line each.
func (d dialect) lines(value string) string {
	if d.name == postgresDialect.name {
		return "COALESCE(string_agg(" + value + ", chr(10)), '')"
	}
	return "COALESCE(group_concat(" + value + ", char(10)), '')"
}

// forUpdate ends a select of rows that are about to be changed.
func (d dialect) forUpdate() string {
	if d.skipLocked == "" {
		return ""
	}
	return " FOR UPDATE"
}

// skipLockedOf is skipLocked for one table of a join.
func (d dialect) skipLockedOf(alias string) string {
	if d.skipLocked == "" {
		return ""
	}
	return " FOR UPDATE OF " + alias + " SKIP LOCKED"
}

package store

import (
	"fmt"

	"github.com/jmoiron/sqlx"
)

// Statements gives the claims and the counts of an engine, with "?" for their values, and a handle to explain them with.
func (s *Store) Statements() (db *sqlx.DB, byName map[string]string) {
	return s.w, map[string]string{
		"claiming events":  fmt.Sprintf(claimEvents, s.d.skipLockedOf("i")),
		"claiming effects": fmt.Sprintf(claimEffects, s.d.skipLockedOf("o")),
		"firing timers":    dueTimers + s.d.skipLockedOf("t"),
		"counting events":  countEvents,
		"counting effects": countEffects,
	}
}

package store

import (
	"context"
	"fmt"
	"time"
)

// Suspicion is how often a process died while it held a row of a queue. A process has many under way at a time, so one death says nothing of any
// of them: the circle is narrowed with each.
type Suspicion string

// The steps of the narrowing. What is Grave is handled while nothing else is, so a death under it is nearly a proof; after [MostDeaths] it is given up.
const (
	Unsuspected Suspicion = ""    // handled beside all others
	Slight      Suspicion = "= 1" // once more than once is chance: a few at a time
	Grave       Suspicion = "> 1" // by itself
	MostDeaths            = 5     // claims that ended with a death, three of them by itself
)

func (s Suspicion) deaths() string {
	if s == Unsuspected {
		return "= 0"
	}
	return string(s)
}

// died is the count of a row's deaths with its next claim. A claim that this very process had lost, to an outage of the database, is no death; the
// place-holder is its owner.
func died(working string) string {
	return "deaths = deaths + CASE WHEN state = '" + working + "' AND owner <> ? THEN 1 ELSE 0 END"
}

// answered is the count once a try was answered, however: what it waits for need not be handled by itself again and again.
const answered = "deaths = CASE WHEN deaths > 1 THEN 1 ELSE deaths END"

// replayed is the count of what a person replays: what was given up for its deaths has one more before it is again. (One less than MostDeaths.)
const replayed = "deaths = CASE WHEN deaths > 1 THEN 4 ELSE 0 END"

// Suspects counts what is under suspicion and due.
type Suspects struct {
	Slight int64 `db:"slight"`
	Grave  int64 `db:"grave"`
}

// countSuspects walks an index that is nearly always empty.
const countSuspects = `SELECT COUNT(CASE WHEN deaths = 1 THEN 1 END) AS slight, COUNT(CASE WHEN deaths > 1 THEN 1 END) AS grave
FROM %s WHERE deaths > 0 AND state IN ('open', '%s') AND run_us <= ?`

// SuspectEvents counts the events under suspicion that are due at a machine time.
func (s *Store) SuspectEvents(ctx context.Context, now time.Time) (Suspects, error) {
	return s.suspects(ctx, fmt.Sprintf(countSuspects, "inbox", "working"), now)
}

// SuspectEffects counts the effects under suspicion that are due at a machine time.
func (s *Store) SuspectEffects(ctx context.Context, now time.Time) (Suspects, error) {
	return s.suspects(ctx, fmt.Sprintf(countSuspects, "outbox", "sending"), now)
}

func (s *Store) suspects(ctx context.Context, text string, now time.Time) (Suspects, error) {
	var rows []Suspects
	if err := s.query(ctx, nil, &rows, text, micros(now)); err != nil || len(rows) == 0 {
		return Suspects{}, err
	}
	return rows[0], nil
}

// Suspect is an event or an effect under which the process died more than once.
type Suspect struct {
	ID     string `db:"id"` // event:N or effect:N, as it would be called among the dead letters
	What   string `db:"what"`
	Lane   string `db:"lane"`
	Deaths int    `db:"deaths"`
}

// Suspected names what the process died under more than once and what has not ended yet, up to twenty of them.
func (s *Store) Suspected(ctx context.Context) ([]Suspect, error) {
	var rows []Suspect
	err := s.query(ctx, nil, &rows, `SELECT 'event:' || id AS id, kind || ' ' || event_key AS what, lane, deaths FROM inbox WHERE deaths > 0 AND state IN ('open', 'working') AND deaths > 1
UNION ALL SELECT 'effect:' || id, kind || ' ' || effect_key, ticket, deaths FROM outbox WHERE deaths > 0 AND state IN ('open', 'sending') AND deaths > 1 ORDER BY deaths DESC, id LIMIT 20`)
	return rows, err
}

// AbsolveEvent takes back a death that was counted of an event whose process lives: it was only too slow, and another one took the event over.
func (s *Store) AbsolveEvent(ctx context.Context, c Claimed) error {
	_, err := s.alone(ctx, stepRetryEvent, "UPDATE inbox SET deaths = deaths - 1 WHERE id = ? AND owner <> ? AND deaths > 0 AND state IN ('open', 'working')", c.Event.ID, c.Owner)
	return err
}

// AbsolveEffect does the same for an effect.
func (s *Store) AbsolveEffect(ctx context.Context, c Sending) error {
	_, err := s.alone(ctx, stepRetryEffect, "UPDATE outbox SET deaths = deaths - 1 WHERE id = ? AND owner <> ? AND deaths > 0 AND state IN ('open', 'sending')", c.ID, c.Owner)
	return err
}

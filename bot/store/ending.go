package store

import (
	"context"

	"github.com/lib/pq"
)

// ending is how an effect ended, and what else is to be written with it.
type ending struct {
	id, attempt, at                       int64 // at: world time
	owner, state, remote, result, problem string
	more                                  func(ctx context.Context, tx *work) error // nil when there is nothing else
}

const (
	endOne = `UPDATE outbox SET state = CASE WHEN halt = 2 AND CAST(? AS TEXT) = 'dead' THEN 'superseded' ELSE CAST(? AS TEXT) END,
  remote_id = ?, result = ?, done_us = ?, problem = ? WHERE id = ? AND owner = ? AND attempt = ? AND state = 'sending'`
	// endRows is the same for many with one round trip.
	endRows = `UPDATE outbox AS o SET state = CASE WHEN o.halt = 2 AND r.state = 'dead' THEN 'superseded' ELSE r.state END,
  remote_id = r.remote_id, result = r.result, done_us = r.done_us, problem = r.problem
FROM unnest(?::bigint[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::text[])
  AS r (id, attempt, owner, state, remote_id, result, done_us, problem)
WHERE o.id = r.id AND o.owner = r.owner AND o.attempt = r.attempt AND o.state = 'sending'`
)

// endTogether writes the ends of several effects in one transaction. ErrFenced means that one of them was taken over: nothing is written,
// and each has to be told alone.
func (s *Store) endTogether(ctx context.Context, batch []ending) error {
	return s.transact(ctx, stepEndEffect, func(tx *work) error {
		if err := s.endRows(ctx, tx, batch); err != nil {
			return err
		}
		for _, e := range batch {
			if e.more == nil {
				continue
			}
			if err := e.more(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Store) endRows(ctx context.Context, tx *work, batch []ending) error {
	if len(batch) == 1 || s.d.name != postgresDialect.name {
		for _, e := range batch {
			err := s.fenced(s.exec(ctx, tx, endOne, e.state, e.state, e.remote, e.result, e.at, e.problem, e.id, e.owner, e.attempt))
			if err != nil {
				return err
			}
		}
		return nil
	}
	n := len(batch)
	ids, attempts, at := make([]int64, n), make([]int64, n), make([]int64, n)
	owners, states, remotes, results, problems := make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	for i, e := range batch {
		ids[i], attempts[i], at[i] = e.id, e.attempt, e.at
		owners[i], states[i], remotes[i], results[i], problems[i] = cleanText(e.owner), e.state, cleanText(e.remote), cleanText(e.result), cleanText(e.problem)
	}
	changed, err := s.exec(ctx, tx, endRows, pq.Array(ids), pq.Array(attempts), pq.Array(owners), pq.Array(states), pq.Array(remotes), pq.Array(results),
		pq.Array(at), pq.Array(problems))
	if err == nil && changed != int64(n) {
		return ErrFenced
	}
	return err
}

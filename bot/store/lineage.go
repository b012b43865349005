package store

import (
	"context"
	"crypto/rand"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// A database has a history: what was committed, one thing after the other. After a restore by other hands, a move, or a fail-over to a
// standby that lagged behind, it goes on from an earlier point, and what was said after that point is forgotten. The row of table lineage
// says which history the database went on until now; its place says which one it goes on:
//
//   - PostgreSQL itself: the cluster, its timeline (every promotion and every recovery to a point in time begins a new one), and the table
//     (pg_restore makes it anew). It is asked on every new connection before the first statement, since none outlives a fail-over, and with
//     every sign of life, for poolers that keep a connection over it.
//   - SQLite: a file beside the database, which names the history and the last sign of life. A database older than its mark, or beside
//     the mark of another or none, came from elsewhere. It is asked when the process that works the queues opens the database.
//
// Where they differ a new epoch is open before anything can be claimed: what may have been said is looked for (ADR 0020).

// here names the history that PostgreSQL goes on. A standby has none and refuses to tell.
const here = `(SELECT 'cluster ' || system_identifier || ' timeline ' || left(pg_walfile_name(pg_current_wal_lsn()), 8) || ' table ' || CAST('lineage'::regclass::oid AS TEXT) FROM pg_control_system())`

const nowMicros = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)"

// lastLife is the last sign of life that the database remembers.
const lastLife = "COALESCE((SELECT MAX(world_us) FROM pulse), 0)"

// begin writes the first history down, follow goes on with another one. The row's lock lets one of several connections do it.
const (
	begin  = "INSERT INTO lineage (one, history, before, since_us, last_us) SELECT 1, " + here + ", '', 0, 0 WHERE NOT EXISTS (SELECT 1 FROM lineage) ON CONFLICT (one) DO NOTHING"
	follow = `WITH moved AS (UPDATE lineage SET before = history, history = ` + here + `, since_us = ` + nowMicros + `, last_us = ` + lastLife + `
  WHERE history <> ` + here + ` RETURNING since_us, last_us),
told AS (INSERT INTO cursor (name, value) SELECT '` + restoredFrom + `', last_us FROM moved ON CONFLICT (name) DO UPDATE SET value = excluded.value)
INSERT INTO epoch (n, opened_us) SELECT COALESCE((SELECT MAX(n) FROM epoch), 0) + 1, since_us FROM moved`
)

// unmoved fails unless a server that takes no writes, as a provider makes one whose disk is full, goes on the history that was written down: it
// may be read then. A standby may not, since its connections live on when it becomes the server that takes them.
const unmoved = "SELECT 1 / CASE WHEN pg_is_in_recovery() OR EXISTS (SELECT 1 FROM lineage WHERE history <> " + here + ") THEN 0 ELSE 1 END"

// followed finds nothing to write down, as nearly each connection does: that costs a tenth of finding it with the writes.
const followed = "SELECT 1 FROM lineage WHERE history = " + here

// follow has a new connection go on with the database's history before anything else.
func (c connector) follow(ctx context.Context, e driver.ExecerContext) error {
	if res, err := e.ExecContext(ctx, followed, nil); err == nil {
		if n, err := res.RowsAffected(); err == nil && n == 1 {
			return nil
		}
	}
	for _, text := range []string{begin, follow} {
		_, err := e.ExecContext(ctx, text, nil)
		switch {
		case err == nil:
		case refused(err, "42P01"): // undefined_table: the tables are not there yet, or of an older version
			return nil
		case refused(err, "42501", "42883", "0A000"): // no right, no such function, not supported: a service that is like PostgreSQL
			c.blind.Do(func() {
				c.log.Warn("this PostgreSQL does not tell which history it goes on: after a fail-over or a restore that may have lost commits, run \"toban restored\"", "error", err)
			})
			return nil
		case refused(err, "25006"): // read_only_sql_transaction
			if _, moved := e.ExecContext(ctx, unmoved, nil); moved == nil {
				return nil
			}
			return fmt.Errorf("asking PostgreSQL for its history: %w", err)
		default:
			return fmt.Errorf("asking PostgreSQL for its history: %w", err)
		}
	}
	return nil
}

func refused(err error, codes ...pqerror.Code) bool {
	var e *pq.Error
	return errors.As(err, &e) && slices.Contains(codes, e.Code)
}

// Move is a change of the database's history.
type Move struct {
	Epoch        int64     // the newest
	Before, Here string    // the histories
	At           time.Time // when it was noticed, in world time
	Last         time.Time // the last sign of life that the database remembered then: from there on it may have forgotten
}

// Moved tells of the last change of history that was noticed; ok is false when there was none.
func (s *Store) Moved(ctx context.Context) (m Move, ok bool, err error) {
	var rows []struct {
		Epoch   int64  `db:"epoch"`
		History string `db:"history"`
		Before  string `db:"before"`
		Since   int64  `db:"since_us"`
		Last    int64  `db:"last_us"`
	}
	const text = "SELECT (SELECT COALESCE(MAX(n), 0) FROM epoch) AS epoch, history, before, since_us, last_us FROM lineage WHERE before <> ''"
	if err := s.query(ctx, nil, &rows, text); err != nil || len(rows) == 0 {
		return Move{}, false, err
	}
	r := rows[0]
	return Move{Epoch: r.Epoch, Before: r.Before, Here: r.History, At: instant(r.Since), Last: instant(r.Last)}, true, nil
}

// keepLineage follows the history where that is not done by a connection: at the start, and with every sign of life.
func (s *Store) keepLineage(ctx context.Context, now time.Time) error {
	if s.Shared() {
		conn, err := s.w.Conn(ctx)
		if err != nil {
			return fmt.Errorf("connecting to PostgreSQL: %w", err)
		}
		defer func() { _ = conn.Close() }()
		return conn.Raw(func(c any) error {
			e, _ := c.(driver.ExecerContext) // as Connect found it
			return s.connector.follow(ctx, e)
		})
	}
	if s.mark == "" {
		return nil
	}
	return s.mend(ctx, now)
}

// mend compares a SQLite database with the mark beside it.
func (s *Store) mend(ctx context.Context, now time.Time) error {
	var rows []struct {
		History string `db:"history"`
	}
	if err := s.query(ctx, nil, &rows, "SELECT history FROM lineage"); err != nil {
		return err
	}
	last, err := s.lastSign(ctx)
	if err != nil {
		return err
	}
	named, sign := readMark(s.mark)
	if len(rows) == 1 && rows[0].History == named && sign <= last {
		s.history = named
		return nil
	}
	s.history = "file " + rand.Text()
	err = s.transact(ctx, stepLineage, func(tx *work) error {
		if len(rows) == 0 { // a new database, one of an older version, or one that "toban restore" made and opened an epoch for
			_, err := s.exec(ctx, tx, "INSERT INTO lineage (one, history, before, since_us, last_us) VALUES (1, ?, '', 0, 0)", s.history)
			return err
		}
		if _, err := s.exec(ctx, tx, "UPDATE lineage SET before = history, history = ?, since_us = ?, last_us = "+lastLife, s.history, micros(now)); err != nil {
			return err
		}
		if _, err := s.exec(ctx, tx, "INSERT INTO cursor (name, value) SELECT ?, last_us FROM lineage WHERE TRUE ON CONFLICT (name) DO UPDATE SET value = excluded.value", restoredFrom); err != nil {
			return err
		}
		return s.openEpoch(ctx, tx, now)
	})
	if err != nil {
		return fmt.Errorf("going on with the history of this database: %w", err)
	}
	return s.leaveMark(last)
}

// lastSign is the machine time of the last sign of life, in microseconds.
func (s *Store) lastSign(ctx context.Context) (int64, error) {
	var us []int64
	if err := s.query(ctx, nil, &us, "SELECT COALESCE(MAX(machine_us), 0) FROM pulse"); err != nil {
		return 0, err
	}
	return us[0], nil
}

// readMark reads a mark; one that is missing or torn names no history.
func readMark(path string) (history string, sign int64) {
	b, err := os.ReadFile(path) //nolint:gosec // the operator's own database path
	if err != nil {
		return "", 0
	}
	history, tail, _ := strings.Cut(string(b), "\n")
	sign, err = strconv.ParseInt(strings.TrimSuffix(tail, "\n"), 10, 64)
	if err != nil {
		return "", 0
	}
	return history, sign
}

// leaveMark writes how far the history went. The database is always at least as far: it is written first.
func (s *Store) leaveMark(sign int64) error {
	if s.mark == "" {
		return nil
	}
	const private = 0o600
	fresh := s.mark + ".new"
	if err := os.WriteFile(fresh, fmt.Appendf(nil, "%s\n%d\n", s.history, sign), private); err != nil {
		return fmt.Errorf("writing the mark beside the database: %w", err)
	}
	if err := os.Rename(fresh, s.mark); err != nil {
		return fmt.Errorf("putting the mark beside the database: %w", err)
	}
	return nil
}

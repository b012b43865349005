package store

import (
	"context"
	"slices"
	"time"
)

// Keep says from when on what is kept, in world time: what ended before is removed.
type Keep struct {
	Now       time.Time // world time of the round
	RawEvents time.Time // events that were handled, and what doors could not read
	Messages  time.Time // mails and calls
	Recorded  time.Time // decisions with what they were made of
	Records   time.Time // tickets with their history, clocks, audit and effects
}

// Expired is how much of one kind was removed, or would be.
type Expired struct {
	Kind string `json:"kind"`
	Rows int64  `json:"rows"`
}

// Kinds of what expires.
const (
	ExpiredEvents    = "handled events"
	ExpiredBuried    = "unreadable requests"
	ExpiredMessages  = "mails and calls"
	ExpiredTickets   = "tickets with their history"
	ExpiredEffects   = "effects of no ticket"
	ExpiredAudit     = "audit lines of no ticket"
	ExpiredDowntimes = "downtimes"
	ExpiredAlerts    = "alerts that are over"
	ExpiredSilences  = "silences that are over"
	ExpiredProposals = "proposals of adopting an issue"
	ExpiredRecorded  = "recorded decisions"
)

// expiry is one kind: a table, the rows that are old enough, and what goes with them.
type expiry struct {
	kind, table, key, where string
	before                  func(k Keep) time.Time
	with                    []string // tables whose column ticket names a row that goes
}

// expiries never touch what is open, waits or is dead: that is work, however old.
func expiries() []expiry {
	raw, messages, records := func(k Keep) time.Time { return k.RawEvents }, func(k Keep) time.Time { return k.Messages }, func(k Keep) time.Time { return k.Records }
	const ended = "state IN ('done', 'withdrawn', 'superseded', 'shadow', 'refused') AND done_us > 0 AND done_us < ?"
	return []expiry{
		{kind: ExpiredEvents, table: "inbox", key: "id", where: "state = 'done' AND at_us < ?", before: raw},
		{kind: ExpiredBuried, table: "buried", key: "id", where: "at_us < ?", before: raw},
		{kind: ExpiredMessages, table: "outbox", key: "id", where: "channel IN ('mail', 'phone') AND " + ended, before: messages},
		{
			kind: ExpiredTickets, table: "ticket", key: "id", before: records, with: []string{"fact", "aggregate", "clock", "reference", "audit", "timer", "outbox"},
			where: `ended_us > 0 AND ended_us < ?
  AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.ticket = ticket.id AND o.state NOT IN ('done', 'withdrawn', 'superseded', 'shadow', 'refused'))
  AND NOT EXISTS (SELECT 1 FROM inbox i WHERE i.lane = ticket.id AND i.state <> 'done')`,
		},
		{kind: ExpiredAlerts, table: "alert", key: "lane", where: "firing = 0 AND last_us < ?", before: records, with: []string{"timer", "outbox"}},
		{kind: ExpiredSilences, table: "silence", key: "id", where: "until_us < ?", before: records},
		{kind: ExpiredProposals, table: "adoption", key: "ticket", where: "unread = 0 AND made_us < ?", before: raw},
		{kind: ExpiredRecorded, table: "recording", key: "id", where: "at_us < ?", before: func(k Keep) time.Time { return k.Recorded }},
		{kind: ExpiredEffects, table: "outbox", key: "id", where: "ticket = '' AND channel NOT IN ('mail', 'phone') AND " + ended, before: records},
		{kind: ExpiredAudit, table: "audit", key: "id", where: "ticket = '' AND feature <> '" + FeatureAudit + "' AND at_us < ?", before: records},
		{kind: ExpiredDowntimes, table: "downtime", key: "from_us", where: "to_us < ?", before: records},
	}
}

// expireBatch bounds one transaction, so that nobody waits long for the writer.
const expireBatch = 200

// Expire removes what is old enough, in small transactions; with dry it only counts. Kinds of which there is nothing are left out.
func (s *Store) Expire(ctx context.Context, k Keep, dry bool) ([]Expired, error) {
	var out []Expired
	for _, e := range expiries() {
		n, err := s.expire(ctx, e, k, dry)
		if n > 0 {
			out = append(out, Expired{Kind: e.kind, Rows: n})
		}
		if err != nil {
			return out, err
		}
	}
	return out, nil
}

func (s *Store) expire(ctx context.Context, e expiry, k Keep, dry bool) (total int64, err error) {
	us := micros(e.before(k))
	if dry {
		var n []int64
		if err := s.query(ctx, nil, &n, "SELECT COUNT(*) FROM "+e.table+" WHERE "+e.where, us); err != nil {
			return 0, err
		}
		return n[0], nil
	}
	chosen := "SELECT " + e.key + " FROM " + e.table + " WHERE " + e.where + " ORDER BY " + e.key + " LIMIT ?"
	for {
		// A transaction that finds nothing would be a write to the disk for nobody.
		var some []int64
		if err := s.query(ctx, nil, &some, "SELECT COUNT(*) FROM ("+chosen+") AS old", us, 1); err != nil || some[0] == 0 {
			return total, err
		}
		var n int64
		err := s.transact(ctx, stepExpire, func(tx *work) error {
			if _, err := s.takeIn(ctx, tx, allIn); err != nil { // a ticket of which something was just heard is open
				return err
			}
			if err := s.expireTrail(ctx, tx, e, chosen, us, k.Now); err != nil {
				return err
			}
			for _, table := range e.with {
				if _, err := s.exec(ctx, tx, "DELETE FROM "+table+" WHERE ticket IN ("+chosen+")", us, expireBatch); err != nil {
					return err
				}
			}
			var err error
			n, err = s.exec(ctx, tx, "DELETE FROM "+e.table+" WHERE "+e.key+" IN ("+chosen+")", us, expireBatch)
			return err
		})
		if total += n; err != nil || n == 0 {
			return total, err
		}
	}
}

// expireTrail says in the chains which of their lines are about to be removed.
func (s *Store) expireTrail(ctx context.Context, tx *work, e expiry, chosen string, us int64, now time.Time) error {
	where := "id IN (" + chosen + ")"
	if slices.Contains(e.with, "audit") {
		where = "ticket IN (" + chosen + ")"
	} else if e.table != "audit" {
		return nil
	}
	var rows []auditRow
	if err := s.query(ctx, tx, &rows, "SELECT "+auditColumns+" FROM audit WHERE "+where+" ORDER BY id", us, expireBatch); err != nil {
		return err
	}
	return s.tellErased(ctx, tx, rows, now, "kept long enough")
}

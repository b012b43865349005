package store

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"time"

	"github.com/lib/pq"
)

// sealBatch bounds one transaction of the sealer, so that nobody waits long for the writer.
const sealBatch = 250

// errMoved says that a line went away while it was being sealed: the next round does without it.
var errMoved = errors.New("an audit line was erased while it was sealed")

// Seal puts lines of the audit trail that are not sealed yet into the chains of their customers, in the order in which they were written,
// and returns how many; fewer than a batch means that all are sealed. A commit need not know of the chain. It may be called by every
// replica at any time: one of them seals, the others find nothing to do. now is world time.
func (s *Store) Seal(ctx context.Context, now time.Time) (sealed int, err error) {
	// A transaction that finds nothing would be a write to the disk for nobody.
	var some []int64
	if err := s.query(ctx, nil, &some, "SELECT id FROM audit WHERE link = 0 ORDER BY id LIMIT CAST(? AS BIGINT)", 1); err != nil || len(some) == 0 {
		return 0, err
	}
	err = s.transact(ctx, stepSeal, func(tx *work) error {
		sealed = 0
		mine, err := s.holdsSeal(ctx, tx)
		if err != nil || !mine {
			tx.idle = true
			return err
		}
		lines, err := s.unsealed(ctx, tx)
		if err != nil || len(lines) == 0 {
			tx.idle = true
			return err
		}
		heads, err := s.heads(ctx, tx)
		if err != nil {
			return err
		}
		for i := range lines {
			l := &lines[i]
			h := heads[l.Customer]
			h.Customer, h.N = l.Customer, h.N+1
			l.Link, l.Salt, l.Sealed = h.N, newSalt(), micros(now)
			l.Digest = l.digest()
			h.Hash = chained(h.Hash, l.linkRow())
			l.Hash = h.Hash
			heads[l.Customer] = h
		}
		if err := s.saveLinks(ctx, tx, lines); err != nil {
			return err
		}
		sealed = len(lines)
		return s.saveHeads(ctx, tx, lines, heads)
	})
	return sealed, err
}

// Sealed reports whether a round of Seal left nothing behind.
func Sealed(n int) bool { return n < sealBatch }

// headRow is the last link of a chain.
type headRow struct {
	Customer string `db:"customer"`
	N        int64  `db:"n"`
	Hash     string `db:"hash"`
}

// linkRow is one link of a chain.
type linkRow struct {
	Customer string `db:"customer"`
	N        int64  `db:"n"`
	AuditID  int64  `db:"audit_id"`
	Sealed   int64  `db:"sealed_us"`
	Digest   string `db:"digest"`
	Hash     string `db:"hash"`
}

// auditRow is a line of the trail with its place in the chain.
type auditRow struct {
	ID       int64  `db:"id"`
	Ticket   string `db:"ticket"`
	Customer string `db:"customer"`
	AtUS     int64  `db:"at_us"`
	Feature  string `db:"feature"`
	What     string `db:"what"`
	Why      string `db:"why"`
	Ref      string `db:"ref"`
	Link     int64  `db:"link"`
	Salt     string `db:"salt"`
	Sealed   int64
	Digest   string
	Hash     string
}

const auditColumns = "id, ticket, customer, at_us, feature, what, why, ref, link, salt"

func (r auditRow) linkRow() linkRow {
	return linkRow{Customer: r.Customer, N: r.Link, AuditID: r.ID, Sealed: r.Sealed, Digest: r.Digest}
}

// digest is what the chain knows of a line: nobody can guess the words from it without the salt, which goes with them.
func (r auditRow) digest() string {
	h := hmac.New(sha256.New, []byte(r.Salt))
	write(h, "toban audit line 1", r.Ticket, r.Customer, r.AtUS, r.Feature, r.What, r.Why, r.Ref)
	return hex.EncodeToString(h.Sum(nil))
}

// chained is the hash of a link, given that of the one before it; "" before the first.
func chained(before string, l linkRow) string {
	h := sha256.New()
	write(h, "toban audit link 1", before, l.Customer, l.N, l.AuditID, l.Sealed, l.Digest)
	return hex.EncodeToString(h.Sum(nil))
}

// write adds parts with their lengths, so that no two lists of parts are the same bytes.
func write(h hash.Hash, parts ...any) {
	var eight [8]byte
	for _, p := range parts {
		text, ok := p.(string)
		if n, number := p.(int64); number {
			binary.BigEndian.PutUint64(eight[:], uint64(n)) //nolint:gosec // the same eight bytes
			text, ok = string(eight[:]), true
		}
		if !ok {
			panic(fmt.Sprintf("hashing a %T", p)) // a mistake of this file
		}
		binary.BigEndian.PutUint64(eight[:], uint64(len(text)))
		_, _ = h.Write(eight[:])
		_, _ = h.Write([]byte(text))
	}
}

func newSalt() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// holdsSeal reports whether this transaction seals: another one at the same time holds the head of the lines that belong to no customer.
func (s *Store) holdsSeal(ctx context.Context, tx *work) (bool, error) {
	if _, err := s.exec(ctx, tx, "INSERT INTO audit_head (customer, n, hash) VALUES ('', 0, '') ON CONFLICT (customer) DO NOTHING"); err != nil {
		return false, err
	}
	var held []int64
	err := s.query(ctx, tx, &held, "SELECT n FROM audit_head WHERE customer = ''"+s.d.skipLocked)
	return len(held) == 1, err
}

// unsealed leaves out what has a link already, which only a hand can have opened again: a check tells.
func (s *Store) unsealed(ctx context.Context, tx *work) ([]auditRow, error) {
	var rows []auditRow
	err := s.query(ctx, tx, &rows, "SELECT "+auditColumns+` FROM audit WHERE link = 0 AND NOT EXISTS (SELECT 1 FROM audit_link l WHERE l.audit_id = audit.id)
ORDER BY id LIMIT CAST(? AS BIGINT)`, sealBatch)
	return rows, err
}

func (s *Store) heads(ctx context.Context, tx *work) (map[string]headRow, error) {
	var rows []headRow
	if err := s.query(ctx, tx, &rows, "SELECT customer, n, hash FROM audit_head"); err != nil {
		return nil, err
	}
	out := map[string]headRow{}
	for _, r := range rows {
		out[r.Customer] = r
	}
	return out, nil
}

func (s *Store) saveLinks(ctx context.Context, tx *work, lines []auditRow) error {
	var changed int64
	var err error
	if s.d.name == postgresDialect.name {
		changed, err = s.saveLinksTogether(ctx, tx, lines)
	} else {
		changed, err = s.saveLinksEach(ctx, tx, lines)
	}
	if err == nil && changed != int64(len(lines)) {
		return errMoved
	}
	return err
}

func (s *Store) saveLinksEach(ctx context.Context, tx *work, lines []auditRow) (changed int64, err error) {
	for _, l := range lines {
		n, err := s.exec(ctx, tx, "UPDATE audit SET link = ?, salt = ? WHERE id = ? AND link = 0", l.Link, l.Salt, l.ID)
		if err != nil {
			return changed, err
		}
		changed += n
		_, err = s.exec(ctx, tx, "INSERT INTO audit_link (customer, n, audit_id, sealed_us, digest, hash) VALUES (?, ?, ?, ?, ?, ?)",
			l.Customer, l.Link, l.ID, l.Sealed, l.Digest, l.Hash)
		if err != nil {
			return changed, err
		}
	}
	return changed, nil
}

// saveLinksTogether writes with two round trips, however many lines there are.
func (s *Store) saveLinksTogether(ctx context.Context, tx *work, lines []auditRow) (changed int64, err error) {
	n := len(lines)
	ids, links, sealed := make([]int64, n), make([]int64, n), make([]int64, n)
	salts, customers, digests, hashes := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	for i, l := range lines {
		ids[i], links[i], sealed[i] = l.ID, l.Link, l.Sealed
		salts[i], customers[i], digests[i], hashes[i] = l.Salt, l.Customer, l.Digest, l.Hash
	}
	changed, err = s.exec(ctx, tx, `UPDATE audit SET link = r.link, salt = r.salt FROM unnest(?::bigint[], ?::bigint[], ?::text[]) AS r (id, link, salt)
WHERE audit.id = r.id AND audit.link = 0`, pq.Array(ids), pq.Array(links), pq.Array(salts))
	if err != nil {
		return changed, err
	}
	_, err = s.exec(ctx, tx, `INSERT INTO audit_link (customer, n, audit_id, sealed_us, digest, hash)
SELECT r.customer, r.n, r.audit_id, r.sealed_us, r.digest, r.hash
FROM unnest(?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::text[], ?::text[]) AS r (customer, n, audit_id, sealed_us, digest, hash)`,
		pq.Array(customers), pq.Array(links), pq.Array(ids), pq.Array(sealed), pq.Array(digests), pq.Array(hashes))
	return changed, err
}

func (s *Store) saveHeads(ctx context.Context, tx *work, lines []auditRow, heads map[string]headRow) error {
	saved := map[string]bool{}
	for _, l := range lines {
		if saved[l.Customer] {
			continue
		}
		saved[l.Customer] = true
		h := heads[l.Customer]
		_, err := s.exec(ctx, tx, `INSERT INTO audit_head (customer, n, hash) VALUES (?, ?, ?)
ON CONFLICT (customer) DO UPDATE SET n = excluded.n, hash = excluded.hash`, h.Customer, h.N, h.Hash)
		if err != nil {
			return err
		}
	}
	return nil
}

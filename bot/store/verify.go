package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
)

// AuditCheck is what a check of the audit trail found.
type AuditCheck struct {
	Chains   []AuditChain   `json:"chains"`
	Findings []AuditFinding `json:"findings"` // the first of each chain is where it breaks
}

// AuditChain is one customer's chain. Who notes N and Hash outside of the database can tell later that nothing before them was changed, even
// by somebody who may write to every table.
type AuditChain struct {
	Customer string    `json:"customer"` // "" for what belongs to no customer
	N        int64     `json:"n"`
	Hash     string    `json:"hash"`
	Sealed   time.Time `json:"sealed,omitzero"` // world time of the last link
	Erased   int64     `json:"erased"`          // lines whose words are gone, with a line that says so
	Unsealed int64     `json:"unsealed"`        // lines that wait for the sealer
}

// AuditFinding is a place at which the trail is not what was sealed.
type AuditFinding struct {
	Customer string `json:"customer"`
	N        int64  `json:"n"`       // number in the chain
	Line     int64  `json:"line_id"` // the row of the trail, 0 when there is none
	Ticket   string `json:"ticket,omitempty"`
	What     string `json:"what"`
}

// mostFindings bounds what is told of one chain.
const mostFindings = 20

// backdated is how far a line may lie behind an earlier one: clocks of replicas differ by less.
const backdated = 10 * time.Minute

// VerifyAudit goes through every chain and compares it with the lines: a line that was changed, removed, put in or moved is found. Earlier
// are chains as they were noted before; each must still be a part of what there is.
func (s *Store) VerifyAudit(ctx context.Context, earlier []AuditChain) (AuditCheck, error) {
	n, err := s.Snapshot(ctx) // of one moment, whatever is sealed meanwhile
	if err != nil {
		return AuditCheck{}, err
	}
	defer func() { _ = n.Close() }()
	var customers []string
	const all = "SELECT customer FROM audit_head UNION SELECT DISTINCT customer FROM audit_link UNION SELECT DISTINCT customer FROM audit ORDER BY customer"
	if err := n.tx.SelectContext(ctx, &customers, all); err != nil {
		return AuditCheck{}, fmt.Errorf("listing the audit chains: %w", err)
	}
	for _, e := range earlier {
		if !slices.Contains(customers, e.Customer) {
			customers = append(customers, e.Customer)
		}
	}
	out := AuditCheck{Chains: []AuditChain{}, Findings: []AuditFinding{}}
	for _, customer := range customers {
		c := &chainCheck{tx: n.tx, chain: AuditChain{Customer: customer}, noted: map[int64]string{}}
		for _, e := range earlier {
			if e.Customer == customer && e.N > 0 {
				c.noted[e.N] = e.Hash
			}
		}
		if err := c.run(ctx); err != nil {
			return AuditCheck{}, fmt.Errorf("checking the audit chain of %q: %w", customer, err)
		}
		if c.chain.N > 0 || c.chain.Unsealed > 0 { // the head that the sealer holds is there before its chain is
			out.Chains = append(out.Chains, c.chain)
		}
		slices.SortStableFunc(c.findings, func(a, b AuditFinding) int { return cmp.Compare(a.N, b.N) })
		out.Findings = append(out.Findings, c.findings[:min(len(c.findings), mostFindings)]...)
	}
	return out, nil
}

// chainCheck goes through one chain.
type chainCheck struct {
	tx       *sqlx.Tx
	chain    AuditChain
	noted    map[int64]string // hash by number, as noted earlier
	findings []AuditFinding
	gone     []AuditFinding // links whose words are not there: erased, if a line says so
	erased   []span
	newest   int64 // microseconds of the newest line so far
}

type checkRow struct {
	linkRow
	Line   sql.NullInt64  `db:"line"`
	Ticket sql.NullString `db:"ticket"`
	Owner  sql.NullString `db:"owner"`
	AtUS   sql.NullInt64  `db:"at_us"`
	Part   sql.NullString `db:"feature"`
	What   sql.NullString `db:"what"`
	Why    sql.NullString `db:"why"`
	Ref    sql.NullString `db:"ref"`
	Link   sql.NullInt64  `db:"link"`
	Salt   sql.NullString `db:"salt"`
}

func (r checkRow) line() auditRow {
	return auditRow{
		ID: r.Line.Int64, Ticket: r.Ticket.String, Customer: r.Owner.String, AtUS: r.AtUS.Int64, Feature: r.Part.String,
		What: r.What.String, Why: r.Why.String, Ref: r.Ref.String, Link: r.Link.Int64, Salt: r.Salt.String,
	}
}

func (c *chainCheck) run(ctx context.Context) error {
	if err := c.walk(ctx); err != nil {
		return err
	}
	if err := c.head(ctx); err != nil {
		return err
	}
	if err := c.loose(ctx); err != nil {
		return err
	}
	erased := merged(c.erased)
	for _, g := range c.gone {
		if within(erased, g.N) {
			c.chain.Erased++
			continue
		}
		c.findings = append(c.findings, g)
	}
	for n := range c.noted {
		c.find(n, checkRow{}, fmt.Sprintf("link %d was noted earlier and is not there any more", n))
	}
	return nil
}

func (c *chainCheck) walk(ctx context.Context) error {
	rows, err := c.tx.QueryxContext(ctx, c.tx.Rebind(`SELECT l.customer, l.n, l.audit_id, l.sealed_us, l.digest, l.hash,
  a.id AS line, a.ticket, a.customer AS owner, a.at_us, a.feature, a.what, a.why, a.ref, a.link, a.salt
FROM audit_link l LEFT JOIN audit a ON a.id = l.audit_id WHERE l.customer = ? ORDER BY l.n`), c.chain.Customer)
	if err != nil {
		return fmt.Errorf("reading the links: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var r checkRow
		if err := rows.StructScan(&r); err != nil {
			return fmt.Errorf("reading a link: %w", err)
		}
		c.link(r)
		c.words(r)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("reading the links: %w", err)
	}
	return nil
}

// link looks whether a link follows the one before it. After a break it goes on from what is there, so that each break is told once.
func (c *chainCheck) link(r checkRow) {
	switch want := chained(c.chain.Hash, r.linkRow); {
	case r.N != c.chain.N+1:
		c.find(c.chain.N+1, checkRow{}, fmt.Sprintf("link %d follows link %d: what was between is gone", r.N, c.chain.N))
	case r.Hash != want:
		c.find(r.N, r, "the link does not follow from the one before it: it was changed, moved or put in")
	}
	if noted, ok := c.noted[r.N]; ok {
		if noted != r.Hash {
			c.find(r.N, r, "the link is another one than was noted earlier")
		}
		delete(c.noted, r.N)
	}
	c.chain.N, c.chain.Hash, c.chain.Sealed = r.N, r.Hash, instant(r.Sealed)
}

// words looks whether a line says what was sealed.
func (c *chainCheck) words(r checkRow) {
	l := r.line()
	switch {
	case !r.Line.Valid:
		c.gone = append(c.gone, AuditFinding{Customer: c.chain.Customer, N: r.N, What: "the line was removed, and no line says that it was erased"})
	case l.Link != r.N || l.Customer != c.chain.Customer:
		c.find(r.N, r, fmt.Sprintf("the line has the place %d of %q: it was moved, or opened to be sealed again", l.Link, l.Customer))
	case l.Salt == "":
		c.gone = append(c.gone, AuditFinding{Customer: c.chain.Customer, N: r.N, Line: l.ID, Ticket: l.Ticket, What: "the line was changed, and no line says that words of it were erased"})
	case l.digest() != r.Digest:
		c.find(r.N, r, "the line was changed after it was sealed")
	default:
		c.sound(r, l)
	}
}

// sound takes what an unchanged line tells of the others.
func (c *chainCheck) sound(r checkRow, l auditRow) {
	if text, ok := strings.CutPrefix(l.What, erasedPrefix); ok && l.Feature == FeatureAudit {
		c.erased = append(c.erased, readRanges(text)...)
	}
	if behind := time.Duration(c.newest-l.AtUS) * time.Microsecond; behind > backdated {
		c.find(r.N, r, fmt.Sprintf("its time lies %s before that of an earlier line: it was put in later, or the clock was set back", behind.Round(time.Second)))
	}
	c.newest = max(c.newest, l.AtUS)
}

// head compares the end of the chain with its head.
func (c *chainCheck) head(ctx context.Context) error {
	var heads []headRow
	if err := c.tx.SelectContext(ctx, &heads, c.tx.Rebind("SELECT customer, n, hash FROM audit_head WHERE customer = ?"), c.chain.Customer); err != nil {
		return fmt.Errorf("reading the head: %w", err)
	}
	var h headRow
	if len(heads) == 1 {
		h = heads[0]
	}
	if h.N != c.chain.N || h.Hash != c.chain.Hash {
		c.find(min(h.N, c.chain.N)+1, checkRow{}, fmt.Sprintf("the chain ends with link %d, its head says %d: its end was removed or put on", c.chain.N, h.N))
	}
	return nil
}

// loose looks at the lines that are in no chain: they wait for the sealer, or were put in with a number of their own.
func (c *chainCheck) loose(ctx context.Context) error {
	var rows []auditRow
	err := c.tx.SelectContext(ctx, &rows, c.tx.Rebind("SELECT "+auditColumns+` FROM audit
WHERE customer = ? AND NOT EXISTS (SELECT 1 FROM audit_link l WHERE l.audit_id = audit.id) ORDER BY id`), c.chain.Customer)
	if err != nil {
		return fmt.Errorf("reading the lines that are not sealed: %w", err)
	}
	for _, l := range rows {
		if l.Link == 0 {
			c.chain.Unsealed++
			if text, ok := strings.CutPrefix(l.What, erasedPrefix); ok && l.Feature == FeatureAudit {
				c.erased = append(c.erased, readRanges(text)...)
			}
			continue
		}
		c.findings = append(c.findings, AuditFinding{Customer: c.chain.Customer, N: l.Link, Line: l.ID, Ticket: l.Ticket, What: "the line was put in: the chain does not hold it"})
	}
	return nil
}

func (c *chainCheck) find(n int64, r checkRow, what string) {
	c.findings = append(c.findings, AuditFinding{Customer: c.chain.Customer, N: n, Line: r.Line.Int64, Ticket: r.Ticket.String, What: what})
}

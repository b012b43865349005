package store_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/bot"
	"toban/bot/store"
)

// trail is a database with an audit trail of two customers.
type trail struct {
	*testing.T
	*store.Store
	n int
}

// say writes lines into a customer's trail, as a decision does.
func (r *trail) say(customer string, whats ...string) {
	r.Helper()
	r.n++
	lane := fmt.Sprintf("demo/%d", r.n)
	e := bot.Event{Key: fmt.Sprint("e", r.n), Kind: "x", Lane: lane, At: t0}
	if err := r.Accept(r.Context(), e); err != nil {
		r.Fatal(err)
	}
	c, err := r.ClaimEvents(r.Context(), "me", t0, time.Minute, 1)
	if err != nil || len(c) != 1 {
		r.Fatal(c, err)
	}
	d := store.Decision{Claim: c[0], Now: t0.Add(time.Duration(r.n) * time.Second), Ticket: &bot.Ticket{ID: bot.TicketID(lane), Customer: customer, Key: fmt.Sprintf("K-%d", r.n), Received: t0}}
	for _, w := range whats {
		d.Reasons = append(d.Reasons, store.Audited{Feature: "desk", Reason: bot.Reason{What: w, Why: "because of 山田"}})
	}
	if err := r.Commit(r.Context(), d); err != nil {
		r.Fatal(err)
	}
}

func (r *trail) seal() int {
	r.Helper()
	n, err := r.Seal(r.Context(), t0.Add(time.Hour))
	if err != nil {
		r.Fatal(err)
	}
	return n
}

func (r *trail) hand(statements ...string) {
	r.Helper()
	for _, text := range statements {
		if err := r.Exec(r.Context(), text); err != nil {
			r.Fatalf("%s: %v", text, err)
		}
	}
}

// check tells what is found, as "customer n: what".
func (r *trail) check(earlier ...store.AuditChain) (found []string, chains map[string]store.AuditChain) {
	r.Helper()
	c, err := r.VerifyAudit(r.Context(), earlier)
	if err != nil {
		r.Fatal(err)
	}
	chains = map[string]store.AuditChain{}
	for _, k := range c.Chains {
		chains[k.Customer] = k
	}
	for _, f := range c.Findings {
		found = append(found, fmt.Sprintf("%s %d: %s", f.Customer, f.N, f.What))
	}
	return found, chains
}

// begin writes and seals three lines of a and two of b.
func (r *trail) begin() {
	r.Helper()
	r.say("a", "received", "classified")
	r.say("b", "received")
	r.seal()
	r.say("a", "taken")
	r.say("b", "taken")
	if n := r.seal(); n != 2 {
		r.Fatalf("sealed %d lines, want 2", n)
	}
	if n := r.seal(); n != 0 {
		r.Fatalf("sealed %d lines again", n)
	}
}

// wipe empties what the tests fill.
func (r *trail) wipe() {
	r.Helper()
	for _, table := range []string{"audit", "audit_link", "audit_head", "ticket", "inbox"} {
		r.hand("DELETE FROM " + table)
	}
}

// TestAudit tries the chains of the audit trail on both engines.
func TestAudit(t *testing.T) {
	tries := []struct {
		name string
		try  func(r *trail)
	}{
		{"tampering is found", auditTampering},
		{"a line put in for an earlier time is found", auditBackdated},
		{"a chain made anew is found by an earlier head", auditRewritten},
		{"erasing a person and a customer", auditErasing},
		{"what was kept long enough", auditExpiry},
		{"lines of the release before", auditOfPrevious},
	}
	for engine, open := range map[string]func(t *testing.T) *store.Store{"sqlite": openSQLite, "postgres": openPostgres} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			for _, c := range tries {
				t.Run(c.name, func(t *testing.T) {
					r := &trail{T: t, Store: s}
					r.wipe()
					r.begin()
					c.try(r)
				})
			}
		})
	}
}

const line2 = "(SELECT audit_id FROM audit_link WHERE customer = 'a' AND n = 2)"

// Whatever a hand does to the tables of a sealed trail is found, and the first place of it is named.
func auditTampering(r *trail) {
	cases := map[string]struct {
		hand []string
		want string // the first finding of a
	}{
		"nothing":                    {nil, ""},
		"a word changed":             {[]string{"UPDATE audit SET why = 'x' WHERE id = " + line2}, "a 2: the line was changed after it was sealed"},
		"a time changed":             {[]string{"UPDATE audit SET at_us = at_us - 1 WHERE id = " + line2}, "a 2: the line was changed after it was sealed"},
		"a line's ticket changed":    {[]string{"UPDATE audit SET ticket = 'demo/other' WHERE id = " + line2}, "a 2: the line was changed after it was sealed"},
		"changed, with its salt":     {[]string{"UPDATE audit SET why = 'x', salt = '' WHERE id = " + line2}, "a 2: the line was changed, and no line says"},
		"given to another customer":  {[]string{"UPDATE audit SET customer = 'b' WHERE id = " + line2}, `a 2: the line has the place 2 of "b"`},
		"opened to be sealed again":  {[]string{"UPDATE audit SET why = 'x', link = 0, salt = '' WHERE id = " + line2}, `a 2: the line has the place 0 of "a"`},
		"a line removed":             {[]string{"DELETE FROM audit WHERE id = " + line2}, "a 2: the line was removed"},
		"a line and its link":        {[]string{"DELETE FROM audit WHERE id = " + line2, "DELETE FROM audit_link WHERE customer = 'a' AND n = 2"}, "a 2: link 3 follows link 1"},
		"the first line and link":    {[]string{"DELETE FROM audit WHERE link = 1", "DELETE FROM audit_link WHERE n = 1"}, "a 1: link 2 follows link 0"},
		"the last line and link":     {[]string{"DELETE FROM audit WHERE link = 3", "DELETE FROM audit_link WHERE n = 3"}, "a 3: the chain ends with link 2, its head says 3"},
		"the chain":                  {[]string{"DELETE FROM audit_link WHERE customer = 'a'"}, "a 1: the chain ends with link 0, its head says 3"},
		"the head":                   {[]string{"DELETE FROM audit_head WHERE customer = 'a'"}, "a 1: the chain ends with link 3, its head says 0"},
		"a link changed":             {[]string{"UPDATE audit_link SET digest = hash WHERE customer = 'a' AND n = 2"}, "a 2: the link does not follow"},
		"a link changed to fit":      {[]string{"UPDATE audit_link SET sealed_us = 1 WHERE customer = 'a' AND n = 3"}, "a 3: the link does not follow"},
		"two lines exchanged":        {[]string{"UPDATE audit SET link = 9 - link WHERE customer = 'a' AND link > 1", "UPDATE audit SET link = CASE link WHEN 7 THEN 3 ELSE 2 END WHERE link > 5"}, `a 2: the line has the place 3 of "a"`},
		"two links exchanged":        {[]string{"UPDATE audit_link SET n = 9 - n WHERE customer = 'a' AND n > 1", "UPDATE audit_link SET n = CASE n WHEN 7 THEN 3 ELSE 2 END WHERE n > 5"}, "a 2: the link does not follow"},
		"a line put in with a place": {[]string{"INSERT INTO audit (ticket, customer, at_us, feature, what, why, ref, link, salt) VALUES ('demo/1', 'a', 1, 'desk', 'x', 'y', '', 2, 's')"}, "a 2: the line was put in"},
		"a line put in with a link": {
			[]string{
				"UPDATE audit_link SET n = 4 WHERE customer = 'a' AND n = 3",
				"INSERT INTO audit (ticket, customer, at_us, feature, what, why, ref, link, salt) VALUES ('demo/1', 'a', 1, 'desk', 'x', 'y', '', 3, 's')",
				"INSERT INTO audit_link (customer, n, audit_id, sealed_us, digest, hash) SELECT 'a', 3, MAX(id), 1, 'd', 'h' FROM audit",
			}, "a 3: the link does not follow",
		},
		"said to be erased before it was": {
			[]string{
				"INSERT INTO audit (ticket, customer, at_us, feature, what, why, ref) VALUES ('', 'a', 1, 'desk', 'erased lines 2', 'y', '')",
				"DELETE FROM audit WHERE id = " + line2,
			}, "a 2: the line was removed", // only the trail's own lines say so
		},
	}
	for name, c := range cases {
		r.wipe()
		r.begin()
		r.hand(c.hand...)
		found, chains := r.check()
		if c.want == "" && len(found) == 0 && chains["a"].N == 3 && chains["b"].N == 2 {
			continue
		}
		if len(found) == 0 || c.want == "" || !strings.HasPrefix(found[0], c.want) {
			r.Errorf("%s: found %q, want first %q", name, found, c.want)
		}
		if i := slices.IndexFunc(found, func(f string) bool { return strings.HasPrefix(f, "b ") }); i >= 0 && name != "the first line and link" {
			r.Errorf("%s: found %q in the other customer's chain", name, found[i])
		}
	}
}

// A line that is put in for a time long ago stands at the end of the chain and is told.
func auditBackdated(r *trail) {
	r.hand("INSERT INTO audit (ticket, customer, at_us, feature, what, why, ref) VALUES ('demo/1', 'a', 1, 'desk', 'x', 'y', '')")
	r.seal()
	found, _ := r.check()
	if len(found) != 1 || !strings.Contains(found[0], "a 4: its time lies") {
		r.Errorf("found %q", found)
	}
}

// Somebody who may write every table can make a whole new chain; who noted an earlier head finds out.
func auditRewritten(r *trail) {
	_, chains := r.check()
	noted := chains["a"]
	if found, _ := r.check(noted); len(found) > 0 {
		r.Fatalf("found %q", found)
	}
	r.say("a", "done")
	r.seal()
	if found, _ := r.check(noted); len(found) > 0 {
		r.Errorf("a chain that went on: found %q", found)
	}
	r.hand("UPDATE audit SET what = 'forged' WHERE id = "+line2, "UPDATE audit SET link = 0 WHERE customer = 'a'",
		"DELETE FROM audit_link WHERE customer = 'a'", "DELETE FROM audit_head WHERE customer = 'a'")
	r.seal()
	if found, _ := r.check(); len(found) > 0 {
		r.Fatalf("a chain that was made anew: found %q", found)
	}
	if found, _ := r.check(noted); len(found) != 1 || !strings.Contains(found[0], "a 3: the link is another one than was noted earlier") {
		r.Errorf("found %q", found)
	}
	r.hand("DELETE FROM audit WHERE customer = 'a'", "DELETE FROM audit_link WHERE customer = 'a'", "DELETE FROM audit_head WHERE customer = 'a'")
	if found, _ := r.check(noted); len(found) != 1 || !strings.Contains(found[0], "a 3: link 3 was noted earlier and is not there") {
		r.Errorf("found %q", found)
	}
}

// Words of a person and all words of a customer go; the chains stay, and say what was erased.
func auditErasing(r *trail) {
	r.say("a", "not sealed yet")
	person := store.Erasure{Customer: "a", Word: "山田", Why: "asked for on 2026-11-20", Now: t0.Add(time.Hour)}
	for i, dry := range []bool{true, true, false} {
		if n, err := r.Erase(r.Context(), person, dry); err != nil || n != 4 {
			r.Fatalf("erasing a person, %d: %d lines, %v", i, n, err)
		}
	}
	if n, err := r.Erase(r.Context(), person, false); err != nil || n != 0 {
		r.Errorf("erased again: %d lines, %v", n, err)
	}
	lines, err := r.Audit(r.Context(), "demo/1")
	if err != nil || len(lines) != 2 || lines[0].Why != "because of (消去)" || lines[0].What != "received" {
		r.Errorf("what is left: %+v, %v", lines, err)
	}
	found, chains := r.check()
	if diff := cmp.Diff([]int64{5, 4, 0}, []int64{chains["a"].N, chains["a"].Erased, chains["a"].Unsealed}); diff != "" || len(found) > 0 {
		r.Errorf("after a person: found %q; links, erased, unsealed (-want +got):\n%s", found, diff)
	}
	r.seal()
	whole := store.Erasure{Customer: "a", Why: "contract ended", Now: t0.Add(2 * time.Hour)}
	if n, err := r.Erase(r.Context(), whole, false); err != nil || n != 4 {
		r.Errorf("erasing a customer: %d lines, %v", n, err)
	}
	r.seal()
	found, chains = r.check()
	if diff := cmp.Diff([]int64{6, 4, 0}, []int64{chains["a"].N, chains["a"].Erased, chains["a"].Unsealed}); diff != "" || len(found) > 0 {
		r.Errorf("at the end: found %q; links, erased, unsealed (-want +got):\n%s", found, diff)
	}
	r.hand("UPDATE audit SET what = 'erased lines 99' WHERE feature = 'audit'")
	if found, _ := r.check(); len(found) == 0 || !strings.HasPrefix(found[0], "a 1: the line was removed") {
		r.Errorf("an erasure that was changed: found %q", found)
	}
	if _, err := r.Erase(r.Context(), store.Erasure{Customer: "a"}, false); err == nil {
		r.Error("erased without a reason")
	}
	if _, err := r.Erase(r.Context(), store.Erasure{Customer: "a", Word: "消", Why: "x"}, false); err == nil {
		r.Error("erased a part of the mark of an erasure, which never ends")
	}
}

// What was kept long enough goes, and the chains say so.
func auditExpiry(r *trail) {
	r.hand("UPDATE ticket SET ended_us = 1 WHERE id = 'demo/1'", "UPDATE inbox SET state = 'done'")
	keep := store.Keep{Now: t0.Add(time.Hour), RawEvents: t0, Messages: t0, Records: t0}
	if _, err := r.Expire(r.Context(), keep, false); err != nil {
		r.Fatal(err)
	}
	if lines, err := r.Audit(r.Context(), "demo/1"); err != nil || len(lines) > 0 {
		r.Fatalf("still there: %v, %v", lines, err)
	}
	for range 2 {
		found, chains := r.check()
		if len(found) > 0 || chains["a"].Erased != 2 || chains["b"].Erased != 0 {
			r.Errorf("found %q, chains %+v", found, chains)
		}
		r.seal()
	}
}

// Replicas that write and seal at the same time make one chain a customer.
func TestAuditReplicasMakeOneChain(t *testing.T) {
	dsn := cluster.Schema(t)
	const replicas, each = 3, 40
	var wg sync.WaitGroup
	var mu sync.Mutex
	for n := range replicas {
		s := open(t, store.Options{Postgres: dsn})
		wg.Go(func() {
			for i := range each {
				lane := fmt.Sprintf("demo/%d-%d", n, i)
				d := store.Decision{
					Now: t0, Ticket: &bot.Ticket{ID: bot.TicketID(lane), Customer: fmt.Sprint("c", i%2), Key: lane, Received: t0},
					Reasons: []store.Audited{{Feature: "desk", Reason: bot.Reason{What: "received " + lane}}, {Feature: "desk", Reason: bot.Reason{What: "answered"}}},
				}
				mu.Lock() // who claims what is not the matter here
				err := s.Accept(t.Context(), bot.Event{Key: lane, Kind: "x", Lane: lane, At: t0})
				c, e := s.ClaimEvents(t.Context(), fmt.Sprint(n), t0, time.Minute, 1)
				mu.Unlock()
				if err != nil || e != nil || len(c) != 1 {
					t.Error(err, e, c)
					return
				}
				d.Claim = c[0]
				if err := s.Commit(t.Context(), d); err != nil {
					t.Error(err)
				}
				if _, err := s.Seal(t.Context(), t0); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	r := &trail{T: t, Store: open(t, store.Options{Postgres: dsn})}
	for r.seal() > 0 {
		continue
	}
	found, chains := r.check()
	if len(found) > 0 || chains["c0"].N != replicas*each || chains["c1"].N != replicas*each || chains["c0"].Unsealed+chains["c1"].Unsealed > 0 {
		t.Errorf("found %q, chains %+v", found, chains)
	}
}

// The release before knows nothing of chains: what it writes beside this one is sealed like the rest.
func auditOfPrevious(r *trail) {
	r.hand(`INSERT INTO audit (ticket, customer, at_us, feature, what, why, ref) SELECT ticket, customer, at_us + 10000000, feature, what, why, ref FROM audit`)
	if n := r.seal(); n != 5 {
		r.Errorf("sealed %d lines, want 5", n)
	}
	if found, chains := r.check(); len(found) > 0 || chains["a"].N != 6 {
		r.Errorf("found %q, chains %+v", found, chains)
	}
}

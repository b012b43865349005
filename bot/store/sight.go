package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/lib/pq"

	"toban/bot"
)

// Sought says which holdings of a customer a decision needs: every share of what is scarce, and of the open requests those that another one
// may repeat. There may be thousands of these, so they are the newest, and whichever is in the same words.
type Sought struct {
	Customer string
	After    time.Time
	Like     string // a request's summary; "" asks for no request in the same words
	Key      string // an issue key whose request is wanted, too
}

const (
	// newestRequests is how many open requests of a customer a new one is compared with.
	newestRequests = 50
	// sameRequests is how many in the same words.
	sameRequests = 5
)

// sight is one caller's look at what a customer's tickets hold.
type sight struct {
	Sought
	list  []bot.Holding
	state int64
	known bool // that state was set before
	// damaged is how many requests could not be read.
	damaged int
}

type sightRow struct {
	N     int64  `db:"n"`    // which of the callers, from 1
	Kind  int64  `db:"kind"` // sightState, sightShare or sightRequest
	State int64  `db:"state"`
	Body  string `db:"body"`
}

const (
	sightState = iota
	sightShare
	sightRequest
)

// sightStatements read the state and what it is the state of, as they are at one moment: for one caller, and on PostgreSQL for many with one
// round trip. What is held comes as one text, a line each. An OFFSET keeps each look for one customer on its index (rows.go).
func sightStatements(d dialect) (one, all string) {
	one = fmt.Sprintf(`SELECT 1 AS n, 0 AS kind, value AS state, '' AS body FROM cursor WHERE name = ?
UNION ALL SELECT 1, 1, 0, %[3]s FROM (SELECT body FROM holding WHERE customer = ? AND sign = '' AND until_us > ? ORDER BY until_us, ticket, feature, n) AS shares
UNION ALL SELECT 1, 2, 0, %[3]s FROM (SELECT body FROM holding WHERE customer = ? AND sign <> '' AND until_us > ? ORDER BY until_us DESC LIMIT %[1]d) AS newest
UNION ALL SELECT 1, 2, 0, %[3]s FROM (SELECT body FROM holding WHERE customer = ? AND sign <> '' AND sign = ? AND until_us > ? LIMIT %[2]d) AS same`,
		newestRequests, sameRequests, d.lines("body"))
	all = fmt.Sprintf(`SELECT r.n, 0 AS kind, x.value AS state, '' AS body
FROM unnest(?::text[]) WITH ORDINALITY AS r (name, n), LATERAL (SELECT value FROM cursor WHERE name = r.name OFFSET 0) AS x
UNION ALL SELECT r.n, 1, 0, y.body FROM unnest(?::text[], ?::bigint[]) WITH ORDINALITY AS r (customer, after, n), LATERAL (SELECT %[3]s AS body FROM (
  SELECT body FROM holding WHERE customer = r.customer AND sign = '' AND until_us > r.after ORDER BY until_us, ticket, feature, n OFFSET 0) AS x) AS y
UNION ALL SELECT r.n, 2, 0, y.body FROM unnest(?::text[], ?::bigint[]) WITH ORDINALITY AS r (customer, after, n), LATERAL (SELECT %[3]s AS body FROM (
  SELECT body FROM holding WHERE customer = r.customer AND sign <> '' AND until_us > r.after ORDER BY until_us DESC LIMIT %[1]d) AS x) AS y
UNION ALL SELECT r.n, 2, 0, y.body FROM unnest(?::text[], ?::text[], ?::bigint[]) WITH ORDINALITY AS r (customer, sign, after, n), LATERAL (SELECT %[3]s AS body FROM (
  SELECT body FROM holding WHERE customer = r.customer AND sign <> '' AND sign = r.sign AND until_us > r.after LIMIT %[2]d) AS x) AS y`,
		newestRequests, sameRequests, d.lines("body"))
	return one, hidden.ReplaceAllString(all, "(SELECT $0)")
}

// SeeHoldings reads what a customer's tickets hold that is sought, in the order of its end, and the state that it is of, for a decision that
// takes a share: what changes later is decided again.
func (s *Store) SeeHoldings(ctx context.Context, what Sought) ([]bot.Holding, SeenHoldings, error) {
	look := &sight{Sought: what}
	if err := s.sights.do(ctx, look); err != nil {
		return nil, SeenHoldings{Customer: what.Customer}, s.damagedHolding(ctx, what.Customer, err)
	}
	if look.damaged > 0 {
		s.log.ErrorContext(ctx, "leaving out requests that are damaged in the database", "customer", what.Customer, "requests", look.damaged)
	}
	seen := SeenHoldings{Customer: what.Customer, State: look.state}
	if !look.known {
		if err := s.firstSights.do(ctx, what.Customer); err != nil {
			return nil, seen, err
		}
	}
	if what.Key == "" {
		return look.list, seen, nil
	}
	named, err := s.requestOf(ctx, what)
	return inOrderOfEnd(append(look.list, named...)), seen, err
}

var rowsFirstState = inserts("cursor", []string{"name", "value=0"}, "ON CONFLICT (name) DO NOTHING")

// beginStates gives customers the first state of what their tickets hold, once each, before a share is taken.
func (s *Store) beginStates(ctx context.Context, customers []string) error {
	slices.Sort(customers) // replicas wait for each other's rows in one order
	var list [][]any
	for _, c := range slices.Compact(customers) {
		list = append(list, []any{holdingState(c)})
	}
	return s.transact(ctx, stepAdvance, func(tx *work) error {
		_, err := s.execRows(ctx, tx, rowsFirstState, list)
		return err
	})
}

// requestOf reads the open request of an issue.
func (s *Store) requestOf(ctx context.Context, what Sought) ([]bot.Holding, error) {
	var rows []sightRow
	err := s.query(ctx, nil, &rows, `SELECT 1 AS n, 2 AS kind, 0 AS state, h.body FROM ticket t JOIN holding h ON h.ticket = t.id AND h.sign <> ''
WHERE t.issue_key = ? AND t.customer = ? AND h.until_us > ?`, what.Key, what.Customer, micros(what.After))
	if err != nil {
		return nil, err
	}
	one := &sight{Sought: what}
	return one.list, one.fill(rows, s.heldBodies)
}

// seeTogether looks for all callers with one statement.
func (s *Store) seeTogether(ctx context.Context, batch []*sight) error {
	var rows []sightRow
	if len(batch) == 1 || s.d.name != postgresDialect.name {
		for _, look := range batch {
			rows = nil
			c, after := look.Customer, micros(look.After)
			if err := s.query(ctx, nil, &rows, s.seeOne, holdingState(c), c, after, c, after, c, bot.SameWords(look.Like), after); err != nil {
				return err
			}
			if err := look.fill(rows, s.heldBodies); err != nil {
				return err
			}
		}
		return nil
	}
	names, customers, signs, after := make([]string, len(batch)), make([]string, len(batch)), make([]string, len(batch)), make([]int64, len(batch))
	for i, look := range batch {
		names[i], customers[i], signs[i], after[i] = cleanText(holdingState(look.Customer)), cleanText(look.Customer), bot.SameWords(look.Like), micros(look.After)
	}
	c, a := pq.Array(customers), pq.Array(after)
	if err := s.query(ctx, nil, &rows, s.seeAll, pq.Array(names), c, a, c, a, c, pq.Array(signs), a); err != nil {
		return err
	}
	byCaller := make([][]sightRow, len(batch))
	for _, r := range rows {
		byCaller[r.N-1] = append(byCaller[r.N-1], r)
	}
	for i, look := range batch {
		if err := look.fill(byCaller[i], s.heldBodies); err != nil {
			return err
		}
	}
	return nil
}

// fill takes rows in. A request that is damaged is left out: it is there so that a second one for the same is noticed, which is no reason to keep
// all new ones of the customer waiting.
func (l *sight) fill(rows []sightRow, known *bodies) error {
	l.list, l.state, l.known, l.damaged = nil, 0, false, 0
	n := 0
	for _, r := range rows {
		n += strings.Count(r.Body, "\n") + 1
	}
	l.list = make([]bot.Holding, 0, n)
	known.mu.Lock()
	defer known.mu.Unlock()
	for _, r := range rows {
		if r.Kind == sightState {
			l.state, l.known = r.State, true
			continue
		}
		for line := range strings.SplitSeq(r.Body, "\n") { // JSON has no line end of its own
			if line == "" {
				continue
			}
			h, err := known.holding(line)
			switch {
			case err == nil:
				l.list = append(l.list, h)
			case r.Kind == sightRequest:
				l.damaged++
			default:
				return &DamagedError{Of: "what tickets of " + l.Customer + " hold", Place: "holding.body", Err: err}
			}
		}
	}
	l.list = inOrderOfEnd(l.list)
	return nil
}

// bodies remember what rows say: of a customer's open requests the same are read for each new ticket.
type bodies struct {
	mu        sync.Mutex
	new, last map[string]body
}

// body is a row's text and what it says.
type body struct {
	text string
	says bot.Holding
}

// mostBodies is how many are remembered, twice: about a megabyte.
const mostBodies = 2048

// holding is what a text says; the caller holds the lock.
func (b *bodies) holding(text string) (bot.Holding, error) {
	if known, ok := b.new[text]; ok {
		return known.says, nil
	}
	known, ok := b.last[text]
	if !ok {
		if err := json.Unmarshal([]byte(text), &known.says); err != nil {
			return bot.Holding{}, err
		}
		known.text = strings.Clone(text) // the line alone, not the text that it came in
	}
	if len(b.new) >= mostBodies || b.new == nil {
		b.new, b.last = map[string]body{}, b.new
	}
	b.new[known.text] = known
	return known.says, nil
}

// inOrderOfEnd sorts by end, and names a request once that was found by two ways.
func inOrderOfEnd(list []bot.Holding) []bot.Holding {
	slices.SortStableFunc(list, func(a, b bot.Holding) int {
		return cmp.Or(a.Until.Compare(b.Until), cmp.Compare(a.Ticket, b.Ticket))
	})
	return slices.CompactFunc(list, func(a, b bot.Holding) bool {
		return a.Kind == bot.HoldRequest && b.Kind == bot.HoldRequest && a.Ticket == b.Ticket
	})
}

package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/lib/pq"

	"toban/bot"
)

// Loaded is a ticket with everything that its handlers keep.
type Loaded struct {
	Ticket  *bot.Ticket // nil when desk has not recorded it
	Stored  string      // the ticket as it is stored, with what this release has no field for
	Cursor  int64       // highest comment id that was read
	Version int64       // 0 for a new ticket
	States  map[string]FeatureState
	// Alert is what a decision on alerts needs beside the event; nil in other lanes.
	Alert *bot.AlertView
	// Letter is what a decision on a mail needs; nil in other lanes.
	Letter *bot.LetterView
	// Mode of the ticket's project, where the caller asked for it; "" is as good as on.
	Mode bot.Mode
	// Unsaid are the keys of the ticket's effects that did not go out in shadow, where the caller asked for them.
	Unsaid []string
	// Holdings are what the customer's other tickets hold, where the caller asked for them.
	Holdings []bot.Holding
	// Seen is which state of the customer's holdings they are; the zero value when nobody asked for them.
	Seen SeenHoldings
}

// SeenHoldings names a state of what a customer's tickets hold.
type SeenHoldings struct {
	Customer string
	State    int64
}

// FeatureState is what one feature keeps of a ticket.
type FeatureState struct {
	State json.RawMessage
	Panel json.RawMessage // as it is stored: most decisions make a new one and need not read this; nil when there is none
}

type ticketRow struct {
	ID      string `db:"id"`
	Cursor  int64  `db:"cursor"`
	Version int64  `db:"version"`
	Body    string `db:"body"`
}

// partRow is a ticket, or what a feature keeps of it.
type partRow struct {
	Feature string `db:"feature"` // "" for the ticket itself
	Body    string `db:"body"`
	Panel   string `db:"panel"`
	Cursor  int64  `db:"cursor"`
	Version int64  `db:"version"`
}

// wholeTicket reads a ticket and its parts as they were at one moment.
const wholeTicket = `SELECT '' AS feature, body, '' AS panel, cursor, version FROM ticket WHERE id = ?
UNION ALL SELECT feature, state, panel, 0, 0 FROM aggregate WHERE ticket = ?`

// Load reads a ticket; a ticket that is not there yet gives an empty Loaded.
func (s *Store) Load(ctx context.Context, id bot.TicketID) (Loaded, error) {
	if id == "" {
		return Loaded{States: map[string]FeatureState{}}, nil
	}
	one := &loading{id: id}
	if err := s.loads.do(ctx, one); err != nil {
		return Loaded{States: map[string]FeatureState{}}, err
	}
	return whole(id, one.parts)
}

// loading is one caller's ticket.
type loading struct {
	id    bot.TicketID
	parts []partRow
}

// wholeTickets is wholeTicket for many with one round trip.
var wholeTickets = hidden.ReplaceAllString(`SELECT r.n, '' AS feature, x.body, '' AS panel, x.cursor, x.version
FROM unnest(?::text[]) WITH ORDINALITY AS r (id, n), LATERAL (SELECT body, cursor, version FROM ticket WHERE id = r.id OFFSET 0) AS x
UNION ALL SELECT r.n, x.feature, x.state, x.panel, 0, 0
FROM unnest(?::text[]) WITH ORDINALITY AS r (id, n), LATERAL (SELECT feature, state, panel FROM aggregate WHERE ticket = r.id OFFSET 0) AS x`, "(SELECT $0)")

// loadTogether reads the rows of all callers' tickets as they were at one moment.
func (s *Store) loadTogether(ctx context.Context, batch []*loading) error {
	if len(batch) == 1 || s.d.name != postgresDialect.name {
		for _, one := range batch {
			one.parts = nil
			if err := s.query(ctx, nil, &one.parts, wholeTicket, string(one.id), string(one.id)); err != nil {
				return err
			}
		}
		return nil
	}
	ids := make([]string, len(batch))
	for i, one := range batch {
		ids[i], one.parts = cleanText(string(one.id)), nil
	}
	var rows []struct {
		partRow
		N int64 `db:"n"`
	}
	if err := s.query(ctx, nil, &rows, wholeTickets, pq.Array(ids), pq.Array(ids)); err != nil {
		return err
	}
	for _, r := range rows {
		batch[r.N-1].parts = append(batch[r.N-1].parts, r.partRow)
	}
	return nil
}

// whole puts a ticket together.
func whole(id bot.TicketID, parts []partRow) (Loaded, error) {
	l := Loaded{States: map[string]FeatureState{}}
	for _, p := range parts {
		if p.Feature == "" {
			l.Stored = p.Body
			t, err := readTicket(ticketRow{ID: string(id), Body: p.Body})
			if err != nil {
				return l, err
			}
			l.Ticket, l.Cursor, l.Version = t, p.Cursor, p.Version
			continue
		}
		f := FeatureState{}
		if p.Body != "" {
			f.State = json.RawMessage(p.Body)
		}
		if p.Panel != "" {
			f.Panel = json.RawMessage(p.Panel)
		}
		l.States[p.Feature] = f
	}
	return l, nil
}

func readTicket(r ticketRow) (*bot.Ticket, error) {
	var t bot.Ticket
	if err := read("ticket "+r.ID, "ticket.body", r.Body, &t); err != nil {
		return nil, err
	}
	return &t, nil
}

// Tickets lists a customer's tickets, all customers' when customer is "", the oldest first. Of years that is much: whoever needs a few of them, or a
// sum, goes through them with [Store.EachTicket].
func (s *Store) Tickets(ctx context.Context, customer string) ([]*bot.Ticket, error) {
	var out []*bot.Ticket
	err := s.EachTicket(ctx, customer, func(t *bot.Ticket) { out = append(out, t) })
	return out, err
}

// EachTicket goes through a customer's tickets, all customers' when customer is "", the oldest first, with one of them in memory at a time. f asks
// the database nothing.
func (s *Store) EachTicket(ctx context.Context, customer string, f func(t *bot.Ticket)) error {
	return each(ctx, s, "SELECT id, cursor, version, body FROM ticket WHERE customer = ? OR ? = '' ORDER BY received_us, id", func(r *ticketRow) error {
		t, err := readTicket(*r)
		if err == nil {
			f(t)
		}
		return err
	}, customer, customer)
}

// Part is what one feature keeps of a ticket.
type Part struct {
	Ticket *bot.Ticket
	State  json.RawMessage
}

// Parts lists what a feature keeps of a customer's tickets, of all customers' when customer is "": of those that are open or ended after
// since, in the order in which they came.
func (s *Store) Parts(ctx context.Context, feature, customer string, since time.Time) ([]Part, error) {
	var rows []struct {
		ticketRow
		State string `db:"state"`
	}
	err := s.query(ctx, nil, &rows, `SELECT t.id, t.cursor, t.version, t.body, a.state FROM ticket t JOIN aggregate a ON a.ticket = t.id AND a.feature = ?
WHERE (t.customer = ? OR ? = '') AND (t.ended_us = 0 OR t.ended_us >= ?) AND a.state <> '' ORDER BY t.received_us, t.id`, feature, customer, customer, micros(since))
	if err != nil {
		return nil, err
	}
	out := make([]Part, len(rows))
	for i, r := range rows {
		t, err := readTicket(r.ticketRow)
		if err != nil {
			return nil, err
		}
		out[i] = Part{Ticket: t, State: json.RawMessage(r.State)}
	}
	return out, nil
}

// ErrSeveral says that several spaces have an issue of a key.
var ErrSeveral = errors.New("several spaces have it")

// FindTicket finds a ticket by its issue key, or by space and key as in main/AOBA-12, where spaces have projects of one key.
func (s *Store) FindTicket(ctx context.Context, key string) (*bot.Ticket, error) {
	space, bare, named := strings.Cut(key, "/")
	if !named {
		bare = key
	}
	var rows []ticketRow
	if err := s.query(ctx, nil, &rows, "SELECT id, cursor, version, body FROM ticket WHERE issue_key = ? ORDER BY id", bare); err != nil {
		return nil, err
	}
	var found []*bot.Ticket
	var keys []string
	for _, r := range rows {
		t, err := readTicket(r)
		if err != nil {
			return nil, err
		}
		if !named || strings.EqualFold(space, t.Space) {
			found, keys = append(found, t), append(keys, t.Space+"/"+t.Key)
		}
	}
	switch len(found) {
	case 0:
		return nil, fmt.Errorf("finding ticket %s: %w", key, ErrNotFound)
	case 1:
		return found[0], nil
	}
	return nil, fmt.Errorf("finding ticket %s: %w; write one of %s", key, ErrSeveral, strings.Join(keys, ", "))
}

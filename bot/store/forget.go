package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// ErrStillOpen is why a customer can't be forgotten as a whole yet.
var ErrStillOpen = errors.New("something of the customer is still open")

// vocabulary is what states, ids and kinds are written in: a word of it would take parts of records away that nobody wrote.
var vocabulary = regexp.MustCompile(`^[a-z0-9_.:/-]*$`)

// place is a table that holds words of people.
type place struct {
	kind, table, key string
	texts            []string
	where            string // one argument for a ticket, two for a customer
}

// endedEffect are those that do not go out any more; what waits is to be said as it is.
const endedEffect = "state IN ('done', 'dead', 'withdrawn', 'superseded', 'shadow', 'refused')"

// placesOfTicket are those of one ticket, placesOfCustomer what belongs to no ticket.
func placesOfTicket() []place {
	return []place{
		{"tickets", "ticket", "id", []string{"body"}, "id = ?"},
		{"states of tickets", "aggregate", "feature", []string{"state", "panel"}, "ticket = ?"},
		{"facts", "fact", "fact_id", []string{"body"}, "ticket = ?"},
		{"clocks", "clock", "clock_id", []string{"body"}, "ticket = ?"},
		{"holdings", "holding", "feature || ':' || CAST(n AS TEXT)", []string{"body"}, "ticket = ?"},
		{"effects", "outbox", "id", []string{"body", "result", "problem"}, endedEffect + " AND ticket = ?"},
		{"events", "inbox", "id", []string{"body", "problem"}, "state IN ('done', 'dead') AND lane = ?"},
		{ExpiredRecorded, "recording", "id", []string{"body"}, "lane = ?"},
	}
}

func placesOfCustomer() []place {
	return []place{
		{"effects", "outbox", "id", []string{"body", "result", "problem"}, endedEffect + " AND customer = ? AND ticket NOT IN (SELECT id FROM ticket WHERE customer = ?)"},
		{"events", "inbox", "id", []string{"body", "problem"}, "state IN ('done', 'dead') AND customer = ? AND lane NOT IN (SELECT id FROM ticket WHERE customer = ?)"},
		{ExpiredRecorded, "recording", "id", []string{"body"}, "customer = ? AND lane NOT IN (SELECT id FROM ticket WHERE customer = ?)"},
		{"silences", "silence", "id", []string{"reason"}, "customer = ? AND customer = ?"},
		{"alerts", "alert", "lane", []string{"state"}, "customer = ? AND customer = ?"},
		{"proposals", "adoption", "ticket", []string{"body", "person"}, "customer = ? AND customer = ?"},
		{"closed months", "reference", "name", []string{"value"}, "ticket = 'report:' || CAST(? AS TEXT) AND CAST(? AS TEXT) <> '' AND name LIKE 'seal:%'"},
	}
}

// Forget takes a word, such as a person's name, out of everything that is kept of a customer, or removes all that is kept of the customer when
// there is no word; the audit trail goes the way of Erase. With dry it only counts. A ticket is changed in one transaction, and a decision that was
// made of what it was before is made again. What is still to go out stays; open says how much of that holds the word.
func (s *Store) Forget(ctx context.Context, e Erasure, dry bool) (done []Expired, open int64, err error) {
	if e.Word != "" && (utf8.RuneCountInString(e.Word) < 2 || vocabulary.MatchString(e.Word)) {
		return nil, 0, fmt.Errorf("forgetting %q: want a name or an address of at least 2 characters, which records are not written in themselves", e.Word)
	}
	lines, err := s.Erase(ctx, e, true) // refuses what it can't do before anything is done
	if err != nil {
		return nil, 0, err
	}
	if e.Word == "" {
		done, err = s.forgetCustomer(ctx, e, dry)
	} else {
		done, open, err = s.forgetWord(ctx, e, dry)
	}
	if err == nil && !dry {
		lines, err = s.Erase(ctx, e, false)
	}
	if err == nil && !dry {
		err = s.compact(ctx)
	}
	if lines > 0 {
		done = append(done, Expired{Kind: "audit lines", Rows: int64(lines)})
	}
	return done, open, err
}

func (s *Store) forgetWord(ctx context.Context, e Erasure, dry bool) (done []Expired, open int64, err error) {
	var tickets []string
	if err := s.query(ctx, nil, &tickets, "SELECT id FROM ticket WHERE customer = ? ORDER BY id", e.Customer); err != nil {
		return nil, 0, err
	}
	counts := map[string]int64{}
	scrub := func(places []place, args ...any) error {
		found := map[string]int64{}
		err := s.transact(ctx, stepErase, func(tx *work) error {
			clear(found)
			total := int64(0)
			shown, err := s.shown(ctx, tx, e.Word, args...)
			if err != nil {
				return err
			}
			found[shownKind] += int64(len(shown))
			for _, p := range places {
				n, err := s.scrub(ctx, tx, p, e.Word, dry, args...)
				if err != nil {
					return fmt.Errorf("taking words out of %s: %w", p.kind, err)
				}
				found[p.kind] += n
				total += n
			}
			if tx.idle = dry || total == 0; tx.idle {
				return nil
			}
			if err := s.showErased(ctx, tx, shown, e.Now); err != nil || len(args) > 1 {
				return err
			}
			// A decision under way read what was before: it is made again.
			_, err = s.exec(ctx, tx, "UPDATE ticket SET version = version + 1 WHERE id = ?", args...)
			return err
		})
		for k, n := range found {
			counts[k] += n
		}
		return err
	}
	for _, id := range tickets {
		if err := scrub(placesOfTicket(), id); err != nil {
			return nil, 0, err
		}
	}
	if err := scrub(placesOfCustomer(), e.Customer, e.Customer); err != nil {
		return nil, 0, err
	}
	for _, p := range append(placesOfTicket(), placesOfCustomer()...) {
		if n := counts[p.kind]; n > 0 {
			done = append(done, Expired{Kind: p.kind, Rows: n})
		}
		delete(counts, p.kind) // told once
	}
	if n := counts[shownKind]; n > 0 {
		done = append(done, Expired{Kind: shownKind, Rows: n})
	}
	var n []int64
	like, written := patterns(e.Word)
	err = s.query(ctx, nil, &n, `SELECT COUNT(*) FROM outbox WHERE customer = ? AND NOT (`+endedEffect+`) AND (body LIKE ? ESCAPE '\' OR body LIKE ? ESCAPE '\')`, e.Customer, like, written)
	if err != nil {
		return done, 0, err
	}
	return done, n[0], nil
}

// scrub takes a word out of the texts of one place.
func (s *Store) scrub(ctx context.Context, tx *work, p place, word string, dry bool, args ...any) (changed int64, err error) {
	like, written := patterns(word)
	var holds []string
	for _, c := range p.texts {
		holds = append(holds, c+` LIKE ? ESCAPE '\' OR `+c+` LIKE ? ESCAPE '\'`)
		args = append(args, like, written)
	}
	for i := len(p.texts); i < 3; i++ {
		p.texts = append(slices.Clone(p.texts), "''")
	}
	var rows []struct {
		Key string `db:"k"`
		A   string `db:"a"`
		B   string `db:"b"`
		C   string `db:"c"`
	}
	err = s.query(ctx, tx, &rows, fmt.Sprintf("SELECT CAST(%s AS TEXT) AS k, %s AS a, %s AS b, %s AS c FROM %s WHERE %s AND (%s)",
		p.key, p.texts[0], p.texts[1], p.texts[2], p.table, p.where, strings.Join(holds, " OR ")), args...)
	if err != nil || dry {
		return int64(len(rows)), err
	}
	scope := args[:len(args)-2*len(holds)]
	for _, r := range rows {
		var set []string
		var values []any
		for i, old := range []string{r.A, r.B, r.C} {
			if p.texts[i] == "''" {
				continue
			}
			set, values = append(set, p.texts[i]+" = ?"), append(values, blanked(old, word))
		}
		n, err := s.exec(ctx, tx, fmt.Sprintf("UPDATE %s SET %s WHERE %s AND CAST(%s AS TEXT) = ?", p.table, strings.Join(set, ", "), p.where, p.key),
			append(append(values, scope...), r.Key)...)
		if err != nil {
			return changed, err
		}
		changed += n
	}
	return changed, nil
}

// patterns find a word as it is, and as JSON writes it.
func patterns(word string) (like, written string) {
	escape := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
	raw, err := json.Marshal(word)
	if err != nil { // it is valid text
		raw = []byte(`"` + word + `"`)
	}
	return "%" + escape.Replace(word) + "%", "%" + escape.Replace(string(raw[1:len(raw)-1])) + "%"
}

// blanked replaces a word wherever people's words stand in a record; names of its parts stay.
func blanked(text, word string) string {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil || dec.More() {
		return strings.ReplaceAll(text, word, erasedWord)
	}
	out, err := json.Marshal(scrubbed(v, word))
	if err != nil {
		return strings.ReplaceAll(text, word, erasedWord)
	}
	return string(bytes.TrimSpace(out))
}

func scrubbed(v any, word string) any {
	switch v := v.(type) {
	case string:
		return strings.ReplaceAll(v, word, erasedWord)
	case []any:
		for i := range v {
			v[i] = scrubbed(v[i], word)
		}
	case map[string]any:
		for k := range v {
			v[k] = scrubbed(v[k], word)
		}
	}
	return v
}

// forgetCustomer removes all that is kept of a customer whose tickets have ended and who hears nothing any more.
func (s *Store) forgetCustomer(ctx context.Context, e Erasure, dry bool) (done []Expired, err error) {
	customer := e.Customer
	mine := "IN (SELECT id FROM ticket WHERE customer = ?)"
	removals := []struct{ kind, table, where string }{
		{"states of tickets", "aggregate", "ticket " + mine},
		{"facts", "fact", "ticket " + mine},
		{"timers", "timer", "ticket " + mine},
		{"references", "reference", "ticket " + mine},
		{"clocks", "clock", "customer = ?"},
		{"holdings", "holding", "customer = ?"},
		{"timers", "timer", "ticket IN (SELECT lane FROM alert WHERE customer = ?)"},
		{"timers", "timer", "ticket IN (SELECT 'silence:' || id FROM silence WHERE customer = ?)"},
		{"alerts", "alert", "customer = ?"},
		{"silences", "silence", "customer = ?"},
		{"proposals", "adoption", "customer = ?"},
		{"managed resources", "managed", "customer = ?"},
		{"sizes of groups", "group_size", "customer = ?"},
		{"effects", "outbox", "customer = ?"},
		{ExpiredRecorded, "recording", "customer = ?"},
		{"events", "inbox", "customer = ?"},
		{"events", "inbox", "lane " + mine},
		{"tickets", "ticket", "customer = ?"},
	}
	err = s.transact(ctx, stepErase, func(tx *work) error {
		done = nil
		if _, err := s.takeIn(ctx, tx, allIn); err != nil {
			return err
		}
		for what, text := range map[string]string{
			"tickets": "SELECT COUNT(*) FROM ticket WHERE customer = ? AND ended_us = 0", "effects": "SELECT COUNT(*) FROM outbox WHERE customer = ? AND NOT (" + endedEffect + ")",
			"events": "SELECT COUNT(*) FROM inbox WHERE customer = ? AND state NOT IN ('done', 'dead')",
		} {
			var n []int64
			if err := s.query(ctx, tx, &n, text, customer); err != nil {
				return err
			}
			if n[0] > 0 {
				return fmt.Errorf("forgetting customer %s: %w: %d %s", customer, ErrStillOpen, n[0], what)
			}
		}
		shown, err := s.shown(ctx, tx, "", customer)
		if err != nil {
			return err
		}
		if len(shown) > 0 {
			done = append(done, Expired{Kind: shownKind, Rows: int64(len(shown))})
		}
		if !dry {
			if err := s.blankShown(ctx, tx, shown, e); err != nil {
				return err
			}
			if err := s.wordlessSeals(ctx, tx, customer); err != nil {
				return err
			}
		}
		for _, r := range removals {
			var n []int64
			if err := s.query(ctx, tx, &n, "SELECT COUNT(*) FROM "+r.table+" WHERE "+r.where, customer); err != nil {
				return err
			}
			if n[0] == 0 {
				continue
			}
			if i := slices.IndexFunc(done, func(x Expired) bool { return x.Kind == r.kind }); i >= 0 {
				done[i].Rows += n[0]
			} else {
				done = append(done, Expired{Kind: r.kind, Rows: n[0]})
			}
			if dry {
				continue
			}
			if _, err := s.exec(ctx, tx, "DELETE FROM "+r.table+" WHERE "+r.where, customer); err != nil {
				return err
			}
		}
		tx.idle = dry || len(done) == 0
		return nil
	})
	return done, err
}

// compact writes the file of SQLite anew, so that nothing of what was removed is left in its free pages; PostgreSQL does that by itself in time.
func (s *Store) compact(ctx context.Context) error {
	if s.d.name == postgresDialect.name {
		return nil
	}
	if _, err := s.alone(ctx, stepErase, "VACUUM"); err != nil {
		return fmt.Errorf("writing the database's file anew: %w", err)
	}
	if _, err := s.alone(ctx, stepErase, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		return fmt.Errorf("emptying the database's log: %w", err)
	}
	return nil
}

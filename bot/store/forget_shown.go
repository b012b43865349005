package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"toban/bot"
)

// shownKind is what an erasure calls the messages that Slack shows.
const shownKind = "messages in Slack"

// shownRow is a card or message that Slack shows.
type shownRow struct {
	ID       int64  `db:"id"`
	Kind     string `db:"kind"`
	Ticket   string `db:"ticket"`
	Customer string `db:"customer"`
	Project  string `db:"project"`
	RemoteID string `db:"remote_id"`
	Body     string `db:"body"`
}

const selectShown = "SELECT id, kind, ticket, customer, project, remote_id, body FROM outbox WHERE state = 'done' AND remote_id <> '' AND kind IN ('slack.post', 'slack.card') AND "

// shown lists what Slack shows of one ticket, or with two arguments of what belongs to no ticket of a customer, and holds a word; of a
// customer as a whole for no word. Of a ticket's cards only the newest counts: they are one message.
func (s *Store) shown(ctx context.Context, tx *work, word string, args ...any) ([]shownRow, error) {
	where := "ticket = ?"
	switch {
	case word == "":
		where = "customer = ?"
	case len(args) > 1:
		where = "customer = ? AND ticket NOT IN (SELECT id FROM ticket WHERE customer = ?)"
	}
	if word != "" {
		like, written := patterns(word)
		where, args = where+` AND (body LIKE ? ESCAPE '\' OR body LIKE ? ESCAPE '\')`, append(append([]any{}, args...), like, written)
	}
	var rows []shownRow
	if err := s.query(ctx, tx, &rows, selectShown+where+" AND (kind <> 'slack.card' OR id = (SELECT MAX(o.id) FROM outbox o WHERE o.ticket = outbox.ticket AND o.kind = 'slack.card' AND o.state = 'done')) ORDER BY id", args...); err != nil {
		return nil, fmt.Errorf("looking for what Slack shows: %w", err)
	}
	return rows, nil
}

// showErased queues that each of the messages is edited in place, with its words as they are kept now. A card of which a newer version waits
// is edited by that.
func (s *Store) showErased(ctx context.Context, tx *work, shown []shownRow, now time.Time) error {
	var out []bot.Effect
	for _, r := range shown {
		var bodies []string
		if err := s.query(ctx, tx, &bodies, "SELECT body FROM outbox WHERE id = ?", r.ID); err != nil || len(bodies) == 0 {
			return err
		}
		e := bot.Effect{
			Key: fmt.Sprintf("erase:%d:%d", r.ID, micros(now)), Kind: bot.EffectKind(r.Kind), Class: bot.Cosmetic, Bulk: true,
			Ticket: bot.TicketID(r.Ticket), Customer: r.Customer, Project: r.Project, Body: json.RawMessage(bodies[0]),
		}
		if e.Kind == bot.EffectCard {
			var open []int64
			if err := s.query(ctx, tx, &open, "SELECT id FROM outbox WHERE ticket = ? AND kind = 'slack.card' AND NOT ("+endedEffect+") LIMIT 1", r.Ticket); err != nil {
				return err
			}
			if len(open) > 0 {
				continue
			}
			e.Coalesce = "card:" + r.Ticket
		} else {
			var p bot.Post
			if err := e.Decode(&p); err != nil {
				return err
			}
			p.Edit = r.RemoteID
			e = edit(e, p)
		}
		out = append(out, e)
	}
	return s.queue(ctx, tx, now, out)
}

func edit(e bot.Effect, p bot.Post) bot.Effect {
	made := bot.MakeEffect(bot.EffectPost, bot.Cosmetic, e.Key, nil, p)
	made.Ticket, made.Customer, made.Project, made.Bulk = e.Ticket, e.Customer, e.Project, true
	return made
}

// blankShown queues that nothing of a customer's messages stays to be read. The edits belong to nobody: what is the customer's goes.
func (s *Store) blankShown(ctx context.Context, tx *work, shown []shownRow, e Erasure) error {
	var out []bot.Effect
	for _, r := range shown {
		key := fmt.Sprintf("erase:%d:%d", r.ID, micros(e.Now))
		out = append(out, edit(bot.Effect{Key: key}, bot.Post{Text: erasedWord, Edit: r.RemoteID}))
	}
	return s.queue(ctx, tx, e.Now, out)
}

// wordlessSeals takes what people wrote out of a customer's closed months; their figures stay.
func (s *Store) wordlessSeals(ctx context.Context, tx *work, customer string) error {
	id := string(bot.ReportRefs(customer))
	var rows []referenceRow
	if err := s.query(ctx, tx, &rows, "SELECT name, value FROM reference WHERE ticket = ? AND name LIKE 'seal:%' ORDER BY name", id); err != nil {
		return err
	}
	for _, r := range rows {
		var seal map[string]any
		if err := json.Unmarshal([]byte(r.Value), &seal); err != nil {
			return fmt.Errorf("reading %s of customer %s: %w", r.Name, customer, err)
		}
		blankKeys(seal, "by")
		list, _ := seal["rows"].([]any)
		for _, row := range list {
			if m, ok := row.(map[string]any); ok {
				blankKeys(m, "cause", "measure")
			}
		}
		text, err := json.Marshal(seal)
		if err != nil {
			return fmt.Errorf("writing %s of customer %s: %w", r.Name, customer, err)
		}
		if err := s.setReference(ctx, tx, bot.TicketID(id), r.Name, string(text)); err != nil {
			return err
		}
	}
	return nil
}

func blankKeys(m map[string]any, names ...string) {
	for _, n := range names {
		if text, ok := m[n].(string); ok && text != "" {
			m[n] = erasedWord
		}
	}
}

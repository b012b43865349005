package store

import (
	"context"
	"encoding/json"
	"time"

	"toban/bot"
)

// LetterOf is the mail by which the effect of a key opened an issue, without what is attached, and how many receipts its contact had since; nil when
// the key is of no such effect, or the mail is not kept any more.
func (s *Store) LetterOf(ctx context.Context, key string, since time.Time) (*bot.LetterView, error) {
	event, ok := bot.LetterEvent(key)
	if !ok {
		return nil, nil //nolint:nilnil // no mail
	}
	var rows []inboxRow
	if err := s.query(ctx, nil, &rows, "SELECT id, event_key, kind, lane, customer, at_us, body, attempt, problem, trace FROM inbox WHERE event_key = ?", event); err != nil || len(rows) == 0 {
		return nil, err
	}
	v := &bot.LetterView{Opened: &bot.Letter{}}
	if err := rows[0].event().Decode(v.Opened); err != nil {
		return nil, nil //nolint:nilerr,nilnil // it was erased
	}
	v.Opened.Raw, v.Opened.Files = nil, nil
	if v.Opened.Contact == "" {
		return v, nil
	}
	var mails []struct {
		Key  string `db:"effect_key"`
		Body string `db:"body"`
	}
	if err := s.query(ctx, nil, &mails, "SELECT effect_key, body FROM outbox WHERE kind = 'mail.send' AND customer = ? AND made_us > ?", v.Opened.Customer, micros(since)); err != nil {
		return nil, err
	}
	for _, m := range mails {
		var body bot.Mail
		if bot.IsReceipt(m.Key) && json.Unmarshal([]byte(m.Body), &body) == nil && body.To == bot.ContactRef(v.Opened.Contact) {
			v.Receipts++
		}
	}
	return v, nil
}

// LetterView finds the ticket that a mail is about: by an issue key in its subject, or as the answer to a mail that opened one; nil for events
// that are no mails. Tickets of other customers are not looked at.
func (s *Store) LetterView(ctx context.Context, e bot.Event) (*bot.LetterView, error) {
	if e.Kind != bot.EventLetter {
		return nil, nil //nolint:nilnil // no mail
	}
	var l bot.Letter
	if err := e.Decode(&l); err != nil {
		return nil, bot.Permanent(err)
	}
	v := &bot.LetterView{}
	keys := l.About
	for _, id := range l.Answers {
		var opened []string
		if err := s.query(ctx, nil, &opened, "SELECT remote_id FROM outbox WHERE effect_key = ? AND customer = ? AND state = 'done'", bot.LetterKey(l.Customer, id), l.Customer); err != nil {
			return nil, err
		}
		keys = append(keys, opened...)
	}
	for _, key := range keys {
		var rows []ticketRow
		if err := s.query(ctx, nil, &rows, "SELECT id, cursor, version, body FROM ticket WHERE issue_key = ? AND customer = ? ORDER BY id", key, l.Customer); err != nil {
			return nil, err
		}
		if len(rows) > 0 {
			var err error
			v.Ticket, err = readTicket(rows[0])
			return v, err
		}
	}
	return v, nil
}

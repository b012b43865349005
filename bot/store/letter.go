package store

import (
	"context"

	"toban/bot"
)

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

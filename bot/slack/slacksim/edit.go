package slacksim

import (
	"context"
	"errors"
	"strings"
)

// Edit rewrites a person's own message.
type Edit struct {
	User    string `json:"user"`
	Channel string `json:"channel"`
	TS      string `json:"ts"`
	Text    string `json:"text"`
}

// Delete takes away a person's own message, for an administrator anybody's, and for everybody what only they see.
type Delete struct {
	User    string `json:"user"`
	Channel string `json:"channel"`
	TS      string `json:"ts"`
}

// Edit edits a message. It does not wait for the app, which hears of it as message_changed.
func (s *Server) Edit(ctx context.Context, e Edit) error {
	_, err := s.perform(ctx, func() (*delivery, error) {
		u, ch, err := s.seat(e.User, e.Channel)
		if err != nil {
			return nil, err
		}
		m := ch.message(e.TS)
		switch {
		case m == nil || m.user != u.ID || m.subtype != "" && m.subtype != "thread_broadcast":
			return nil, unknown("%s can't edit message %s", u.Name, e.TS)
		case ch.archived:
			return nil, unknown("channel %s is archived", ch.name)
		case strings.TrimSpace(e.Text) == "":
			return nil, errors.New("nothing to say")
		}
		old, stamp := s.messageJSON(ch, m, false), s.nextTS()
		m.text = s.typed(e.Text)
		m.blocks = s.dress([]any{richText(m.text, true)})
		m.edited = obj{"user": u.ID, "ts": stamp}
		s.rev++
		s.emitChanged(ch, m, old, stamp)
		return nil, nil
	})
	return wrap(err, "editing %s in %s", e.TS, e.Channel)
}

// Delete deletes a message. It does not wait for the app, which hears of it as message_deleted; of a dismissed ephemeral nobody hears.
func (s *Server) Delete(ctx context.Context, d Delete) error {
	_, err := s.perform(ctx, func() (*delivery, error) {
		u, ch, err := s.seat(d.User, d.Channel)
		if err != nil {
			return nil, err
		}
		if e := ch.ephemeral(d.TS); e != nil && e.audience == u.ID {
			ch.forget(e)
			s.rev++
			return nil, nil
		}
		m := ch.message(d.TS)
		switch {
		case m == nil || m.subtype == "tombstone" || m.user != u.ID && !u.IsAdmin:
			return nil, unknown("%s can't delete message %s", u.Name, d.TS)
		case ch.archived:
			return nil, unknown("channel %s is archived", ch.name)
		}
		s.remove(ch, m)
		return nil, nil
	})
	return wrap(err, "deleting %s in %s", d.TS, d.Channel)
}

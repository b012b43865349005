package slack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/slack/view"
)

// sendCard edits the ticket's card, or posts it when there is none (any more). The card stays in the channel where it was posted.
func (s *Slack) sendCard(ctx context.Context, a bot.Attempt, c bot.Card) (bot.Sent, error) {
	if a.Look { // what was decided since the first try may have been edited into the card already
		if now, err := s.c.Board.Card(ctx, c.Ticket); err == nil && now.Version > c.Version {
			now.Channel = c.Channel
			c = now
		}
	}
	v := view.Card(c)
	for _, n := range v.Notes {
		s.c.Logger.Error("showing a card", "ticket", c.Ticket, "reason", n)
	}
	m := message{doing: "posting card of " + c.Key, channel: c.Channel, key: a.Effect.Key, card: c.Ticket, view: v, urgent: a.Effect.Urgent}
	m.again = func() view.Message {
		again := c
		again.Panels = append([]bot.Panel{{State: "【再送】同じカードがすでに届いている場合があります。"}}, c.Panels...)
		return view.Card(again)
	}
	channel, ts, known := cardRef(a.Refs)
	if known {
		gone, err := s.update(ctx, channel, ts, m)
		if gone == "" {
			if err != nil {
				return bot.Sent{}, err
			}
			return s.edited(channel, ts, "", m), nil
		}
		// A person deleted the card, or it is another installation's: staff must not lose sight of the ticket.
		s.c.Logger.Warn("posting a card anew", "ticket", c.Ticket, "reason", gone)
		m.view.Notes = append(m.view.Notes, "posted anew: "+gone)
	}
	if c.Channel == "" {
		return bot.Sent{}, bot.Permanent(fmt.Errorf("posting card of %s: customer %q has no Slack channel: set it in the customer's file", c.Key, a.Effect.Customer))
	}
	// A cosmetic card is an update by its nature: without a reference the first card's answer may have been lost, so any card will do.
	m.anyCard = !known
	if a.Look || !known && a.Effect.Class == bot.Cosmetic {
		ts, err := s.lookUp(ctx, a, &m)
		if err != nil && (a.Look || !errors.Is(err, errBlind)) { // nobody tried yet: a look that isn't possible isn't needed
			return bot.Sent{}, err
		}
		if ts != "" {
			if _, err := s.update(ctx, m.channel, ts, m); err != nil {
				return bot.Sent{}, err
			}
			return s.edited(m.channel, ts, "found on look", m), nil
		}
	}
	return s.post(ctx, m)
}

// edited describes a card that was edited now: its ts is the instant at which it was first posted, and Slack tells no other.
func (s *Slack) edited(channel, ts, why string, m message) bot.Sent {
	out := s.sent(channel, ts, why, m)
	out.At = s.c.Clock.Now()
	return out
}

// update edits a card. gone is the API's code when the message can't be edited any more, with the error that says so.
func (s *Slack) update(ctx context.Context, channel, ts string, m message) (gone string, err error) {
	_, _, _, err = s.api.UpdateMessageContext(ctx, channel, ts, s.content(m.view)...)
	switch c := code(err); c {
	case codeMessageNotFound, "cant_update_message", "edit_window_closed":
		gone = c
	}
	return gone, s.fault("updating card of "+string(m.card), channel, err)
}

// sendPost posts into the thread of the ticket's card, or into a channel.
func (s *Slack) sendPost(ctx context.Context, a bot.Attempt, p bot.Post) (bot.Sent, error) {
	if p.Edit != "" {
		return s.editPost(ctx, a, p)
	}
	ticket := a.Effect.Ticket
	channel, thread, carded := cardRef(a.Refs)
	top := p.Top
	switch {
	case ticket == "" || !carded, p.Top && p.Channel != "" && p.Channel != channel:
		channel, thread, top = p.Channel, "", false
	}
	if ticket == "" && slices.ContainsFunc(p.Buttons, func(b bot.Button) bool { return !cardless(b.Action) }) {
		return bot.Sent{}, bot.Permanent(fmt.Errorf("posting %s: buttons need a ticket: a feature's fault, please report it", a.Effect.Key))
	}
	out := view.Post{Post: p, Ticket: ticket, Late: s.late(a.Effect)}
	if thread == "" && ticket != "" { // outside its thread a message must say what it is about
		card, err := s.c.Board.Card(ctx, ticket)
		if err != nil {
			return bot.Sent{}, fmt.Errorf("posting %s: reading ticket %s: %w", a.Effect.Key, ticket, err)
		}
		out.Key, out.Title, out.URL = card.Key, card.Title, card.URL
		if channel == "" {
			channel = card.Channel
		}
	}
	if channel == "" {
		return bot.Sent{}, bot.Permanent(fmt.Errorf("posting %s: no channel is known: set one for customer %q", a.Effect.Key, a.Effect.Customer))
	}
	m := message{doing: "posting " + a.Effect.Key, channel: channel, thread: thread, top: top, key: a.Effect.Key, view: out.Message(), urgent: a.Effect.Urgent}
	m.again = func() view.Message { out.Again = true; return out.Message() }
	sent, err := s.once(ctx, a, m)
	if thread != "" && threadGone(err) {
		a.Refs = nil // the card is gone; what stood below it must be heard all the same
		return s.sendPost(ctx, a, p)
	}
	return sent, err
}

// editPost gives a message of ours other words. They are absolute, so that a repeat does no harm, and what a person deleted holds none.
func (s *Slack) editPost(ctx context.Context, a bot.Attempt, p bot.Post) (bot.Sent, error) {
	channel, ts, ok := strings.Cut(p.Edit, " ")
	if !ok || channel == "" || ts == "" {
		return bot.Sent{}, bot.Permanent(fmt.Errorf("editing %s: %q is no reference of a message", a.Effect.Key, p.Edit))
	}
	if a.Effect.Ticket == "" {
		p.Buttons = slices.DeleteFunc(slices.Clone(p.Buttons), func(b bot.Button) bool { return !cardless(b.Action) })
	}
	p.Mention = nil // nobody is called again
	m := message{doing: "editing " + a.Effect.Key, channel: channel, key: a.Effect.Key, view: view.Post{Post: p, Ticket: a.Effect.Ticket}.Message()}
	gone, err := s.update(ctx, channel, ts, m)
	if gone != "" {
		return bot.Sent{RemoteID: p.Edit, At: s.c.Clock.Now(), Why: "left: " + gone}, nil
	}
	if err != nil {
		return bot.Sent{}, err
	}
	return s.edited(channel, ts, "", m), nil
}

// once posts a message unless a look finds it.
func (s *Slack) once(ctx context.Context, a bot.Attempt, m message) (bot.Sent, error) {
	if a.Look {
		ts, err := s.lookUp(ctx, a, &m)
		if err != nil {
			return bot.Sent{}, err
		}
		if ts != "" {
			return s.sent(m.channel, ts, "found on look", m), nil
		}
	}
	if a.Halt {
		return bot.Sent{}, bot.ErrWithdrawn
	}
	return s.post(ctx, m)
}

// late says in the customer's zone when a message was promised, when that is more than a minute ago.
func (s *Slack) late(e bot.Effect) string {
	if e.Due.IsZero() || s.c.Clock.Now().Sub(e.Due) <= time.Minute {
		return ""
	}
	zone := time.UTC
	if c, ok := s.c.Directory().Customer(e.Customer); ok && c.Zone != nil {
		zone = c.Zone
	}
	return e.Due.In(zone).Format("1月2日 15:04 MST")
}

// sendEphemeral shows a message to one person, once: it leaves nothing to look up, and the thread has the fact.
func (s *Slack) sendEphemeral(ctx context.Context, a bot.Attempt, e bot.Ephemeral) (bot.Sent, error) {
	if a.Number > 1 || a.Look {
		return bot.Sent{Why: "not repeated: an ephemeral message can't be looked up"}, nil
	}
	if _, err := s.api.PostEphemeralContext(ctx, e.Channel, e.User, s.content(view.Whisper(e.Text))...); err != nil {
		return bot.Sent{}, s.fault("telling "+e.User, e.Channel, err)
	}
	return bot.Sent{}, nil
}

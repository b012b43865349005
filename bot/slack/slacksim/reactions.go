package slacksim

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// emoji looks like a name of an emoji; the list of existing ones is not known here.
var emoji = regexp.MustCompile(`^[\p{Ll}\p{Lo}\p{Nd}_+'ー-]+(::skin-tone-[2-6])?$`)

// react adds a user's reaction.
func (s *Server) react(ch *channel, m *message, user, name string) error {
	if !emoji.MatchString(name) {
		return fail("invalid_name")
	}
	i := slices.IndexFunc(m.reactions, func(r *reaction) bool { return r.name == name })
	if i < 0 {
		m.reactions = append(m.reactions, &reaction{name: name})
		i = len(m.reactions) - 1
	}
	r := m.reactions[i]
	if slices.Contains(r.users, user) {
		return fail("already_reacted")
	}
	r.users = append(r.users, user)
	s.rev++
	s.emitReaction("reaction_added", ch, m, user, name)
	return nil
}

// unreact takes a user's reaction back.
func (s *Server) unreact(ch *channel, m *message, user, name string) error {
	i := slices.IndexFunc(m.reactions, func(r *reaction) bool { return r.name == name && slices.Contains(r.users, user) })
	if i < 0 {
		return fail("no_reaction")
	}
	r := m.reactions[i]
	r.users = slices.DeleteFunc(r.users, func(u string) bool { return u == user })
	if len(r.users) == 0 {
		m.reactions = slices.Delete(m.reactions, i, i+1)
	}
	s.rev++
	s.emitReaction("reaction_removed", ch, m, user, name)
	return nil
}

// item finds the message that a reaction or pin is about.
func (c *call) item() (*channel, *message, error) {
	ch := c.channelByID(c.str("channel"))
	if ch == nil || !c.visible(ch) {
		return nil, nil, fail("channel_not_found")
	}
	ts := c.str("timestamp")
	if ts == "" {
		return nil, nil, fail("no_item_specified")
	}
	m := ch.message(ts)
	switch {
	case m == nil:
		return nil, nil, fail("message_not_found")
	case ch.archived:
		return nil, nil, fail("is_archived")
	case !ch.has(c.app.BotUserID):
		return nil, nil, fail("not_in_channel")
	}
	return ch, m, nil
}

func (c *call) reactionsAdd() (obj, error) {
	ch, m, err := c.item()
	if err != nil {
		return nil, err
	}
	return nil, c.react(ch, m, c.app.BotUserID, c.str("name"))
}

func (c *call) reactionsRemove() (obj, error) {
	ch, m, err := c.item()
	if err != nil {
		return nil, err
	}
	return nil, c.unreact(ch, m, c.app.BotUserID, c.str("name"))
}

func (c *call) reactionsGet() (obj, error) {
	ch, m, err := c.item()
	if err != nil {
		return nil, err
	}
	o := c.messageJSON(ch, m, false)
	o["permalink"] = c.permalink(ch, m)
	return obj{"type": "message", "channel": ch.id, "message": o}, nil
}

// reactionsList gives the messages to which a user has reacted, newest first, as far as the bot sees them.
func (c *call) reactionsList() (obj, error) {
	user := cmp.Or(c.str("user"), c.app.BotUserID)
	if c.user(user) == nil {
		return nil, fail("user_not_found")
	}
	limit, err := c.count("limit", 100, 1000)
	if err != nil {
		return nil, err
	}
	type hit struct {
		ch *channel
		m  *message
	}
	var hits []hit
	for _, ch := range c.channels {
		for _, m := range ch.messages {
			if ch.has(c.app.BotUserID) && slices.ContainsFunc(m.reactions, func(r *reaction) bool { return slices.Contains(r.users, user) }) {
				hits = append(hits, hit{ch, m})
			}
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return strings.Compare(tsKey(b.m.ts)+b.ch.id, tsKey(a.m.ts)+a.ch.id) })
	cut, next, err := page(hits, order[hit]{word: "reaction", key: func(h hit) string { return tsKey(h.m.ts) + h.ch.id }, down: true}, c.str("cursor"), limit)
	if err != nil {
		return nil, err
	}
	items := []any{}
	for _, h := range cut {
		o := c.messageJSON(h.ch, h.m, false)
		o["permalink"] = c.permalink(h.ch, h.m)
		items = append(items, obj{"type": "message", "channel": h.ch.id, "message": o})
	}
	return obj{"items": items, "response_metadata": metadata(next)}, nil
}

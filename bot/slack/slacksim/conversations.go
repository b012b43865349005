package slacksim

import (
	"slices"
	"unicode/utf8"
)

// kinds maps a type of conversations.list to channel kinds.
func kinds(c *call) ([]string, error) {
	types := c.list("types")
	if len(types) == 0 {
		types = []string{"public_channel"}
	}
	var out []string
	for _, t := range types {
		k := map[string]string{"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}[t]
		if k == "" {
			return nil, fail("invalid_types")
		}
		prefix := map[string]string{"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}[k]
		if err := c.need(prefix + ":read"); err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	return out, nil
}

func (c *call) conversationsList() (obj, error) {
	return c.listChannels(func(ch *channel) bool { return c.visible(ch) && !(ch.im && ch.closed) })
}

// usersConversations lists the channels of one user that the bot may see.
func (c *call) usersConversations() (obj, error) {
	user := c.str("user")
	if user == "" {
		user = c.app.BotUserID
	}
	if c.user(user) == nil {
		return nil, fail("user_not_found")
	}
	return c.listChannels(func(ch *channel) bool { return c.visible(ch) && ch.has(user) })
}

func (c *call) listChannels(keep func(*channel) bool) (obj, error) {
	wanted, err := kinds(c)
	if err != nil {
		return nil, err
	}
	limit, err := c.count("limit", 100, 1000)
	if err != nil {
		return nil, err
	}
	var all []placed[*channel]
	for i, ch := range c.channels { // none is ever taken out of this list, so the index is a lasting place
		if keep(ch) && slices.Contains(wanted, ch.kind()) && !(ch.archived && c.truth("exclude_archived")) {
			all = append(all, placed[*channel]{i, ch})
		}
	}
	cut, next, err := page(all, byPlace[*channel]("team"), c.str("cursor"), limit)
	if err != nil {
		return nil, err
	}
	list := []any{}
	for _, p := range cut {
		ch := p.item
		o := c.channelJSON(ch)
		if !ch.im {
			o["num_members"] = len(ch.members)
		}
		list = append(list, o)
	}
	return obj{"channels": list, "response_metadata": metadata(next)}, nil
}

func (c *call) conversationsInfo() (obj, error) {
	ch, err := c.room("read")
	if err != nil {
		return nil, err
	}
	o := c.channelJSON(ch)
	if c.truth("include_num_members") {
		o["num_members"] = len(ch.members)
	}
	if ch.lastRead != "" {
		o["last_read"] = ch.lastRead
	}
	return obj{"channel": o}, nil
}

func (c *call) conversationsCreate() (obj, error) {
	name, private := c.str("name"), c.truth("is_private")
	scope := "channels:manage"
	if private {
		scope = "groups:write"
	}
	if err := c.need(scope); err != nil {
		return nil, err
	}
	ch, err := c.found(name, private, c.app.BotUserID)
	if err != nil {
		return nil, err
	}
	return obj{"channel": c.channelJSON(ch)}, nil
}

// found makes a new channel with its creator in it; the lock is held.
func (s *Server) found(name string, private bool, creator string) (*channel, error) {
	if e := badName(name); e != "" {
		return nil, fail(e)
	}
	if s.channelByName(name) != nil { // archived and invisible ones keep their names
		return nil, fail("name_taken")
	}
	ch := &channel{id: s.newID("C"), name: name, private: private, created: s.o.Now().Unix(), creator: creator, members: []string{creator}}
	s.channels = append(s.channels, ch)
	s.rev++
	s.announce(ch, creator, "join", "has joined the channel")
	if !private {
		s.emit("channel_created", obj{"channel": obj{"id": ch.id, "name": name, "created": ch.created, "creator": ch.creator}})
	}
	return ch, nil
}

// announce stores the line with which a channel itself tells what somebody did.
func (s *Server) announce(ch *channel, user, what, words string) {
	s.store(ch, &message{user: user, subtype: ch.event(what), text: "<@" + user + "> " + words})
}

func (c *call) conversationsArchive() (obj, error) {
	ch, err := c.room("manage")
	switch {
	case err != nil:
		return nil, err
	case ch.archived:
		return nil, fail("already_archived")
	case ch.im || ch.mpim:
		return nil, fail("method_not_supported_for_channel_type")
	case ch.name == "general":
		return nil, fail("cant_archive_general")
	case !ch.has(c.app.BotUserID):
		return nil, fail("not_in_channel")
	}
	c.shelve(ch, c.app.BotUserID, true)
	return nil, nil
}

func (c *call) conversationsUnarchive() (obj, error) {
	ch, err := c.room("manage")
	switch {
	case err != nil:
		return nil, err
	case !ch.archived:
		return nil, fail("not_archived")
	}
	c.shelve(ch, c.app.BotUserID, false)
	return nil, nil
}

// shelve archives a channel or takes it back.
func (s *Server) shelve(ch *channel, user string, away bool) {
	ch.archived = away
	what := "unarchive"
	if away {
		what = "archive"
	}
	s.rev++
	s.announce(ch, user, what, what+"d the channel")
	s.emit(ch.event(what), obj{"channel": ch.id, "user": user})
}

// event names a channel event: group_… for private channels.
func (ch *channel) event(what string) string {
	if ch.private {
		return "group_" + what
	}
	return "channel_" + what
}

func (c *call) conversationsRename() (obj, error) {
	ch, err := c.joined("manage")
	if err != nil {
		return nil, err
	}
	if ch.creator != c.app.BotUserID && badName(c.str("name")) == "" && c.channelByName(c.str("name")) == nil {
		return nil, fail("not_authorized")
	}
	if err := c.rename(ch, c.str("name")); err != nil {
		return nil, err
	}
	return obj{"channel": c.channelJSON(ch)}, nil
}

func (s *Server) rename(ch *channel, name string) error {
	if e := badName(name); e != "" {
		return fail(e)
	}
	if other := s.channelByName(name); other != nil && other != ch {
		return fail("name_taken")
	}
	ch.previous = append([]string{ch.name}, ch.previous...)
	ch.name = name
	s.rev++
	s.emit(ch.event("rename"), obj{"channel": obj{"id": ch.id, "name": name, "name_normalized": name, "created": ch.created, "is_channel": !ch.private, "is_mpim": false}})
	return nil
}

func (c *call) conversationsSetTopic() (obj, error) { return c.setNote("topic") }

func (c *call) conversationsSetPurpose() (obj, error) { return c.setNote("purpose") }

func (c *call) setNote(which string) (obj, error) {
	ch, err := c.joined("manage")
	if err != nil {
		return nil, err
	}
	value := c.str(which)
	if utf8.RuneCountInString(value) > 250 {
		return nil, fail("too_long")
	}
	c.note(ch, c.app.BotUserID, which, value)
	return obj{"channel": c.channelJSON(ch), which: value}, nil
}

// note sets a topic or purpose and says so in the channel.
func (s *Server) note(ch *channel, user, which, value string) {
	value = normal(value, true)
	n := note{Value: value, Creator: user, LastSet: s.o.Now().Unix()}
	if which == "topic" {
		ch.topic = n
	} else {
		ch.purpose = n
	}
	s.announce(ch, user, which, "set the channel "+which+": "+value)
}

package slacksim

import "slices"

func (c *call) conversationsJoin() (obj, error) {
	ch := c.channelByID(c.str("channel"))
	switch {
	case ch == nil || !c.visible(ch):
		return nil, fail("channel_not_found")
	case ch.im || ch.mpim || ch.private:
		return nil, fail("method_not_supported_for_channel_type")
	case ch.archived:
		return nil, fail("is_archived")
	case ch.has(c.app.BotUserID):
		return obj{
			"channel": c.channelJSON(ch), "warning": "already_in_channel",
			"response_metadata": obj{"warnings": []string{"already_in_channel"}},
		}, nil
	}
	c.enter(ch, c.app.BotUserID, "")
	return obj{"channel": c.channelJSON(ch)}, nil
}

// enter makes a user a member and tells the app.
func (s *Server) enter(ch *channel, user, inviter string) {
	ch.members = append(ch.members, user)
	s.rev++
	if !ch.mpim {
		s.announce(ch, user, "join", "has joined the channel")
	}
	e := obj{"user": user, "channel": ch.id, "channel_type": ch.id[:1], "team": s.team.ID}
	if inviter != "" {
		e["inviter"] = inviter
	}
	if ch.has(s.app.BotUserID) {
		s.emit("member_joined_channel", e)
	}
}

// exit ends a membership and tells the app.
func (s *Server) exit(ch *channel, user string) {
	knew := ch.has(s.app.BotUserID)
	ch.members = slices.DeleteFunc(ch.members, func(m string) bool { return m == user })
	s.rev++
	if !ch.mpim {
		s.announce(ch, user, "leave", "has left the channel")
	}
	if knew {
		s.emit("member_left_channel", obj{"user": user, "channel": ch.id, "channel_type": ch.id[:1], "team": s.team.ID})
	}
}

func (c *call) conversationsLeave() (obj, error) {
	ch, err := c.room("manage")
	switch {
	case err != nil:
		return nil, err
	case ch.im || ch.mpim:
		return nil, fail("method_not_supported_for_channel_type")
	case ch.archived:
		return nil, fail("is_archived")
	case ch.name == "general":
		return nil, fail("cant_leave_general")
	case !ch.has(c.app.BotUserID):
		return obj{"not_in_channel": true}, nil
	}
	c.exit(ch, c.app.BotUserID)
	return nil, nil
}

// conversationsInvite invites everybody or, when one name is bad, nobody,
// unless force is set.
func (c *call) conversationsInvite() (obj, error) {
	ch, err := c.joined("manage")
	if err != nil {
		return nil, err
	}
	users := c.list("users")
	if len(users) == 0 {
		return nil, fail("no_user")
	}
	if len(users) > 1000 {
		return nil, fail("too_many_users")
	}
	var good []string
	var bad []any
	first := ""
	for _, id := range users {
		var code string
		switch u := c.user(id); {
		case u == nil || u.Deleted:
			code = "user_not_found"
		case id == c.app.BotUserID:
			code = "cant_invite_self"
		case ch.has(id):
			code = "already_in_channel"
		default:
			good = append(good, id)
			continue
		}
		if first == "" {
			first = code
		}
		bad = append(bad, obj{"user": id, "ok": false, "error": code})
	}
	if first != "" && (!c.truth("force") || len(good) == 0) {
		return nil, &apiError{first, obj{"errors": bad}}
	}
	for _, id := range good {
		c.enter(ch, id, c.app.BotUserID)
	}
	return obj{"channel": c.channelJSON(ch)}, nil
}

func (c *call) conversationsKick() (obj, error) {
	ch, err := c.joined("manage")
	user := c.str("user")
	switch {
	case err != nil:
		return nil, err
	case user == c.app.BotUserID:
		return nil, fail("cant_kick_self")
	case c.user(user) == nil:
		return nil, fail("user_not_found")
	case ch.name == "general":
		return nil, fail("cant_kick_from_general")
	case !ch.has(user):
		return nil, fail("not_in_channel")
	}
	c.exit(ch, user)
	return obj{"errors": obj{}}, nil
}

// conversationsOpen opens a direct message: one user makes an im, two to eight an mpim.
func (c *call) conversationsOpen() (obj, error) {
	if id := c.str("channel"); id != "" {
		ch := c.channelByID(id)
		if ch == nil || !c.visible(ch) || !(ch.im || ch.mpim) {
			return nil, fail("channel_not_found")
		}
		return c.opened(ch, true), nil
	}
	users := c.list("users")
	switch {
	case len(users) == 0:
		return nil, fail("users_list_not_supplied")
	case len(users) > 8:
		return nil, fail("too_many_users")
	}
	scope := "im:write"
	if len(users) > 1 {
		scope = "mpim:write"
	}
	if err := c.need(scope); err != nil {
		return nil, err
	}
	for _, id := range users {
		switch u := c.user(id); {
		case u == nil:
			return nil, fail("user_not_found")
		case u.Deleted:
			return nil, fail("user_disabled")
		case id == c.app.BotUserID:
			return nil, fail("cannot_dm_bot")
		}
	}
	if len(users) == 1 {
		before := len(c.channels)
		ch := c.direct(users[0])
		return c.opened(ch, before == len(c.channels)), nil
	}
	all := append([]string{c.app.BotUserID}, users...)
	slices.Sort(all)
	for _, ch := range c.channels {
		if ch.mpim && slices.Equal(slices.Sorted(slices.Values(ch.members)), all) {
			return c.opened(ch, true), nil
		}
	}
	ch := &channel{id: c.newID("C"), mpim: true, created: c.o.Now().Unix(), creator: c.app.BotUserID, members: all}
	ch.name = "mpdm-" + ch.id
	c.channels = append(c.channels, ch)
	c.rev++
	return c.opened(ch, false), nil
}

func (c *call) opened(ch *channel, existed bool) obj {
	out := obj{"channel": obj{"id": ch.id}}
	if c.truth("return_im") {
		out["channel"] = c.channelJSON(ch)
	}
	if existed {
		out["no_op"], out["already_open"] = !ch.closed, !ch.closed
	}
	ch.closed = false
	return out
}

func (c *call) conversationsClose() (obj, error) {
	ch, err := c.room("manage")
	if err != nil {
		return nil, err
	}
	if !ch.im && !ch.mpim {
		return nil, fail("method_not_supported_for_channel_type")
	}
	if ch.closed {
		return obj{"no_op": true, "already_closed": true}, nil
	}
	ch.closed = true
	c.rev++
	return nil, nil
}

func (c *call) conversationsMark() (obj, error) {
	ch, err := c.room("manage")
	switch {
	case err != nil:
		return nil, err
	case !ch.has(c.app.BotUserID):
		return nil, fail("not_in_channel")
	case ch.message(c.str("ts")) == nil:
		return nil, fail("invalid_timestamp")
	}
	ch.lastRead = c.str("ts")
	return nil, nil
}

func (c *call) conversationsMembers() (obj, error) {
	ch, err := c.room("read")
	if err != nil {
		return nil, err
	}
	limit, err := c.count("limit", 100, 1000)
	if err != nil {
		return nil, err
	}
	// By id and not by the time of joining: somebody who leaves and comes back keeps the place.
	all := slices.Sorted(slices.Values(ch.members))
	cut, next, err := page(all, order[string]{word: "user", key: func(id string) string { return id }}, c.str("cursor"), limit)
	if err != nil {
		return nil, err
	}
	return obj{"members": append([]string{}, cut...), "response_metadata": metadata(next)}, nil
}

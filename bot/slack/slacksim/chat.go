package slacksim

import (
	"slices"
	"strings"
)

func (c *call) chatPostMessage() (obj, error) {
	ch, err := c.target("channel")
	if err != nil {
		return nil, err
	}
	if err := c.limit(ch.id); err != nil {
		return nil, err
	}
	body, err := c.compose(c.args, maxText)
	if err != nil {
		return nil, err
	}
	thread, err := ch.thread(c.str("thread_ts"))
	if err != nil {
		return nil, err
	}
	m := c.botMessage(body)
	m.threadTS, m.broadcast = thread, thread != "" && c.truth("reply_broadcast")
	m.clientMsgID = c.str("client_msg_id")
	if m.username, m.icon, err = c.disguise(); err != nil {
		return nil, err
	}
	c.store(ch, m)
	out := obj{"channel": ch.id, "ts": m.ts, "message": c.messageJSON(ch, m, false)}
	if body.truncated {
		out["warning"] = "message_truncated"
		out["response_metadata"] = obj{
			"messages": []string{"[WARN] Your message was truncated but still posted. The `text` field accepts up to 40,000 characters."},
			"warnings": []string{"message_truncated"},
		}
	}
	return out, nil
}

// disguise reads username and icon, which need a scope of their own.
func (c *call) disguise() (name, icon string, err error) {
	name, icon = c.str("username"), c.str("icon_emoji")
	if name != "" || icon != "" {
		err = c.need("chat:write.customize")
	}
	return name, icon, err
}

// botMessage is a message by the app itself.
func (s *Server) botMessage(body content) *message {
	return &message{
		user: s.app.BotUserID, botID: s.app.BotID,
		text: body.text, blocks: body.blocks, attachments: body.attachments, metadata: body.metadata,
	}
}

// target finds the channel to post to and checks that the app may. A user id
// stands for the direct message with that user, #name for a channel.
func (c *call) target(key string) (*channel, error) {
	id := c.str(key)
	if u := c.user(id); u != nil && !strings.HasPrefix(id, "#") {
		if u.Deleted || u.ID == c.app.BotUserID {
			return nil, fail("channel_not_found")
		}
		return c.direct(u.ID), nil
	}
	ch := c.channelByID(id)
	if ch == nil && strings.HasPrefix(id, "#") {
		ch = c.channelByName(strings.TrimPrefix(id, "#"))
	}
	if ch == nil || !c.visible(ch) {
		return nil, fail("channel_not_found")
	}
	if ch.archived {
		return nil, fail("is_archived")
	}
	if !ch.has(c.app.BotUserID) && !slices.Contains(c.app.Scopes, "chat:write.public") {
		return nil, fail("not_in_channel")
	}
	return ch, nil
}

// own finds a message that the app may change.
func (c *call) own(refusal string) (*channel, *message, error) {
	ch := c.channelByID(c.str("channel"))
	if ch == nil || !c.visible(ch) {
		return nil, nil, fail("channel_not_found")
	}
	m := ch.message(c.str("ts"))
	switch {
	case m == nil || m.subtype == "tombstone":
		return nil, nil, fail("message_not_found")
	case ch.archived:
		return nil, nil, fail("is_archived")
	case m.botID != c.app.BotID:
		return nil, nil, fail(refusal)
	}
	return ch, m, nil
}

// chatUpdate replaces the whole body: text without blocks removes the blocks.
// Metadata stays unless it is sent.
func (c *call) chatUpdate() (obj, error) {
	ch, m, err := c.own("cant_update_message")
	if err != nil {
		return nil, err
	}
	body, err := c.compose(c.args, maxUpdateText)
	if err != nil {
		return nil, err
	}
	old := c.messageJSON(ch, m, false)
	m.text, m.blocks = body.text, body.blocks
	if c.has("attachments") {
		m.attachments = body.attachments
	}
	if body.metadata != nil {
		m.metadata = body.metadata
	}
	stamp := c.nextTS()
	m.edited = obj{"user": c.app.BotUserID, "ts": stamp}
	if c.truth("reply_broadcast") && m.isReply() {
		m.broadcast, m.subtype = true, "thread_broadcast"
	}
	c.rev++
	c.emitChanged(ch, m, old, stamp)
	return obj{"channel": ch.id, "ts": m.ts, "text": m.text, "message": c.messageJSON(ch, m, false)}, nil
}

func (c *call) chatDelete() (obj, error) {
	ch, m, err := c.own("cant_delete_message")
	if err != nil {
		return nil, err
	}
	c.remove(ch, m)
	return obj{"channel": ch.id, "ts": m.ts}, nil
}

// remove deletes a message; a thread's parent leaves a tombstone behind.
func (s *Server) remove(ch *channel, m *message) {
	old := s.messageJSON(ch, m, false)
	if m.threadTS == m.ts && m.threadTS != "" {
		*m = message{
			ts: m.ts, threadTS: m.ts, user: "USLACKBOT", subtype: "tombstone",
			text: "This message was deleted.",
		}
	} else {
		ch.messages = slices.DeleteFunc(ch.messages, func(x *message) bool { return x == m })
	}
	s.rev++
	s.emitDeleted(ch, m.ts, old)
}

func (c *call) chatPostEphemeral() (obj, error) {
	ch, err := c.target("channel")
	if err != nil {
		return nil, err
	}
	u := c.user(c.str("user"))
	if u == nil || !ch.has(u.ID) {
		return nil, fail("user_not_in_channel")
	}
	if err := c.limit(ch.id); err != nil {
		return nil, err
	}
	body, err := c.compose(c.args, maxText)
	if err != nil {
		return nil, err
	}
	thread, err := ch.thread(c.str("thread_ts"))
	if err != nil {
		return nil, err
	}
	m := c.whisper(ch, u.ID, thread, body)
	return obj{"message_ts": m.ts}, nil
}

// whisper shows an ephemeral message to one user.
func (s *Server) whisper(ch *channel, user, thread string, body content) *message {
	m := s.botMessage(body)
	m.ts, m.threadTS, m.audience = s.nextTS(), thread, user
	ch.ephemerals = append(ch.ephemerals, m)
	s.rev++
	return m
}

// chatMeMessage posts "/me …".
func (c *call) chatMeMessage() (obj, error) {
	ch, err := c.target("channel")
	if err != nil {
		return nil, err
	}
	body, err := c.compose(args{"text": c.str("text")}, maxText)
	if err != nil {
		return nil, err
	}
	m := c.botMessage(body)
	m.subtype = "me_message"
	c.store(ch, m)
	return obj{"channel": ch.id, "ts": m.ts}, nil
}

func (c *call) chatGetPermalink() (obj, error) {
	ch := c.channelByID(c.str("channel"))
	if ch == nil || !c.visible(ch) {
		return nil, fail("channel_not_found")
	}
	m := ch.message(c.str("message_ts"))
	if m == nil {
		return nil, fail("message_not_found")
	}
	return obj{"channel": ch.id, "permalink": c.permalink(ch, m)}, nil
}

func (s *Server) permalink(ch *channel, m *message) string {
	u := s.base + "/archives/" + ch.id + "/p" + strings.ReplaceAll(m.ts, ".", "")
	if m.isReply() {
		u += "?thread_ts=" + m.threadTS + "&cid=" + ch.id
	}
	return u
}

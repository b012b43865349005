package slacksim

import (
	"slices"
	"strings"
)

// message is one message of a channel, or an ephemeral one for its audience.
type message struct {
	ts, threadTS         string // threadTS: the parent's ts, empty outside threads
	user, botID          string
	username, icon       string
	subtype, clientMsgID string
	text                 string
	blocks, attachments  []any
	metadata             any
	edited               obj
	reactions            []*reaction
	pinned               bool
	broadcast            bool   // a thread reply that is shown in the channel, too
	audience             string // user who alone sees it; set on ephemerals only
	files                []*file
	state                state // of selects in the message, once somebody used one
}

type reaction struct {
	name  string
	users []string
}

func (m *message) isReply() bool { return m.threadTS != "" && m.threadTS != m.ts }

// json gives the message in Slack's shape, as history shows it.
func (s *Server) messageJSON(ch *channel, m *message, withMetadata bool) obj {
	o := obj{"type": "message", "ts": m.ts, "text": m.text, "team": s.team.ID}
	set := func(k string, v string) {
		if v != "" {
			o[k] = v
		}
	}
	set("user", m.user)
	set("subtype", m.subtype)
	set("client_msg_id", m.clientMsgID)
	set("username", m.username)
	set("thread_ts", m.threadTS)
	if m.botID != "" {
		o["bot_id"], o["app_id"] = m.botID, s.app.ID
		o["bot_profile"] = obj{
			"id": m.botID, "app_id": s.app.ID, "user_id": s.app.BotUserID, "name": s.app.Name,
			"deleted": false, "updated": 0, "team_id": s.team.ID, "icons": obj{},
		}
	}
	if m.icon != "" {
		o["icons"] = obj{"emoji": m.icon}
	}
	if len(m.blocks) > 0 {
		o["blocks"] = clone(m.blocks)
	}
	if len(m.attachments) > 0 {
		o["attachments"] = clone(m.attachments)
	}
	if len(m.files) > 0 {
		o["files"], o["upload"], o["display_as_bot"] = s.filesJSON(m.files), true, false
	}
	if m.edited != nil {
		o["edited"] = clone(m.edited)
	}
	if len(m.reactions) > 0 {
		o["reactions"] = reactionsJSON(m)
	}
	if m.pinned {
		o["pinned_to"] = []any{ch.id}
	}
	if withMetadata && m.metadata != nil {
		o["metadata"] = clone(m.metadata)
	}
	switch {
	case m.isReply():
		if p := ch.message(m.threadTS); p != nil {
			o["parent_user_id"] = p.user
		}
	case m.threadTS != "":
		ch.threadSummary(m, o)
	}
	return o
}

func (ch *channel) threadSummary(parent *message, o obj) {
	var users []any
	count, latest := 0, ""
	for _, r := range ch.messages {
		if r.threadTS != parent.ts || r == parent {
			continue
		}
		count++
		latest = r.ts
		if !slices.Contains(users, any(r.user)) {
			users = append(users, r.user)
		}
	}
	o["reply_count"], o["reply_users"], o["reply_users_count"] = count, users, len(users)
	o["latest_reply"], o["subscribed"], o["is_locked"] = latest, false, false
}

func reactionsJSON(m *message) []any {
	var out []any
	for _, r := range m.reactions {
		users := make([]any, len(r.users))
		for i, u := range r.users {
			users[i] = u
		}
		out = append(out, obj{"name": r.name, "users": users, "count": len(users)})
	}
	return out
}

// message finds a lasting message of the channel.
func (ch *channel) message(ts string) *message {
	// They stand in their order; one that was written with a ts of its own may not.
	if i, ok := slices.BinarySearchFunc(ch.messages, ts, func(m *message, ts string) int { return strings.Compare(m.ts, ts) }); ok {
		return ch.messages[i]
	}
	for _, m := range slices.Backward(ch.messages) {
		if m.ts == ts {
			return m
		}
	}
	return nil
}

// ephemeral finds a message that only one user sees.
func (ch *channel) ephemeral(ts string) *message {
	for _, m := range ch.ephemerals {
		if m.ts == ts {
			return m
		}
	}
	return nil
}

// thread gives the parent's ts for a thread_ts argument: a reply stands for its parent.
func (ch *channel) thread(ts string) (string, error) {
	if ts == "" {
		return "", nil
	}
	m := ch.message(ts)
	if m == nil {
		return "", fail("thread_not_found")
	}
	if m.isReply() {
		return m.threadTS, nil
	}
	return m.ts, nil
}

// store adds a new message and tells the app about it.
func (s *Server) store(ch *channel, m *message) {
	m.ts = s.nextTS()
	s.keep(ch, m)
}

// keep is store for a message that has its ts already.
func (s *Server) keep(ch *channel, m *message) {
	if m.threadTS != "" {
		if p := ch.message(m.threadTS); p != nil {
			p.threadTS = p.ts
		}
		if m.broadcast {
			m.subtype = "thread_broadcast"
		}
	}
	ch.messages = append(ch.messages, m)
	s.rev++
	s.emitMessage(ch, m)
}

// before reports whether ts a is older than b. Slack's ts have equal lengths
// until the year 2286; a user's "oldest" may be shorter or lack the fraction.
func before(a, b string) bool { return tsKey(a) < tsKey(b) }

func tsKey(ts string) string {
	sec, frac, _ := strings.Cut(ts, ".")
	sec = strings.TrimLeft(sec, "0")
	frac += strings.Repeat("0", max(0, 6-len(frac)))
	return strings.Repeat("0", max(0, 12-len(sec))) + sec + "." + frac[:6]
}

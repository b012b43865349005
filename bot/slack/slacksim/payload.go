package slacksim

// interaction starts the payload of anything a person does with the app.
// Source: https://docs.slack.dev/reference/interaction-payloads
func (s *Server) interaction(kind string, u *User) obj {
	return obj{
		"type": kind, "token": "deprecated-verification-token", "api_app_id": s.app.ID,
		"team":       obj{"id": s.team.ID, "domain": s.team.Domain},
		"user":       obj{"id": u.ID, "username": u.Name, "name": u.Name, "team_id": s.team.ID},
		"enterprise": nil, "is_enterprise_install": false,
	}
}

// place names a channel in a payload; direct messages and private channels get
// Slack's stand-in names.
func (ch *channel) place() obj {
	name := ch.name
	switch ch.kind() {
	case "im":
		name = "directmessage"
	case "group":
		name = "privategroup"
	}
	return obj{"id": ch.id, "name": name}
}

// action is the entry of one used element in block_actions.
func action(block, e, value obj, ts string) obj {
	a := obj{"type": e["type"], "action_id": e["action_id"], "block_id": block["block_id"], "action_ts": ts}
	for _, k := range []string{"text", "value", "style", "placeholder", "url"} {
		if e[k] != nil {
			a[k] = clone(e[k])
		}
	}
	for k, v := range value {
		a[k] = clone(v)
	}
	return a
}

// messageAction builds the block_actions of an element in a message.
func (s *Server) messageAction(u *User, ch *channel, m *message, block, e, value obj) obj {
	p := s.interaction("block_actions", u)
	container := obj{
		"type": "message", "message_ts": m.ts, "channel_id": ch.id, "is_ephemeral": m.audience != "",
	}
	if m.threadTS != "" {
		container["thread_ts"] = m.threadTS
	}
	p["container"], p["channel"] = container, ch.place()
	if m.audience == "" {
		p["message"] = s.messageJSON(ch, m, true)
	}
	p["state"] = obj{"values": m.state.json()}
	p["actions"] = []any{action(block, e, value, s.nextTS())}
	thread := ""
	if m.isReply() {
		thread = m.threadTS
	}
	p["response_url"] = s.newResponseURL(ch, u.ID, thread, m.ts)
	p["trigger_id"] = s.newTrigger(u.ID, "")
	return p
}

// viewAction builds the block_actions of an element in a modal or App Home.
func (s *Server) viewAction(u *User, v *view, block, e, value obj) obj {
	p := s.interaction("block_actions", u)
	p["container"] = obj{"type": "view", "view_id": v.id}
	p["view"] = s.viewJSON(v)
	p["actions"] = []any{action(block, e, value, s.nextTS())}
	from := ""
	if v.kind == "modal" {
		from = v.id
	}
	p["trigger_id"] = s.newTrigger(u.ID, from)
	return p
}

package slacksim

import (
	"slices"
	"strings"
)

// emit tells the app about an event when it has subscribed to it.
func (s *Server) emit(name string, event obj) { s.emitAs(name, name, event) }

// emitAs sends an event whose subscription has another name than its type, as
// message.channels has. Source: https://docs.slack.dev/apis/events-api
func (s *Server) emitAs(subscription, kind string, event obj) {
	if len(s.app.Events) > 0 && !slices.Contains(s.app.Events, subscription) {
		return
	}
	if need := eventScope(subscription); need != "" && !slices.Contains(s.app.Scopes, need) {
		return
	}
	event["type"] = kind
	if event["event_ts"] == nil {
		event["event_ts"] = s.nextTS()
	}
	s.send(viaEvents, kind, obj{
		"token": "deprecated-verification-token", "team_id": s.team.ID, "context_team_id": s.team.ID, "context_enterprise_id": nil,
		"api_app_id": s.app.ID, "event": event, "type": "event_callback", "event_id": s.newID("Ev"), "event_time": s.o.Now().Unix(),
		"authorizations": []any{obj{
			"enterprise_id": nil, "team_id": s.team.ID, "user_id": s.app.BotUserID, "is_bot": true, "is_enterprise_install": false,
		}},
		"is_ext_shared_channel": false, "event_context": "4-" + s.newID("ctx"),
	})
}

// eventScope names the scope without which Slack does not send an event.
func eventScope(subscription string) string {
	switch subscription {
	case "message.channels":
		return "channels:history"
	case "message.groups":
		return "groups:history"
	case "message.im":
		return "im:history"
	case "message.mpim":
		return "mpim:history"
	case "app_mention":
		return "app_mentions:read"
	case "file_shared", "file_deleted":
		return "files:read"
	case "subteam_updated", "subteam_created", "subteam_members_changed":
		return "usergroups:read"
	case "reaction_added", "reaction_removed":
		return "reactions:read"
	default:
		return ""
	}
}

func (ch *channel) subscription() string {
	switch k := ch.kind(); k {
	case "channel", "group":
		return "message." + k + "s"
	default:
		return "message." + k
	}
}

// emitMessage announces a new message, and a mention of the bot besides.
func (s *Server) emitMessage(ch *channel, m *message) {
	if !ch.has(s.app.BotUserID) {
		return
	}
	e := s.messageJSON(ch, m, true)
	delete(e, "reactions")
	e["channel"], e["channel_type"], e["event_ts"] = ch.id, ch.kind(), m.ts
	if len(m.files) > 0 {
		e["subtype"] = "file_share"
	}
	if m.broadcast {
		e["root"] = s.messageJSON(ch, ch.message(m.threadTS), false)
	}
	s.emitAs(ch.subscription(), "message", e)
	if !ch.im && m.botID == "" && strings.Contains(m.text, "<@"+s.app.BotUserID) {
		mention := obj{"channel": ch.id, "event_ts": m.ts}
		for _, k := range []string{"user", "text", "ts", "team", "blocks", "client_msg_id", "thread_ts", "parent_user_id"} {
			if e[k] != nil {
				mention[k] = e[k]
			}
		}
		s.emit("app_mention", mention)
	}
}

func (s *Server) emitChanged(ch *channel, m *message, old obj, stamp string) {
	if !ch.has(s.app.BotUserID) {
		return
	}
	s.emitAs(ch.subscription(), "message", obj{
		"subtype": "message_changed", "hidden": true, "channel": ch.id, "channel_type": ch.kind(), "ts": stamp, "event_ts": stamp,
		"message": s.messageJSON(ch, m, true), "previous_message": old,
	})
}

func (s *Server) emitDeleted(ch *channel, ts string, old obj) {
	if !ch.has(s.app.BotUserID) {
		return
	}
	stamp := s.nextTS()
	s.emitAs(ch.subscription(), "message", obj{
		"subtype": "message_deleted", "hidden": true, "channel": ch.id, "channel_type": ch.kind(), "ts": stamp, "event_ts": stamp,
		"deleted_ts": ts, "previous_message": old,
	})
}

func (s *Server) emitReaction(kind string, ch *channel, m *message, user, name string) {
	if !ch.has(s.app.BotUserID) {
		return
	}
	s.emit(kind, obj{
		"user": user, "reaction": name, "item_user": m.user,
		"item": obj{"type": "message", "channel": ch.id, "ts": m.ts},
	})
}

func (s *Server) emitPin(kind string, ch *channel, m *message) {
	s.emit(kind, obj{
		"user": s.app.BotUserID, "channel_id": ch.id, "pin_count": ch.pins(), "has_pins": ch.pins() > 0,
		"item": obj{"type": "message", "channel": ch.id, "message": s.messageJSON(ch, m, false)},
	})
}

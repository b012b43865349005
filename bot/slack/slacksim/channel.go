package slacksim

import (
	"maps"
	"slices"
	"unicode"
	"unicode/utf8"
)

// channel is any conversation: public, private, direct (im) or group direct (mpim).
type channel struct {
	id, name       string
	private        bool
	archived       bool
	im, mpim       bool
	closed         bool // a direct conversation put away by conversations.close
	creator        string
	created        int64
	topic, purpose note
	members        []string
	previous       []string
	messages       []*message // oldest first, thread replies among them
	ephemerals     []*message
	bookmarks      []obj
	lastRead       string
}

// note is a topic or a purpose.
type note struct {
	Value   string
	Creator string
	LastSet int64
}

func (n note) json() obj {
	return obj{"value": n.Value, "creator": n.Creator, "last_set": n.LastSet}
}

func (ch *channel) has(user string) bool { return slices.Contains(ch.members, user) }

// kind is the channel_type of message events.
func (ch *channel) kind() string {
	switch {
	case ch.im:
		return "im"
	case ch.mpim:
		return "mpim"
	case ch.private:
		return "group"
	default:
		return "channel"
	}
}

// scope names the scope of a family ("read", "history", "manage") for this kind of channel.
func (ch *channel) scope(family string) string {
	if family == "manage" && ch.kind() == "channel" {
		return "channels:manage"
	}
	prefix := map[string]string{"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}[ch.kind()]
	if family == "manage" {
		family = "write"
	}
	return prefix + ":" + family
}

// counterpart is the other person of a direct message.
func (ch *channel) counterpart(self string) string {
	for _, m := range ch.members {
		if m != self {
			return m
		}
	}
	return ""
}

func (s *Server) channelJSON(ch *channel) obj {
	o := obj{
		"id": ch.id, "created": ch.created, "is_archived": ch.archived, "is_im": ch.im, "is_mpim": ch.mpim,
		"is_org_shared": false, "is_shared": false, "is_ext_shared": false, "context_team_id": s.team.ID, "updated": ch.created * 1000,
	}
	if ch.im {
		o["user"], o["is_open"], o["is_user_deleted"], o["priority"] = ch.counterpart(s.app.BotUserID), !ch.closed, false, 0
		return o
	}
	previous := []any{}
	for _, p := range ch.previous {
		previous = append(previous, p)
	}
	maps.Copy(o, obj{
		"name": ch.name, "name_normalized": ch.name, "is_channel": !ch.mpim, "is_group": false,
		"is_private": ch.private || ch.mpim, "is_general": ch.name == "general", "creator": ch.creator, "unlinked": 0,
		"is_pending_ext_shared": false, "pending_shared": []any{}, "shared_team_ids": []any{s.team.ID},
		"is_member": ch.has(s.app.BotUserID), "topic": ch.topic.json(), "purpose": ch.purpose.json(), "previous_names": previous,
	})
	return o
}

func (w *workspace) channelByID(id string) *channel {
	for _, ch := range w.channels {
		if ch.id == id {
			return ch
		}
	}
	return nil
}

func (w *workspace) channelByName(name string) *channel {
	for _, ch := range w.channels {
		if ch.name == name && name != "" {
			return ch
		}
	}
	return nil
}

// visible reports whether the app may know of the channel at all: a private one
// without the bot does not exist for it.
func (s *Server) visible(ch *channel) bool {
	public := !ch.private && !ch.im && !ch.mpim
	return public || ch.has(s.app.BotUserID)
}

// direct finds or opens the direct message between the bot and a user.
func (s *Server) direct(user string) *channel {
	for _, ch := range s.channels {
		if ch.im && ch.has(user) {
			return ch
		}
	}
	ch := &channel{
		id: s.newID("D"), im: true, created: s.o.Now().Unix(), creator: s.app.BotUserID,
		members: []string{s.app.BotUserID, user},
	}
	s.channels = append(s.channels, ch)
	s.rev++
	return ch
}

// badName gives Slack's complaint about a channel name, or nothing. Letters of
// any script are fine; capitals, spaces and punctuation are not.
func badName(name string) string {
	if name == "" {
		return "invalid_name_required"
	}
	if utf8.RuneCountInString(name) > 80 {
		return "invalid_name_maxlength"
	}
	useful := false
	for _, r := range name {
		switch {
		case unicode.IsUpper(r), unicode.IsSpace(r):
			return "invalid_name_specials"
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r), r == 'ー', r == '〜', r == '・':
			useful = true
		case r == '-', r == '_':
		default:
			return "invalid_name_specials"
		}
	}
	if !useful {
		return "invalid_name_punctuation"
	}
	return ""
}

// room finds the channel of an argument and asks for the scope of its kind.
func (c *call) room(family string) (*channel, error) {
	ch := c.channelByID(c.str("channel"))
	if ch == nil || !c.visible(ch) {
		return nil, fail("channel_not_found")
	}
	return ch, c.need(ch.scope(family))
}

// joined is room for methods that want the bot to be a member of a living channel.
func (c *call) joined(family string) (*channel, error) {
	ch, err := c.room(family)
	switch {
	case err != nil:
		return nil, err
	case ch.im || ch.mpim:
		return nil, fail("method_not_supported_for_channel_type")
	case ch.archived:
		return nil, fail("is_archived")
	case !ch.has(c.app.BotUserID):
		return nil, fail("not_in_channel")
	}
	return ch, nil
}

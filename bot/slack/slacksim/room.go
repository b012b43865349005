package slacksim

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// RoomAct is what a person does with a channel.
type RoomAct string

// The acts; invite and kick need a target, rename and topic a text; create takes the channel's name from Channel.
const (
	RoomCreate    RoomAct = "create"
	RoomRename    RoomAct = "rename"
	RoomTopic     RoomAct = "topic"
	RoomJoin      RoomAct = "join"
	RoomLeave     RoomAct = "leave"
	RoomInvite    RoomAct = "invite"
	RoomKick      RoomAct = "kick"
	RoomArchive   RoomAct = "archive"
	RoomUnarchive RoomAct = "unarchive"
)

// Room changes a channel as a person: the way to take the bot out of a channel,
// or to archive one under its feet.
type Room struct {
	User    string  `json:"user"`
	Channel string  `json:"channel"`
	Act     RoomAct `json:"act"`
	Target  string  `json:"target,omitempty"`
	Text    string  `json:"text,omitempty"`    // the new name or topic
	Private bool    `json:"private,omitempty"` // of a created channel
}

// Room acts on a channel. It does not wait for the app.
func (s *Server) Room(ctx context.Context, r Room) error {
	_, err := s.perform(ctx, func() (*delivery, error) {
		u, ch := s.person(r.User), s.channelNamed(r.Channel)
		if u != nil && !u.IsBot && r.Act == RoomCreate {
			_, err := s.found(strings.TrimPrefix(r.Channel, "#"), r.Private, u.ID)
			return nil, err
		}
		if u == nil || ch == nil || ch.im || ch.mpim {
			return nil, unknown("no person %q or no channel %q", r.User, r.Channel)
		}
		if !ch.has(u.ID) && (r.Act != RoomJoin || ch.private) {
			return nil, unknown("%s is not in %s", u.Name, ch.name)
		}
		return nil, s.change(u, ch, r)
	})
	return wrap(err, "%s in %s", r.Act, r.Channel)
}

func (s *Server) change(u *User, ch *channel, r Room) error {
	switch r.Act {
	case RoomJoin:
		if ch.has(u.ID) {
			return errors.New("is in there already")
		}
		s.enter(ch, u.ID, "")
	case RoomLeave:
		s.exit(ch, u.ID)
	case RoomInvite, RoomKick:
		t := s.person(r.Target)
		if t == nil || ch.has(t.ID) == (r.Act == RoomInvite) {
			return unknown("%q cannot be the target", r.Target)
		}
		if r.Act == RoomInvite {
			s.enter(ch, t.ID, u.ID)
		} else {
			s.exit(ch, t.ID)
		}
	case RoomArchive, RoomUnarchive:
		if ch.archived == (r.Act == RoomArchive) {
			return errors.New("is so already")
		}
		s.shelve(ch, u.ID, !ch.archived)
	case RoomRename:
		return s.rename(ch, r.Text)
	case RoomTopic:
		s.note(ch, u.ID, "topic", r.Text)
	default:
		return fmt.Errorf("no act %q", r.Act)
	}
	return nil
}

// Emit sends an event that nothing here brings about by itself, such as
// tokens_revoked, user_change or subteam_members_changed. It must have a type;
// subscription and scope count as for every event.
func (s *Server) Emit(event map[string]any) error {
	kind := text(event, "type")
	if kind == "" {
		return errors.New("emitting an event: it has no type")
	}
	return s.with(func() error {
		if kind == "app_rate_limited" { // not an event but an envelope of its own
			s.send(viaEvents, kind, obj{
				"token": "deprecated-verification-token", "type": kind, "team_id": s.team.ID, "api_app_id": s.app.ID,
				"minute_rate_limited": s.o.Now().Truncate(time.Minute).Unix(),
			})
			return nil
		}
		s.emit(kind, clone(event).(obj))
		return nil
	})
}

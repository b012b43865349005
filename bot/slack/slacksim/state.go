package slacksim

import "encoding/json"

// State is all that one person sees, as GET /_sim/state gives it. Channels,
// messages and views have the shape of the Web API with a few fields more.
type State struct {
	Rev       int64             `json:"rev"` // grows with every change
	Team      Team              `json:"team"`
	App       AppFace           `json:"app"`
	Me        string            `json:"me"`
	Users     []json.RawMessage `json:"users"`
	Channels  []ChannelState    `json:"channels"`
	Views     []json.RawMessage `json:"views"` // open modals, the front one last
	Home      json.RawMessage   `json:"home"`  // App Home, null when none is published
	Commands  []SlashCommand    `json:"commands"`
	Shortcuts []AppShortcut     `json:"shortcuts"`
	Groups    []UserGroup       `json:"usergroups"`
	Now       int64             `json:"now"` // world time, Unix seconds
	Pending   int               `json:"pending"`
}

// AppFace is the app without its secrets.
type AppFace struct {
	ID        string `json:"app_id"`
	Name      string `json:"name"`
	BotUserID string `json:"bot_user_id"`
	Sockets   int    `json:"sockets"`
}

// ChannelState is a channel with its messages, oldest first, thread replies and
// the person's ephemeral messages among them.
type ChannelState struct {
	Channel   json.RawMessage   `json:"channel"`
	Members   []string          `json:"members"`
	Joined    bool              `json:"joined"` // the person is a member
	Messages  []json.RawMessage `json:"messages"`
	Bookmarks []json.RawMessage `json:"bookmarks"`
}

// State shows the workspace as one person sees it, named by id or name; an
// unknown name sees the public channels only.
func (s *Server) State(user string) State { return s.look(user, 0) }

// look is State with at most the newest messages of each channel; 0 gives all.
func (s *Server) look(user string, most int) State {
	var st State
	_ = s.with(func() error { st = s.stateFor(user, most); return nil })
	return st
}

func (s *Server) stateFor(user string, most int) State {
	st := State{
		Rev: s.rev, Team: s.team, Users: []json.RawMessage{}, Channels: []ChannelState{}, Views: []json.RawMessage{},
		App:      AppFace{ID: s.app.ID, Name: s.app.Name, BotUserID: s.app.BotUserID, Sockets: len(s.sockets)},
		Commands: s.commands, Shortcuts: s.shortcuts, Now: s.o.Now().Unix(), Pending: s.pending,
	}
	for _, u := range s.users {
		st.Users = append(st.Users, raw(s.userJSON(u)))
	}
	for _, g := range s.groups {
		st.Groups = append(st.Groups, *g)
	}
	u := s.person(user)
	if u == nil {
		u = &User{}
	}
	st.Me = u.ID
	for _, v := range s.stacks[u.ID] {
		st.Views = append(st.Views, raw(s.viewJSON(v)))
	}
	if h := s.homes[u.ID]; h != nil {
		st.Home = raw(s.viewJSON(h))
	}
	for _, ch := range s.channels {
		if public := ch.kind() == "channel"; public || ch.has(u.ID) {
			st.Channels = append(st.Channels, s.channelState(ch, u.ID, most))
		}
	}
	return st
}

func (s *Server) channelState(ch *channel, user string, most int) ChannelState {
	cs := ChannelState{
		Channel: raw(s.channelJSON(ch)), Members: append([]string{}, ch.members...), Joined: ch.has(user),
		Messages: []json.RawMessage{}, Bookmarks: []json.RawMessage{},
	}
	i := 0
	whispers := ch.ephemerals
	whisper := func(until string) {
		for ; i < len(whispers) && (until == "" || before(whispers[i].ts, until)); i++ {
			if whispers[i].audience == user {
				o := s.messageJSON(ch, whispers[i], false)
				o["is_ephemeral"] = true
				cs.Messages = append(cs.Messages, raw(o))
			}
		}
	}
	shown := ch.messages
	if most > 0 && len(shown) > most {
		shown = shown[len(shown)-most:]
	}
	for _, m := range shown {
		whisper(m.ts)
		o := s.messageJSON(ch, m, true)
		o["permalink"] = s.permalink(ch, m)
		cs.Messages = append(cs.Messages, raw(o))
	}
	whisper("")
	for _, b := range ch.bookmarks {
		cs.Bookmarks = append(cs.Bookmarks, raw(b))
	}
	return cs
}

// Messages gives a channel's lasting messages, oldest first, thread replies
// among them, in the shape of the API with metadata; nil for no such channel.
func (s *Server) Messages(channel string) []json.RawMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := s.channelNamed(channel)
	if ch == nil {
		return nil
	}
	out := []json.RawMessage{}
	for _, m := range ch.messages {
		out = append(out, raw(s.messageJSON(ch, m, true)))
	}
	return out
}

func raw(o obj) json.RawMessage { return json.RawMessage(encode(o)) }

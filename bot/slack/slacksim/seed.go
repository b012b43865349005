package slacksim

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Seed describes a workspace; it reads and writes as JSON.
type Seed struct {
	Team       Team           `json:"team"`
	App        App            `json:"app"`
	Users      []User         `json:"users"`
	Channels   []Channel      `json:"channels"`
	UserGroups []UserGroup    `json:"usergroups,omitempty"`
	URLs       URLs           `json:"request_urls"`
	Commands   []SlashCommand `json:"slash_commands,omitempty"`
	Shortcuts  []AppShortcut  `json:"shortcuts,omitempty"`
	Messages   []Talk         `json:"messages,omitempty"`
}

// Team is the workspace itself.
type Team struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Domain string `json:"domain"`
}

// App is the installed app with its tokens and grants. Empty Scopes grant
// SampleScopes; empty Events subscribe the app to every event.
type App struct {
	ID            string   `json:"app_id"`
	Name          string   `json:"name"`
	BotUserID     string   `json:"bot_user_id"`
	BotID         string   `json:"bot_id"`
	BotToken      string   `json:"bot_token"`
	AppToken      string   `json:"app_token"`
	OldBotToken   string   `json:"old_bot_token,omitempty"` // valid beside, while tokens are exchanged
	OldAppToken   string   `json:"old_app_token,omitempty"`
	SigningSecret string   `json:"signing_secret"`
	Scopes        []string `json:"scopes,omitempty"`
	Events        []string `json:"events,omitempty"`
}

// User is a person or a bot. TZ is an IANA zone, Asia/Tokyo when empty.
type User struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	RealName string `json:"real_name"`
	Email    string `json:"email,omitempty"`
	Title    string `json:"title,omitempty"`
	IsBot    bool   `json:"is_bot,omitempty"`
	IsAdmin  bool   `json:"is_admin,omitempty"`
	Deleted  bool   `json:"deleted,omitempty"`
	Away     bool   `json:"away,omitempty"`
	TZ       string `json:"tz,omitempty"`
}

// Channel is a public or private channel; Members are user ids or names.
type Channel struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Private  bool     `json:"private,omitempty"`
	Archived bool     `json:"archived,omitempty"`
	Members  []string `json:"members"`
	Topic    string   `json:"topic,omitempty"`
	Purpose  string   `json:"purpose,omitempty"`
}

// UserGroup is a group of people who are mentioned together.
type UserGroup struct {
	ID     string   `json:"id"`
	Handle string   `json:"handle"`
	Name   string   `json:"name"`
	Users  []string `json:"users"`
	// Disabled groups are listed only on request.
	Disabled bool `json:"disabled,omitempty"`
}

// URLs are the app's request URLs. While the app has an open socket they are
// not used. Options is asked for external selects; empty means Interactions.
type URLs struct {
	Events       string `json:"events,omitempty"`
	Interactions string `json:"interactions,omitempty"`
	Options      string `json:"options,omitempty"`
	Commands     string `json:"commands,omitempty"`
}

// SlashCommand is a command that the app has registered, with its slash.
type SlashCommand struct {
	Command      string `json:"command"`
	Description  string `json:"description,omitempty"`
	UsageHint    string `json:"usage_hint,omitempty"`
	ShouldEscape bool   `json:"should_escape,omitempty"`
}

// AppShortcut is a shortcut that the app has registered; Type is global or message.
type AppShortcut struct {
	CallbackID  string `json:"callback_id"`
	Name        string `json:"name"`
	Type        string `json:"type"`
	Description string `json:"description,omitempty"`
}

// build makes a fresh workspace of a seed. The lock is held or not yet needed.
func (s *Server) build(seed Seed) (workspace, error) {
	w := workspace{
		team: seed.Team, app: seed.App, urls: seed.URLs,
		commands: slices.Clone(seed.Commands), shortcuts: slices.Clone(seed.Shortcuts),
		views: map[string]*view{}, stacks: map[string][]*view{}, homes: map[string]*view{},
		triggers: map[string]*trigger{}, hooks: map[string]*responseURL{}, offered: map[string]obj{},
	}
	w.team.ID = cmp.Or(w.team.ID, "T0SIM")
	w.team.Domain = cmp.Or(w.team.Domain, "sample")
	w.team.Name = cmp.Or(w.team.Name, w.team.Domain)
	w.app.ID = cmp.Or(w.app.ID, "A0SIM")
	w.app.BotID = cmp.Or(w.app.BotID, "B0SIM")
	w.app.Name = cmp.Or(w.app.Name, "bot")
	if len(w.app.Scopes) == 0 {
		w.app.Scopes = SampleScopes()
	}
	taken := map[string]bool{}
	once := func(id string) error {
		if taken[id] {
			return fmt.Errorf("id %s appears twice", id)
		}
		taken[id] = true
		return nil
	}
	for _, u := range seed.Users {
		u.ID = cmp.Or(u.ID, s.newID("U"))
		if u.Name == "" {
			return w, errors.New("a user has no name")
		}
		u.RealName = cmp.Or(u.RealName, u.Name)
		u.TZ = cmp.Or(u.TZ, "Asia/Tokyo")
		if err := once(u.ID); err != nil {
			return w, err
		}
		w.users = append(w.users, &u)
	}
	w.app.BotUserID = cmp.Or(w.app.BotUserID, "U0BOT")
	if bot := w.user(w.app.BotUserID); bot == nil {
		w.users = append(w.users, &User{ID: w.app.BotUserID, Name: w.app.Name, RealName: w.app.Name, IsBot: true, TZ: "Asia/Tokyo"})
	} else {
		bot.IsBot = true
	}
	for _, c := range seed.Channels {
		if err := once(cmp.Or(c.ID, "#"+c.Name)); err != nil {
			return w, err
		}
		ch, err := s.buildChannel(&w, c)
		if err != nil {
			return w, err
		}
		w.channels = append(w.channels, ch)
	}
	for _, g := range seed.UserGroups {
		g.ID = cmp.Or(g.ID, s.newID("S"))
		ids, err := w.userIDs(g.Users)
		if err != nil {
			return w, fmt.Errorf("user group %s: %w", g.Handle, err)
		}
		g.Users = ids
		w.groups = append(w.groups, &g)
	}
	return w, s.talk(&w, seed.Messages)
}

func (s *Server) buildChannel(w *workspace, c Channel) (*channel, error) {
	if e := badName(c.Name); e != "" {
		return nil, fmt.Errorf("channel %q: %s", c.Name, e)
	}
	ids, err := w.userIDs(c.Members)
	if err != nil {
		return nil, fmt.Errorf("channel %s: %w", c.Name, err)
	}
	now := s.o.Now().Unix()
	ch := &channel{
		id: cmp.Or(c.ID, s.newID("C")), name: c.Name, private: c.Private, archived: c.Archived,
		members: ids, created: now, creator: w.app.BotUserID,
	}
	ch.topic, ch.purpose = note{Value: c.Topic}, note{Value: c.Purpose}
	if len(ids) > 0 {
		ch.creator = ids[0]
	}
	return ch, nil
}

func (w *workspace) user(id string) *User {
	for _, u := range w.users {
		if u.ID == id {
			return u
		}
	}
	return nil
}

// person finds a user by id, name or @name.
func (w *workspace) person(who string) *User {
	if u := w.user(who); u != nil {
		return u
	}
	for _, u := range w.users {
		if u.Name == strings.TrimPrefix(who, "@") {
			return u
		}
	}
	return nil
}

func (w *workspace) userIDs(who []string) ([]string, error) {
	ids := make([]string, 0, len(who))
	for _, m := range who {
		u := w.person(m)
		if u == nil {
			return nil, fmt.Errorf("no user %q", m)
		}
		ids = append(ids, u.ID)
	}
	return ids, nil
}

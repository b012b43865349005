package slacksim

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Users and channels below are named by id or by name ("sato", "#general").

// Click uses a button, select, overflow menu, picker or checkbox in a message.
// Value tells the chosen option, user or date; for a button it may tell twins
// apart. Values is for elements that take several.
type Click struct {
	User     string   `json:"user"`
	Channel  string   `json:"channel"`
	TS       string   `json:"ts"`
	ActionID string   `json:"action_id"`
	BlockID  string   `json:"block_id,omitempty"`
	Value    string   `json:"value,omitempty"`
	Values   []string `json:"values,omitempty"`
}

// Say posts a message as a person. An empty channel, or the bot's user, means
// the direct message with the bot.
type Say struct {
	User     string `json:"user"`
	Channel  string `json:"channel"`
	ThreadTS string `json:"thread_ts,omitempty"`
	Text     string `json:"text"`
	// Broadcast shows a reply in the channel, too.
	Broadcast bool `json:"broadcast,omitempty"`
}

// React adds a reaction as a person, or takes it back.
type React struct {
	User    string `json:"user"`
	Channel string `json:"channel"`
	TS      string `json:"ts"`
	Name    string `json:"name"`
	Remove  bool   `json:"remove,omitempty"`
}

// Command runs a slash command.
type Command struct {
	User    string `json:"user"`
	Channel string `json:"channel"`
	Command string `json:"command"`
	Text    string `json:"text"`
}

// Shortcut runs a shortcut: a message shortcut when Channel and TS name a message.
type Shortcut struct {
	User       string `json:"user"`
	CallbackID string `json:"callback_id"`
	Channel    string `json:"channel,omitempty"`
	TS         string `json:"ts,omitempty"`
}

// channelNamed finds a channel by id, name or #name.
func (w *workspace) channelNamed(name string) *channel {
	if ch := w.channelByID(name); ch != nil {
		return ch
	}
	return w.channelByName(strings.TrimPrefix(name, "#"))
}

// seat finds a person and a channel that the person is in.
func (s *Server) seat(user, channel string) (*User, *channel, error) {
	u := s.person(user)
	if u == nil || u.Deleted || u.IsBot {
		return nil, nil, unknown("no person %q", user)
	}
	bot := s.user(s.app.BotUserID)
	if channel == "" || channel == bot.ID || strings.TrimPrefix(channel, "@") == bot.Name {
		return u, s.direct(u.ID), nil
	}
	ch := s.channelNamed(channel)
	if ch == nil || !ch.has(u.ID) {
		return nil, nil, unknown("%s is in no channel %q", u.Name, channel)
	}
	return u, ch, nil
}

// perform runs f under the lock and waits for the app's answer to what f sent.
func (s *Server) perform(ctx context.Context, f func() (*delivery, error)) (any, error) {
	var d *delivery
	err := s.with(func() error {
		if s.closed {
			return ErrClosed
		}
		var err error
		d, err = f()
		return err
	})
	if err != nil || d == nil {
		return nil, err
	}
	return d.wait(ctx)
}

// Click clicks and waits for the acknowledgement, 3 seconds at most. It refuses
// what is not on the person's screen with ErrUnknown.
func (s *Server) Click(ctx context.Context, c Click) error {
	_, err := s.perform(ctx, func() (*delivery, error) {
		u, ch, err := s.seat(c.User, c.Channel)
		if err != nil {
			return nil, err
		}
		m := ch.message(c.TS)
		if e := ch.ephemeral(c.TS); e != nil && e.audience == u.ID {
			m = e
		}
		if m == nil {
			return nil, unknown("no message %s", c.TS)
		}
		if ch.archived {
			return nil, unknown("channel %s is archived", ch.name)
		}
		f, err := seek(m.allBlocks(), c.ActionID, c.BlockID, c.Value)
		if err != nil {
			return nil, err
		}
		value, err := s.choice(f.element, c.chosen())
		if err != nil {
			return nil, err
		}
		if m.state == nil {
			m.state = initialState(m.allBlocks())
		}
		if value["type"] != nil {
			m.state.put(text(f.block, "block_id"), c.ActionID, value)
		}
		return s.send(viaInteract, "block_actions", s.messageAction(u, ch, m, f.block, f.element, value)), nil
	})
	return wrap(err, "clicking %s", c.ActionID)
}

func (c Click) chosen() any {
	if c.Values != nil {
		return c.Values
	}
	return c.Value
}

// allBlocks are a message's blocks with those of its attachments.
func (m *message) allBlocks() []any {
	out := slices.Clone(m.blocks)
	for _, at := range m.attachments {
		o, _ := at.(obj)
		more, _ := o["blocks"].([]any)
		out = append(out, more...)
	}
	return out
}

// Say posts and gives the new message's ts. It does not wait for the app.
func (s *Server) Say(ctx context.Context, y Say) (string, error) {
	ts := ""
	_, err := s.perform(ctx, func() (*delivery, error) {
		u, ch, err := s.seat(y.User, y.Channel)
		switch {
		case err != nil:
			return nil, err
		case ch.archived:
			return nil, unknown("channel %s is archived", ch.name)
		case strings.TrimSpace(y.Text) == "":
			return nil, errors.New("nothing to say")
		}
		thread, err := ch.thread(y.ThreadTS)
		if err != nil {
			return nil, err
		}
		body := s.typed(y.Text)
		s.ids++
		m := &message{
			user: u.ID, text: body, threadTS: thread, broadcast: thread != "" && y.Broadcast, blocks: s.dress([]any{richText(body, true)}),
			clientMsgID: fmt.Sprintf("%08x-0000-4000-8000-%012x", s.ids, s.ids),
		}
		s.store(ch, m)
		ts = m.ts
		return nil, nil
	})
	return ts, wrap(err, "saying something in %s", y.Channel)
}

// React reacts. It does not wait for the app.
func (s *Server) React(ctx context.Context, r React) error {
	_, err := s.perform(ctx, func() (*delivery, error) {
		u, ch, err := s.seat(r.User, r.Channel)
		if err != nil {
			return nil, err
		}
		m := ch.message(r.TS)
		if m == nil {
			return nil, unknown("no message %s", r.TS)
		}
		if r.Remove {
			return nil, s.unreact(ch, m, u.ID, r.Name)
		}
		return nil, s.react(ch, m, u.ID, r.Name)
	})
	return wrap(err, "reacting with %s", r.Name)
}

// OpenHome opens the bot's App Home. It does not wait for the app.
func (s *Server) OpenHome(ctx context.Context, user string) error {
	_, err := s.perform(ctx, func() (*delivery, error) {
		u, ch, err := s.seat(user, "")
		if err != nil {
			return nil, err
		}
		e := obj{"user": u.ID, "channel": ch.id, "tab": "home"}
		if v := s.homes[u.ID]; v != nil {
			e["view"] = s.viewJSON(v)
		}
		s.emit("app_home_opened", e)
		return nil, nil
	})
	return wrap(err, "opening the App Home of %s", user)
}

// Command runs a slash command and waits for the acknowledgement; a text in it
// is shown to the person, or to the channel if the app says so.
func (s *Server) Command(ctx context.Context, c Command) error {
	var where *channel
	var who *User
	answer, err := s.perform(ctx, func() (*delivery, error) {
		u, ch, err := s.seat(c.User, c.Channel)
		if err != nil {
			return nil, err
		}
		who, where = u, ch
		i := slices.IndexFunc(s.commands, func(k SlashCommand) bool { return k.Command == c.Command })
		if i < 0 && len(s.commands) > 0 {
			return nil, unknown("%s is not a valid command", c.Command)
		}
		words := c.Text
		if i >= 0 && s.commands[i].ShouldEscape {
			words = s.escaped(words)
		}
		return s.send(viaCommand, c.Command, obj{
			"token": "deprecated-verification-token", "team_id": s.team.ID, "team_domain": s.team.Domain,
			"channel_id": ch.id, "channel_name": ch.place()["name"], "user_id": u.ID, "user_name": u.Name,
			"command": c.Command, "text": words, "api_app_id": s.app.ID, "is_enterprise_install": "false",
			"response_url": s.newResponseURL(ch, u.ID, "", ""), "trigger_id": s.newTrigger(u.ID, ""),
		}), nil
	})
	if o, ok := answer.(obj); ok && err == nil && (o["text"] != nil || o["blocks"] != nil) {
		err = s.with(func() error {
			body, err := s.compose(o, maxText)
			if err == nil {
				s.answer(where, who.ID, "", text(o, "response_type"), body)
			}
			return err
		})
	}
	return wrap(err, "running %s", c.Command)
}

// Shortcut runs a shortcut and waits for the acknowledgement.
func (s *Server) Shortcut(ctx context.Context, c Shortcut) error {
	_, err := s.perform(ctx, func() (*delivery, error) {
		u, ch, err := s.seat(c.User, c.Channel)
		if err != nil {
			return nil, err
		}
		kind := "shortcut"
		if c.TS != "" {
			kind = "message_action"
		}
		i := slices.IndexFunc(s.shortcuts, func(a AppShortcut) bool {
			return a.CallbackID == c.CallbackID && (a.Type == "message") == (c.TS != "")
		})
		if i < 0 && len(s.shortcuts) > 0 {
			return nil, unknown("no %s %q", kind, c.CallbackID)
		}
		p := s.interaction(kind, u)
		p["callback_id"], p["action_ts"] = c.CallbackID, s.nextTS()
		if c.TS != "" {
			m := ch.message(c.TS)
			if m == nil {
				return nil, unknown("no message %s", c.TS)
			}
			p["channel"], p["message"], p["message_ts"] = ch.place(), s.messageJSON(ch, m, false), m.ts
			p["response_url"] = s.newResponseURL(ch, u.ID, m.threadTS, "")
		}
		p["trigger_id"] = s.newTrigger(u.ID, "")
		return s.send(viaInteract, kind, p), nil
	})
	return wrap(err, "running shortcut %s", c.CallbackID)
}

func wrap(err error, format string, a ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, a...), err)
}

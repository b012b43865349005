package slack

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	slackgo "github.com/slack-go/slack"
)

// scopeWrite is the scope without which nothing can be said.
const scopeWrite = "chat:write"

// scopePrefix begins what a finding about a missing scope looked at.
const scopePrefix = "scope "

// Scope is a bot scope with the feature that it serves.
type Scope struct {
	Name     string
	Feature  string // what does not work without it
	Required bool
}

// Scopes lists the bot scopes that this release uses; the app's manifest is checked against it.
func Scopes() []Scope {
	return []Scope{
		{scopeWrite, "cards, posts in their threads and refusals that only one person sees", true},
		{"commands", "the slash command " + commandName, true},
		{"channels:read", "the check of public channels, and the notice that one was archived or the bot removed", true},
		{"groups:read", "the check of private channels, and the notice that one was archived or the bot removed", true},
		{"channels:join", "joining a customer's public channel without an invitation", false},
		{"channels:history", "finding a message again in a public channel after a lost answer; without it urgent ones are repeated with 再送, others wait for a person", false},
		{"groups:history", "finding a message again in a private channel after a lost answer; without it urgent ones are repeated with 再送, others wait for a person", false},
	}
}

// AppScopes lists the scopes of the app-level token.
func AppScopes() []Scope {
	return []Scope{{"connections:write", "Socket Mode", true}}
}

// Events lists the bot events to subscribe to, with what they are used for.
func Events() map[string]string {
	return map[string]string{
		"app_home_opened":     "App Home shows a person their tickets",
		"app_uninstalled":     "operators are told that the app was removed",
		"tokens_revoked":      "operators are told that the token was revoked",
		"channel_shared":      "nothing is posted any more to a channel that is shared with another organisation, and operators are told",
		"channel_unshared":    "a channel that is no longer shared is posted to again",
		"channel_archive":     "operators are told that a customer's channel was archived",
		"group_archive":       "operators are told that a customer's private channel was archived",
		"channel_deleted":     "operators are told that a customer's channel was deleted",
		"member_left_channel": "operators are told that the bot was removed from a customer's channel",
	}
}

// Shortcuts lists the callback ids of the shortcuts, with their kind; the app's manifest is checked against it.
func Shortcuts() map[string]string {
	return map[string]string{shortcutNew: "global", shortcutDeclare: "global", shortcutMessage: "message"}
}

// Level is how bad a finding is.
type Level string

// Levels of findings.
const (
	LevelOK    Level = "ok"
	LevelWarn  Level = "warn"
	LevelError Level = "error"
)

// Finding is one line of the self-check, in English for operators.
type Finding struct {
	Level  Level  `json:"level"`
	What   string `json:"what"`          // what was looked at
	Detail string `json:"detail"`        // what was found
	Fix    string `json:"fix,omitempty"` // what to do about it
}

// Check looks at the token, its scopes and the customers' channels, for `toban doctor`. It changes nothing.
func (s *Slack) Check(ctx context.Context) []Finding {
	out := s.rights(ctx)
	if out[0].Level == LevelError { // without a token there is nothing else to see
		return out
	}
	for _, c := range s.c.Directory().Customers {
		out = append(out, s.checkChannel(ctx, c.ID, c.Channel))
	}
	return out
}

// Announce says in the log and to Lacks, once Slack answers, which features are switched off for want of a scope. It ends then, or with ctx.
func (s *Slack) Announce(ctx context.Context) {
	said := Finding{}
	for {
		found := s.rights(ctx)
		if ctx.Err() != nil {
			return
		}
		if found[0] == said { // Slack is still down in the same way
			found = found[:0]
		} else {
			said = found[0]
		}
		for _, f := range found {
			level := slog.LevelInfo
			switch f.Level {
			case LevelWarn:
				level = slog.LevelWarn
			case LevelError:
				level = slog.LevelError
			case LevelOK:
			}
			s.c.Logger.Log(ctx, level, "looking at what Slack grants", "what", f.What, "found", f.Detail, "fix", f.Fix)
		}
		lacks := slices.DeleteFunc(found, func(f Finding) bool { return f.Level == LevelOK || !strings.HasPrefix(f.What, scopePrefix) })
		if len(lacks) > 0 && s.c.Lacks != nil {
			s.c.Lacks(ctx, lacks)
		}
		if said.Level == LevelOK {
			s.lookShared(ctx)
			return
		}
		if pause(ctx, appAgain) != nil {
			return
		}
	}
}

// rights looks at the token and its scopes; the token is the first finding.
func (s *Slack) rights(ctx context.Context) []Finding {
	me, err := s.api.AuthTestContext(ctx)
	if err != nil {
		fix := advice(code(err))
		if fix == "" {
			fix = "check the network, the API address and the token"
		}
		return []Finding{{LevelError, "bot token", s.hide(err).Error(), fix}}
	}
	out := []Finding{{LevelOK, "bot token", fmt.Sprintf("workspace %s (%s), bot user %s", me.Team, me.TeamID, me.UserID), ""}}
	return append(out, scopeFindings(me.Header.Get("X-OAuth-Scopes"))...)
}

func scopeFindings(header string) []Finding {
	if header == "" {
		return []Finding{{LevelWarn, "scopes", "Slack did not say which scopes the token has", ""}}
	}
	granted := strings.FieldsFunc(header, func(r rune) bool { return r == ',' || r == ' ' })
	var out []Finding
	for _, sc := range Scopes() {
		if slices.Contains(granted, sc.Name) {
			continue
		}
		level := LevelWarn
		if sc.Required {
			level = LevelError
		}
		out = append(out, Finding{level, scopePrefix + sc.Name, "missing; switched off: " + sc.Feature, "add " + sc.Name + " to the app's bot scopes and reinstall it"})
	}
	if len(out) == 0 {
		out = []Finding{{LevelOK, "scopes", "every scope that is used is granted", ""}}
	}
	return out
}

func (s *Slack) checkChannel(ctx context.Context, customer, channel string) Finding {
	what := "channel of " + customer
	if channel == "" {
		return Finding{LevelError, what, "no channel is set", "set slack.channel in the customer's file"}
	}
	ch, err := s.api.GetConversationInfoContext(ctx, &slackgo.GetConversationInfoInput{ChannelID: channel})
	switch {
	case err != nil:
		fix := advice(code(err))
		if fix == "" {
			fix = "try again"
		}
		return Finding{LevelError, what, channel + ": " + s.hide(err).Error(), fix}
	case ch.IsArchived:
		return Finding{LevelError, what, channel + " is archived", advice("is_archived")}
	case ch.IsExtShared || ch.IsPendingExtShared:
		return Finding{LevelError, what, channel + " is shared with another organisation, which would read internal cards", "use a channel of your own workspace only"}
	case !ch.IsMember && ch.IsPrivate:
		return Finding{LevelError, what, "the bot is not in the private channel " + channel, "invite it (/invite)"}
	case !ch.IsMember:
		return Finding{LevelWarn, what, "the bot is not in the public channel " + channel, "invite it (/invite); with channels:join it enters by itself at the first card"}
	}
	return Finding{LevelOK, what, channel + " is readable and the bot is a member", ""}
}

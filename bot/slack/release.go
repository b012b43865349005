package slack

import (
	"context"
	"strings"

	"toban/bot"
)

// Releases decides on what waits for a person (spec/9-running.md, Going live: assist).
type Releases interface {
	// Button is the button of an action below a question; ok is false when it is none of those.
	Button(action, number string) (b bot.Button, ok bool)
	// Decide lets what has the number and belongs to one of customers go out, or not. text is what the person is told; "" when all is well.
	Decide(ctx context.Context, of *bot.Directory, action, number string, by bot.Person) (text string, err error)
}

// releasePrefix begins the actions of buttons that stand below a question and on no card.
const releasePrefix = "release."

// release handles such a button. It acts at once and not by way of the inbox, so that of two people who press the second hears what the first
// decided.
func (s *Slack) release(ctx context.Context, channel, action, number string, person bot.Person) (outcome, text string) {
	if s.c.Releases == nil {
		return "stale", staleText
	}
	b, ok := s.c.Releases.Button(action, number)
	if !ok {
		return "stale", staleText
	}
	if !person.Has(b.Roles...) {
		return "refused", s.refusal(b, person)
	}
	text, err := s.c.Releases.Decide(ctx, s.within(channel, person), action, number, person)
	switch {
	case err != nil:
		s.c.Logger.Error("deciding on what waits for a person", "action", action, "number", number, "person", person.ID, "error", err)
		return "failed", brokenText
	case text != "":
		return "stale", text
	}
	return "accepted", ""
}

// Modes tells and changes how far Toban goes in a project.
type Modes interface {
	// Tell lists the modes of customers in words for staff.
	Tell(ctx context.Context, of *bot.Directory) (string, error)
	// Change changes one of customers; text says what was done or why not.
	Change(ctx context.Context, of *bot.Directory, project, mode, by, reason string) (text string, err error)
}

// modeRoles may change a mode.
var modeRoles = []bot.Role{bot.RoleManager}

func (s *Slack) modeVerbs() []verb {
	if s.c.Modes == nil {
		return nil
	}
	return []verb{{
		name: "mode", usage: "mode [プロジェクト off|shadow|assist|on [理由]]", summary: "プロジェクトごとのモードを表示、変更します",
		run: s.asPerson("mode", func(ctx context.Context, person bot.Person, of *bot.Directory, args []string) (string, error) {
			switch {
			case len(args) == 1:
				return s.c.Modes.Tell(ctx, of)
			case len(args) == 2: //nolint:mnd // the verb and a project
				return "モードを off、shadow、assist、on から指定してください。例: " + commandName + " mode " + clip(args[1]) + " shadow", nil
			case !person.Has(modeRoles...):
				return s.refusal(bot.Button{Label: commandName + " mode", Roles: modeRoles}, person), nil
			}
			return s.c.Modes.Change(ctx, of, args[1], strings.ToLower(args[2]), person.Name, strings.Join(args[3:], " "))
		}),
	}}
}

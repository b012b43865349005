package slack

import (
	"context"

	"toban/bot"
)

// Duties hand the duty of a team over to somebody for a time, beside what the rota says.
type Duties interface {
	// HandOver reads who takes the duty, of which team and until when; it answers as staff read it. of is whom may be spoken of.
	HandOver(ctx context.Context, of *bot.Directory, by bot.Person, words []string) (text string, err error)
}

// dutyRoles may hand the duty over.
var dutyRoles = []bot.Role{bot.RoleOperator, bot.RoleManager}

func (s *Slack) dutyVerbs() []verb {
	if s.c.Duties == nil {
		return nil
	}
	return []verb{{
		name: "handover", usage: "handover 担当者 [チーム] 時刻", summary: "当番を、時刻(例 19:00)まで担当者に引き継ぎます。自分が受け取るときは担当者を me とします",
		run: s.asPerson("handover", func(ctx context.Context, person bot.Person, of *bot.Directory, args []string) (string, error) {
			if !person.Has(dutyRoles...) {
				return s.refusal(bot.Button{Label: commandName + " handover", Roles: dutyRoles}, person), nil
			}
			return s.c.Duties.HandOver(ctx, of, person, args[1:])
		}),
	}}
}

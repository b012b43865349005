package slack

import (
	"context"
	"slices"
	"strings"
	"time"

	"toban/bot"
)

// Silences are periods in which nobody is told of alerts of hosts (spec/7-customers.md). Each answers in words for staff.
type Silences interface {
	// Tell lists those of customers.
	Tell(ctx context.Context, of *bot.Directory) (string, error)
	// Add begins at from, now when it is zero. No hosts are all of the customer's.
	Add(ctx context.Context, customer string, hosts []string, from time.Time, length time.Duration, reason, by string) (string, error)
	// End ends one of customers.
	End(ctx context.Context, of *bot.Directory, id, by string) (string, error)
}

// silenceRoles may silence alerts.
var silenceRoles = []bot.Role{bot.RoleOperator, bot.RoleManager}

const silenceUsage = "例: " + commandName + " silence aoba web-1,web-2 2h 定期保守のため\n" +
	commandName + " silence aoba all 2026-12-01T22:00/4h 移行作業\n" + commandName + " silence end S-ABC234"

func (s *Slack) silenceVerbs() []verb {
	if s.c.Silences == nil {
		return nil
	}
	return []verb{{
		name: "silence", usage: "silence [顧客ID ホスト,…|all 長さ 理由 | end 番号]", summary: "警報の静観を表示、設定、終了します。期間が過ぎると自動で終わります",
		run: s.asPerson("silence", func(ctx context.Context, person bot.Person, of *bot.Directory, args []string) (string, error) {
			return s.silencing(ctx, person, of, args[1:])
		}),
	}}
}

// asPerson runs a verb for somebody of the staff, within its time; name is its name in the log. The verb is given the customers that may be
// spoken of where it was typed.
func (s *Slack) asPerson(name string, verb func(ctx context.Context, person bot.Person, of *bot.Directory, args []string) (string, error)) func(context.Context, command, []string) string {
	return func(ctx context.Context, c command, args []string) string {
		person, ok := s.c.Directory().BySlack(c.UserID)
		if !ok {
			return unknownUser(c.UserID)
		}
		ctx, cancel := context.WithTimeout(ctx, actWithin)
		defer cancel()
		text, err := verb(ctx, person, s.within(c.ChannelID, person), args)
		if err != nil {
			s.c.Logger.Error("carrying out a command", "command", name, "person", person.ID, "error", err)
			return brokenText
		}
		return text
	}
}

func (s *Slack) silencing(ctx context.Context, person bot.Person, of *bot.Directory, args []string) (string, error) {
	const whole = 4 // customer, hosts, length and at least a word why
	switch {
	case len(args) == 0:
		return s.c.Silences.Tell(ctx, of)
	case !person.Has(silenceRoles...):
		return s.refusal(bot.Button{Label: commandName + " silence", Roles: silenceRoles}, person), nil
	case args[0] == "end" && len(args) == 2: //nolint:mnd // the word and a number
		return s.c.Silences.End(ctx, of, strings.ToUpper(args[1]), person.Name)
	case len(args) < whole:
		return "顧客ID、ホスト、長さ、理由を指定してください。何も変えていません。\n" + silenceUsage, nil
	}
	i := slices.IndexFunc(of.Customers, func(x *bot.Customer) bool { return x.ID == args[0] || x.Name == args[0] })
	if i < 0 {
		return "「" + clip(args[0]) + "」という顧客はありません。何も変えていません。", nil
	}
	from, length, ok := span(args[2], of.Customers[i].Zone)
	if !ok {
		return "「" + clip(args[2]) + "」は期間として読めません。何も変えていません。\n" + silenceUsage, nil
	}
	var hosts []string
	if args[1] != everything {
		hosts = strings.FieldsFunc(args[1], func(r rune) bool { return r == ',' || r == '、' })
	}
	return s.c.Silences.Add(ctx, of.Customers[i].ID, hosts, from, length, strings.Join(args[3:], " "), person.Name)
}

// span reads a length such as 2h, or a beginning and a length such as 2026-12-01T22:00/4h.
func span(word string, zone *time.Location) (from time.Time, length time.Duration, ok bool) {
	begin, long, begins := strings.Cut(word, "/")
	if !begins {
		long = word
	}
	length, err := time.ParseDuration(long)
	if err != nil || length <= 0 {
		return from, 0, false
	}
	if begins {
		if from, err = time.ParseInLocation("2006-01-02T15:04", begin, zone); err != nil {
			return from, 0, false
		}
	}
	return from, length, true
}

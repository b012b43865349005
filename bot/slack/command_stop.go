package slack

import (
	"context"
	"slices"
	"strings"

	"toban/bot"
)

// Switch stops what goes outward and starts it again (spec/9-running.md, Going live). The customer "" is all of them; by is who asks.
type Switch interface {
	// Stop reports false when it was stopped already.
	Stop(ctx context.Context, customer, by, reason string) (first bool, err error)
	// Start reports how many stops it ended.
	Start(ctx context.Context, customer, by string) (ended int, err error)
}

const (
	// everything is how a person names all customers.
	everything = "all"

	switchBroken = "実行できませんでした。もう一度お試しください。急ぐ場合は、サーバーで「toban stop」を実行してください。"
)

// switchRoles may stop and start what goes outward.
var switchRoles = []bot.Role{bot.RoleOperator, bot.RoleManager}

// stopVerbs are the verbs of a Toban that can be stopped. They act at once and not by way of the inbox: who stops Toban may do so
// because the inbox does not move.
func (s *Slack) stopVerbs() []verb {
	if s.c.Switch == nil {
		return nil
	}
	return []verb{
		{
			name: "stop", usage: "stop [顧客ID|all] [理由]", summary: "お客様への発信(コメント、レポート、メール、電話)を止めます。時計は止まりません",
			run: func(ctx context.Context, c command, args []string) string {
				// Whoever sees harm stops it from wherever they are: also in the channel of another customer.
				return s.switching(ctx, s.c.Directory(), c, args, func(ctx context.Context, customer, by, reason string) (string, error) {
					first, err := s.c.Switch.Stop(ctx, customer, by, reason)
					if !first {
						return "すでに止まっています。", err
					}
					return "発信を止めました。5秒以内にすべての複製で止まります。/toban start で再開します。", err
				})
			},
		},
		{
			name: "start", usage: "start [顧客ID|all]", summary: "止めた発信を再開します。待っていたものが順に出ます",
			run: func(ctx context.Context, c command, args []string) string {
				return s.switching(ctx, s.c.Directory().Within(c.ChannelID), c, args, func(ctx context.Context, customer, by, _ string) (string, error) {
					ended, err := s.c.Switch.Start(ctx, customer, by)
					if ended == 0 {
						return "止まっていません。", err
					}
					return "発信を再開しました。", err
				})
			},
		},
	}
}

// switching checks who asks and for which of the directory's customers, and answers for what was done.
func (s *Slack) switching(ctx context.Context, dir *bot.Directory, c command, args []string, do func(ctx context.Context, customer, by, reason string) (string, error)) string {
	person, ok := dir.BySlack(c.UserID)
	if !ok {
		return unknownUser(c.UserID)
	}
	if !person.Has(switchRoles...) {
		return s.refusal(bot.Button{Label: commandName + " " + args[0], Roles: switchRoles}, person)
	}
	dir = dir.For(person)
	customer, reason := "", ""
	if len(args) > 1 && args[1] != everything {
		i := slices.IndexFunc(dir.Customers, func(x *bot.Customer) bool { return x.ID == args[1] || x.Name == args[1] })
		if i < 0 {
			return "「" + clip(args[1]) + "」という顧客はありません。何も変えていません。顧客IDか all を指定してください。"
		}
		customer = dir.Customers[i].ID
	}
	if len(args) > 2 {
		reason = strings.Join(args[2:], " ")
	}
	if customer == "" && person.Partner {
		return "すべてのお客様への発信を止めたり再開したりすることは、自社の担当者だけができます。何も変えていません。顧客IDを指定してください: " + strings.Join(customerIDs(dir), "、")
	}
	ctx, cancel := context.WithTimeout(ctx, actWithin)
	defer cancel()
	text, err := do(ctx, customer, person.Name, reason)
	if err != nil {
		s.c.Logger.Error("stopping or starting what goes outward", "customer", customer, "person", person.ID, "error", err)
		return switchBroken
	}
	return text
}

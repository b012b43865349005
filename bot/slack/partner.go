package slack

import (
	"context"

	"toban/bot"
)

// notServed is said to a partner's person about a customer whom they do not work for. It names nobody: who else is a customer is none of their business.
const notServed = "このお客様の担当に登録されていないため、操作できません。必要な場合は、管理者に、お客様の設定ファイルのチーム(team)またはエスカレーション(escalation)への登録を依頼してください。"

// within is the directory as far as it may be spoken of to a person in a channel.
func (s *Slack) within(channel string, p bot.Person) *bot.Directory {
	return s.c.Directory().Within(channel).For(p)
}

// served keeps of a list what a person may read.
func (s *Slack) served(list []Line, of *bot.Directory) []Line {
	var out []Line
	for _, l := range list {
		if _, ok := of.Customer(l.Customer); ok {
			out = append(out, l)
		}
	}
	return out
}

// strange reports whether a card is of a customer whom a person does not work for. A card of nobody's project is a partner's business in no case.
func (s *Slack) strange(p bot.Person, c bot.Card) bool { return !p.Serves(s.customerOf(c)) }

// draftFor is the customer whose form a person gets who named none: a partner's people are shown no list of customers.
func (s *Slack) draftFor(p bot.Person, customer string) (id, why string) {
	if customer == "" {
		customer = onlyCustomer(s.c.Directory().For(p))
	}
	if !p.Partner {
		return customer, ""
	}
	if c, ok := s.c.Directory().For(p).Customer(customer); ok {
		return c.ID, ""
	}
	return "", "どのお客様の登録かを選べませんでした。お客様のチャンネルで「" + commandName + " new」または「" + commandName + " incident」と入力してください。"
}

// openTo lists the open tickets that a person may read.
func (s *Slack) openTo(ctx context.Context, channel string, p bot.Person) ([]Line, error) {
	list, err := s.c.Office.Open(ctx)
	if err != nil {
		return nil, err
	}
	return s.served(list, s.within(channel, p)), nil
}

// onlyCustomer is the customer of a provider that has one.
func onlyCustomer(dir *bot.Directory) string {
	if len(dir.Customers) == 1 {
		return dir.Customers[0].ID
	}
	return ""
}

package slack

import (
	"context"
	"strings"

	"toban/bot"
)

// review takes what a person says of the list of alerts to be reviewed; lane is one of its alerts.
func (s *Slack) review(ctx context.Context, in interaction, key, action, lane string, person bot.Person) (outcome, text string) {
	id, ok := bot.AlertCustomer(lane)
	if !ok {
		return "stale", staleText
	}
	c, ok := s.within(in.channel(), person).Customer(id)
	if !ok {
		s.c.Logger.Warn("refusing a button of another channel's alerts", "action", action, "person", person.ID)
		return "foreign", staleText
	}
	b := bot.Button{Action: action, Label: "確認対象の警報", Roles: []bot.Role{bot.RoleOperator}}
	if !person.Has(b.Roles...) {
		return "refused", s.refusal(b, person)
	}
	err := s.store(ctx, key, c, bot.StaffAction{Action: action, Ticket: bot.TicketID(lane), Person: person.ID, SlackUser: in.User.ID, Channel: in.channel(), Value: lane})
	if err != nil {
		s.c.Logger.Error("storing a click", "action", action, "person", person.ID, "error", err)
		return "failed", brokenText
	}
	return "accepted", ""
}

// cardless reports whether a button stands on no card: below a question, or in the list of alerts to be reviewed.
func cardless(action string) bool {
	return strings.HasPrefix(action, releasePrefix) || strings.HasPrefix(action, bot.ReviewOpen) || action == bot.ReviewDone
}

package slack

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	slackgo "github.com/slack-go/slack"

	"toban/bot"
	"toban/bot/slack/view"
)

const (
	staleText   = "この操作は今はできません。チケットの状況が変わっています。カードの最新の表示をご確認ください。"
	brokenText  = "記録できませんでした。お手数ですが、少し待ってからもう一度操作してください。"
	cannotOpen  = "入力画面を開けませんでした。もう一度ボタンを押してください。"
	cannotCheck = "チケットの状況を確認できませんでした。少し待ってからもう一度操作してください。"
)

// click handles pressed buttons. An error means that the person could not even be told; Slack then shows a warning.
func (s *Slack) click(ctx context.Context, in interaction) error {
	if len(in.Actions) == 0 {
		return &unreadable{"the click names no action"}
	}
	var all []error
	for i, a := range in.Actions {
		if in.Container.Type == "view" && strings.HasPrefix(a.ActionID, "home.") {
			s.c.Count(string(doorInteractions), s.homeClick(ctx, in, a.ActionID))
			continue
		}
		if in.Container.Type == "view" && a.ActionID == view.ActionPreview {
			s.c.Count(string(doorInteractions), s.preview(ctx, in))
			continue
		}
		if in.Container.Type == "view" && strings.HasPrefix(a.ActionID, adoptPrefix) {
			s.c.Count(string(doorInteractions), s.adoptClick(ctx, in, a.ActionID, a.Value, a.Selected.Value))
			continue
		}
		if in.Container.Type == "view" && in.View.CallbackID == view.ActionMenu {
			outcome, err := s.menuClick(ctx, in, i)
			s.c.Count(string(doorInteractions), outcome)
			all = append(all, err)
			continue
		}
		if a.Type != "" && a.Type != "button" || in.Container.Type == "view" {
			s.c.Count(string(doorInteractions), "ignored")
			continue
		}
		outcome, text := s.press(ctx, in, in.clickKey(i), a.ActionID, a.Value)
		s.c.Count(string(doorInteractions), outcome)
		if text != "" {
			all = append(all, s.tell(ctx, in, text))
		}
	}
	return errors.Join(all...)
}

// clickKey is the dedup key of one action: what Slack delivers twice has the same.
func (in interaction) clickKey(i int) string {
	a := in.Actions[i]
	if in.TriggerID == "" {
		return "slack:click:" + fingerprint(a.ActionTS, in.User.ID, a.ActionID, a.Value)
	}
	return "slack:click:" + fingerprint(in.TriggerID, a.ActionID, fmt.Sprint(i))
}

// press handles one button; text is what to tell the person, "" when all is well.
func (s *Slack) press(ctx context.Context, in interaction, key, action, raw string) (outcome, text string) {
	ctx, cancel := context.WithTimeout(ctx, actWithin)
	defer cancel()
	person, ok := s.c.Directory().BySlack(in.User.ID)
	if !ok {
		return "unknown_user", unknownUser(in.User.ID)
	}
	ticket, version, value, err := view.ParseValue(raw)
	if err != nil {
		s.c.Logger.Warn("reading a button", "action", action, "error", err)
		return "stale", staleText
	}
	if strings.HasPrefix(action, releasePrefix) {
		return s.release(ctx, in.channel(), action, value, person)
	}
	if cardless(action) {
		return s.review(ctx, in, key, action, value, person)
	}
	if ticket == "" {
		return "stale", staleText
	}
	card, err := s.c.Board.Card(ctx, ticket)
	if err != nil {
		s.c.Logger.Error("reading the card of a pressed button", "ticket", ticket, "action", action, "error", err)
		return "failed", cannotCheck
	}
	if s.foreign(in.channel(), card) {
		s.c.Logger.Warn("refusing a button of another channel's ticket", "ticket", ticket, "action", action, "person", person.ID)
		return "foreign", staleText
	}
	if s.strange(person, card) {
		return "refused", notServed
	}
	if action == view.ActionMore {
		return s.more(ctx, in, card, value, person)
	}
	b, ok := findButton(card, action, fingerprint(value))
	if !ok {
		s.c.Logger.Info("refusing a stale button", "ticket", ticket, "action", action, "drawn", version, "stored", card.Version)
		return "stale", staleWords(card)
	}
	if !person.Has(b.Roles...) {
		return "refused", s.refusal(b, person)
	}
	if b.Form != nil {
		return s.open(ctx, in, card, b)
	}
	err = s.store(ctx, key, s.customerOf(card), bot.StaffAction{
		Action: action, Ticket: ticket, Person: person.ID, SlackUser: in.User.ID, Channel: in.channel(), Value: value,
	})
	if err != nil {
		s.c.Logger.Error("storing a click", "ticket", ticket, "action", action, "person", person.ID, "error", err)
		return "failed", brokenText
	}
	return "accepted", ""
}

// staleWords say why a button or form of an older card does nothing: what the ticket's state is now.
func staleWords(c bot.Card) string {
	const most = 3
	var states []string
	for _, p := range c.Panels[:min(len(c.Panels), most)] {
		if state := view.Line(p.State); state != "" {
			states = append(states, clip(state))
		}
	}
	if len(states) == 0 {
		return staleText
	}
	return staleText + "\nいまの状況: " + strings.Join(states, " / ")
}

// origin is what a form remembers of the button that opened it.
type origin struct {
	Ticket  bot.TicketID `json:"t"`
	Action  string       `json:"a"`
	Channel string       `json:"c"`
	Value   string       `json:"v"`           // fingerprint of the button's value
	Draft   *draftOf     `json:"d,omitempty"` // a form of no ticket
}

// open shows the button's form.
func (s *Slack) open(ctx context.Context, in interaction, card bot.Card, b bot.Button) (outcome, text string) {
	o, err := json.Marshal(origin{Ticket: card.Ticket, Action: b.Action, Channel: in.channel(), Value: fingerprint(b.Value)})
	if err != nil {
		s.c.Logger.Error("writing a form's origin", "action", b.Action, "error", err)
		return "failed", cannotOpen
	}
	modal, err := s.dialogue(card, b, base64.RawURLEncoding.EncodeToString(o)).Modal()
	if err != nil {
		s.c.Logger.Error("building a form", "ticket", card.Ticket, "action", b.Action, "error", err)
		return "failed", "この入力画面は表示できません。Tobanの管理者に連絡してください。"
	}
	return s.front(ctx, in, modal, card.Ticket, b.Action)
}

// front puts a dialogue before the person who pressed: in place of the one that was pressed in, or as a new one.
func (s *Slack) front(ctx context.Context, in interaction, modal slackgo.ModalViewRequest, ticket bot.TicketID, action string) (outcome, text string) {
	var err error
	if in.View.ID != "" {
		_, err = s.api.UpdateViewContext(ctx, modal, "", in.View.Hash, in.View.ID)
	} else {
		_, err = s.api.OpenViewContext(ctx, in.TriggerID, modal)
	}
	switch {
	case err == nil:
		return "form", ""
	case code(err) == "exchanged_trigger_id", code(err) == "hash_conflict": // the same click delivered again: its form is open already
		return "repeated", ""
	}
	s.c.Logger.Warn("opening a form", "ticket", ticket, "action", action, "error", s.hide(err))
	return "failed", cannotOpen
}

func unknownUser(id string) string {
	return "Tobanの担当者として登録されていないため、操作できません。管理者に、people.yaml へのSlackユーザー " + id + " の登録を依頼してください。"
}

// refusal says which role is missing and who has it.
func (s *Slack) refusal(b bot.Button, p bot.Person) string {
	var want, who []string
	for _, r := range b.Roles {
		want = append(want, roleName(r))
	}
	for _, x := range s.c.Directory().People {
		if x.ID != p.ID && x.Has(b.Roles...) && len(who) < 5 {
			who = append(who, x.Name)
		}
	}
	text := "「" + view.Line(b.Label) + "」には" + strings.Join(want, "または") + "の権限が必要です。"
	if len(who) > 0 {
		text += "できる人: " + strings.Join(who, "、")
	}
	return text
}

func roleName(r bot.Role) string {
	switch r {
	case bot.RoleOperator:
		return "担当者"
	case bot.RoleApprover:
		return "承認者"
	case bot.RoleManager:
		return "マネージャー"
	case bot.RoleAdmin:
		return "管理者"
	}
	return string(r)
}

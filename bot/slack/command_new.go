package slack

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/slack/view"
)

// Draft gives the form of something that belongs to no ticket yet, such as a request by telephone. customer is "" while it is not known;
// what is "request", "incident", "onboard" or "offboard", text is what the content begins with.
type Draft func(customer, what, text string, now time.Time) (bot.Button, bool)

const (
	draftRequest  = "request"
	draftIncident = "incident"
	draftOnboard  = "onboard"
	draftOffboard = "offboard"
)

// newVerbs register what did not come in by Backlog.
func (s *Slack) newVerbs() []verb {
	if s.c.Draft == nil {
		return nil
	}
	form := func(what string) func(context.Context, command, []string) string {
		return func(ctx context.Context, c command, args []string) string {
			p, ok := s.c.Directory().BySlack(c.UserID)
			if !ok {
				return unknownUser(c.UserID)
			}
			customer, why := s.named(s.within(c.ChannelID, p), c.ChannelID, args)
			if why == "" && p.Partner {
				customer, why = s.draftFor(p, customer)
			}
			if why != "" {
				return why
			}
			return s.draft(ctx, c.TriggerID, draftOf{What: what, Customer: customer, Channel: c.ChannelID})
		}
	}
	return []verb{
		{name: "new", usage: "new [顧客ID]", summary: "電話などで承ったご依頼を、Backlog の課題として登録します", run: form(draftRequest)},
		{name: "incident", usage: "incident [顧客ID]", summary: "電話などで承った障害のご連絡を登録します(訓練もここから)", run: form(draftIncident)},
		{name: "onboard", usage: "onboard [顧客ID]", summary: "契約の開始の手続きを、チェックリスト付きの課題として登録します(運用担当者・管理者)", run: form(draftOnboard)},
		{name: "offboard", usage: "offboard [顧客ID]", summary: "契約の終了の手続きを、チェックリスト付きの課題として登録します(運用担当者・管理者)", run: form(draftOffboard)},
	}
}

// named finds the customer of a directory that a person names, or whose channel it is; "" when neither.
func (s *Slack) named(dir *bot.Directory, channel string, args []string) (customer, why string) {
	if len(args) > 1 {
		i := slices.IndexFunc(dir.Customers, func(x *bot.Customer) bool { return x.ID == args[1] || x.Name == args[1] })
		if i < 0 {
			return "", "「" + clip(view.Line(args[1])) + "」という顧客はありません。顧客ID: " + strings.Join(customerIDs(dir), "、")
		}
		return dir.Customers[i].ID, ""
	}
	for _, x := range dir.Customers {
		if x.Channel != "" && x.Channel == channel {
			return x.ID, ""
		}
	}
	return "", ""
}

func customerIDs(dir *bot.Directory) []string {
	var out []string
	for _, x := range dir.Customers {
		const most = 20
		if len(out) < most {
			out = append(out, x.ID)
		}
	}
	return out
}

// draftOf is what a form of no ticket remembers; the same form is made of it again when it is sent.
type draftOf struct {
	What     string `json:"w"`
	Customer string `json:"u"`
	Channel  string `json:"c"`
}

// draft opens a form of no ticket; it answers in words only when that fails.
func (s *Slack) draft(ctx context.Context, trigger string, d draftOf, text ...string) string {
	b, ok := s.c.Draft(d.Customer, d.What, strings.Join(text, "\n"), s.c.Clock.Now())
	if !ok {
		return "登録できる顧客がありません。お客様の設定ファイルにプロジェクトがあるか、管理者に確認してください。"
	}
	raw, err := json.Marshal(origin{Action: b.Action, Channel: d.Channel, Draft: &d})
	if err != nil {
		return cannotOpen
	}
	modal, err := view.Dialogue{Form: *b.Form, Action: b.Action, About: "Toban", Metadata: base64.RawURLEncoding.EncodeToString(raw)}.Modal()
	if err != nil {
		s.c.Logger.Error("building a form", "action", b.Action, "error", err)
		return cannotOpen
	}
	ctx, cancel := context.WithTimeout(ctx, actWithin)
	defer cancel()
	if _, err := s.api.OpenViewContext(ctx, trigger, modal); err != nil && code(err) != "exchanged_trigger_id" {
		s.c.Logger.Warn("opening a form", "action", b.Action, "error", s.hide(err))
		return cannotOpen
	}
	return ""
}

// submitDraft handles a sent form of no ticket. Its event has a lane of its own.
func (s *Slack) submitDraft(ctx context.Context, in interaction, o origin) (outcome string, answer any) {
	person, ok := s.c.Directory().BySlack(in.User.ID)
	if !ok {
		return "unknown_user", notice(unknownUser(in.User.ID))
	}
	b, ok := bot.Button{}, false
	if s.c.Draft != nil {
		b, ok = s.c.Draft(o.Draft.Customer, o.Draft.What, "", s.c.Clock.Now())
	}
	if !ok || b.Action != o.Action || b.Form == nil {
		return "stale", complaint(in, staleText)
	}
	customer, _ := s.c.Directory().Customer(o.Draft.Customer)
	if !person.Serves(customer) && (customer != nil || person.Partner) {
		return "refused", notice(notServed)
	}
	values := view.Values(*b.Form, in.View.State.Values, zoneOf(s.c.Directory(), customer))
	if wrong := b.Form.Check(values, s.c.Clock.Now()); wrong != nil {
		return "invalid", answerWrong(in, wrong)
	}
	channel := o.Channel
	if customer == nil { // the chosen one's: its project is the first word's
		id, _, _ := strings.Cut(values["project"], "/")
		customer, _ = s.c.Directory().Customer(id)
	}
	if customer != nil && channel == "" {
		channel = customer.Channel
	}
	err := s.store(ctx, "slack:form:"+fingerprint(in.View.ID, in.View.Hash), customer, bot.StaffAction{
		Action: o.Action, Person: person.ID, SlackUser: in.User.ID, Channel: channel, Values: values,
	})
	if err != nil {
		s.c.Logger.Error("storing a form", "action", o.Action, "person", person.ID, "error", err)
		return "failed", complaint(in, brokenText)
	}
	return "accepted", nil
}

func zoneOf(dir *bot.Directory, c *bot.Customer) *time.Location {
	if c != nil && c.Zone != nil {
		return c.Zone
	}
	for _, x := range dir.Customers {
		if x.Zone != nil {
			return x.Zone
		}
	}
	return time.UTC
}

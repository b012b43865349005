package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/slack/slacksim"
	shown "toban/bot/slack/view"
)

// onScreen is a ticket's card as a member of staff sees it in Slack.
type onScreen struct {
	channel, ts string
	buttons     []string
	raw         string
}

// look finds the card of the ticket; ok is false when it can't be seen now.
func (c *caseFile) look() (onScreen, bool) {
	if !c.m.up {
		return onScreen{}, false
	}
	refs, err := c.m.p.store.References(c.m.t.Context(), c.ticketID())
	if err != nil {
		return onScreen{}, false
	}
	channel, ts, ok := strings.Cut(refs[bot.RefCard], " ")
	if !ok {
		return onScreen{}, false
	}
	card, ok := c.m.message(channel, ts)
	if !ok {
		return onScreen{}, false
	}
	s := onScreen{channel: channel, ts: ts, raw: string(card)}
	var v struct {
		Blocks []struct {
			Type     string
			Elements []struct {
				Action string `json:"action_id"`
			}
		}
	}
	if json.Unmarshal(card, &v) == nil {
		for _, b := range v.Blocks {
			for _, e := range b.Elements {
				if b.Type == "actions" && e.Action != "" {
					s.buttons = append(s.buttons, e.Action)
				}
			}
		}
	}
	return s, true
}

// message reads one message of Slack.
func (m *month) message(channel, ts string) (json.RawMessage, bool) {
	form := url.Values{"channel": {channel}, "latest": {ts}, "oldest": {ts}, "inclusive": {"true"}, "limit": {"1"}}
	req, err := http.NewRequestWithContext(m.t.Context(), http.MethodPost, simSlackURL+"/api/conversations.history", strings.NewReader(form.Encode()))
	if err != nil {
		return nil, false
	}
	req.Header.Set("Authorization", "Bearer "+monthBotToken)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := m.client.Do(req)
	if err != nil {
		return nil, false
	}
	defer func() { _ = res.Body.Close() }()
	var got struct {
		OK       bool
		Messages []json.RawMessage
	}
	if json.NewDecoder(res.Body).Decode(&got) != nil || !got.OK || len(got.Messages) != 1 {
		return nil, false
	}
	return got.Messages[0], true
}

// weights say how much staff like to press what.
var weights = map[string]float64{
	"desk.classify": 0.3, "desk.take": 1.2, "desk.ask": 0.5, "desk.agree": 0.4, "desk.done": 1.5, "desk.close": 0.3, "desk.reopen": 0.05, "desk.decline": 0.08,
	"desk.takeon": 3, "desk.withdraw": 0.1, "work.schedule": 1, "work.start": 5, "work.extend": 0.6, "work.done": 4, "work.cancel": 0.25,
	"desk.late": 0.4, "desk.urgent": 0.3, "desk.merge": 0.04, "work.approve": 4, "work.reject": 0.3, "work.askagain": 0.2, "work.agreed": 1.5,
	"incident.affected": 3, "incident.not_affected": 1.5, "incident.note": 1, "incident.update": 2, "incident.recovered": 1, "incident.notice": 1,
	"incident.discount": 0.3, "incident.reopen": 0.1, "incident.call": 3, shown.ActionMore: 1.5,
}

// staffTurn is a member of staff coming to the ticket.
func (c *caseFile) staffTurn() {
	if c.gone {
		return
	}
	c.presses++
	const most = 14
	if c.presses < most {
		c.m.at(time.Now().Add(c.pause()), c, c.staffTurn)
	}
	p := monthStaff[c.rng.IntN(len(monthStaff))]
	if c.chance(0.12) {
		if err := c.byHand(p.backlog); err != nil {
			c.note("%s could not: %v", p.id, err)
		}
		return
	}
	s, ok := c.look()
	if !ok {
		return
	}
	action := c.like(s.buttons)
	if action == "" {
		return
	}
	c.press(p.slack, s, action)
	if c.chance(0.06) { // twice
		c.press(p.slack, s, action)
	} else if c.chance(0.06) { // two people at once, the same or another button of the same screen
		other := monthStaff[c.rng.IntN(len(monthStaff))]
		c.press(other.slack, s, c.like(s.buttons))
	}
}

// pause is the time until staff come back to the ticket.
func (c *caseFile) pause() time.Duration {
	switch {
	case c.plan == "incident" && c.chance(0.8):
		return c.between(2*time.Minute, 50*time.Minute)
	case c.chance(0.15):
		return c.between(20*time.Hour, 90*time.Hour) // gone home
	}
	return c.between(5*time.Minute, 20*time.Hour)
}

func (c *caseFile) like(buttons []string) string {
	total := 0.5 // for nothing
	for _, b := range buttons {
		total += weights[b]
	}
	r := c.rng.Float64() * total
	for _, b := range buttons {
		if r -= weights[b]; r < 0 {
			return b
		}
	}
	return ""
}

// press clicks a button and, where a form opens, fills it in and sends it, now or later.
func (c *caseFile) press(user string, s onScreen, action string) {
	if action == "" || len(c.m.slack.Views(user)) > 0 { // a form of another ticket is open in front of this person
		return
	}
	err := c.m.slack.Click(c.m.t.Context(), slacksim.Click{User: user, Channel: s.channel, TS: s.ts, ActionID: action})
	c.note("%s pressed %s: %v", user, action, outcome(err))
	c.m.acted()
	if err != nil {
		return
	}
	time.Sleep(time.Second)
	views := c.m.slack.Views(user)
	if action == shown.ActionMore && len(views) > 0 {
		if action = c.pick(user, views[len(views)-1]); action == "" {
			return
		}
		views = c.m.slack.Views(user)
	}
	if len(views) == 0 {
		return
	}
	view := views[len(views)-1]
	if c.chance(0.05) { // closes the form again
		_ = c.m.slack.CloseView(c.m.t.Context(), slacksim.CloseView{User: user, All: true})
		return
	}
	if c.chance(0.07) { // is called away and sends the form later
		wait := c.between(time.Minute, 90*time.Minute)
		c.m.at(time.Now().Add(wait), c, func() { c.submit(user, action, view) })
		return
	}
	c.submit(user, action, view)
}

// pick presses something in the menu of further actions; "" when nothing is left to fill in.
func (c *caseFile) pick(user string, menu json.RawMessage) string {
	action := c.like(menuActions(menu))
	var err error
	if action != "" {
		err = c.m.slack.ClickView(c.m.t.Context(), slacksim.ClickView{User: user, ActionID: action})
		c.note("%s chose %s in the menu: %v", user, action, outcome(err))
		c.m.acted()
		time.Sleep(time.Second)
	}
	views := c.m.slack.Views(user)
	if action != "" && err == nil && len(views) > 0 && strings.Contains(string(views[len(views)-1]), `"type":"input"`) {
		return action
	}
	_ = c.m.slack.CloseView(c.m.t.Context(), slacksim.CloseView{User: user, All: true})
	return ""
}

func outcome(err error) string {
	if err == nil {
		return "ok"
	}
	return err.Error()
}

// submit fills a form in by what its fields are and sends it.
func (c *caseFile) submit(user, action string, view json.RawMessage) {
	var form struct {
		ID     string `json:"id"`
		Blocks []struct {
			ID      string `json:"block_id"`
			Type    string `json:"type"`
			Option  bool   `json:"optional"`
			Element struct {
				ID      string `json:"action_id"`
				Type    string `json:"type"`
				Options []struct {
					Value string `json:"value"`
				} `json:"options"`
			} `json:"element"`
		} `json:"blocks"`
	}
	if err := json.Unmarshal(view, &form); err != nil {
		c.m.t.Error(err)
		return
	}
	values := map[string]map[string]any{}
	shown := []string{}
	for _, b := range form.Blocks {
		if b.Type != "input" || b.Option && b.ID != "end" && c.chance(0.5) {
			continue
		}
		var v any
		switch b.Element.Type {
		case "static_select":
			if n := len(b.Element.Options); n > 0 && c.chance(0.7) {
				v = b.Element.Options[c.rng.IntN(n)].Value
			}
		case "datetimepicker":
			v = c.date(action, b.ID)
		default:
			v = c.phrase(b.ID)
		}
		if v != nil {
			values[b.ID] = map[string]any{b.Element.ID: v}
			shown = append(shown, fmt.Sprintf("%s=%v", b.ID, v))
		}
	}
	res, err := c.m.slack.Submit(c.m.t.Context(), slacksim.Submit{User: user, ViewID: form.ID, Values: values})
	c.note("%s sent %s %s: %s %v", user, action, strings.Join(shown, " "), outcome(err), res.Errors)
	if err != nil || len(res.Errors) > 0 {
		_ = c.m.slack.CloseView(context.WithoutCancel(c.m.t.Context()), slacksim.CloseView{User: user, All: true})
		return
	}
	c.follow(action, values)
}

// date is the time that staff enter.
func (c *caseFile) date(action, field string) any {
	now := time.Now()
	switch {
	case action == "incident.recovered":
		return now.Add(-c.between(time.Second, 3*time.Minute)).Unix()
	case field == "date", field == "new_due":
		return now.Add(c.between(time.Hour, 120*time.Hour)).Truncate(time.Hour).Unix()
	case action == "work.extend":
		return now.Add(c.between(20*time.Minute, 3*time.Hour)).Truncate(time.Minute).Unix()
	case field == "end":
		return nil // the suggestion moves with the start only by hand: most leave the standard length
	case c.chance(0.2):
		return now.Add(c.between(5*time.Minute, 30*time.Minute)).Truncate(time.Minute).Unix()
	}
	return now.Add(c.between(40*time.Minute, 30*time.Hour)).Truncate(30 * time.Minute).Unix()
}

func (c *caseFile) phrase(field string) any {
	switch field {
	case "question":
		return pick(c.rng, "対象のポート番号", "実施してよい時間帯\n作業の影響範囲", "担当者のお名前")
	case "into":
		return c.d.project + "-1"
	case "host":
		return pick(c.rng, "web01", c.key)
	case "what":
		return "設定変更 " + c.d.mark
	case "reason":
		return pick(c.rng, "お客様のご要望のため", "誤って起票されたため")
	}
	return pick(c.rng, "設定を変更し、動作を確認しました。", "手順書のとおり実施しました。", "原因を調べています。") + fmt.Sprintf("%s(%d-%d)", c.d.mark, c.n, c.rng.IntN(100_000))
}

// follow brings staff back when what they planned begins or ends.
func (c *caseFile) follow(action string, values map[string]map[string]any) {
	if action != "work.schedule" {
		return
	}
	for _, v := range values["start"] {
		if at, ok := v.(int64); ok {
			start := time.Unix(at, 0)
			c.m.at(start.Add(c.between(-5*time.Minute, 25*time.Minute)), c, c.staffTurn)
			c.m.at(start.Add(c.between(30*time.Minute, 3*time.Hour)), c, c.staffTurn)
		}
	}
}

// byHand is staff working in Backlog without Toban's buttons.
func (c *caseFile) byHand(user int) error {
	switch r := c.rng.Float64(); {
	case r < 0.25:
		return c.write(user, "talk", "担当の者です。状況を確認しております。少々お待ちください。("+c.d.mark+")")
	case r < 0.45:
		return c.write(user, "question", "次の点をお知らせください。\n- 対象の環境\n- 希望する時間帯")
	case r < 0.60:
		return c.change(user, "taken", url.Values{"statusId": {"2"}})
	case r < 0.72:
		return c.change(user, "done", url.Values{"statusId": {"3"}})
	case r < 0.78:
		return c.change(user, "closed", url.Values{"statusId": {"4"}})
	case r < 0.82:
		c.mark("reopened by hand")
		return c.change(user, "open", url.Values{"statusId": {"1"}})
	case r < 0.92:
		return c.change(user, "assigned", url.Values{"assigneeId": {fmt.Sprint(monthStaff[c.rng.IntN(len(monthStaff))].backlog)}})
	}
	c.mark("priority")
	return c.change(user, "priority", url.Values{"priorityId": {fmt.Sprint(2 + c.rng.IntN(3))}})
}

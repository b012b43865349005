package release

import (
	"fmt"
	"time"

	"toban/bot"
)

// Actions of the buttons below a question. Their value is the effect's 通知番号.
const (
	ActionSend = "release.send"
	ActionDrop = "release.drop"
)

// Roles may let something go out, or not.
func Roles() []bot.Role { return []bot.Role{bot.RoleOperator, bot.RoleApprover, bot.RoleManager} }

// Desk writes to staff.
type Desk struct {
	Directory func() *bot.Directory
	Operators string // channel in which Toban reports on itself: for what belongs to no customer's
}

// Show tells staff what would have gone out now.
func (d Desk) Show(e bot.Effect, world time.Time) []bot.Effect {
	s := describe(d.Directory(), e)
	text := "【シャドー】送っていません。" + d.when(e, world) + "に送るところでした: " + s.what + s.body()
	return d.post("shadow:"+bot.NoticeNumber(e.Key), e, bot.Post{Text: text})
}

// Ask asks staff whether it may go out.
func (d Desk) Ask(e bot.Effect, now time.Time) []bot.Effect {
	s := describe(d.Directory(), e)
	p := bot.Post{Text: "【承認待ち】送ってよいか確認してください: " + s.what + s.body(), Buttons: Buttons(bot.NoticeNumber(e.Key))}
	if !e.Due.IsZero() {
		p.Text = "【承認待ち】" + d.when(e, e.Due) + "までに送る約束です。確認してください: " + s.what + s.body()
	}
	if e.Class == bot.Notice {
		p.Mention = d.duty(e, "", now)
	}
	return d.post("release:"+bot.NoticeNumber(e.Key), e, p)
}

// Buttons are those of a question.
func Buttons(number string) []bot.Button {
	return []bot.Button{
		{Action: ActionSend, Label: "送る", Style: "primary", Value: number, Roles: Roles()},
		{Action: ActionDrop, Label: "送らない", Value: number, Roles: Roles(), Confirm: "お客様には送りません。必要な連絡は人が行ってください。よろしいですか?"},
	}
}

// Button finds the button that was pressed.
func Button(action, number string) (bot.Button, bool) {
	for _, b := range append(Buttons(number), Judgement(number)...) {
		if b.Action == action {
			return b, true
		}
	}
	return bot.Button{}, false
}

// Decided tells staff who decided.
func (d Desk) Decided(e bot.Effect, person string, sent bool) []bot.Effect {
	text := person + "が送信を許可しました: " + describe(d.Directory(), e).what
	if !sent {
		text = person + "が送らないと決めました: " + describe(d.Directory(), e).what
	}
	return d.post(fmt.Sprintf("release:%s:%t", bot.NoticeNumber(e.Key), sent), e, bot.Post{Text: text})
}

// post makes the message: in the thread of the ticket's card, else in the customer's channel, else in the operators'.
func (d Desk) post(key string, e bot.Effect, p bot.Post) []bot.Effect {
	if c, ok := d.Directory().Customer(e.Customer); ok {
		p.Channel = c.Channel
	}
	if p.Channel == "" { // somebody must be asked all the same
		p.Channel = d.Operators
	}
	out := bot.MakeEffect(bot.EffectPost, bot.Notice, key, nil, p)
	out.Customer, out.Project, out.Urgent, out.Trace = e.Customer, e.Project, e.Urgent, e.Trace
	if _, _, err := e.Ticket.Split(); err == nil {
		out.Ticket = e.Ticket
	}
	return []bot.Effect{out}
}

func (d Desk) when(e bot.Effect, t time.Time) string {
	zone := time.UTC
	if c, ok := d.Directory().Customer(e.Customer); ok && c.Zone != nil {
		zone = c.Zone
	}
	return bot.ShortWhen(t, zone)
}

// duty is who is asked: on duty in a team, or in the customer's own.
func (d Desk) duty(e bot.Effect, team string, at time.Time) []string {
	dir := d.Directory()
	c, ok := dir.Customer(e.Customer)
	if !ok || dir.Duty == nil {
		return nil
	}
	if team == "" {
		team = c.Team
	}
	if p, ok := dir.Duty(team, at); ok && p.SlackUser != "" {
		return []string{p.SlackUser}
	}
	return nil
}

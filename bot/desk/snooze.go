package desk

import (
	"strings"
	"time"

	"toban/bot"
)

// actionSnooze puts a ticket off: somebody will look at it later.
const actionSnooze = Name + ".snooze"

// Snooze is a reminder that staff set themselves. Promises run on under it and are warned of as ever; what waits is only the asking who takes the
// ticket.
type Snooze struct {
	At  time.Time `json:"at"`  // when they are reminded
	By  string    `json:"by"`  // person id
	Why string    `json:"why"` // for whoever reads the card meanwhile
}

func (d *decision) snoozeButton() bot.Button {
	const longest = 200
	return bot.Button{Action: actionSnooze, Label: "あとで知らせる", Form: &bot.Form{
		Title: "あとで知らせる", Submit: "決める", Intro: "その時刻に、担当者(いなければあなた)にスレッドで知らせます。約束の時計は動いたままで、期限の注意もいつもどおり届きます。",
		Inputs: []bot.Input{
			{ID: "at", Label: "知らせる日時", Type: bot.InputDateTime, Future: true, Initial: rfc(d.businessMorning())},
			{ID: "reason", Label: "理由", Type: bot.InputText, Max: longest, Hint: "記録に残ります。お客様には伝わりません。"},
		},
	}}
}

// businessMorning is the next opening of support hours after today's close.
func (d *decision) businessMorning() time.Time {
	return d.supportTime(d.businessDays(d.in.Now, 0), time.Minute).Truncate(halfHour)
}

const halfHour = 30 * time.Minute

// pressSnooze writes down until when a ticket is put off, by whom and why.
func (d *decision) pressSnooze(a bot.StaffAction, p bot.Person) {
	at, err := time.Parse(time.RFC3339, a.Values["at"])
	why := strings.TrimSpace(mask(a.Values["reason"]))
	switch {
	case err != nil || !at.After(d.in.Now):
		d.v.Refuse(a, "これからの日時を指定してください。")
		return
	case why == "":
		d.v.Refuse(a, "理由を入力してください。ほかの人がカードで読みます。")
		return
	}
	d.s.Snoozed, d.dirty = &Snooze{At: at, By: p.ID, Why: why}, true
	d.v.Set("snooze", at)
	if d.t.Owner == "" { // nobody is asked before
		d.v.Cancel("unclaimed")
	}
	d.v.Reason("put off until "+d.v.Short(at), p.Name+": "+why)
	d.v.Tell(p.Name + " が " + d.v.Short(at) + " まで置いておくことにしました。理由: " + why)
}

// snoozeDue reminds of a ticket that was put off.
func (d *decision) snoozeDue() {
	z := d.s.Snoozed
	if z == nil || d.in.Now.Before(z.At) {
		return
	}
	d.s.Snoozed, d.dirty = nil, true
	if d.t.Status.Ended() {
		return
	}
	mention := d.v.Mention()
	if p, ok := d.in.Dir.Person(z.By); ok && d.t.Owner == "" && p.SlackUser != "" {
		mention = []string{p.SlackUser}
	}
	d.v.Tell("置いておくことにした時刻になりました。理由: "+z.Why, mention...)
	d.v.Reason("reminded of what was put off", z.Why)
	if d.t.Owner == "" && d.t.Status != bot.StatusWaiting {
		d.claimLater()
	}
}

// snoozeNote is what the card says of a ticket that is put off; "" for one that is not.
func (d *decision) snoozeNote() string {
	z := d.s.Snoozed
	if z == nil || d.t.Status.Ended() {
		return ""
	}
	who := z.By
	if p, ok := d.in.Dir.Person(z.By); ok {
		who = p.Name
	}
	return d.v.Short(z.At) + " まで置いておきます(" + who + "): " + z.Why
}

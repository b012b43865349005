package desk

import (
	"fmt"
	"slices"
	"strings"

	"toban/bot"
)

// actionAssign gives a ticket to somebody, or back to those who take tickets.
const actionAssign = Name + ".assign"

// assignNobody is the choice that gives a ticket back.
const assignNobody = "nobody"

// assignButton lets whoever sees the ticket say whose it is: people hand work over, or find that they can't do what they took.
func (d *decision) assignButton() bot.Button {
	var options []bot.Option
	for _, p := range d.in.Dir.People {
		if p.ID != d.t.Owner && d.mayOwn(p) {
			options = append(options, bot.Option{Value: p.ID, Label: p.Name})
		}
	}
	const most = 90 // a select shows a hundred; nobody has so many operators of one customer
	options = options[:min(len(options), most)]
	if d.t.Owner != "" {
		options = append(options, bot.Option{Value: assignNobody, Label: "担当なし(担当待ちに戻す)"})
	}
	const longest = 200
	return bot.Button{Action: actionAssign, Label: "担当を決める", Value: d.takeValue(), Form: &bot.Form{
		Title: "担当を決める", Submit: "決める", Intro: "お客様の課題の担当者も合わせて変わります。新しい担当者にはスレッドで知らせます。",
		Inputs: []bot.Input{
			{ID: "who", Label: "担当", Type: bot.InputSelect, Options: options},
			{ID: "reason", Label: "理由・引き継ぎ事項", Type: bot.InputArea, Max: longest, Optional: true, Hint: "担当待ちに戻す場合は入力してください。お客様には伝わりません。"},
		},
	}}
}

// mayOwn reports whether somebody may be given the ticket: an operator, and of a partner only who works for this customer.
func (d *decision) mayOwn(p bot.Person) bool {
	return p.Has(bot.RoleOperator) && p.Serves(d.cust)
}

// pressAssign gives the ticket to the person who was chosen, or to nobody.
func (d *decision) pressAssign(a bot.StaffAction, who bot.Author) error {
	to, reason := a.Values["who"], strings.TrimSpace(mask(a.Values["reason"]))
	if a.Value != "" && a.Value != d.takeValue() {
		d.v.Refuse(a, d.ownerNow()+"違う場合は、もう一度「担当を決める」から選んでください。")
		return nil
	}
	if to == assignNobody {
		return d.giveBack(a, who, reason)
	}
	p, ok := d.in.Dir.Person(to)
	switch {
	case !ok || !d.mayOwn(p):
		d.v.Refuse(a, "その人はこのチケットの担当になれません。担当者(operator)の権限を持つ人を選んでください。")
		return nil
	case p.ID == d.t.Owner:
		d.v.Refuse(a, "すでに "+p.Name+" が担当しています。")
		return nil
	}
	d.own(p.ID, who, "given to "+p.Name+" by "+who.Name)
	u := bot.Update{AssigneeID: p.Backlog[d.t.Space], KeepAssignee: d.staff()}
	if d.t.StatusID == bot.StatusOpen {
		u.StatusID, d.t.StatusID = bot.StatusInProgress, bot.StatusInProgress
	}
	d.fieldsOnly(fmt.Sprintf("desk:%s:assign:%s", d.t.ID, d.in.Event.Key), u)
	text, mention := who.Name+" が担当を "+p.Name+" にしました。", []string(nil)
	if p.ID == who.Person {
		text = p.Name + " が担当します。"
	} else if p.SlackUser != "" {
		mention = []string{p.SlackUser}
	}
	if reason != "" {
		text += "\n" + reason
	}
	d.v.Tell(text, mention...)
	return nil
}

// giveBack makes a ticket wait for somebody to take it, as it did at first: the person on duty is its contact again, and is asked at once.
func (d *decision) giveBack(a bot.StaffAction, who bot.Author, reason string) error {
	switch {
	case d.t.Owner == "":
		d.v.Refuse(a, "このチケットには、まだ担当がいません。")
		return nil
	case reason == "":
		d.v.Refuse(a, "担当待ちに戻す理由を入力してください。次に担当する人が読みます。")
		return nil
	}
	was := d.t.Owner
	d.t.Owner, d.s.ClaimTold, d.dirty = "", 0, true
	why := who.Name + " gave it back: " + reason
	d.enter(bot.EntryGivenBack, d.at(), who, d.in.Event.Key, why)
	d.v.Reason("nobody owns it, was "+was, why)
	if d.t.Status == bot.StatusTaken {
		d.status(d.home(), why)
	}
	if d.t.Status != bot.StatusWaiting {
		d.claimLater()
	}
	u := bot.Update{KeepAssignee: d.staff()}
	if p, ok := d.v.Duty(""); ok {
		u.AssigneeID = p.Backlog[d.t.Space]
	}
	if d.t.StatusID == bot.StatusInProgress && d.t.Status == bot.StatusAccepted && d.t.Class != bot.ClassIncident {
		u.StatusID, d.t.StatusID = bot.StatusOpen, bot.StatusOpen
	}
	d.fieldsOnly(fmt.Sprintf("desk:%s:assign:%s", d.t.ID, d.in.Event.Key), u)
	d.v.Post(bot.Post{Text: who.Name + " が担当待ちに戻しました。「担当する」を押してください。\n理由: " + reason, Mention: d.v.Mention()})
	return nil
}

// own makes a person the owner whom somebody else may have chosen.
func (d *decision) own(person string, who bot.Author, why string) {
	d.t.Owner, d.dirty = person, true
	d.enter(bot.EntryTaken, d.at(), who, d.in.Event.Key, why)
	d.v.Cancel("unclaimed")
	d.v.Reason("owner is "+person, why)
	if slices.Contains([]bot.Status{bot.StatusAccepted, bot.StatusReceived}, d.t.Status) {
		d.status(d.home(), why)
	}
}

// ownerNow says to whoever pressed an older card who has the ticket meanwhile.
func (d *decision) ownerNow() string {
	if owner, ok := d.in.Dir.Person(d.t.Owner); ok {
		return "先に " + owner.Name + " が担当しました。"
	}
	return "担当が変わっています。"
}

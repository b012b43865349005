package desk

import (
	"fmt"
	"strings"
	"time"

	"toban/bot"
)

// Actions of staff on the card.
const (
	actionTake     = Name + ".take"
	actionClassify = Name + ".classify"
	actionAsk      = Name + ".ask"
	actionDone     = Name + ".done"
	actionWithdraw = Name + ".withdraw"
	actionAgree    = Name + ".agree"
	actionClose    = Name + ".close"
	actionReopen   = Name + ".reopen"
)

func (d *decision) staffAction() error {
	var a bot.StaffAction
	if err := d.in.Event.Decode(&a); err != nil {
		return err
	}
	if d.t == nil || !strings.HasPrefix(a.Action, Name+".") {
		return nil
	}
	p, ok := d.in.Dir.Person(a.Person)
	if !ok {
		d.v.Refuse(a, "担当者として登録されていないため、操作できません。")
		return nil
	}
	who := bot.Author{Name: p.Name, Kind: bot.AuthorStaff, Person: p.ID}
	if d.t.Status.Ended() && a.Action != actionReopen && a.Action != actionClose {
		d.v.Refuse(a, "このチケットは終了しています。続ける場合は「再開」を押してください。")
		return nil
	}
	ref := d.in.Event.Key
	switch a.Action {
	case actionTake:
		return d.pressTake(a, p, who)
	case actionClassify:
		return d.pressClassify(a, who)
	case actionAsk:
		note := strings.TrimSpace(a.Values["question"])
		d.v.Reason("asked the requester", who.Name+" pressed the button")
		d.t.Missing = lines(note)
		return d.ask(d.t.Missing, "")
	case actionDone:
		return d.pressDone(a, p)
	case actionWithdraw:
		d.withdraw(d.in.Now, who, ref, strings.TrimSpace(a.Values["reason"]))
		return d.say(fmt.Sprintf("desk:%s:cancelled", d.t.ID), "cancelled", nil, bot.Update{StatusID: bot.StatusClosed}, false)
	case actionAgree:
		return d.pressAgree(a, who)
	case actionClose:
		if d.t.Status != bot.StatusDone {
			d.v.Refuse(a, "完了の連絡が済んでいないため、まだ終了にできません。")
			return nil
		}
		d.finish(d.in.Now, who, ref, who.Name+" pressed the button")
		return nil
	case actionReopen:
		if !d.t.Status.Ended() {
			d.v.Refuse(a, "このチケットは終了していません。")
			return nil
		}
		return d.reopen(d.in.Now, who, ref, who.Name+" pressed the button")
	}
	d.v.Refuse(a, "この操作は今はできません。カードを確認してください。")
	return nil
}

func (d *decision) pressTake(a bot.StaffAction, p bot.Person, who bot.Author) error {
	if d.t.Owner == p.ID {
		d.v.Refuse(a, "すでにあなたが担当しています。")
		return nil
	}
	d.take(p.ID, d.in.Now, who, d.in.Event.Key)
	u := bot.Update{AssigneeID: p.Backlog[d.t.Space], KeepAssignee: d.staff()}
	if d.t.StatusID == bot.StatusOpen {
		u.StatusID, d.t.StatusID = bot.StatusInProgress, bot.StatusInProgress
	}
	d.v.Fields(fmt.Sprintf("desk:%s:take:%s", d.t.ID, d.in.Event.Key), u)
	d.v.Tell(p.Name + " が担当します。")
	return nil
}

// staff lists the Backlog users of the provider's people in the ticket's space: who takes a ticket takes it over from any of them.
func (d *decision) staff() []int64 {
	var out []int64
	for _, p := range d.in.Dir.People {
		if id, ok := p.Backlog[d.t.Space]; ok {
			out = append(out, id)
		}
	}
	return out
}

// take makes a person the owner.
func (d *decision) take(person string, at time.Time, who bot.Author, ref string) {
	d.t.Owner = person
	d.enter(bot.EntryTaken, at, who, ref, "taken by "+who.Name)
	d.v.Cancel("unclaimed")
	switch d.t.Status {
	case bot.StatusReceived, bot.StatusAccepted, bot.StatusHold:
		d.status(bot.StatusTaken, "taken by "+who.Name)
	default:
		d.v.Reason("owner is "+person, "taken by "+who.Name)
		d.dirty = true
	}
}

func (d *decision) pressClassify(a bot.StaffAction, who bot.Author) error {
	rt, ok := d.cust.Type(a.Values["type"])
	if !ok {
		d.v.Refuse(a, "その種別はこのお客様の契約にありません。")
		return nil
	}
	d.enter(bot.EntryReclassed, d.in.Now, who, d.in.Event.Key, "staff chose "+rt.ID)
	d.classify(Classification{Type: rt.ID, Class: rt.Class, Confidence: bot.Certain, Reasons: []string{who.Name + " chose it: " + a.Values["reason"]}})
	d.out.Events = append(d.out.Events, bot.Derive(bot.EventTicketClassified, d.t.ID, d.in.Now, nil))
	if !d.s.Answered {
		d.t.Status = bot.StatusReceived
		return d.proceed()
	}
	if err := d.clocks(); err != nil {
		return err
	}
	data := map[string]any{"type": d.typeName()}
	u := bot.Update{}
	if !d.t.Due.IsZero() {
		data["due"] = d.v.When(d.t.Due)
		u.DueDate = d.t.Due.In(d.cust.Zone).Format("2006-01-02")
	}
	if r := strings.TrimSpace(a.Values["reason"]); r != "" {
		data["reason"] = r
	}
	return d.say(fmt.Sprintf("desk:%s:reclass:%s", d.t.ID, d.in.Event.Key), "reclassified", data, u, false)
}

// pressDone sends the completion notice; the clock stops at its comment's own instant.
func (d *decision) pressDone(a bot.StaffAction, p bot.Person) error {
	switch d.t.Status {
	case bot.StatusScheduled, bot.StatusNotified, bot.StatusWorking:
		d.v.Refuse(a, "予定作業があります。作業の「完了」から知らせてください。")
		return nil
	}
	if d.t.Owner == "" {
		d.t.Owner = p.ID
	}
	d.s.DoneRound++
	d.s.DoneKey = fmt.Sprintf("desk:%s:done:%d", d.t.ID, d.s.DoneRound)
	data := map[string]any{"work": d.t.Summary, "done": a.Values["done"]}
	if r := strings.TrimSpace(a.Values["result"]); r != "" {
		data["result"] = r
	}
	d.t.StatusID = bot.StatusResolved
	if err := d.say(d.s.DoneKey, "completion_notice", data, bot.Update{StatusID: bot.StatusResolved, Verify: true}, true); err != nil {
		return err
	}
	d.status(bot.StatusDone, p.Name+" pressed done")
	d.closeLater()
	return nil
}

func (d *decision) pressAgree(a bot.StaffAction, who bot.Author) error {
	at, err := time.Parse(time.RFC3339, a.Values["date"])
	if err != nil {
		d.v.Refuse(a, "日時を読み取れません。")
		return nil
	}
	d.enter(bot.EntryAgreed, d.in.Now, who, d.in.Event.Key, at.Format(time.RFC3339))
	if d.s.Held {
		d.s.Held = false
		d.enter(bot.EntryComplete, d.in.Now, who, d.in.Event.Key+":unheld", "a date was set")
		d.status(bot.StatusAccepted, "a date was agreed")
	}
	u := bot.Update{DueDate: at.In(d.cust.Zone).Format("2006-01-02")}
	return d.say(fmt.Sprintf("desk:%s:agree:%s", d.t.ID, d.in.Event.Key), "agreed_date", map[string]any{"due": d.v.When(at)}, u, false)
}

// withdraw ends a ticket that is not to be done.
func (d *decision) withdraw(at time.Time, who bot.Author, ref, why string) {
	d.enter(bot.EntryCancelled, at, who, ref, why)
	d.status(bot.StatusCancelled, why)
	d.v.Cancel("unclaimed", "remind", "close", "clock")
	d.out.Events = append(d.out.Events, bot.Derive(bot.EventTicketCancelled, d.t.ID, at, nil))
	d.v.Tell("取り下げとして終了しました。予定していた通知は止めました。")
}

func (d *decision) finish(at time.Time, who bot.Author, ref, why string) {
	d.enter(bot.EntryClosed, at, who, ref, why)
	d.status(bot.StatusFinished, why)
	d.v.Cancel("close")
	d.t.StatusID = bot.StatusClosed
	d.v.Fields(fmt.Sprintf("desk:%s:close:%s", d.t.ID, ref), bot.Update{StatusID: bot.StatusClosed})
}

func lines(s string) []string {
	var out []string
	for l := range strings.SplitSeq(s, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

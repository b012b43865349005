package desk

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/verdict"
	"toban/bot/voice"
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
		d.v.Refuse(a, voice.Unregistered)
		return nil
	}
	if ours, err := d.pressVerdict(a, p); ours || err != nil {
		return err
	}
	if why := d.refusal(a.Action); why != "" {
		d.v.Refuse(a, why+voice.Allowed("依頼について", d.buttons()))
		return nil
	}
	who := bot.Author{Name: p.Name, Kind: bot.AuthorStaff, Person: p.ID}
	d.by = p.Name
	d.lookForTwin() // two that came at the same moment did not see each other
	ref := d.in.Event.Key
	switch a.Action {
	case actionTake:
		return d.pressTake(a, p, who)
	case actionSnooze:
		d.pressSnooze(a, p)
	case actionAssign:
		return d.pressAssign(a, who)
	case actionClassify:
		return d.pressClassify(a, who)
	case actionAsk:
		return d.pressAsk(a, who)
	case actionDone:
		return d.pressDone(a, p)
	case actionWithdraw:
		return d.pressWithdraw(a, who)
	case actionDecline:
		return d.pressDecline(a, who)
	case actionTakeOn:
		return d.pressTakeOn(who)
	case actionAgree:
		return d.pressAgree(a, who)
	case actionSplit, actionRenew:
		return d.pressAnother(a, p)
	case actionMerge:
		return d.pressMerge(a, who)
	case actionLate:
		return d.pressLate(a, who)
	case actionExplain:
		return d.pressExplain(a)
	case actionUrgent:
		return d.pressUrgent(a, who)
	case actionReapply:
		return d.pressReapply(a, p, who)
	case actionClose:
		d.finished(d.at(), who, ref, who.Name+" pressed the button")
		d.t.StatusID = bot.StatusClosed
		d.v.Fields(fmt.Sprintf("desk:%s:close:%s", d.t.ID, ref), bot.Update{StatusID: bot.StatusClosed})
	case actionReopen:
		return d.reopen(d.at(), who, ref, who.Name+" pressed the button", false)
	}
	return nil
}

// at is the instant of what a person did: the vendor's of a fact, else the door's, never later than now.
func (d *decision) at() time.Time {
	if !d.when.IsZero() {
		return d.when
	}
	if at := d.in.Event.At; !at.IsZero() && at.Before(d.in.Now) {
		return at
	}
	return d.in.Now
}

// pressVerdict takes in an exclusion or the cause of a miss; see [verdict.Book].
func (d *decision) pressVerdict(a bot.StaffAction, p bot.Person) (ours bool, err error) {
	if d.t.Status == bot.StatusDeletedOff || !verdict.Ours(Name, a) {
		return false, nil
	}
	if err := d.clocks(); err != nil {
		return true, err
	}
	d.by = p.Name
	if d.s.Verdicts.Press(d.v, a, p, d.said) {
		d.dirty = true
		return true, nil
	}
	d.out.Clocks, d.out.Timers = nil, nil // what was only looked at is not written
	return true, nil
}

func (d *decision) pressTake(a bot.StaffAction, p bot.Person, who bot.Author) error {
	if d.t.Owner == p.ID && d.t.Status != bot.StatusAccepted {
		d.v.Refuse(a, "すでにあなたが担当しています。ほかの人に渡す場合は「担当を決める」を押してください。")
		return nil
	}
	if a.Value != "" && a.Value != d.takeValue() { // two people pressed at once: the first has it
		d.v.Refuse(a, d.ownerNow()+"代わる場合は、カードの「ほかの操作」にある「担当を代わる」を押してください。")
		return nil
	}
	d.take(p.ID, d.at(), who, d.in.Event.Key)
	u := bot.Update{AssigneeID: p.Backlog[d.t.Space], KeepAssignee: d.staff()}
	if d.t.StatusID == bot.StatusOpen {
		u.StatusID, d.t.StatusID = bot.StatusInProgress, bot.StatusInProgress
	}
	d.fieldsOnly(fmt.Sprintf("desk:%s:take:%s", d.t.ID, d.in.Event.Key), u)
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

// take makes a person the owner. A ticket that is waited for, held or not understood stays so.
func (d *decision) take(person string, at time.Time, who bot.Author, ref string) {
	if person == "" {
		d.v.Reason("no new owner", who.Name+" is no person of people.yaml")
		return
	}
	d.t.Owner, d.dirty = person, true
	d.enter(bot.EntryTaken, at, who, ref, "taken by "+who.Name)
	d.v.Cancel("unclaimed")
	d.v.Reason("owner is "+person, "taken by "+who.Name)
	if d.t.Status == bot.StatusAccepted || d.t.Status == bot.StatusReceived {
		d.status(d.home(), "taken by "+who.Name)
	}
}

func (d *decision) pressClassify(a bot.StaffAction, who bot.Author) error {
	rt, ok := d.cust.Type(a.Values["type"])
	switch a.Values["type"] {
	case typeComplaint:
		rt, ok = bot.RequestType{ID: typeComplaint, IssueType: "苦情・ご意見", Class: bot.ClassComplaint}, true
	case typeNoRequest:
		return d.noRequest(a, who)
	}
	if !ok {
		d.v.Refuse(a, "その種別はこのお客様の契約にありません。「種別を選ぶ」を開き直して、一覧から選んでください。")
		return nil
	}
	reason := strings.TrimSpace(a.Values["reason"])
	c := Classification{Type: rt.ID, Class: rt.Class, Confidence: bot.Certain, Reasons: []string{who.Name + " chose it", reason}}
	if rt.ID == d.t.Type {
		d.classify(c)
		d.v.Tell(who.Name + " が種別「" + rt.IssueType + "」を確認しました。")
		return nil
	}
	d.enter(bot.EntryReclassed, d.at(), who, d.in.Event.Key, "staff chose "+rt.ID)
	return d.becomes(c, d.at(), who, d.in.Event.Key, reason)
}

// noRequest ends a ticket that wants nothing. The customer hears nothing by it: who writes thanks awaits no answer.
func (d *decision) noRequest(a bot.StaffAction, who bot.Author) error {
	if d.s.Work != "" || !d.s.Complaint.IsZero() {
		d.v.Refuse(a, "予定作業、または回答していない苦情があります。先にそちらを済ませてください。")
		return nil
	}
	at, ref := d.at(), d.in.Event.Key
	d.enter(bot.EntryReclassed, at, who, ref, "staff chose "+typeNoRequest)
	c := Classification{Type: typeNoRequest, Class: bot.ClassOther, Confidence: bot.Certain, Reasons: []string{who.Name + " says that it is no request", strings.TrimSpace(a.Values["reason"])}}
	if err := d.becomes(c, at, who, ref, ""); err != nil {
		return err
	}
	d.finished(at, who, ref, who.Name+" says that it is no request")
	d.t.StatusID = bot.StatusClosed
	d.v.Fields(fmt.Sprintf("desk:%s:close:%s", d.t.ID, ref), bot.Update{StatusID: bot.StatusClosed})
	d.v.Tell(who.Name + " が、依頼ではない連絡として終了しました。お客様への返信はしていません。")
	return nil
}

// pressAsk asks what staff want to know, beside what is asked already.
func (d *decision) pressAsk(a bot.StaffAction, who bot.Author) error {
	asked := lines(mask(a.Values["question"]))
	if len(asked) == 0 {
		d.v.Refuse(a, "確認したいことを入力してください。")
		return nil
	}
	if d.t.Status == bot.StatusWaiting && !slices.ContainsFunc(asked, func(q string) bool { return !slices.Contains(d.t.Missing, q) }) {
		d.v.Refuse(a, "同じことをすでにお客様に確認しています。回答がない場合のお願いは、Tobanが自動で送ります。")
		return nil
	}
	d.v.Reason("asked the requester", who.Name+" pressed the button")
	still := d.t.Missing
	if d.t.Status != bot.StatusWaiting {
		still = nil
	}
	if err := d.ask(asked, false, false); err != nil {
		return err
	}
	d.t.Missing = append(append([]string{}, still...), asked...) // reminders name both
	return nil
}

// pressDone sends the completion notice; the clock stops at its comment's own instant.
func (d *decision) pressDone(a bot.StaffAction, p bot.Person) error {
	done := strings.TrimSpace(a.Values["done"])
	if done == "" {
		d.v.Refuse(a, "実施したことを入力してください。")
		return nil
	}
	changed, bad := bot.ReadResourceChanges(mask(a.Values["resources"]), p.Name, d.at())
	if bad != "" {
		d.v.Refuse(a, "管理対象の変更は、1行に1つ「ホスト名: 変わったこと」の形で入力してください: "+bad)
		return nil
	}
	if d.t.Change.NeedsPlan() && a.Values["change"] != changeNotMade {
		d.v.Refuse(a, "この依頼の変更には、計画の記録、作成者以外の承認、お客様の同意が必要です。「作業の日程を決める」から始めてください。変更を行っていない場合は「変更の有無」でそのように選んでください。")
		return nil
	}
	if d.t.Change.NeedsPlan() {
		d.v.Reason("done without a change", p.Name+" says that none was made")
	}
	if d.t.Owner == "" {
		d.t.Owner = p.ID
	}
	d.s.DoneRound++
	d.s.DoneKey = fmt.Sprintf("desk:%s:done:%d", d.t.ID, d.s.DoneRound)
	data := map[string]any{"work": d.t.Summary, "done": voice.Below(done)}
	if r := strings.TrimSpace(a.Values["result"]); r != "" {
		data["result"] = voice.Below(r)
	}
	if len(changed) > 0 {
		data["resources"] = bot.ResourceLines(changed)
		d.changed(changed)
	}
	who := bot.Author{Name: p.Name, Kind: bot.AuthorStaff, Person: p.ID}
	d.resume(d.at(), who, d.in.Event.Key, p.Name+" pressed done")
	d.t.StatusID = bot.StatusResolved
	if err := d.say(d.s.DoneKey, "completion_notice", data, bot.Update{StatusID: bot.StatusResolved, Verify: true}, true); err != nil {
		return err
	}
	d.done(d.at(), p.Name+" pressed done")
	return nil
}

func (d *decision) pressWithdraw(a bot.StaffAction, who bot.Author) error {
	planned := d.s.Work == bot.StatusScheduled || d.s.Work == bot.StatusNotified
	d.withdraw(d.at(), who, d.in.Event.Key, strings.TrimSpace(a.Values["reason"]))
	d.t.StatusID = bot.StatusClosed
	key := fmt.Sprintf("desk:%s:cancelled:%d", d.t.ID, d.t.Reopened)
	return d.say(key, "cancelled", map[string]any{"notices": planned}, bot.Update{StatusID: bot.StatusClosed}, false)
}

// withdraw ends a ticket that is not to be done.
func (d *decision) withdraw(at time.Time, who bot.Author, ref, why string) {
	if why == "" {
		why = who.Name + " withdrew it"
	}
	d.end(bot.StatusCancelled, at, who, ref, why)
	d.v.Tell("取り下げとして終了しました。予定していた通知は止めました。")
}

func (d *decision) pressAgree(a bot.StaffAction, who bot.Author) error {
	at, err := time.Parse(time.RFC3339, a.Values["date"])
	if err != nil || !at.After(d.in.Now) {
		d.v.Refuse(a, "これからの日時を指定してください。")
		return nil
	}
	if d.agreedOn(at) {
		d.v.Refuse(a, "その期日はすでに合意として記録されています。変わった場合は、新しい期日を入力してください。")
		return nil
	}
	return d.agreeOn(at, who)
}

// agreeOn records a date that staff and requester agreed on; it is a clock of its own.
func (d *decision) agreeOn(at time.Time, who bot.Author) error {
	d.enter(bot.EntryAgreed, d.at(), who, d.in.Event.Key, at.Format(time.RFC3339))
	d.v.Reason("agreed on "+d.v.Short(at), who.Name+" pressed the button")
	if d.s.Held {
		d.unhold(d.at(), who, d.in.Event.Key, "a date was set")
	}
	u := bot.Update{DueDate: at.In(d.cust.Zone).Format(time.DateOnly)}
	return d.say(fmt.Sprintf("desk:%s:agree:%s", d.t.ID, d.in.Event.Key), "agreed_date", map[string]any{"due": d.v.When(at)}, u, false)
}

// unhold takes a ticket up that was under consideration: its day 0 is now.
func (d *decision) unhold(at time.Time, who bot.Author, ref, why string) {
	d.s.Held = false
	d.enter(bot.EntryComplete, at, who, ref+heldEnd, why)
	if d.t.Status == bot.StatusHold {
		d.status(d.home(), why)
	}
}

// heldEnd marks the entry at which a held ticket was taken up.
const heldEnd = ":unheld"

func lines(s string) []string {
	var out []string
	for l := range strings.SplitSeq(s, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

package desk

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"toban/bot"
)

// fieldChanges follows what people changed by hand in Backlog.
func (d *decision) fieldChanges(f bot.Fact) error {
	snap := d.in.Snapshot
	if snap == nil || len(f.Changes) == 0 {
		return nil
	}
	if _, ok := f.Changed("priority"); ok && snap.PriorityID != d.t.PriorityID {
		d.priority(f, snap.PriorityID)
	}
	if err := d.contentChanged(f, snap); err != nil {
		return err
	}
	if _, ok := f.Changed("issueType"); ok && snap.Type != d.t.IssueType {
		if err := d.reclassified(f, snap); err != nil {
			return err
		}
	}
	if _, ok := f.Changed("assigner"); ok && snap.Assignee != nil && snap.Assignee.Person != "" && snap.Assignee.Person != d.t.Owner && !d.t.Status.Ended() {
		d.t.Owner, d.dirty = snap.Assignee.Person, true
		d.v.Cancel("unclaimed")
		d.v.Reason("owner is "+d.t.Owner, "assigned in Backlog by "+f.Author.Name)
		if d.t.Status == bot.StatusAccepted {
			d.enter(bot.EntryTaken, f.At, f.Author, f.ID, "assigned in Backlog")
			d.status(d.home(), "assigned in Backlog by "+f.Author.Name)
		}
	}
	d.dueChanged(f)
	if c, ok := f.Changed("status"); ok {
		return d.statusChanged(f, c)
	}
	return nil
}

// dueChanged tells staff that somebody changed the due date in Backlog: the promise is what it was, and only an agreement sets another date.
func (d *decision) dueChanged(f bot.Fact) {
	c, ok := f.Changed("limitDate")
	if !ok {
		c, ok = f.Changed("dueDate")
	}
	day := strings.ReplaceAll(c.To, "/", "-")
	if !ok || d.fresh || d.t.Status.Ended() || day == d.dueDate() {
		return
	}
	if f.Author.Kind != bot.AuthorCustomer && !d.s.Answered {
		d.s.DueSaid, d.dirty = day, true // nobody takes it for the requester's wish
	}
	who, to := f.Author.Name, "「"+day+"」に変更しました"
	if f.Author.Kind == bot.AuthorCustomer {
		who = "お客様(" + who + ")"
	}
	if day == "" {
		to = "消しました"
	}
	promise := "約束の期限はありません"
	if !d.t.Due.IsZero() {
		promise = "約束の期限(" + d.v.Short(d.t.Due) + ")は変わりません"
	}
	d.v.Tell(who+" が Backlog の期限日を"+to+"。"+promise+"。お客様と合意した日付であれば「期日を合意」で記録してください。", d.v.Mention()...)
	d.v.Reason("kept the deadline", f.Author.Name+" changed the due date in Backlog; a date is agreed on by its button")
}

// contentChanged reads the issue's text again. An edit that completes a ticket is an answer; one that does not is none.
func (d *decision) contentChanged(f bot.Fact, snap *bot.Snapshot) error {
	old := d.t.Details
	if d.takeDetails(snap); d.t.Details == old {
		return nil
	}
	d.hush("content:"+f.ID, snapText(snap))
	if d.fresh || d.t.Status.Ended() {
		return nil
	}
	if err := d.rewish(f, snap); err != nil {
		return err
	}
	rt, _ := d.cust.Type(d.t.Type)
	if d.t.Class == bot.ClassIncident {
		d.t.Missing = d.missing(rt)
		d.t.Host = d.pages.host(rt, d.t.Details)
		return nil
	}
	if d.t.Status != bot.StatusWaiting || !d.s.Required || len(d.missing(rt)) > 0 {
		d.v.Reason("read the changed text", f.Author.Name+" edited the issue")
		d.edited(f, rt)
		return nil
	}
	return d.completed(f, rt)
}

// edited tells staff that the text of a request that goes on was changed, and of another target: what is planned was planned for the old one.
func (d *decision) edited(f bot.Fact, rt bot.RequestType) {
	was, is := d.t.Host, d.pages.host(rt, d.t.Details)
	if d.t.Host = is; was != is {
		d.v.Reason("the target is "+is, "was "+was+"; "+f.Author.Name+" edited the issue")
		d.v.Tell(f.Author.Name+" が課題の本文を変更しました。対象が「"+cmp.Or(was, "記載なし")+"」から「"+cmp.Or(is, "記載なし")+"」に変わっています。", d.v.Mention()...)
		return
	}
	if f.Author.Kind == bot.AuthorCustomer {
		d.v.Tell("お客様(" + f.Author.Name + ")が課題の本文を変更しました。")
	}
}

func (d *decision) priority(f bot.Fact, to int64) {
	old := d.t.PriorityID
	d.t.PriorityID = to
	d.enter(bot.EntryPriority, f.At, f.Author, f.ID, fmt.Sprintf("priority %s to %s", priorityNames[old], priorityNames[to]))
	d.v.Reason("priority changed", f.Author.Name+" set it in Backlog")
	ended := d.t.Status.Ended() || d.t.Class == bot.ClassIncident
	switch {
	case ended:
	case to == bot.PriorityLow:
		d.hold()
	case d.s.Held:
		d.unhold(f.At, f.Author, f.ID, "no longer under consideration: day 0 is today")
	}
	if to == bot.PriorityHigh && !ended {
		d.negotiate()
	}
	d.out.Events = append(d.out.Events, bot.Derive(bot.EventTicketClassified, d.t.ID, f.At, nil))
}

// reclassified: somebody chose another issue type in Backlog.
func (d *decision) reclassified(f bot.Fact, snap *bot.Snapshot) error {
	d.t.IssueType = snap.Type
	if d.t.Boarding != "" { // it is what it was opened as
		d.v.Reason("kept the checklist ticket", f.Author.Name+" set the issue type "+snap.Type)
		d.dirty = true
		return nil
	}
	was := d.t.Type
	c := d.classified(snap)
	if named := byName(d.cust.Types, snap.Type); len(named) == 1 && f.Author.Kind == bot.AuthorStaff { // staff have read the content
		c = Classification{Type: named[0].ID, Class: named[0].Class, Confidence: bot.Certain, Reasons: []string{f.Author.Name + " chose " + snap.Type + " in Backlog"}}
	}
	if c.Type == was {
		d.classify(c)
		d.typeKept(f, snap)
		return nil
	}
	d.enter(bot.EntryReclassed, f.At, f.Author, f.ID, "issue type is now "+snap.Type)
	return d.becomes(c, f.At, f.Author, f.ID, "")
}

// typeKept tells staff that somebody chose another issue type than the content reads like: the content wins, and people may know better.
func (d *decision) typeKept(f bot.Fact, snap *bot.Snapshot) {
	rt, ok := d.cust.Type(d.t.Type)
	if !ok || rt.IssueType == snap.Type || d.t.Status.Ended() || d.fresh {
		return
	}
	who := f.Author.Name
	if f.Author.Kind == bot.AuthorCustomer {
		who = "お客様(" + who + ")"
	}
	d.v.Tell(who+" が Backlog の種別を「"+snap.Type+"」に変更しましたが、内容は「"+rt.IssueType+"」のようです。期限は変えていません。種別のとおりであれば「種別を選ぶ」で選んでください。", d.v.Mention()...)
}

// becomes makes another type of a ticket: clocks are derived anew, what the new type needs is asked for, and a requester who was
// answered is told.
func (d *decision) becomes(c Classification, at time.Time, who bot.Author, ref, reason string) error {
	d.unlike = d.t.Class == bot.ClassIncident && c.Class != bot.ClassIncident
	d.classify(c)
	d.inPlan()
	d.out.Events = append(d.out.Events, bot.Derive(bot.EventTicketClassified, d.t.ID, at, nil))
	if d.t.Status.Ended() {
		return nil
	}
	if d.t.Status == bot.StatusWaiting && d.s.Required {
		d.resume(at, who, ref, "another type needs other details")
		d.status(d.home(), "the type changed")
	}
	rt, _ := d.cust.Type(d.t.Type)
	if !d.s.Answered {
		return d.proceed()
	}
	if d.t.Class == bot.ClassIncident || d.t.Class == bot.ClassUnclear || d.t.Class == bot.ClassComplaint || d.t.Type == typeNoRequest || d.ours(rt) {
		return d.proceed()
	}
	if d.t.Status == bot.StatusUnclear || d.t.Status == bot.StatusReceived {
		d.status(d.home(), "the type is known")
	}
	d.hold()
	if missing := d.missing(rt); len(missing) > 0 && d.t.Status != bot.StatusWaiting && d.s.Work == "" {
		return d.ask(missing, true, false)
	}
	if err := d.clocks(); err != nil {
		return err
	}
	d.v.Tell("種別を「" + d.typeName() + "」に変更しました。期限を計算し直しました。")
	data := map[string]any{"type": d.typeName()}
	if !d.t.Due.IsZero() {
		data["due"] = d.v.When(d.t.Due)
	}
	if reason != "" {
		data["reason"] = reason
	}
	return d.say(fmt.Sprintf("desk:%s:reclass:%s", d.t.ID, ref), "reclassified", data, bot.Update{DueDate: d.dueDate(), Category: rt.Category}, false)
}

// statusChanged maps a status that a person set in Backlog to the life of the request.
func (d *decision) statusChanged(f bot.Fact, c bot.Change) error {
	to := d.cust.StandsFor(c.To)
	d.t.StatusID, d.dirty = d.cust.StatusOf(d.in.Snapshot), true
	if d.t.Class == bot.ClassIncident && !d.t.Status.Ended() {
		if to == bot.StandsTaken && d.t.Owner == "" {
			d.take(f.Author.Person, f.At, f.Author, f.ID)
		}
		return nil // the incident room asks staff before a running promise may stop
	}
	why := f.Author.Name + " set " + c.To
	switch to {
	case bot.StandsAccepted, bot.StandsTaken:
		if d.t.Status.Ended() {
			return d.reopen(f.At, f.Author, f.ID, why, false)
		}
		if to == bot.StandsTaken && f.Author.Kind != bot.AuthorCustomer {
			d.take(f.Author.Person, f.At, f.Author, f.ID)
		}
	case bot.StandsWaiting:
		if d.t.Status != bot.StatusWaiting && !d.t.Status.Ended() && f.Author.Kind != bot.AuthorCustomer {
			d.v.Tell("Backlog で「"+c.To+"」になりましたが、時計は止まっていません。お客様に確認したいことは、カードの「お客様に確認」から送ってください。", d.v.Mention()...)
			d.v.Reason("let the clock run on", why+"; only a question on the ticket stops it")
		}
	case bot.StandsCancelled:
		if !d.t.Status.Ended() {
			d.withdraw(f.At, f.Author, f.ID, why)
		}
	case bot.StandsDone:
		if d.t.Status.Ended() {
			return nil
		}
		d.resume(f.At, f.Author, f.ID, why)
		d.withoutPlan(f)
		d.enter(bot.EntryDone, f.At, f.Author, f.ID, why+" in Backlog")
		d.done(f.At, why)
		d.noNotice("処理済みになりましたが、完了のお知らせをまだ送っていません。カードの「完了を知らせる」から送れます。")
	case bot.StandsClosed:
		d.closedByHand(f, why)
	case bot.StandsNone:
	}
	return nil
}

// withoutPlan tells staff of a change that was closed in Backlog without the plan, approval and agreement that it needs; it goes on record.
func (d *decision) withoutPlan(f bot.Fact) {
	if d.t.Change.NeedsPlan() && f.Author.Kind != bot.AuthorCustomer && !d.has(bot.EntryStarted) && !d.fresh {
		d.v.Post(bot.Post{Text: "承認が必要な変更の依頼が、計画・承認・お客様の同意の記録がないまま終了になりました。変更を行った場合は、このスレッドに経緯を記録してください。", Mention: d.v.Mention()})
		d.v.Reason("ended without a recorded plan", f.Author.Name+" set it in Backlog")
	}
}

func (d *decision) noNotice(text string) {
	if d.s.DoneKey == "" && !d.fresh {
		d.v.Post(bot.Post{Text: text, Mention: d.v.Mention()})
	}
}

func (d *decision) closedByHand(f bot.Fact, why string) {
	switch {
	case d.t.Status == bot.StatusDone:
		d.finished(f.At, f.Author, f.ID, why)
	case d.t.Status.Ended():
		d.v.Reason("noted "+f.ID, "the ticket has ended already")
	case f.Author.Kind == bot.AuthorCustomer && d.t.Status != bot.StatusVerifying: // finished work is accepted, not withdrawn
		d.withdraw(f.At, f.Author, f.ID, "the customer set the issue to closed")
	default:
		d.resume(f.At, f.Author, f.ID, why)
		d.withoutPlan(f)
		d.enter(bot.EntryDone, f.At, f.Author, f.ID, why+" in Backlog")
		d.done(f.At, why)
		d.finished(f.At, f.Author, f.ID, why)
		d.noNotice("完了になりましたが、完了のお知らせを送っていません。必要であれば課題でお客様にお知らせください。")
	}
}

// finished is the end after the end: nothing is waited for any more.
func (d *decision) finished(at time.Time, who bot.Author, ref, why string) {
	d.enter(bot.EntryClosed, at, who, ref, why)
	d.status(bot.StatusFinished, why)
	if d.t.Ended.IsZero() {
		d.t.Ended = at
	}
	d.v.Cancel("close", "unclaimed", "remind", "snooze")
}

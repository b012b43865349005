package desk

import (
	"fmt"
	"time"

	"toban/bot"
)

// fact takes one entry of the issue's history in. Echoes of our own effects confirm and decide nothing.
func (d *decision) fact(f bot.Fact) error {
	if f.Origin != "" {
		return nil
	}
	f.Author = d.cust.Sort(f.Author)
	if f.Author.Kind == bot.AuthorBot {
		d.v.Tell("ボットのアカウントで、Toban が行っていない更新がありました(" + f.ID + ")。APIキーの使われ方を確認してください。")
		d.v.Reason("took an update by the bot's account as staff's", "no effect of ours is its origin")
		f.Author.Kind = bot.AuthorStaff
	}
	if f.Author.Kind == bot.AuthorUnknown {
		d.v.Tell("登録のない利用者 " + f.Author.Name + " の書き込みがありました。期限と状態は変えていません。")
		d.v.Reason("left "+f.ID+" without effect on promises", f.Author.Name+" is in no list of the project")
		return nil
	}
	if err := d.fieldChanges(f); err != nil {
		return err
	}
	if f.Text == "" {
		return nil
	}
	d.out.Events = append(d.out.Events, bot.Derive(bot.EventTicketComment, d.t.ID, f.At, f))
	if f.Author.Kind == bot.AuthorCustomer {
		return d.customerWrote(f)
	}
	return nil
}

func (d *decision) customerWrote(f bot.Fact) error {
	switch {
	case d.t.Status == bot.StatusWaiting:
		return d.answered(f)
	case isThanks(f.Text):
		d.v.Reason("left "+f.ID+" unanswered", "it only thanks or takes note")
		return nil
	case withdrawal.MatchString(fold(own(f.Text))) && !d.t.Status.Ended():
		d.v.Post(bot.Post{
			Text: "お客様が取り下げを希望しているようです。本文を確認し、取り下げならカードの「取り下げ」を押してください。", Mention: d.v.Mention(),
		})
		d.v.Reason("asked staff about a withdrawal", "the comment reads like one")
		return nil
	case d.t.Status.Ended():
		return d.wroteAfterEnd(f)
	}
	d.v.Tell("お客様("+f.Author.Name+")のコメントがありました。", d.v.Mention()...)
	return nil
}

// answered takes the answer to our question in: the clock goes on from the comment's instant, and what is still missing is asked again.
func (d *decision) answered(f bot.Fact) error {
	if isThanks(f.Text) {
		d.v.Reason("still waiting after "+f.ID, "it only thanks or takes note")
		return nil
	}
	d.t.Details += "\n" + own(f.Text)
	d.enter(bot.EntryAnswered, f.At, f.Author, f.ID, "a customer user wrote")
	d.v.Cancel("remind")
	rt, _ := d.cust.Type(d.t.Type)
	d.t.Missing = d.stillMissing(rt, own(f.Text))
	if len(d.t.Missing) > 0 {
		return d.ask(d.t.Missing, "")
	}
	d.enter(bot.EntryComplete, f.At, f.Author, f.ID, "every required detail is there")
	d.v.Tell("お客様から回答があり、必要な情報がそろいました。", d.v.Mention()...)
	return d.accept(rt)
}

// stillMissing reads the whole text again. When exactly one item was asked for, the answer to it need not repeat its name.
func (d *decision) stillMissing(rt bot.RequestType, answer string) []string {
	missing := Missing(rt, d.t.Details)
	if len(d.t.Missing) == 1 && len(missing) == 1 && missing[0] == d.t.Missing[0] && !asking.MatchString(fold(answer)) {
		return nil
	}
	return missing
}

func (d *decision) wroteAfterEnd(f bot.Fact) error {
	if d.t.Status == bot.StatusDeletedOff {
		return nil
	}
	within := d.cust.Timing.ReopenWithin
	if within > 0 && f.At.Sub(d.t.Ended) > within {
		d.v.Post(bot.Post{Text: "終了から日がたったチケットにコメントがありました。新しいご依頼かどうか確認してください。", Mention: d.v.Mention()})
		d.v.Reason("asked staff about a comment on an ended ticket", "it came later than "+bot.Lasting(within)+" after the end")
		return nil
	}
	return d.reopen(f.At, f.Author, f.ID, "a customer user wrote on an ended ticket")
}

func (d *decision) reopen(at time.Time, who bot.Author, ref, why string) error {
	d.enter(bot.EntryReopened, at, who, ref, why)
	d.t.Reopened++
	d.s.DoneKey, d.s.LateTold, d.s.Warned = "", false, 0
	d.v.Cancel("close")
	d.status(bot.StatusAccepted, why)
	if err := d.clocks(); err != nil {
		return err
	}
	data := map[string]any{}
	if !d.t.Due.IsZero() {
		data["due"] = d.v.When(d.t.Due)
	}
	if err := d.say(fmt.Sprintf("desk:%s:reopen:%s", d.t.ID, ref), "reopened", data, bot.Update{StatusID: bot.StatusInProgress}, false); err != nil {
		return err
	}
	d.t.StatusID = bot.StatusInProgress
	d.v.Tell("チケットが再開されました。", d.v.Mention()...)
	return nil
}

// fieldChanges follows what people changed by hand in Backlog.
func (d *decision) fieldChanges(f bot.Fact) error {
	snap := d.in.Snapshot
	if _, ok := f.Changed("priority"); ok && snap.PriorityID != d.t.PriorityID {
		d.priority(f, snap.PriorityID)
	}
	if _, ok := f.Changed("issueType"); ok && snap.Type != d.t.IssueType {
		if err := d.reclassified(f, snap); err != nil {
			return err
		}
	}
	if _, ok := f.Changed("description"); ok {
		d.t.Details = details(snap)
		d.dirty = true
	}
	if _, ok := f.Changed("assigner"); ok && snap.Assignee != nil && snap.Assignee.Person != "" && snap.Assignee.Person != d.t.Owner {
		d.t.Owner = snap.Assignee.Person
		d.dirty = true
		d.v.Cancel("unclaimed")
		d.v.Reason("owner is "+d.t.Owner, "assigned in Backlog by "+f.Author.Name)
	}
	if c, ok := f.Changed("status"); ok {
		return d.statusChanged(f, c)
	}
	return nil
}

func (d *decision) priority(f bot.Fact, to int64) {
	old := d.t.PriorityID
	d.t.PriorityID = to
	d.enter(bot.EntryPriority, f.At, f.Author, f.ID, fmt.Sprintf("priority %d to %d", old, to))
	d.v.Reason("priority changed", fmt.Sprintf("%s set it in Backlog", f.Author.Name))
	switch {
	case to == bot.PriorityLow && !d.t.Status.Ended() && d.t.Class != bot.ClassIncident:
		d.s.Held = true
		d.enter(bot.EntryHeld, f.At, f.Author, f.ID+":held", "priority 低")
		d.status(bot.StatusHold, "priority 低")
	case old == bot.PriorityLow && d.s.Held:
		d.s.Held = false
		d.enter(bot.EntryComplete, f.At, f.Author, f.ID+":unheld", "no longer under consideration: day 0 is today")
		d.status(bot.StatusAccepted, "priority is no longer 低")
	}
	d.out.Events = append(d.out.Events, bot.Derive(bot.EventTicketClassified, d.t.ID, f.At, f))
}

func (d *decision) reclassified(f bot.Fact, snap *bot.Snapshot) error {
	d.t.IssueType = snap.Type
	d.enter(bot.EntryReclassed, f.At, f.Author, f.ID, "issue type is now "+snap.Type)
	d.classify(Classify(d.cust.Types, Ticket{IssueType: snap.Type, Summary: snap.Summary, Description: snap.Description, Category: snap.Category}))
	d.out.Events = append(d.out.Events, bot.Derive(bot.EventTicketClassified, d.t.ID, f.At, nil))
	if d.t.Status.Ended() {
		return nil
	}
	d.v.Tell("種別が「" + snap.Type + "」に変更されました。期限を計算し直しました。")
	if !d.s.Answered {
		return d.proceed()
	}
	return nil
}

// statusChanged maps a status that a person set in Backlog to the life of the request.
func (d *decision) statusChanged(f bot.Fact, c bot.Change) error {
	d.t.StatusID = d.in.Snapshot.StatusID
	d.dirty = true
	if d.t.Class == bot.ClassIncident && !d.t.Status.Ended() {
		return nil // the incident room asks staff before a running promise may stop
	}
	switch d.in.Snapshot.StatusID {
	case bot.StatusInProgress:
		if d.t.Status.Ended() {
			return d.reopen(f.At, f.Author, f.ID, f.Author.Name+" set "+c.To)
		}
		if f.Author.Kind == bot.AuthorStaff && (d.t.Status == bot.StatusAccepted || d.t.Status == bot.StatusReceived || d.t.Status == bot.StatusHold) {
			d.take(f.Author.Person, f.At, f.Author, f.ID)
		}
	case bot.StatusResolved:
		if d.t.Status.Ended() {
			return nil
		}
		d.enter(bot.EntryDone, f.At, f.Author, f.ID, "set "+c.To+" in Backlog")
		d.status(bot.StatusDone, f.Author.Name+" set "+c.To)
		d.closeLater()
		if d.s.DoneKey == "" {
			d.v.Post(bot.Post{Text: "処理済みになりましたが、完了のお知らせをまだ送っていません。カードの「完了を知らせる」から送れます。", Mention: d.v.Mention()})
		}
	case bot.StatusClosed:
		d.closedByHand(f, c)
	case bot.StatusOpen:
		if d.t.Status.Ended() {
			return d.reopen(f.At, f.Author, f.ID, f.Author.Name+" set "+c.To)
		}
	}
	return nil
}

func (d *decision) closedByHand(f bot.Fact, c bot.Change) {
	if d.t.Status == bot.StatusDone || d.t.Status == bot.StatusFinished {
		d.enter(bot.EntryClosed, f.At, f.Author, f.ID, "set "+c.To)
		d.status(bot.StatusFinished, f.Author.Name+" set "+c.To)
		d.v.Cancel("close")
		return
	}
	if f.Author.Kind == bot.AuthorCustomer {
		d.withdraw(f.At, f.Author, f.ID, "the customer set "+c.To)
		return
	}
	d.enter(bot.EntryDone, f.At, f.Author, f.ID, "set "+c.To+" in Backlog")
	d.enter(bot.EntryClosed, f.At, f.Author, f.ID, "set "+c.To+" in Backlog")
	d.status(bot.StatusFinished, f.Author.Name+" set "+c.To)
}

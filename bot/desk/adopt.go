package desk

import (
	"fmt"
	"slices"

	"toban/bot"
	"toban/sla"
)

// adopted takes an issue over as it stands (spec/9-running.md, Going live): the record is made of its history, and nothing is said of it. A
// ticket that is known already is put right: what was not said in shadow was not said.
func (d *decision) adopted() error {
	snap := d.in.Snapshot
	switch {
	case snap == nil:
		return nil
	case snap.Deleted:
		return d.deleted()
	case d.t != nil && d.t.Status == bot.StatusDeletedOff, d.t != nil && d.movedAway(snap):
		return nil
	}
	var a bot.Adopt
	if err := d.in.Event.Decode(&a); err != nil {
		return err
	}
	if d.t != nil && !a.Struck {
		d.v.Reason("left "+d.t.Key+" as it is", "it was to be adopted and is known already")
		return nil
	}
	if d.t == nil {
		if err := d.takeOver(a, snap); err != nil {
			return err
		}
	} else {
		d.refresh(snap)
	}
	for _, f := range d.in.New {
		if f.Opened || !d.newFact(f) {
			continue
		}
		if err := d.fact(f); err != nil {
			return err
		}
	}
	if d.fresh {
		if err := d.endedBefore(); err != nil {
			return err
		}
		d.s.AskKey = "" // what was decided on the way is not sent
		d.ownedBy(a)
		if a.Found {
			d.tellFound()
		}
	}
	d.strike(snap)
	return d.silence(snap)
}

// takeOver records an issue from before. What it asks for is read as at any intake; what staff confirmed of it wins.
func (d *decision) takeOver(a bot.Adopt, snap *bot.Snapshot) error {
	d.fresh = true
	by := d.record(snap)
	d.v.Reason("took "+snap.Key+" over", "adopted by "+a.By+"; nothing was said of it")
	d.readWish(snap)
	if rt, ok := d.cust.Type(a.RequestType); ok {
		d.classify(Classification{Type: rt.ID, Class: rt.Class, Confidence: bot.Certain, Reasons: []string{a.By + " confirmed it when the project was adopted"}})
	} else if a.RequestType == string(bot.ClassIncident) || a.RequestType == string(bot.ClassComplaint) {
		d.classify(Classification{Type: a.RequestType, Class: bot.Class(a.RequestType), Confidence: bot.Certain, Reasons: []string{a.By + " confirmed it when the project was adopted"}})
	}
	d.counted()
	d.out.Events = append(d.out.Events,
		bot.Derive(bot.EventTicketReceived, d.t.ID, d.in.Now, nil), bot.Derive(bot.EventTicketClassified, d.t.ID, d.in.Now, nil))
	if snap.Assignee != nil {
		d.t.Owner = snap.Assignee.Person
	}
	d.s.Answered = true
	d.s.Note = fmt.Sprintf("%sに引き継いだチケットです。%sからの約束を、これまでの履歴から計算しています。", d.v.Short(d.in.Now), d.v.Short(d.t.Received))
	if by.Kind == bot.AuthorUnknown {
		d.s.Note += "起票者は登録のない利用者です。"
	}
	d.status(d.home(), "taken over as it stands")
	d.hold()
	return nil
}

// tellFound tells staff what a customer wrote on an issue from before that nobody had adopted: nobody answers it but them.
func (d *decision) tellFound() {
	d.v.Reason("answered nothing", "the issue is from before Toban worked in the project, and nobody had adopted it")
	born := d.cust.Born[d.t.Project]
	for _, f := range slices.Backward(d.in.New) {
		a := d.cust.Sort(f.Author)
		if f.Opened || f.Text == "" || f.Origin != "" || f.At.Before(born) || a.Kind != bot.AuthorCustomer && a.Kind != bot.AuthorUnknown {
			continue
		}
		e := bot.MakeEffect(bot.EffectPost, bot.Notice, bot.FoundKey(d.t.ID), d.t, bot.Post{
			Channel: d.cust.Channel, Mention: d.v.Mention(),
			Text: "引き継いでいない以前の課題に、" + a.Name + "の書き込みがありました。チケットとして引き継ぎ、お客様には何も返信していません。内容を確認して対応してください。",
		})
		d.out.Effects = append(d.out.Effects, e)
		return
	}
}

// ownedBy takes over whom staff named as the owner.
func (d *decision) ownedBy(a bot.Adopt) {
	if p, ok := d.in.Dir.Person(a.Owner); ok && !d.t.Status.Ended() {
		d.t.Owner, d.dirty = p.ID, true
		d.v.Reason("owner is "+p.ID, a.By+" confirmed it when the project was adopted")
		if d.t.Status == bot.StatusAccepted {
			d.status(d.home(), "the owner is known")
		}
	}
}

// strike takes out of the record what was not said: an answer, a question or a completion notice of the time in shadow.
func (d *decision) strike(snap *bot.Snapshot) {
	before := len(d.t.Entries)
	d.t.Entries = slices.DeleteFunc(d.t.Entries, func(e bot.Entry) bool { return bot.IsShadow(e.Ref) })
	if n := before - len(d.t.Entries); n > 0 {
		d.dirty = true
		d.v.Reason(fmt.Sprintf("took %d entries back", n), "they stood for messages that did not go out")
	}
	ended := d.ended(snap)
	switch {
	case d.t.Status.Ended() && !ended && !d.fresh && (before > len(d.t.Entries) || len(d.in.Unsaid) > 0):
		d.t.Entries = slices.DeleteFunc(d.t.Entries, func(e bot.Entry) bool {
			return e.At.Equal(d.t.Ended) && (e.Kind == bot.EntryDone || e.Kind == bot.EntryCancelled) || e.Kind == bot.EntryClosed
		})
		d.s.DoneKey, d.s.Work = "", ""
		d.v.Cancel("close")
		d.status(d.home(), "it had ended in shadow only")
		d.v.Tell("シャドー中に終了の操作がありましたが、お客様には何も知らせておらず、Backlog では終わっていません。続ける場合はカードから操作してください。", d.v.Mention()...)
	case d.t.Status == bot.StatusWaiting && !d.paused():
		d.s.AskKey, d.s.Required, d.s.Spoken = "", false, false
		d.v.Cancel("remind")
		d.status(d.home(), "the question did not go out")
		if len(d.in.Unsaid) > 0 {
			d.v.Tell("シャドー中の確認はお客様に送っていません。必要であればカードの「お客様に確認」から送ってください。", d.v.Mention()...)
		}
	}
	d.t.StatusID, d.dirty = d.cust.StatusOf(snap), true
}

// silence remembers what is late or near already as told, so that no message goes out for it, and keeps what comes later.
func (d *decision) silence(snap *bot.Snapshot) error {
	d.s.DueSaid = d.dueDate()
	if d.t.Status.Ended() || d.t.Class == bot.ClassIncident {
		return nil
	}
	all, err := d.evaluate()
	if err != nil {
		return err
	}
	for _, e := range all {
		now := e.result.Current()
		key := fmt.Sprintf("%s/%d", e.target.ID, e.result.Reopened())
		switch now.State {
		case sla.StateMissed:
			d.told(key, dueLevel)
			d.s.LateTold, d.s.LateSaid = true, d.lateKey()
		case sla.StateRunning:
			d.told(key, reached(e.result, d.asOf()))
		case sla.StatePaused, sla.StateMet, sla.StateExcluded, sla.StateCancelled:
		}
	}
	if err := d.clocks(); err != nil {
		return err
	}
	// Backlog's own due date stays as people left it until the deadline moves.
	d.s.DueSaid = d.dueDate()
	if snap.DueDate == "" && !d.t.Due.IsZero() {
		d.v.Reason("left the due date in Backlog empty", "the ticket was taken over without a word")
	}
	if d.t.Status == bot.StatusWaiting && d.paused() {
		d.waitFrom(d.in.Now)
	}
	if d.t.Status == bot.StatusDone {
		d.closeLater(d.in.Now)
	}
	if d.t.Owner == "" && !d.t.Status.Ended() && d.t.Status != bot.StatusWaiting {
		d.claimLater()
	}
	return nil
}

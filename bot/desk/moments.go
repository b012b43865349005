package desk

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/voice"
	"toban/sla"
)

// claimLater asks staff later on, if nobody takes the ticket.
func (d *decision) claimLater() {
	if s := d.cust.Timing.Unclaimed; s > 0 {
		d.v.Set("unclaimed", d.supportTime(d.in.Now, s))
	}
}

// supportTime is so much of support hours after t; plain time for urgent work.
func (d *decision) supportTime(t time.Time, wait time.Duration) time.Time {
	if d.t.Urgent {
		return sla.After(nil, t, wait)
	}
	return sla.After(d.cust.SupportAt(t), t, wait)
}

// businessDays is the close of the nth business day after t's.
func (d *decision) businessDays(t time.Time, n int) time.Time {
	return sla.ClosingAfter(d.cust.SupportAt(t), t, n)
}

func (d *decision) timerDue() error {
	var due bot.TimerDue
	if err := d.in.Event.Decode(&due); err != nil {
		return err
	}
	rule, ours := strings.CutPrefix(due.Rule, Name+"/")
	if d.t == nil || !ours {
		return nil
	}
	switch rule {
	case "unclaimed":
		d.unclaimed()
	case "remind":
		return d.remind()
	case "snooze":
		d.snoozeDue()
	case "close":
		return d.silentClose()
	case "complaint":
		d.complaintOpen()
	case "clock":
		d.dirty = true // settle looks at the clocks
	}
	return nil
}

func (d *decision) unclaimed() {
	if d.t.Owner != "" || d.t.Status.Ended() || d.t.Status == bot.StatusWaiting || d.s.Snoozed != nil {
		return
	}
	d.s.ClaimTold++
	d.dirty = true
	mention := d.v.Mention()
	if p, ok := d.nextTier(d.s.ClaimTold); ok && p.SlackUser != "" && !slices.Contains(mention, p.SlackUser) {
		mention = append(mention, p.SlackUser)
	}
	d.v.Post(bot.Post{Text: "まだ担当者が決まっていません。「担当する」を押してください。", Mention: mention})
	d.v.Reason("asked who takes it", "nobody took the ticket")
	const asks = 3
	if d.s.ClaimTold < asks {
		d.claimLater()
	}
}

// nextTier is who is asked beside the person on duty the nth time that nobody took a request: the people whom the contract's escalation names
// after duty, one after the other, in Slack alone.
func (d *decision) nextTier(n int) (bot.Person, bool) {
	seen := d.v.Mention()
	for _, s := range d.cust.Escalation {
		p, ok := d.v.Who(s.To)
		if !ok || slices.Contains(seen, p.SlackUser) {
			continue
		}
		seen = append(seen, p.SlackUser)
		if n--; n == 0 {
			return p, true
		}
	}
	return bot.Person{}, false
}

// waitFrom starts the reminders of an open question.
func (d *decision) waitFrom(at time.Time) {
	if days := d.cust.Timing.ReminderDays; d.s.Reminders < len(days) {
		d.v.Set("remind", d.businessDays(at, days[d.s.Reminders]))
		d.dirty = true
	}
}

func (d *decision) remind() error {
	if d.t.Status != bot.StatusWaiting || len(d.t.Missing) == 0 || d.s.Reminders >= len(d.cust.Timing.ReminderDays) {
		return nil
	}
	asked := d.t.Received
	for _, e := range d.t.Entries {
		if e.Kind == bot.EntryAsked {
			asked = e.At
		}
	}
	d.s.Reminders++
	key := fmt.Sprintf("desk:%s:remind:%s:%d", d.t.ID, asked.UTC().Format("20060102T150405"), d.s.Reminders)
	err := d.say(key, "waiting_reminder", map[string]any{"missing": d.spelled(d.t.Missing), "asked": d.v.When(asked)}, bot.Update{}, false)
	if err != nil {
		return err
	}
	if d.s.Reminders >= len(d.cust.Timing.ReminderDays) {
		d.v.Tell(fmt.Sprintf("お客様からの回答がありません。%d回目のお願いを送りました。", d.s.Reminders), d.v.Mention()...)
	}
	d.waitFrom(asked)
	return nil
}

func (d *decision) closeLater(at time.Time) {
	if d.cust.Timing.CloseDays > 0 {
		d.v.Set("close", d.businessDays(at, d.cust.Timing.CloseDays))
	}
}

func (d *decision) silentClose() error {
	if d.t.Status != bot.StatusDone {
		return nil
	}
	d.finished(d.in.Now, bot.Author{Name: "Toban"}, d.in.Event.Key, "silence after the completion notice")
	d.t.StatusID = bot.StatusClosed
	return d.say(fmt.Sprintf("desk:%s:silent:%d:%d", d.t.ID, d.t.Reopened, d.s.DoneRound), "silent_close",
		map[string]any{"days": fmt.Sprintf("%d", d.cust.Timing.CloseDays), "answered": d.s.Thanked}, bot.Update{StatusID: bot.StatusClosed}, false)
}

// effectEnded takes the end of our own notices in: their instants start and stop clocks.
func (d *decision) effectEnded() error {
	var r bot.EffectResult
	if err := d.in.Event.Decode(&r); err != nil {
		return err
	}
	if d.t == nil || !strings.HasPrefix(r.Key, d.prefix("")) {
		return nil
	}
	if r.Kind == bot.EffectCall {
		if words, _ := voice.Called(r); words != "" {
			d.v.Tell(words, d.v.Mention()...)
			d.v.Reason("told staff how a call ended", cmp.Or(r.Outcome, r.Why))
		}
		return nil
	}
	if d.in.Event.Kind == bot.EventEffectDead {
		d.gaveUp(r)
		return nil
	}
	d.confirmed(r.Key, r.At, "comment:"+r.RemoteID)
	if strings.HasPrefix(r.Key, d.prefix("done:")) && !r.Verified {
		d.v.Tell("完了のお知らせを確認できませんでした: "+voice.Why(r.Why), d.v.Mention()...)
		d.v.Reason("could not verify "+r.Key, r.Why)
	}
	return nil
}

func (d *decision) prefix(what string) string { return fmt.Sprintf("%s:%s:%s", Name, d.t.ID, what) }

// confirmed takes in that a notice of ours is out, as its effect's end or its echo tell, whichever comes first.
func (d *decision) confirmed(key string, at time.Time, ref string) {
	toban := bot.Author{Name: "Toban", Kind: bot.AuthorBot}
	switch {
	case strings.HasPrefix(key, d.prefix("ask:")):
		d.askedAt(key, at, ref)
	case strings.HasPrefix(key, d.prefix("done:")):
		d.enter(bot.EntryDone, at, toban, ref, "the completion notice went out")
		d.replied(at, toban, ref, "the completion notice is the first answer")
	case key == d.prefix("answer"):
		d.enter(bot.EntryReplied, at, toban, ref, "the answer went out")
	}
}

// replied writes down the first answer to the requester in this cycle; later ones are none.
func (d *decision) replied(at time.Time, who bot.Author, ref, why string) {
	for _, e := range slices.Backward(d.t.Entries) {
		if e.Kind == bot.EntryReplied {
			return
		}
		if e.Kind == bot.EntryReopened {
			break
		}
	}
	d.enter(bot.EntryReplied, at, who, ref, why)
}

// askedAt stops the clock at the question's own instant. A question that an answer crossed stops nothing.
func (d *decision) askedAt(key string, at time.Time, ref string) {
	if slices.ContainsFunc(d.t.Entries, func(e bot.Entry) bool { return e.Kind == bot.EntryAsked && e.Ref == ref }) {
		return
	}
	later := false
	for _, e := range d.t.Entries {
		if e.Kind != bot.EntryAnswered && e.Kind != bot.EntryComplete || !e.At.After(at) {
			continue
		}
		if key != d.s.AskKey {
			later = true
			continue
		}
		at = e.At // the open question follows every answer, whatever Backlog's clock, which has whole seconds, says of a click's instant
	}
	if d.t.Status != bot.StatusWaiting && !later {
		d.v.Reason("let the clock run on after "+key, "the answer had crossed the question")
		return
	}
	d.enter(bot.EntryAsked, at, bot.Author{Name: "Toban", Kind: bot.AuthorBot}, ref, "the question went out")
	if !later {
		d.waitFrom(at)
	} else {
		// The answer came in before we knew that the question was out: it ends the pause.
		for _, e := range d.t.Entries {
			if e.Kind == bot.EntryComplete && e.At.After(at) {
				d.enter(bot.EntryAnswered, e.At, bot.Author{Name: e.Actor}, e.Ref, "a customer user wrote")
				break
			}
		}
	}
	if key == d.s.AskKey {
		d.s.AskKey, d.dirty = "", true
	}
}

// gaveUp: what could not be told is as if it were never said, and staff are told.
func (d *decision) gaveUp(r bot.EffectResult) {
	d.v.Reason("gave up "+r.Key, r.Why)
	silent := slices.ContainsFunc([]string{"assign:", "take:", "due:", "close:"}, func(what string) bool { return strings.HasPrefix(r.Key, d.prefix(what)) })
	switch {
	case r.Kind.Channel() == "slack": // a dead Slack post can't be told in Slack
		return
	case silent:
		d.v.Tell("Backlog の項目を更新できませんでした: " + voice.Why(r.Why))
	default: // everything else that desk writes in Backlog has words for the customer
		d.v.Tell("お客様への連絡を送れませんでした: "+voice.Why(r.Why), d.v.Mention()...)
	}
	ref := d.in.Event.Key
	switch {
	case r.Key == d.s.AskKey && d.t.Status == bot.StatusWaiting:
		d.resume(d.in.Now, bot.Author{Name: "Toban"}, ref, "the question could not be sent")
		d.status(d.home(), "the question could not be sent")
		d.s.Note = "お客様への確認を送れませんでした。内容を確認し、もう一度送ってください。"
	case r.Key == d.s.DoneKey && d.t.Status == bot.StatusDone:
		d.s.DoneKey = ""
		d.v.Cancel("close")
		d.status(d.home(), "the completion notice could not be sent")
	}
	d.dirty = true
}

// featureSaid follows what work and incident did.
func (d *decision) featureSaid() error {
	if d.t == nil {
		return nil
	}
	var w bot.WorkNews
	if err := d.in.Event.Decode(&w); err != nil {
		return err
	}
	at, who := d.in.Event.At, bot.Author{Name: w.By}
	d.by = w.By
	d.workedBy(w.Person)
	switch d.in.Event.Kind {
	case bot.EventWorkScheduled:
		if d.t.Status.Ended() {
			return nil // a plan that is taken back because the ticket ended
		}
		d.enter(bot.EntryScheduled, at, who, w.Ref, w.Reason)
		d.s.WorkEnd = time.Time{}
		if w.Status == bot.StatusScheduled || w.Status == bot.StatusNotified {
			d.s.WorkEnd = w.End
		}
		d.workIs(w.Status, w.Reason)
	case bot.EventWorkAsked:
		d.planAsked(at, w)
	case bot.EventWorkUnasked:
		if d.t.Status == bot.StatusWaiting {
			d.resume(at, who, w.Ref, w.Reason)
			d.status(d.home(), w.Reason)
		}
	case bot.EventWorkStarted:
		if d.t.Status.Ended() {
			return nil
		}
		d.enter(bot.EntryStarted, at, who, w.Ref, "scheduled work began")
		if d.t.StatusID == bot.StatusOpen { // as work tells Backlog
			d.t.StatusID = bot.StatusInProgress
		}
		d.workIs(bot.StatusWorking, "scheduled work began")
	case bot.EventWorkDone, bot.EventIncidentClosed:
		if d.t.Status == bot.StatusCancelled || d.t.Status == bot.StatusDeclined || d.t.Status == bot.StatusDeletedOff {
			return nil
		}
		if !d.t.Status.Ended() {
			d.resume(at, who, w.Ref, w.Reason)
			if d.t.StatusID != bot.StatusClosed { // as the notice told Backlog
				d.t.StatusID = bot.StatusResolved
			}
			d.s.DoneKey = w.Ref // the notice of the other room is the completion notice
			d.done(at, w.Reason)
		}
		d.enter(bot.EntryDone, at, who, w.Ref, w.Reason)
		d.replied(at, who, w.Ref, "the completion notice is the first answer")
	default: // not from another room
	}
	return nil
}

// workedBy makes the person whose work is planned the owner of a ticket that nobody has taken: the customer is told that name.
func (d *decision) workedBy(person string) {
	if _, ok := d.in.Dir.Person(person); !ok || d.t.Owner != "" || d.t.Status.Ended() {
		return
	}
	d.t.Owner, d.dirty = person, true
	d.v.Cancel("unclaimed")
	d.v.Reason("owner is "+person, "plans the work, and nobody had taken the ticket")
}

// planAsked: the work room asked for the customer's agreement to a plan, a question like any other: the clock stands still until a customer
// user writes. An incident is not kept waiting.
func (d *decision) planAsked(at time.Time, w bot.WorkNews) {
	if d.t.Status.Ended() || d.t.Class == bot.ClassIncident || slices.ContainsFunc(d.t.Entries, func(e bot.Entry) bool { return e.Kind == bot.EntryAsked && e.Ref == w.Ref }) {
		return
	}
	d.enter(bot.EntryAsked, at, bot.Author{Name: w.By, Kind: bot.AuthorBot}, w.Ref, w.Reason)
	if d.t.Status != bot.StatusWaiting {
		d.t.Missing = nil
	}
	d.t.Missing = append(d.t.Missing, w.Reason)
	d.s.Spoken, d.s.Reminders, d.dirty = true, 0, true
	d.waitFrom(at)
	d.status(bot.StatusWaiting, "waits for the customer's agreement to a plan")
}

// workIs takes over where the work room sees the ticket; while an answer is waited for, that stays in front.
func (d *decision) workIs(s bot.Status, why string) {
	if s == bot.StatusApproved { // passed on the way: the schedule follows in the same decision
		d.s.Approved = why
		return
	}
	if d.s.Approved != "" && s == bot.StatusScheduled && d.t.Status != bot.StatusWaiting {
		d.status(bot.StatusApproved, d.s.Approved)
	}
	d.s.Work, d.s.Approved, d.dirty = "", "", true
	if s == bot.StatusScheduled || s == bot.StatusNotified || s == bot.StatusWorking || s == bot.StatusVerifying {
		d.s.Work = s
		d.v.Cancel("unclaimed")
	}
	if d.t.Status == bot.StatusWaiting {
		return
	}
	if d.status(d.home(), why); d.s.Work == "" && d.t.Owner == "" && d.t.Status == bot.StatusAccepted && d.t.Class != bot.ClassIncident {
		d.claimLater() // nobody may have taken it: the work was all that was under way
	}
}

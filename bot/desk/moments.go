package desk

import (
	"fmt"
	"strings"
	"time"

	"toban/bot"
)

// supportTime is d of support hours after t; plain time when the contract names no calendar.
func (d *decision) supportTime(t time.Time, wait time.Duration) time.Time {
	cal, ok := d.cust.Calendars[d.cust.Timing.SupportCalendar]
	if !ok {
		return t.Add(wait)
	}
	at, err := cal.Add(t, wait)
	if err != nil {
		return t.Add(wait)
	}
	return at
}

// businessDays is the close of the nth business day after t's.
func (d *decision) businessDays(t time.Time, n int) time.Time {
	const day = 24 * time.Hour
	cal, ok := d.cust.Calendars[d.cust.Timing.SupportCalendar]
	if !ok {
		return t.Add(time.Duration(n) * day)
	}
	at, err := cal.Deadline(t, n)
	if err != nil {
		return t.Add(time.Duration(n) * day)
	}
	return at
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
	case "close":
		return d.silentClose()
	case "clock":
		d.dirty = true // clocks() says what changed
		return d.warn()
	}
	return nil
}

func (d *decision) unclaimed() {
	if d.t.Owner != "" || d.t.Status.Ended() || d.t.Status == bot.StatusWaiting {
		return
	}
	d.s.ClaimTold++
	d.dirty = true
	var mention []string
	if p, ok := d.v.Duty("support_center"); ok && d.s.ClaimTold > 1 {
		mention = append(mention, p.SlackUser)
	} else if p, ok := d.v.Duty(""); ok {
		mention = append(mention, p.SlackUser)
	}
	d.v.Post(bot.Post{Text: "まだ担当者が決まっていません。「担当する」を押してください。", Mention: mention})
	const asks = 3
	if d.s.ClaimTold < asks && d.cust.Timing.Unclaimed > 0 {
		d.v.Set("unclaimed", d.supportTime(d.in.Now, d.cust.Timing.Unclaimed))
	}
}

// waitFrom starts the reminders of an open question.
func (d *decision) waitFrom(at time.Time) {
	if days := d.cust.Timing.ReminderDays; d.s.Reminders < len(days) {
		d.v.Set("remind", d.businessDays(at, days[d.s.Reminders]))
	}
}

func (d *decision) remind() error {
	if d.t.Status != bot.StatusWaiting {
		return nil
	}
	asked := d.lastEntry(bot.EntryAsked)
	d.s.Reminders++
	key := fmt.Sprintf("desk:%s:remind:%d:%d", d.t.ID, d.s.AskRound, d.s.Reminders)
	err := d.say(key, "waiting_reminder", map[string]any{"missing": d.t.Missing, "asked": d.v.When(asked)}, bot.Update{}, false)
	if err != nil {
		return err
	}
	if d.s.Reminders >= len(d.cust.Timing.ReminderDays) {
		d.v.Tell("お客様からの回答がありません。2回目のお願いを送りました。", d.v.Mention()...)
	}
	d.waitFrom(asked)
	return nil
}

func (d *decision) lastEntry(kind bot.EntryKind) time.Time {
	for i := len(d.t.Entries) - 1; i >= 0; i-- {
		if d.t.Entries[i].Kind == kind {
			return d.t.Entries[i].At
		}
	}
	return d.in.Now
}

func (d *decision) closeLater() {
	if d.cust.Timing.CloseDays > 0 {
		d.v.Set("close", d.businessDays(d.in.Now, d.cust.Timing.CloseDays))
	}
}

func (d *decision) silentClose() error {
	if d.t.Status != bot.StatusDone {
		return nil
	}
	d.enter(bot.EntryClosed, d.in.Now, bot.Author{Name: "Toban"}, d.in.Event.Key, "nobody wrote after the completion notice")
	d.status(bot.StatusFinished, "silence after the completion notice")
	d.t.StatusID = bot.StatusClosed
	return d.say(fmt.Sprintf("desk:%s:silent:%d", d.t.ID, d.s.DoneRound), "silent_close",
		map[string]any{"days": fmt.Sprintf("%d", d.cust.Timing.CloseDays)}, bot.Update{StatusID: bot.StatusClosed}, false)
}

// effectEnded takes the end of our own notices in: their instants start and stop clocks.
func (d *decision) effectEnded() error {
	var r bot.EffectResult
	if err := d.in.Event.Decode(&r); err != nil {
		return err
	}
	if d.t == nil || !strings.HasPrefix(r.Key, Name+":") {
		return nil
	}
	if d.in.Event.Kind == bot.EventEffectDead {
		if r.Kind.Channel() != "slack" { // a dead Slack post can't be told in Slack
			d.v.Tell("お客様への連絡を送れませんでした: "+r.Why, d.v.Mention()...)
		}
		d.v.Reason("gave up "+r.Key, r.Why)
		return nil
	}
	toban := bot.Author{Name: "Toban", Kind: bot.AuthorBot}
	ref := "comment:" + r.RemoteID
	switch {
	case r.Key == d.s.AskKey && d.t.Status == bot.StatusWaiting:
		d.enter(bot.EntryAsked, r.At, toban, ref, "the question went out")
		d.s.AskKey = ""
		d.waitFrom(r.At)
	case r.Key == d.s.DoneKey:
		d.enter(bot.EntryDone, r.At, toban, ref, "the completion notice went out")
		if !r.Verified {
			d.v.Tell("完了のお知らせを確認できませんでした: "+r.Why, d.v.Mention()...)
		}
	case r.Key == fmt.Sprintf("desk:%s:answer", d.t.ID):
		d.enter(bot.EntryReplied, r.At, toban, ref, "the answer went out")
	}
	return nil
}

// featureSaid follows what work and incident did.
func (d *decision) featureSaid() error {
	if d.t == nil {
		return nil
	}
	switch d.in.Event.Kind {
	case bot.EventWorkScheduled:
		var w bot.WorkNews
		if err := d.in.Event.Decode(&w); err != nil {
			return err
		}
		d.enter(bot.EntryScheduled, d.in.Event.At, bot.Author{Name: w.By}, w.Ref, w.Reason)
		d.status(w.Status, w.Reason)
	case bot.EventWorkStarted:
		d.enter(bot.EntryStarted, d.in.Event.At, bot.Author{Name: "work"}, fmt.Sprintf("work:%d", d.in.Event.At.Unix()), "scheduled work began")
		d.t.StatusID = bot.StatusInProgress
		d.status(bot.StatusWorking, "scheduled work began")
	case bot.EventWorkDone, bot.EventIncidentClosed:
		var w bot.WorkNews
		if err := d.in.Event.Decode(&w); err != nil {
			return err
		}
		d.enter(bot.EntryDone, d.in.Event.At, bot.Author{Name: w.By}, w.Ref, w.Reason)
		d.t.StatusID = bot.StatusResolved
		d.status(bot.StatusDone, w.Reason)
		d.closeLater()
	}
	return nil
}

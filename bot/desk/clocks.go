package desk

import (
	"fmt"
	"strings"
	"time"

	"toban/bot"
	"toban/sla"
)

// clocks evaluates every promise of the ticket anew from its history. Incident and work keep their own.
func (d *decision) clocks() error {
	d.out.Clocks = nil
	d.t.Due = time.Time{}
	if d.t.Class == bot.ClassIncident {
		return nil
	}
	var next time.Time
	for _, target := range d.targets() {
		res, err := sla.Evaluate(target, d.cust.Calendars[target.Calendar], d.facts(target), d.asOf())
		if err != nil {
			return fmt.Errorf("evaluating %s of %s: %w", target.ID, d.t.Key, err)
		}
		if d.t.Due.IsZero() {
			d.t.Due = res.Current().Due
		}
		d.out.Clocks = append(d.out.Clocks, d.row(target, res))
		if at, ok := res.NextChange(d.in.Now); ok && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	if agreed, ok := d.agreed(); ok {
		d.t.Due = agreed.Due
		d.out.Clocks = append(d.out.Clocks, agreed)
		if agreed.State == sla.StateRunning && agreed.Due.After(d.in.Now) && (next.IsZero() || agreed.Due.Before(next)) {
			next = agreed.Due
		}
	}
	if next.IsZero() {
		d.v.Cancel("clock")
	} else {
		d.v.Set("clock", next)
	}
	return nil
}

// targets are the promises that the policy makes for this ticket; none while it is held (priority 低).
func (d *decision) targets() []sla.Target {
	if d.s.Held {
		return nil
	}
	sub := sla.Subject{Class: string(d.t.Class), RequestType: d.t.Type, Priority: priorityNames[d.t.PriorityID], Plan: d.cust.Plan}
	var out []sla.Target
	for _, t := range d.cust.PolicyAt(d.t.Received).For(sub) {
		if t.Kind == sla.KindCycle {
			continue
		}
		out = append(out, t)
	}
	return out
}

// stops says which entry fulfils a target, by the name of what it promises.
func stops(target sla.Target) bot.EntryKind {
	switch target.ID {
	case "first_reply", "first-reply":
		return bot.EntryReplied
	case "start", "start_within":
		return bot.EntryStarted
	}
	return bot.EntryDone
}

func (d *decision) facts(target sla.Target) []sla.Fact {
	var out []sla.Fact
	fact := func(kind sla.FactKind, e bot.Entry) {
		out = append(out, sla.Fact{Kind: kind, At: e.At, Ref: e.Ref, Note: e.Reason})
	}
	start := -1 // priority 低 has no clock: leaving it is day 0
	for i, e := range d.t.Entries {
		if e.Kind == bot.EntryReceived || (e.Kind == bot.EntryComplete && strings.HasSuffix(e.Ref, ":unheld")) {
			start = i
		}
	}
	for i, e := range d.t.Entries {
		switch e.Kind {
		case bot.EntryReceived, bot.EntryComplete:
			if i == start {
				fact(sla.FactStart, e)
			} else if e.Kind == bot.EntryComplete && i > start {
				fact(sla.FactComplete, e)
			}
		case bot.EntryAsked:
			fact(sla.FactPause, e)
		case bot.EntryAnswered:
			fact(sla.FactResume, e)
		case bot.EntryReopened:
			fact(sla.FactReopen, e)
		case bot.EntryCancelled:
			fact(sla.FactCancel, e)
		case stops(target):
			fact(sla.FactStop, e)
		}
	}
	return out
}

// asOf is now, or the vendor's own instant of the newest entry where its clock is ahead of ours: what happened counts.
func (d *decision) asOf() time.Time {
	now := d.in.Now
	if n := len(d.t.Entries); n > 0 && d.t.Entries[n-1].At.After(now) {
		now = d.t.Entries[n-1].At
	}
	return now
}

func (d *decision) row(target sla.Target, r sla.Result) bot.ClockRow {
	row := bot.ClockRow{
		ID: target.ID, Name: target.Name, Level: target.Level, State: r.State, Start: r.Start, Due: r.Due, Stopped: r.Stopped,
		Explain: sla.Explain(r),
	}
	return row
}

// agreed is the second clock of a date that staff and requester agreed on; the standard row is still judged by days.
func (d *decision) agreed() (bot.ClockRow, bool) {
	var e *bot.Entry
	for i := range d.t.Entries {
		if d.t.Entries[i].Kind == bot.EntryAgreed {
			e = &d.t.Entries[i]
		}
	}
	if e == nil {
		return bot.ClockRow{}, false
	}
	due, err := time.Parse(time.RFC3339, e.Reason)
	if err != nil {
		return bot.ClockRow{}, false
	}
	row := bot.ClockRow{ID: "agreed", Name: "合意した期日", Level: sla.LevelObjective, State: sla.StateRunning, Start: e.At, Due: due,
		Explain: []string{"agreed by " + e.Actor + " on the ticket"}}
	for _, x := range d.t.Entries {
		switch {
		case x.Kind == bot.EntryDone && row.Stopped.IsZero():
			row.Stopped = x.At
			row.State = sla.StateMet
			if x.At.After(due) {
				row.State = sla.StateMissed
			}
		case x.Kind == bot.EntryCancelled:
			row.State, row.Stopped = sla.StateCancelled, x.At
		}
	}
	if row.State == sla.StateRunning && d.in.Now.After(due) {
		row.State = sla.StateMissed
	}
	return row, true
}

// warn tells staff that a promise comes near, and the requester once when it passed.
func (d *decision) warn() error {
	if d.t.Status.Ended() || d.t.Class == bot.ClassIncident {
		return nil
	}
	for _, target := range d.targets() {
		res, err := sla.Evaluate(target, d.cust.Calendars[target.Calendar], d.facts(target), d.asOf())
		if err != nil {
			return fmt.Errorf("evaluating %s of %s: %w", target.ID, d.t.Key, err)
		}
		switch {
		case res.State == sla.StateMissed && !d.s.LateTold:
			d.s.LateTold = true
			d.v.Post(bot.Post{Text: fmt.Sprintf("期限(%s)を過ぎました。お客様に遅れをお知らせします。", bot.ShortWhen(res.Due, d.cust.Zone)), Mention: d.v.Mention(), Top: true})
			err := d.say(fmt.Sprintf("desk:%s:late:%s:%d", d.t.ID, target.ID, d.t.Reopened), "late_notice", map[string]any{"due": d.v.When(res.Due)}, bot.Update{}, false)
			if err != nil {
				return err
			}
		case res.State == sla.StateRunning && res.Percent > d.s.Warned && len(target.Warn) > 0 && res.Percent >= target.Warn[0]:
			d.s.Warned = res.Percent
			d.v.Tell(fmt.Sprintf("期限まで残りわずかです(%d%% 経過)。期限は %s です。", res.Percent, bot.ShortWhen(res.Due, d.cust.Zone)), d.v.Mention()...)
		}
	}
	return nil
}

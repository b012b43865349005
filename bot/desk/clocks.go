package desk

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/verdict"
	"toban/sla"
)

// clocks writes every promise of the ticket down as it stands. Incident and work keep their own.
func (d *decision) clocks() error {
	d.out.Clocks, d.said = nil, nil
	d.t.Due = time.Time{}
	all, err := d.evaluate()
	if err != nil {
		return err
	}
	var next time.Time
	sooner := func(at time.Time) {
		if at.After(d.in.Now) && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	for _, e := range all {
		if due := e.result.Current().Due; d.t.Due.IsZero() {
			d.t.Due = due
		}
		rows := d.rows(e)
		d.out.Clocks = append(d.out.Clocks, rows...)
		d.said = append(d.said, sayable(e.target, rows))
		if at, ok := e.result.NextChange(d.in.Now); ok {
			sooner(at)
		}
	}
	agreed, err := d.agreements()
	if err != nil {
		return err
	}
	for _, a := range agreed {
		d.out.Clocks = append(d.out.Clocks, a.row)
		d.said = append(d.said, verdict.Clock{Key: a.key, Name: a.row.Name + " " + d.v.Short(a.row.Due), State: a.row.State, Cause: a.row.Cause})
		if at, ok := a.result.NextChange(d.in.Now); ok {
			sooner(at)
		}
	}
	if a, ok := newest(agreed); ok && d.dateAgreed() {
		d.t.Due = a.row.Due
	}
	if err := d.dropped(); err != nil {
		return err
	}
	d.v.Cancel("clock")
	if !next.IsZero() {
		d.v.Set("clock", next)
	}
	return nil
}

// settle warns of what comes near, writes the clocks down and keeps Backlog's due date true.
func (d *decision) settle() error {
	if err := d.warn(); err != nil {
		return err
	}
	if err := d.clocks(); err != nil {
		return err
	}
	d.out.Timers = lastOf(d.out.Timers)
	d.trueDue()
	d.s.Promises = d.v.Figures(d.s.Promises, d.out.Clocks)
	return nil
}

// trueDue corrects the due date in Backlog when it is not the deadline any more. What was written last is remembered: the deadline may have
// moved at a time when it was not written, such as while the customer was asked.
func (d *decision) trueDue() {
	for _, e := range d.out.Effects {
		var u bot.Update
		if e.Kind == bot.EffectUpdate && e.Decode(&u) == nil && u.DueDate != "" {
			d.s.DueSaid = u.DueDate
			return
		}
	}
	due := d.dueDate()
	if d.s.Held && d.s.DueSaid != "" && due == "" && !d.t.Status.Ended() {
		d.v.Reason("took the due date in Backlog away", "under consideration: there is no deadline until a date is set")
		d.v.Fields(fmt.Sprintf("desk:%s:due:%s", d.t.ID, d.in.Event.Key), bot.Update{ClearDue: d.s.DueSaid})
		d.s.DueSaid = ""
		return
	}
	if due == "" || due == d.s.DueSaid || !d.s.Answered || d.t.Status.Ended() || d.t.Status == bot.StatusWaiting {
		return
	}
	d.s.DueSaid = due
	d.v.Reason("corrected the due date in Backlog", "the deadline is now "+d.v.Short(d.t.Due))
	d.v.Fields(fmt.Sprintf("desk:%s:due:%s", d.t.ID, d.in.Event.Key), bot.Update{DueDate: due})
}

// lastOf keeps the last word on each timer.
func lastOf(timers []bot.Timer) []bot.Timer {
	var out []bot.Timer
	for i, t := range timers {
		if !slices.ContainsFunc(timers[i+1:], func(o bot.Timer) bool { return o.Rule == t.Rule }) {
			out = append(out, t)
		}
	}
	return out
}

// sayable is a promise of which people may say something: missed when one of its runs was.
func sayable(t sla.Target, rows []bot.ClockRow) verdict.Clock {
	row := rows[len(rows)-1]
	if i := slices.IndexFunc(rows, func(r bot.ClockRow) bool { return r.State == sla.StateMissed }); i >= 0 {
		row = rows[i]
	}
	return verdict.Clock{Key: t.ID, Name: t.Name, State: row.State, Cause: row.Cause}
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

// facts are the ticket's entries as a clock reads them.
func (d *decision) facts(target sla.Target) []sla.Fact {
	start := 0 // priority 低 has no clock: leaving it is day 0
	for i, e := range d.t.Entries {
		if e.Kind == bot.EntryReceived && start == 0 || e.Kind == bot.EntryComplete && strings.HasSuffix(e.Ref, heldEnd) {
			start = i
		}
	}
	kinds := map[bot.EntryKind]sla.FactKind{
		bot.EntryAsked: sla.FactPause, bot.EntryAnswered: sla.FactResume, bot.EntryComplete: sla.FactComplete, bot.EntryReopened: sla.FactReopen,
		bot.EntryCancelled: sla.FactCancel, stops(target): sla.FactStop,
	}
	if stops(target) == bot.EntryStarted { // what is done was begun
		kinds[bot.EntryDone] = sla.FactStop
	}
	var out []sla.Fact
	for i, e := range d.t.Entries {
		kind, ok := kinds[e.Kind]
		// Backlog's instants are whole seconds, and clocks read a pause before a resumption of the same instant. An answer after which we
		// asked again in the same second resumes nothing, whether it carried the details or not: then only the date is open.
		if (e.Kind == bot.EntryAnswered || e.Kind == bot.EntryComplete && i != start) && slices.ContainsFunc(d.t.Entries[i+1:], func(o bot.Entry) bool { return o.Kind == bot.EntryAsked && o.At.Equal(e.At) }) {
			continue
		}
		if keeps(e, target) {
			kind, ok = sla.FactStop, true
		}
		if i == start {
			kind, ok = sla.FactStart, true
		}
		if ok && i >= start {
			out = append(out, sla.Fact{Kind: kind, At: e.At, Ref: e.Ref + "#" + string(e.Kind), Note: e.Reason})
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

// rows are a promise's first run, whose judgement stands, and one row for each reopening.
func (d *decision) rows(e evaluated) []bot.ClockRow {
	var out []bot.ClockRow
	for i := range e.result.Cycles {
		of, c := e.run(i)
		row := bot.ClockRow{ID: of.target.ID, Name: of.target.Name, Level: of.target.Level, State: c.State, Start: c.Start, Due: c.Due, Stopped: c.Stopped}
		d.s.Verdicts.Put(of.target.ID, &row)
		if i == 0 {
			row.Ledger = e.ledger()
		} else {
			row.ID, row.Name = fmt.Sprintf("%s/reopened-%d", of.target.ID, i), fmt.Sprintf("%s(再開%d回目)", of.target.Name, i)
			row.Explain = []sla.Remark{{
				English:  fmt.Sprintf("reopening no. %d; the first result stands, see %s", i, of.target.ID),
				Japanese: fmt.Sprintf("%d 回目の再開。最初の結果はそのまま残る(%s を参照)", i, of.target.ID),
			}}
		}
		out = append(out, row)
	}
	return out
}

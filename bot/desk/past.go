package desk

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/verdict"
	"toban/bot/voice"
	"toban/sla"
)

// dropped sees to promises that the ticket made once and makes no more: it is held, of another class, or under another version of the
// policy. One that ran is cancelled. One that was missed by then stays missed, and people may still say why, or exclude it.
func (d *decision) dropped() error {
	made := func(r bot.ClockRow) bool {
		return slices.ContainsFunc(d.out.Clocks, func(o bot.ClockRow) bool { return o.ID == r.ID })
	}
	d.s.Past = slices.DeleteFunc(slices.Clone(d.s.Past), made)
	at := d.changedAt()
	for _, p := range d.s.Promises {
		switch {
		case made(p):
		case p.State == sla.StateRunning && !p.Due.IsZero() && !p.Due.After(at):
			p.State = sla.StateMissed // before the change came
			if err := d.keepPast(p); err != nil {
				return err
			}
		case p.State == sla.StateRunning || p.State == sla.StatePaused:
			d.out.Clocks = append(d.out.Clocks, d.promisedNoMore(p, at))
		case p.State == sla.StateMissed:
			if err := d.keepPast(p); err != nil {
				return err
			}
		}
	}
	d.judgePast()
	return nil
}

// changedAt is when the ticket last became one that makes other promises.
func (d *decision) changedAt() time.Time {
	for _, e := range slices.Backward(d.t.Entries) {
		switch e.Kind {
		case bot.EntryReclassed, bot.EntryPriority, bot.EntryHeld, bot.EntryReapplied:
			return e.At
		default: // promises nothing else
		}
	}
	return d.in.Now
}

// promisedNoMore ends a promise that ran.
func (d *decision) promisedNoMore(p bot.ClockRow, at time.Time) bot.ClockRow {
	p.State, p.Stopped = sla.StateCancelled, at
	priority := priorityNames[d.t.PriorityID]
	at = at.In(d.cust.Zone)
	p.Explain = []sla.Remark{{
		English:  "promised no more since " + sla.When(at, sla.English) + ": " + string(d.t.Class) + ", priority " + priority,
		Japanese: sla.When(at, sla.Japanese) + " から約束がなくなった: " + classNames[d.t.Class] + "、優先度 " + priority,
	}}
	return p
}

// keepPast keeps a missed promise as it was when the ticket last made it, with its arithmetic.
func (d *decision) keepPast(p bot.ClockRow) error {
	if slices.ContainsFunc(d.s.Past, func(o bot.ClockRow) bool { return o.ID == p.ID }) {
		return nil
	}
	if d.in.Ticket != nil {
		t := *d.in.Ticket
		was := decision{in: d.in, cust: d.cust, t: &t, v: &voice.Voice{Feature: Name, In: d.in, Customer: d.cust, Ticket: &t}}
		if len(d.in.State) > 0 {
			if err := json.Unmarshal(d.in.State, &was.s); err != nil {
				return fmt.Errorf("reading desk's state: %w", err)
			}
		}
		all, err := was.evaluate()
		if err != nil {
			return err
		}
		for _, e := range all {
			for _, row := range was.rows(e) {
				if row.ID == p.ID && row.State == sla.StateMissed {
					p = row
				}
			}
		}
	}
	d.s.Past = append(d.s.Past, p)
	return nil
}

// judgePast shows what was missed to the people who may say something of it, and writes down what they said.
func (d *decision) judgePast() {
	var told []verdict.Clock
	for _, row := range d.s.Past {
		id, _, _ := strings.Cut(row.ID, "/") // the runs of a promise have one verdict
		d.s.Verdicts.Put(id, &row)
		i := slices.IndexFunc(d.s.Promises, func(p bot.ClockRow) bool { return p.ID == row.ID })
		if i < 0 || d.s.Promises[i].State != row.State || d.s.Promises[i].Cause != row.Cause || d.s.Promises[i].Measure != row.Measure {
			d.out.Clocks = append(d.out.Clocks, row)
		}
		if !slices.ContainsFunc(told, func(c verdict.Clock) bool { return c.Key == id }) {
			told = append(told, verdict.Clock{Key: id, Name: row.Name + "(変更前)", State: row.State, Cause: row.Cause})
		}
	}
	d.said = append(d.said, told...)
}

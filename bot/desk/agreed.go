package desk

import (
	"fmt"
	"slices"
	"time"

	"toban/bot"
	"toban/sla"
)

// agreement is the clock of a date that staff and requester agreed on: a second clock beside the standard one, which is still judged.
type agreement struct {
	result sla.Result
	row    bot.ClockRow
	key    string // of what people say of it
}

// agreements derives the clocks of agreed dates, the newest last. An earlier date that another one replaced has a clock only when it had
// been judged by then: a new date must not hide it, be it missed or, before a reopening, met.
func (d *decision) agreements() ([]agreement, error) {
	var out []agreement
	entries := d.t.Entries
	last := -1
	for i, e := range entries {
		if e.Kind == bot.EntryAgreed {
			last = i
		}
	}
	for i, e := range entries {
		due, err := time.Parse(time.RFC3339, e.Reason)
		if e.Kind != bot.EntryAgreed || err != nil {
			continue
		}
		a, err := d.agreement(i, due)
		if err != nil {
			return nil, err
		}
		switch {
		case i == last:
			a.row.ID = agreedID
		case a.row.State == sla.StateMissed || a.row.State == sla.StateMet || a.row.State == sla.StateExcluded:
			a.row.ID = fmt.Sprintf("%s/replaced-%d", agreedID, len(out)+1)
		default:
			continue
		}
		out = append(out, a)
	}
	return out, nil
}

const agreedID = "agreed"

// agreement derives the clock of one entry.
func (d *decision) agreement(i int, due time.Time) (agreement, error) {
	e := d.t.Entries[i]
	key := agreedID + "@" + due.UTC().Format(time.RFC3339)
	target := sla.Target{ID: agreedID, Name: "合意した期日", Kind: sla.KindCalendarDate, Level: sla.LevelObjective}
	facts := []sla.Fact{{Kind: sla.FactStart, At: e.At, Ref: e.Ref}, {Kind: sla.FactDue, At: e.At, Until: due, Ref: e.Ref, Actor: e.Actor}}
	kinds := map[bot.EntryKind]sla.FactKind{bot.EntryDone: sla.FactStop, bot.EntryCancelled: sla.FactCancel, bot.EntryAgreed: sla.FactCancel}
	for _, x := range d.t.Entries[i+1:] {
		if kind, ends := kinds[x.Kind]; ends {
			facts = append(facts, sla.Fact{Kind: kind, At: x.At, Ref: x.Ref, Note: x.Reason})
			break
		}
	}
	facts = append(facts, d.s.Verdicts.Facts(key)...)
	res, err := sla.Evaluate(target, nil, facts, d.asOf())
	if err != nil {
		return agreement{}, fmt.Errorf("evaluating %s of %s: %w", target.ID, d.t.Key, err)
	}
	if !d.t.Urgent { // urgent work goes on around the clock
		res = res.NoticesIn(d.cust.SupportAt(d.in.Now))
	}
	row := bot.ClockRow{
		Name: target.Name, Level: target.Level, State: res.State, Start: res.Start, Due: res.Due, Stopped: res.Stopped,
		Ledger: d.versionAt(e.At).policy.Ledger(res), Explain: []sla.Remark{{English: "agreed on the ticket, recorded by " + e.Actor, Japanese: "チケットで合意し、" + e.Actor + " が記録"}},
	}
	d.s.Verdicts.Put(key, &row)
	return agreement{res, row, key}, nil
}

// newest is the agreement that holds.
func newest(list []agreement) (agreement, bool) {
	if n := len(list); n > 0 && list[n-1].row.ID == agreedID {
		return list[n-1], true
	}
	return agreement{}, false
}

// dateAgreed reports whether a date was agreed on in this cycle.
func (d *decision) dateAgreed() bool {
	_, ok := d.agreedDate()
	return ok
}

// agreedOn reports whether this very date is the one that was agreed on last in this cycle.
func (d *decision) agreedOn(at time.Time) bool {
	e, ok := d.agreedDate()
	was, err := time.Parse(time.RFC3339, e.Reason)
	return ok && err == nil && was.Equal(at)
}

// agreedDate is the entry of the date that was agreed on last in this cycle.
func (d *decision) agreedDate() (bot.Entry, bool) {
	for _, e := range slices.Backward(d.t.Entries) {
		switch e.Kind {
		case bot.EntryAgreed:
			return e, true
		case bot.EntryReopened:
			return bot.Entry{}, false
		default: // says nothing of a date
		}
	}
	return bot.Entry{}, false
}

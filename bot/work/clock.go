package work

import (
	"fmt"
	"slices"
	"time"

	"toban/bot"
	"toban/bot/verdict"
	"toban/sla"
)

// noticeLate is the last instant at which a verified start notice is in time, with the contract's tolerance for the vendor's own seconds.
func (d *decision) noticeLate() time.Time {
	return sla.After(nil, d.o.NoticeDue, d.v.Customer.Timing.NoticeLate)
}

// clock writes the promise of the start notice down, and what is said of those of generations before.
func (d *decision) clock() error {
	d.said = nil
	put := func(row bot.ClockRow) {
		d.out.Clocks = append(d.out.Clocks, row)
		d.said = append(d.said, verdict.Clock{Key: row.ID, Name: row.Name + " " + d.v.Short(row.Due), State: row.State, Cause: row.Cause})
	}
	for _, row := range d.o.Past {
		d.o.Verdicts.Put(row.ID, &row)
		put(row)
	}
	row, ok, err := d.row(nil)
	if ok {
		put(row)
	}
	return err
}

// pressVerdict takes in an exclusion or the cause of a miss; see [verdict.Book].
func (d *decision) pressVerdict(a bot.StaffAction, p bot.Person) error {
	if err := d.clock(); err != nil {
		return err
	}
	d.out.Clocks = nil // derived anew when the decision is written
	if d.o.Verdicts.Press(d.v, a, p, d.said) {
		d.dirty = true
	}
	return nil
}

// endRow ends the promise of a generation that a new plan replaces; what was kept or missed by then stays so.
func (d *decision) endRow() error {
	row, ok, err := d.row([]sla.Fact{{Kind: sla.FactCancel, At: d.in.Now, Ref: "plan changed"}})
	if !ok {
		return err
	}
	if row.State == sla.StateCancelled {
		row.Explain = append(row.Explain, sla.Remark{English: "the plan was changed before the notice was due", Japanese: "連絡の期限の前に計画が変わった"})
	}
	d.out.Clocks = append(d.out.Clocks, row)
	if row.State == sla.StateMissed || row.State == sla.StateExcluded {
		row.State, row.Cause, row.Measure = sla.StateMissed, "", "" // what is said of it is put in anew
		d.o.Past = append(slices.Clone(d.o.Past), row)
	}
	return nil
}

// row derives the promise from what happened: due one lead before the start, less the tolerance.
func (d *decision) row(also []sla.Fact) (bot.ClockRow, bool, error) {
	if d.o.Gen == 0 || d.o.Exempt || d.o.NoticeDue.IsZero() {
		return bot.ClockRow{}, false, nil
	}
	timing := d.v.Customer.Timing
	target := sla.Target{
		ID: fmt.Sprintf("start-notice/%d", d.o.Gen), Name: "作業開始連絡", Kind: sla.KindAhead, Level: sla.LevelObjective,
		Duration: timing.StartNotice - timing.NoticeLate, Warn: []int{},
	}
	due := sla.Fact{Kind: sla.FactDue, At: d.o.PlannedAt, Until: d.o.Start, Ref: "start"}
	if d.o.Early || target.Duration <= 0 { // with less than the lead: at once
		target.Kind, target.Duration, due.Until = sla.KindCalendarDate, 0, d.noticeLate()
	}
	facts := append([]sla.Fact{{Kind: sla.FactStart, At: d.o.PlannedAt, Ref: "plan"}, due}, also...)
	now := d.in.Now
	if at := d.o.NoticeAt; !at.IsZero() {
		facts = append(facts, sla.Fact{Kind: sla.FactStop, At: at, Ref: "start notice"})
		if at.After(now) { // the vendor's clock is ahead of ours
			now = at
		}
	}
	if d.o.Stage == Cancelled {
		facts = append(facts, sla.Fact{Kind: sla.FactCancel, At: d.o.Dropped, Ref: "dropped"})
	}
	facts = append(facts, d.o.Verdicts.Facts(target.ID)...)
	res, err := sla.Evaluate(target, nil, facts, now)
	if err != nil {
		return bot.ClockRow{}, false, fmt.Errorf("evaluating %s of %s: %w", target.ID, d.t.Key, err)
	}
	row := bot.ClockRow{
		ID: target.ID, Name: target.Name, Level: target.Level, State: res.State, Start: res.Start, Due: res.Due, Stopped: res.Stopped, Ledger: res.Ledger(),
		Explain: d.remarks(),
	}
	d.o.Verdicts.Put(target.ID, &row)
	return row, true, nil
}

// remarks say what the contract promises, and with what tolerance.
func (d *decision) remarks() []sla.Remark {
	timing, start := d.v.Customer.Timing, d.o.Start.In(d.v.Customer.Zone)
	return []sla.Remark{
		{
			English:  "promised " + sla.Length(timing.StartNotice, sla.English) + " before the start " + sla.When(start, sla.English),
			Japanese: "開始 " + sla.When(start, sla.Japanese) + " の " + sla.Length(timing.StartNotice, sla.Japanese) + "前に連絡する約束",
		},
		{
			English:  "counts as late when verified more than " + sla.Length(timing.NoticeLate, sla.English) + " after that",
			Japanese: "そこから " + sla.Length(timing.NoticeLate, sla.Japanese) + "を過ぎて確認されたものは遅れとする",
		},
	}
}

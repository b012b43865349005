package work

import (
	"fmt"
	"time"

	"toban/bot"
	"toban/sla"
)

// noticeLate is the last instant at which a verified start notice is in time, with the contract's tolerance for the vendor's own seconds.
func (d *decision) noticeLate() time.Time {
	return sla.After(nil, d.o.NoticeDue, d.v.Customer.Timing.NoticeLate)
}

// clock writes the promise of the start notice down.
func (d *decision) clock() error {
	row, ok, err := d.row(nil)
	if ok {
		d.out.Clocks = append(d.out.Clocks, row)
	}
	return err
}

// endRow ends the promise of a generation that a new plan replaces; what was kept or missed by then stays so.
func (d *decision) endRow() error {
	row, ok, err := d.row([]sla.Fact{{Kind: sla.FactCancel, At: d.in.Now, Ref: "plan changed"}})
	if !ok {
		return err
	}
	if row.State == sla.StateCancelled {
		row.Explain = append(row.Explain, "the plan was changed before the notice was due")
	}
	d.out.Clocks = append(d.out.Clocks, row)
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
	res, err := sla.Evaluate(target, nil, facts, now)
	if err != nil {
		return bot.ClockRow{}, false, fmt.Errorf("evaluating %s of %s: %w", target.ID, d.t.Key, err)
	}
	return bot.ClockRow{
		ID: target.ID, Name: target.Name, Level: target.Level, State: res.State, Start: res.Start, Due: res.Due, Stopped: res.Stopped, Ledger: res.Ledger(),
		Explain: []string{
			"due " + bot.Lasting(timing.StartNotice) + " before the start " + d.v.Short(d.o.Start),
			"counts as late when verified more than " + bot.Lasting(timing.NoticeLate) + " after it was due",
		},
	}, true, nil
}

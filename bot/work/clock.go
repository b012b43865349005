package work

import (
	"fmt"

	"toban/bot"
	"toban/sla"
)

// clock writes the promise of the start notice down: due one lead before the start, with the contract's tolerance for the vendor's
// own seconds.
func (d *decision) clock() {
	if row, ok := d.row(); ok {
		d.out.Clocks = append(d.out.Clocks, row)
	}
}

// endRow ends the promise of a generation that a new plan replaces; what was kept or missed by then stays so.
func (d *decision) endRow() {
	row, ok := d.row()
	if !ok {
		return
	}
	if row.State == sla.StateRunning {
		row.State, row.Stopped = sla.StateCancelled, d.in.Now
		row.Explain = append(row.Explain, "the plan was changed before the notice was due")
	}
	d.out.Clocks = append(d.out.Clocks, row)
}

func (d *decision) row() (bot.ClockRow, bool) {
	if d.o.Gen == 0 || d.o.Exempt || d.o.NoticeDue.IsZero() {
		return bot.ClockRow{}, false
	}
	timing := d.v.Customer.Timing
	due := d.o.NoticeDue.Add(timing.NoticeLate)
	row := bot.ClockRow{
		ID: fmt.Sprintf("start-notice/%d", d.o.Gen), Name: "作業開始連絡", Level: sla.LevelObjective, State: sla.StateRunning,
		Start: d.o.PlannedAt, Due: due,
		Explain: []string{
			"due " + bot.Lasting(timing.StartNotice) + " before the start " + d.v.Short(d.o.Start),
			"counts as late when verified more than " + bot.Lasting(timing.NoticeLate) + " after it was due",
		},
	}
	switch {
	case !d.o.NoticeAt.IsZero():
		row.Stopped, row.State = d.o.NoticeAt, sla.StateMet
		if d.o.NoticeAt.After(due) {
			row.State = sla.StateMissed
		}
	case d.o.Stage == Cancelled && !d.o.Dropped.After(due):
		row.State, row.Stopped = sla.StateCancelled, d.o.Dropped
	case d.in.Now.After(due):
		row.State = sla.StateMissed
	}
	return row, true
}

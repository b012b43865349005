package work

import (
	"slices"

	"toban/bot"
)

// statusSet follows what people set in Backlog: 処理中 by staff, once the planned start has come, begins the work as the button does, at the
// vendor's instant. Before that it only means that somebody has the ticket.
func (d *decision) statusSet() error {
	if d.o.Stage != Noticed {
		return nil
	}
	for _, f := range slices.Backward(d.in.New) {
		c, ok := f.Changed("status")
		if !ok || f.Origin != "" || d.v.Customer.StandsFor(c.To) != bot.StandsTaken || f.At.Before(d.o.Start) {
			continue
		}
		p, ok := d.in.Dir.Person(d.v.Customer.Sort(f.Author).Person)
		if !ok {
			continue
		}
		why := d.forbids(p, "")
		if !d.o.Exempt && !f.At.Before(d.o.End) {
			why = "お客様にお知らせした時間帯(" + d.v.Short(d.o.End) + " まで)を過ぎています。"
		}
		if why != "" {
			d.dirty = true
			d.v.Tell(p.Name+" が Backlog で「"+c.To+"」にしましたが、作業は始まったことになっていません。"+why, d.v.Mention()...)
			d.v.Reason("did not start the work", p.Name+" set "+c.To+": "+why)
			return nil
		}
		if held, err := d.planAgain(true); held || err != nil {
			return err
		}
		return d.begin(f.At, p, "set "+c.To+" in Backlog", f.ID)
	}
	return nil
}

package desk

import (
	"fmt"
	"time"

	"toban/bot"
)

// month gives the calendar month of an instant in the customer's zone.
func (d *decision) month(t time.Time) (from, until time.Time) {
	l := t.In(d.cust.Zone)
	from = time.Date(l.Year(), l.Month(), 1, 0, 0, 0, 0, d.cust.Zone)
	return from, from.AddDate(0, 1, 0)
}

// counted holds a new request against the month's number of work units. One that goes over it waits for staff.
func (d *decision) counted() {
	rt, ok := d.cust.Type(d.t.Type)
	d.s.OverQuota = ""
	if !ok || d.cust.Units == 0 || rt.Quota == 0 || d.t.Drill {
		return
	}
	used := 0
	for _, h := range d.in.Holdings {
		if h.Kind == bot.HoldUnit && !d.t.Received.Before(h.From) && d.t.Received.Before(h.Until) {
			used += h.Units
		}
	}
	d.v.Reason(fmt.Sprintf("counts %d of the month's %d units of work", rt.Quota, d.cust.Units), fmt.Sprintf("%d are used by other requests", used))
	if used+rt.Quota > d.cust.Units {
		d.s.OverQuota = fmt.Sprintf("今月の作業数は %d件です。契約の上限 %d件を超えます", used+rt.Quota, d.cust.Units)
	}
	d.dirty = true
}

// holdings are the request itself while it is open, and the units that it counts: none once it ended without being done, or waits for staff because of the limit.
func (d *decision) holdings() []bot.Holding {
	rt, ok := d.cust.Type(d.t.Type)
	gone := d.t.Status == bot.StatusCancelled || d.t.Status == bot.StatusDeclined || d.t.Status == bot.StatusDeletedOff
	out := []bot.Holding{}
	if h, open := d.request(); open {
		out = append(out, h)
	}
	if !ok || d.cust.Units == 0 || rt.Quota == 0 || d.t.Drill || gone || d.s.OverQuota != "" {
		return out
	}
	from, until := d.month(d.t.Received)
	return append(out, bot.Holding{Kind: bot.HoldUnit, From: from, Until: until, Units: rt.Quota})
}

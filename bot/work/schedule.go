package work

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"toban/bot"
)

// Scheduled reads the lines of the change schedule out of what the feature keeps of a ticket, those of earlier orders first; none when no work
// was ever planned.
func Scheduled(dir *bot.Directory, t *bot.Ticket, state json.RawMessage) ([]bot.ScheduledWork, error) {
	var o Order
	if len(state) > 0 {
		if err := json.Unmarshal(state, &o); err != nil {
			return nil, fmt.Errorf("reading work order of %s: %w", t.Key, err)
		}
	}
	var out []bot.ScheduledWork
	for i := range o.Earlier {
		if w, ok := o.Earlier[i].scheduled(dir, t); ok {
			out = append(out, w)
		}
	}
	if w, ok := o.scheduled(dir, t); ok {
		out = append(out, w)
	}
	return out, nil
}

// number is which of the ticket's orders it is, from 1.
func (o *Order) number() int { return max(1, o.Number) }

// next is the number of the order that a new plan belongs to.
func (o *Order) next() int {
	if o.Stage == Done {
		return o.number() + 1
	}
	return o.number()
}

// earlier are the orders of the ticket that are done, with the one at hand when it is: the next plan is an order of its own.
func (o *Order) earlier() []Order {
	if o.Stage != Done {
		return o.Earlier
	}
	return append(slices.Clone(o.Earlier), Order{
		Stage: Done, Gen: o.Gen, PlannedAt: o.PlannedAt, Start: o.Start, End: o.End, What: o.What, Person: o.Person, Began: o.Began, Finished: o.Finished,
		Amended: o.Amended, Basis: o.Basis, Number: o.number(),
	})
}

// scheduled is the order as the change schedule shows it.
func (o *Order) scheduled(dir *bot.Directory, t *bot.Ticket) (bot.ScheduledWork, bool) {
	state, ok := map[Stage]bot.WorkState{
		Proposed: bot.WorkProposed, Planned: bot.WorkPlanned, Noticed: bot.WorkPlanned, Stopped: bot.WorkStopped, Working: bot.WorkRunning,
		Finished: bot.WorkDone, Done: bot.WorkDone, Cancelled: bot.WorkCancelled,
	}[o.Stage]
	if !ok {
		return bot.ScheduledWork{}, false
	}
	w := bot.ScheduledWork{
		Ticket: t.ID, Order: o.number(), Customer: t.Customer, Key: t.Key, URL: t.URL, What: o.What, Host: t.Host, State: state, Start: o.Start, End: o.End,
		Began: o.Began, Finished: o.Finished, Sequence: o.sequence(), Internal: t.Drill || o.unknown(),
	}
	if o.Stage == Done && o.Basis != nil {
		w.Host = o.Basis.Host
	}
	if p, known := dir.Person(o.Person); known {
		w.Person = p.Name
	}
	for _, at := range []time.Time{o.PlannedAt, o.AskedAt, o.NoticeAt, o.Began, o.Finished, o.Dropped} {
		if at.After(w.Changed) {
			w.Changed = at
		}
	}
	return w, true
}

// unknown: the customer has heard nothing of the plan, since nobody has approved it.
func (o *Order) unknown() bool {
	return o.Change.NeedsPlan() && !o.Exempt && o.AskedAt.IsZero() && o.Agreement == nil && o.Told.IsZero()
}

// sequence rises with each plan, with each correction of it, and when it is withdrawn.
func (o *Order) sequence() int {
	const generation = 100
	n := generation*o.Gen + min(o.Amended, generation-2)
	if o.Stage == Cancelled || o.Stage == Stopped {
		n++
	}
	return n
}

// publish has the customer's page of the change schedule written anew when its line of this ticket changed.
func (d *decision) publish(before Order) {
	was, had := before.scheduled(d.in.Dir, d.t)
	is, has := d.o.scheduled(d.in.Dir, d.t)
	if was.Internal {
		had = false
	}
	if is.Internal {
		has = false
	}
	was.Changed, is.Changed, was.Sequence, is.Sequence = time.Time{}, time.Time{}, 0, 0
	if !had && !has || had == has && was == is || d.v.Customer.SchedulePage == "" {
		return
	}
	d.out.Effects = append(d.out.Effects, bot.SchedulePage(d.t.Customer, fmt.Sprintf("schedule:%s:%s", d.t.ID, d.in.Event.Key), d.in.Now.In(d.v.Customer.Zone)))
}

package work

import (
	"encoding/json"
	"fmt"
	"slices"

	"toban/bot"
)

// Changes reads what work changed of managed resources out of what the feature keeps of a ticket.
func Changes(t *bot.Ticket, state json.RawMessage) ([]bot.ResourceChange, error) {
	var o struct {
		Changed []bot.ResourceChange `json:"changed"`
	}
	if err := json.Unmarshal(state, &o); err != nil {
		return nil, fmt.Errorf("reading work order of %s: %w", t.Key, err)
	}
	return o.Changed, nil
}

// record keeps what the work changed of managed resources, in place of what was recorded of the same order before, and has the customer's list
// of them written anew.
func (d *decision) record(changed []bot.ResourceChange) {
	mine := func(c bot.ResourceChange) bool { return c.Order == d.o.number() }
	had := slices.ContainsFunc(d.o.Changed, mine)
	if len(changed) == 0 && !had {
		return
	}
	d.o.Changed = slices.DeleteFunc(slices.Clone(d.o.Changed), mine)
	for _, c := range changed {
		c.Order = d.o.number()
		d.o.Changed = append(d.o.Changed, c)
		d.v.Reason("changed the managed resource "+c.Name, c.What)
	}
	if d.v.Customer.ResourcePage != "" && !d.t.Drill {
		d.out.Effects = append(d.out.Effects, bot.ResourcePage(d.t.Customer, fmt.Sprintf("resources:%s:%s", d.t.ID, d.in.Event.Key), d.in.Now.In(d.v.Customer.Zone)))
	}
}

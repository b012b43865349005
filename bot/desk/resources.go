package desk

import (
	"encoding/json"
	"fmt"

	"toban/bot"
)

// Changes reads what was changed of managed resources out of what the feature keeps of a ticket.
func Changes(t *bot.Ticket, state json.RawMessage) ([]bot.ResourceChange, error) {
	var s struct {
		Changed []bot.ResourceChange `json:"changed"`
	}
	if err := json.Unmarshal(state, &s); err != nil {
		return nil, fmt.Errorf("reading desk's state of %s: %w", t.Key, err)
	}
	return s.Changed, nil
}

// changed keeps what a request without scheduled work changed of managed resources, and has the customer's list of them written anew.
func (d *decision) changed(list []bot.ResourceChange) {
	d.s.Changed = append(d.s.Changed, list...)
	for _, c := range list {
		d.v.Reason("changed the managed resource "+c.Name, c.What)
	}
	if d.cust.ResourcePage != "" && !d.t.Drill {
		d.out.Effects = append(d.out.Effects, bot.ResourcePage(d.cust.ID, fmt.Sprintf("resources:%s:%s", d.t.ID, d.in.Event.Key), d.in.Now.In(d.cust.Zone)))
	}
}

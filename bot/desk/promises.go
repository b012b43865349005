package desk

import (
	"encoding/json"
	"fmt"

	"toban/bot"
	"toban/bot/voice"
	"toban/sla"
)

// Promises derives what a ticket is promised under a directory as it stands then. It decides nothing: so another configuration can be
// asked what it would change. in holds the ticket, desk's state of it, the directory and the time.
func Promises(in bot.In) ([]sla.Result, error) {
	d := &decision{in: in, t: in.Ticket, pages: pages{}}
	d.v = &voice.Voice{Feature: Name, In: in, Ticket: in.Ticket, Out: &d.out}
	if len(in.State) > 0 {
		if err := json.Unmarshal(in.State, &d.s); err != nil {
			return nil, fmt.Errorf("reading desk's state: %w", err)
		}
	}
	if in.Ticket == nil || !d.findCustomer() {
		return nil, nil
	}
	d.v.Customer = d.cust
	all, err := d.evaluate()
	if err != nil {
		return nil, err
	}
	out := make([]sla.Result, len(all))
	for i, e := range all {
		out[i] = e.result
	}
	return out, nil
}

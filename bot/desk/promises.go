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
	d, err := looking(in)
	if d == nil || err != nil {
		return nil, err
	}
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

// Rows derives the clocks of a ticket as they stand, with what explains them, in the same way.
func Rows(in bot.In) ([]bot.ClockRow, error) {
	d, err := looking(in)
	if d == nil || err != nil {
		return nil, err
	}
	if err := d.clocks(); err != nil {
		return nil, err
	}
	return d.out.Clocks, nil
}

// looking is a decision that is not made; nil where there is nothing to look at.
func looking(in bot.In) (*decision, error) {
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
	t := *in.Ticket // its deadline is derived, too
	d.t, d.v.Customer, d.v.Ticket = &t, d.cust, &t
	return d, nil
}

package incident

import (
	"encoding/json"
	"fmt"

	"toban/bot"
	"toban/bot/voice"
	"toban/sla"
)

// Promises derives what an incident's first notice is promised under a directory as it stands then; see the function of the same name in
// desk. Rounds are left out: they are due after the last word, whatever the calendar.
func Promises(in bot.In) ([]sla.Result, error) {
	if in.Ticket == nil || len(in.State) == 0 {
		return nil, nil
	}
	cust, ok := in.Dir.Customer(in.Ticket.Customer)
	if !ok {
		return nil, nil
	}
	d := &decision{in: in, t: in.Ticket}
	d.v = &voice.Voice{Feature: Name, In: in, Customer: cust, Ticket: in.Ticket, Out: &d.out}
	if err := json.Unmarshal(in.State, &d.r); err != nil {
		return nil, fmt.Errorf("reading incident: %w", err)
	}
	if len(d.r.Judged) == 0 {
		return nil, nil
	}
	facts := []sla.Fact{{Kind: sla.FactStart, At: d.r.Detected, Ref: "detected"}}
	if first := d.first(); !first.IsZero() {
		facts = append(facts, sla.Fact{Kind: sla.FactStop, At: first, Ref: d.r.Updates[0].Ref})
	}
	var out []sla.Result
	for _, t := range d.targets(d.impact()) {
		r, err := sla.Evaluate(t, d.calendar(t), facts, d.asOf())
		if err != nil {
			return nil, fmt.Errorf("evaluating %s of %s: %w", t.ID, d.t.Key, err)
		}
		out = append(out, r)
	}
	return out, nil
}

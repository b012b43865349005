package desk

import (
	"slices"
	"strings"

	"toban/bot"
	"toban/sla"
)

// boarded takes in that Toban opened the issue as the checklist ticket of a contract's beginning or end.
func (d *decision) boarded() {
	for _, f := range d.in.New {
		if k, customer, ok := bot.ReadBoarding(f.Origin); ok && f.Opened && customer == d.cust.ID {
			d.t.Boarding = k
			d.v.Reason("opened as the checklist ticket of the contract ("+string(k)+")", f.Origin)
			return
		}
	}
}

// classifyBoarding: such a ticket is what it was opened as, whatever its words read like.
func (d *decision) classifyBoarding() {
	d.classify(Classification{Type: string(d.t.Boarding), Class: bot.ClassOther, Confidence: bot.Certain, Reasons: []string{"Toban opened it as a checklist ticket"}})
	d.t.Host = "" // it is about the contract as a whole
}

// boardingNames are such tickets as people read them.
var boardingNames = map[bot.Boarding]string{bot.Onboarding: "ご利用開始の準備", bot.Offboarding: "ご利用終了の手続き"}

// boardingPromises are the promises of a policy that a checklist ticket keeps.
var boardingPromises = map[bot.Boarding][]string{bot.Onboarding: {"onboarding_reception", "monitoring_setup", "onboarding"}}

// boardingTargets are those that a policy makes. One that stands for the whole ends with the ticket.
func boardingTargets(k bot.Boarding, p sla.Policy) []sla.Target {
	var out []sla.Target
	for _, id := range boardingPromises[k] {
		if t, ok := p.Promise(id); ok {
			out = append(out, t)
		}
	}
	return out
}

// promiseKept takes in that a step of the checklist kept a promise.
func (d *decision) promiseKept() error {
	var k bot.PromiseKept
	if d.t == nil || d.t.Boarding == "" {
		return nil
	}
	if err := d.in.Event.Decode(&k); err != nil {
		return err
	}
	if d.t.Status.Ended() || !slices.Contains(boardingPromises[d.t.Boarding], k.Promise) {
		return nil
	}
	d.enter(bot.EntryKept, d.in.Event.At, bot.Author{Name: k.By}, k.Ref+keptMark+k.Promise, "the step of the checklist was finished")
	return nil
}

const keptMark = "!"

// keeps reports whether an entry keeps a promise of a checklist ticket.
func keeps(e bot.Entry, target sla.Target) bool {
	return e.Kind == bot.EntryKept && strings.HasSuffix(e.Ref, keptMark+target.ID)
}

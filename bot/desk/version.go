package desk

import (
	"fmt"
	"slices"
	"time"

	"toban/bot"
	"toban/sla"
)

// version is a version of the policy under which a ticket counts.
type version struct {
	policy sla.Policy
	at     time.Time  // an instant at which it is in force: the one by which its calendars are found
	entry  *bot.Entry // who applied it; nil for the one under which the ticket started
}

// versions lists the versions of the policy under which the ticket has stood, the newest last: the one in force when it came, then each
// that staff applied.
func (d *decision) versions() []version {
	out := []version{{policy: d.cust.PolicyAt(d.t.Received), at: d.t.Received}}
	for i := range d.t.Entries {
		if e := &d.t.Entries[i]; e.Kind == bot.EntryReapplied {
			at := d.startOf(e.Version)
			out = append(out, version{policy: d.cust.PolicyAt(at), at: at, entry: e})
		}
	}
	return out
}

// startOf is the first instant of a day in the customer's zone.
func (d *decision) startOf(day sla.Date) time.Time {
	return time.Date(day.Year, day.Month, day.Day, 0, 0, 0, 0, d.cust.Zone)
}

// version is the one that counts.
func (d *decision) version() version {
	list := d.versions()
	return list[len(list)-1]
}

// versionAt is the one that counted at an instant.
func (d *decision) versionAt(at time.Time) version {
	list := d.versions()
	out := list[0]
	for _, v := range list[1:] {
		if !v.entry.At.After(at) {
			out = v
		}
	}
	return out
}

// choices are the other versions that staff may apply: those that came into force since the ticket came, and the one under which it started.
// A version that is not in force yet promises nothing.
func (d *decision) choices() []sla.Policy {
	if len(d.cust.Policies) < 2 || d.t.Class == bot.ClassIncident {
		return nil
	}
	today, came := sla.DateOf(d.in.Now.In(d.cust.Zone)), sla.DateOf(d.t.Received.In(d.cust.Zone))
	first, holds := d.cust.PolicyAt(d.t.Received), d.version().policy
	var out []sla.Policy
	for _, p := range d.cust.Policies {
		late, soon := today.Before(p.From), !came.Before(p.From) && p.From != first.From
		if !late && !soon && p.From != holds.From && !slices.ContainsFunc(out, func(o sla.Policy) bool { return o.From == p.From }) {
			out = append(out, p)
		}
	}
	return out
}

// derived is a promise as one version of the policy makes it.
type derived struct {
	target  sla.Target
	result  sla.Result
	version version
}

// evaluated is a promise as it stands now: its last run under the version that counts, and the runs that were judged under a version before.
type evaluated struct {
	derived
	kept []derived // by number of the run
}

// run is the version under which a run counts, and the run.
func (e *evaluated) run(i int) (derived, sla.Cycle) {
	if i < len(e.kept) {
		return e.kept[i], e.kept[i].result.Cycles[i]
	}
	return e.derived, e.result.Cycles[i]
}

// ledger explains the promise from its first run on.
func (e *evaluated) ledger() []sla.Line {
	of := e.derived
	if len(e.kept) > 0 {
		of = e.kept[0]
	}
	var applied []sla.Line
	if by := of.version.entry; by != nil {
		applied = []sla.Line{{Kind: sla.LineReapplied, At: by.At, Name: by.Actor, Note: by.Reason, Ref: by.Ref}}
	}
	return of.version.policy.Ledger(of.result, applied...)
}

// evaluate derives every promise of the policy anew from the history. A run whose result was known when another version was applied keeps
// the version before: nobody's click makes a miss of a promise that was kept, or hides a miss.
func (d *decision) evaluate() ([]evaluated, error) {
	if d.s.Held || d.t.Class == bot.ClassIncident {
		return nil, nil // none while it is held (priority 低); those of incidents are the incident room's
	}
	list := d.versions()
	var out []evaluated
	for _, target := range d.targets(list[len(list)-1].policy) {
		e, err := d.under(list, target)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

// under derives a promise of the last of the versions.
func (d *decision) under(list []version, target sla.Target) (evaluated, error) {
	last := list[len(list)-1]
	is, err := d.derive(last, target)
	if err != nil || len(list) == 1 {
		return evaluated{derived: is}, err
	}
	before := list[:len(list)-1]
	targets := d.targets(before[len(before)-1].policy)
	i := slices.IndexFunc(targets, func(t sla.Target) bool { return t.ID == target.ID })
	if i < 0 {
		return evaluated{derived: is}, nil
	}
	was, err := d.under(before, targets[i])
	if err != nil {
		return was, err
	}
	runs := min(len(was.result.Cycles), len(is.result.Cycles))
	for n := range runs {
		of, cycle := was.run(n)
		if known := cycle.KnownAt(); known.IsZero() || known.After(last.entry.At) {
			return evaluated{derived: is, kept: was.kept[:min(n, len(was.kept))]}, nil
		}
		if n >= len(was.kept) {
			was.kept = append(slices.Clone(was.kept), of)
		}
	}
	return evaluated{derived: was.kept[runs-1], kept: was.kept[:runs-1]}, nil
}

// derive derives a promise under one version.
func (d *decision) derive(v version, target sla.Target) (derived, error) {
	facts := append(d.facts(target), d.s.Verdicts.Facts(target.ID)...)
	cal := d.cust.CalendarAt(target.Calendar, v.at)
	res, err := sla.Evaluate(target, cal, facts, d.asOf())
	if err == nil {
		res, err = d.moved(target, cal, res, facts)
	}
	if err != nil {
		return derived{}, fmt.Errorf("evaluating %s of %s: %w", target.ID, d.t.Key, err)
	}
	return derived{target, res.NoticesIn(d.cust.CalendarAt(target.Notice, d.in.Now)), v}, nil
}

// targets are the promises that a version of the policy makes for this ticket. Those of incidents and all cycles are the incident room's.
func (d *decision) targets(p sla.Policy) []sla.Target {
	if d.t.Boarding != "" {
		return boardingTargets(d.t.Boarding, p)
	}
	sub := sla.Subject{Class: string(d.t.Class), RequestType: d.t.Type, Priority: priorityNames[d.t.PriorityID], Plan: d.cust.Plan}
	return slices.DeleteFunc(slices.Clone(p.For(sub)), func(t sla.Target) bool { return t.Kind == sla.KindCycle })
}

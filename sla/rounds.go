package sla

import "time"

// Round is one interval of a promise of regular updates.
type Round struct {
	// N counts from 1.
	N int
	// From is the last update or, after a missed round, the due instant of that one.
	From, Due time.Time
	// State is running, met or missed.
	State State
	// Kept is the update that met the round.
	Kept time.Time
	Ref  string
	// Auto says that the update was posted without a person.
	Auto bool
}

// Rounds derives the rounds of regular updates by now. The start (the first notice)
// counts as an update; the next is due every after the last one. A round is met by
// an update at or before its due instant. When none comes, the rounds go on from
// one due instant to the next, each missed on its own, until an update is the new
// beginning. They end at the stop (recovery): the round that was not yet due then
// needs no update and leaves no record. Facts after now do not count.
func Rounds(every time.Duration, facts []Fact, now time.Time) []Round {
	e := evaluation{target: Target{Kind: KindCycle, Duration: every}, now: now}
	if every <= 0 {
		return nil
	}
	var out []Round
	for _, r := range e.replay(facts) {
		out = append(out, roundsOf(&r, every, now)...)
	}
	for i := range out {
		out[i].N = i + 1
	}
	return out
}

// maxRounds bounds the record of one cycle: more than a year of hourly updates.
const maxRounds = 10_000

func roundsOf(r *run, every time.Duration, now time.Time) []Round {
	end := now
	if r.end != nil {
		end = r.end.At
	}
	// Each round has an update, or is missed and as long as was promised.
	missed := max(0, int64(end.Sub(r.start.At)/every))
	out := make([]Round, 0, min(int64(len(r.updates))+missed+1, maxRounds+1))
	from := r.start.At
	missUntil := func(t time.Time, inclusive bool) {
		for len(out) < maxRounds {
			due := from.Add(every)
			if due.After(t) || (due.Equal(t) && !inclusive) {
				return
			}
			out = append(out, Round{N: len(out) + 1, From: from, Due: due, State: StateMissed})
			from = due
		}
	}
	for _, u := range r.updates {
		if !u.At.After(r.start.At) {
			continue // the first notice itself
		}
		missUntil(u.At, false)
		if len(out) >= maxRounds {
			return out
		}
		out = append(out, Round{N: len(out) + 1, From: from, Due: from.Add(every), State: StateMet, Kept: u.At, Ref: u.Ref, Auto: u.Auto})
		from = u.At
	}
	if r.end != nil {
		missUntil(r.end.At, false)
		return out
	}
	missUntil(now, true)
	return append(out, Round{N: len(out) + 1, From: from, Due: from.Add(every), State: StateRunning})
}

// rounds fills in a cycle of [KindCycle]: it is judged by its rounds, and due at the
// next update. It returns the ends of the last round.
func (e *evaluation) rounds(r *run, cycle *Cycle, until time.Time) (from, due time.Time) {
	list := roundsOf(r, e.target.Duration, e.now)
	for i := range list {
		list[i].N = len(e.result.Rounds) + i + 1
	}
	if e.result.Rounds == nil {
		e.result.Rounds = list
	} else {
		e.result.Rounds = append(e.result.Rounds, list...)
	}
	missed := false
	from, cycle.Due = r.start.At, until
	for i := range list {
		missed = missed || list[i].State == StateMissed
	}
	if n := len(list); n > 0 {
		from, cycle.Due = list[n-1].From, list[n-1].Due
	}
	switch {
	case r.excluded != nil:
		cycle.State = StateExcluded
	case r.end == nil:
		cycle.State = StateRunning
	case missed:
		cycle.State = StateMissed
	case r.end.Kind == FactCancel:
		cycle.State = StateCancelled
	default:
		cycle.State = StateMet
	}
	return from, cycle.Due
}

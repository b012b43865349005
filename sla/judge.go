package sla

import (
	"slices"
	"time"
)

// judge derives one cycle and appends it, with its ledger, to the result.
func (e *evaluation) judge(r *run) error {
	until := e.now
	if r.end != nil {
		until = r.end.At
	}
	s, err := e.schedule(r, until)
	if err != nil {
		return err
	}
	cycle := Cycle{Start: r.start.At, Due: s.due, State: e.state(r, s)}
	if r.end != nil {
		cycle.Stopped = r.end.At
	}
	if e.target.Kind == KindCycle {
		s.base, s.due = e.rounds(r, &cycle, until)
	}
	cycle.Elapsed = e.span(s.base, until, s.stops)
	whole := cycle.Elapsed
	if r.cause != nil && cycle.State == StateMissed {
		cycle.Cause = r.cause.Note
	}
	if !s.due.IsZero() {
		cycle.Remaining = e.span(until, s.due, s.stops)
		whole += cycle.Remaining
		cycle.Percent = percent(cycle.Elapsed, whole)
	}
	for _, stop := range s.stops {
		cycle.Paused += time.Duration(stop.to - stop.from)
	}
	e.result.Moments = nil
	if cycle.State == StateRunning && !s.due.IsZero() {
		if err := e.moments(s, whole); err != nil {
			return err
		}
	}
	if e.cal != nil && !s.due.IsZero() && e.cal.Provisional(DateOf(r.start.At.In(e.cal.zone.loc)), DateOf(s.due)) {
		e.result.Provisional = true
	}
	e.result.Cycles = append(e.result.Cycles, cycle)
	e.result.steps = append(e.result.steps, step{*r, s, cycle, len(e.result.Rounds)})
	return nil
}

// counts reports whether the clock counts working time.
func (t *Target) counts() bool {
	return t.Kind != KindElapsed && t.Kind != KindCycle && t.Kind != KindAhead && !t.agreed()
}

// agreed reports whether the due instant is a date that people agree on: an instant, whatever the hours.
func (t *Target) agreed() bool { return t.Kind == KindCalendarDate && t.Days == 0 }

// span measures time as the clock counts it.
func (e *evaluation) span(from, to time.Time, stops []worked) time.Duration {
	if !e.target.counts() {
		return to.Sub(from)
	}
	return time.Duration(without(e.cal.locate(nanos(from)).pos, e.cal.locate(nanos(to)).pos, stops))
}

func (e *evaluation) state(r *run, s schedule) State {
	due := func(t time.Time) bool { return !s.due.IsZero() && !t.Before(s.due) }
	switch {
	case r.excluded != nil:
		return StateExcluded
	case r.end != nil && !s.due.IsZero() && r.end.At.After(s.due):
		return StateMissed
	case r.end != nil && r.end.Kind == FactCancel:
		return StateCancelled
	case r.end != nil:
		return StateMet
	case due(e.now):
		return StateMissed
	case r.due == nil && len(r.pauses) > 0 && r.pauses[len(r.pauses)-1].to == nil:
		return StatePaused
	}
	return StateRunning
}

// moments lists the warnings and the due instant of a running cycle.
func (e *evaluation) moments(s schedule, whole time.Duration) error {
	warn := e.target.Warn
	if warn == nil {
		warn = DefaultWarn()
	}
	from := s.base
	out := make([]Moment, 0, len(warn)+len(e.target.WarnBefore)+1)
	for _, level := range warn {
		// Rounded up, so that at the moment itself the exact fraction is reached.
		part := whole/100*time.Duration(level) + (whole%100*time.Duration(level)+99)/100
		at := from.Add(part)
		if e.target.counts() {
			var err error
			if at, err = e.cal.addWorked(from, part, s.stops); err != nil {
				return err
			}
		}
		out = append(out, Moment{At: at, Percent: level})
	}
	for _, before := range e.target.WarnBefore {
		at := s.due.Add(-before)
		if e.target.counts() {
			var err error
			if at, err = e.cal.Add(s.due, -before); err != nil {
				return err
			}
		}
		if at.After(from) {
			out = append(out, Moment{At: at, Before: before})
		}
	}
	out = append(out, Moment{At: s.due, Percent: 100})
	slices.SortStableFunc(out, func(a, b Moment) int { return a.At.Compare(b.At) })
	e.result.Moments = out
	return nil
}

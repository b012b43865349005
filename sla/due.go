package sla

import (
	"fmt"
	"time"
)

// schedule is the arithmetic of one cycle.
type schedule struct {
	base    time.Time // where counting begins: the start, or the last completion for restart
	due     time.Time
	stops   []Span // pauses that count
	dayZero int
	dueDay  int // the business day that is due, before pauses
	plain   time.Time
	moved   time.Duration // working time after day 0 that pauses added
}

// schedule finds the due instant of a cycle as known at until.
func (e *evaluation) schedule(r *run, until time.Time) (schedule, error) {
	s := schedule{base: r.start.At}
	if err := e.plainDue(&s); err != nil {
		return s, err
	}
	var err error
	switch {
	case r.due != nil:
		s.due = r.due.Until
		if e.cal != nil {
			s.due = s.due.In(e.cal.zone.loc)
		}
	case e.target.pauses() && e.target.Pause == PauseExtend:
		err = e.extend(r, &s, until)
	case e.target.pauses() && e.target.Pause == PauseRestart:
		err = e.restart(r, &s, until)
	}
	return s, err
}

// plainDue finds day 0 and the due instant without pauses.
func (e *evaluation) plainDue(s *schedule) error {
	t, c := e.target, e.cal
	if c != nil {
		s.dayZero = c.dayZero(nanos(s.base))
	}
	var err error
	switch t.Kind {
	case KindElapsed, KindCycle:
		s.plain = s.base.Add(t.Duration)
		if c != nil {
			s.plain = s.plain.In(c.zone.loc)
		}
	case KindBusinessTime:
		s.plain, err = c.Add(s.base, t.Duration)
	case KindBusinessDays:
		s.dueDay, err = c.dueDay(s.base, s.dayZero, t)
	case KindCalendarDate:
		if t.Days == 0 {
			return nil // due by a fact only
		}
		day := dateOfDays(s.dayZero)
		first := time.Date(day.Year, day.Month+time.Month(t.Months), 1, 0, 0, 0, 0, time.UTC)
		s.dueDay, err = c.nth(DateOf(first).days()-1, t.Days)
	}
	if err == nil && (t.Kind == KindBusinessDays || t.Kind == KindCalendarDate) {
		s.plain, err = c.dueOn(s.dueDay, t.DueTime, s.base)
	}
	s.due = s.plain
	return err
}

// restart counts anew from each completion; while information is missing, as if
// it became complete now. A question asked when the promise is already missed
// changes nothing.
func (e *evaluation) restart(r *run, s *schedule, until time.Time) error {
	for _, p := range r.pauses {
		if !s.due.IsZero() && !p.from.At.Before(s.due) {
			return nil
		}
		s.base = until
		if p.to != nil {
			s.base = p.to.At
		}
		if err := e.plainDue(s); err != nil {
			return err
		}
	}
	return nil
}

// extend moves the due instant by the pauses, one after the other: a pause that
// begins when the promise is already missed changes nothing.
func (e *evaluation) extend(r *run, s *schedule, until time.Time) error {
	for _, p := range r.pauses {
		if s.due.IsZero() || !p.from.At.Before(s.due) {
			return nil
		}
		stop := Span{p.from.At, until}
		if p.to != nil && p.to.At.Before(until) {
			stop.To = p.to.At
		}
		s.stops = append(s.stops, stop)
		var err error
		if e.target.Kind == KindBusinessTime {
			s.due, err = e.cal.AddExcluding(s.base, e.target.Duration, s.stops)
		} else {
			s.due, err = e.cal.extended(s, stop, e.target.DueTime)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// extended adds the working time of one more pause after day 0 and returns the due
// instant: for [DueClose] the close of the business day that contains the plain due
// instant plus all such time.
func (c *Calendar) extended(s *schedule, stop Span, at DueTime) (time.Time, error) {
	afterDayZero := c.work.below(s.dayZero + 1)
	from, to := c.locate(nanos(stop.From)).pos, c.locate(nanos(stop.To)).pos
	s.moved += time.Duration(max(0, to-max(from, afterDayZero)))
	if s.moved == 0 {
		return s.plain, nil
	}
	target := c.locate(nanos(s.plain)).pos + int64(s.moved)
	if target <= 0 || target > c.work.total() {
		return time.Time{}, ErrNoWorkingTime
	}
	ns, day := c.instant(target - 1)
	switch at {
	case "", DueClose:
		return c.time(c.closeOf(day)), nil
	case DueSameTime:
		return c.time(ns + 1), nil
	}
	for {
		due, err := c.dueOn(day, at, s.base)
		if err != nil || !due.Before(c.time(ns+1)) {
			return due, err
		}
		if day, err = c.nth(day, 1); err != nil {
			return time.Time{}, err
		}
	}
}

// dueDay returns the Nth business day after day 0, or counts day 0 itself.
func (c *Calendar) dueDay(start time.Time, dayZero int, t Target) (int, error) {
	if t.Days == 0 {
		return c.endingAtOrAfter(nanos(start))
	}
	if t.Counting == DaySame && c.business(dayZero) && nanos(start) <= c.closeOf(dayZero) {
		if t.Days == 1 {
			return dayZero, nil
		}
		return c.nth(dayZero, t.Days-1)
	}
	return c.nth(dayZero, t.Days)
}

// dueOn returns the due instant on a business day.
func (c *Calendar) dueOn(day int, at DueTime, start time.Time) (time.Time, error) {
	switch at {
	case "", DueClose:
		return c.time(c.closeOf(day)), nil
	case DueSameTime:
		local := start.In(c.zone.loc)
		second := int64(local.Hour()*3600 + local.Minute()*60 + local.Second())
		return c.time(c.intoHours(day, c.wallTime(day, second, local.Nanosecond()))), nil
	}
	minute, err := parseMinute(string(at))
	if err != nil {
		return time.Time{}, fmt.Errorf("due time: want close, same_time or HH:MM: %w", err)
	}
	return c.time(c.wallNanos(day, minute)), nil
}

// intoHours moves an instant to the nearest later working time of a business day,
// or to its close.
func (c *Calendar) intoHours(day int, ns int64) int64 {
	h := c.hoursOf(day)
	for i := range h.open {
		from, to := c.span(day, h, i)
		if from < to && ns <= to {
			return max(from, ns)
		}
	}
	return c.closeOf(day)
}

package sla

import (
	"fmt"
	"time"
)

// schedule is the arithmetic of one cycle.
type schedule struct {
	base    time.Time // where counting begins: the start, or the last completion for restart
	due     time.Time
	stops   []worked // pauses that count, as working time
	counted int      // of the pauses, in order
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
		if e.target.Kind == KindAhead {
			s.due = e.target.ahead(e.cal, s.due)
			s.plain = s.due
		}
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
	case KindAhead:
		return nil // due by a fact only
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

// ahead returns the instant so long before an event; without a calendar in the zone of
// the event's own time.
func (t Target) ahead(c *Calendar, event time.Time) time.Time {
	if c != nil {
		event = event.In(c.zone.loc)
	}
	if t.Months > 0 {
		day := DateOf(event)
		first := time.Date(day.Year, day.Month-time.Month(t.Months), 1, event.Hour(), event.Minute(), event.Second(), event.Nanosecond(), event.Location())
		event = first.AddDate(0, 0, min(day.Day, daysIn(first.Month(), first.Year()))-1)
	}
	return event.Add(-t.Duration)
}

// restart counts anew from each completion; while information is missing, as if
// it became complete now. A question asked when the promise is already missed
// changes nothing.
func (e *evaluation) restart(r *run, s *schedule, until time.Time) error {
	derived := true // s is that of its base
	for i := range r.pauses {
		p := &r.pauses[i]
		// A later beginning is due no earlier, so a question before the due instant of an earlier one needs no other.
		if !s.due.IsZero() && !p.from.At.Before(s.due) {
			if derived {
				return nil
			}
			if err := e.plainDue(s); err != nil || !p.from.At.Before(s.due) {
				return err
			}
		}
		s.base, derived = until, false
		if p.to != nil {
			s.base = p.to.At
		}
	}
	if derived {
		return nil
	}
	return e.plainDue(s)
}

// extend moves the due instant by the pauses, one after the other: a pause that
// begins when the promise is already missed changes nothing.
func (e *evaluation) extend(r *run, s *schedule, until time.Time) error {
	if len(r.pauses) == 0 || s.due.IsZero() {
		return nil
	}
	c := e.cal
	s.stops = make([]worked, 0, len(r.pauses))
	after := int64(0) // pauses count from here on: those of day 0 move no deadline in days
	if e.target.Kind != KindBusinessTime {
		after = c.work.below(s.dayZero + 1)
	}
	plain := c.locate(nanos(s.plain)).pos
	for i := range r.pauses {
		p := &r.pauses[i]
		from := c.locate(nanos(p.from.At)).pos
		// Before the working time is done the promise is not missed; where it is due at
		// the close of that day, the day decides.
		if from >= plain+int64(s.moved) {
			if err := e.settle(s, plain); err != nil {
				return err
			}
			if !p.from.At.Before(s.due) {
				break
			}
		}
		s.counted++
		to := until
		if p.to != nil && p.to.At.Before(until) {
			to = p.to.At
		}
		stop := worked{from, c.locate(nanos(to)).pos}
		if stop.from < stop.to {
			s.stops = append(s.stops, stop)
			s.moved += time.Duration(max(0, stop.to-max(stop.from, after)))
		}
	}
	return e.settle(s, plain)
}

// settle finds the due instant from the plain one and what pauses added: for [DueClose]
// the close of the business day that contains it.
func (e *evaluation) settle(s *schedule, plain int64) error {
	s.due = s.plain
	if s.moved == 0 {
		return nil
	}
	c := e.cal
	target := plain + int64(s.moved)
	if target <= 0 || target > c.work.total() {
		return ErrNoWorkingTime
	}
	ns, day := c.instant(target - 1)
	at := e.target.DueTime
	switch {
	case e.target.Kind == KindBusinessTime || at == DueSameTime:
		s.due = c.time(ns + 1)
		return nil
	case at == "" || at == DueClose:
		s.due = c.time(c.closeOf(day))
		return nil
	}
	for {
		due, err := c.dueOn(day, at, s.base)
		if err != nil || !due.Before(c.time(ns+1)) {
			s.due = due
			return err
		}
		if day, err = c.nth(day, 1); err != nil {
			return err
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

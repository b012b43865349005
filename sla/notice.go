package sla

import (
	"slices"
	"time"
)

// NoticesIn returns the result with its warnings in the hours of a calendar of notices,
// so that nobody is called at midnight for what is due on Thursday. A warning a time
// before the due instant is that much working time of the calendar before it. One at a
// percent of the promise that falls outside the hours waits for the next opening or,
// where that is too late, comes at the close before; where there are no such hours
// between start and due it stays. The due instant stays in any case.
func (r Result) NoticesIn(c *Calendar) Result {
	if c == nil || len(r.Moments) == 0 {
		return r
	}
	due, start := r.Moments[len(r.Moments)-1].At, r.Current().Start
	r.Moments = slices.Clone(r.Moments)
	for i := range r.Moments {
		m := &r.Moments[i]
		switch {
		case m.Before > 0:
			if at, err := c.Add(due, -m.Before); err == nil && at.After(start) {
				m.At = at
			}
		case m.Percent < wholePromise:
			m.At = c.within(m.At, start, due)
		}
	}
	slices.SortStableFunc(r.Moments, func(a, b Moment) int { return a.At.Compare(b.At) })
	return r
}

const wholePromise = 100 // percent: the due instant

// within moves an instant between start and due into the hours of the calendar.
func (c *Calendar) within(at, start, due time.Time) time.Time {
	if c.IsOpen(at) {
		return at
	}
	if next, err := c.NextOpen(at); err == nil && next.Before(due) {
		return next
	}
	if last, err := c.PrevClose(at); err == nil && last.After(start) {
		return last
	}
	return at
}

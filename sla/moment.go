package sla

import "time"

// The moments below are those that no clock judges: when a person is asked again, an
// answer is reminded of, a ticket is closed in silence, an approval lapses. They are here
// so that every instant by which something is due comes from one place. None of them
// fails: where a calendar is nil, or ends before the moment, plain time counts.

// After returns the instant d after t, in working time of the calendar.
func After(c *Calendar, t time.Time, d time.Duration) time.Time {
	if c != nil {
		if at, err := c.Add(t, d); err == nil {
			return at
		}
	}
	return t.Add(d)
}

// Ahead returns the instant d of plain time before an event.
func Ahead(event time.Time, d time.Duration) time.Time { return event.Add(-d) }

// ClosingAfter returns the close of the nth business day after t, as [Calendar.Deadline]
// counts; without a calendar n times 24 hours.
func ClosingAfter(c *Calendar, t time.Time, n int) time.Time {
	const day = 24 * time.Hour
	if c != nil {
		if at, err := c.Deadline(t, n); err == nil {
			return at
		}
	}
	return t.Add(time.Duration(n) * day)
}

// NextRound returns the due instants of regular updates around now when the last one, or
// the beginning, was at from: the last that is not after now (zero when none has passed)
// and the first that is not before it; both are now when it is one. See [Rounds].
func NextRound(from time.Time, every time.Duration, now time.Time) (passed, next time.Time) {
	if every <= 0 {
		return time.Time{}, time.Time{}
	}
	n := max(0, now.Sub(from)/every)
	at := from.Add(n * every)
	switch {
	case n == 0:
		return time.Time{}, from.Add(every)
	case at.Equal(now):
		return at, at
	}
	return at, at.Add(every)
}

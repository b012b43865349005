package sla

import "time"

// IsOpen reports whether t is working time.
func (c *Calendar) IsOpen(t time.Time) bool { return c.locate(nanos(t)).open }

// Between returns the working time from a to b; it is negative when b is before a.
func (c *Calendar) Between(a, b time.Time) time.Duration {
	return time.Duration(c.locate(nanos(b)).pos - c.locate(nanos(a)).pos)
}

// Add returns the instant at which d of working time has passed since t. When d
// fits exactly to the end of an interval, that is the close, not the next
// opening. A negative d walks backwards, and an exact fit is the opening. A d of
// zero is [Calendar.NextOpen]. It fails with [ErrNoWorkingTime].
func (c *Calendar) Add(t time.Time, d time.Duration) (time.Time, error) {
	if d == 0 {
		return c.NextOpen(t)
	}
	p := c.locate(nanos(t)).pos
	if d > 0 {
		if int64(d) > c.work.total()-p {
			return time.Time{}, ErrNoWorkingTime
		}
		return c.forward(p + int64(d))
	}
	return c.backward(p + int64(d))
}

// NextOpen returns t when it is working time, else the next opening. It fails with
// [ErrNoWorkingTime].
func (c *Calendar) NextOpen(t time.Time) (time.Time, error) {
	p := c.locate(nanos(t))
	if p.open {
		return t.In(c.zone.loc), nil
	}
	return c.backward(p.pos)
}

// NextClose returns the close of the interval that holds t or, outside working
// time, of the next one. It is always after t. It fails with [ErrNoWorkingTime],
// also when the calendar never closes again.
func (c *Calendar) NextClose(t time.Time) (time.Time, error) {
	ns := nanos(t)
	p := c.locate(ns)
	if !p.open {
		if p.pos >= c.work.total() {
			return time.Time{}, ErrNoWorkingTime
		}
		ns, _ = c.instant(p.pos)
		p = c.locate(ns)
	}
	if !c.locate(p.end).open {
		return c.time(p.end), nil
	}
	return c.endOfRun(ns, p.pos)
}

// endOfRun finds the close of a run of touching intervals that is open at ns:
// up to there instants and positions advance alike.
func (c *Calendar) endOfRun(ns, pos int64) (time.Time, error) {
	unbroken := func(p int64) bool {
		at, _ := c.instant(p)
		return at-ns == p-pos
	}
	lo, hi := pos, c.work.total()-1 // lo is unbroken
	if unbroken(hi) {
		return time.Time{}, ErrNoWorkingTime
	}
	for hi-lo > 1 {
		mid := lo + (hi-lo)/2
		if unbroken(mid) {
			lo = mid
		} else {
			hi = mid
		}
	}
	return c.time(ns + (lo - pos) + 1), nil
}

// NextStart returns the first opening strictly after t. It fails with
// [ErrNoWorkingTime].
func (c *Calendar) NextStart(t time.Time) (time.Time, error) {
	if c.IsOpen(t) {
		closes, err := c.NextClose(t)
		if err != nil {
			return time.Time{}, err
		}
		t = closes
	}
	return c.NextOpen(t)
}

// PrevClose returns t when working time reaches up to it (so also at the instant of
// closing), else the last close before it. It fails with [ErrNoWorkingTime].
func (c *Calendar) PrevClose(t time.Time) (time.Time, error) {
	ns := nanos(t)
	if c.locate(ns - 1).open {
		return t.In(c.zone.loc), nil
	}
	return c.forward(c.locate(ns).pos)
}

package sla

import (
	"errors"
	"time"
)

// The horizon is the stretch of opening days that calendars know: 1900-01-01 to
// 2149-12-31. Outside it there is no working time. It is short enough that all
// working time of a calendar fits into a [time.Duration], and it bounds every walk.
const (
	horizonFirst = -25567 // 1900-01-01
	horizonLast  = 65744  // 2150-01-01
)

// ErrNoWorkingTime says that a calendar has no working time, or no closed time,
// in the wanted direction up to the end of what calendars know (1900 to 2149).
var ErrNoWorkingTime = errors.New("calendar ends before that, it knows 1900-01-01 to 2149-12-31")

// Calendar is a compiled calendar. It is immutable and safe for concurrent use.
//
// Its working time is the union of its intervals, each half open: the instant of
// opening is working time, the instant of closing is not. Intervals that touch or
// overlap are one. All results are in the calendar's zone.
type Calendar struct {
	spec CalendarSpec
	list *HolidayList
	zone zone
	week [7]hours
	// dates are the date-specific hours by day number.
	dates map[int][]Interval
	odd   []hours // parallel to the rungs of both ladders
	// work counts nanoseconds of working time by opening day, days counts business days.
	work, days ladder
	spills     bool // some interval ends after midnight
}

// hours is what one day looks like.
type hours struct {
	open []Interval // sorted, apart from each other
	// covered is the minute up to which the shift of the day before covers this one.
	covered int
}

// closes returns the minute at which the business day ends.
func (h hours) closes() int { return h.open[len(h.open)-1].Close }

// Spec returns what the calendar was compiled from.
func (c *Calendar) Spec() CalendarSpec { return c.spec.clone() }

// Location returns the zone of the calendar.
func (c *Calendar) Location() *time.Location { return c.zone.loc }

// hoursOf returns the hours of a day number.
func (c *Calendar) hoursOf(day int) *hours {
	i := c.days.rungAt(day)
	if i < len(c.odd) && c.days.rungs[i].day == day {
		return &c.odd[i]
	}
	return &c.week[dayWeekday(day)]
}

// span returns interval i of a day as Unix nanoseconds; it is empty when the
// shift of the day before covers it or when the local clock skips it.
func (c *Calendar) span(day int, h *hours, i int) (from, to int64) {
	iv := h.open[i]
	opens := max(iv.Open, h.covered)
	if opens >= iv.Close {
		return 0, 0
	}
	return c.wallNanos(day, opens), c.wallNanos(day, iv.Close)
}

func (c *Calendar) wallNanos(day, minute int) int64 {
	return c.zone.wall(day, int64(minute)*60) * int64(time.Second)
}

// nanos returns t as Unix nanoseconds, moved to the edge when it is far outside
// the horizon.
func nanos(t time.Time) int64 {
	const first, last = (horizonFirst - 2) * secondsPerDay, (horizonLast + 2) * secondsPerDay
	switch s := t.Unix(); {
	case s < first:
		return first * int64(time.Second)
	case s >= last:
		return last * int64(time.Second)
	default:
		return t.UnixNano()
	}
}

func (c *Calendar) time(ns int64) time.Time { return time.Unix(0, ns).In(c.zone.loc) }

// place is where an instant stands in a calendar.
type place struct {
	pos  int64 // working time before the instant
	open bool
	day  int   // the day on which the interval opened, else the local day
	end  int64 // end of the interval when open
}

// locate finds the place of an instant. Only the local day and its neighbours can
// hold intervals around it.
func (c *Calendar) locate(ns int64) place {
	sec := floorSeconds(ns)
	off := c.zone.off[c.zone.period(sec)]
	day := floorDiv(sec+off, secondsPerDay)
	if i := c.days.rungAt(day); (i == len(c.odd) || c.days.rungs[i].day != day) && day > horizonFirst && day < horizonLast {
		return c.locateOrdinary(ns, off, day)
	}
	first, last := day, day
	if c.spills {
		first--
	}
	if c.zone.crosses {
		first, last = first-1, last+1
	}
	p := place{pos: c.work.below(first), day: day}
	for d := max(first, horizonFirst); d <= min(last, horizonLast-1); d++ {
		h := c.hoursOf(d)
		for i := range h.open {
			from, to := c.span(d, h, i)
			if from >= to || from > ns {
				continue
			}
			p.pos += min(to, ns) - from
			if ns < to {
				p.open, p.day, p.end = true, d, to
			}
		}
	}
	return p
}

// locateOrdinary is locate on a day that is not odd: from the day before to two days
// after no clock changes (see [zone.changes]), so that the wall clock tells.
func (c *Calendar) locateOrdinary(ns, off int64, day int) place {
	const minute = int64(time.Minute)
	midnight := (int64(day)*secondsPerDay - off) * int64(time.Second)
	p := place{day: day}
	reach := func(d int, h *hours, midnight int64) {
		for _, iv := range h.open {
			opens := max(iv.Open, h.covered)
			from, to := midnight+int64(opens)*minute, midnight+int64(iv.Close)*minute
			if from > ns || opens >= iv.Close {
				continue
			}
			p.pos += min(to, ns) - from
			if ns < to {
				p.open, p.day, p.end = true, d, to
			}
		}
	}
	if c.spills {
		p.pos = c.work.below(day - 1)
		reach(day-1, c.hoursOf(day-1), midnight-secondsPerDay*int64(time.Second))
	} else {
		p.pos = c.work.below(day)
	}
	reach(day, &c.week[dayWeekday(day)], midnight)
	return p
}

func floorSeconds(ns int64) int64 { return int64(floorDiv(ns, int64(time.Second))) }

// instant returns the instant at which a position is worked, and the day on which
// that interval opened. The position must be at least 0 and less than the total.
func (c *Calendar) instant(pos int64) (ns int64, day int) {
	day, rest := c.work.find(pos)
	h := c.hoursOf(day)
	for i := range h.open {
		from, to := c.span(day, h, i)
		if rest < to-from {
			return from + rest, day
		}
		rest -= to - from
	}
	panic("sla: a position outside its day") // the ladder and span disagree: a bug
}

// forward returns the instant by which pos of working time is done: the close of an
// interval when it fits exactly.
func (c *Calendar) forward(pos int64) (time.Time, error) {
	if pos <= 0 || pos > c.work.total() {
		return time.Time{}, ErrNoWorkingTime
	}
	ns, _ := c.instant(pos - 1)
	return c.time(ns + 1), nil
}

// backward returns the instant from which pos is still to do: the opening of an
// interval when it fits exactly.
func (c *Calendar) backward(pos int64) (time.Time, error) {
	if pos < 0 || pos >= c.work.total() {
		return time.Time{}, ErrNoWorkingTime
	}
	ns, _ := c.instant(pos)
	return c.time(ns), nil
}

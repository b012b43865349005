package sla

import (
	"fmt"
	"time"
)

// BusinessDay reports whether the calendar has hours on a date.
func (c *Calendar) BusinessDay(d Date) bool { return c.business(d.days()) }

func (c *Calendar) business(day int) bool {
	return day >= horizonFirst && day < horizonLast && len(c.hoursOf(day).open) > 0
}

// Holiday returns the name of the public, further or company holiday on a date, also
// when date-specific hours open that day.
func (c *Calendar) Holiday(d Date) (string, bool) {
	if c.list != nil {
		if name, ok := c.list.Name(d); ok {
			return name, true
		}
	}
	if name, ok := c.spec.Holidays[d]; ok {
		return name, true
	}
	day := d.days()
	for _, r := range c.spec.Closed {
		if r.holds(day) {
			return r.Name, true
		}
	}
	return "", false
}

// Provisional reports whether public holidays between two dates, both included,
// may still change because the list in use is not yet official for their years.
func (c *Calendar) Provisional(from, to Date) bool {
	if c.list == nil {
		return false
	}
	for year := from.Year; year <= min(to.Year, dateOfDays(horizonLast).Year); year++ {
		if c.list.Provisional(year) {
			return true
		}
	}
	return false
}

// DayZero returns day 0 of a start: its local date, or the date on which the
// shift opened when the start lies in a shift that began before midnight.
func (c *Calendar) DayZero(start time.Time) Date { return dateOfDays(c.dayZero(nanos(start))) }

func (c *Calendar) dayZero(ns int64) int { return c.locate(ns).day }

// nth returns the nth business day after a day; n may be negative but not 0.
func (c *Calendar) nth(day, n int) (int, error) {
	target := c.days.below(day) + int64(n)
	if n > 0 {
		target = c.days.below(day+1) + int64(n) - 1
	}
	if target < 0 || target >= c.days.total() {
		return 0, ErrNoWorkingTime
	}
	found, _ := c.days.find(target)
	return found, nil
}

// closeOf returns the close of a business day as Unix nanoseconds.
func (c *Calendar) closeOf(day int) int64 { return c.wallNanos(day, c.hoursOf(day).closes()) }

// AddDays returns the same time of day n business days after the local date of t;
// days without hours are skipped. A negative n goes back, 0 returns t. A local time
// that the day skips becomes the instant of the change of clocks. It fails with
// [ErrNoWorkingTime].
func (c *Calendar) AddDays(t time.Time, n int) (time.Time, error) {
	local := t.In(c.zone.loc)
	if n == 0 {
		return local, nil
	}
	day, err := c.nth(DateOf(local).days(), n)
	if err != nil {
		return time.Time{}, err
	}
	second := local.Hour()*3600 + local.Minute()*60 + local.Second()
	return c.time(c.wallTime(day, int64(second), local.Nanosecond())), nil
}

// wallTime is the instant at which the local clock of a day shows a time or, when it
// skips that, the change of clocks.
func (c *Calendar) wallTime(day int, second int64, nanosecond int) int64 {
	at := c.zone.wall(day, second)
	if at+c.zone.off[c.zone.period(at)] == int64(day)*secondsPerDay+second {
		return at*int64(time.Second) + int64(nanosecond)
	}
	return at * int64(time.Second)
}

// DaysBetween returns the number of business days after the local date of a, up to
// and including the local date of b; it is negative when b's date is before a's.
func (c *Calendar) DaysBetween(a, b time.Time) int {
	from, to := c.zone.day(floorSeconds(nanos(a))), c.zone.day(floorSeconds(nanos(b)))
	return int(c.days.below(to+1) - c.days.below(from+1))
}

// Deadline returns the due instant of "within n business days": the close of the
// nth business day after day 0 (see [Calendar.DayZero]). With n = 0 it is the
// close of the first business day, day 0 included, that ends at or after the
// start. It fails for a negative n and with [ErrNoWorkingTime].
func (c *Calendar) Deadline(start time.Time, n int) (time.Time, error) {
	switch {
	case n < 0:
		return time.Time{}, fmt.Errorf("deadline after %d business days: want 0 or more", n)
	case n == 0:
		return c.CloseOfBusinessDayAtOrAfter(start)
	}
	day, err := c.nth(c.dayZero(nanos(start)), n)
	if err != nil {
		return time.Time{}, err
	}
	return c.time(c.closeOf(day)), nil
}

// CloseOfBusinessDayAtOrAfter returns the close of the first business day that ends
// at or after t. It fails with [ErrNoWorkingTime].
func (c *Calendar) CloseOfBusinessDayAtOrAfter(t time.Time) (time.Time, error) {
	day, err := c.endingAtOrAfter(nanos(t))
	if err != nil {
		return time.Time{}, err
	}
	return c.time(c.closeOf(day)), nil
}

// endingAtOrAfter looks from two days before the local day on: a shift past
// midnight ends on the next day, and clocks may have been put back.
func (c *Calendar) endingAtOrAfter(ns int64) (int, error) {
	day := c.zone.day(floorSeconds(ns)) - 3
	for {
		next, err := c.nth(day, 1)
		if err != nil {
			return 0, err
		}
		if c.closeOf(next) >= ns {
			return next, nil
		}
		day = next
	}
}

// NthOfMonth returns the nth business day of a month, the first one counted as the
// 1st. A count beyond the month runs on into the next. It fails for n < 1 and with
// [ErrNoWorkingTime].
func (c *Calendar) NthOfMonth(year int, month time.Month, n int) (Date, error) {
	if n < 1 {
		return Date{}, fmt.Errorf("business day %d of a month: want 1 or more", n)
	}
	day, err := c.nth(Date{year, month, 1}.days()-1, n)
	if err != nil {
		return Date{}, err
	}
	return dateOfDays(day), nil
}

// CloseOf returns the close of a business day, or false when the date is none.
func (c *Calendar) CloseOf(d Date) (time.Time, bool) {
	if !c.business(d.days()) {
		return time.Time{}, false
	}
	return c.time(c.closeOf(d.days())), true
}

// AgreedDeadline applies the rule of agreed dates: a window of work that ends later
// than the standard deadline moves it to the close of the first business day that
// ends at or after the window's end. Otherwise the standard deadline stands and
// moved is false; an earlier date that both sides agree is a clock of its own.
func AgreedDeadline(c *Calendar, standard, windowEnd time.Time) (due time.Time, moved bool, err error) {
	if !windowEnd.After(standard) {
		return standard, false, nil
	}
	due, err = c.CloseOfBusinessDayAtOrAfter(windowEnd)
	return due, err == nil, err
}

// SupportCenter returns the default calendar of support work: weekdays 10:00–19:00
// in Asia/Tokyo, closed on Japanese public holidays and, by our own choice, from
// 12/30 to 1/3.
func SupportCenter() CalendarSpec {
	open := []Interval{{Open: 10 * 60, Close: 19 * 60}}
	week := map[time.Weekday][]Interval{}
	for day := time.Monday; day <= time.Friday; day++ {
		week[day] = open
	}
	return CalendarSpec{
		Name: "support-center", Version: "1", Zone: "Asia/Tokyo", Week: week, PublicHolidays: HolidaysJapan,
		Closed: []YearlyRange{{FromMonth: time.December, FromDay: 30, ToMonth: time.January, ToDay: 3, Name: "年末年始休業"}},
	}
}

// AroundTheClock returns the calendar 24x365 in a zone.
func AroundTheClock(zone string) CalendarSpec {
	week := map[time.Weekday][]Interval{}
	for day := time.Sunday; day <= time.Saturday; day++ {
		week[day] = []Interval{{Open: 0, Close: minutesPerDay}}
	}
	return CalendarSpec{Name: "24x365", Version: "1", Zone: zone, Week: week}
}

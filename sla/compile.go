package sla

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Compile checks the calendar and makes it ready for use. All mistakes are told at
// once, each with what is allowed.
func (s CalendarSpec) Compile() (*Calendar, error) {
	return s.compile(loadZone(s.Zone))
}

func (s CalendarSpec) compile(z zone, zoneErr error) (*Calendar, error) {
	c := &Calendar{spec: s.clone(), dates: map[int][]Interval{}}
	var errs []error
	fail := func(err error) {
		if err != nil {
			errs = append(errs, err)
		}
	}
	c.zone = z
	fail(zoneErr)
	var err error
	c.list, err = s.publicList()
	fail(err)
	for _, day := range slices.Sorted(maps.Keys(s.Week)) {
		if day < time.Sunday || day > time.Saturday {
			fail(fmt.Errorf("weekday %d: want 0 (Sunday) to 6 (Saturday)", int(day)))
		}
		open, err := merged(s.Week[day])
		fail(prefixed(day.String(), err))
		c.week[(day%7+7)%7].open = open
	}
	for _, day := range slices.SortedFunc(maps.Keys(s.Dates), compareDates) {
		fail(inHorizon(day))
		open, err := merged(s.Dates[day])
		fail(prefixed(day.String(), err))
		c.dates[day.days()] = open
	}
	for _, day := range slices.SortedFunc(maps.Keys(s.Holidays), compareDates) {
		fail(inHorizon(day))
	}
	for _, r := range s.Closed {
		fail(r.check())
	}
	if len(errs) == 0 {
		c.build()
		if c.work.total() == 0 {
			fail(errors.New("no working time: want hours on at least one day that is not closed"))
		}
	}
	if len(errs) > 0 {
		return nil, fmt.Errorf("compiling calendar %q: %w", s.Name, errors.Join(errs...))
	}
	return c, nil
}

// clone copies everything that the caller could still change.
func (s CalendarSpec) clone() CalendarSpec {
	s.Week, s.Dates = maps.Clone(s.Week), maps.Clone(s.Dates)
	for day, open := range s.Week {
		s.Week[day] = slices.Clone(open)
	}
	for day, open := range s.Dates {
		s.Dates[day] = slices.Clone(open)
	}
	s.Holidays, s.Closed = maps.Clone(s.Holidays), slices.Clone(s.Closed)
	return s
}

func (s CalendarSpec) publicList() (*HolidayList, error) {
	switch {
	case s.PublicHolidays == "" && s.PublicList == nil:
		return nil, nil
	case s.PublicList != nil:
		return s.PublicList, nil
	case s.PublicHolidays != HolidaysJapan:
		return nil, fmt.Errorf("public holidays %q: want %q, none or a list of their own", s.PublicHolidays, HolidaysJapan)
	default:
		return Japan(), nil
	}
}

func prefixed(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

func compareDates(a, b Date) int { return cmp.Compare(a.days(), b.days()) }

func inHorizon(d Date) error {
	if dateOfDays(d.days()) != d {
		return fmt.Errorf("date %s does not exist", d)
	}
	if d.days() < horizonFirst || d.days() >= horizonLast {
		return fmt.Errorf("date %s: want a day from 1900-01-01 to 2149-12-31", d)
	}
	return nil
}

// merged checks intervals, sorts them and joins those that touch or overlap.
func merged(list []Interval) ([]Interval, error) {
	sorted := slices.Clone(list)
	slices.SortFunc(sorted, func(a, b Interval) int { return cmp.Or(cmp.Compare(a.Open, b.Open), cmp.Compare(a.Close, b.Close)) })
	var out []Interval
	for _, iv := range sorted {
		if iv.Open < 0 || iv.Open >= minutesPerDay {
			return nil, fmt.Errorf("hours open at minute %d: want 0 (00:00) to 1439 (23:59)", iv.Open)
		}
		if iv.Close <= iv.Open || iv.Close-iv.Open > minutesPerDay {
			return nil, fmt.Errorf("hours open at minute %d and close at minute %d: want a later close, at most 24 hours on", iv.Open, iv.Close)
		}
		if n := len(out); n > 0 && iv.Open <= out[n-1].Close {
			out[n-1].Close = max(out[n-1].Close, iv.Close)
			continue
		}
		out = append(out, iv)
	}
	return out, nil
}

func (r YearlyRange) check() error {
	exists := func(m time.Month, d int) bool { return m >= 1 && m <= 12 && d >= 1 && d <= daysIn(m, 2024) }
	if !exists(r.FromMonth, r.FromDay) || !exists(r.ToMonth, r.ToDay) {
		return fmt.Errorf("closed days %s: want existing days as month/day-month/day", r)
	}
	return nil
}

func daysIn(m time.Month, year int) int { return time.Date(year, m+1, 0, 0, 0, 0, 0, time.UTC).Day() }

// in returns the day numbers of the first and last day of the range that begins in
// a year. A range from 2/29 begins on 3/1 in common years, one to 2/29 ends on 2/28.
func (r YearlyRange) in(year int) (first, last int) {
	first = Date{year, r.FromMonth, r.FromDay}.days()
	if r.ToMonth < r.FromMonth || (r.ToMonth == r.FromMonth && r.ToDay < r.FromDay) {
		year++
	}
	return first, Date{year, r.ToMonth, min(r.ToDay, daysIn(r.ToMonth, year))}.days()
}

func (r YearlyRange) holds(day int) bool {
	year := dateOfDays(day).Year
	for y := year - 1; y <= year; y++ {
		if first, last := r.in(y); day >= first && day <= last {
			return true
		}
	}
	return false
}

// build fills the tables; the spec has been checked.
func (c *Calendar) build() {
	for day := range c.week {
		c.spills = c.spills || spillOf(c.week[day].open) > 0
	}
	for day := range c.week {
		c.week[day].covered = spillOf(c.week[(day+6)%7].open)
	}
	special := c.specialHours()
	days := make([]int, 0, 2*len(special))
	for day, open := range special {
		c.spills = c.spills || spillOf(open) > 0
		days = append(days, day)
	}
	if c.spills { // the day after an odd one may be covered by a different shift
		for day := range special {
			days = append(days, day+1)
		}
	}
	days = append(days, c.zone.changes()...)
	slices.Sort(days)
	days = slices.Compact(days)
	days = slices.DeleteFunc(days, func(d int) bool { return d < horizonFirst || d >= horizonLast })

	openOn := func(day int) []Interval {
		if open, ok := special[day]; ok {
			return open
		}
		return c.week[dayWeekday(day)].open
	}
	c.odd = make([]hours, len(days))
	work, business := make([]int64, len(days)), make([]int64, len(days))
	for i, day := range days {
		h := hours{open: c.shown(day, openOn(day)), covered: spillOf(openOn(day - 1))}
		if day == horizonFirst {
			h.covered = 0
		}
		c.odd[i] = h
		work[i] = c.sum(day, &h)
		business[i] = min(1, int64(len(h.open)))
	}
	var weekWork, weekDays [7]int64
	for w := range c.week {
		weekWork[w] = c.week[w].plain()
		weekDays[w] = min(1, int64(len(c.week[w].open)))
	}
	c.work, c.days = newLadder(weekWork, days, work), newLadder(weekDays, days, business)
}

// shown returns the hours that the local clock shows on a day: not those that it skips
// whole, as all of 2011-12-30 in Samoa, which so is no business day.
func (c *Calendar) shown(day int, open []Interval) []Interval {
	skipped := func(iv Interval) bool { return c.wallNanos(day, iv.Open) >= c.wallNanos(day, iv.Close) }
	if !slices.ContainsFunc(open, skipped) {
		return open
	}
	return slices.DeleteFunc(slices.Clone(open), skipped)
}

// specialHours returns the days whose hours are not those of their weekday.
func (c *Calendar) specialHours() map[int][]Interval {
	special := map[int][]Interval{horizonFirst: c.week[dayWeekday(horizonFirst)].open}
	closed := func(day int) {
		if len(c.week[dayWeekday(day)].open) > 0 {
			special[day] = nil
		}
	}
	if c.list != nil {
		for day := range c.list.names {
			closed(day)
		}
	}
	for day := range c.spec.Holidays {
		closed(day.days())
	}
	firstYear, lastYear := dateOfDays(horizonFirst).Year, dateOfDays(horizonLast).Year
	for _, r := range c.spec.Closed {
		for year := firstYear - 1; year <= lastYear; year++ {
			first, last := r.in(year)
			for day := first; day <= last; day++ {
				closed(day)
			}
		}
	}
	maps.Copy(special, c.dates)
	return special
}

// spillOf returns the minutes of the next day that hours cover.
func spillOf(open []Interval) int {
	if len(open) == 0 {
		return 0
	}
	return max(0, open[len(open)-1].Close-minutesPerDay)
}

// plain returns the working time of a day without a change of clocks.
func (h hours) plain() int64 {
	var sum int64
	for _, iv := range h.open {
		sum += int64(max(0, iv.Close-max(iv.Open, h.covered)))
	}
	return sum * int64(time.Minute)
}

// sum returns the working time of a day as its instants have it.
func (c *Calendar) sum(day int, h *hours) int64 {
	var sum int64
	for i := range h.open {
		from, to := c.span(day, h, i)
		sum += to - from
	}
	return sum
}

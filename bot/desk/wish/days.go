package wish

import "time"

// smallHours end when nobody calls the new day "tomorrow" any more.
const smallHours = 4

// dayOf settles the day of a side; ref is the day of the other side, zero when there is none.
func (c Context) dayOf(s side, ref time.Time) edge {
	today := midnight(c.Written)
	d := s.day
	var e edge
	switch {
	case s.business != nil:
		if c.Business == nil {
			return edge{day: today, doubt: DoubtVague}
		}
		day, ok := c.Business(today, *s.business)
		if !ok {
			return edge{day: today, doubt: DoubtVague}
		}
		return edge{day: midnight(day)}
	case d.empty() && s.weekday != nil:
		return c.weekday(*s.weekday, s.week, ref)
	case d.empty():
		return edge{missing: true}
	case d.relative:
		e = edge{day: moved(today, d.offset)}
		if d.offset > 0 && c.Written.Hour() < smallHours { // tomorrow, said after midnight
			e.doubt = DoubtVague
		}
		if d.offset < 0 {
			e.doubt = DoubtPast
		}
	case d.next && ref.IsZero():
		e = edge{day: moved(today, 1), doubt: DoubtVague}
	case d.next:
		e = edge{day: moved(ref, 1)}
	default:
		e = c.dated(d, ref)
	}
	if s.weekday != nil && e.doubt != DoubtNoSuchDay && e.day.Weekday() != *s.weekday {
		e.doubt = DoubtWeekday
	}
	return e
}

// weekday settles a weekday. Weeks begin on Monday for some and on Sunday for others: where the two differ it is asked back.
func (c Context) weekday(wd time.Weekday, week int, ref time.Time) edge {
	const days = 7
	today := midnight(c.Written)
	if !ref.IsZero() && week < 0 { // 月曜〜水曜
		return edge{day: moved(ref, (int(wd)-int(ref.Weekday())+days)%days)}
	}
	ahead := (int(wd) - int(today.Weekday()) + days) % days
	if week < 0 {
		e := edge{day: moved(today, ahead)}
		if ahead == 0 {
			e.day, e.doubt = moved(today, days), DoubtVague
		}
		return e
	}
	coming := week == weekNext
	if coming {
		week = 1
	}
	monday := moved(today, -((int(today.Weekday()) + days - 1) % days))
	e := edge{day: moved(monday, days*week+(int(wd)+days-1)%days)}
	if coming && ahead > 0 && !e.day.Equal(moved(today, ahead)) || today.Weekday() == time.Sunday || wd == time.Sunday {
		e.doubt = DoubtVague
	}
	return e
}

// dated settles a calendar date, with the year that the text leaves out.
func (c Context) dated(d day, ref time.Time) edge {
	today := midnight(c.Written)
	zone := today.Location()
	if d.named {
		first := time.Date(today.Year(), today.Month()+time.Month(d.months), 1, 0, 0, 0, 0, zone)
		d.year, d.month = first.Year(), int(first.Month())
	}
	if d.ofYear {
		d.year = today.Year() + d.yearly
	}
	if d.monthEnd && d.month > 0 {
		d.date = 0 // the day before the first of the next month
	}
	on := func(year, month int) (time.Time, bool) {
		switch {
		case d.monthEnd:
			return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, zone), month >= 1 && month <= 12
		case d.wide:
			return time.Date(year, time.Month(month), 1, 0, 0, 0, 0, zone), month >= 1 && month <= 12
		}
		t := time.Date(year, time.Month(month), d.date, 0, 0, 0, 0, zone)
		return t, t.Day() == d.date && int(t.Month()) == month && month >= 1
	}
	if d.month == 0 { // a day of the month alone
		base := today
		if !ref.IsZero() {
			base = ref
		}
		const months = 3 // 31日 in a month of 30 days is asked back
		for i := range months {
			first := time.Date(base.Year(), base.Month()+time.Month(i), 1, 0, 0, 0, 0, zone)
			t, ok := on(first.Year(), int(first.Month()))
			if !ok {
				return edge{day: base, doubt: DoubtNoSuchDay}
			}
			if !t.Before(base) {
				return edge{day: t}
			}
		}
		return edge{day: base, doubt: DoubtNoSuchDay}
	}
	if d.year > 0 {
		t, ok := on(d.year, d.month)
		if !ok {
			return edge{day: t, doubt: DoubtNoSuchDay}
		}
		return edge{day: t}
	}
	base := today
	if !ref.IsZero() {
		base = ref
	}
	t, ok := on(base.Year(), d.month)
	over := t.Before(base)
	if d.wide {
		over = !moved(time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, zone), 0).After(base)
	}
	if ok && !over {
		return edge{day: t}
	}
	later, fits := on(base.Year()+1, d.month)
	switch {
	case !ok && !fits: // 2/29 may be meant for the next year
		return edge{day: t, doubt: DoubtNoSuchDay}
	case !fits:
		return edge{day: t, doubt: DoubtPast}
	}
	e := edge{day: later}
	const near = 183 // days: what was over a while ago and is far ahead is rather a slip
	if later.After(moved(base, near)) {
		e.doubt = DoubtPast
		if !ref.IsZero() {
			e.doubt = DoubtOrder // 12/3〜12/1
		}
		if ok {
			e.day = t
		}
	}
	return e
}

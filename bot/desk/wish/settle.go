package wish

import "time"

// settle turns what was written into instants.
func (c Context) settle(p parsed) Reading {
	r := Reading{Found: p.words, Doubt: p.doubt}
	if len(p.windows) == 0 {
		if r.Found && r.Doubt == DoubtNone {
			r.Doubt = DoubtVague
		}
		return r
	}
	first := c.window(p.windows[0])
	r.Found, r.Start, r.End, r.OpenEnd = true, first.Start, first.End, first.OpenEnd
	if r.Doubt == DoubtNone {
		r.Doubt = first.Doubt
	}
	for _, w := range p.windows[1:] {
		other := c.window(w)
		if other.Start.Equal(first.Start) && other.End.Equal(first.End) {
			continue
		}
		if r.Doubt == DoubtNone {
			r.Doubt = DoubtAlternatives
		}
	}
	r.Certain = r.Doubt == DoubtNone
	return r
}

// edge is one side in instants: a moment, or a span such as a day.
type edge struct {
	from, to time.Time // to is zero for a moment
	day      time.Time // the day, at 00:00
	doubt    Doubt
	missing  bool // no day was given
}

func (c Context) window(w window) Reading {
	c.borrow(&w)
	a := c.edge(w.a, time.Time{})
	r := Reading{Found: true, Start: a.from, End: a.to, Doubt: a.doubt}
	if w.a.number != nil && w.a.minute == nil && !w.a.day.empty() { // 12/5 9-12: a number that nobody knows what it counts
		r.Doubt = firstOf(r.Doubt, DoubtVague)
	}
	switch {
	case a.missing:
		r.Doubt = firstOf(r.Doubt, DoubtNoDay)
		return r
	case w.two && !w.b.empty():
		if w.b.number != nil && w.b.minute != nil && !w.b.hasDay() { // 12/1-2 22:00
			r.Doubt = firstOf(r.Doubt, DoubtVague)
		}
		b := c.edge(w.b, a.day)
		r.Doubt = firstOf(r.Doubt, b.doubt)
		r.End = b.to
		if b.to.IsZero() {
			r.End = b.from
		}
		if w.b.minute != nil && !w.b.hasDay() && !r.End.After(r.Start) { // 22:00〜6:00
			r.End = moved(r.End, 1)
			if r.End.Sub(r.Start) > 16*time.Hour || r.End.Sub(r.Start) == 24*time.Hour {
				r.Doubt = firstOf(r.Doubt, DoubtOrder)
			}
		}
		if !r.End.After(r.Start) {
			r.Doubt = firstOf(r.Doubt, DoubtOrder)
		}
	case w.by:
		r.Start, r.End = time.Time{}, a.to
		if a.to.IsZero() {
			r.End = a.from
		}
	case w.from:
		r.End = time.Time{}
	case w.span > 0:
		r.End = r.Start.Add(w.span)
		if w.days > 0 && !a.to.IsZero() {
			r.End = moved(a.from, w.days)
		}
	case a.to.IsZero():
		r.End, r.OpenEnd = r.Start.Add(c.Length), true
	case w.begin: // 12/1 から
		r.End = time.Time{}
	}
	if wide(w.a.day) && !w.by && !w.two {
		r.Doubt = firstOf(r.Doubt, DoubtVague)
	}
	last := r.End
	if last.IsZero() {
		last = r.Start
		if !a.to.IsZero() {
			last = a.to
		}
	}
	if last.Before(c.Written) || a.to.IsZero() && !w.by && r.Start.Before(c.Written.Add(-time.Minute)) {
		r.Doubt = firstOf(r.Doubt, DoubtPast)
	}
	return r
}

func firstOf(a, b Doubt) Doubt {
	if a != DoubtNone {
		return a
	}
	return b
}

func wide(d day) bool { return d.wide && !d.empty() }

// moved is t, n calendar days later at the same local time.
func moved(t time.Time, n int) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day()+n, t.Hour(), t.Minute(), t.Second(), 0, t.Location())
}

// borrow lets one side of 10〜12時, 12/1〜3, 午後1時〜3時 tell what the other leaves out.
func (c Context) borrow(w *window) {
	a, b := &w.a, &w.b
	hours := func(n *int) *int {
		m := *n * 60
		return &m
	}
	if a.number != nil && a.minute == nil && b.minute != nil {
		a.minute, a.half = hours(a.number), *a.number >= 1 && *a.number <= 6
	}
	if b.number != nil && b.minute == nil && b.day.empty() {
		switch {
		case a.minute != nil:
			b.minute, b.half = hours(b.number), *b.number >= 1 && *b.number <= 6
		case !a.day.empty():
			b.day = day{date: *b.number}
		}
	}
	const noon = 12 * 60
	afternoon := a.part != nil && !a.part.half && a.part.minute == noon
	if a.minute != nil && b.minute != nil && b.part == nil && !b.hasDay() {
		switch {
		case afternoon && *b.minute == noon && *a.minute > noon: // 午後10時〜12時
			m := 2 * noon
			b.minute = &m
		case afternoon && *b.minute < noon && *b.minute+noon > *a.minute:
			m := *b.minute + noon
			b.minute, b.half = &m, false
		case b.half && *a.minute >= 18*60: // 22時〜2時
			b.half = false
		}
	}
	if a.minute != nil && b.minute != nil && b.hasDay() { // who writes 22時 writes 6時 for the morning
		const late = 13 * 60
		a.half = a.half && *b.minute < late
		b.half = b.half && *a.minute < late
	}
	if a.minute != nil && a.part == nil && b.minute != nil && b.part != nil && (a.half || b.part.number == 1) && !b.hasDay() {
		placed := *a // 1〜3 pm, 10-11pm; not 10-2pm
		p := parser{}
		p.place(&placed, *b.part)
		if *placed.minute < *b.minute || a.half {
			*a = placed
		}
	}
	if a.zone == nil {
		a.zone = b.zone
	} else if b.zone == nil {
		b.zone = a.zone
	}
}

// edge settles one side; ref is the day of the other side for what leans on it.
func (c Context) edge(s side, ref time.Time) edge {
	if s.instant != nil {
		t := c.Written.Add(*s.instant).Truncate(time.Minute)
		return edge{from: t, day: midnight(t)}
	}
	e := c.dayOf(s, ref)
	if e.missing && ref.IsZero() {
		return e
	}
	if e.missing {
		e.day, e.missing = ref, false
	}
	e.from, e.to = e.day, moved(e.day, 1)
	if wide(s.day) {
		e.to = time.Date(e.day.Year(), e.day.Month()+1, 1, 0, 0, 0, 0, e.day.Location())
	}
	switch {
	case s.minute != nil:
		at := e.day
		if s.zone != nil {
			at = time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.FixedZone("", *s.zone*60))
		}
		e.from = time.Date(at.Year(), at.Month(), at.Day(), 0, *s.minute, 0, 0, at.Location()).In(c.Written.Location())
		e.to = time.Time{}
		if s.half {
			e.doubt = firstOf(e.doubt, DoubtHalfDay)
		}
		if wide(s.day) {
			e.doubt = firstOf(e.doubt, DoubtVague)
		}
	case s.part != nil:
		e.from, e.to = at(e.day, s.part.minute), at(e.day, s.part.until)
		if s.part.half {
			e.doubt = firstOf(e.doubt, DoubtVague)
		}
	}
	return e
}

func at(day time.Time, minute int) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, minute, 0, 0, day.Location())
}

func midnight(t time.Time) time.Time { return at(t, 0) }

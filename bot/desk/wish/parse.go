package wish

import "time"

// side is one end of a window as written.
type side struct {
	day      day
	weekday  *time.Weekday
	week     int
	minute   *int
	half     bool // minute may be before or after noon
	part     *token
	zone     *int // minutes east of Greenwich
	number   *int
	instant  *time.Duration
	business *int
}

func (s side) empty() bool { return s == side{} }

func (s side) hasDay() bool {
	return !s.day.empty() || s.weekday != nil || s.business != nil || s.instant != nil
}

// bare reports whether a side is nothing but a number.
func (s side) bare() bool { return s == side{number: s.number} }

// window is a window as written.
type window struct {
	a, b  side
	two   bool // a joint between two sides was read
	by    bool
	from  bool
	begin bool // から
	span  time.Duration
	days  int
}

// parsed is a whole text.
type parsed struct {
	windows []window
	doubt   Doubt // the first that a word gave
	words   bool  // something speaks of time, if only a vague word
}

// parser puts tokens together.
type parser struct {
	parsed
	cur    window
	closed bool // the current window is complete
	joined bool // between was read: its "and" joins two sides
	before *token
	year   *token // 来年, until its day is read
}

func parse(tokens []token) parsed {
	p := &parser{before: &token{}}
	for i := range tokens {
		p.take(&tokens[i])
		p.before = &tokens[i]
	}
	p.end()
	if p.year != nil {
		p.words = true
		p.suspect(DoubtVague)
	}
	return p.parsed
}

func (p *parser) suspect(d Doubt) {
	if p.doubt == DoubtNone {
		p.doubt = d
	}
}

// end closes the current window.
func (p *parser) end() {
	if !p.cur.a.empty() && (p.cur.a.number == nil || p.cur.a.hasDay() || p.cur.a.minute != nil || !p.cur.b.empty()) {
		p.windows = append(p.windows, p.cur)
	}
	p.cur, p.closed = window{}, false
}

// side is the side that the next token belongs to.
func (p *parser) side() *side {
	if p.closed {
		p.end()
	}
	if p.cur.two {
		return &p.cur.b
	}
	return &p.cur.a
}

func (p *parser) take(t *token) {
	switch t.kind {
	case kindDate, kindWeekday, kindBusiness, kindInstant:
		p.words = true
		p.takeDay(t)
	case kindTime:
		p.words = true
		p.takeTime(t)
	case kindPart:
		p.words = true
		p.takePart(t)
	case kindNumber:
		s := p.side()
		if s.number == nil && s.minute == nil {
			s.number = &t.number
		}
	case kindBetween:
		p.joined = true
	case kindRange, kindBegin:
		if t.and && !p.joined {
			break
		}
		if !p.cur.a.empty() && !p.cur.two && !p.closed {
			p.cur.two, p.cur.begin = true, t.kind == kindBegin
		}
	case kindBy:
		p.takeBy(t)
	case kindFrom:
		if t.number == 1 && p.cur.a.empty() || !p.cur.a.empty() && !p.cur.two {
			p.cur.from = true
			p.closed = !p.cur.a.empty()
		}
	case kindLength:
		if p.cur.span == 0 && p.cur.b.empty() {
			p.cur.span, p.cur.days = t.span, t.days
		}
	case kindOr:
		if t.number == 1 {
			p.suspect(DoubtAlternatives)
		} else if !p.cur.a.empty() {
			p.closed = true
		}
	case kindNot:
		p.suspect(DoubtNegation)
	case kindVague:
		p.words = true
		p.suspect(DoubtVague)
	case kindYear:
		p.year = t
	case kindBad:
		p.words = true
		p.suspect(DoubtNoSuchDay)
	case kindZone:
		p.takeZone(t)
	case kindBreak:
	}
}

func (p *parser) takeBy(t *token) {
	switch {
	case p.cur.a.empty():
		p.cur.by = t.number == 1 || t.number == latest // by Dec 1
	case t.number == 1 && p.cur.a.bare() && !p.cur.two: // Route 53 by Friday: the number counts something else
		p.cur = window{by: true}
	case p.cur.two && !p.cur.b.empty():
		p.closed = true
	case t.number == 1 && !p.closed: // Dec 1 until Dec 2
		p.cur.two = true
	default:
		p.cur.by, p.closed = true, true
		if t.number == attributive && !p.cur.two {
			p.suspect(DoubtVague)
		}
	}
}

func (p *parser) takeZone(t *token) {
	if t.half {
		p.suspect(DoubtZone)
		return
	}
	s := &p.cur.a
	if p.cur.two && !p.cur.b.empty() {
		s = &p.cur.b
	}
	if s.minute != nil {
		s.zone = &t.number
	}
}

func (p *parser) takeDay(t *token) {
	s := p.side()
	if p.cur.two && s.minute != nil && !s.hasDay() && (p.cur.a.minute != nil || p.cur.a.number != nil) && !p.cur.a.hasDay() {
		s = &p.cur.a // 10 to 11 pm on Dec 4
	}
	if t.kind == kindWeekday && t.week < 0 && s.weekday == nil && !s.day.empty() {
		s.weekday, s.week = &t.weekday, t.week // 12/1(火)
		return
	}
	if s.hasDay() && s.minute == nil && !s.day.empty() && t.kind == kindDate && p.completes(s, t.day) {
		return
	}
	if t.kind == kindDate && s.weekday != nil && s.week < 0 && s.day.empty() && s.minute == nil && s.part == nil && p.before.kind == kindWeekday {
		s.day = t.day // Tue Dec 1, 火曜 12/1: held against each other, as in 12/1(火)
		return
	}
	if s.hasDay() {
		if t.kind == kindDate && s.day == t.day || t.kind == kindWeekday && s.weekday != nil && *s.weekday == t.weekday {
			return // said twice
		}
		p.end()
		s = p.side()
	}
	switch t.kind {
	case kindWeekday:
		s.weekday, s.week = &t.weekday, t.week
	case kindBusiness:
		s.business = &t.days
		if t.by {
			p.cur.by, p.closed = true, true
		}
	case kindInstant:
		s.instant = &t.span
	default:
		s.day = t.day
		if p.year != nil && s.day.year == 0 && s.day.month > 0 && !s.day.relative {
			s.day.yearly, s.day.ofYear, p.year = p.year.number, true, nil
		}
	}
}

// completes adds 25日 to 来月.
func (p *parser) completes(s *side, d day) bool {
	if s.day.wide && d.month == 0 && d.date > 0 && !d.relative && p.before.kind == kindDate {
		s.day.date, s.day.wide = d.date, false
		return true
	}
	if s.day.wide && d.monthEnd && p.before.kind == kindDate {
		s.day.monthEnd, s.day.wide = true, false
		return true
	}
	return false
}

func (p *parser) takeTime(t *token) {
	s := p.side()
	if s.minute != nil {
		if *s.minute == t.minute {
			return
		}
		day := s.day
		p.end()
		s = p.side()
		if p.before.kind == kindTime { // 22:00 23:00 of one day
			s.day = day
		}
	}
	s.minute, s.half = &t.minute, t.half
	if s.part != nil {
		p.place(s, *s.part)
	}
}

func (p *parser) takePart(t *token) {
	s := p.side()
	switch {
	case s.minute != nil && t.number == 1: // 10 pm
		p.place(s, *t)
	case s.minute != nil || s.part != nil && t.number == 1:
	case s.part != nil:
		p.suspect(DoubtVague)
	default:
		s.part = t
	}
}

// place says which hour of the day an hour beside a part of the day is.
func (p *parser) place(s *side, part token) {
	const noon, day = 12 * 60, 24 * 60
	m := *s.minute
	after := func() int { return m + noon }
	s.half = false
	s.part = &part
	switch {
	case part.number == 1: // am, pm
		if m/60 == 12 {
			m -= noon
		}
		if part.minute == noon && m < noon {
			m = after()
		}
	case !part.half && part.minute == 0 && part.until == noon: // 午前
		if m >= noon {
			p.suspect(DoubtHalfDay)
		}
	case !part.half && part.minute == noon: // 午後
		switch {
		case m < noon:
			m = after()
		case m < noon+60: // 午後12時
			p.suspect(DoubtHalfDay)
		}
	case !part.half:
	case part.minute == 0: // 深夜
		if m < 22*60 || m >= day {
			p.suspect(DoubtLateNight)
		}
	case m >= part.minute && m <= part.until:
	case m+noon >= part.minute && m+noon <= part.until && m >= 60:
		m = after()
		if m >= day {
			p.suspect(DoubtLateNight)
		}
	case part.minute >= 18*60: // 夜1時
		p.suspect(DoubtLateNight)
	default:
		p.suspect(DoubtHalfDay)
	}
	s.minute = &m
}

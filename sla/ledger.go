package sla

import "time"

// LineKind says what a line of a ledger tells.
type LineKind string

// The kinds of lines, in the order in which they appear for one cycle.
const (
	LineCalendar    LineKind = "calendar"    // Name, Note = version, Zone
	LineStart       LineKind = "start"       // At, Ref
	LineReopened    LineKind = "reopened"    // At, Ref
	LineDayZero     LineKind = "day_zero"    // Date; Note "shift" when the shift opened the day before
	LineCounted     LineKind = "counted"     // Date is business day N of Of, At to To its hours
	LineSkipped     LineKind = "skipped"     // Date does not count because of Name
	LineMore        LineKind = "more"        // N further days are not listed
	LineWorked      LineKind = "worked"      // Date gives Time from At to To
	LinePlain       LineKind = "plain"       // At is the due instant without pauses
	LinePause       LineKind = "pause"       // At to To, Ref and Note of the question, Time = working time
	LinePauseOpen   LineKind = "pause_open"  // At, Ref; Time so far
	LinePauseLate   LineKind = "pause_late"  // At, Ref: asked after the due instant
	LineMoved       LineKind = "moved"       // Time after day 0 is added to the plain due instant
	LineRestarted   LineKind = "restarted"   // At is the new beginning
	LineAgreed      LineKind = "agreed"      // At is the due instant set by Ref
	LineDue         LineKind = "due"         // At
	LineRound       LineKind = "round"       // N, At = due, To = kept, Name = state, Ref
	LineProvisional LineKind = "provisional" // Note = last official year
	LineLeftOut     LineKind = "left_out"    // At, Name = kind of the fact, Ref, Note = why
	LineExcluded    LineKind = "excluded"    // At, Note = reason, Name = both persons
	LineEnded       LineKind = "ended"       // At = stop, Ref, Name = state
	LineStanding    LineKind = "standing"    // At = now, Name = state, Time = remaining
)

// Line is one line of the explanation of a clock, as data; [Explain] writes it in
// English. Which fields are set depends on the kind.
type Line struct {
	Kind  LineKind
	At    time.Time
	To    time.Time
	Date  Date
	N, Of int
	Time  time.Duration
	Name  string
	Ref   string
	Note  string
}

// listedDays bounds the days that a ledger lists one by one.
const listedDays = 100

func (e *evaluation) leaveOut(f *Fact, why string) {
	e.lines = append(e.lines, Line{Kind: LineLeftOut, At: e.local(f.At), Name: string(f.Kind), Ref: f.Ref, Note: why})
}

func (e *evaluation) local(t time.Time) time.Time {
	if e.cal == nil || t.IsZero() {
		return t
	}
	return t.In(e.cal.zone.loc)
}

func (e *evaluation) note(l Line) {
	l.At, l.To = e.local(l.At), e.local(l.To)
	e.result.Ledger = append(e.result.Ledger, l)
}

// ledger explains one cycle.
func (e *evaluation) ledger(r *run, s schedule, cycle Cycle) {
	if len(e.result.Cycles) == 1 {
		e.preamble()
	}
	kind := LineStart
	if r.start.Kind == FactReopen {
		kind = LineReopened
	}
	e.note(Line{Kind: kind, At: r.start.At, Ref: r.start.Ref, Note: r.start.Note})
	if e.target.Pause == PauseRestart && !s.base.Equal(r.start.At) && e.target.pauses() {
		e.questions(r, s)
		e.note(Line{Kind: LineRestarted, At: s.base})
		e.days(s)
	} else {
		e.days(s)
		e.questions(r, s)
	}
	if s.moved > 0 {
		e.note(Line{Kind: LineMoved, At: s.plain, Time: s.moved})
		e.walk(e.cal.localDay(s.plain), DateOf(s.due).days(), 0)
	}
	if r.due != nil {
		e.note(Line{Kind: LineAgreed, At: r.due.Until, Ref: r.due.Ref, Note: r.due.Note, Name: r.due.Actor})
	}
	e.roundLines()
	if !cycle.Due.IsZero() {
		e.note(Line{Kind: LineDue, At: cycle.Due})
	}
	if e.result.Provisional {
		e.note(Line{Kind: LineProvisional, N: e.cal.list.OfficialUntil()})
	}
	e.outcome(r, cycle)
}

// localDay returns the local day number of an instant.
func (c *Calendar) localDay(t time.Time) int { return DateOf(t.In(c.zone.loc)).days() }

func (e *evaluation) preamble() {
	if e.cal != nil && e.target.counts() {
		e.note(Line{Kind: LineCalendar, Name: e.cal.spec.Name, Note: e.cal.spec.Version, Ref: e.cal.spec.Zone})
	}
	e.result.Ledger = append(e.result.Ledger, e.lines...)
}

// days lists how the plain due instant came about.
func (e *evaluation) days(s schedule) {
	switch e.target.Kind {
	case KindElapsed, KindCycle:
		e.note(Line{Kind: LinePlain, At: s.plain, Time: e.target.Duration})
		return
	case KindBusinessTime:
		e.workedDays(s)
	case KindBusinessDays:
		shift := Line{Kind: LineDayZero, Date: dateOfDays(s.dayZero)}
		if e.cal.localDay(s.base) != s.dayZero {
			shift.Note = "shift"
		}
		e.note(shift)
		first := s.dayZero + 1
		if e.target.Days == 0 || e.target.Counting == DaySame {
			first = s.dayZero
		}
		e.walk(first-1, s.dueDay, max(1, e.target.Days))
	case KindCalendarDate:
		if e.target.Days == 0 {
			return
		}
		day := dateOfDays(s.dayZero)
		month := DateOf(time.Date(day.Year, day.Month+time.Month(e.target.Months), 1, 0, 0, 0, 0, time.UTC))
		e.walk(month.days()-1, s.dueDay, e.target.Days)
	}
	e.note(Line{Kind: LinePlain, At: s.plain, Time: e.target.Duration, N: e.target.Days})
}

// walk lists the days after one day up to another: business days with their number
// of so many (0: not numbered), others with the reason why they do not count.
func (e *evaluation) walk(after, last, of int) {
	n := 0
	for day := after + 1; day <= last; day++ {
		if day > after+listedDays {
			e.note(Line{Kind: LineMore, N: last - day + 1, Date: dateOfDays(last)})
			return
		}
		if !e.cal.business(day) {
			e.note(Line{Kind: LineSkipped, Date: dateOfDays(day), Name: e.cal.closedBecause(day)})
			continue
		}
		n++
		h := e.cal.hoursOf(day)
		line := Line{Kind: LineCounted, Date: dateOfDays(day), At: e.cal.time(e.cal.wallNanos(day, h.open[0].Open)), To: e.cal.time(e.cal.closeOf(day))}
		if of > 0 {
			line.N, line.Of = n, of
		}
		e.note(line)
	}
}

// workedDays lists the working time of each day from the start to the plain due instant.
func (e *evaluation) workedDays(s schedule) {
	first, last := e.cal.localDay(s.base), e.cal.localDay(s.plain)
	for day := first; day <= last; day++ {
		if day >= first+listedDays {
			e.note(Line{Kind: LineMore, N: last - day + 1, Date: dateOfDays(last)})
			return
		}
		from, to := e.cal.time(e.cal.wallNanos(day, 0)), e.cal.time(e.cal.wallNanos(day+1, 0))
		if from.Before(s.base) {
			from = s.base
		}
		if to.After(s.plain) {
			to = s.plain
		}
		if worked := e.cal.Between(from, to); worked > 0 {
			// Neither fails: there is working time between the two.
			from, _ = e.cal.NextOpen(from)
			to, _ = e.cal.PrevClose(to)
			e.note(Line{Kind: LineWorked, Date: dateOfDays(day), At: from, To: to, Time: worked})
		} else {
			e.note(Line{Kind: LineSkipped, Date: dateOfDays(day), Name: e.cal.closedBecause(day)})
		}
	}
}

// closedBecause names why a day gives no working time.
func (c *Calendar) closedBecause(day int) string {
	if c.business(day) {
		return "outside hours"
	}
	if name, ok := c.Holiday(dateOfDays(day)); ok {
		if name == "" {
			return "holiday"
		}
		return name
	}
	if _, ok := c.dates[day]; ok {
		return "closed by date"
	}
	return dayWeekday(day).String()
}

// questions lists the pauses and which of them count.
func (e *evaluation) questions(r *run, s schedule) {
	for i, p := range r.pauses {
		line := Line{Kind: LinePause, At: p.from.At, Ref: p.from.Ref, Note: p.from.Note}
		switch {
		case r.due == nil && e.target.Pause == PauseExtend && i >= len(s.stops):
			line.Kind = LinePauseLate
		case p.to == nil:
			line.Kind = LinePauseOpen
			line.Time = e.cal.Between(p.from.At, e.now)
		case p.to.At.Equal(p.from.At) && p.from.Kind == FactComplete:
			continue // the restart says so
		default:
			line.To, line.Name = p.to.At, p.to.Ref
			line.Time = e.cal.Between(p.from.At, p.to.At)
		}
		e.note(line)
	}
}

func (e *evaluation) roundLines() {
	for _, round := range e.result.Rounds[e.listed:] {
		e.note(Line{Kind: LineRound, N: round.N, At: round.Due, To: round.Kept, Name: string(round.State), Ref: round.Ref})
	}
	e.listed = len(e.result.Rounds)
}

func (e *evaluation) outcome(r *run, cycle Cycle) {
	switch {
	case r.excluded != nil:
		e.note(Line{Kind: LineExcluded, At: r.excluded.At, Ref: r.excluded.Ref, Note: r.excluded.Note, Name: r.excluded.Actor + ", " + r.excluded.Second})
	case r.end != nil:
		e.note(Line{Kind: LineEnded, At: r.end.At, Ref: r.end.Ref, Name: string(cycle.State), Note: string(r.end.Kind)})
	default:
		e.note(Line{Kind: LineStanding, At: e.now, Name: string(cycle.State), Time: cycle.Remaining})
	}
}

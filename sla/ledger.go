package sla

import (
	"slices"
	"time"
)

// LineKind says what a line of a ledger tells.
type LineKind string

// The kinds of lines, in the order in which they appear for one cycle.
const (
	LinePolicy      LineKind = "policy"      // Name, Note = version, Date = in force from
	LineReapplied   LineKind = "reapplied"   // At, Name = who put the version in the place of another, Note = why, Ref
	LinePromise     LineKind = "promise"     // Promise
	LineCalendar    LineKind = "calendar"    // Name, Note = version, Ref = zone
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
	LineCause       LineKind = "cause"       // At, Note = why it was missed, Name = who says so
	LineStanding    LineKind = "standing"    // At = now, Name = state, Time = remaining
)

// Line is one line of the explanation of a clock, as data; [Line.Text] writes it. Which
// fields are set depends on the kind.
type Line struct {
	Kind    LineKind      `json:"kind"`
	At      time.Time     `json:"at,omitzero"`
	To      time.Time     `json:"to,omitzero"`
	Date    Date          `json:"date,omitzero"`
	N       int           `json:"n,omitempty"`
	Of      int           `json:"of,omitempty"`
	Time    time.Duration `json:"nanoseconds,omitempty"`
	Name    string        `json:"name,omitempty"`
	Ref     string        `json:"ref,omitempty"`
	Note    string        `json:"note,omitempty"`
	Promise *Target       `json:"promise,omitempty"`
}

// InZone returns the lines with their times in a zone, for lines that were stored: JSON
// keeps the offset of a time and not its zone.
func InZone(ledger []Line, zone *time.Location) []Line {
	out := slices.Clone(ledger)
	for i := range out {
		l := &out[i]
		if !l.At.IsZero() {
			l.At = l.At.In(zone)
		}
		if !l.To.IsZero() {
			l.To = l.To.In(zone)
		}
	}
	return out
}

// listedDays bounds the days that a ledger lists one by one.
const listedDays = 100

// Ledger adds to the ledger of a clock the version of the policy under which it counts, behind the promise, and what
// else is to be said of that: the clock itself knows its target alone.
func (p Policy) Ledger(r Result, more ...Line) []Line {
	own := r.Ledger()
	out := append(make([]Line, 0, len(own)+1+len(more)), own[0], p.Line())
	return append(append(out, more...), own[1:]...)
}

// Line names the version of the policy.
func (p Policy) Line() Line {
	return Line{Kind: LinePolicy, Name: p.Name, Note: p.Version, Date: p.From}
}

// Ledger explains the result line by line, see [Explain].
func (r Result) Ledger() []Line {
	b := book{target: r.Target, cal: r.cal, now: r.now}
	b.note(Line{Kind: LinePromise, Promise: &r.Target})
	if r.cal != nil && r.Target.counts() {
		b.note(Line{Kind: LineCalendar, Name: r.cal.spec.Name, Note: r.cal.spec.Version, Ref: r.cal.spec.Zone})
	}
	for _, l := range r.left {
		b.note(Line{Kind: LineLeftOut, At: l.fact.At, Name: string(l.fact.Kind), Ref: l.fact.Ref, Note: l.why})
	}
	listed := 0
	for i := range r.steps {
		s := &r.steps[i]
		b.cycle(s, r.Rounds[listed:s.rounds])
		listed = s.rounds
	}
	return b.lines
}

// book writes a ledger.
type book struct {
	target Target
	cal    *Calendar
	now    time.Time
	lines  []Line
}

func (b *book) local(t time.Time) time.Time {
	if b.cal == nil || t.IsZero() {
		return t
	}
	return t.In(b.cal.zone.loc)
}

func (b *book) note(l Line) {
	l.At, l.To = b.local(l.At), b.local(l.To)
	b.lines = append(b.lines, l)
}

// cycle explains one cycle.
func (b *book) cycle(s *step, rounds []Round) {
	kind := LineStart
	if s.start.Kind == FactReopen {
		kind = LineReopened
	}
	b.note(Line{Kind: kind, At: s.start.At, Ref: s.start.Ref, Note: s.start.Note})
	if b.target.Pause == PauseRestart && !s.base.Equal(s.start.At) && b.target.pauses() {
		b.questions(s)
		b.note(Line{Kind: LineRestarted, At: s.base})
		b.days(s)
	} else {
		b.days(s)
		b.questions(s)
	}
	if s.moved > 0 && s.run.due == nil && b.target.Kind != KindBusinessTime {
		b.note(Line{Kind: LineMoved, At: s.plain, Time: s.moved})
		b.walk(b.cal.localDay(s.plain), DateOf(s.schedule.due).days(), 0)
	}
	if s.run.due != nil {
		b.note(Line{Kind: LineAgreed, At: s.run.due.Until, Ref: s.run.due.Ref, Note: s.run.due.Note, Name: s.run.due.Actor})
	}
	for _, round := range rounds {
		b.note(Line{Kind: LineRound, N: round.N, At: round.Due, To: round.Kept, Name: b.verdict(round.State), Ref: round.Ref})
	}
	if !s.cycle.Due.IsZero() {
		b.note(Line{Kind: LineDue, At: s.cycle.Due})
		if b.cal != nil && b.cal.Provisional(DateOf(b.local(s.start.At)), DateOf(b.local(s.cycle.Due))) {
			b.note(Line{Kind: LineProvisional, N: b.cal.list.OfficialUntil()})
		}
	}
	b.outcome(s)
}

// localDay returns the local day number of an instant.
func (c *Calendar) localDay(t time.Time) int { return DateOf(t.In(c.zone.loc)).days() }

// days lists how the plain due instant came about.
func (b *book) days(s *step) {
	switch b.target.Kind {
	case KindAhead:
		return
	case KindElapsed, KindCycle:
		b.note(Line{Kind: LinePlain, At: s.plain, Time: b.target.Duration})
		return
	case KindBusinessTime:
		b.workedDays(s)
	case KindBusinessDays:
		shift := Line{Kind: LineDayZero, Date: dateOfDays(s.dayZero)}
		if b.cal.localDay(s.base) != s.dayZero {
			shift.Note = "shift"
		}
		b.note(shift)
		first := s.dayZero + 1
		if b.target.Days == 0 || b.target.Counting == DaySame {
			first = s.dayZero
		}
		b.walk(first-1, s.dueDay, max(1, b.target.Days))
	case KindCalendarDate:
		if b.target.Days == 0 {
			return
		}
		day := dateOfDays(s.dayZero)
		month := DateOf(time.Date(day.Year, day.Month+time.Month(b.target.Months), 1, 0, 0, 0, 0, time.UTC))
		b.walk(month.days()-1, s.dueDay, b.target.Days)
	}
	b.note(Line{Kind: LinePlain, At: s.plain, Time: b.target.Duration, N: b.target.Days})
}

// walk lists the days after one day up to another: business days with their number
// of so many (0: not numbered), others with the reason why they do not count.
func (b *book) walk(after, last, of int) {
	n := 0
	for day := after + 1; day <= last; day++ {
		if day > after+listedDays {
			b.note(Line{Kind: LineMore, N: last - day + 1, Date: dateOfDays(last)})
			return
		}
		if !b.cal.business(day) {
			b.note(Line{Kind: LineSkipped, Date: dateOfDays(day), Name: b.cal.closedBecause(day)})
			continue
		}
		n++
		h := b.cal.hoursOf(day)
		line := Line{Kind: LineCounted, Date: dateOfDays(day), At: b.cal.time(b.cal.wallNanos(day, h.open[0].Open)), To: b.cal.time(b.cal.closeOf(day))}
		if of > 0 {
			line.N, line.Of = n, of
		}
		b.note(line)
	}
}

// workedDays lists the working time of each day from the start to the plain due instant.
func (b *book) workedDays(s *step) {
	first, last := b.cal.localDay(s.base), b.cal.localDay(s.plain)
	for day := first; day <= last; day++ {
		if day >= first+listedDays {
			b.note(Line{Kind: LineMore, N: last - day + 1, Date: dateOfDays(last)})
			return
		}
		from, to := b.cal.time(b.cal.wallNanos(day, 0)), b.cal.time(b.cal.wallNanos(day+1, 0))
		if from.Before(s.base) {
			from = s.base
		}
		if to.After(s.plain) {
			to = s.plain
		}
		if worked := b.cal.Between(from, to); worked > 0 {
			// Neither fails: there is working time between the two.
			from, _ = b.cal.NextOpen(from)
			to, _ = b.cal.PrevClose(to)
			b.note(Line{Kind: LineWorked, Date: dateOfDays(day), At: from, To: to, Time: worked})
		} else {
			b.note(Line{Kind: LineSkipped, Date: dateOfDays(day), Name: b.cal.closedBecause(day)})
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
	if len(c.week[dayWeekday(day)].open) > 0 {
		return "skipped by the clock"
	}
	return dayWeekday(day).String()
}

// questions lists the pauses and which of them count.
func (b *book) questions(s *step) {
	for i, p := range s.pauses {
		line := Line{Kind: LinePause, At: p.from.At, Ref: p.from.Ref, Note: p.from.Note}
		switch {
		case s.run.due == nil && b.target.Pause == PauseExtend && i >= s.counted:
			line.Kind = LinePauseLate
		case p.to == nil:
			line.Kind = LinePauseOpen
			line.Time = b.cal.Between(p.from.At, b.now)
		case p.to.At.Equal(p.from.At) && p.from.Kind == FactComplete:
			continue // the restart says so
		default:
			line.To, line.Name = p.to.At, p.to.Ref
			line.Time = b.cal.Between(p.from.At, p.to.At)
		}
		b.note(line)
	}
}

// verdict keeps a missed agreement, a breach, apart from a missed objective.
func (b *book) verdict(s State) string {
	return Verdict(s, b.target.Level, English)
}

const breach = "breach"

func (b *book) outcome(s *step) {
	switch {
	case s.excluded != nil:
		b.note(Line{Kind: LineExcluded, At: s.excluded.At, Ref: s.excluded.Ref, Note: s.excluded.Note, Name: s.excluded.Actor + ", " + s.excluded.Second})
	case s.end != nil:
		b.note(Line{Kind: LineEnded, At: s.end.At, Ref: s.end.Ref, Name: b.verdict(s.cycle.State), Note: string(s.end.Kind)})
	default:
		b.note(Line{Kind: LineStanding, At: b.now, Name: b.verdict(s.cycle.State), Time: s.cycle.Remaining})
	}
	if s.cycle.Cause != "" {
		b.note(Line{Kind: LineCause, At: s.cause.At, Ref: s.cause.Ref, Note: s.cycle.Cause, Name: s.cause.Actor})
	}
}

package report

import (
	"slices"
	"time"
)

// Measure counts the facts.
func Measure(f Facts) Figures {
	m := NewMeter(f)
	for _, in := range f.Incidents {
		m.Incident(in)
	}
	for _, t := range f.Tickets {
		m.Ticket(t)
	}
	return m.Figures()
}

// Meter counts tickets one at a time in bounded memory. Give it the incidents first: a ticket that is also an incident counts
// only as that. It is not safe for concurrent use.
type Meter struct {
	period    Period
	till      time.Time // the end of what counts
	zone      *time.Location
	rows      []Row
	find      map[rowKey]int
	work      []Work
	workAt    map[string]int
	incidents map[string]bool
	fig       Figures
	misses    most[Judged]
	excluded  most[Judged]
	details   most[Ticket]
	oldest    most[Ticket]
	faults    most[Incident]
}

// NewMeter starts a count for the head of the facts: zone, period, cutoff, rows. Their tickets and incidents are not read.
func NewMeter(head Facts) *Meter {
	m := &Meter{
		period: head.Period, till: head.Period.End, zone: zoneOf(head),
		find: map[rowKey]int{}, workAt: map[string]int{}, incidents: map[string]bool{},
		misses:   most[Judged]{limit: MissLimit, less: worse},
		excluded: most[Judged]{limit: MissLimit, less: worse},
		faults:   most[Incident]{limit: IncidentLimit, less: graver},
		oldest:   most[Ticket]{limit: OldestLimit, less: compareReceived},
	}
	if !head.Cutoff.IsZero() && head.Cutoff.Before(m.till) {
		m.till = head.Cutoff
	}
	m.details = most[Ticket]{limit: DetailLimit, less: m.mattersMore}
	m.addRows(head)
	m.fig.Ageing = append(m.fig.Ageing, Age{From: 0, To: 2}, Age{From: 3, To: 7}, Age{From: 8, To: 14}, Age{From: 15, To: 30}, Age{From: 31})
	return m
}

func zoneOf(f Facts) *time.Location {
	if f.Zone == nil {
		return time.UTC
	}
	return f.Zone
}

// Ticket counts a request.
func (m *Meter) Ticket(t Ticket) {
	if m.incidents[t.Key] {
		return
	}
	judged := false
	for _, c := range t.Clocks {
		if m.clock(rowKey{"request", t.Type, c.ID, c.Level}, t.TypeName, t.Key, t.Summary, c) {
			judged = true
		}
	}
	known := m.known(t.Received)
	received, done := t.Received, t.Done
	if !done.IsZero() && done.Before(received) {
		done = received // counted as done at once, and named
		if known && m.inMonth(received) {
			m.fig.Doubtful.add(t.Key)
		}
	}
	open := known && (done.IsZero() || !m.known(done))
	before := known && received.Before(m.period.Start)
	isNew := known && !before
	isDone := known && !open && m.inMonth(done)
	if before && (open || isDone) {
		m.fig.Flow.Start++
	}
	w := m.workOf(t)
	if isNew {
		m.fig.Flow.New++
		w.New++
		at := received.In(m.zone)
		m.fig.Load[(int(at.Weekday())+6)%7][at.Hour()]++
	}
	if isDone {
		m.fig.Flow.Done++
		w.Done++
		if t.Automatic {
			w.Automatic++
		}
	}
	if open {
		m.fig.Flow.End++
		w.Open++
		m.age(t)
	}
	if isNew || isDone || open {
		w.Keys.add(t.Key)
	}
	if isNew || isDone || open || judged {
		m.fig.DetailsAll++
		if open && !t.Done.IsZero() {
			t = openAsOf(t)
		}
		t.Clocks = m.clocksAsOf(t.Clocks)
		m.details.add(t)
	}
}

// known says whether the instant is before the end of what counts.
func (m *Meter) known(t time.Time) bool { return !t.IsZero() && t.Before(m.till) }

func (m *Meter) inMonth(t time.Time) bool { return m.period.Contains(t) && m.known(t) }

func (m *Meter) age(t Ticket) {
	days := int(m.till.Sub(t.Received).Hours() / 24)
	for i := range m.fig.Ageing {
		if a := &m.fig.Ageing[i]; days >= a.From && (a.To == 0 || days <= a.To) {
			a.Count++
			a.Keys.add(t.Key)
		}
	}
	m.oldest.add(t)
	if slices.ContainsFunc(t.Clocks, func(c ClockResult) bool { return c.State == Paused }) {
		m.fig.Waiting.add(t.Key)
	}
}

// workOf finds the line of the ticket's type. Types that the contract does not list come after those that it does.
func (m *Meter) workOf(t Ticket) *Work {
	i, ok := m.workAt[t.Type]
	if !ok {
		i = len(m.work)
		m.workAt[t.Type] = i
		m.work = append(m.work, Work{Type: t.Type, Name: orElse(t.TypeName, t.Type)})
	}
	return &m.work[i]
}

// Figures gives the count so far.
func (m *Meter) Figures() Figures {
	fig := m.fig
	fig.Rows = append([]Row{}, m.rows...)
	for _, r := range fig.Rows {
		fig.Total.sum(r.Counts)
		if r.Level == Agreement {
			fig.Agreement.sum(r.Counts)
		} else {
			fig.Objective.sum(r.Counts)
		}
	}
	fig.Ageing = slices.Clone(m.fig.Ageing)
	fig.Work = slices.DeleteFunc(append([]Work{}, m.work...), func(w Work) bool { return w.New+w.Done+w.Open == 0 })
	fig.Misses = m.misses.best()
	fig.Excluded = m.excluded.best()
	fig.Oldest = m.oldest.best()
	fig.OldestKey = []string{}
	for _, t := range fig.Oldest {
		fig.OldestKey = append(fig.OldestKey, t.Key)
	}
	fig.Details = m.details.best()
	if fig.DetailsAll > DetailLimit {
		fig.Details = fig.Details[:DetailShort]
	}
	slices.SortStableFunc(fig.Details, compareReceived)
	fig.Incidents = m.faults.best()
	slices.SortStableFunc(fig.Incidents, func(a, b Incident) int { return compareAt(a.Detected, a.Key, b.Detected, b.Key) })
	return fig
}

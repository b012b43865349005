package report

import (
	"cmp"
	"slices"
	"time"
)

// Incident counts an incident: its clocks and rounds by the month in which they were known, itself by the month
// in which it was detected.
func (m *Meter) Incident(in Incident) {
	m.incidents[in.Key] = true
	name := incidentName(in.Class)
	judged := false
	for _, c := range in.Clocks {
		if m.clock(rowKey{"incident", in.Class, c.ID, c.Level}, name, in.Key, title(in), c) {
			judged = true
		}
	}
	for _, r := range in.Rounds {
		level := Level(orElse(string(r.Level), string(Objective)))
		c := ClockResult{ID: rounds, Name: "途中経過", Level: level, State: r.State, Due: r.Due, Stopped: r.At, Cause: r.Cause}
		if !m.clock(rowKey{"incident", in.Class, rounds, level}, name, in.Key, title(in), c) {
			continue
		}
		judged = true
		m.fig.Faults.Rounds.add(r.State)
		if r.State == Met && r.Automatic {
			m.fig.Faults.Automatic++
			m.row(rowKey{"incident", in.Class, rounds, level}, name, c.Name).Automatic++
		}
	}
	if !m.known(in.Detected) {
		return
	}
	open := in.Recovered.IsZero() || !m.known(in.Recovered)
	if m.inMonth(in.Detected) {
		m.fault(in, open)
	}
	if m.inMonth(in.Detected) || judged || open || m.inMonth(in.Recovered) {
		m.fig.IncidentsAll++
		in.Clocks, in.Rounds = m.clocksAsOf(in.Clocks), m.roundsAsOf(in.Rounds)
		m.faults.add(in)
	}
}

// graver puts the incidents first that a reader must see when not all can be shown.
func graver(a, b Incident) int {
	return cmp.Or(cmp.Compare(gravity(a), gravity(b)), compareAt(a.Detected, a.Key, b.Detected, b.Key))
}

func gravity(in Incident) int {
	late := slices.ContainsFunc(in.Clocks, func(c ClockResult) bool { return c.State == Missed }) ||
		slices.ContainsFunc(in.Rounds, func(r Round) bool { return r.State == Missed })
	switch {
	case late:
		return 0
	case in.Class == Affected:
		return 1
	}
	return 2
}

func (m *Meter) fault(in Incident, open bool) {
	f := &m.fig.Faults
	f.Count++
	if in.Class == Affected {
		f.Affected++
	}
	end := in.Recovered
	if open {
		f.Open++
		end = m.till
	} else {
		f.Recovered++
		f.RecoverSum += max(end.Sub(in.Detected), 0)
	}
	if end.Sub(in.Detected) > 24*time.Hour {
		f.OverOneDay++
	}
	if in.FirstNotice.IsZero() || !m.known(in.FirstNotice) {
		f.WithoutWord++
		return
	}
	took := max(in.FirstNotice.Sub(in.Detected), 0)
	f.NoticeSum += took
	f.NoticeWorst = max(f.NoticeWorst, took)
}

func incidentName(class string) string {
	switch class {
	case Affected:
		return "障害(サービス影響あり)"
	case NotAffected:
		return "障害(サービス影響なし)"
	}
	return "障害(" + class + ")"
}

// title is what an incident is called in a list.
func title(in Incident) string {
	switch {
	case in.Host != "" && in.Alarm != "":
		return in.Host + " " + in.Alarm
	case in.Summary != "":
		return in.Summary
	}
	return in.Host + in.Alarm
}

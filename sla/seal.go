package sla

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Judged is a clock as it was judged: one line of a closed month.
type Judged struct {
	Ticket  string    `json:"ticket"`
	Clock   string    `json:"clock"`
	Level   Level     `json:"level"`
	State   State     `json:"state"`
	Start   time.Time `json:"start"`
	Due     time.Time `json:"due,omitzero"`
	Stopped time.Time `json:"stopped,omitzero"`
	Cause   string    `json:"cause,omitempty"`
	// Measure is what is done about a miss; it is kept, and no difference of it is a correction.
	Measure string `json:"measure,omitempty"`
}

func (j Judged) cycle() Cycle { return Cycle{State: j.State, Due: j.Due, Stopped: j.Stopped} }

func (j Judged) same(o Judged) bool {
	return j.Ticket == o.Ticket && j.Clock == o.Clock && j.Level == o.Level && j.State == o.State && j.Start.Equal(o.Start) && j.Due.Equal(o.Due) &&
		j.Stopped.Equal(o.Stopped) && j.Cause == o.Cause
}

// Seal is a closed month: its judgements, and what they came from. What is computed
// later is held beside it and never written over it.
type Seal struct {
	Month    string    `json:"month"` // 2026-11
	Policy   string    `json:"policy"`
	Version  string    `json:"version"`
	Calendar string    `json:"calendar_hash"`
	Facts    string    `json:"facts_hash"`
	At       time.Time `json:"at,omitzero"`
	By       string    `json:"by,omitempty"`
	Rows     []Judged  `json:"rows"`
}

// Sum brings the judgements of a month together: those of the rows whose result became
// known in it. facts is whatever they were derived from; only its hash is kept.
func Sum(month string, period Span, p Policy, rows []Judged, facts any) (Seal, error) {
	s := Seal{Month: month, Policy: p.Name, Version: p.Version, Rows: []Judged{}}
	for _, r := range rows {
		if at := r.cycle().KnownAt(); !at.IsZero() && !at.Before(period.From) && at.Before(period.To) {
			s.Rows = append(s.Rows, r)
		}
	}
	slices.SortFunc(s.Rows, func(a, b Judged) int { return cmp.Or(cmp.Compare(a.Ticket, b.Ticket), cmp.Compare(a.Clock, b.Clock)) })
	calendars := map[string]string{}
	for name, spec := range p.Calendars {
		hash, err := spec.Hash()
		if err != nil {
			return s, err
		}
		calendars[name] = hash
	}
	var err error
	if s.Calendar, err = hashOf(calendars); err != nil {
		return s, err
	}
	s.Facts, err = hashOf(facts)
	return s, err
}

// NoCauseError says which missed promises of a month have no cause yet.
type NoCauseError struct{ Rows []Judged }

// Error implements error.
func (e *NoCauseError) Error() string {
	lines := make([]string, len(e.Rows))
	for i, r := range e.Rows {
		lines[i] = fmt.Sprintf("%s %s was missed and has no cause", r.Ticket, r.Clock)
	}
	return strings.Join(lines, "\n")
}

// Close seals the month. It refuses with a [NoCauseError] while a missed promise has no cause.
func (s Seal) Close(by string, at time.Time) (Seal, error) {
	if by == "" {
		return s, fmt.Errorf("closing %s: want who closes it", s.Month)
	}
	var bare []Judged
	for _, r := range s.Rows {
		if r.State == StateMissed && r.Cause == "" {
			bare = append(bare, r)
		}
	}
	if len(bare) > 0 {
		return s, fmt.Errorf("closing %s: %w", s.Month, &NoCauseError{bare})
	}
	s.By, s.At = by, at
	return s, nil
}

// Closed reports whether the month is sealed.
func (s Seal) Closed() bool { return !s.At.IsZero() }

// Correction is a judgement that would be another today. A zero Was or Is says that
// there was, or is, none.
type Correction struct {
	Was Judged `json:"was,omitzero"`
	Is  Judged `json:"is,omitzero"`
	// Because lists what differs: policy, calendar, facts.
	Because []string `json:"because"`
}

// String writes the correction in English.
func (c Correction) String() string {
	name := cmp.Or(c.Was.Ticket, c.Is.Ticket) + " " + cmp.Or(c.Was.Clock, c.Is.Clock)
	tell := func(j Judged) string {
		if j.Ticket == "" {
			return "not judged in this month"
		}
		text := string(j.State)
		if j.State == StateMissed && j.Level == LevelAgreement {
			text = breach
		}
		if !j.Due.IsZero() {
			text += ", due " + when(j.Due)
		}
		if !j.Stopped.IsZero() {
			text += ", stopped " + when(j.Stopped)
		}
		return text
	}
	return fmt.Sprintf("%s: %s → %s", name, tell(c.Was), tell(c.Is))
}

// Corrections compares a sealed month with the same month as it would be judged now.
func (s Seal) Corrections(now Seal) []Correction {
	var because []string
	for _, d := range []struct {
		what    string
		was, is string
	}{
		{"policy", s.Policy + " " + s.Version, now.Policy + " " + now.Version}, {"calendar", s.Calendar, now.Calendar}, {"facts", s.Facts, now.Facts},
	} {
		if d.was != d.is {
			because = append(because, d.what)
		}
	}
	find := func(list []Judged, r Judged) (Judged, bool) {
		i := slices.IndexFunc(list, func(o Judged) bool { return o.Ticket == r.Ticket && o.Clock == r.Clock })
		if i < 0 {
			return Judged{}, false
		}
		return list[i], true
	}
	var out []Correction
	for _, was := range s.Rows {
		if is, ok := find(now.Rows, was); !ok || !was.same(is) {
			out = append(out, Correction{was, is, because})
		}
	}
	for _, is := range now.Rows {
		if _, ok := find(s.Rows, is); !ok {
			out = append(out, Correction{Is: is, Because: because})
		}
	}
	return out
}

// Hash is a fingerprint of everything that the calendar's hours depend on; its name and
// version are no part of it.
func (s CalendarSpec) Hash() (string, error) {
	list, err := s.publicList()
	if err != nil {
		return "", fmt.Errorf("hashing calendar %q: %w", s.Name, err)
	}
	var names map[int]string
	if list != nil {
		names = list.names
	}
	s.Name, s.Version, s.PublicList, s.PublicHolidays = "", "", nil, ""
	return hashOf([]any{s.Zone, s.Week, s.Holidays, s.Closed, s.Dates, names})
}

// hashOf hashes what a value says as JSON, in which maps are sorted.
func hashOf(v any) (string, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("hashing: %w", err)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}

package sla

import (
	"slices"
	"time"
)

// ClockKind says how the due instant of a promise is found.
type ClockKind string

const (
	// KindBusinessDays is "within N business days": the close of the Nth business
	// day after day 0.
	KindBusinessDays ClockKind = "business_days"
	// KindBusinessTime counts working time of the calendar.
	KindBusinessTime ClockKind = "business_time"
	// KindElapsed is plain time and never pauses.
	KindElapsed ClockKind = "elapsed"
	// KindCycle is a promise of regular updates; every round is judged by itself.
	KindCycle ClockKind = "cycle"
	// KindCalendarDate is due on a rule of the calendar such as "the 5th business day
	// of the month".
	KindCalendarDate ClockKind = "calendar_date"
	// KindAhead must be done Duration and Months before an event whose instant [FactDue]
	// names, such as a notice before a planned stop. It never pauses, and has no due
	// instant before the event is known.
	KindAhead ClockKind = "ahead"
)

// Level says what a missed target is.
type Level string

const (
	// LevelObjective marks a service level objective; missing it is a miss (目標未達).
	LevelObjective Level = "slo"
	// LevelAgreement marks a service level agreement; missing it is a breach (違反).
	LevelAgreement Level = "sla"
)

// PauseRule says what a question to the customer does to a clock.
type PauseRule string

const (
	// PauseNone lets the clock run on.
	PauseNone PauseRule = "none"
	// PauseExtend moves the due instant by the working time that stood still.
	PauseExtend PauseRule = "extend"
	// PauseRestart makes the day on which the information became complete day 0.
	PauseRestart PauseRule = "restart"
)

// DayRule says which day is the first that a business_days target counts.
type DayRule string

const (
	// DayNext never counts day 0. It is the default.
	DayNext DayRule = "next_day"
	// DaySame counts day 0 as the first day when it is a business day and the start is
	// before its close.
	DaySame DayRule = "same_day"
)

// DueTime is the time of day at which a business_days or calendar_date target is
// due: [DueClose], [DueSameTime] or a local HH:MM.
type DueTime string

const (
	// DueClose is the close of the business day. It is the default.
	DueClose DueTime = "close"
	// DueSameTime is the local time of day of the start, moved into the hours of the
	// due day. For calendar_date it is the same as [DueClose].
	DueSameTime DueTime = "same_time"
)

// Target is one promise: one clock of a ticket.
type Target struct {
	// ID is unique in its policy and stays the same over versions.
	ID    string    `json:"id"`
	Name  string    `json:"name,omitempty"`
	Kind  ClockKind `json:"kind"`
	Level Level     `json:"level"`
	// Days is N for business_days, and N in "the Nth business day of the month" for
	// calendar_date.
	Days int `json:"days,omitempty"`
	// Months is added to the month of the start for calendar_date: 0 is the same month. For
	// ahead it is taken off the date of the event; a day that the month lacks is its last.
	Months int `json:"months,omitempty"`
	// Duration is the promise of business_time and elapsed, and the length of a round
	// of cycle.
	Duration time.Duration `json:"nanoseconds,omitempty"`
	// Calendar names a calendar of the policy. elapsed and cycle need none.
	Calendar string    `json:"calendar,omitempty"`
	Pause    PauseRule `json:"pause,omitempty"`
	// Counting is the variant of counting days, "" = [DayNext].
	Counting DayRule `json:"counting,omitempty"`
	// DueTime is the time of day of the due instant, "" = [DueClose].
	DueTime DueTime `json:"due_time,omitempty"`
	// Warn holds the warning levels in percent of the promise, ascending. Nil means
	// [DefaultWarn], empty means none. The due instant itself always counts as a change.
	Warn []int `json:"warn,omitempty"`
	// WarnBefore holds further warnings as time before the due instant: working time
	// for business_days, business_time and calendar_date, plain time for the others.
	WarnBefore []time.Duration `json:"warn_before_nanoseconds,omitempty"`
	// Notice names the calendar in whose hours warnings come, see [Result.NoticesIn]; "" is
	// whenever they are due.
	Notice string `json:"notice,omitempty"`
}

// DefaultWarn returns the warning levels that are used when a target names none.
func DefaultWarn() []int { return []int{50, 75, 90} }

// Match selects tickets. An empty list matches every value.
type Match struct {
	Classes, RequestTypes, Impacts, Priorities, Plans []string
}

// Subject is what a policy looks at when it chooses the targets of a ticket.
type Subject struct {
	Class, RequestType, Impact, Priority, Plan string
}

// Matches reports whether every list of m is empty or holds the value of s.
func (m Match) Matches(s Subject) bool {
	in := func(list []string, value string) bool { return len(list) == 0 || slices.Contains(list, value) }
	return in(m.Classes, s.Class) && in(m.RequestTypes, s.RequestType) && in(m.Impacts, s.Impact) &&
		in(m.Priorities, s.Priority) && in(m.Plans, s.Plan)
}

// Rule gives the targets of the tickets that it matches. A rule without targets
// says on purpose that no clock runs.
type Rule struct {
	Match   Match
	Targets []Target
}

// Policy is one version of the promises of a profile or contract.
type Policy struct {
	Name, Version string
	// From is the first local date on which tickets start under this version.
	From Date
	// Calendars holds the calendars that targets name.
	Calendars map[string]CalendarSpec
	// Rules are tried in order; the first that matches applies.
	Rules []Rule
	// Promises are those that no ticket's class chooses: of reports, deliveries, routine
	// checks and notices ahead. Whoever starts one names it.
	Promises []Target
	// Rates are promised figures that are measured over a period.
	Rates []Rate
}

// Promise returns a promise by its ID.
func (p Policy) Promise(id string) (Target, bool) {
	i := slices.IndexFunc(p.Promises, func(t Target) bool { return t.ID == id })
	if i < 0 {
		return Target{}, false
	}
	return p.Promises[i], true
}

// Rate is a promised figure: a share that must be reached, or a length of time that must
// not be passed.
type Rate struct {
	ID, Name string
	Share    Fraction
	AtMost   time.Duration
}

// Kept judges an exact share; without one nothing is kept.
func (r Rate) Kept(share Fraction) bool { return share.AtLeast(r.Share) }

// Rate returns a rate by its ID.
func (p Policy) Rate(id string) (Rate, bool) {
	i := slices.IndexFunc(p.Rates, func(r Rate) bool { return r.ID == id })
	if i < 0 {
		return Rate{}, false
	}
	return p.Rates[i], true
}

// For returns the targets of the first rule that matches s, or nil when none does.
func (p Policy) For(s Subject) []Target {
	for _, r := range p.Rules {
		if r.Match.Matches(s) {
			return slices.Clone(r.Targets)
		}
	}
	return nil
}

// InForce returns the version with the latest From that is not after day, or
// false when none is in force yet. The order of versions does not matter; of two
// versions with the same date the later one in the list wins.
func InForce(versions []Policy, day Date) (Policy, bool) {
	var found *Policy
	for i := range versions {
		p := &versions[i]
		if day.Before(p.From) || (found != nil && p.From.Before(found.From)) {
			continue
		}
		found = p
	}
	if found == nil {
		return Policy{}, false
	}
	return *found, true
}

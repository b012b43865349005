package report

import "time"

// Facts are what is recorded about a customer's month. Everything in them is data: no text is trusted.
type Facts struct {
	Customer     string // id
	CustomerName string
	ProjectKey   string
	Zone         *time.Location // in which instants are written and hours counted; nil is UTC
	Period       Period

	// Cutoff is the closing time of the data: the page tells it, and nothing after it counts. For a month that is
	// over any instant at or after its end will do. In a running month pass the instant of the newest
	// recorded fact, not the present time, or each run makes a new text.
	Cutoff time.Time

	Types     []TypeRow  // every request type of the contract, in order, with or without cases
	Classes   []ClassRow // every promise about incidents, in order
	Tickets   []Ticket   // the requests; a ticket that is also in Incidents counts there only
	Incidents []Incident

	Info    []Field // further lines of the customer information: plan, service hours
	Hosts   []Host
	Billed  string // the node count that the contract counts, in words; "" when it counts none
	Quota   []Quota
	History []MonthRate // earlier months, oldest first

	Decisions       []Note // what the customer has to decide
	Problems        []Note // incidents that repeat, with the state of their cure
	Complaints      []Note
	Vulnerabilities []Note
	Maintenance     []Note
	Proposals       []Note
	Plans           []Note // next month
	Downtimes       []Note // of Toban itself and of what it works with
	LateNotices     []Note // went out after their time

	Edition Edition
	Version string // of the policies that judged, as printed
}

// TypeRow is a row of the compliance table about requests.
type TypeRow struct {
	ID        string // request type; "" stands for every type
	Clock     string // id of the clock that the row counts; "" counts every clock that no other row names
	Name      string // as the report calls it
	Class     string // minor, impactful, basic_support, advanced_support or a class of the contract
	ClassName string // "" takes the known class's name
	Target    string // in words: 1営業日以内
	Level     Level
}

// ClassRow is a row of the compliance table about incidents.
type ClassRow struct {
	Class  string // affected or not_affected
	Clock  string // id of the clock; "" counts every clock of the level that no other row names
	Rounds bool   // counts the rounds of interim updates instead of clocks
	Name   string
	Target string
	Level  Level
}

// Level says how binding a target is.
type Level string

// The levels. A missed objective is 目標未達, a missed agreement 違反.
const (
	Objective Level = "slo"
	Agreement Level = "sla"
)

// State is the state of a clock, as package sla judges it at the cutoff.
type State string

// The states of a clock.
const (
	Running   State = "running"
	Paused    State = "paused"
	Met       State = "met"
	Missed    State = "missed"
	Excluded  State = "excluded"
	Cancelled State = "cancelled"
)

// ClockResult is one clock of one ticket.
type ClockResult struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Level   Level     `json:"level"`
	State   State     `json:"state"`
	Start   time.Time `json:"start,omitzero"`
	Due     time.Time `json:"due,omitzero"`     // zero when there is no deadline
	Stopped time.Time `json:"stopped,omitzero"` // zero while it runs
	Cause   string    `json:"cause"`            // of a miss, or the reason of an exclusion
	Measure string    `json:"measure"`          // what was or will be done about a miss
}

// Ticket is a request.
type Ticket struct {
	Key, Type, TypeName, Class string
	Summary                    string
	Requester, Assignee        string
	Priority, Status           string
	Received                   time.Time
	Done                       time.Time // when it was finished, withdrawn or closed; zero while it is open
	Due                        time.Time // the deadline that holds now; zero for none
	Automatic                  bool      // done without staff
	Clocks                     []ClockResult
}

// Incident is a fault, reported by an alert or by the customer.
type Incident struct {
	Key, Class, Host, Alarm, Summary string
	Detected, FirstNotice, Recovered time.Time
	Clocks                           []ClockResult
	Rounds                           []Round
	Actions                          []string
}

// The incident classes.
const (
	Affected    = "affected"
	NotAffected = "not_affected"
)

// Round is one round of interim updates.
type Round struct {
	Due, At   time.Time // At is zero when none was given
	State     State
	Level     Level // "" is Objective
	Automatic bool  // posted by Toban because nobody wrote
	Cause     string
}

// Field is a named line of information.
type Field struct{ Name, Value string }

// Host is a managed host; Change says in words what is new about it in this month, "" nothing.
type Host struct {
	Name, Kind, Change string
	Keys               []string // of the tickets that changed it
}

// Quota is a contracted amount of work and what was used.
type Quota struct {
	Name              string
	Used, Limit       int
	Unit, Explanation string
}

// MonthRate is the compliance of an earlier month, from its frozen figures.
type MonthRate struct {
	Month string // 2026-10
	Rate  Rate
}

// Note is a sentence of a section with the tickets that it is about.
type Note struct {
	Text string
	Keys []string
}

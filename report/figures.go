package report

import "time"

// How much of a month the figures hold one by one; everything is counted.
const (
	KeyLimit      = 20  // keys of a row
	MissLimit     = 100 // misses and exclusions listed
	DetailLimit   = 500 // tickets of the details page; in a month with more, DetailShort are shown
	DetailShort   = 100
	IncidentLimit = 100
	RoundLimit    = 50 // rounds of an incident on the details page
	OldestLimit   = 5
)

// Figures are the measured month. Lists are in a fixed order and bounded; their totals are not.
type Figures struct {
	Rows      []Row      `json:"compliance"`
	Total     Counts     `json:"total"`
	Objective Counts     `json:"slo"`
	Agreement Counts     `json:"sla"`
	Misses    []Judged   `json:"misses"`
	Excluded  []Judged   `json:"excluded"`
	Uncaused  int        `json:"misses_without_cause"`
	Work      []Work     `json:"work"`
	Flow      Flow       `json:"flow"`
	Ageing    []Age      `json:"ageing"`
	Oldest    []Ticket   `json:"-"`
	OldestKey []string   `json:"oldest"`
	Waiting   Keys       `json:"waiting_for_customer"`
	Load      [7][24]int `json:"received_by_weekday_and_hour"` // Monday first

	Incidents    []Incident `json:"-"`
	IncidentsAll int        `json:"incidents_in_details"`
	Faults       Faults     `json:"incidents"`
	Details      []Ticket   `json:"-"`
	DetailsAll   int        `json:"tickets_in_details"`
	Doubtful     Keys       `json:"doubtful_records"` // done before they were received
}

// Row is a row of the compliance table.
type Row struct {
	Kind      string `json:"kind"` // request or incident
	ID        string `json:"id"`   // request type or incident class
	Clock     string `json:"clock,omitempty"`
	Name      string `json:"name"`
	Class     string `json:"class"`
	ClassName string `json:"class_name"`
	Target    string `json:"target"`
	Level     Level  `json:"level"`
	Counts
	Automatic int  `json:"automatic,omitempty"` // of the met interim updates, those that Toban posted
	Keys      Keys `json:"tickets"`
}

// Keys are ticket keys: the first KeyLimit in the order in which they came, and how many there are.
type Keys struct {
	First []string `json:"first,omitempty"`
	Total int      `json:"total"`
}

func (k *Keys) add(key string) {
	if key == "" || len(k.First) > 0 && k.First[len(k.First)-1] == key {
		return // the next clock of the same ticket
	}
	k.Total++
	if len(k.First) < KeyLimit {
		k.First = append(k.First, key)
	}
}

// Judged is a miss or an exclusion with its ticket.
type Judged struct {
	Key     string      `json:"key"`
	Name    string      `json:"name"` // of the row that counts it
	Target  string      `json:"target"`
	Summary string      `json:"summary"`
	Clock   ClockResult `json:"clock"`
	Known   time.Time   `json:"known"` // when the result became known
}

// Over is how long after the deadline the promise was kept; open tells that it is not kept yet (counted to the cutoff).
func (j Judged) Over(cutoff time.Time) (over time.Duration, open bool) {
	if j.Clock.Due.IsZero() {
		return 0, j.Clock.Stopped.IsZero()
	}
	if j.Clock.Stopped.IsZero() {
		return max(cutoff.Sub(j.Clock.Due), 0), true
	}
	return max(j.Clock.Stopped.Sub(j.Clock.Due), 0), false
}

// Work is what happened to the requests of a type.
type Work struct {
	Type      string `json:"type"`
	Name      string `json:"name"`
	New       int    `json:"new"`
	Done      int    `json:"done"`
	Automatic int    `json:"done_automatically"`
	Open      int    `json:"open"` // at the end
	Keys      Keys   `json:"tickets"`
}

// Flow always adds up: Start + New − Done = End.
type Flow struct {
	Start int `json:"start"`
	New   int `json:"new"`
	Done  int `json:"done"`
	End   int `json:"end"`
}

// Age is how many requests had been open for From to To whole days at the end; To is 0 for "and more".
type Age struct {
	From  int  `json:"from_days"`
	To    int  `json:"to_days,omitempty"`
	Count int  `json:"count"`
	Keys  Keys `json:"tickets"`
}

// Faults sum the incidents that were detected in the period.
type Faults struct {
	Count       int           `json:"count"`
	Affected    int           `json:"affected"`
	OverOneDay  int           `json:"over_one_day"` // not recovered within 24 hours
	Open        int           `json:"open"`         // at the end
	Recovered   int           `json:"recovered"`
	RecoverSum  time.Duration `json:"recover_total_ns"` // detection to recovery
	Rounds      Counts        `json:"interim_updates"`
	Automatic   int           `json:"interim_updates_automatic"`
	WithoutWord int           `json:"without_first_notice"`
	NoticeSum   time.Duration `json:"first_notice_total_ns"`
	NoticeWorst time.Duration `json:"first_notice_worst_ns"`
}

// MeanToRecover is the mean time from detection to recovery; ok is false when nothing recovered.
func (f Faults) MeanToRecover() (mean time.Duration, ok bool) {
	if f.Recovered == 0 {
		return 0, false
	}
	return f.RecoverSum / time.Duration(f.Recovered), true
}

// MeanToNotice is the mean time from detection to the first notice.
func (f Faults) MeanToNotice() (mean time.Duration, ok bool) {
	n := f.Count - f.WithoutWord
	if n <= 0 {
		return 0, false
	}
	return f.NoticeSum / time.Duration(n), true
}

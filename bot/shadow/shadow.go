package shadow

import (
	"time"

	"toban/bot"
)

// Ticket is what happened on a ticket and what Toban made of it.
type Ticket struct {
	*bot.Ticket
	TypeName string     // issue type (種別) of the request type that Toban took it for; "" when it is none of the contract's
	Facts    []bot.Fact // in their order
	Words    []Word     // what Toban would have said, in the order of time
	Said     time.Time  // when Toban really said something on it first; zero: never
}

// Word is an effect that would have gone out.
type Word struct {
	At   time.Time // when
	Due  time.Time // when it was promised; zero: not by a time
	Kind bot.EffectKind
	Text string // as the customer would have read it; "" for fields only
}

// Period is a time in shadow, until its end (exclusive), in a zone.
type Period struct {
	From, To time.Time
	Zone     *time.Location
}

func (p Period) holds(t time.Time) bool { return !t.Before(p.From) && t.Before(p.To) }

// Verdict is how Toban and people compare in one thing.
type Verdict string

// Verdicts.
const (
	Same     Verdict = "same"
	Other    Verdict = "different"
	Earlier  Verdict = "people_earlier"
	Later    Verdict = "people_later"
	Nobody   Verdict = "people_silent"  // people did nothing of it
	NotToban Verdict = "toban_silent"   // people did, Toban would not have
	Neither  Verdict = "neither"        // nothing to compare
	Unsure   Verdict = "toban_asks"     // Toban would have asked staff
	InTime   Verdict = "people_in_time" // by Toban's deadline
	Late     Verdict = "people_late"
	Open     Verdict = "open" // people have not done it yet
)

// Type is how a ticket was classified.
type Type struct {
	Verdict Verdict `json:"verdict"`
	Toban   string  `json:"toban"` // request type
	Name    string  `json:"name"`  // its issue type
	People  string  `json:"people"`
	Changed bool    `json:"changed"` // people changed the issue type after the ticket was opened
}

// Deadline compares days in the customer's zone, since people set a due date by the day.
type Deadline struct {
	Verdict Verdict   `json:"verdict"`
	Toban   time.Time `json:"toban,omitzero"`
	People  string    `json:"people,omitempty"` // yyyy-MM-dd
}

// Answer is the first word to the customer.
type Answer struct {
	Verdict Verdict   `json:"verdict"`
	Toban   time.Time `json:"toban,omitzero"`
	People  time.Time `json:"people,omitzero"`
	By      string    `json:"by,omitempty"`
}

// Done is when people called it done, held against Toban's deadline.
type Done struct {
	Verdict Verdict   `json:"verdict"`
	At      time.Time `json:"at,omitzero"`
	By      string    `json:"by,omitempty"`
}

// Notice is something that Toban would have said, and the word of people that stands nearest to it.
type Notice struct {
	At     time.Time      `json:"at"`
	Due    time.Time      `json:"due,omitzero"`
	Kind   bot.EffectKind `json:"kind"`
	Line   string         `json:"line"` // its first line that says something
	People time.Time      `json:"people,omitzero"`
	By     string         `json:"by,omitempty"`
}

// Act is something that people did.
type Act struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	What string    `json:"what"`
}

// Compared is one ticket.
type Compared struct {
	Key        string         `json:"key"`
	Summary    string         `json:"summary"`
	Received   time.Time      `json:"received"`
	Class      bot.Class      `json:"class"`
	Confidence bot.Confidence `json:"confidence"`
	Type       Type           `json:"type"`
	Deadline   Deadline       `json:"deadline"`
	Answer     Answer         `json:"first_answer"`
	Done       Done           `json:"done"`
	Notices    []Notice       `json:"notices"`
	PeopleOnly []Act          `json:"people_only"` // words of people to which Toban has no counterpart
}

// Left is a ticket that is not compared.
type Left struct {
	Key string `json:"key"`
	Why string `json:"why"`
}

// Sums are the figures of a project.
type Sums struct {
	Tickets       int             `json:"tickets"`
	Types         map[Verdict]int `json:"types"`
	Deadlines     map[Verdict]int `json:"deadlines"`
	Answers       map[Verdict]int `json:"first_answers"`
	Done          map[Verdict]int `json:"done"`
	TobanMinutes  float64         `json:"toban_median_minutes"`  // from receipt to the first answer, where both answered
	PeopleMinutes float64         `json:"people_median_minutes"` // the same
	Notices       int             `json:"notices"`               // in Backlog, that Toban would have given
	Answered      int             `json:"notices_with_people"`   // of these, people wrote something near
	Elsewhere     int             `json:"mails_and_calls"`       // would-be mails and calls: not compared
	PeopleOnly    int             `json:"people_only"`
	Strangers     int             `json:"strangers"` // words of users in no list: not compared
}

// Report is the comparison of a project.
type Report struct {
	Customer string     `json:"customer"`
	Project  string     `json:"project"`
	From     time.Time  `json:"from"`
	To       time.Time  `json:"to"`
	Sums     Sums       `json:"sums"`
	Tickets  []Compared `json:"tickets"`
	Left     []Left     `json:"not_compared"`
	Limits   []string   `json:"limits"` // what the comparison can't see
}

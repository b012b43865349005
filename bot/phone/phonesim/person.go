package phonesim

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Behaviour is what happens when a number is called.
type Behaviour string

// Behaviours. The zero value is no answer.
const (
	NoAnswer  Behaviour = "no_answer"
	Answers   Behaviour = "answers"
	Busy      Behaviour = "busy"
	Voicemail Behaviour = "voicemail"
	Invalid   Behaviour = "invalid" // the network knows no such number
)

// Person is who stands at a number.
type Person struct {
	Number    string    `json:"number"`         // E.164
	Name      string    `json:"name,omitempty"` // for people who look at the page
	Behaviour Behaviour `json:"behaviour"`
	Rings     int       `json:"rings,omitempty"` // before answering; 2 when 0
	Key       string    `json:"key,omitempty"`   // pressed while listening; "" presses none
	Talk      Duration  `json:"talk,omitempty"`  // until hanging up; 15 s when 0
}

// Ring is one ring of a Japanese telephone: a second of tone, two of silence.
const Ring = 3 * time.Second

// SetPeople says who stands at which number; who was there before at the same number is replaced.
func (s *Server) SetPeople(list ...Person) error {
	for _, p := range list {
		if !strings.HasPrefix(p.Number, "+") {
			return fmt.Errorf("reading a person: number %q must be in E.164, such as +81312345678", p.Number)
		}
		if !slices.Contains([]Behaviour{"", NoAnswer, Answers, Busy, Voicemail, Invalid}, p.Behaviour) {
			return fmt.Errorf("reading a person: behaviour %q is none of no_answer, answers, busy, voicemail, invalid", p.Behaviour)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range list {
		s.people[p.Number] = p
	}
	return nil
}

// People are those who stand at numbers, by number.
func (s *Server) People() []Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.SortedFunc(maps.Values(s.people), func(a, b Person) int { return strings.Compare(a.Number, b.Number) })
}

// call is one outbound call.
type call struct {
	id     string
	token  string
	order  order
	at     time.Time
	person Person
	picked time.Time // by hand, at the page: somebody took it at this moment …
	key    string    // … and pressed this
}

// phase is where a call stands.
type phase struct {
	ringing  bool
	answered time.Time // zero: nobody took it
	ended    time.Time // zero: under way
	reason   string    // Connect's DisconnectReason
	key      string
}

// at tells where a call stands at a moment.
func (c *call) phase(now time.Time) phase {
	after := func(at time.Time, p phase) phase {
		if now.Before(at) {
			return phase{ringing: true}
		}
		return p
	}
	talked := func(taken time.Time, talk time.Duration, key, reason string) phase {
		p := phase{answered: taken, key: key}
		if end := taken.Add(talk); !now.Before(end) {
			p.ended, p.reason = end, reason
		}
		return after(taken, p)
	}
	const listens = 15 * time.Second
	talk := time.Duration(c.person.Talk)
	if talk == 0 {
		talk = listens
	}
	if !c.picked.IsZero() {
		return talked(c.picked, talk, c.key, "CUSTOMER_DISCONNECT")
	}
	limit := c.at.Add(time.Duration(c.order.RingTimeoutInSeconds) * time.Second)
	ringsOut := limit
	rings := c.person.Rings
	if rings == 0 {
		rings = 2
	}
	taken := c.at.Add(time.Duration(rings) * Ring)
	switch c.person.Behaviour {
	case Answers:
		if taken.Before(limit) {
			return talked(taken, talk, c.person.Key, "CUSTOMER_DISCONNECT")
		}
	case Voicemail:
		if taken.Before(limit) { // it takes the call and records; nobody presses anything
			return talked(taken, talk, "", "CONTACT_FLOW_DISCONNECT")
		}
	case Busy:
		end := c.at.Add(Ring)
		return after(end, phase{ended: end, reason: "TELECOM_BUSY"})
	case Invalid:
		end := c.at.Add(time.Second)
		return after(end, phase{ended: end, reason: "TELECOM_NUMBER_INVALID"})
	case NoAnswer:
	}
	return after(ringsOut, phase{ended: ringsOut, reason: "TELECOM_UNANSWERED"})
}

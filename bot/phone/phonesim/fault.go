package phonesim

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"toban/bot/standin"
)

// Op is a call of the API.
type Op string

// The operations.
const (
	Start      Op = "start"      // PUT /contact/outbound-voice
	Describe   Op = "describe"   // GET /contacts/{instance}/{contact}
	Attributes Op = "attributes" // GET /contact/attributes/{instance}/{contact}
)

// FaultKind is a way in which the provider misbehaves.
type FaultKind string

// Kinds of faults.
const (
	Limited    FaultKind = "limited"     // 429, nothing done
	FailBefore FaultKind = "fail_before" // 500, nothing done
	FailAfter  FaultKind = "fail_after"  // done, then 500
	DropBefore FaultKind = "drop_before" // the connection breaks, nothing done
	DropAfter  FaultKind = "drop_after"  // done, then the connection breaks: the lost answer
	Slow       FaultKind = "slow"        // done, then the answer takes as long as lag
	Refused    FaultKind = "refused"     // DestinationNotAllowedException
	Forgotten  FaultKind = "forgotten"   // describe and attributes: ResourceNotFoundException
)

// Duration is written like "1m30s" in JSON.
type Duration = standin.Duration

// Fault is a rule. The first one that fits and is within its limits strikes.
type Fault struct {
	Kind  FaultKind `json:"kind"`
	Op    Op        `json:"op,omitempty"`    // "" is any
	Times int       `json:"times,omitempty"` // strikes this often; 0 is without end
	Skip  int       `json:"skip,omitempty"`  // lets so many pass first
	Rate  float64   `json:"rate,omitempty"`  // strikes with this probability, by the dice of the seed; 0 is always
	From  time.Time `json:"from,omitzero"`   // strikes within this window of the world's time only: an outage
	Until time.Time `json:"until,omitzero"`
	Lag   Duration  `json:"lag,omitempty"` // of slow, machine time; a minute when 0
}

func (f Fault) limits() standin.Limits {
	return standin.Limits{Times: f.Times, Skip: f.Skip, Rate: f.Rate, From: f.From, Until: f.Until}
}

// AddFaults adds rules; none of them when one is wrong.
func (s *Server) AddFaults(list ...Fault) error {
	kinds := []FaultKind{Limited, FailBefore, FailAfter, DropBefore, DropAfter, Slow, Refused, Forgotten}
	for n, f := range list {
		if !slices.Contains(kinds, f.Kind) {
			return fmt.Errorf("reading fault %d: kind %q is none of %v", n+1, f.Kind, kinds)
		}
		if !slices.Contains([]Op{"", Start, Describe, Attributes}, f.Op) {
			return fmt.Errorf("reading fault %d: op %q is none of start, describe, attributes", n+1, f.Op)
		}
		if f.Lag < 0 {
			return fmt.Errorf("reading fault %d: lag %s: allowed is 0 or more", n+1, f.Lag)
		}
	}
	return s.faults.Add(list...)
}

// ClearFaults makes the provider behave.
func (s *Server) ClearFaults() { s.faults.Clear() }

func (s *Server) strike(op Op) Fault {
	f, _ := s.faults.Strike(s.now(), func(f Fault) bool { return f.Op == "" || f.Op == op })
	return f
}

// before is a fault that strikes before the work; nil: the work is to be done.
func (f Fault) before() *apiError {
	switch f.Kind {
	case Limited:
		return &apiError{http.StatusTooManyRequests, "ThrottlingException", "Rate exceeded"}
	case FailBefore:
		return &apiError{http.StatusInternalServerError, "InternalServiceException", "Injected fault."}
	case Refused:
		return &apiError{http.StatusForbidden, "DestinationNotAllowedException", "The destination is not allowed."}
	case Forgotten:
		return &apiError{http.StatusNotFound, "ResourceNotFoundException", "No such contact."}
	case FailAfter, DropBefore, DropAfter, Slow:
	}
	return nil
}

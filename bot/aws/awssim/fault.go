package awssim

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"toban/bot/standin"
)

// FaultKind is a way in which AWS misbehaves.
type FaultKind string

// Kinds of faults.
const (
	Limited    FaultKind = "limited"     // too many calls, nothing done
	FailBefore FaultKind = "fail_before" // 500, nothing done
	FailAfter  FaultKind = "fail_after"  // done, then 500
	DropBefore FaultKind = "drop_before" // the connection breaks, nothing done
	DropAfter  FaultKind = "drop_after"  // done, then the connection breaks: the lost answer
	Slow       FaultKind = "slow"        // done, then no answer until the caller gives up
	Refused    FaultKind = "refused"     // no right
	Exhausted  FaultKind = "exhausted"   // no capacity
	Expired    FaultKind = "expired"     // the session is over
	Stuck      FaultKind = "stuck"       // taken on, and never ended
)

// Fault is a rule. The first one that fits and is within its limits strikes.
type Fault struct {
	Kind   FaultKind `json:"kind"`
	Action string    `json:"action,omitempty"` // "" is any
	Times  int       `json:"times,omitempty"`  // strikes this often; 0 is without end
	Skip   int       `json:"skip,omitempty"`   // lets so many pass first
	Rate   float64   `json:"rate,omitempty"`   // strikes with this probability, by the dice of the seed; 0 is always
	From   time.Time `json:"from,omitzero"`    // strikes within this window of the world's time only: an outage
	Until  time.Time `json:"until,omitzero"`
}

func (f Fault) limits() standin.Limits {
	return standin.Limits{Times: f.Times, Skip: f.Skip, Rate: f.Rate, From: f.From, Until: f.Until}
}

// AddFaults adds rules; none of them when one is wrong.
func (s *Server) AddFaults(list ...Fault) error {
	kinds := []FaultKind{Limited, FailBefore, FailAfter, DropBefore, DropAfter, Slow, Refused, Exhausted, Expired, Stuck}
	for n, f := range list {
		if !slices.Contains(kinds, f.Kind) {
			return fmt.Errorf("reading fault %d: kind %q is none of %v", n+1, f.Kind, kinds)
		}
	}
	return s.faults.Add(list...)
}

// ClearFaults ends all rules.
func (s *Server) ClearFaults() { s.faults.Clear() }

// strike is the fault that strikes an action; the zero one when none does.
func (s *Server) strike(action string) Fault {
	f, _ := s.faults.Strike(s.o.Now(), func(f Fault) bool { return f.Action == "" || f.Action == action })
	return f
}

// before is the problem with which a fault answers instead of doing anything.
func (f Fault) before(service string) *problem {
	switch f.Kind {
	case Limited:
		if service == "ec2" {
			return wrong(http.StatusServiceUnavailable, "RequestLimitExceeded", "Request limit exceeded.")
		}
		return bad("Throttling", "Rate exceeded")
	case FailBefore:
		if service == "ec2" {
			return wrong(http.StatusInternalServerError, "InternalError", "An internal error has occurred")
		}
		return wrong(http.StatusInternalServerError, "InternalFailure", "An internal failure has occurred")
	case Refused:
		return denied(service)
	case Exhausted:
		if service == "ec2" { // the lack of capacity is AWS's fault: 500
			return wrong(http.StatusInternalServerError, "InsufficientInstanceCapacity", "We currently do not have sufficient capacity in the Availability Zone you requested.")
		}
		return bad("InsufficientDBInstanceCapacity", "The requested DB instance class is not available in this Availability Zone.")
	case Expired:
		if service == "ec2" {
			return bad("RequestExpired", "Request has expired.")
		}
		return wrong(http.StatusForbidden, "ExpiredToken", "The security token included in the request is expired")
	case FailAfter, DropBefore, DropAfter, Slow, Stuck:
	}
	return nil
}

func denied(service string) *problem {
	if service == "ec2" {
		return wrong(http.StatusForbidden, "UnauthorizedOperation", "You are not authorized to perform this operation. Encoded authorization failure message: 0123456789abcdef")
	}
	return wrong(http.StatusForbidden, "AccessDenied", "User is not authorized to perform this action")
}

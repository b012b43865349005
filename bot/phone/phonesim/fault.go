package phonesim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"
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
type Duration time.Duration

// UnmarshalJSON reads "1m30s".
func (d *Duration) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return fmt.Errorf("reading duration: %w", err)
	}
	v, err := time.ParseDuration(text)
	if err != nil {
		return fmt.Errorf("reading duration: %w", err)
	}
	*d = Duration(v)
	return nil
}

// MarshalJSON writes "1m30s".
func (d Duration) MarshalJSON() ([]byte, error) { return json.Marshal(time.Duration(d).String()) }

// Fault is a rule. The first one that fits and has times left strikes.
type Fault struct {
	Kind  FaultKind `json:"kind"`
	Op    Op        `json:"op,omitempty"`    // "" is any
	Times int       `json:"times,omitempty"` // strikes this often; 0 is without end
	Skip  int       `json:"skip,omitempty"`  // lets so many pass first
	Lag   Duration  `json:"lag,omitempty"`   // of slow, machine time; a minute when 0

	seen, used int
}

// AddFaults adds rules; none of them when one is wrong.
func (s *Server) AddFaults(list ...Fault) error {
	for _, f := range list {
		if !slices.Contains([]FaultKind{Limited, FailBefore, FailAfter, DropBefore, DropAfter, Slow, Refused, Forgotten}, f.Kind) {
			return fmt.Errorf("reading fault: kind %q is not known", f.Kind)
		}
		if !slices.Contains([]Op{"", Start, Describe, Attributes}, f.Op) {
			return fmt.Errorf("reading fault: op %q is none of start, describe, attributes", f.Op)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range list {
		s.faults = append(s.faults, &f)
	}
	return nil
}

// ClearFaults makes the provider behave.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

func (s *Server) strike(op Op) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if f.Op != "" && f.Op != op || f.Times > 0 && f.used == f.Times {
			continue
		}
		if f.seen++; f.seen <= f.Skip {
			continue
		}
		f.used++
		return *f
	}
	return Fault{}
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

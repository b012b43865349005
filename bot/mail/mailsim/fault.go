package mailsim

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"time"
)

// FaultKind is a way in which the server misbehaves.
type FaultKind string

// Kinds of faults.
const (
	Defer  FaultKind = "defer"  // answers 4yz: come later
	Refuse FaultKind = "refuse" // answers 5yz: never
	Bounce FaultKind = "bounce" // accepts; a notice of non-delivery goes to the sender afterwards
	Lost   FaultKind = "lost"   // accepts the mail and breaks the connection without an answer
	Cut    FaultKind = "cut"    // breaks the connection and does nothing
	Slow   FaultKind = "slow"   // waits before the work
	Late   FaultKind = "late"   // does the work, then waits before the answer
)

// Stage is a moment in a delivery.
type Stage string

// Stages.
const (
	StageConnect Stage = "connect" // in-process connections only
	StageAuth    Stage = "auth"
	StageMail    Stage = "mail"
	StageRcpt    Stage = "rcpt"
	StageData    Stage = "data" // after the whole text has come
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
	Kind    FaultKind `json:"kind"`
	At      Stage     `json:"at,omitempty"`    // "" is rcpt for defer and refuse, else data
	To      string    `json:"to,omitempty"`    // pattern of the receiver such as *@example.jp; "" is any
	Times   int       `json:"times,omitempty"` // strikes this often; 0 is without end
	Skip    int       `json:"skip,omitempty"`  // lets so many pass first
	Code    int       `json:"code,omitempty"`  // of the answer; 451 or 550 when 0
	Message string    `json:"message,omitempty"`
	Lag     Duration  `json:"lag,omitempty"` // of slow and late; a minute when 0

	seen, used int
}

func (f *Fault) lag() time.Duration {
	if f.Lag == 0 {
		return time.Minute
	}
	return time.Duration(f.Lag)
}

func (f *Fault) check() error {
	if !slices.Contains([]FaultKind{Defer, Refuse, Bounce, Lost, Cut, Slow, Late}, f.Kind) {
		return fmt.Errorf("reading fault: kind %q is none of defer, refuse, bounce, lost, cut, slow, late", f.Kind)
	}
	if f.At == "" {
		f.At = StageData
		if f.Kind == Defer || f.Kind == Refuse {
			f.At = StageRcpt
		}
	}
	if !slices.Contains([]Stage{StageConnect, StageAuth, StageMail, StageRcpt, StageData}, f.At) {
		return fmt.Errorf("reading fault: stage %q is none of connect, auth, mail, rcpt, data", f.At)
	}
	if (f.Kind == Bounce || f.Kind == Lost || f.Kind == Late) && f.At != StageData {
		return fmt.Errorf("reading fault: %s happens at data only", f.Kind)
	}
	if _, err := path.Match(f.To, ""); err != nil {
		return fmt.Errorf("reading fault: pattern %q: %w", f.To, err)
	}
	return nil
}

// AddFaults adds rules; none of them when one is wrong.
func (s *Server) AddFaults(list ...Fault) error {
	for i := range list {
		if err := list[i].check(); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range list {
		s.faults = append(s.faults, &f)
	}
	return nil
}

// ClearFaults makes the server behave.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// strike finds the fault of a stage. A fault at data for a pattern fits when any of the receivers does.
func (s *Server) strike(at Stage, to ...string) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if f.At != at || f.Times > 0 && f.used == f.Times {
			continue
		}
		if f.To != "" && !slices.ContainsFunc(to, func(a string) bool { ok, _ := path.Match(f.To, a); return ok }) {
			continue
		}
		if f.seen++; f.seen <= f.Skip {
			continue
		}
		f.used++
		hit := *f
		return &hit
	}
	return nil
}

package mailsim

import (
	"fmt"
	"path"
	"slices"
	"time"

	"toban/bot/standin"
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
type Duration = standin.Duration

// Fault is a rule. The first one that fits and is within its limits strikes.
type Fault struct {
	Kind    FaultKind `json:"kind"`
	At      Stage     `json:"at,omitempty"`    // "" is rcpt for defer and refuse, else data
	To      string    `json:"to,omitempty"`    // pattern of the receiver such as *@example.jp; "" is any
	Times   int       `json:"times,omitempty"` // strikes this often; 0 is without end
	Skip    int       `json:"skip,omitempty"`  // lets so many pass first
	Rate    float64   `json:"rate,omitempty"`  // strikes with this probability, by the dice of the seed; 0 is always
	From    time.Time `json:"from,omitzero"`   // strikes within this window of the world's time only: an outage
	Until   time.Time `json:"until,omitzero"`
	Code    int       `json:"code,omitempty"` // of the answer; 451 or 550 when 0
	Message string    `json:"message,omitempty"`
	Lag     Duration  `json:"lag,omitempty"` // of slow and late; a minute when 0
}

func (f Fault) limits() standin.Limits {
	return standin.Limits{Times: f.Times, Skip: f.Skip, Rate: f.Rate, From: f.From, Until: f.Until}
}

func (f *Fault) lag() time.Duration {
	if f.Lag == 0 {
		return time.Minute
	}
	return time.Duration(f.Lag)
}

func (f *Fault) check() error {
	if !slices.Contains([]FaultKind{Defer, Refuse, Bounce, Lost, Cut, Slow, Late}, f.Kind) {
		return fmt.Errorf("kind %q is none of defer, refuse, bounce, lost, cut, slow, late", f.Kind)
	}
	if f.At == "" {
		f.At = StageData
		if f.Kind == Defer || f.Kind == Refuse {
			f.At = StageRcpt
		}
	}
	if !slices.Contains([]Stage{StageConnect, StageAuth, StageMail, StageRcpt, StageData}, f.At) {
		return fmt.Errorf("stage %q is none of connect, auth, mail, rcpt, data", f.At)
	}
	if (f.Kind == Bounce || f.Kind == Lost || f.Kind == Late) && f.At != StageData {
		return fmt.Errorf("%s happens at data only", f.Kind)
	}
	if f.Lag < 0 {
		return fmt.Errorf("lag %s: allowed is 0 or more", f.Lag)
	}
	if least, most := f.codes(); f.Code != 0 && (f.Code < least || f.Code > most) {
		return fmt.Errorf("code %d: allowed for %s is %d to %d", f.Code, f.Kind, least, most)
	}
	if _, err := path.Match(f.To, ""); err != nil {
		return fmt.Errorf("pattern %q: %w", f.To, err)
	}
	return nil
}

// codes are the answers that SMTP (RFC 5321 §4.2.1) has for the kind.
func (f *Fault) codes() (least, most int) {
	if f.Kind == Defer {
		return 400, 499
	}
	return 500, 599
}

// AddFaults adds rules; none of them when one is wrong.
func (s *Server) AddFaults(list ...Fault) error {
	list = slices.Clone(list)
	for n := range list {
		if err := list[n].check(); err != nil {
			return fmt.Errorf("reading fault %d: %w", n+1, err)
		}
	}
	return s.faults.Add(list...)
}

// ClearFaults makes the server behave.
func (s *Server) ClearFaults() { s.faults.Clear() }

// strike finds the fault of a stage. A fault at data for a pattern fits when any of the receivers does.
func (s *Server) strike(at Stage, to ...string) *Fault {
	f, ok := s.faults.Strike(s.opt.Now(), func(f Fault) bool {
		return f.At == at && (f.To == "" || slices.ContainsFunc(to, func(a string) bool { hit, _ := path.Match(f.To, a); return hit }))
	})
	if !ok {
		return nil
	}
	return &f
}

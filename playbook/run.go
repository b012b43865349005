package playbook

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// State is where a run stands.
type State string

// States of a run.
const (
	Ready   State = "ready"
	Running State = "running"
	Asking  State = "asking"  // a check could not tell: a person decides, nothing goes back by itself
	Stopped State = "stopped" // aborted: what follows is not done, what was done stays
	Undoing State = "undoing" // aborted: going back, step by step
	Undone  State = "undone"
	Stuck   State = "stuck" // the way back failed: an incident
	Done    State = "done"
)

// Ended reports whether nothing more can happen to the run.
func (s State) Ended() bool {
	return s == Stopped || s == Undone || s == Stuck || s == Done
}

// Result of a check or of a step back.
type Result string

// Results: three-valued, since what could not be told is neither good nor bad.
const (
	Pass    Result = "pass"
	Fail    Result = "fail"
	Unknown Result = "unknown"
)

// Kind says what happened to a run.
type Kind string

// Kinds of events.
const (
	Start Kind = "start"
	Tick  Kind = "tick"  // the next check of the step at hand has a result
	Abort Kind = "abort" // a person stops the run, by one of the step's criteria or another reason
	Back  Kind = "back"  // the step back at hand has a result
)

// Event is one thing that happened, by whom and when.
type Event struct {
	Kind   Kind      `json:"kind"`
	Step   string    `json:"step,omitempty"`  // of Tick and Back: must be the step at hand
	Check  string    `json:"check,omitempty"` // of Tick: must be the check at hand
	Result Result    `json:"result,omitempty"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Note   string    `json:"note,omitempty"`
}

// Words tell the audit trail what the event did to a run of a playbook, and why.
func (e Event) Words(playbook string) (what, why string) {
	what, why = fmt.Sprintf("playbook %s: %s", playbook, e.Kind), e.By
	if e.Step != "" {
		what += " " + strings.TrimSuffix(e.Step+"/"+e.Check, "/")
	}
	if e.Result != "" {
		what += " " + string(e.Result)
	}
	if e.Note != "" {
		why += ": " + e.Note
	}
	return what, why
}

// Run is a playbook being carried out: a value that never changes, stored after each event.
type Run struct {
	Playbook Playbook  `json:"playbook"` // frozen when the run began
	State    State     `json:"state"`
	Step     int       `json:"step"`  // index of the step at hand, or of the step that is gone back over
	Check    int       `json:"check"` // index of its check at hand
	Since    time.Time `json:"since"` // when the step at hand began
	Log      []Event   `json:"log,omitempty"`
	Why      string    `json:"why,omitempty"` // why it was aborted, or what can't be told
}

// ErrNotNow refuses an event that does not fit where the run stands: out of order, for another step, or after the end.
var ErrNotNow = errors.New("not now")

// New makes a run of a playbook. It fails for one that has problems.
func New(p Playbook) (Run, error) {
	if problems := p.Problems(); len(problems) > 0 {
		return Run{}, fmt.Errorf("making a run of playbook %q: %s", p.ID, problems[0])
	}
	return Run{Playbook: p, State: Ready}, nil
}

// Apply gives the run after an event. An event that does not fit changes nothing and gives ErrNotNow with the reason.
func (r Run) Apply(e Event) (Run, error) {
	next := r
	next.Log = append(slices.Clone(r.Log), e)
	var err error
	switch e.Kind {
	case Start:
		err = next.start(e)
	case Tick:
		err = next.tick(e)
	case Abort:
		err = next.abort(e)
	case Back:
		err = next.back(e)
	default:
		err = fmt.Errorf("unknown event %q: %w", e.Kind, ErrNotNow)
	}
	if err != nil {
		return r, fmt.Errorf("running playbook %s: %w", r.Playbook.ID, err)
	}
	return next, nil
}

func (r *Run) start(e Event) error {
	if r.State != Ready {
		return fmt.Errorf("it is %s: %w", r.State, ErrNotNow)
	}
	r.State, r.Since = Running, e.At
	return nil
}

// At is the step and the check at hand; ok is false when the run does not wait for a check.
func (r Run) At() (s Step, c Check, ok bool) {
	if r.State != Running && r.State != Asking {
		return Step{}, Check{}, false
	}
	s = r.Playbook.Steps[r.Step]
	return s, s.Checks[r.Check], true
}

func (r *Run) tick(e Event) error {
	s, c, ok := r.At()
	switch {
	case !ok:
		return fmt.Errorf("it is %s: %w", r.State, ErrNotNow)
	case e.Step != s.ID || e.Check != c.ID:
		return fmt.Errorf("check %s of step %s is at hand, not %s of %s: %w", c.ID, s.ID, e.Check, e.Step, ErrNotNow)
	}
	switch e.Result {
	case Pass:
		r.State, r.Why = Running, ""
		r.Check++
		if r.Check < len(s.Checks) {
			return nil
		}
		r.Step, r.Check, r.Since = r.Step+1, 0, e.At
		if r.Step == len(r.Playbook.Steps) {
			r.State, r.Step = Done, len(r.Playbook.Steps)-1
		}
		return nil
	case Unknown:
		r.State, r.Why = Asking, reason(c.Text, e.Note)
		return nil
	case Fail:
		r.fall(reason(c.Text, e.Note), e.At)
		return nil
	}
	return fmt.Errorf("unknown result %q: %w", e.Result, ErrNotNow)
}

func (r *Run) abort(e Event) error {
	if _, _, ok := r.At(); !ok {
		return fmt.Errorf("it is %s: %w", r.State, ErrNotNow)
	}
	r.fall(e.Note, e.At)
	return nil
}

func reason(what, note string) string {
	if note == "" {
		return what
	}
	return what + ": " + note
}

// fall ends the way forward. Where the step at hand says undo, the way back begins with it: it may be half done.
func (r *Run) fall(why string, at time.Time) {
	r.State, r.Why, r.Check = Stopped, why, 0
	if r.Playbook.Steps[r.Step].OnAbort != Undo {
		return
	}
	r.Step++ // toUndo looks below
	r.Since = at
	if !r.toUndo() {
		r.Step = 0
		r.State = Undone // nothing had been changed
	}
}

// toUndo goes down to the next step that has a way back. A step without one stops the way back: a person decides.
func (r *Run) toUndo() bool {
	for i := r.Step - 1; i >= 0; i-- {
		switch s := r.Playbook.Steps[i]; {
		case s.Undo != "":
			r.State, r.Step = Undoing, i
			return true
		case s.Final != "":
			r.State, r.Step, r.Why = Stopped, i, reason(r.Why, s.Title+": "+s.Final)
			return true
		}
	}
	return false
}

// Undoing is the step that is gone back over now.
func (r Run) Undoing() (Step, bool) {
	if r.State != Undoing {
		return Step{}, false
	}
	return r.Playbook.Steps[r.Step], true
}

func (r *Run) back(e Event) error {
	s, ok := r.Undoing()
	switch {
	case !ok:
		return fmt.Errorf("it is %s: %w", r.State, ErrNotNow)
	case e.Step != s.ID:
		return fmt.Errorf("step %s is gone back over, not %s: %w", s.ID, e.Step, ErrNotNow)
	case e.Result == Fail:
		r.State, r.Why = Stuck, reason(r.Why, reason(s.Title, e.Note))
		return nil
	case e.Result == Unknown: // it stays at hand: never on by guessing
		return nil
	case e.Result != Pass:
		return fmt.Errorf("unknown result %q: %w", e.Result, ErrNotNow)
	}
	r.Since = e.At
	if !r.toUndo() {
		r.State, r.Step = Undone, 0
	}
	return nil
}

// Late reports whether the step at hand has taken longer than it should, and since when.
func (r Run) Late(now time.Time) (Step, time.Time, bool) {
	s, _, ok := r.At()
	if !ok || s.Within == 0 || !now.After(r.Since.Add(s.Within)) {
		return Step{}, time.Time{}, false
	}
	return s, r.Since.Add(s.Within), true
}

// Finished lists the steps whose checks all passed, in order.
func (r Run) Finished() []Step {
	var out []Step
	for _, s := range r.Playbook.Steps {
		passed := 0
		for _, e := range r.Log {
			if e.Kind == Tick && e.Step == s.ID && e.Result == Pass {
				passed++
			}
		}
		if passed == len(s.Checks) {
			out = append(out, s)
		}
	}
	return out
}

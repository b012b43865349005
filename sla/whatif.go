package sla

import (
	"errors"
	"fmt"
	"time"
)

// Answer evaluates every promise of the policy for a subject from facts, as known at
// now: what a ticket has, or would have if it were so. Promises whose start the facts
// do not hold are left out; no promise at all is an empty list.
func (p Policy) Answer(s Subject, facts []Fact, now time.Time) ([]Result, error) {
	calendars, err := p.Compile()
	if err != nil {
		return nil, err
	}
	var out []Result
	for _, target := range p.For(s) {
		r, err := Evaluate(target, calendars[target.Calendar], facts, now)
		if errors.Is(err, ErrNotStarted) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// Due returns the due instant of a promise that starts at start and never pauses. It
// fails as [Evaluate] does.
func Due(t Target, c *Calendar, start time.Time) (time.Time, error) {
	r, err := Evaluate(t, c, []Fact{{Kind: FactStart, At: start}}, start)
	return r.Due, err
}

// Move is a promise whose due instant or state a change would alter.
type Move struct {
	Target string    `json:"target"`
	Was    time.Time `json:"was,omitzero"` // due; zero when it was not promised
	Is     time.Time `json:"is,omitzero"`  // due; zero when it is promised no more
	// States tell a promise that is missed, or no longer missed, by the change.
	WasState State `json:"was_state,omitempty"`
	IsState  State `json:"is_state,omitempty"`
}

// Moves compares what two policies make of one ticket, promise by promise.
func Moves(before, after []Result) []Move {
	var out []Move
	for i := range before {
		was := before[i].Current()
		m := Move{Target: before[i].Target.ID, Was: was.Due, WasState: was.State}
		if a := find(after, m.Target); a != nil {
			m.Is, m.IsState = a.Current().Due, a.Current().State
		}
		if !m.Is.Equal(m.Was) || m.IsState != m.WasState {
			out = append(out, m)
		}
	}
	for i := range after {
		if is := after[i].Current(); find(before, after[i].Target.ID) == nil {
			out = append(out, Move{Target: after[i].Target.ID, Is: is.Due, IsState: is.State})
		}
	}
	return out
}

func find(list []Result, id string) *Result {
	for i := range list {
		if list[i].Target.ID == id {
			return &list[i]
		}
	}
	return nil
}

// String writes the move in English.
func (m Move) String() string {
	due := func(t time.Time, s State) string {
		switch {
		case s == "":
			return "not promised"
		case t.IsZero():
			return "no date, " + string(s)
		}
		return "due " + when(t) + ", " + string(s)
	}
	return fmt.Sprintf("%s: %s → %s", m.Target, due(m.Was, m.WasState), due(m.Is, m.IsState))
}

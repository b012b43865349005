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
	Target        string
	Before, After Cycle
	// Gone and New say that only one side makes the promise.
	Gone, New bool
}

// Moves compares what two policies make of one ticket, promise by promise.
func Moves(before, after []Result) []Move {
	var out []Move
	for i := range before {
		b := &before[i]
		a := find(after, b.Target.ID)
		switch {
		case a == nil:
			out = append(out, Move{Target: b.Target.ID, Before: b.Current(), Gone: true})
		case !a.Current().Due.Equal(b.Current().Due) || a.Current().State != b.Current().State:
			out = append(out, Move{Target: b.Target.ID, Before: b.Current(), After: a.Current()})
		}
	}
	for i := range after {
		if a := &after[i]; find(before, a.Target.ID) == nil {
			out = append(out, Move{Target: a.Target.ID, After: a.Current(), New: true})
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
	switch {
	case m.Gone:
		return fmt.Sprintf("%s: promised no more, was due %s", m.Target, when(m.Before.Due))
	case m.New:
		return fmt.Sprintf("%s: newly promised, due %s", m.Target, when(m.After.Due))
	}
	text := fmt.Sprintf("%s: due %s → %s", m.Target, when(m.Before.Due), when(m.After.Due))
	if m.Before.State != m.After.State {
		text += fmt.Sprintf(", %s → %s", m.Before.State, m.After.State)
	}
	return text
}

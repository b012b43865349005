// Package verdict is what people say of a promise: why it was missed and what is done about it, and that it does not count (an exclusion:
// special circumstances, a delay of the customer's, planned maintenance), which a second person has to confirm. The rooms that keep clocks
// each have a Book for their own and show its forms on the card; what was said becomes facts, and the engine judges. It knows no ticket and
// decides no deadline.
package verdict

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"toban/bot"
	"toban/sla"
)

// Book holds what was said of the clocks of one room and ticket.
type Book struct {
	// Said are exclusions, causes and what was taken back, each with the key of its clock as Target.
	Said []sla.Fact `json:"said,omitempty"`
	// Measures say by clock what is done so that it is not missed again.
	Measures map[string]string `json:"measures,omitempty"`
	// Proposed are exclusions that wait for a second person.
	Proposed []Proposal `json:"proposed,omitempty"`
	Asked    int        `json:"asked,omitempty"` // proposals so far
}

// Proposal is an exclusion, or the end of one, that a second person has to confirm.
type Proposal struct {
	Clock  string `json:"clock"`
	Name   string `json:"name"`
	Why    string `json:"why"`
	By     string `json:"by"` // person id
	ByName string `json:"by_name"`
	N      int    `json:"n"`              // counts the proposals
	Undo   bool   `json:"undo,omitempty"` // takes an exclusion back
}

// id names the proposal in a form.
func (p Proposal) id() string { return fmt.Sprintf("%s|%d", p.Clock, p.N) }

// Clock is a promise of which something may be said.
type Clock struct {
	// Key stays the same however often the clock is derived anew.
	Key   string
	Name  string // as staff read it
	State sla.State
	Cause string
}

// Facts returns what was said of a clock, for the evaluation of its target.
func (b *Book) Facts(key string) []sla.Fact {
	var out []sla.Fact
	for _, f := range b.Said {
		if f.Target == key {
			f.Target = ""
			out = append(out, f)
		}
	}
	return out
}

// Put writes into a row what was said of its clock: the state of an exclusion, and for the report the cause or the exclusion's reason.
func (b *Book) Put(key string, row *bot.ClockRow) {
	excluded, cause := b.standing(key)
	switch {
	case excluded != nil && row.State != sla.StateCancelled:
		row.State, row.Cause = sla.StateExcluded, fmt.Sprintf("%s(%s、確認 %s)", excluded.Note, excluded.Actor, excluded.Second)
	case row.State == sla.StateMissed && cause != nil:
		row.Cause, row.Measure = cause.Note, b.Measures[key]
	}
}

// standing is the exclusion that holds for a clock and its newest cause; nil is none.
func (b *Book) standing(key string) (excluded, cause *sla.Fact) {
	for i := range b.Said {
		f := &b.Said[i]
		switch {
		case f.Target != key:
		case f.Kind == sla.FactExclude:
			excluded = f
		case f.Kind == sla.FactRetract && excluded != nil && f.Ref == excluded.Ref:
			excluded = nil
		case f.Kind == sla.FactCause:
			cause = f
		}
	}
	return excluded, cause
}

// Notes are lines for the card: what waits for a second person, and which misses have no cause yet.
func (b *Book) Notes(clocks []Clock) []string {
	var out []string
	for _, p := range b.Proposed {
		out = append(out, p.words()+"が確認を待っています: "+p.Why+"("+p.ByName+")")
	}
	var bare []string
	for _, c := range clocks {
		if c.State == sla.StateMissed && c.Cause == "" {
			bare = append(bare, c.Name)
		}
	}
	if len(bare) > 0 {
		out = append(out, "未達の原因が未記入です: "+strings.Join(bare, "、"))
	}
	return out
}

func (p Proposal) words() string {
	if p.Undo {
		return "「" + p.Name + "」の除外の取り消し"
	}
	return "「" + p.Name + "」の除外"
}

func (b *Book) proposal(id string) (Proposal, bool) {
	i := slices.IndexFunc(b.Proposed, func(p Proposal) bool { return p.id() == id })
	if i < 0 {
		return Proposal{}, false
	}
	return b.Proposed[i], true
}

// clone copies what a decision changes: the book it was given may belong to another.
func (b *Book) clone() {
	b.Said, b.Proposed = slices.Clone(b.Said), slices.Clone(b.Proposed)
	measures := map[string]string{}
	maps.Copy(measures, b.Measures)
	b.Measures = measures
}

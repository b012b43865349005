package sla

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// FactKind names what happened to a clock.
type FactKind string

// The kinds of facts, in the order in which facts of the same instant count. A doubt
// never stops a clock: of a pause and a resume at one instant the resume is the later.
const (
	// FactStart starts the clock. Only the first counts.
	FactStart FactKind = "start"
	// FactUpdate is a message that the customer can see; it meets a round of a cycle.
	FactUpdate FactKind = "update"
	// FactPause is a question to the customer that lists what is needed.
	FactPause FactKind = "pause"
	// FactResume is the next comment of a customer user.
	FactResume FactKind = "resume"
	// FactComplete says that the information is complete. It ends a pause, and it is day
	// 0 of targets with [PauseRestart].
	FactComplete FactKind = "complete"
	// FactDue sets the due instant to Until: an agreed date or a decision of staff. The
	// last one counts, and pauses do not move it.
	FactDue FactKind = "due"
	// FactStop fulfils the promise.
	FactStop FactKind = "stop"
	// FactCancel ends the clock without a judgement, unless it was missed by then.
	FactCancel FactKind = "cancel"
	// FactReopen starts a new cycle after a stop or cancel.
	FactReopen FactKind = "reopen"
	// FactExclude takes the cycles that began before it out of the judgement. It needs
	// Note, Actor and another person as Second.
	FactExclude FactKind = "exclude"
	// FactCause names in Note why the cycles that began before it were missed. The last
	// one counts.
	FactCause FactKind = "cause"
	// FactRetract withdraws every fact with the same Ref, such as an update that says
	// nothing or a call typed with the wrong time. Only facts with a Ref can be withdrawn.
	FactRetract FactKind = "retract"
)

// The ranks of the kinds: their places among facts of the same instant.
const (
	rankStart = iota + 1
	rankUpdate
	rankPause
	rankResume
	rankComplete
	rankDue
	rankStop
	rankCancel
	rankReopen
	rankExclude
	rankCause
	rankRetract
)

// rank is the place of the kind among facts of the same instant; 0 is no kind.
func (k FactKind) rank() int {
	switch k {
	case FactStart:
		return rankStart
	case FactUpdate:
		return rankUpdate
	case FactPause:
		return rankPause
	case FactResume:
		return rankResume
	case FactComplete:
		return rankComplete
	case FactDue:
		return rankDue
	case FactStop:
		return rankStop
	case FactCancel:
		return rankCancel
	case FactReopen:
		return rankReopen
	case FactExclude:
		return rankExclude
	case FactCause:
		return rankCause
	case FactRetract:
		return rankRetract
	}
	return 0
}

// Fact is one thing that happened to the clocks of a ticket, at the vendor's own
// time. The order in which facts are passed does not matter, and a fact that is
// passed twice counts once.
type Fact struct {
	Kind FactKind
	At   time.Time
	// Ref is the source event, such as a comment.
	Ref  string
	Note string
	// Target is the ID of the target that the fact concerns; "" concerns all.
	Target string
	// Until is the due instant of [FactDue].
	Until time.Time
	// Auto marks an update that was posted without a person.
	Auto bool
	// Actor did it; Second confirmed it.
	Actor, Second string
}

// What a fact may lack, as explanations name it.
const (
	noDue    = "a due fact needs the due instant"
	noRef    = "a retraction needs the source event of what it withdraws"
	noWords  = "a cause needs words"
	noReason = "an exclusion needs a reason"
	noSecond = "an exclusion needs a second person"
)

// WishedLater is the note of a [FactDue] that comes of a window of work, see [AgreedDeadline].
const WishedLater = "the desired window ends later than the standard deadline"

// Validate reports what a fact lacks. Facts that fail are refused at the door that
// records them; in a replay they are left out and named in the ledger.
func (f Fact) Validate() error { return f.validate(f.Kind.rank()) }

func (f *Fact) validate(kind int) error {
	switch {
	case kind == 0:
		return fmt.Errorf("fact %q: unknown kind", f.Kind)
	case f.At.IsZero():
		return fmt.Errorf("fact %q has no time", f.Kind)
	case kind == rankDue && f.Until.IsZero():
		return errors.New(noDue)
	case kind == rankRetract && f.Ref == "":
		return errors.New(noRef)
	case kind == rankCause && strings.TrimSpace(f.Note) == "":
		return errors.New(noWords)
	case kind == rankExclude && strings.TrimSpace(f.Note) == "":
		return errors.New(noReason)
	case kind == rankExclude && (f.Actor == "" || f.Second == "" || f.Actor == f.Second):
		return errors.New(noSecond)
	}
	return nil
}

// inOrder reports whether the facts that concern a target stand in their defined order,
// each once, with none withdrawn and none after now.
func inOrder(facts []Fact, target string, now time.Time) bool {
	var last *Fact
	for i := range facts {
		f := &facts[i]
		if f.Target != "" && f.Target != target {
			continue
		}
		if f.Kind == FactRetract || last != nil && compareFacts(last, f) >= 0 {
			return false
		}
		last = f
	}
	return last == nil || !last.At.After(now)
}

// ordered returns the facts that concern a target and happened by now, in their
// defined order: by time, then by kind as listed, then by Ref and the other fields.
func ordered(facts []Fact, target string, now time.Time) []*Fact {
	out := make([]*Fact, 0, len(facts))
	var gone []string
	for i := range facts {
		f := &facts[i]
		if (f.Target != "" && f.Target != target) || f.At.After(now) {
			continue
		}
		if f.Kind == FactRetract && f.Validate() == nil {
			gone = append(gone, f.Ref)
			continue
		}
		out = append(out, f)
	}
	if len(gone) > 0 {
		out = slices.DeleteFunc(out, func(f *Fact) bool { return slices.Contains(gone, f.Ref) })
	}
	slices.SortFunc(out, compareFacts)
	return slices.CompactFunc(out, func(a, b *Fact) bool { return compareFacts(a, b) == 0 })
}

func compareFacts(a, b *Fact) int {
	if c := a.At.Compare(b.At); c != 0 {
		return c
	}
	return cmp.Or(
		cmp.Compare(a.Kind.rank(), b.Kind.rank()), strings.Compare(string(a.Kind), string(b.Kind)),
		strings.Compare(a.Ref, b.Ref), a.Until.Compare(b.Until), strings.Compare(a.Note, b.Note),
		strings.Compare(a.Actor, b.Actor), strings.Compare(a.Second, b.Second), compareBool(a.Auto, b.Auto),
	)
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

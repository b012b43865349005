package sla

import (
	"errors"
	"fmt"
	"math/bits"
	"time"
)

// State is how a clock stands.
type State string

const (
	// StateRunning is a clock that can still be met.
	StateRunning State = "running"
	// StatePaused is a clock that waits for the customer.
	StatePaused State = "paused"
	// StateMet is a promise that was kept: stopped at or before its due instant.
	StateMet State = "met"
	// StateMissed is a promise that was not kept by its due instant.
	StateMissed State = "missed"
	// StateExcluded is taken out of the judgement, with a reason and a second person.
	StateExcluded State = "excluded"
	// StateCancelled ended without a judgement.
	StateCancelled State = "cancelled"
)

// Ended reports whether the state is a judgement that only new facts can change.
func (s State) Ended() bool { return s != StateRunning && s != StatePaused }

// ErrNotStarted says that the facts hold no start of the clock by now.
var ErrNotStarted = errors.New("clock has not started")

// Cycle is one run of a clock, from its start or a reopening to its end.
type Cycle struct {
	State State
	Start time.Time
	// Due is the zero time when no date is set yet. While the clock is paused it is the
	// due instant that an answer now would give.
	Due time.Time
	// Stopped is when the promise was fulfilled or cancelled; zero while it is not.
	Stopped time.Time
	// Paused is the time for which the clock stood still, in working time when the
	// clock counts that.
	Paused time.Duration
	// Elapsed and Remaining are without pauses; Remaining is negative after the due
	// instant. Both are working time when the clock counts that.
	Elapsed, Remaining time.Duration
	// Percent is Elapsed of the whole promise, rounded down.
	Percent int
	// Cause says why a missed promise was missed, "" while nobody has said it.
	Cause string
}

// Result is a clock as derived from the facts. The fields of Cycle are those of the
// first cycle, whose judgement stands; [Result.Current] is the one that runs.
type Result struct {
	Target Target
	Cycle
	// Cycles holds the first run and one more for each reopening.
	Cycles []Cycle
	// Rounds holds the rounds of a target of [KindCycle].
	Rounds []Round
	// Moments are the warnings and the due instant of the running cycle, ascending.
	Moments []Moment
	// Provisional says that public holidays before the due instant may still change.
	Provisional bool

	// What [Result.Ledger] tells.
	cal   *Calendar
	now   time.Time
	steps []step
	left  []leftOut
}

// step is one cycle with its arithmetic.
type step struct {
	run
	schedule
	cycle  Cycle
	rounds int // rounds of it and of the cycles before
}

// leftOut is a fact that has no meaning where it stands.
type leftOut struct {
	fact *Fact
	why  string
}

// Moment is an instant at which somebody may have to hear of a running clock.
type Moment struct {
	At time.Time
	// Percent is the warning level; 100 is the due instant.
	Percent int
	// Before is set instead of Percent for a warning a fixed time ahead.
	Before time.Duration
}

// Current returns the last cycle.
func (r Result) Current() Cycle { return r.Cycles[len(r.Cycles)-1] }

// Reopened returns how often the clock was started anew.
func (r Result) Reopened() int { return len(r.Cycles) - 1 }

// NextChange returns the next warning or due instant strictly after now: what a
// timer must wait for. It is false when only a fact can change the clock.
func (r Result) NextChange(now time.Time) (time.Time, bool) {
	for _, m := range r.Moments {
		if m.At.After(now) {
			return m.At, true
		}
	}
	return time.Time{}, false
}

// Reached returns the moments at or before now, ascending.
func (r Result) Reached(now time.Time) []Moment {
	n := 0
	for n < len(r.Moments) && !r.Moments[n].At.After(now) {
		n++
	}
	return r.Moments[:n]
}

// Breach reports whether a missed agreement, not only an objective, was found.
func (r Result) Breach() bool { return r.State == StateMissed && r.Target.Level == LevelAgreement }

// Evaluate derives a clock from the facts of its ticket as they were known at now.
// Facts after now do not count; they must not be changed while the result is in use,
// whose ledger is written from them. The calendar may be nil for targets of kind
// elapsed and cycle. A clock whose due instant has come without a stop is missed; a
// stop at that very instant, even if learned of later, meets it. It fails with
// [ErrNotStarted], for impossible targets, and with [ErrNoWorkingTime].
func Evaluate(t Target, c *Calendar, facts []Fact, now time.Time) (Result, error) {
	if err := t.check(c); err != nil {
		return Result{}, fmt.Errorf("evaluating target %q: %w", t.ID, err)
	}
	e := evaluation{target: t, cal: c, now: now}
	e.result = Result{Target: t, cal: c, now: now}
	runs := e.replay(facts)
	if len(runs) == 0 {
		return Result{}, fmt.Errorf("evaluating target %q: %w", t.ID, ErrNotStarted)
	}
	for i := range runs {
		if err := e.judge(&runs[i]); err != nil {
			return Result{}, fmt.Errorf("evaluating target %q: %w", t.ID, err)
		}
	}
	e.result.Cycle = e.result.Cycles[0]
	return e.result, nil
}

func (t Target) check(c *Calendar) error {
	switch t.Kind {
	case KindElapsed, KindCycle:
		if t.Duration <= 0 {
			return fmt.Errorf("duration %s: want more than zero", t.Duration)
		}
		return nil
	case KindAhead:
		if t.Duration < 0 || t.Months < 0 || t.Duration == 0 && t.Months == 0 {
			return fmt.Errorf("duration %s and %d months ahead: want more than zero", t.Duration, t.Months)
		}
		return nil
	case KindBusinessTime:
		if t.Duration <= 0 {
			return fmt.Errorf("duration %s: want more than zero", t.Duration)
		}
	case KindBusinessDays, KindCalendarDate:
		if t.Days < 0 {
			return fmt.Errorf("%d days: want 0 or more", t.Days)
		}
		if t.agreed() {
			return nil
		}
	default:
		return fmt.Errorf("kind %q: want business_days, business_time, elapsed, cycle, calendar_date or ahead", t.Kind)
	}
	if c == nil {
		return fmt.Errorf("calendar %q is missing", t.Calendar)
	}
	return nil
}

// pauses reports whether questions to the customer move the clock.
func (t *Target) pauses() bool {
	return t.counts() && (t.Pause == PauseExtend || t.Pause == PauseRestart)
}

// run holds the facts of one cycle.
type run struct {
	start    *Fact
	pauses   []standstill // a completion without a question is one of no length
	due      *Fact
	end      *Fact // stop or cancel
	updates  []*Fact
	excluded *Fact
	cause    *Fact
}

type standstill struct {
	from *Fact
	to   *Fact // nil while it lasts
}

// evaluation is one call of Evaluate.
type evaluation struct {
	target Target
	cal    *Calendar
	now    time.Time
	result Result
}

// replay sorts the facts into cycles. What has no meaning where it stands, such as an
// answer without a question, is left out and named in the ledger.
func (e *evaluation) replay(facts []Fact) []run {
	runs := make([]run, 0, 1)
	if inOrder(facts, e.target.ID, e.now) { // as they mostly come
		for i := range facts {
			if f := &facts[i]; f.Target == "" || f.Target == e.target.ID {
				e.take(f, &runs, len(facts)-i)
			}
		}
		return runs
	}
	list := ordered(facts, e.target.ID, e.now)
	for i, f := range list {
		e.take(f, &runs, len(list)-i)
	}
	return runs
}

// take takes in one fact; after it come less than left.
func (e *evaluation) take(f *Fact, runs *[]run, left int) {
	var why string
	kind := f.Kind.rank()
	if err := f.validate(kind); err != nil {
		why = err.Error()
	} else {
		why = e.apply(f, kind, runs, left)
	}
	if why == "" {
		return
	}
	if e.result.left == nil { // often it is a kind of fact that the clock does not know: there will be more
		const share = 4
		e.result.left = make([]leftOut, 0, 1+left/share)
	}
	e.result.left = append(e.result.left, leftOut{f, why})
}

// apply adds one fact to the current cycle and returns why it does not count, if so.
func (e *evaluation) apply(f *Fact, kind int, runs *[]run, left int) string {
	var r *run
	if n := len(*runs); n > 0 {
		r = &(*runs)[n-1]
	}
	if kind == rankStart {
		if r != nil {
			return "the clock had already started"
		}
		*runs = append(*runs, run{start: f})
		return ""
	}
	if r == nil {
		return "the clock had not started"
	}
	switch kind {
	case rankReopen:
		if r.end == nil {
			return "the clock had not ended"
		}
		*runs = append(*runs, run{start: f})
		return ""
	case rankExclude:
		for i := range *runs {
			(*runs)[i].excluded = f
		}
		return ""
	case rankCause:
		for i := range *runs {
			(*runs)[i].cause = f
		}
		return ""
	default: // concerns the cycle that runs
	}
	if r.end != nil {
		return "the clock had ended"
	}
	return r.add(f, kind, &e.target, left)
}

// add takes in a fact of a running cycle. Facts that never concern this kind of
// clock, such as updates, pass in silence.
func (r *run) add(f *Fact, kind int, t *Target, left int) string {
	paused := len(r.pauses) > 0 && r.pauses[len(r.pauses)-1].to == nil
	switch kind {
	case rankPause:
		if !t.pauses() {
			return "this clock never pauses"
		}
		if paused {
			return "the clock already stood still"
		}
		if r.pauses == nil {
			r.pauses = make([]standstill, 0, (left+1)/2)
		}
		r.pauses = append(r.pauses, standstill{from: f})
	case rankResume, rankComplete:
		switch {
		case paused:
			r.pauses[len(r.pauses)-1].to = f
		case kind == rankComplete && t.pauses() && t.Pause == PauseRestart:
			r.pauses = append(r.pauses, standstill{from: f, to: f})
		case kind == rankResume && t.pauses():
			return "the clock was running"
		}
	case rankUpdate:
		if t.Kind == KindCycle {
			if r.updates == nil {
				r.updates = make([]*Fact, 0, left)
			}
			r.updates = append(r.updates, f)
		}
	case rankDue:
		r.due = f
	case rankStop, rankCancel:
		r.end = f
	}
	return ""
}

// percent returns part of whole in percent, rounded down.
func percent(part, whole time.Duration) int {
	switch {
	case part <= 0:
		return 0
	case whole <= 0:
		return 100
	}
	hi, lo := bits.Mul64(uint64(part), 100)
	if hi >= uint64(whole) {
		return 1 << 30 // far over
	}
	q, _ := bits.Div64(hi, lo, uint64(whole))
	return int(min(q, 1<<30))
}

package sla

import (
	"math/big"
	"time"
)

// Judgement is the mark of a row of a compliance table.
type Judgement string

const (
	// JudgementKept says: there were cases and none was missed.
	JudgementKept Judgement = "○"
	// JudgementMissed says: at least one case was missed.
	JudgementMissed Judgement = "×"
	// JudgementNone says: there was no case.
	JudgementNone Judgement = "–"
)

// Tally counts the ended clocks of one row of a compliance table. Running and
// paused clocks are no cases yet, and cancelled ones never become one.
type Tally struct {
	Met, Missed, Excluded, Cancelled, Open int
}

// Count tallies states.
func Count(states ...State) Tally {
	var t Tally
	for _, s := range states {
		switch s {
		case StateMet:
			t.Met++
		case StateMissed:
			t.Missed++
		case StateExcluded:
			t.Excluded++
		case StateCancelled:
			t.Cancelled++
		case StateRunning, StatePaused:
			t.Open++
		}
	}
	return t
}

// Cases returns the number of judged clocks, excluded ones among them.
func (t Tally) Cases() int { return t.Met + t.Missed + t.Excluded }

// Judge marks the row: × when one was missed, – when there was no case, else ○.
func (t Tally) Judge() Judgement {
	switch {
	case t.Missed > 0:
		return JudgementMissed
	case t.Cases() == 0:
		return JudgementNone
	}
	return JudgementKept
}

// Rate returns met of met and missed; excluded clocks are not part of it.
func (t Tally) Rate() Fraction { return Fraction{int64(t.Met), int64(t.Met + t.Missed)} }

// Judge marks a row from the states of its clocks.
func Judge(states ...State) Judgement { return Count(states...).Judge() }

// KnownAt returns the instant at which the result became known, which decides the
// month of a ticket: done or due, whichever is first. It is zero while neither is
// there.
func (c Cycle) KnownAt() time.Time {
	if !c.State.Ended() {
		return time.Time{}
	}
	if c.Stopped.IsZero() || (!c.Due.IsZero() && c.Due.Before(c.Stopped)) {
		return c.Due
	}
	return c.Stopped
}

// Fraction is an exact share. A Den of zero is no value.
type Fraction struct{ Num, Den int64 }

// Valid reports whether there is a value.
func (f Fraction) Valid() bool { return f.Den > 0 }

// AtLeast compares exactly, as judgements must; no value is not at least anything.
func (f Fraction) AtLeast(o Fraction) bool {
	return f.Valid() && o.Valid() && new(big.Rat).SetFrac64(f.Num, f.Den).Cmp(new(big.Rat).SetFrac64(o.Num, o.Den)) >= 0
}

// Percent prints the share in percent with so many decimals, rounded down, such as
// "99.89"; "–" when there is no value. So 99.999 % never reads as 100 %.
func (f Fraction) Percent(decimals int) string {
	if !f.Valid() {
		return string(JudgementNone)
	}
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil)
	n := new(big.Int).Mul(big.NewInt(f.Num), big.NewInt(100))
	n.Mul(n, scale)
	// Div rounds towards minus infinity for a positive divisor.
	n.Div(n, big.NewInt(f.Den))
	return new(big.Rat).SetFrac(n, scale).FloatString(decimals)
}

package sla

import (
	"math/bits"
	"time"
)

// Outage is one incident that made a service unavailable.
type Outage struct {
	Span // To is zero while it lasts
	// Excluded takes it out of the downtime, as planned maintenance is.
	Excluded bool
	Ref      string
}

// Service is what availability is computed from.
type Service struct {
	// Period is the reported stretch, From included, To not.
	Period Span
	// Calendar holds the planned service time; nil is around the clock.
	Calendar    *Calendar
	Maintenance []Span
	Outages     []Outage
	// Target is the promised availability, such as {9990, 10000}; no value means none.
	Target Fraction
	// Now ends an outage that still lasts.
	Now time.Time
}

// Availability holds the figures of a period.
type Availability struct {
	// Planned is the service time without planned maintenance.
	Planned time.Duration
	// Downtime is the part of Planned in which the service was down; overlapping outages
	// count once, excluded ones not at all.
	Downtime time.Duration
	// Share is (Planned − Downtime) / Planned.
	Share Fraction
	// Kept says that Share reaches the target, judged exactly; false without a target.
	Kept bool
	// Incidents began in the period; OverOneDay of them lasted more than 24 hours by now.
	Incidents, OverOneDay int
	// Recovered incidents were ended by now; MeanTimeToRecover is their mean, rounded
	// down to a nanosecond, zero when there is none.
	Recovered         int
	MeanTimeToRecover time.Duration
	// Budget is the downtime that the target allows in the period, rounded down, and
	// BudgetLeft what is left of it; negative when overdrawn.
	Budget, BudgetLeft time.Duration
}

// Figures computes the availability of a period. Excluded outages are left out of
// the downtime, not of the numbers of incidents.
func (s Service) Figures() Availability {
	service := []Span{s.Period}
	planned := SubtractSpans(service, s.Maintenance)
	var down []Span
	var a Availability
	var repair time.Duration
	for _, o := range s.Outages {
		end := o.To
		if end.IsZero() || end.After(s.Now) {
			end = s.Now
		}
		if !o.Excluded {
			down = append(down, Span{o.From, end})
		}
		if o.From.Before(s.Period.From) || !o.From.Before(s.Period.To) {
			continue
		}
		a.Incidents++
		if end.Sub(o.From) > 24*time.Hour {
			a.OverOneDay++
		}
		if !o.To.IsZero() && !o.To.After(s.Now) {
			a.Recovered++
			repair += o.To.Sub(o.From)
		}
	}
	if a.Recovered > 0 {
		a.MeanTimeToRecover = repair / time.Duration(a.Recovered)
	}
	a.Planned = s.measure(planned)
	a.Downtime = a.Planned - s.measure(SubtractSpans(planned, down))
	a.Share = Fraction{int64(a.Planned - a.Downtime), int64(a.Planned)}
	if s.Target.Valid() {
		a.Kept = a.Share.AtLeast(s.Target)
		a.Budget = allowed(a.Planned, s.Target)
		a.BudgetLeft = a.Budget - a.Downtime
	}
	return a
}

func (s Service) measure(spans []Span) time.Duration {
	var sum time.Duration
	for _, p := range MergeSpans(spans) {
		if s.Calendar != nil {
			sum += s.Calendar.Between(p.From, p.To)
		} else {
			sum += p.To.Sub(p.From)
		}
	}
	return sum
}

// allowed returns planned × (1 − target), rounded down to a nanosecond.
func allowed(planned time.Duration, target Fraction) time.Duration {
	if planned <= 0 || target.Num >= target.Den || target.Num < 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(planned), uint64(target.Den-target.Num)) //nolint:gosec // both were found positive above
	q, _ := bits.Div64(hi, lo, uint64(target.Den))                       //nolint:gosec // larger than 0, since larger than Num
	return time.Duration(q)                                              //nolint:gosec // at most planned, which fitted
}

// NthWeekday returns the nth given weekday of a month, such as the 4th Sunday of
// planned maintenance; false when the month has fewer.
func NthWeekday(year int, month time.Month, weekday time.Weekday, n int) (Date, bool) {
	first := Date{year, month, 1}
	ahead := (int(weekday) - int(first.Weekday()) + 7) % 7
	d := first.AddDays(ahead + 7*(n-1))
	return d, n >= 1 && d.Month == month
}

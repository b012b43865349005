package sla

import (
	"slices"
	"time"
)

// Span is a stretch of time, half open: From belongs to it, To does not.
type Span struct{ From, To time.Time }

// MergeSpans returns the union of spans, sorted and apart from each other. Spans
// that do not end after they begin are dropped.
func MergeSpans(spans []Span) []Span {
	sorted := slices.DeleteFunc(slices.Clone(spans), func(s Span) bool { return !s.From.Before(s.To) })
	slices.SortFunc(sorted, func(a, b Span) int { return a.From.Compare(b.From) })
	var out []Span
	for _, s := range sorted {
		if n := len(out); n > 0 && !s.From.After(out[n-1].To) {
			if s.To.After(out[n-1].To) {
				out[n-1].To = s.To
			}
			continue
		}
		out = append(out, s)
	}
	return out
}

// SubtractSpans returns the time of spans that lies in none of the others.
func SubtractSpans(spans, others []Span) []Span {
	var out []Span
	others = MergeSpans(others)
	for _, s := range MergeSpans(spans) {
		for _, o := range others {
			if !o.To.After(s.From) || !o.From.Before(s.To) {
				continue
			}
			if o.From.After(s.From) {
				out = append(out, Span{s.From, o.From})
			}
			s.From = o.To
		}
		if s.From.Before(s.To) {
			out = append(out, s)
		}
	}
	return out
}

// worked is a stretch of working time as positions of a calendar.
type worked struct{ from, to int64 }

// workedIn returns the working time of spans, ascending and apart; stretches
// without working time are left out.
func (c *Calendar) workedIn(spans []Span) []worked {
	if len(spans) == 0 {
		return nil
	}
	var out []worked
	for _, s := range MergeSpans(spans) {
		w := worked{c.locate(nanos(s.From)).pos, c.locate(nanos(s.To)).pos}
		if w.from < w.to {
			out = append(out, w)
		}
	}
	return out
}

// BetweenExcluding is [Calendar.Between] without the working time in the spans.
func (c *Calendar) BetweenExcluding(a, b time.Time, spans []Span) time.Duration {
	return time.Duration(without(c.locate(nanos(a)).pos, c.locate(nanos(b)).pos, c.workedIn(spans)))
}

// without returns the working time between two positions that lies in no stop; it is
// negative when the second is before the first.
func without(from, to int64, stops []worked) int64 {
	if to < from {
		return -without(to, from, stops)
	}
	sum := to - from
	for _, w := range stops {
		sum -= max(0, min(w.to, to)-max(w.from, from))
	}
	return sum
}

// AddExcluding is [Calendar.Add] as if the spans were no working time.
func (c *Calendar) AddExcluding(t time.Time, d time.Duration, spans []Span) (time.Time, error) {
	return c.addWorked(t, d, c.workedIn(spans))
}

func (c *Calendar) addWorked(t time.Time, d time.Duration, stops []worked) (time.Time, error) {
	p := c.locate(nanos(t))
	if d < 0 {
		target := p.pos + int64(d)
		for _, w := range slices.Backward(stops) {
			w.to = min(w.to, p.pos)
			if w.from < w.to && target < w.to {
				target -= w.to - w.from
			}
		}
		return c.backward(target)
	}
	target := p.pos
	if int64(d) > c.work.total()-p.pos {
		return time.Time{}, ErrNoWorkingTime
	}
	target += int64(d)
	for _, w := range stops {
		w.from = max(w.from, p.pos)
		if w.from < w.to && (w.from < target || (d == 0 && w.from == target)) {
			target += w.to - w.from
		}
	}
	if d > 0 {
		return c.forward(target)
	}
	if p.open && target == p.pos {
		return t.In(c.zone.loc), nil
	}
	return c.backward(target)
}

package sla

// ladder adds up a quantity per day over the whole horizon without touching every
// day: ordinary days repeat by the week, only the odd ones (holidays, special
// hours, days around a change of clocks) are written down, each with the sum of
// everything before it. Looking up a sum and looking up a day are binary searches
// over the odd days, so the cost does not depend on the length of a span.
type ladder struct {
	// week[j] is the sum of the ordinary days with remainder < j, counted from a day
	// number divisible by 7.
	week  [8]int64
	rungs []rung
}

type rung struct {
	before int64 // sum of all days before day
	size   int64 // of day itself
	day    int
}

// newLadder builds a ladder from the size of the ordinary days by weekday and
// the sizes of the odd days, ascending.
func newLadder(ordinary [7]int64, days []int, sizes []int64) ladder {
	var l ladder
	for j := range 7 {
		l.week[j+1] = l.week[j] + ordinary[dayWeekday(j)]
	}
	l.rungs = make([]rung, 0, len(days))
	for i, day := range days {
		l.rungs = append(l.rungs, rung{before: l.below(day), size: sizes[i], day: day})
	}
	return l
}

// rungAt returns the index of the first rung whose day is not before day.
func (l *ladder) rungAt(day int) int {
	lo, hi := 0, len(l.rungs)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if l.rungs[mid].day < day {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// below returns the sum of all days of the horizon before day.
func (l *ladder) below(day int) int64 {
	day = min(max(day, horizonFirst), horizonLast)
	i := l.rungAt(day)
	if i == 0 {
		return l.ordinary(day) - l.ordinary(horizonFirst)
	}
	r := &l.rungs[i-1]
	return r.before + r.size + l.ordinary(day) - l.ordinary(r.day+1)
}

// ordinary returns the sum of days 0 to n-1 (negative before day 0) if no day was odd.
func (l *ladder) ordinary(n int) int64 {
	week := floorDiv(int64(n), 7)
	return int64(week)*l.week[7] + l.week[n-week*7]
}

func (l *ladder) total() int64 { return l.below(horizonLast) }

// find returns the day that holds position p and the rest of p within that day;
// p must be at least 0 and less than total.
func (l *ladder) find(p int64) (day int, rest int64) {
	lo, hi := 0, len(l.rungs)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if l.rungs[mid].before <= p {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	from := horizonFirst
	if lo > 0 {
		r := &l.rungs[lo-1]
		p -= r.before
		if p < r.size {
			return r.day, p
		}
		p -= r.size
		from = r.day + 1
	}
	p += l.ordinary(from)
	week := floorDiv(p, l.week[7])
	p -= int64(week) * l.week[7]
	j := 0
	for p >= l.week[j+1] {
		j++
	}
	return week*7 + j, p - l.week[j]
}

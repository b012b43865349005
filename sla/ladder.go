package sla

// ladder adds up a quantity per day over the whole horizon without touching every
// day: ordinary days repeat by the week, only the odd ones (holidays, special
// hours, days around a change of clocks) are written down, each with the sum of
// everything before it. Two indexes lead to the right odd day, by week and by
// position, so the cost does not depend on the length of a span.
type ladder struct {
	// week[j] is the sum of the ordinary days with remainder < j, counted from a day
	// number divisible by 7.
	week  [8]int64
	rungs []rung
	// byWeek holds, for each week of the horizon, the first rung that is not before it.
	byWeek []int32
	// byPosition holds, for each stretch of 2^shift, the number of rungs that begin at
	// or before its first position.
	byPosition []int32
	shift      uint
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
	l.indexed()
	return l
}

// stretches is about how many entries the index by position has.
const stretches = 8 << 10

func (l *ladder) indexed() {
	l.byWeek = make([]int32, (horizonLast-horizonFirst)/7+2)
	i := 0
	for w := range l.byWeek {
		for i < len(l.rungs) && l.rungs[i].day < horizonFirst+7*w {
			i++
		}
		l.byWeek[w] = int32(i)
	}
	total := l.total()
	for total>>l.shift > stretches {
		l.shift++
	}
	l.byPosition = make([]int32, total>>l.shift+2)
	i = 0
	for s := range l.byPosition {
		for i < len(l.rungs) && l.rungs[i].before <= int64(s)<<l.shift {
			i++
		}
		l.byPosition[s] = int32(i)
	}
}

// rungAt returns the index of the first rung whose day is not before day.
func (l *ladder) rungAt(day int) int {
	if l.byWeek == nil { // while the ladder is built, days only rise
		if n := len(l.rungs); n == 0 || l.rungs[n-1].day < day {
			return n
		}
	}
	w := min(max((day-horizonFirst)/7, 0), len(l.byWeek)-1)
	i := int(l.byWeek[w])
	for i < len(l.rungs) && l.rungs[i].day < day {
		i++
	}
	return i
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
	s := p >> l.shift
	lo, hi := int(l.byPosition[s]), int(l.byPosition[s+1])
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

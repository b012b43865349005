package sla

import (
	"fmt"
	"math"
	"sort"
	"time"
	_ "time/tzdata" // every machine knows the same zones
)

// zone is the list of offsets of an IANA zone within the horizon: period i runs
// from[i] (Unix seconds) to from[i+1] with offset off[i] seconds east of UTC.
type zone struct {
	loc  *time.Location
	from []int64
	off  []int64
	// index holds, for each stretch of 2^zoneShift seconds, the period in which it begins.
	index []int32
	// crosses says that some change of offset takes the local date back by a day, as
	// in St. John's until 2011, so that a day may open before the one in front of it
	// has ended.
	crosses bool
}

func loadZone(name string) (zone, error) {
	bad := fmt.Errorf("zone %q: want an IANA name such as Asia/Tokyo or UTC", name)
	if name == "" || name == "Local" {
		return zone{}, bad
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return zone{}, bad
	}
	z := zone{loc: loc}
	end := int64(horizonLast+2) * secondsPerDay
	at := time.Unix(int64(horizonFirst-2)*secondsPerDay, 0)
	for {
		local := at.In(loc)
		_, off := local.Zone()
		z.add(at.Unix(), int64(off))
		_, next := local.ZoneBounds()
		if next.IsZero() || next.Unix() >= end {
			z.indexed()
			return z, nil
		}
		if !next.After(at) { // time.ZoneBounds stands still on the last day of leap years
			next = at.Add(time.Hour)
		}
		at = next
	}
}

func (z *zone) add(from, off int64) {
	n := len(z.off)
	if n == 0 {
		z.from, z.off = []int64{math.MinInt64}, []int64{off}
		return
	}
	last := z.off[n-1]
	if last == off {
		return
	}
	// One second before the change the old offset was in force.
	if floorDiv(from+off, secondsPerDay) < floorDiv(from-1+last, secondsPerDay) {
		z.crosses = true
	}
	z.from, z.off = append(z.from, from), append(z.off, off)
}

const (
	zoneFirst = int64(horizonFirst-4) * secondsPerDay
	zoneShift = 23 // 97 days: seldom more than one change of clocks
)

// indexed makes a lookup cost the same for every instant.
func (z *zone) indexed() {
	last := (int64(horizonLast+4)*secondsPerDay - zoneFirst) >> zoneShift
	z.index = make([]int32, last+1)
	i := 0
	for b := range z.index {
		begins := zoneFirst + int64(b)<<zoneShift
		for i+1 < len(z.from) && z.from[i+1] <= begins {
			i++
		}
		z.index[b] = int32(i)
	}
}

// period returns the index of the period that holds the instant.
func (z *zone) period(sec int64) int {
	b := min(max((sec-zoneFirst)>>zoneShift, 0), int64(len(z.index)-1))
	i := int(z.index[b])
	for i+1 < len(z.from) && z.from[i+1] <= sec {
		i++
	}
	return i
}

// day returns the local day number of an instant.
func (z *zone) day(sec int64) int { return floorDiv(sec+z.off[z.period(sec)], secondsPerDay) }

// wall returns the first instant at which the local clock shows the given second
// of the given day, or a later one. So a time that is skipped in spring is the
// instant of the change, and of a time that comes twice in autumn the first counts.
func (z *zone) wall(day int, second int64) int64 {
	w := int64(day)*secondsPerDay + second
	const farthest = 26 * 3600 // no offset is farther from UTC
	i := z.period(w - farthest)
	for i+1 < len(z.from) && w-z.off[i] >= z.from[i+1] {
		i++
	}
	return max(w-z.off[i], z.from[i])
}

// changes returns the day numbers around every change of offset on which the
// hours of a day may not be what the wall clock suggests.
func (z *zone) changes() []int {
	var days []int
	for i := 1; i < len(z.from); i++ {
		a := floorDiv(z.from[i]+z.off[i-1], secondsPerDay)
		b := floorDiv(z.from[i]+z.off[i], secondsPerDay)
		for d := min(a, b) - 2; d <= max(a, b)+1; d++ {
			days = append(days, d)
		}
	}
	sort.Ints(days)
	return days
}

package sla_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"toban/sla"
)

// reference is a slow, obvious calendar: it looks at every minute of a window and
// writes down whether it is working time. It shares no code with the engine.
type reference struct {
	from    time.Time
	open    []bool
	days    map[string]bool // business days
	closes  map[string]int  // last close of a day, as index of a minute
	opensOn []string        // the date on which the interval of an open minute opened
	local   []string
}

const windowDays = 16

func newReference(spec sla.CalendarSpec, loc *time.Location, first sla.Date) *reference {
	from := time.Date(first.Year, first.Month, first.Day, 0, 0, 0, 0, time.UTC)
	r := &reference{from: from, open: make([]bool, windowDays*1440), days: map[string]bool{}, closes: map[string]int{}}
	r.opensOn, r.local = make([]string, len(r.open)), make([]string, len(r.open))
	wall := make([]int64, len(r.open)+1)
	for i := range wall {
		at := from.Add(time.Duration(i) * time.Minute).In(loc)
		wall[i] = time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), 0, time.UTC).Unix()
		if i < len(r.local) {
			r.local[i] = at.Format(time.DateOnly)
		}
	}
	// reached returns the first minute at which the local clock shows a time or a later one.
	reached := func(date time.Time, minute int) int {
		want := date.Unix() + int64(minute)*60
		for i, w := range wall {
			if w >= want {
				return i
			}
		}
		return len(r.open)
	}
	for n := -3; n < windowDays+3; n++ {
		date := from.AddDate(0, 0, n)
		hours := hoursOn(spec, sla.DateOf(date))
		key := date.Format(time.DateOnly)
		r.days[key] = false
		for _, iv := range hours {
			a, b := reached(date, iv.Open), reached(date, iv.Close)
			r.days[key] = r.days[key] || a < b // what the clock skips whole is no business day
			if prior, ok := r.closes[key]; !ok || b > prior {
				r.closes[key] = b
			}
			for i := a; i < b; i++ {
				if !r.open[i] {
					r.open[i], r.opensOn[i] = true, key
				}
			}
		}
	}
	return r
}

func hoursOn(spec sla.CalendarSpec, d sla.Date) []sla.Interval {
	if list, ok := spec.Dates[d]; ok {
		return list
	}
	if _, ok := spec.Holidays[d]; ok {
		return nil
	}
	for _, c := range spec.Closed {
		md := func(m time.Month, day int) int { return int(m)*100 + day }
		from, to, at := md(c.FromMonth, c.FromDay), md(c.ToMonth, c.ToDay), md(d.Month, d.Day)
		if from <= to && at >= from && at <= to || from > to && (at >= from || at <= to) {
			return nil
		}
	}
	return spec.Week[d.Weekday()]
}

func (r *reference) exclude(spans []sla.Span) {
	for i := range r.open {
		at := r.from.Add(time.Duration(i) * time.Minute)
		for _, s := range spans {
			if !at.Before(s.From) && at.Before(s.To) {
				r.open[i] = false
			}
		}
	}
}

func (r *reference) between(a, b int) int {
	if b < a {
		return -r.between(b, a)
	}
	n := 0
	for i := a; i < b; i++ {
		if r.open[i] {
			n++
		}
	}
	return n
}

// add returns the minute, or -1 when the window is too short to tell.
func (r *reference) add(at, minutes int) int {
	switch {
	case minutes > 0:
		for i := at; i < len(r.open); i++ {
			if r.open[i] {
				if minutes--; minutes == 0 {
					return i + 1
				}
			}
		}
	case minutes < 0:
		for i := at - 1; i >= 0; i-- {
			if r.open[i] {
				if minutes++; minutes == 0 {
					return i
				}
			}
		}
	default:
		for i := at; i < len(r.open); i++ {
			if r.open[i] {
				return i
			}
		}
	}
	return -1
}

func (r *reference) nextClose(at int) int {
	for i := at; i < len(r.open)-1; i++ {
		if r.open[i] && !r.open[i+1] {
			return i + 1
		}
	}
	return -1
}

func (r *reference) nextStart(at int) int {
	for i := at + 1; i < len(r.open); i++ {
		if r.open[i] && !r.open[i-1] {
			return i
		}
	}
	return -1
}

func (r *reference) prevClose(at int) int {
	for i := at; i > 0; i-- {
		if r.open[i-1] {
			return i
		}
	}
	return -1
}

// deadline counts business days after day 0, date by date.
func (r *reference) deadline(at, n int) int {
	day := r.local[at]
	if r.open[at] {
		day = r.opensOn[at]
	}
	date, _ := time.Parse(time.DateOnly, day)
	for range 30 {
		date = date.AddDate(0, 0, 1)
		key := date.Format(time.DateOnly)
		if _, known := r.days[key]; !known {
			return -1
		}
		if r.days[key] {
			if n--; n == 0 {
				if r.closes[key] >= len(r.open) {
					return -1
				}
				return r.closes[key]
			}
		}
	}
	return -1
}

func TestAgainstReference(t *testing.T) {
	const calendars, queries = 300, 40
	checked := 0
	for seed := range uint64(calendars) {
		rng := rand.New(rand.NewPCG(seed, 42))
		spec, first := randomCalendar(rng)
		loc, err := time.LoadLocation(spec.Zone)
		if err != nil {
			t.Fatal(err)
		}
		r := newReference(spec, loc, first)
		c, err := spec.Compile()
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		for range queries {
			checked += compareWithReference(t, fmt.Sprintf("seed %d %+v", seed, spec), rng, c, r)
		}
		spans := make([]sla.Span, 3)
		for i := range spans {
			a := rng.IntN(len(r.open))
			spans[i] = sla.Span{From: r.at(a), To: r.at(a + rng.IntN(1500))}
		}
		r.exclude(spans)
		for range queries {
			a, b, d := r.someMinute(rng), r.someMinute(rng), rng.IntN(2400)-1200
			if got, want := c.BetweenExcluding(r.at(a), r.at(b), spans), r.between(a, b); got != time.Duration(want)*time.Minute {
				t.Errorf("seed %d: between excluding %v gives %s, want %d min", seed, spans, got, want)
			}
			if want := r.add(a, d); want >= 0 {
				got, err := c.AddExcluding(r.at(a), time.Duration(d)*time.Minute, spans)
				if err != nil || !got.Equal(r.at(want)) {
					t.Errorf("seed %d: %s + %d min excluding %v gives %s %v, want %s", seed, r.at(a), d, spans, got, err, r.at(want))
				}
				checked++
			}
			checked++
		}
		if t.Failed() {
			t.Fatalf("seed %d: %+v", seed, spec)
		}
	}
	if checked < 100_000 {
		t.Errorf("only %d answers compared", checked)
	}
}

func (r *reference) at(minute int) time.Time {
	return r.from.Add(time.Duration(minute) * time.Minute)
}

// someMinute stays away from the edges, where the window does not tell.
func (r *reference) someMinute(rng *rand.Rand) int {
	return 3*1440 + rng.IntN(len(r.open)-6*1440)
}

func compareWithReference(t *testing.T, name string, rng *rand.Rand, c *sla.Calendar, r *reference) int {
	t.Helper()
	a, b := r.someMinute(rng), r.someMinute(rng)
	d, n := rng.IntN(2400)-1200, 1+rng.IntN(4)
	if rng.IntN(4) == 0 { // edges are where mistakes are
		if edge := r.nextClose(a); edge >= 0 && edge < len(r.open)-3*1440 {
			a = edge
		}
	}
	at := r.at(a)
	checked := 2
	if got := c.IsOpen(at); got != r.open[a] {
		t.Errorf("%s: open at %s: got %v", name, at, got)
	}
	if got, want := c.Between(at, r.at(b)), r.between(a, b); got != time.Duration(want)*time.Minute {
		t.Errorf("%s: between %s and %s: got %s, want %d min", name, at, r.at(b), got, want)
	}
	check := func(op string, got time.Time, err error, want int) {
		if want < 0 {
			return
		}
		checked++
		if err != nil || !got.Equal(r.at(want)) {
			t.Errorf("%s: %s at %s: got %s %v, want %s", name, op, at.In(c.Location()), got, err, r.at(want).In(c.Location()))
		}
	}
	got, err := c.Add(at, time.Duration(d)*time.Minute)
	check(fmt.Sprintf("add %d min", d), got, err, r.add(a, d))
	got, err = c.NextOpen(at)
	check("next open", got, err, r.add(a, 0))
	got, err = c.NextClose(at)
	check("next close", got, err, r.nextClose(a))
	got, err = c.NextStart(at)
	check("next start", got, err, r.nextStart(a))
	got, err = c.PrevClose(at)
	check("previous close", got, err, r.prevClose(a))
	got, err = c.Deadline(at, n)
	check(fmt.Sprintf("deadline %d", n), got, err, r.deadline(a, n))
	return checked
}

// randomCalendar returns a calendar and the first date of a window, near a change of
// clocks more often than not.
func randomCalendar(rng *rand.Rand) (sla.CalendarSpec, sla.Date) {
	zones := []string{
		"Asia/Tokyo", "UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "America/Sao_Paulo", "Australia/Lord_Howe",
		"America/Havana", "Pacific/Apia", "Africa/Casablanca", "Asia/Kathmandu", "Pacific/Chatham", "Asia/Beirut",
	}
	starts := []sla.Date{
		{Year: 2026, Month: 3, Day: 1},
		{Year: 2026, Month: 3, Day: 22},
		{Year: 2026, Month: 10, Day: 20},
		{Year: 2026, Month: 10, Day: 26},
		{Year: 2008, Month: 10, Day: 11},
		{Year: 2010, Month: 10, Day: 30},
		{Year: 2009, Month: 3, Day: 4},
		{Year: 2009, Month: 2, Day: 8},
		{Year: 2011, Month: 12, Day: 24},
		{Year: 2026, Month: 12, Day: 22},
		{Year: 2024, Month: 2, Day: 20},
		{Year: 2040, Month: 12, Day: 24},
	}
	first := starts[rng.IntN(len(starts))].AddDays(rng.IntN(7) - 3)
	spec := sla.CalendarSpec{
		Name: "random", Zone: zones[rng.IntN(len(zones))], Week: map[time.Weekday][]sla.Interval{},
		Holidays: map[sla.Date]string{}, Dates: map[sla.Date][]sla.Interval{},
	}
	spec.Week[time.Wednesday] = []sla.Interval{{Open: 9 * 60, Close: 17 * 60}}
	for day := time.Sunday; day <= time.Saturday; day++ {
		if rng.IntN(4) > 0 {
			spec.Week[day] = randomHours(rng)
		}
	}
	if rng.IntN(6) == 0 {
		spec.Week = sla.AroundTheClock(spec.Zone).Week
	}
	for range rng.IntN(4) {
		spec.Holidays[first.AddDays(rng.IntN(windowDays))] = "holiday"
	}
	for range rng.IntN(4) {
		spec.Dates[first.AddDays(rng.IntN(windowDays))] = randomHours(rng)
	}
	if rng.IntN(3) == 0 {
		spec.Closed = []sla.YearlyRange{{FromMonth: 12, FromDay: 30, ToMonth: 1, ToDay: 3, Name: "closed"}}
	}
	return spec, first
}

func randomHours(rng *rand.Rand) []sla.Interval {
	var out []sla.Interval
	for range rng.IntN(4) {
		grain := []int{1, 15, 60}[rng.IntN(3)]
		opens := rng.IntN(1440/grain) * grain
		closes := opens + (1+rng.IntN(1440/grain))*grain
		if rng.IntN(3) > 0 {
			closes = min(closes, 1440)
		}
		out = append(out, sla.Interval{Open: opens, Close: closes})
	}
	return out
}

package config

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"toban/config/tree"
	"toban/sla"
)

// calendarFile is a calendar as profiles and customers write it.
type calendarFile struct {
	ID             string                      `yaml:",key"`
	Zone           *time.Location              `yaml:"zone,required"`
	Week           map[string][]sla.Interval   `yaml:"week"`
	PublicHolidays string                      `yaml:"public_holidays"`
	Holidays       map[sla.Date]string         `yaml:"holidays"`
	Closed         []closedFile                `yaml:"closed"`
	Dates          map[sla.Date][]sla.Interval `yaml:"dates"`
}

// closedFile is a stretch of days of every year, both ends included.
type closedFile struct {
	From monthDay `yaml:"from,required"`
	To   monthDay `yaml:"to,required"`
	Name string   `yaml:"name"`
}

// monthDay is a day of every year, written 12/30.
type monthDay struct {
	month time.Month
	day   int
}

// UnmarshalText implements [encoding.TextUnmarshaler].
func (d *monthDay) UnmarshalText(text []byte) error {
	bad := fmt.Errorf("must be an existing day of the year such as 12/30, got %s", tree.Quote(string(text)))
	m, day, ok := strings.Cut(string(text), "/")
	month, err1 := strconv.Atoi(m)
	n, err2 := strconv.Atoi(day)
	const leapYear = 2024 // so that 2/29 may be named
	t := time.Date(leapYear, time.Month(month), n, 0, 0, 0, 0, time.UTC)
	if !ok || err1 != nil || err2 != nil || int(t.Month()) != month || t.Day() != n {
		return bad
	}
	d.month, d.day = t.Month(), n
	return nil
}

// calendars turns what was written into what the engine takes.
func (l *loader) calendars(files []calendarFile, version string, n *tree.Node) map[string]sla.CalendarSpec {
	out := make(map[string]sla.CalendarSpec, len(files))
	for i := range files {
		f := &files[i]
		at := n.Get(f.ID)
		spec := sla.CalendarSpec{
			Name: f.ID, Version: version, Holidays: f.Holidays, Dates: f.Dates,
			Week: l.week(f.Week, at.Get("week")),
		}
		if f.Zone != nil { // else it was said
			spec.Zone = f.Zone.String()
		}
		l.publicHolidays(&spec, f.PublicHolidays, at.At("public_holidays"))
		for _, c := range f.Closed {
			spec.Closed = append(spec.Closed, sla.YearlyRange{
				FromMonth: c.From.month, FromDay: c.From.day, ToMonth: c.To.month, ToDay: c.To.day, Name: c.Name,
			})
		}
		for date, hours := range f.Dates {
			l.checkOverlap(hours, at.At("dates", date.String()))
		}
		if len(spec.Week) == 0 && len(spec.Dates) == 0 && at != nil {
			l.faults.Add(at.Pos, "has no hours at all; set week, such as {mon-fri: [\"10:00-19:00\"]}")
		}
		out[f.ID] = spec
	}
	return out
}

// week resolves the keys of a week. A key of fewer days wins over one of more, so that a customer can write fri over mon-fri.
func (l *loader) week(files map[string][]sla.Interval, n *tree.Node) map[time.Weekday][]sla.Interval {
	if n == nil {
		return nil
	}
	out, width := map[time.Weekday][]sla.Interval{}, map[time.Weekday]int{}
	for _, f := range n.Fields {
		days, err := parseDays(f.Name)
		if err != nil {
			l.faults.Add(f.Pos, "%s", err)
			continue
		}
		hours := files[f.Name]
		l.checkOverlap(hours, f.Value.Pos)
		for _, day := range days {
			switch w := width[day]; {
			case w == len(days):
				l.faults.Add(f.Pos, "gives %s hours that another key of the same length gives too", dayNames[day])
			case w == 0 || len(days) < w:
				out[day], width[day] = hours, len(days)
			}
		}
	}
	for day, hours := range out {
		if l.joinsHours {
			break
		}
		for _, late := range hours {
			for _, early := range out[(day+1)%7] {
				if late.Close-24*60 > early.Open {
					l.faults.Add(n.Pos, "has hours of %s (%s) that run into those of %s (%s)", dayNames[day], late, dayNames[(day+1)%7], early)
				}
			}
		}
	}
	maps.DeleteFunc(out, func(_ time.Weekday, hours []sla.Interval) bool { return len(hours) == 0 })
	return out
}

func (l *loader) checkOverlap(hours []sla.Interval, pos tree.Pos) {
	if l.joinsHours {
		return
	}
	sorted := slices.SortedFunc(slices.Values(hours), func(a, b sla.Interval) int { return a.Open - b.Open })
	for i := 1; i < len(sorted); i++ {
		if sorted[i].Open < sorted[i-1].Close {
			l.faults.Add(pos, "holds hours that overlap: %s and %s", sorted[i-1], sorted[i])
		}
	}
}

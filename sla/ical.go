package sla

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ical reads the all-day events of an iCalendar file (RFC 5545) as holidays: DTSTART
// with DTEND, and yearly rules with BYMONTH, BYDAY, INTERVAL, COUNT and UNTIL.
func ical(text string) (*HolidayList, error) {
	list := &HolidayList{names: map[int]string{}, projected: map[int]bool{}}
	var event *icalEvent
	depth := 0 // inside an alarm of an event
	for n, line := range unfold(text) {
		if line == "" {
			continue
		}
		name, params, value, ok := icalLine(line)
		if !ok {
			return nil, fmt.Errorf("reading iCalendar, line %d: want NAME:VALUE, got %.40q", n+1, line)
		}
		switch {
		case name == "BEGIN" && value == "VEVENT":
			event = &icalEvent{line: n + 1}
		case event == nil:
		case name == "BEGIN":
			depth++
		case name == "END" && depth > 0:
			depth--
		case depth > 0:
		case name == "END":
			if err := event.into(list); err != nil {
				return nil, fmt.Errorf("reading iCalendar, event of line %d: %w", event.line, err)
			}
			event = nil
		default:
			if err := event.set(name, params, value); err != nil {
				return nil, fmt.Errorf("reading iCalendar, line %d, %s: %w", n+1, name, err)
			}
		}
	}
	if event != nil {
		return nil, fmt.Errorf("reading iCalendar, event of line %d: want END:VEVENT", event.line)
	}
	if len(list.names) == 0 {
		return nil, errors.New("reading iCalendar: it holds no all-day events")
	}
	return list, nil
}

// unfold joins continued lines to the line on which they begin, so that numbers stay
// those of the file.
func unfold(text string) []string {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	at := 0
	for i, line := range lines {
		if i > 0 && line != "" && (line[0] == ' ' || line[0] == '\t') {
			lines[at] += line[1:]
			lines[i] = ""
		} else if line != "" {
			at = i
		}
	}
	return lines
}

func icalLine(line string) (name, params, value string, ok bool) {
	quoted := false
	colon := strings.IndexFunc(line, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return r == ':' && !quoted
	})
	if colon <= 0 {
		return "", "", "", false
	}
	name, params, _ = strings.Cut(line[:colon], ";")
	return strings.ToUpper(name), strings.ToUpper(params), strings.TrimSpace(line[colon+1:]), true
}

type icalEvent struct {
	line       int
	first, end Date // end is exclusive
	name       string
	cancelled  bool
	repeats    bool
	rule       yearly
	except     []Date
}

// yearly is a rule that repeats once a year.
type yearly struct {
	every, count int
	until        Date
	month        time.Month // 0: that of the event
	weekday      time.Weekday
	nth          int // 0: the day of the month of the event; negative from the end of the month
}

func (e *icalEvent) set(name, params, value string) error {
	var err error
	switch name {
	case "SUMMARY":
		e.name = strings.NewReplacer(`\,`, ",", `\;`, ";", `\n`, " ", `\N`, " ", `\\`, `\`).Replace(value)
	case "DTSTART":
		e.first, err = icalDate(value)
		if err == nil && !e.allDay(params, value) {
			e.first = Date{} // an appointment is no holiday
		}
	case "DTEND":
		e.end, err = icalDate(value)
	case "STATUS":
		e.cancelled = value == "CANCELLED"
	case "RRULE":
		e.repeats = true
		e.rule, err = parseYearly(value)
	case "EXDATE":
		for part := range strings.SplitSeq(value, ",") {
			d, err := icalDate(part)
			if err != nil {
				return err
			}
			e.except = append(e.except, d)
		}
	}
	return err
}

func (e *icalEvent) allDay(params, value string) bool {
	return strings.Contains(params, "VALUE=DATE") && !strings.Contains(params, "DATE-TIME") || len(value) == len("20060102")
}

func icalDate(value string) (Date, error) {
	const layout = "20060102"
	if len(value) < len(layout) {
		return Date{}, fmt.Errorf("%q: want an existing day as YYYYMMDD", value)
	}
	t, err := time.Parse(layout, value[:len(layout)])
	if err != nil {
		return Date{}, fmt.Errorf("%q: want an existing day as YYYYMMDD", value)
	}
	return DateOf(t), nil
}

func parseYearly(value string) (yearly, error) {
	y := yearly{every: 1}
	for part := range strings.SplitSeq(value, ";") {
		key, v, _ := strings.Cut(part, "=")
		var err error
		switch strings.ToUpper(key) {
		case "FREQ":
			if v != "YEARLY" {
				return y, fmt.Errorf("FREQ=%s: want YEARLY", v)
			}
		case "INTERVAL":
			y.every, err = strconv.Atoi(v)
		case "COUNT":
			y.count, err = strconv.Atoi(v)
		case "UNTIL":
			y.until, err = icalDate(v)
		case "BYMONTH":
			var month int
			month, err = strconv.Atoi(v)
			y.month = time.Month(month)
		case "BYDAY":
			err = y.byDay(v)
		case "BYMONTHDAY", "WKST", "": // the day is that of the event
		default:
			return y, fmt.Errorf("%s: want FREQ, INTERVAL, COUNT, UNTIL, BYMONTH and BYDAY", key)
		}
		if err != nil {
			return y, fmt.Errorf("%s=%s: %w", key, v, err)
		}
	}
	if y.every < 1 || y.count < 0 || y.month < 0 || y.month > time.December {
		return y, fmt.Errorf("%q: want INTERVAL from 1, COUNT from 1 and BYMONTH from 1 to 12", value)
	}
	return y, nil
}

func (y *yearly) byDay(v string) error {
	days := []string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}
	if len(v) < 3 {
		return errors.New("want the nth weekday such as 4TH or -1MO")
	}
	weekday := slices.Index(days, v[len(v)-2:])
	nth, err := strconv.Atoi(v[:len(v)-2])
	if err != nil || weekday < 0 || nth == 0 || nth > 5 || nth < -5 {
		return errors.New("want the nth weekday such as 4TH or -1MO")
	}
	y.weekday, y.nth = time.Weekday(weekday), nth
	return nil
}

// in returns the day of a year, if the rule has one.
func (y yearly) in(year int, first Date) (Date, bool) {
	month := y.month
	if month == 0 {
		month = first.Month
	}
	switch {
	case y.nth > 0:
		return NthWeekday(year, month, y.weekday, y.nth)
	case y.nth < 0:
		last := Date{year, month, daysIn(month, year)}
		back := (int(last.Weekday()) - int(y.weekday) + 7) % 7
		d := last.AddDays(-back + 7*(y.nth+1))
		return d, d.Month == month
	}
	d := Date{year, month, first.Day}
	return d, dateOfDays(d.days()) == d // 2/29 is skipped in common years
}

// into adds the days of an event to a list.
func (e *icalEvent) into(list *HolidayList) error {
	if e.cancelled || e.first.IsZero() {
		return nil
	}
	length := 1
	if !e.end.IsZero() {
		length = e.end.Sub(e.first)
	}
	const longest = 366
	if length < 1 || length > longest {
		return fmt.Errorf("DTEND %s: want a day after DTSTART %s, at most a year on", e.end, e.first)
	}
	put := func(day Date) {
		list.official = max(list.official, day.Year)
		for i := range length {
			if d := day.AddDays(i); !slices.Contains(e.except, day) && list.names[d.days()] == "" {
				list.names[d.days()] = cmp.Or(e.name, "holiday")
			}
		}
	}
	if !e.repeats {
		put(e.first)
		return nil
	}
	last, n := dateOfDays(horizonLast-1), 0
	for year := e.first.Year; year <= last.Year; year += e.rule.every {
		day, ok := e.rule.in(year, e.first)
		if !ok || day.Before(e.first) {
			continue
		}
		if !e.rule.until.IsZero() && e.rule.until.Before(day) || e.rule.count > 0 && n >= e.rule.count {
			break
		}
		put(day)
		n++
	}
	return nil
}

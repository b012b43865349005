package sla

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Interval is one stretch of working time in minutes after local midnight of the
// day on which it opens. Close 1440 is 24:00; a Close above 1440 is past
// midnight and still belongs to the opening day. An interval is half open: at
// Open it is working time, at Close no more.
type Interval struct {
	Open, Close int
}

const minutesPerDay = 24 * 60

// ParseInterval reads "10:00-19:00". A close of 24:00 is midnight; a close at or
// before the open is on the next day ("22:00-07:00").
func ParseInterval(s string) (Interval, error) {
	from, to, ok := strings.Cut(s, "-")
	if !ok {
		return Interval{}, fmt.Errorf("reading hours %q: want HH:MM-HH:MM", s)
	}
	return ParseHours(strings.TrimSpace(from), strings.TrimSpace(to))
}

// ParseHours reads the two ends of an interval, each HH:MM; see [ParseInterval].
func ParseHours(from, to string) (Interval, error) {
	opens, err := parseMinute(from)
	if err != nil {
		return Interval{}, err
	}
	closes, err := parseMinute(to)
	if err != nil {
		return Interval{}, err
	}
	if opens == minutesPerDay {
		return Interval{}, fmt.Errorf("reading hours %q: an interval opens at 23:59 at the latest", from+"-"+to)
	}
	if closes <= opens {
		closes += minutesPerDay
	}
	return Interval{Open: opens, Close: closes}, nil
}

// String formats the interval as [ParseInterval] reads it.
func (i Interval) String() string {
	closes := i.Close
	if closes > minutesPerDay {
		closes -= minutesPerDay
	}
	return formatMinute(i.Open) + "-" + formatMinute(closes)
}

// MarshalText implements [encoding.TextMarshaler].
func (i Interval) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler]; see [ParseInterval].
func (i *Interval) UnmarshalText(text []byte) error {
	parsed, err := ParseInterval(string(text))
	if err != nil {
		return err
	}
	*i = parsed
	return nil
}

func parseMinute(s string) (int, error) {
	bad := fmt.Errorf("reading time of day %q: want HH:MM from 00:00 to 24:00", s)
	if len(s) != len("00:00") || s[2] != ':' {
		return 0, bad
	}
	hour, err := strconv.ParseUint(s[:2], 10, 8)
	if err != nil {
		return 0, bad
	}
	minute, err := strconv.ParseUint(s[3:], 10, 8)
	if err != nil || minute > 59 || hour*60+minute > minutesPerDay {
		return 0, bad
	}
	return int(hour*60 + minute), nil
}

func formatMinute(m int) string { return fmt.Sprintf("%02d:%02d", m/60, m%60) }

// YearlyRange is a stretch of days that is closed every year, both ends
// included, such as 12/30–1/3. It may wrap the year.
type YearlyRange struct {
	FromMonth time.Month
	FromDay   int
	ToMonth   time.Month
	ToDay     int
	Name      string
}

// String formats the range as "12/30-1/3".
func (r YearlyRange) String() string {
	return fmt.Sprintf("%d/%d-%d/%d", int(r.FromMonth), r.FromDay, int(r.ToMonth), r.ToDay)
}

// CalendarSpec describes a calendar as data. It is compiled once with
// [CalendarSpec.Compile] and never changes afterwards.
type CalendarSpec struct {
	Name, Version string
	// Zone is an IANA name such as Asia/Tokyo.
	Zone string
	// Week holds the ordinary hours; a weekday without hours is closed.
	Week map[time.Weekday][]Interval
	// PublicHolidays is "" for none, [HolidaysJapan], or the name of PublicList.
	PublicHolidays string
	// PublicList goes before the embedded list: a newer one, or that of another country,
	// see [ParseHolidayList]. Nil keeps the embedded list.
	PublicList *HolidayList
	// Holidays are further closed days with their names.
	Holidays map[Date]string
	// Closed are company holidays.
	Closed []YearlyRange
	// Dates are date-specific hours. They win over everything else; a date with no
	// intervals is closed.
	Dates map[Date][]Interval
}

// HolidaysJapan selects the national holidays of Japan.
const HolidaysJapan = "jp"

package sla

import (
	"fmt"
	"time"
)

// Date is a civil date without a time or a zone. The zero value is no date.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf returns the civil date that t shows in its own location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{Year: y, Month: m, Day: d}
}

// ParseDate reads a date written yyyy-MM-dd and refuses dates that do not exist.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || len(s) != len(time.DateOnly) {
		return Date{}, fmt.Errorf("reading date %q: want an existing day as yyyy-MM-dd", s)
	}
	return DateOf(t), nil
}

// String formats the date as yyyy-MM-dd.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day) }

// MarshalText implements [encoding.TextMarshaler].
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler]; see [ParseDate].
func (d *Date) UnmarshalText(text []byte) error {
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// IsZero reports whether d is no date.
func (d Date) IsZero() bool { return d == Date{} }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return dayWeekday(d.days()) }

// Before reports whether d is earlier than o.
func (d Date) Before(o Date) bool { return d.days() < o.days() }

// AddDays returns the date n civil days later (earlier when n is negative).
func (d Date) AddDays(n int) Date { return dateOfDays(d.days() + n) }

// Sub returns the number of civil days from o to d.
func (d Date) Sub(o Date) int { return d.days() - o.days() }

const secondsPerDay = 86400

// days returns the number of days since 1970-01-01.
func (d Date) days() int {
	return floorDiv(time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Unix(), secondsPerDay)
}

func dateOfDays(n int) Date { return DateOf(time.Unix(int64(n)*secondsPerDay, 0).UTC()) }

// dayWeekday returns the weekday of a day number; 1970-01-01 was a Thursday.
func dayWeekday(n int) time.Weekday {
	w := (n + int(time.Thursday)) % 7
	if w < 0 {
		w += 7
	}
	return time.Weekday(w)
}

func floorDiv(a, b int64) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return int(q)
}

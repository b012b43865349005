package backlog

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Date is a day without time or zone: start and due dates, release dates, date
// fields. The zero value is no date.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// NewDate returns the given day.
func NewDate(year int, month time.Month, day int) Date { return Date{year, month, day} }

// DateOf returns the day of t in t's own zone.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// ParseDate reads what the API writes for a date-only field: yyyy-MM-dd, or a
// date-time. Midnight UTC means that UTC day; any other instant is what older
// data has, midnight in the space's zone, and means its day in loc.
func ParseDate(s string, loc *time.Location) (Date, error) {
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return DateOf(t), nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return Date{}, fmt.Errorf("reading a date: %.40q is neither yyyy-MM-dd nor RFC 3339", s)
	}
	if utc := t.UTC(); utc.Equal(utc.Truncate(24 * time.Hour)) {
		return DateOf(utc), nil
	}
	return DateOf(t.In(loc)), nil
}

// IsZero tells whether there is no date.
func (d Date) IsZero() bool { return d == Date{} }

// String returns yyyy-MM-dd, or "" for no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// In returns midnight of the day in loc.
func (d Date) In(loc *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, loc)
}

// Compare returns -1, 0 or +1 as d is before, the same as or after other.
func (d Date) Compare(other Date) int { return strings.Compare(d.String(), other.String()) }

// MarshalJSON writes yyyy-MM-dd, or null for no date.
func (d Date) MarshalJSON() ([]byte, error) {
	if d.IsZero() {
		return []byte("null"), nil
	}
	return json.Marshal(d.String())
}

// UnmarshalJSON reads what ParseDate reads, null and "". It takes Japan for the
// space's zone, which is where the old form with 15:00:00Z comes from.
func (d *Date) UnmarshalJSON(b []byte) error {
	var s Text
	if err := s.UnmarshalJSON(b); err != nil {
		return fmt.Errorf("reading a date: %w", err)
	}
	if s == "" {
		*d = Date{}
		return nil
	}
	parsed, err := ParseDate(string(s), time.FixedZone("JST", 9*60*60))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

package config

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"toban/config/tree"
)

// Days are days of the week, written daily, mon-fri, or sat,sun.
type Days []time.Weekday

var dayNames = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// UnmarshalText implements [encoding.TextUnmarshaler].
func (d *Days) UnmarshalText(text []byte) error {
	days, err := parseDays(string(text))
	*d = days
	return err
}

func parseDays(s string) (Days, error) {
	if s == "daily" {
		return Days{0, 1, 2, 3, 4, 5, 6}, nil
	}
	bad := fmt.Errorf("must be days such as daily, mon-fri or sat,sun, got %s", tree.Quote(s))
	var out Days
	seen := map[time.Weekday]bool{}
	for part := range strings.SplitSeq(s, ",") {
		from, to, isRange := strings.Cut(part, "-")
		if !isRange {
			to = from
		}
		first, last := dayIndex(from), dayIndex(to)
		if first < 0 || last < 0 {
			return nil, bad
		}
		for day := first; ; day = (day + 1) % 7 {
			if seen[time.Weekday(day)] {
				return nil, bad
			}
			seen[time.Weekday(day)] = true
			out = append(out, time.Weekday(day))
			if day == last {
				break
			}
		}
	}
	return out, nil
}

func dayIndex(s string) int {
	for i, name := range dayNames {
		if strings.TrimSpace(s) == name {
			return i
		}
	}
	return -1
}

// LocalTime is a date with a time of day and no zone, written 2026-12-01T09:00; the zone is that of its surroundings.
type LocalTime struct {
	t time.Time
}

// UnmarshalText implements [encoding.TextUnmarshaler].
func (t *LocalTime) UnmarshalText(text []byte) error {
	parsed, err := time.Parse("2006-01-02T15:04", string(text))
	if err != nil {
		return errors.New("must be an existing day and time such as 2026-12-01T09:00, got " + tree.Quote(string(text)))
	}
	t.t = parsed
	return nil
}

// In returns the instant in a zone.
func (t LocalTime) In(zone *time.Location) time.Time {
	return time.Date(t.t.Year(), t.t.Month(), t.t.Day(), t.t.Hour(), t.t.Minute(), 0, 0, zone)
}

// IsZero reports whether there is no time.
func (t LocalTime) IsZero() bool { return t.t.IsZero() }

// Equal reports whether both are the same date and time of day.
func (t LocalTime) Equal(o LocalTime) bool { return t.t.Equal(o.t) }

// Before reports whether t is earlier than o.
func (t LocalTime) Before(o LocalTime) bool { return t.t.Before(o.t) }

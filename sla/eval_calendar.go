package sla

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// calendarFields describe a calendar in a line, or in a file of its own.
type calendarFields struct {
	Zone           string          `json:"tz"`
	Hours          json.RawMessage `json:"hours"`
	Holidays       json.RawMessage `json:"holidays"`
	Overrides      json.RawMessage `json:"overrides"`
	PublicHolidays *string         `json:"public_holidays"`
}

// ParseCalendar reads a calendar as a line of `toban sla eval` carries it: a JSON
// object with tz, hours by weekday (mon to sun) as lists of [open, close], holidays as
// a list of dates or as dates with their names, overrides as hours by date, and
// public_holidays (jp or none). A close of 24:00 is midnight, one at or before the open
// is on the next day; hours that overlap are one.
func ParseCalendar(data []byte) (CalendarSpec, error) {
	var f calendarFields
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return CalendarSpec{}, fmt.Errorf("reading calendar: %w: want tz, hours, holidays, overrides and public_holidays", err)
	}
	if f.Hours == nil {
		return CalendarSpec{}, errors.New("reading calendar: hours is missing: want lists of [open, close] by weekday")
	}
	spec, err := f.spec(CalendarSpec{Zone: "UTC"})
	if err != nil {
		return CalendarSpec{}, fmt.Errorf("reading calendar: %w", err)
	}
	return spec, nil
}

// calendar returns the calendar of a line: its own hours, else the default with the
// zone, holidays and overrides of the line.
func (e *Evaluator) calendar(q question) (*Calendar, error) {
	f := &q.calendarFields
	e.key = append(e.key[:0], f.Zone...)
	for _, part := range []json.RawMessage{f.Hours, f.Holidays, f.Overrides} {
		e.key = append(append(e.key, 0), part...)
	}
	if f.PublicHolidays != nil {
		e.key = append(append(e.key, 0), *f.PublicHolidays...)
	}
	if c := e.known[string(e.key)]; c != nil {
		return c, nil
	}
	spec, err := f.spec(e.base)
	if err != nil {
		return nil, err
	}
	z, ok := e.zones[spec.Zone]
	if !ok {
		if z, err = loadZone(spec.Zone); err == nil {
			e.zones[spec.Zone] = z
		}
	}
	c, err := spec.compile(z, err)
	if err != nil {
		return nil, err
	}
	if len(e.known) >= knownCalendars {
		clear(e.known)
	}
	e.known[string(e.key)] = c
	return c, nil
}

func (f *calendarFields) spec(base CalendarSpec) (CalendarSpec, error) {
	spec := base.clone()
	var hours map[string][]pair
	if err := decodeField("hours", f.Hours, &hours, "lists of [open, close] by weekday"); err != nil {
		return spec, err
	}
	if hours != nil {
		spec = CalendarSpec{Name: "line", Zone: base.Zone, Week: map[time.Weekday][]Interval{}}
	}
	if f.Zone != "" {
		spec.Zone = f.Zone
	}
	if f.PublicHolidays != nil {
		spec.PublicHolidays, spec.PublicList = *f.PublicHolidays, nil
		if spec.PublicHolidays == "none" {
			spec.PublicHolidays = ""
		}
	}
	names := []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}
	for _, name := range slices.Sorted(maps.Keys(hours)) {
		day := slices.Index(names, name)
		if day < 0 {
			return spec, fmt.Errorf("hours of %q: want %s", name, strings.Join(names, ", "))
		}
		list, err := parsePairs(hours[name])
		if err != nil {
			return spec, fmt.Errorf("hours of %s: %w", name, err)
		}
		spec.Week[time.Weekday(day)] = list
	}
	if err := f.holidays(&spec); err != nil {
		return spec, err
	}
	var overrides map[string][]pair
	if err := decodeField("overrides", f.Overrides, &overrides, "lists of [open, close] by date"); err != nil {
		return spec, err
	}
	if spec.Dates == nil {
		spec.Dates = map[Date][]Interval{}
	}
	for _, text := range slices.Sorted(maps.Keys(overrides)) {
		d, err := ParseDate(text)
		if err != nil {
			return spec, fmt.Errorf("overrides: %w", err)
		}
		if spec.Dates[d], err = parsePairs(overrides[text]); err != nil {
			return spec, fmt.Errorf("overrides of %s: %w", d, err)
		}
	}
	return spec, nil
}

func (f *calendarFields) holidays(spec *CalendarSpec) error {
	names := map[string]string{}
	if text := bytes.TrimSpace(f.Holidays); len(text) > 0 && text[0] == '{' {
		if err := decodeField("holidays", f.Holidays, &names, "names by date"); err != nil {
			return err
		}
	} else {
		var list []string
		if err := decodeField("holidays", f.Holidays, &list, "a list of dates"); err != nil {
			return err
		}
		for _, day := range list {
			names[day] = "holiday"
		}
	}
	if spec.Holidays == nil {
		spec.Holidays = map[Date]string{}
	}
	for _, text := range slices.Sorted(maps.Keys(names)) {
		d, err := ParseDate(text)
		if err != nil {
			return fmt.Errorf("holidays: %w", err)
		}
		spec.Holidays[d] = names[text]
	}
	return nil
}

func decodeField(field string, data json.RawMessage, into any, want string) error {
	if len(data) == 0 {
		return nil
	}
	if err := json.Unmarshal(data, into); err != nil {
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) {
			return fmt.Errorf("%s: got a %s: want %s", field, wrong.Value, want)
		}
		return fmt.Errorf("%s: %w", field, err)
	}
	return nil
}

func parsePairs(pairs []pair) ([]Interval, error) {
	out := make([]Interval, 0, len(pairs))
	for _, p := range pairs {
		iv, err := ParseHours(p[0], p[1])
		if err != nil {
			return nil, err
		}
		out = append(out, iv)
	}
	return out, nil
}

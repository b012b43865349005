package config

import (
	"path/filepath"

	"toban/config/tree"
	"toban/sla"
)

// LoadCalendar reads one calendar from a YAML file of its own, written with the keys that a calendar has in a profile (zone, week,
// public_holidays, holidays, closed, dates). Its error is an [*Errors] that names every fault with its line.
func LoadCalendar(path string) (sla.CalendarSpec, error) {
	l := newLoader(filepath.Dir(path), Options{})
	name := filepath.Base(path)
	if n := l.file(name); n != nil {
		file := calendarFile{ID: name}
		l.decoder.Decode(n, &file, l.faults)
		if l.faults.Len() == 0 {
			specs := l.calendars([]calendarFile{file}, "", tree.NewMap(n.Pos, name, n))
			if l.faults.Len() == 0 {
				return specs[name], nil
			}
		}
	}
	return sla.CalendarSpec{}, &Errors{Faults: l.faults.Sorted()}
}

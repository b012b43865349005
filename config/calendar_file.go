package config

import (
	"encoding/json"
	"fmt"
	"path/filepath"

	"toban/config/tree"
	"toban/sla"
)

// LoadCalendar reads one calendar from a file of its own, in YAML or JSON, written in one of two ways: with the keys that a calendar has in
// a profile (zone, week, public_holidays, holidays, closed, dates; lists of public holidays lie beside it in a folder holidays), or with
// those of a line of `toban sla eval`, see [sla.ParseCalendar]. In both, hours that overlap are one. Its error names every fault, for the
// first way with its line.
func LoadCalendar(path string) (sla.CalendarSpec, error) {
	l := newLoader(filepath.Dir(path), Options{})
	l.joinsHours = true
	name := filepath.Base(path)
	n := l.file(name)
	if n != nil && n.Kind == tree.Map && (n.Get("hours") != nil || n.Get("tz") != nil) {
		return l.lineCalendar(name)
	}
	if n != nil {
		file := calendarFile{ID: name}
		l.decoder.Decode(n, &file, l.faults)
		if l.faults.Len() == 0 {
			specs := l.calendars([]calendarFile{file}, "", tree.NewMap(n.Pos, name, n))
			if l.faults.Len() == 0 {
				return specs[name], checked(specs[name])
			}
		}
	}
	return sla.CalendarSpec{}, &Errors{Faults: l.faults.Sorted()}
}

func (l *loader) lineCalendar(name string) (sla.CalendarSpec, error) {
	src, err := l.opt.ReadFile(filepath.Join(l.dir, name))
	if err == nil && !json.Valid(src) {
		src, err = tree.JSON(src)
	}
	if err != nil {
		return sla.CalendarSpec{}, fmt.Errorf("reading %s: %w", name, err)
	}
	spec, err := sla.ParseCalendar(src)
	if err != nil {
		return sla.CalendarSpec{}, fmt.Errorf("%s: %w", name, err)
	}
	spec.Name = name
	return spec, checked(spec)
}

// checked compiles, since a file of its own is checked by nobody else.
func checked(spec sla.CalendarSpec) error {
	_, err := spec.Compile()
	return err
}

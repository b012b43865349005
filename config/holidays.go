package config

import (
	"errors"
	"io/fs"
	"path/filepath"
	"regexp"

	"toban/config/tree"
	"toban/sla"
)

// HolidaysDir holds lists of public holidays, one file a country: NAME.csv (the file of the Japanese government, or date,name,status),
// NAME.ics (iCalendar) or NAME.yaml (names by date). A calendar names it by public_holidays. A file jp goes before the built-in list.
const HolidaysDir = "holidays"

// noHolidays is how a calendar says that it knows no public holidays.
const noHolidays = "none"

var holidayName = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

// publicHolidays fills in the list that a calendar names; what can't be used is told once, at the place that names it first.
func (l *loader) publicHolidays(spec *sla.CalendarSpec, name string, pos tree.Pos) {
	if name == "" || name == noHolidays {
		return
	}
	spec.PublicHolidays = name
	list, ok := l.holidayLists[name]
	if !ok {
		list = l.readHolidays(name, pos)
		l.holidayLists[name] = list
	}
	spec.PublicList = list
}

func (l *loader) readHolidays(name string, pos tree.Pos) *sla.HolidayList {
	if !holidayName.MatchString(name) {
		l.faults.Add(pos, "must be none, jp or the name of a file in %s, such as de for %s/de.ics, got %s", HolidaysDir, HolidaysDir, tree.Quote(name))
		return nil
	}
	for _, ending := range []string{".csv", ".ics", ".yaml"} {
		if l.dir == "" {
			break // profiles alone, without a folder
		}
		path := HolidaysDir + "/" + name + ending
		src, err := l.opt.ReadFile(filepath.Join(l.dir, HolidaysDir, name+ending))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			l.faults.Add(tree.Pos{File: path}, "can't be read: %s", errors.Unwrap(err))
			return nil
		}
		list, err := l.parseHolidays(path, ending, src)
		if err != nil {
			l.faults.Add(tree.Pos{File: path}, "%s", err)
			return nil
		}
		if list != nil && name == sla.HolidaysJapan {
			list = list.WithJapaneseLaw()
		}
		return list
	}
	if name != sla.HolidaysJapan {
		l.faults.Add(pos, "names no file: give %s/%s.csv, .ics or .yaml; built in are none and jp", HolidaysDir, name)
	}
	return nil
}

func (l *loader) parseHolidays(path, ending string, src []byte) (*sla.HolidayList, error) {
	if ending != ".yaml" {
		return sla.ParseHolidayList(string(src))
	}
	var names map[sla.Date]string
	before := l.faults.Len()
	l.decoder.Decode(tree.Parse(path, src, l.faults), &names, l.faults)
	if l.faults.Len() > before {
		return nil, nil
	}
	return sla.NewHolidayList(names)
}

package sla

import (
	"cmp"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
	"sync"
	"time"
)

//go:embed jp_holidays.csv
var japanCSV string

// HolidayList is a list of public holidays. It never changes after it was read.
type HolidayList struct {
	names     map[int]string // by day number
	projected map[int]bool   // years that hold at least one projected date
	// official is the last year that is wholly official.
	official int
}

// Japan returns the national holidays of Japan: the embedded official list to 2026, and
// from there to 2149 a projection by the law of today, see [JapanByLaw].
func Japan() *HolidayList { return japan() }

var japan = sync.OnceValue(func() *HolidayList {
	list, err := ParseHolidayList(japanCSV)
	if err != nil {
		panic("sla: embedded holiday list: " + err.Error()) // a broken build, found by every test
	}
	return list.WithJapaneseLaw()
})

// WithJapaneseLaw returns the list with the years after its last official one, as far as
// calendars reach, projected by the law. They stay provisional.
func (l *HolidayList) WithJapaneseLaw() *HolidayList {
	out := &HolidayList{names: maps.Clone(l.names), projected: l.projected, official: l.official}
	last := dateOfDays(horizonLast - 1).Year
	for year := max(l.official+1, lawFrom); year <= last; year++ {
		if l.projected[year] {
			continue // the list has a projection of its own
		}
		for _, h := range JapanByLaw(year) {
			out.names[h.Day.days()] = h.Name
		}
	}
	return out
}

// lawFrom is the first year of [JapanByLaw].
const lawFrom = 1973

// ParseHolidayList reads a list of public holidays in one of three forms: comma-separated
// lines of date, name and status (official, law-text or projected) under a header line;
// the file of the Japanese government (syukujitsu.csv, Shift_JIS or UTF-8, all of it
// official); or iCalendar. A year with a projected date, and every year after the last
// one listed, is provisional. Lines that are no existing date, come twice or have
// another status are errors that name the line.
func ParseHolidayList(data string) (*HolidayList, error) {
	text := unicodeText([]byte(data))
	if strings.HasPrefix(strings.TrimSpace(text), "BEGIN:VCALENDAR") {
		return ical(text)
	}
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	head, err := r.Read()
	ours := err == nil && len(head) >= 3 && head[0] == "date" && head[1] == "name" && head[2] == "status"
	theirs := err == nil && len(head) == 2 && strings.HasSuffix(head[0], "月日")
	if !ours && !theirs {
		return nil, errors.New("reading holiday list: the first line must be date,name,status or that of syukujitsu.csv, or the file iCalendar")
	}
	list := &HolidayList{names: map[int]string{}, projected: map[int]bool{}}
	for {
		rec, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("reading holiday list: %w", err)
		}
		line, _ := r.FieldPos(0)
		if theirs {
			rec, err = official(rec)
		}
		if err == nil {
			err = list.add(rec)
		}
		if err != nil {
			return nil, fmt.Errorf("reading holiday list, line %d: %w", line, err)
		}
	}
	if len(list.names) == 0 {
		return nil, errors.New("reading holiday list: it holds no dates")
	}
	for list.projected[list.official] { // an official year may still hold projected dates
		list.official--
	}
	return list, nil
}

// NewHolidayList makes a list from dates that are certain for their years.
func NewHolidayList(names map[Date]string) (*HolidayList, error) {
	list := &HolidayList{names: map[int]string{}, projected: map[int]bool{}}
	for day, name := range names {
		if err := list.add([]string{day.String(), cmp.Or(name, "holiday"), "official"}); err != nil {
			return nil, fmt.Errorf("making holiday list: %w", err)
		}
	}
	if len(names) == 0 {
		return nil, errors.New("making holiday list: it holds no dates")
	}
	return list, nil
}

// official turns a line of the government's file, 2026/1/1 and the name, into one of ours.
func official(rec []string) ([]string, error) {
	if len(rec) != 2 {
		return nil, fmt.Errorf("want date,name, got %d fields", len(rec))
	}
	day, err := time.Parse("2006/1/2", rec[0])
	if err != nil {
		return nil, fmt.Errorf("reading date %q: want an existing day as yyyy/M/d", rec[0])
	}
	return []string{DateOf(day).String(), rec[1], "official"}, nil
}

func (l *HolidayList) add(rec []string) error {
	if len(rec) < 3 {
		return fmt.Errorf("want date,name,status, got %d fields", len(rec))
	}
	day, err := ParseDate(rec[0])
	if err != nil {
		return err
	}
	if rec[1] == "" {
		return fmt.Errorf("%s has no name", day)
	}
	if _, twice := l.names[day.days()]; twice {
		return fmt.Errorf("%s is listed twice", day)
	}
	switch rec[2] {
	case "official", "law-text":
		l.official = max(l.official, day.Year)
	case "projected":
		l.projected[day.Year] = true
	default:
		return fmt.Errorf("status %q of %s: want official, law-text or projected", rec[2], day)
	}
	l.names[day.days()] = rec[1]
	return nil
}

// Name returns the name of the holiday on d and whether d is one.
func (l *HolidayList) Name(d Date) (string, bool) {
	name, ok := l.names[d.days()]
	return name, ok
}

// Provisional reports whether the holidays of a year may still change: the year
// holds projected dates or is later than the last official one.
func (l *HolidayList) Provisional(year int) bool { return l.projected[year] || year > l.official }

// OfficialUntil returns the last year of the list that is official.
func (l *HolidayList) OfficialUntil() int { return l.official }

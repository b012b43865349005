package sla

import (
	"cmp"
	"slices"
	"time"
)

// PublicHoliday is one day of a list of public holidays.
type PublicHoliday struct {
	Day  Date
	Name string
}

// nationalDay is a rule of the Act on National Holidays (国民の祝日に関する法律, 1948) with the years
// in which it is in force.
type nationalDay struct {
	name        string
	first, last int
	month       time.Month
	day         int // of the month, or 0: the nth Monday, or for the equinoxes computed
	monday      int
}

const ever = 9999

// nationalDays holds the law from 1973 on, when a holiday on a Sunday first moved.
func nationalDays() []nationalDay {
	return []nationalDay{
		{name: "元日", last: ever, month: 1, day: 1},
		{name: "成人の日", last: 1999, month: 1, day: 15},
		{name: "成人の日", first: 2000, last: ever, month: 1, monday: 2},
		{name: "建国記念の日", last: ever, month: 2, day: 11},
		{name: "天皇誕生日", first: 2020, last: ever, month: 2, day: 23},
		{name: "春分の日", last: ever, month: 3},
		{name: "天皇誕生日", last: 1988, month: 4, day: 29},
		{name: "みどりの日", first: 1989, last: 2006, month: 4, day: 29},
		{name: "昭和の日", first: 2007, last: ever, month: 4, day: 29},
		{name: "憲法記念日", last: ever, month: 5, day: 3},
		{name: "みどりの日", first: 2007, last: ever, month: 5, day: 4},
		{name: "こどもの日", last: ever, month: 5, day: 5},
		{name: "海の日", first: 1996, last: 2002, month: 7, day: 20},
		{name: "海の日", first: 2003, last: 2019, month: 7, monday: 3},
		{name: "海の日", first: 2022, last: ever, month: 7, monday: 3},
		{name: "山の日", first: 2016, last: 2019, month: 8, day: 11},
		{name: "山の日", first: 2022, last: ever, month: 8, day: 11},
		{name: "敬老の日", last: 2002, month: 9, day: 15},
		{name: "敬老の日", first: 2003, last: ever, month: 9, monday: 3},
		{name: "秋分の日", last: ever, month: 9},
		{name: "体育の日", last: 1999, month: 10, day: 10},
		{name: "体育の日", first: 2000, last: 2019, month: 10, monday: 2},
		{name: "スポーツの日", first: 2022, last: ever, month: 10, monday: 2},
		{name: "文化の日", last: ever, month: 11, day: 3},
		{name: "勤労感謝の日", last: ever, month: 11, day: 23},
		{name: "天皇誕生日", first: 1989, last: 2018, month: 12, day: 23},
		// Laws for one day or one year.
		{name: "昭和天皇の大喪の礼", first: 1989, last: 1989, month: 2, day: 24},
		{name: "即位礼正殿の儀", first: 1990, last: 1990, month: 11, day: 12},
		{name: "皇太子徳仁親王の結婚の儀", first: 1993, last: 1993, month: 6, day: 9},
		{name: "天皇の即位の日", first: 2019, last: 2019, month: 5, day: 1},
		{name: "即位礼正殿の儀", first: 2019, last: 2019, month: 10, day: 22},
		{name: "海の日", first: 2020, last: 2020, month: 7, day: 23}, // the Olympic summers
		{name: "スポーツの日", first: 2020, last: 2020, month: 7, day: 24},
		{name: "山の日", first: 2020, last: 2020, month: 8, day: 10},
		{name: "海の日", first: 2021, last: 2021, month: 7, day: 22},
		{name: "スポーツの日", first: 2021, last: 2021, month: 7, day: 23},
		{name: "山の日", first: 2021, last: 2021, month: 8, day: 8},
	}
}

func (n nationalDay) in(year int) (day int, ok bool) {
	if year < n.first || year > n.last {
		return 0, false
	}
	d := Date{year, n.month, n.day}
	switch {
	case n.monday > 0:
		d, _ = NthWeekday(year, n.month, time.Monday, n.monday)
	case n.day == 0:
		d.Day = equinox(year, n.month)
	}
	return d.days(), true
}

// equinox returns the day of March or September on which the sun crosses the equator,
// Japanese time, by the customary approximation; the law leaves the day to astronomy,
// and each is fixed officially in February of the year before.
func equinox(year int, month time.Month) int {
	offset, leap := 20.8431, 1980 // March 1980–2099
	switch {
	case year < 1980:
		offset, leap = 20.8357, 1983
	case year >= 2100:
		offset = 21.8510
	}
	if month == time.September {
		switch {
		case year < 1980:
			offset = 23.2588
		case year >= 2100:
			offset = 24.2488
		default:
			offset = 23.2488
		}
	}
	const perYear = 0.242194                                      // of a day, by which the sun is later than the calendar
	return int(offset+perYear*float64(year-1980)) - (year-leap)/4 // both rounded towards zero
}

// JapanByLaw projects the national holidays of a year from the rules of the law, 1973
// to 2149, in order. Years that the government has published may be changed by a law
// for one year; the official list goes before this projection.
func JapanByLaw(year int) []PublicHoliday {
	national := map[int]string{}
	for _, rule := range nationalDays() {
		if day, ok := rule.in(year); ok {
			national[day] = rule.name
		}
	}
	extra := map[int]string{}
	// A holiday on a Sunday moves: to Monday, and since 2007 to the next day that is none.
	const substitutes = "1973-04-12"
	for day := range national {
		if dayWeekday(day) != time.Sunday || dateOfDays(day).String() < substitutes {
			continue
		}
		moved := day + 1
		for year >= 2007 && national[moved] != "" {
			moved++
		}
		if national[moved] == "" {
			extra[moved] = "休日"
		}
	}
	// A day between two holidays is one since the end of 1985; at first no Sunday was.
	for day := range national {
		between := day + 1
		if year < 1986 || national[between] != "" || national[day+2] == "" || extra[between] != "" {
			continue
		}
		if dayWeekday(between) != time.Sunday || year >= 2007 {
			extra[between] = "休日"
		}
	}
	out := make([]PublicHoliday, 0, len(national)+len(extra))
	for _, days := range []map[int]string{national, extra} {
		for day, name := range days {
			out = append(out, PublicHoliday{dateOfDays(day), name})
		}
	}
	slices.SortFunc(out, func(a, b PublicHoliday) int { return cmp.Compare(a.Day.days(), b.Day.days()) })
	return out
}

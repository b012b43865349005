package sla_test

import (
	"testing"

	"toban/sla"
)

// TestJapanByLaw compares the rules of the law with the list, date for date.
func TestJapanByLaw(t *testing.T) {
	list := sla.Japan()
	for year := 1973; year <= 2050; year++ {
		byLaw := map[sla.Date]string{}
		for _, h := range sla.JapanByLaw(year) {
			if byLaw[h.Day] != "" {
				t.Errorf("%s comes twice", h.Day)
			}
			byLaw[h.Day] = h.Name
		}
		for day := (sla.Date{Year: year, Month: 1, Day: 1}); day.Year == year; day = day.AddDays(1) {
			name, listed := list.Name(day)
			if _, projected := byLaw[day]; listed != projected {
				t.Errorf("%s: listed %q, by the law %q", day, name, byLaw[day])
			}
		}
	}
}

// TestSpecialYears names the years in which something other than the rule happened.
func TestSpecialYears(t *testing.T) {
	for day, why := range map[string]string{
		"1973-04-30": "the first substitute holiday", "1974-05-06": "Sunday's Children's Day moves to Monday",
		"1986-05-05": "Children's Day", "1988-05-04": "the first day between two holidays", "1989-02-24": "funeral of the Showa Emperor",
		"1990-11-12": "enthronement", "1993-06-09": "wedding of the Crown Prince", "2000-01-10": "the first Coming of Age Day on a Monday",
		"2003-07-21": "the first Marine Day on a Monday", "2008-05-06": "the first substitute that is not the next day",
		"2009-09-22": "between two holidays in September", "2015-09-22": "the same", "2016-08-11": "the first Mountain Day",
		"2019-04-30": "between two holidays of the accession", "2019-05-01": "accession", "2019-05-02": "between two holidays of the accession",
		"2019-10-22": "enthronement", "2020-07-24": "Sports Day moved for the Olympic games", "2020-08-10": "Mountain Day moved",
		"2021-07-22": "Marine Day moved", "2021-08-09": "substitute of the moved Mountain Day", "2026-05-06": "substitute after two more holidays",
		"2026-09-22": "between two holidays", "2032-09-21": "between two holidays, projected", "2049-09-21": "between two holidays, projected",
		"2100-03-20": "beyond the list", "2149-11-24": "beyond the list: a substitute",
	} {
		if d, _ := sla.ParseDate(day); !japanHas(d) {
			t.Errorf("%s is no holiday: %s", day, why)
		}
	}
	for day, why := range map[string]string{
		"1973-02-12": "before the law of substitutes", "1986-05-04": "a Sunday between two holidays", "1985-05-04": "before the law",
		"2019-12-23": "no Emperor's birthday that year", "2019-02-23": "not yet", "2020-07-20": "moved", "2021-10-11": "moved", "2021-08-11": "moved",
	} {
		if d, _ := sla.ParseDate(day); japanHas(d) {
			t.Errorf("%s is a holiday, it should not be: %s", day, why)
		}
	}
}

// japanHas asks the list and, where that ends or the law is in force, the rules too.
func japanHas(d sla.Date) bool {
	_, listed := sla.Japan().Name(d)
	return listed
}

func TestBeyondTheList(t *testing.T) {
	list := sla.Japan()
	if list.OfficialUntil() != 2026 {
		t.Errorf("official until %d", list.OfficialUntil())
	}
	for _, year := range []int{2051, 2099, 2100, 2149} {
		if !list.Provisional(year) {
			t.Errorf("%d is not provisional", year)
		}
		n := 0
		for day := (sla.Date{Year: year, Month: 1, Day: 1}); day.Year == year; day = day.AddDays(1) {
			if _, ok := list.Name(day); ok {
				n++
			}
		}
		if n < 16 {
			t.Errorf("%d has only %d holidays", year, n)
		}
	}
	c := compile(t, sla.SupportCenter())
	if got, err := c.Deadline(jst(t, "2099-12-31 11:00"), 1); err != nil || sla.DateOf(got).String() != "2100-01-04" {
		t.Errorf("over the turn of the century: %s %v", got, err)
	}
	// 2060-05-03 is a Monday: three holidays, and with them a week of two business days.
	if got, err := c.Deadline(jst(t, "2060-04-30 11:00"), 1); err != nil || sla.DateOf(got).String() != "2060-05-06" {
		t.Errorf("Golden Week 2060: %s %v", got, err)
	}
}

package sla_test

import (
	"testing"
	"time"

	"toban/sla"
)

var tokyo = time.FixedZone("JST", 9*3600)

// jst reads a time of day in Tokyo, with seconds when they are there.
func jst(t testing.TB, s string) time.Time {
	t.Helper()
	layout := "2006-01-02 15:04"
	if len(s) > len(layout) {
		layout += ":05"
	}
	at, err := time.ParseInLocation(layout, s, tokyo)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func compile(t testing.TB, spec sla.CalendarSpec) *sla.Calendar {
	t.Helper()
	c, err := spec.Compile()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func nightShift() sla.CalendarSpec {
	spec := sla.SupportCenter()
	spec.Name = "night"
	for day := range spec.Week {
		spec.Week[day] = []sla.Interval{{Open: 22 * 60, Close: 31 * 60}}
	}
	return spec
}

func TestDeadline(t *testing.T) {
	specs := map[string]sla.CalendarSpec{"": sla.SupportCenter(), "night": nightShift(), "24x365": sla.AroundTheClock("Asia/Tokyo")}
	tests := []struct {
		name, calendar, start string
		days                  int
		want                  string
	}{
		{"Monday morning", "", "2026-11-16 10:00", 1, "2026-11-17 19:00"},
		{"Monday at midnight", "", "2026-11-16 00:00", 1, "2026-11-17 19:00"},
		{"Friday 11:00", "", "2026-11-13 11:00", 1, "2026-11-16 19:00"},
		{"Friday just before close", "", "2026-11-13 18:59:59", 1, "2026-11-16 19:00"},
		{"Friday 19:00:00 sharp", "", "2026-11-13 19:00:00", 1, "2026-11-16 19:00"},
		{"Friday just after close", "", "2026-11-13 19:00:01", 1, "2026-11-16 19:00"},
		{"Friday 20:00", "", "2026-11-13 20:00", 1, "2026-11-16 19:00"},
		{"Friday last second", "", "2026-11-13 23:59:59", 1, "2026-11-16 19:00"},
		{"Saturday first second", "", "2026-11-14 00:00:00", 1, "2026-11-16 19:00"},
		{"Saturday noon", "", "2026-11-14 12:00", 1, "2026-11-16 19:00"},
		{"Sunday last second", "", "2026-11-15 23:59:59", 1, "2026-11-16 19:00"},
		{"Saturday, two days", "", "2026-11-14 12:00", 2, "2026-11-17 19:00"},
		{"five days over a weekend", "", "2026-11-13 11:00", 5, "2026-11-20 19:00"},
		{"five days over Labour Thanksgiving Day", "", "2026-11-16 11:00", 5, "2026-11-24 19:00"},
		{"long weekend of November", "", "2026-11-20 11:00", 1, "2026-11-24 19:00"},
		{"received on a holiday", "", "2026-11-23 11:00", 1, "2026-11-24 19:00"},
		{"Tuesday holiday", "", "2026-11-02 11:00", 1, "2026-11-04 19:00"},

		{"Golden Week 2026 begins", "", "2026-04-28 15:00", 1, "2026-04-30 19:00"},
		{"Golden Week 2026, five days", "", "2026-04-28 15:00", 5, "2026-05-11 19:00"},
		{"Golden Week 2026, on Shōwa Day", "", "2026-04-29 15:00", 1, "2026-04-30 19:00"},
		{"Golden Week 2026, three days", "", "2026-04-30 09:00", 3, "2026-05-08 19:00"},
		{"Golden Week 2026, Friday", "", "2026-05-01 18:30", 1, "2026-05-07 19:00"},
		{"Golden Week 2026, Saturday", "", "2026-05-02 10:00", 1, "2026-05-07 19:00"},
		{"substitute holiday on a Wednesday", "", "2026-05-06 10:00", 1, "2026-05-07 19:00"},
		{"ten closed days of 2019", "", "2019-04-26 17:00", 1, "2019-05-07 19:00"},
		{"ten closed days of 2019, two days", "", "2019-04-30 10:00", 2, "2019-05-08 19:00"},
		{"substitute holiday on a Tuesday", "", "2008-05-02 10:00", 1, "2008-05-07 19:00"},
		{"citizens' holiday between two", "", "2026-09-18 10:00", 1, "2026-09-24 19:00"},
		{"Silver Week, five days", "", "2026-09-18 10:00", 5, "2026-09-30 19:00"},
		{"Monday substitute, February", "", "2024-02-09 10:00", 1, "2024-02-13 19:00"},
		{"Monday substitute, August", "", "2024-08-09 10:00", 1, "2024-08-13 19:00"},
		{"Monday substitute, November", "", "2024-11-01 10:00", 1, "2024-11-05 19:00"},
		{"Mountain Day moved in 2020", "", "2020-08-07 10:00", 1, "2020-08-11 19:00"},
		{"Olympic days of 2021", "", "2021-07-21 10:00", 1, "2021-07-26 19:00"},
		{"Sports Day moved away in 2021", "", "2021-10-08 10:00", 1, "2021-10-11 19:00"},
		{"enthronement of 2019", "", "2019-10-21 10:00", 1, "2019-10-23 19:00"},

		{"New Year, last open day", "", "2026-12-28 10:00", 1, "2026-12-29 19:00"},
		{"New Year, over it", "", "2026-12-28 10:00", 2, "2027-01-04 19:00"},
		{"New Year, from 12/29", "", "2026-12-29 10:00", 1, "2027-01-04 19:00"},
		{"New Year, on 12/30", "", "2026-12-30 10:00", 1, "2027-01-04 19:00"},
		{"New Year's Eve", "", "2026-12-31 23:59", 1, "2027-01-04 19:00"},
		{"New Year's Day", "", "2027-01-01 00:00", 1, "2027-01-04 19:00"},
		{"January 3", "", "2027-01-03 12:00", 1, "2027-01-04 19:00"},
		{"January 4", "", "2027-01-04 09:00", 1, "2027-01-05 19:00"},
		{"New Year, five days", "", "2026-12-28 10:00", 5, "2027-01-07 19:00"},
		{"Coming of Age Day", "", "2027-01-08 10:00", 1, "2027-01-12 19:00"},
		{"New Year with weekends around", "", "2019-12-27 10:00", 1, "2020-01-06 19:00"},
		{"leap day", "", "2024-02-28 10:00", 1, "2024-02-29 19:00"},

		{"Golden Week 2027, after Shōwa Day", "", "2027-04-28 10:00", 1, "2027-04-30 19:00"},
		{"Golden Week 2027, three holidays", "", "2027-04-30 10:00", 1, "2027-05-06 19:00"},
		{"Golden Week 2027, five days", "", "2027-04-28 10:00", 5, "2027-05-11 19:00"},
		{"Golden Week 2025, substitute on a Tuesday", "", "2025-05-02 10:00", 1, "2025-05-07 19:00"},
		{"Emperor's birthday on a Sunday", "", "2025-02-21 10:00", 1, "2025-02-25 19:00"},
		{"Labour Thanksgiving Day on a Sunday", "", "2025-11-21 10:00", 1, "2025-11-25 19:00"},
		{"projected Silver Week of 2032", "", "2032-09-17 10:00", 1, "2032-09-23 19:00"},
		{"projected Coming of Age Day", "", "2028-01-07 10:00", 1, "2028-01-11 19:00"},
		{"New Year 2028", "", "2027-12-29 10:00", 1, "2028-01-04 19:00"},
		{"Respect for the Aged Day", "", "2025-09-12 10:00", 1, "2025-09-16 19:00"},
		{"Marine Day", "", "2026-07-17 10:00", 1, "2026-07-21 19:00"},
		{"spring equinox on a Friday", "", "2026-03-19 10:00", 1, "2026-03-23 19:00"},
		{"Mountain Day", "", "2026-08-10 10:00", 1, "2026-08-12 19:00"},
		{"Sports Day", "", "2026-10-09 10:00", 1, "2026-10-13 19:00"},
		{"National Foundation Day", "", "2026-02-10 18:59:59", 1, "2026-02-12 19:00"},
		{"19:00:00 sharp before a long weekend", "", "2026-11-20 19:00:00", 1, "2026-11-24 19:00"},
		{"a nanosecond before midnight of Friday", "", "2026-11-20 23:59:59", 1, "2026-11-24 19:00"},

		{"no day, in hours", "", "2026-11-16 10:00", 0, "2026-11-16 19:00"},
		{"no day, 19:00:00 sharp", "", "2026-11-16 19:00:00", 0, "2026-11-16 19:00"},
		{"no day, after close", "", "2026-11-16 19:00:01", 0, "2026-11-17 19:00"},
		{"no day, Saturday", "", "2026-11-14 10:00", 0, "2026-11-16 19:00"},

		{"night shift, after midnight", "night", "2026-11-17 03:00", 1, "2026-11-18 07:00"},
		{"night shift, before midnight", "night", "2026-11-16 23:00", 1, "2026-11-18 07:00"},
		{"night shift, at its close", "night", "2026-11-17 07:00", 1, "2026-11-19 07:00"},
		{"night shift, daytime", "night", "2026-11-17 12:00", 1, "2026-11-19 07:00"},
		{"night shift of Friday, on Saturday", "night", "2026-11-14 03:00", 1, "2026-11-17 07:00"},
		{"night shift, Saturday noon", "night", "2026-11-14 12:00", 1, "2026-11-17 07:00"},
		{"night shift, Monday before dawn", "night", "2026-11-16 03:00", 1, "2026-11-18 07:00"},
		{"night shift into a holiday", "night", "2026-11-20 23:00", 1, "2026-11-25 07:00"},
		{"night shift, no day", "night", "2026-11-17 03:00", 0, "2026-11-17 07:00"},
		{"night shift, no day, after its close", "night", "2026-11-17 07:01", 0, "2026-11-18 07:00"},
		{"night shift before the New Year", "night", "2026-12-29 23:00", 1, "2027-01-05 07:00"},
		{"night shift before Golden Week", "night", "2026-05-01 23:00", 1, "2026-05-08 07:00"},
		{"night shift, the hour before it opens", "night", "2026-11-17 21:59:59", 1, "2026-11-19 07:00"},
		{"around the clock", "24x365", "2026-11-14 12:00", 1, "2026-11-16 00:00"},
		{"around the clock, no day", "24x365", "2026-11-14 12:00", 0, "2026-11-15 00:00"},
	}
	if len(tests) < 80 {
		t.Errorf("only %d cases", len(tests))
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := compile(t, specs[test.calendar])
			got, err := c.Deadline(jst(t, test.start), test.days)
			if err != nil {
				t.Fatal(err)
			}
			if want := jst(t, test.want); !got.Equal(want) {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestDeadlineRefusesNegativeDays(t *testing.T) {
	if due, err := compile(t, sla.SupportCenter()).Deadline(jst(t, "2026-11-16 10:00"), -1); err == nil {
		t.Errorf("got %s, want an error", due)
	}
}

func TestAgreedDeadline(t *testing.T) {
	c := compile(t, sla.SupportCenter())
	standard := jst(t, "2026-11-17 19:00")
	tests := []struct {
		name, windowEnd, want string
		moved                 bool
	}{
		{"earlier", "2026-11-17 12:00", "2026-11-17 19:00", false},
		{"at the deadline", "2026-11-17 19:00", "2026-11-17 19:00", false},
		{"the same night", "2026-11-17 22:00", "2026-11-18 19:00", true},
		{"within a later day", "2026-11-19 12:00", "2026-11-19 19:00", true},
		{"at a later close", "2026-11-19 19:00", "2026-11-19 19:00", true},
		{"Saturday night", "2026-11-21 23:00", "2026-11-24 19:00", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, moved, err := sla.AgreedDeadline(c, standard, jst(t, test.windowEnd))
			if err != nil {
				t.Fatal(err)
			}
			if want := jst(t, test.want); !got.Equal(want) || moved != test.moved {
				t.Errorf("got %s, moved %v, want %s, moved %v", got, moved, want, test.moved)
			}
		})
	}
}

func TestNthOfMonth(t *testing.T) {
	c := compile(t, sla.SupportCenter())
	tests := []struct {
		year  int
		month time.Month
		n     int
		want  string
	}{
		{2026, time.December, 1, "2026-12-01"},
		{2026, time.December, 5, "2026-12-07"},
		{2027, time.January, 1, "2027-01-04"},
		{2027, time.January, 5, "2027-01-08"},
		{2026, time.May, 5, "2026-05-12"},
		{2026, time.May, 19, "2026-06-01"},
	}
	for _, test := range tests {
		got, err := c.NthOfMonth(test.year, test.month, test.n)
		if err != nil {
			t.Fatal(err)
		}
		if got.String() != test.want {
			t.Errorf("day %d of %d-%d: got %s, want %s", test.n, test.year, test.month, got, test.want)
		}
	}
}

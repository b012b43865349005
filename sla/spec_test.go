package sla_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/sla"
)

func TestCompileTellsAllMistakes(t *testing.T) {
	spec := sla.CalendarSpec{
		Name: "broken", Zone: "Asia/Edo", PublicHolidays: "de",
		Week: map[time.Weekday][]sla.Interval{
			time.Monday: {{Open: 600, Close: 600}}, time.Tuesday: {{Open: -1, Close: 5}}, time.Wednesday: {{Open: 60, Close: 1501}}, 9: {{Open: 1, Close: 2}},
		},
		Holidays: map[sla.Date]string{{Year: 2026, Month: 2, Day: 30}: "none"},
		Dates:    map[sla.Date][]sla.Interval{{Year: 2150, Month: 1, Day: 1}: nil, {Year: 2026, Month: 1, Day: 5}: {{Open: 1440, Close: 1500}}},
		Closed:   []sla.YearlyRange{{FromMonth: 12, FromDay: 32, ToMonth: 1, ToDay: 3}},
	}
	_, err := spec.Compile()
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		`calendar "broken"`, `zone "Asia/Edo": want an IANA name`, `public holidays "de": want "jp"`, "Monday: hours open at minute 600 and close at minute 600",
		"Tuesday: hours open at minute -1", "Wednesday:", "weekday 9", "2026-02-30 does not exist", "2150-01-01: want a day from", "2026-01-05: hours open at minute 1440",
		"closed days 12/32-1/3",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not told in\n%v", want, err)
		}
	}
}

func TestCompileRefusesCalendarWithoutWorkingTime(t *testing.T) {
	all := sla.SupportCenter()
	all.Closed = []sla.YearlyRange{{FromMonth: 1, FromDay: 1, ToMonth: 12, ToDay: 31}}
	for name, spec := range map[string]sla.CalendarSpec{"empty": {Zone: "UTC"}, "always closed": all} {
		if _, err := spec.Compile(); err == nil || !strings.Contains(err.Error(), "no working time") {
			t.Errorf("%s: %v", name, err)
		}
	}
	all.Dates = map[sla.Date][]sla.Interval{{Year: 2026, Month: 11, Day: 21}: {{Open: 600, Close: 660}}}
	c := compile(t, all)
	if got, err := c.NextOpen(jst(t, "1950-01-01 00:00")); err != nil || !got.Equal(jst(t, "2026-11-21 10:00")) {
		t.Errorf("the only opening: %s %v", got, err)
	}
	if got, err := c.NextOpen(jst(t, "2026-11-21 11:00")); err == nil {
		t.Errorf("after the last hour: %s", got)
	}
}

func TestSpecIsNotShared(t *testing.T) {
	spec := sla.SupportCenter()
	c := compile(t, spec)
	spec.Week[time.Monday][0] = sla.Interval{Open: 0, Close: 1}
	c.Spec().Week[time.Monday][0] = sla.Interval{Open: 0, Close: 1}
	if diff := cmp.Diff(sla.SupportCenter(), c.Spec()); diff != "" {
		t.Error(diff)
	}
}

func TestIntervalText(t *testing.T) {
	for text, want := range map[string]sla.Interval{
		"10:00-19:00": {Open: 600, Close: 1140}, "00:00-24:00": {Open: 0, Close: 1440}, "22:00-07:00": {Open: 1320, Close: 1860}, "09:00-09:00": {Open: 540, Close: 1980},
	} {
		var got sla.Interval
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
			t.Errorf("%s: got %v %v, want %v", text, got, err, want)
		}
		if back, err := want.MarshalText(); err != nil || string(back) != text {
			t.Errorf("%v: got %s %v, want %s", want, back, err, text)
		}
	}
	for _, text := range []string{"", "10:00", "24:00-24:00", "9:00-18:00", "09:60-18:00", "09:00-24:01", "+9:00-18:00", "09:00-1８:00"} {
		if got, err := sla.ParseInterval(text); err == nil {
			t.Errorf("%q: got %v, want an error", text, got)
		}
	}
}

func TestDateText(t *testing.T) {
	var d sla.Date
	if err := d.UnmarshalText([]byte("2024-02-29")); err != nil || d != (sla.Date{Year: 2024, Month: 2, Day: 29}) || d.Weekday() != time.Thursday {
		t.Errorf("got %v %v", d, err)
	}
	if got := d.AddDays(1); got.String() != "2024-03-01" || got.Sub(d) != 1 || !d.Before(got) || d.IsZero() {
		t.Errorf("a day later: %s", got)
	}
	for _, text := range []string{"", "2023-02-29", "2024-2-29", "2024-02-29T00:00", "２０２４-02-29"} {
		if got, err := sla.ParseDate(text); err == nil {
			t.Errorf("%q: got %v, want an error", text, got)
		}
	}
}

func TestJapaneseHolidays(t *testing.T) {
	c := compile(t, sla.SupportCenter())
	for day, want := range map[string]string{
		"2026-11-23": "勤労感謝の日", "2026-05-06": "休日", "2026-12-30": "年末年始休業", "2027-01-03": "年末年始休業", "2027-01-01": "元日", "2026-11-24": "", "2026-12-29": "", "2027-01-04": "",
	} {
		d, err := sla.ParseDate(day)
		if err != nil {
			t.Fatal(err)
		}
		name, ok := c.Holiday(d)
		if name != want || ok != (want != "") {
			t.Errorf("%s: got %q %v, want %q", day, name, ok, want)
		}
		if c.BusinessDay(d) != (want == "") {
			t.Errorf("%s: business day %v", day, c.BusinessDay(d))
		}
	}
	list := sla.Japan()
	if list.OfficialUntil() != 2026 || list.Provisional(2026) || !list.Provisional(2027) || !list.Provisional(2100) || list.Provisional(1960) {
		t.Errorf("official until %d", list.OfficialUntil())
	}
	r, err := sla.Evaluate(oneDay(sla.PauseExtend), c, history(t, "start 2026-12-29 10:00"), jst(t, "2026-12-29 11:00"))
	if err != nil {
		t.Fatal(err)
	}
	if !r.Provisional || !strings.Contains(strings.Join(sla.Explain(r), "\n"), "official only to 2026") {
		t.Error("a deadline in 2027 is not provisional")
	}
}

func TestNewerHolidayListReplacesTheEmbeddedOne(t *testing.T) {
	text, err := os.ReadFile("jp_holidays.csv")
	if err != nil {
		t.Fatal(err)
	}
	newer := strings.ReplaceAll(string(text), "2027-01-01,元日,projected", "2027-01-01,元日,official")
	list, err := sla.ParseHolidayList(newer + "2026-11-24,特別の日,official,test\n")
	if err != nil {
		t.Fatal(err)
	}
	if list.OfficialUntil() != 2026 {
		t.Errorf("2027 is official in part only, got %d", list.OfficialUntil())
	}
	spec := sla.SupportCenter()
	spec.PublicList = list
	got, err := compile(t, spec).Deadline(jst(t, "2026-11-20 10:00"), 1)
	if err != nil || !got.Equal(jst(t, "2026-11-25 19:00")) {
		t.Errorf("got %s %v", got, err)
	}
}

func TestParseHolidayListRefuses(t *testing.T) {
	head := "date,name,status,sources\n"
	for text, want := range map[string]string{
		"": "first line",
		"day,name,status\n2026-01-01,元日,official": "first line",
		head: "no dates",
		head + "2026-01-01,元日,official,x\n2026-02-30,x,official,x": "line 3: reading date \"2026-02-30\"",
		head + "2026-01-01,元日,offical,x":                           "line 2: status \"offical\"",
		head + "2026-01-01,,official,x":                            "no name",
		head + "2026-01-01,元日":                                     "got 2 fields",
		head + "2026-01-01,元日,official\n2026-01-01,元日,official":    "listed twice",
		head + "2026-01-01,\"元日,official":                          "reading holiday list",
	} {
		if _, err := sla.ParseHolidayList(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

package sla_test

import (
	"os"
	"strings"
	"testing"

	"toban/sla"
)

const german = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" +
	"BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261227\r\nSUMMARY:Weihnachten\\, beide\r\n  Tage\r\nBEGIN:VALARM\r\nTRIGGER:-PT1H\r\nEND:VALARM\r\nEND:VEVENT\r\n" +
	"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20201003\r\nRRULE:FREQ=YEARLY\r\nEXDATE;VALUE=DATE:20281003\r\nSUMMARY:Tag der Deutschen Einheit\r\nEND:VEVENT\r\n" +
	"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20201126\r\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;UNTIL=20301231\r\nSUMMARY:Thanksgiving\r\nEND:VEVENT\r\n" +
	"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20200525\r\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;COUNT=7\r\nSUMMARY:Memorial Day\r\nEND:VEVENT\r\n" +
	"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20240229\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:Leap day\r\nEND:VEVENT\r\n" +
	"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261224\r\nSTATUS:CANCELLED\r\nSUMMARY:no\r\nEND:VEVENT\r\n" +
	"BEGIN:VEVENT\r\nDTSTART;TZID=Europe/Berlin:20261223T100000\r\nSUMMARY:a meeting\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

func TestICalendar(t *testing.T) {
	list, err := sla.ParseHolidayList(german)
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]string{
		"2026-12-25": "Weihnachten, beide Tage", "2026-12-26": "Weihnachten, beide Tage", "2026-12-27": "", "2026-12-24": "", "2026-12-23": "",
		"2020-10-03": "Tag der Deutschen Einheit", "2019-10-03": "", "2149-10-03": "Tag der Deutschen Einheit", "2028-10-03": "",
		"2026-11-26": "Thanksgiving", "2030-11-28": "Thanksgiving", "2031-11-27": "",
		"2026-05-25": "Memorial Day", "2027-05-31": "", "2028-02-29": "Leap day", "2027-02-28": "", "2027-03-01": "",
	} {
		d, _ := sla.ParseDate(day)
		if got, _ := list.Name(d); got != want {
			t.Errorf("%s: got %q, want %q", day, got, want)
		}
	}
	c := compile(t, sla.CalendarSpec{Name: "de", Zone: "Europe/Berlin", Week: sla.SupportCenter().Week, PublicHolidays: "de", PublicList: list})
	if got, err := c.Deadline(jst(t, "2026-12-24 12:00"), 1); err != nil || sla.DateOf(got).String() != "2026-12-28" {
		t.Errorf("over Christmas: %s %v", got, err)
	}
}

func TestICalendarRefuses(t *testing.T) {
	event := func(lines string) string {
		return "BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + lines + "\nEND:VEVENT\nEND:VCALENDAR\n"
	}
	for want, text := range map[string]string{
		"line 3, DTSTART: \"20260230\": want an existing day": event("DTSTART;VALUE=DATE:20260230"),
		"line 3, DTSTART: \"2026\"":                           event("DTSTART;VALUE=DATE:2026"),
		"line 4, RRULE: FREQ=WEEKLY: want YEARLY":             event("DTSTART;VALUE=DATE:20260202\nRRULE:FREQ=WEEKLY"),
		"BYDAY=XX: want the nth weekday":                      event("DTSTART;VALUE=DATE:20260202\nRRULE:FREQ=YEARLY;BYDAY=XX"),
		"BYSETPOS: want FREQ":                                 event("DTSTART;VALUE=DATE:20260202\nRRULE:FREQ=YEARLY;BYSETPOS=1"),
		"BYMONTH from 1 to 12":                                event("DTSTART;VALUE=DATE:20260202\nRRULE:FREQ=YEARLY;BYMONTH=13"),
		"INTERVAL from 1":                                     event("DTSTART;VALUE=DATE:20260202\nRRULE:FREQ=YEARLY;INTERVAL=0"),
		"event of line 2: DTEND 2026-02-01: want a day after": event("DTSTART;VALUE=DATE:20260202\nDTEND;VALUE=DATE:20260201"),
		"no all-day events":                                   "BEGIN:VCALENDAR\nEND:VCALENDAR\n",
		"want END:VEVENT":                                     "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20260202\n",
		"want NAME:VALUE":                                     "BEGIN:VCALENDAR\nnonsense\n",
	} {
		if _, err := sla.ParseHolidayList(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// TestGovernmentFile reads an excerpt of syukujitsu.csv as it is published, in Shift_JIS.
func TestGovernmentFile(t *testing.T) {
	data, err := os.ReadFile("testdata/syukujitsu.csv")
	if err != nil {
		t.Fatal(err)
	}
	list, err := sla.ParseHolidayList(string(data))
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]string{"2026-05-06": "休日", "2027-01-01": "元日", "2027-03-22": "休日", "2027-10-11": "スポーツの日"} {
		d, _ := sla.ParseDate(day)
		if got, _ := list.Name(d); got != want {
			t.Errorf("%s: got %q, want %q", day, got, want)
		}
	}
	if list.OfficialUntil() != 2027 || list.Provisional(2027) || !list.Provisional(2028) {
		t.Errorf("official until %d", list.OfficialUntil())
	}
	d, _ := sla.ParseDate("2028-01-10")
	if name, ok := list.WithJapaneseLaw().Name(d); !ok {
		t.Errorf("%s %q is not projected", d, name)
	}
	if _, err := sla.ParseHolidayList(strings.ReplaceAll(string(data), "2027/2/23", "2027/2/30")); err == nil || !strings.Contains(err.Error(), "line 5") {
		t.Errorf("a typo: %v", err)
	}
}

func FuzzParseHolidayList(f *testing.F) {
	f.Add(german)
	f.Add("date,name,status\n2026-01-01,元日,official\n")
	f.Add("国民の祝日・休日月日,国民の祝日・休日名称\n2027/1/1,元日\n")
	f.Add("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101\nRRULE:FREQ=YEARLY;BYDAY=5SU;BYMONTH=2\nEND:VEVENT\n")
	f.Fuzz(func(t *testing.T, text string) {
		list, err := sla.ParseHolidayList(text)
		if err != nil {
			return
		}
		spec := sla.SupportCenter()
		spec.PublicList = list
		if c, err := spec.Compile(); err == nil {
			_, _ = c.Deadline(jst(t, "2026-11-09 15:20"), 20) // must only end
		}
	})
}

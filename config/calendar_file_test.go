package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"toban/config"
	"toban/sla"
)

func TestLoadCalendar(t *testing.T) {
	write := func(text string) string {
		path := filepath.Join(t.TempDir(), "night.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	spec, err := config.LoadCalendar(write("zone: Asia/Tokyo\nweek: {mon-fri: [\"22:00-07:00\"]}\npublic_holidays: jp\n"))
	if err != nil {
		t.Fatal(err)
	}
	if spec.Zone != "Asia/Tokyo" || len(spec.Week) != 5 || spec.PublicHolidays != "jp" {
		t.Errorf("LoadCalendar = %+v, want weekdays in Tokyo with public holidays", spec)
	}
	for name, text := range map[string]string{
		"unknown key": "zone: Asia/Tokyo\nweeks: {}\n", "unknown zone": "zone: Asia/Edo\nweek: {mon: [\"10:00-19:00\"]}\n",
		"no working time": "zone: Asia/Tokyo\nweek: {}\n",
	} {
		_, err := config.LoadCalendar(write(text))
		if err == nil || !strings.Contains(err.Error(), "night.yaml") {
			t.Errorf("%s: error %v, want one that names the file", name, err)
		}
	}
}

// TestLoadCalendarWays: the same calendar in each way in which it may be written gives the same deadline.
func TestLoadCalendarWays(t *testing.T) {
	holidays := "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261124\nSUMMARY:x\nEND:VEVENT\nEND:VCALENDAR\n"
	for name, text := range map[string]string{
		"keys of a profile":    "zone: Asia/Tokyo\nweek: {mon-fri: [\"10:00-12:00\", \"11:00-19:00\"]}\npublic_holidays: jp\nholidays: {2026-11-24: x}\n",
		"iCalendar beside it":  "zone: Asia/Tokyo\nweek: {mon-fri: [\"10:00-19:00\"]}\npublic_holidays: de\nholidays: {2026-11-23: x}\n",
		"keys of a line, YAML": "tz: Asia/Tokyo\nhours:\n  mon: [[\"10:00\", \"19:00\"]]\n  tue: [[\"10:00\", \"19:00\"]]\n  wed: [[10:00, 19:00]]\nholidays: [2026-11-23, 2026-11-24]\n",
		"keys of a line, JSON": `{"tz":"Asia/Tokyo","hours":{"wed":[["10:00","19:00"]],"thu":[["22:00","07:00"]]},"holidays":["2026-11-23"],"overrides":{"2026-11-24":[]}}`,
		"overrides":            `{"tz":"Asia/Tokyo","hours":{"thu":[["10:00","19:00"]]},"overrides":{"2026-11-25":[["10:00","19:00"]]}}`,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.Mkdir(filepath.Join(dir, "holidays"), 0o700); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, "calendar.yaml")
			for file, text := range map[string]string{path: text, filepath.Join(dir, "holidays", "de.ics"): holidays} {
				if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			spec, err := config.LoadCalendar(path)
			if err != nil {
				t.Fatal(err)
			}
			got := string(sla.EvalLine([]byte(`{"op":"deadline","start":"2026-11-20T11:00:00+09:00","business_days":1}`), &spec))
			if !strings.Contains(got, `"result":"2026-11-25T19:00:00+09:00"`) {
				t.Errorf("got %s", got)
			}
		})
	}
}

// TestHolidayFiles: a newer official list goes before the built-in one, and faults name the file.
func TestHolidayFiles(t *testing.T) {
	load := func(t *testing.T, calendar, file, text string) (sla.CalendarSpec, error) {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "holidays"), 0o700); err != nil {
			t.Fatal(err)
		}
		for name, text := range map[string]string{"calendar.yaml": calendar, "holidays/" + file: text} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return config.LoadCalendar(filepath.Join(dir, "calendar.yaml"))
	}
	const japan, country = "zone: Asia/Tokyo\nweek: {daily: [\"10:00-19:00\"]}\npublic_holidays: jp\n", "zone: UTC\nweek: {daily: [\"10:00-19:00\"]}\npublic_holidays: xx\n"
	spec, err := load(t, japan, "jp.csv", "国民の祝日・休日月日,国民の祝日・休日名称\n2027/6/1,特別の日\n")
	if err != nil {
		t.Fatal(err)
	}
	if got := string(sla.EvalLine([]byte(`{"op":"holiday","start":"2027-06-01"}`), &spec)); !strings.Contains(got, "特別の日") {
		t.Errorf("the newer list is not used: %s", got)
	}
	if got := string(sla.EvalLine([]byte(`{"op":"holiday","start":"2028-01-10"}`), &spec)); !strings.Contains(got, "成人の日") {
		t.Errorf("after the newer list the law goes on: %s", got)
	}
	for name, c := range map[string]struct{ calendar, file, text, want string }{
		"typo in a date":   {japan, "jp.csv", "date,name,status\n2027-02-30,x,official\n", "holidays/jp.csv: reading holiday list, line 2"},
		"typo in a status": {country, "xx.csv", "date,name,status\n2027-02-20,x,offical\n", `status "offical" of 2027-02-20: want official`},
		"typo in an event": {country, "xx.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:2027\n", "holidays/xx.ics: reading iCalendar, line 3"},
		"typo in YAML":     {country, "xx.yaml", "2027-02-30: x\n", "holidays/xx.yaml:1"},
		"no such file":     {country, "yy.yaml", "2027-02-20: x\n", "calendar.yaml:3:18: names no file: give holidays/xx.csv"},
		"no name":          {"zone: UTC\nweek: {daily: [\"10:00-19:00\"]}\npublic_holidays: ../x\n", "x.yaml", "", "must be none, jp or the name of a file"},
	} {
		if _, err := load(t, c.calendar, c.file, c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	if spec, err := load(t, country, "xx.yaml", "2027-02-20: 建国の日\n"); err != nil {
		t.Error(err)
	} else if got := string(sla.EvalLine([]byte(`{"op":"is_open","start":"2027-02-20T12:00:00Z"}`), &spec)); !strings.Contains(got, `"result":false`) {
		t.Errorf("a list in YAML: %s", got)
	}
}

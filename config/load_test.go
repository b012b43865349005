package config_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/config"
	"toban/sla"
)

// env answers every variable, so that examples load without an environment.
func env(name string) string { return "value-of-" + strings.ToLower(name) }

func example(t *testing.T) *config.Config {
	t.Helper()
	cfg, err := config.Load("example", config.Options{Getenv: env, ReadFile: os.ReadFile})
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func TestEmptyFolder(t *testing.T) {
	_, err := config.Load(t.TempDir(), config.Options{})
	var faults *config.Errors
	if !errors.As(err, &faults) {
		t.Fatalf("Load = %v, want *Errors", err)
	}
	var got []string
	for _, f := range faults.Faults {
		got = append(got, f.Pos.File)
	}
	if diff := cmp.Diff([]string{"customers", "people.yaml", "server.yaml", "spaces.yaml"}, got); diff != "" {
		t.Errorf("files that are missing (-want +got):\n%s", diff)
	}
}

func TestFinders(t *testing.T) {
	cfg := example(t)
	if c, ok := cfg.CustomerOfProject("main", "MIDORI"); !ok || c.ID != "midori" {
		t.Errorf("CustomerOfProject(main, MIDORI) = %v, %v", c, ok)
	}
	for _, place := range [][2]string{{"main", "midori"}, {"other", "MIDORI"}, {"main", ""}} {
		if c, ok := cfg.CustomerOfProject(place[0], place[1]); ok {
			t.Errorf("CustomerOfProject(%v) = %s, want none", place, c.ID)
		}
	}
	if p, ok := cfg.PersonBySlack("U0SUZUKI02"); !ok || p.ID != "suzuki" {
		t.Errorf("PersonBySlack = %v, %v", p, ok)
	}
	if p, ok := cfg.PersonBySlack(""); ok {
		t.Errorf("PersonBySlack of nobody = %s", p.ID)
	}
	if p, ok := cfg.PersonByBacklog("main", 1001); !ok || p.ID != "sato" {
		t.Errorf("PersonByBacklog = %v, %v", p, ok)
	}
	if p, ok := cfg.PersonByBacklog("other", 0); ok {
		t.Errorf("PersonByBacklog of nobody = %s", p.ID)
	}
	if _, ok := cfg.Customer("nobody"); ok {
		t.Error("Customer(nobody) was found")
	}
}

func TestOnDuty(t *testing.T) {
	cfg := example(t)
	jst := time.FixedZone("JST", 9*60*60)
	tests := []struct {
		name, team string
		at         time.Time
		want       string
	}{
		{"weekday shift", "desk", time.Date(2026, 11, 24, 10, 0, 0, 0, jst), "sato"},
		{"weekend shift", "desk", time.Date(2026, 11, 22, 18, 59, 0, 0, jst), "suzuki"},
		{"after the weekend shift, the default", "desk", time.Date(2026, 11, 22, 19, 0, 0, 0, jst), "sato"},
		{"override from its start", "desk", time.Date(2026, 12, 3, 10, 0, 0, 0, jst), "suzuki"},
		{"override not at its end", "desk", time.Date(2026, 12, 3, 19, 0, 0, 0, jst), "sato"},
		{"another zone's clock, the same instant", "desk", time.Date(2026, 12, 3, 1, 0, 0, 0, time.UTC), "suzuki"},
		{"absent: passed over", "desk", time.Date(2026, 12, 28, 10, 0, 0, 0, jst), "suzuki"},
		{"absent until the last day", "desk", time.Date(2027, 1, 4, 23, 59, 0, 0, jst), "suzuki"},
		{"back", "desk", time.Date(2027, 1, 5, 0, 0, 0, 0, jst), "sato"},
		{"one person", "soc", time.Date(2026, 12, 28, 3, 0, 0, 0, jst), "ito"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, ok := cfg.OnDuty(tt.team, tt.at)
			if !ok || p.ID != tt.want {
				t.Errorf("OnDuty(%s, %s) = %v, %v; want %s", tt.team, tt.at, p, ok, tt.want)
			}
		})
	}
	if _, ok := cfg.OnDuty("nobody", time.Time{}); ok {
		t.Error("an unknown team has somebody on duty")
	}
}

func TestNightShiftAndEverybodyAbsent(t *testing.T) {
	dir := laidOver(t, "testdata/night")
	cfg, err := config.Load(dir, config.Options{Getenv: env})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		at   string
		want string
	}{
		{"2026-11-23T21:59:00+09:00", "sato"}, // Monday, before the night
		{"2026-11-23T22:00:00+09:00", "tanaka"},
		{"2026-11-24T06:59:00+09:00", "tanaka"}, // still Monday's night
		{"2026-11-24T07:00:00+09:00", "sato"},
		{"2026-12-31T12:00:00+09:00", "sato"}, // all are absent: the default is called nevertheless
	}
	for _, tt := range tests {
		at, err := time.Parse(time.RFC3339, tt.at)
		if err != nil {
			t.Fatal(err)
		}
		if p, ok := cfg.OnDuty("desk", at); !ok || p.ID != tt.want {
			t.Errorf("OnDuty(%s) = %v, want %s", tt.at, p, tt.want)
		}
	}
}

func TestOverridesAndVersions(t *testing.T) {
	aoba, _ := example(t).Customer("aoba")
	shipped := example(t).Profiles["support-desk"]
	if got := aoba.Profile().Desk.CloseDays; got != 7 || shipped.Desk.CloseDays != 5 {
		t.Errorf("close_days = %d for the customer and %d shipped, want 7 and 5", got, shipped.Desk.CloseDays)
	}
	day := func(y int, m time.Month, d int) sla.Date { return sla.Date{Year: y, Month: m, Day: d} }
	days := func(d sla.Date, class, kind, priority string) int {
		p, ok := aoba.PolicyOn(d)
		if !ok {
			t.Fatalf("no policy on %s", d)
		}
		targets := p.For(sla.Subject{Class: class, RequestType: kind, Priority: priority})
		if len(targets) == 0 {
			return 0
		}
		return targets[0].Days
	}
	before, after := day(2026, 12, 31), day(2027, 1, 1)
	tests := []struct {
		name     string
		day      sla.Date
		kind     string
		priority string
		want     int
	}{
		{"class figure", before, "disk", "中", 5},
		{"high runs the standard clock", before, "disk", "高", 5},
		{"low has no clock", before, "disk", "低", 0},
		{"type's own figure", before, "patch", "中", 3},
		{"low has no clock, own figure or not", before, "patch", "低", 0},
		{"revision from its day", after, "disk", "中", 4},
		{"type's own figure stays", after, "patch", "中", 3},
		{"long ago: the first version", day(2001, 1, 1), "disk", "中", 5},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := days(tt.day, "impactful", tt.kind, tt.priority); got != tt.want {
				t.Errorf("days = %d, want %d", got, tt.want)
			}
		})
	}
	if got := len(aoba.Policies()); got != 2 {
		t.Errorf("%d versions, want 2", got)
	}
	if got := aoba.Policy(); got.Version != "2" || got.From != after {
		t.Errorf("newest policy is %s from %s", got.Version, got.From)
	}
	nine := []sla.Interval{{Open: 540, Close: 1080}}
	for _, v := range []struct {
		day     sla.Date
		version string
		open    []sla.Interval
	}{{before, "1", []sla.Interval{{Open: 600, Close: 1140}}}, {after, "2", nine}} {
		p, _ := aoba.PolicyOn(v.day)
		spec := p.Calendars["support_center"]
		if spec.Version != v.version || cmp.Diff(v.open, spec.Week[time.Monday]) != "" || len(spec.Dates) != 1 || spec.PublicHolidays != sla.HolidaysJapan {
			t.Errorf("hours on %s: version %s, Monday %v, %d dates", v.day, spec.Version, spec.Week[time.Monday], len(spec.Dates))
		}
		if around := p.Calendars["24x365"]; around.Version != "1" {
			t.Errorf("a calendar that no revision names has version %s on %s", around.Version, v.day)
		}
	}
	spec := aoba.CalendarSpecs()["support_center"]
	want := map[sla.Date][]sla.Interval{day(2026, 12, 29): {{Open: 600, Close: 900}}}
	if diff := cmp.Diff(want, spec.Dates); diff != "" {
		t.Errorf("dates of the customer's calendar (-want +got):\n%s", diff)
	}
}

func TestCalendarsCompile(t *testing.T) {
	cfg := example(t)
	for name, p := range cfg.Profiles {
		for id, spec := range p.Calendars {
			if _, err := spec.Compile(); err != nil {
				t.Errorf("calendar %s of %s: %v", id, name, err)
			}
		}
	}
	aoba, _ := cfg.Customer("aoba")
	got := aoba.CalendarSpecs()["support_center"]
	got.Dates, got.Holidays = nil, nil
	ten := []sla.Interval{{Open: 600, Close: 1140}}
	want := sla.CalendarSpec{
		Name: "support_center", Version: "1", Zone: "Asia/Tokyo", PublicHolidays: sla.HolidaysJapan,
		Week:   map[time.Weekday][]sla.Interval{1: ten, 2: ten, 3: ten, 4: ten, 5: ten},
		Closed: []sla.YearlyRange{{FromMonth: 12, FromDay: 30, ToMonth: 1, ToDay: 3, Name: "年末年始"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("support_center (-want +got):\n%s", diff)
	}
}

func TestSeveralProfiles(t *testing.T) {
	cfg, err := config.Load(laidOver(t, "testdata/two-profiles"), config.Options{Getenv: env})
	if err != nil {
		t.Fatal(err)
	}
	c, _ := cfg.Customer("midori")
	p := c.Policy()
	tests := []struct {
		name string
		s    sla.Subject
		want string
	}{
		{"the first profile's type", sla.Subject{Class: "minor", RequestType: "account"}, "complete"},
		{"the second profile's type", sla.Subject{Class: "other", RequestType: "security_helpdesk"}, "first_reply"},
		{"no promise in the second", sla.Subject{Class: "other", RequestType: "security_mode"}, ""},
		{"an incident follows the first", sla.Subject{Class: "incident", RequestType: "incident"}, "first_notice_slo"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			if targets := p.For(tt.s); len(targets) > 0 {
				got = targets[0].ID
			}
			if got != tt.want {
				t.Errorf("first target = %q, want %q", got, tt.want)
			}
		})
	}
	for _, r := range p.Rules {
		for _, target := range r.Targets {
			if _, ok := p.Calendars[target.Calendar]; target.Calendar != "" && !ok {
				t.Errorf("target %s names the calendar %s, which the policy lacks", target.ID, target.Calendar)
			}
		}
	}
	if got, want := len(c.RequestTypes()), 24+10; got != want {
		t.Errorf("%d request types, want %d", got, want)
	}
}

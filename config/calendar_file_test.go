package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"toban/config"
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

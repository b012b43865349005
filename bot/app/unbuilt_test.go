package app

import (
	"strings"
	"testing"
	"time"

	"toban/config"
	"toban/sla"
)

func TestWhatIsAskedForAndNotBuilt(t *testing.T) {
	cfg := &config.Config{Customers: []config.Customer{{ID: "aoba"}, {
		ID: "midori", Report: config.ReportOptions{Monthly: true, Weekly: true, Yearly: true, Live: true, PDFMail: true, Sections: []string{"お客様情報"}}, Contract: config.Contract{Options: []string{"phone"}},
		Standing: config.Standing{Playbooks: []string{"x"}}, Alerts: []config.AlertRule{{Source: "probe"}},
	}}}
	got := unbuilt(cfg)
	if len(got) != 8 {
		t.Fatalf("found %+v", got)
	}
	for _, f := range got {
		if f.Level != LevelWarn || f.Mend == "" {
			t.Errorf("finding %+v", f)
		}
	}
}

func TestContractsThatEnd(t *testing.T) {
	now := time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC)
	contract := func(end sla.Date, at string, mode config.Mode) config.Customer {
		return config.Customer{ID: "aoba", Zone: time.UTC, Mode: mode, Projects: []string{"AOBA"}, Contract: config.Contract{End: end, AtEnd: at}}
	}
	tests := []struct {
		name string
		c    config.Customer
		want string
	}{
		{"open", contract(sla.Date{}, "", config.ModeOn), ""},
		{"over", contract(sla.Date{Year: 2026, Month: 11, Day: 28}, "delete", config.ModeOn), "goes on working"},
		{"its last day", contract(sla.Date{Year: 2026, Month: 11, Day: 29}, "delete", config.ModeOn), ""},
		{"over and off", contract(sla.Date{Year: 2026, Month: 11, Day: 28}, "delete", config.ModeOff), ""},
		{"soon, undecided", contract(sla.Date{Year: 2026, Month: 12, Day: 31}, "", config.ModeOn), "at_end does not say"},
		{"soon, decided", contract(sla.Date{Year: 2026, Month: 12, Day: 31}, "export", config.ModeOn), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := contractFindings(&config.Config{Customers: []config.Customer{tt.c}}, now)
			if len(got) > 1 || (len(got) == 1) != (tt.want != "") || len(got) == 1 && !strings.Contains(got[0].What, tt.want) {
				t.Errorf("found %+v, want %q", got, tt.want)
			}
		})
	}
}

package app

import (
	"slices"
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

// What a profile or plan says and this release leaves to people is named, in one line a customer.
func TestWhatIsLeftToPeople(t *testing.T) {
	none := config.Profile{Name: "desk", Reports: []config.ReportRule{{ID: "monthly", Period: "month", By: []string{"wiki"}}}}
	if got := append(unbuiltProfile(&none), unbuiltPlan(&none, "basic")...); slices.ContainsFunc(got, func(l left) bool { return l.set }) {
		t.Errorf("of a profile that asks for nothing: %+v", got)
	}
	for key, p := range map[string]config.Profile{
		"incident.problem_count and problem_days":       {Incident: config.IncidentRules{ProblemDays: 30}},
		"incident.secondary_days and secondary_effort":  {Incident: config.IncidentRules{SecondaryEffort: time.Hour}},
		"incident.probe_interval":                       {Incident: config.IncidentRules{ProbeInterval: time.Minute}},
		"services":                                      {Services: []config.ServiceHours{{What: "受付", Hours: "desk", Lead: "3 days"}}},
		"figures":                                       {Figures: []config.Figure{{ID: "x", Text: "y"}}},
		"measures, whether measured":                    {Measures: []config.Measure{{By: "attested"}}},
		"reports (each month's is written":              {Reports: []config.ReportRule{{Period: "week", By: []string{"wiki"}}}},
		"plans.basic.includes":                          {Plans: []config.Plan{{ID: "basic", Includes: map[string]string{"x": "no"}}}},
		"plans.basic.meetings_a_year and meeting_ahead": {Plans: []config.Plan{{ID: "basic", MeetingAhead: time.Hour}, {ID: "other", Alerts: "triage"}}},
	} {
		var set []string
		for _, l := range append(unbuiltProfile(&p), unbuiltPlan(&p, "basic")...) {
			if l.set {
				set = append(set, l.key)
			}
		}
		if len(set) != 1 || !strings.HasPrefix(set[0], key) {
			t.Errorf("want %s, got %q", key, set)
		}
	}
}

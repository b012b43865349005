package app

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"toban/config"
)

// unbuilt names what configuration asks for and this release does not do yet, so that nobody relies on it.
func unbuilt(cfg *config.Config) []Finding {
	var out []Finding
	for i := range cfg.Customers {
		c := &cfg.Customers[i]
		for _, k := range []struct {
			key  string
			set  bool
			does string
		}{
			{"report.weekly", c.Report.Weekly, "the monthly report alone is written"},
			{"report.yearly", c.Report.Yearly, "the monthly report alone is written"},
			{"report.live", c.Report.Live, "the running month's report is written each evening; there is no page SLA/現在"},
			{"report.pdf_mail", c.Report.PDFMail, "the report is on the wiki alone"},
			{"report.sections", len(c.Report.Sections) > 0, "every report has all sections"},
			{"contract.options", len(c.Contract.Options) > 0, "they are for people to read"},
			{"standing_permission.playbooks", len(c.Standing.Playbooks) > 0, "standing_permission.incident_work holds for every playbook"},
			{"alerts with source probe", slices.ContainsFunc(c.Alerts, func(r config.AlertRule) bool { return r.Source == "probe" }), "Toban has no probes of its own: let a monitoring system look, and alert_door take its alerts"},
		} {
			if k.set {
				out = append(out, Finding{
					LevelWarn, fmt.Sprintf("customer %s asks for %s, which this release does not do: %s", c.ID, k.key, k.does), "leave it so if that will do for now",
				})
			}
		}
		out = append(out, unbuiltRules(c)...)
	}
	return out
}

// left is what a profile or a plan says, by its key, when this release leaves it to people.
type left struct {
	key string
	set bool
}

// unbuiltRules names, in one finding, what the contract's profiles and its plan say that this release leaves to people.
func unbuiltRules(c *config.Customer) []Finding {
	var of, keys []string
	for i := range c.Profiles() {
		p := &c.Profiles()[i]
		of = append(of, cmp.Or(p.Title, p.Name))
		for _, k := range append(unbuiltProfile(p), unbuiltPlan(p, c.Contract.Plan)...) {
			if k.set && !slices.Contains(keys, k.key) {
				keys = append(keys, k.key)
			}
		}
	}
	if len(keys) == 0 {
		return nil
	}
	return []Finding{{
		LevelOK, fmt.Sprintf("customer %s (%s): this release leaves to people, whatever these keys say: %s", c.ID, strings.Join(of, ", "), strings.Join(keys, ", ")),
		"alerts that the next business day reviews are marked by review: true of a rule under alerts",
	}}
}

func unbuiltProfile(p *config.Profile) []left {
	in := &p.Incident
	return []left{
		{"incident.problem_count and problem_days", in.ProblemCount > 0 || in.ProblemDays > 0},
		{"incident.secondary_days and secondary_effort", in.SecondaryDays > 0 || in.SecondaryEffort > 0},
		{"incident.probe_interval", in.ProbeInterval > 0},
		{"services", slices.ContainsFunc(p.Services, func(s config.ServiceHours) bool { return s.What != "" || s.Lead != "" })},
		{"figures", len(p.Figures) > 0},
		{"measures, whether measured or attested", slices.ContainsFunc(p.Measures, func(m config.Measure) bool { return m.By != "" })},
		{"reports (each month's is written, on the wiki, with all sections)", slices.ContainsFunc(p.Reports, func(r config.ReportRule) bool {
			return r.Period != "month" || len(r.Sections) > 0 || !slices.Equal(r.By, []string{"wiki"})
		})},
	}
}

func unbuiltPlan(p *config.Profile, plan string) []left {
	x, ok := p.Plan(plan)
	if !ok {
		return nil
	}
	under := "plans." + plan + "."
	return []left{
		{under + "alerts", x.Alerts != ""},
		{under + "includes", len(x.Includes) > 0},
		{under + "meetings_a_year and meeting_ahead", x.MeetingsAYear > 0 || x.MeetingAhead > 0},
		{under + "reviews", len(x.Reviews) > 0},
		{under + "skips", len(x.Skips) > 0},
		{under + "actions", len(x.Actions) > 0},
	}
}

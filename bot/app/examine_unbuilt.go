package app

import (
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
		out = append(out, unbuiltPlan(c)...)
	}
	return out
}

// unbuiltPlan names what the contract's plan says that this release leaves to people.
func unbuiltPlan(c *config.Customer) []Finding {
	var keys []string
	for i := range c.Profiles() {
		p, ok := c.Profiles()[i].Plan(c.Contract.Plan)
		if !ok {
			continue
		}
		for _, k := range []struct {
			key string
			set bool
		}{
			{"alerts", p.Alerts != ""},
			{"includes", len(p.Includes) > 0},
			{"meetings_a_year", p.MeetingsAYear > 0},
			{"reviews", len(p.Reviews) > 0},
			{"skips", len(p.Skips) > 0},
			{"actions", len(p.Actions) > 0},
		} {
			if k.set {
				keys = append(keys, k.key)
			}
		}
	}
	if len(keys) == 0 {
		return nil
	}
	return []Finding{{
		LevelOK, fmt.Sprintf("customer %s: of its plan %s this release leaves to people: %s", c.ID, c.Contract.Plan, strings.Join(keys, ", ")),
		"alerts that the next business day reviews are marked by review: true of a rule under alerts",
	}}
}

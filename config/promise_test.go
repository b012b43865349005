package config_test

import (
	"testing"
	"time"

	"toban/sla"
)

// TestFiguresOfTheSources: every figure of the five sources that is a time or a count in time is a promise of its profile, with an
// instant that can be checked by hand. Starts are in Tokyo; 2026-11-23 is a holiday.
func TestFiguresOfTheSources(t *testing.T) {
	tests := []struct {
		profile, figure string
		subject         sla.Subject // chooses the promise of a ticket; the zero value means one without a ticket
		id, start, due  string      // for an event ahead, start is the event
	}{
		{"support-desk", "requests.minor", sla.Subject{Class: "minor", Priority: "中"}, "complete", "2026-11-20 20:00", "2026-11-24 19:00"},
		{"support-desk", "requests.impactful", sla.Subject{Class: "impactful", Priority: "中"}, "complete", "2026-11-20 20:00", "2026-11-30 19:00"},
		{"support-desk", "requests.basic_support", sla.Subject{Class: "basic_support", Priority: "中"}, "complete", "2026-11-20 20:00", "2026-11-30 19:00"},
		{"support-desk", "requests.advanced_support", sla.Subject{Class: "advanced_support", Priority: "高"}, "complete", "2026-11-20 20:00", "2026-11-30 19:00"},
		{"support-desk", "incidents.service_affected.first_notice.slo", sla.Subject{Class: "incident", Impact: "affected"}, "first_notice_slo", "2026-11-21 03:00", "2026-11-21 03:15"},
		{"support-desk", "incidents.service_affected.first_notice.sla", sla.Subject{Class: "incident", Impact: "affected"}, "first_notice_sla", "2026-11-21 03:00", "2026-11-21 03:30"},
		{"support-desk", "incidents.service_affected.interim_update", sla.Subject{Class: "incident", Impact: "affected"}, "interim", "2026-11-21 03:00", "2026-11-21 04:00"},
		{"support-desk", "incidents.service_not_affected.first_notice", sla.Subject{Class: "incident", Impact: "not_affected"}, "first_notice_slo", "2026-11-21 03:00", "2026-11-21 04:00"},
		{"support-desk", "monitoring_interval", sla.Subject{}, "monitoring", "2026-11-21 03:00", "2026-11-21 03:05"},

		{"managed-operations", "secondary_response.investigation_window", sla.Subject{}, "secondary_response", "2026-11-21 03:00", "2026-11-26 03:00"},
		{"managed-operations", "secondary_response.effort_budget", sla.Subject{}, "secondary_effort", "2026-11-21 03:00", "2026-11-21 07:00"},
		{"managed-operations", "routine_work.start_within", sla.Subject{RequestType: "routine_work", Class: "other", Priority: "中"}, "start", "2026-11-20 20:00", "2026-11-26 18:00"},
		{"managed-operations", "hours_and_lead_times.作業依頼", sla.Subject{}, "routine_done", "2026-11-20 20:00", "2026-11-26 18:00"},
		{"managed-operations", "routine_work.notice_before_start", sla.Subject{}, "start_notice", "2026-11-21 22:00", "2026-11-21 21:30"},
		{"managed-operations", "routine_work.max_length", sla.Subject{}, "work_length", "2026-11-21 22:00", "2026-11-22 00:00"},
		{"managed-operations", "hours_and_lead_times.初期設定の受付", sla.Subject{}, "onboarding_reception", "2026-11-20 10:00", "2026-11-26 18:00"},
		{"managed-operations", "hours_and_lead_times.監視ライセンス発注", sla.Subject{}, "licence_order", "2026-11-21 10:00", "2026-11-21 18:00"},
		{"managed-operations", "hours_and_lead_times.監視環境初期設定", sla.Subject{}, "monitoring_setup", "2026-11-20 10:00", "2026-11-30 18:00"},
		{"managed-operations", "onboarding", sla.Subject{}, "onboarding", "2026-11-20 10:00", "2026-12-18 10:00"},
		{"managed-operations", "price.cancellation", sla.Subject{}, "cancellation", "2027-01-31 00:00", "2026-12-02 00:00"},
		{"managed-operations", "price.minimum_term", sla.Subject{}, "minimum_term", "2027-02-28 00:00", "2026-11-28 00:00"},
		{"managed-operations", "node_count.free_scale_out", sla.Subject{}, "scale_out", "2026-11-21 03:00", "2026-11-21 23:00"},

		{"managed-security", "helpdesk.first_reply_within", sla.Subject{RequestType: "security_helpdesk", Class: "other"}, "first_reply", "2026-11-20 20:00", "2026-11-26 18:00"},
		{"managed-security", "plans.advanced.alerts", sla.Subject{}, "alert_review", "2026-11-20 20:00", "2026-11-24 18:00"},
		{"managed-security", "weekly_report.due", sla.Subject{}, "weekly_report", "2026-11-15 23:59", "2026-11-20 18:00"},
		{"managed-security", "monthly_report.due", sla.Subject{}, "monthly_report", "2026-10-31 23:59", "2026-11-09 18:00"},
		{"managed-security", "plans.high-end.review_meeting.agreed", sla.Subject{}, "meeting_date", "2026-12-15 14:00", "2026-12-01 14:00"},
		{"managed-security", "plans.high-end.review_meeting", sla.Subject{}, "review_meeting", "2026-12-31 00:00", "2026-09-30 00:00"},

		{"dedicated-server", "ping.interval", sla.Subject{}, "ping", "2026-11-21 03:00", "2026-11-21 03:05"},
		{"dedicated-server", "hardware_arrival.東京", sla.Subject{}, "hardware_tokyo", "2026-11-21 03:00", "2026-11-21 07:00"},
		{"dedicated-server", "hardware_arrival.名古屋", sla.Subject{}, "hardware_nagoya", "2026-11-21 03:00", "2026-11-21 15:00"},
		{"dedicated-server", "reachable_server_replacement", sla.Subject{}, "reachable_replacement", "2026-11-20 20:00", "2026-11-24 18:00"},
		{"dedicated-server", "lead_time.single", sla.Subject{}, "delivery", "2026-11-20 11:00", "2026-11-26 18:00"},
		{"dedicated-server", "lamp_check", sla.Subject{}, "lamp_check", "2026-11-23 10:00", "2026-11-26 22:00"},

		{"saas-sla", "availability.planned_maintenance", sla.Subject{}, "maintenance_length", "2026-11-22 00:00", "2026-11-22 05:00"},
		{"saas-sla", "notice.planned_stop", sla.Subject{}, "planned_stop_notice", "2026-12-31 02:00", "2026-11-30 02:00"},
		{"saas-sla", "notice.periodic_maintenance", sla.Subject{}, "periodic_maintenance_notice", "2026-11-22 00:00", "2026-11-15 00:00"},
		{"saas-sla", "notice.end_of_service", sla.Subject{}, "end_of_service_notice", "2027-08-31 00:00", "2027-02-28 00:00"},
		{"saas-sla", "data.backup", sla.Subject{}, "backup", "2026-11-21 04:00", "2026-11-22 04:00"},
		{"saas-sla", "security.virus_scan", sla.Subject{}, "virus_scan", "2026-11-21 04:00", "2026-11-22 04:00"},
		{"saas-sla", "security.admin_password_change", sla.Subject{}, "admin_password", "2026-11-01 00:00", "2026-12-01 00:00"},
		{"saas-sla", "security.user_password_change", sla.Subject{}, "user_password", "2026-11-01 00:00", "2027-01-30 00:00"},
	}
	profiles := example(t).Profiles
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	at := func(text string) time.Time {
		got, err := time.ParseInLocation("2006-01-02 15:04", text, tokyo)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	used := map[string]bool{}
	for _, tt := range tests {
		t.Run(tt.profile+" "+tt.figure, func(t *testing.T) {
			policy := profiles[tt.profile].Policies[0]
			calendars, err := policy.Compile()
			if err != nil {
				t.Fatal(err)
			}
			target, ok := policy.Promise(tt.id)
			if tt.subject != (sla.Subject{}) {
				for _, x := range policy.For(tt.subject) {
					if x.ID == tt.id {
						target, ok = x, true
					}
				}
			}
			if !ok {
				t.Fatalf("no promise %s", tt.id)
			}
			used[tt.profile+"/"+tt.id] = true
			facts := []sla.Fact{{Kind: sla.FactStart, At: at(tt.start)}}
			if target.Kind == sla.KindAhead {
				planned := at(tt.start).AddDate(-1, 0, 0)
				facts = []sla.Fact{{Kind: sla.FactStart, At: planned}, {Kind: sla.FactDue, At: planned, Until: at(tt.start)}}
			}
			r, err := sla.Evaluate(target, calendars[target.Calendar], facts, facts[0].At)
			if err != nil {
				t.Fatal(err)
			}
			if want := at(tt.due); !r.Current().Due.Equal(want) {
				t.Errorf("due %s, want %s", r.Current().Due.In(tokyo), want)
			}
		})
	}
	for name, p := range profiles {
		for _, target := range p.Policies[0].Promises {
			ours := target.ID == "monthly_report" && name != "managed-security" || target.ID == "yearly_report" // our choice, in no source
			if !used[name+"/"+target.ID] && !ours && name != "desk-plus" {
				t.Errorf("promise %s of %s is not tested", target.ID, name)
			}
		}
	}
}

// TestRates: promised rates are held exactly.
func TestRates(t *testing.T) {
	policy := example(t).Profiles["saas-sla"].Policies[0]
	availability, ok := policy.Rate("availability")
	if !ok || availability.Share != (sla.Fraction{Num: 999, Den: 1000}) {
		t.Fatalf("availability is %+v", availability)
	}
	const month = int64(30 * 24 * time.Hour)
	if down := int64(43*time.Minute + 12*time.Second); !availability.Kept(sla.Fraction{Num: month - down, Den: month}) || availability.Kept(sla.Fraction{Num: month - down - 1, Den: month}) {
		t.Error("99.90 % of a month of 30 days are 43 min 12 s, to the nanosecond")
	}
	for id, want := range map[string]time.Duration{"mean_time_to_recover": 30 * time.Minute, "response_time": 500 * time.Millisecond, "slow_response": time.Minute, "batch_time": 5 * time.Second} {
		if rate, ok := policy.Rate(id); !ok || rate.AtMost != want {
			t.Errorf("%s is at most %s, want %s", id, rate.AtMost, want)
		}
	}
	if _, ok := policy.Rate("incidents"); ok {
		t.Error("a count without a promise is a rate")
	}
}

// TestWarningsComeInThePeoplesHours: a promise that counts in days is warned of in the hours of people; what is due within hours, such as the
// first notice of an incident, is warned of at once.
func TestWarningsComeInThePeoplesHours(t *testing.T) {
	const day = 24 * time.Hour
	for name, p := range example(t).Profiles {
		policy := p.Policies[0]
		list := policy.Promises
		for _, r := range policy.Rules {
			list = append(list, r.Targets...)
		}
		for _, target := range list {
			inDays := target.Kind == sla.KindBusinessDays || target.Kind == sla.KindCalendarDate || target.Months > 0 ||
				(target.Kind == sla.KindElapsed || target.Kind == sla.KindAhead) && target.Duration >= day
			if inDays != (target.Notice != "") {
				t.Errorf("%s: %s (%s) is warned of in the hours of %q", name, target.ID, target.Kind, target.Notice)
			}
		}
	}
}

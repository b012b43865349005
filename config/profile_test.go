package config_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/config"
	"toban/sla"
)

func TestShippedRequestTypes(t *testing.T) {
	cfg := example(t)
	for name, want := range map[string]int{
		"support-desk": 24, "managed-operations": 9, "managed-security": 10, "dedicated-server": 11, "saas-sla": 5,
	} {
		if got := len(cfg.Profiles[name].RequestTypes); got != want {
			t.Errorf("%s has %d request types, want %d", name, got, want)
		}
	}
	desk := cfg.Profiles["support-desk"]
	days := map[config.Class]int{config.ClassMinor: 1, config.ClassImpactful: 5, config.ClassBasic: 5, config.ClassAdvanced: 5, config.ClassIncident: 0}
	for _, r := range desk.RequestTypes {
		if r.BusinessDays != days[r.Class] {
			t.Errorf("%s of class %s has %d business days, want %d", r.ID, r.Class, r.BusinessDays, days[r.Class])
		}
	}
	account, _ := desk.RequestType("account")
	want := &config.RequestType{
		ID: "account", Profile: "support-desk", IssueType: "アカウント管理作業", ReportName: "アカウント追加変更依頼", Class: config.ClassMinor,
		BusinessDays: 1, OpenedBy: config.OpenedByCustomer, Operations: []string{"追加", "変更", "削除"},
		Required: []config.RequiredItem{
			{Item: "作業の種類"}, {Item: "ユーザー名 (IAM ユーザー名 / OS アカウント名)"}, {Item: "ホスト名", When: "OS のアカウント"}, {Item: "必要な権限", When: "追加・権限の変更"},
		},
		Change: config.Change{Class: config.ChangeIrreversible, ByOperation: map[string]config.ChangeClass{
			"追加": config.ChangeStandard, "変更": config.ChangeApproval, "削除": config.ChangeIrreversible,
		}},
	}
	if diff := cmp.Diff(want, account); diff != "" {
		t.Errorf("account (-want +got):\n%s", diff)
	}
	if got := account.Change.For("追加"); got != config.ChangeStandard {
		t.Errorf("adding an account is %s, want standard", got)
	}
	if got := account.Change.For("移動"); got != config.ChangeIrreversible {
		t.Errorf("an unknown operation is %s, want the strictest", got)
	}
}

func TestShippedIncidentClocks(t *testing.T) {
	policy := example(t).Profiles["support-desk"].Policies[0]
	notice := func(id string, level sla.Level, d time.Duration) sla.Target {
		return sla.Target{ID: id, Kind: sla.KindElapsed, Level: level, Duration: d}
	}
	interim := sla.Target{ID: "interim", Kind: sla.KindCycle, Level: sla.LevelObjective, Duration: time.Hour, Warn: []int{}}
	affected := []sla.Target{
		notice("first_notice_slo", sla.LevelObjective, 15*time.Minute), notice("first_notice_sla", sla.LevelAgreement, 30*time.Minute), interim,
	}
	tests := []struct {
		impact string
		want   []sla.Target
	}{
		{"affected", affected},
		{"ask", affected},
		{"", affected},
		{"not_affected", []sla.Target{notice("first_notice_slo", sla.LevelObjective, time.Hour)}},
	}
	for _, tt := range tests {
		got := policy.For(sla.Subject{Class: "incident", RequestType: "incident", Impact: tt.impact, Priority: "低"})
		for i := range got {
			got[i].Name = ""
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("impact %q (-want +got):\n%s", tt.impact, diff)
		}
	}
	for _, class := range []string{"complaint", "announcement", "other"} {
		if got := policy.For(sla.Subject{Class: class}); len(got) != 0 {
			t.Errorf("class %s has clocks: %v", class, got)
		}
	}
}

// TestShippedAgreements proves that the first notice of an affecting incident is the only agreement of the support desk.
func TestShippedAgreements(t *testing.T) {
	for name, p := range example(t).Profiles {
		for _, r := range p.Policies[0].Rules {
			for _, target := range r.Targets {
				agreed := target.Level == sla.LevelAgreement
				if agreed != (target.ID == "first_notice_sla") {
					t.Errorf("%s: target %s is %s", name, target.ID, target.Level)
				}
			}
		}
	}
}

func TestShippedFigures(t *testing.T) {
	p := example(t).Profiles["support-desk"]
	want := config.DeskRules{
		SupportCalendar: "support_center", Unclaimed: 30 * time.Minute, ReminderDays: []int{2, 5}, CloseDays: 5,
		ReopenWithin: 14 * 24 * time.Hour, ApprovalDays: 5, Quota: "none", Phone: true,
	}
	if diff := cmp.Diff(want, p.Desk); diff != "" {
		t.Errorf("desk (-want +got):\n%s", diff)
	}
	work := config.WorkRules{
		StartNotice: 30 * time.Minute, NoticeLate: 5 * time.Minute, PlanAgain: 5 * time.Minute, Length: 2 * time.Hour, StartAsk: 10 * time.Minute, StartLate: 15 * time.Minute,
		EndAsk: 15 * time.Minute, OverTell: 10 * time.Minute, OverNext: 30 * time.Minute,
	}
	if diff := cmp.Diff(work, p.Work); diff != "" {
		t.Errorf("work (-want +got):\n%s", diff)
	}
	incident := config.IncidentRules{
		Priority: map[string]string{"高": "affected", "中": "ask", "低": "not_affected"},
		AskAgain: 4 * time.Minute, AskTier: 7 * time.Minute, DecideBefore: 5 * time.Minute,
		InterimAsk: []time.Duration{15 * time.Minute, 5 * time.Minute}, InterimAutomatic: 2 * time.Minute, InterimEscalate: 2,
		Escalation: []config.EscalationStep{
			{After: 5 * time.Minute, To: "tier:monitoring_center", By: []string{"slack", "phone"}},
			{After: 10 * time.Minute, To: "tier:support_center", By: []string{"slack", "phone"}},
			{After: 15 * time.Minute, To: "manager", By: []string{"slack", "phone", "mail"}},
		},
		Rings: 10, Rounds: 2, AfterRounds: "tell_staff", Affected: []string{"phone"}, CallAsk: 5 * time.Minute, ProblemCount: 3, ProblemDays: 30, ProbeInterval: 5 * time.Minute,
	}
	if diff := cmp.Diff(incident, p.Incident); diff != "" {
		t.Errorf("incident (-want +got):\n%s", diff)
	}
}

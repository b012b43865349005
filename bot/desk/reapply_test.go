package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/sla"
)

// secondVersion brings a version of the policy into force on 2026-11-25, in which work is to be done within so many business days.
func (b *bench) secondVersion(days int) {
	b.dir.People[0].Roles, b.dir.People[2].Roles = []bot.Role{bot.RoleOperator}, []bot.Role{bot.RoleManager}
	next := b.cust.Policies[0]
	next.Version, next.From = "2", sla.Date{Year: 2026, Month: 11, Day: 25}
	next.Rules = slices.Clone(next.Rules)
	for i, r := range next.Rules {
		next.Rules[i].Targets = slices.Clone(r.Targets)
		for j := range r.Targets {
			next.Rules[i].Targets[j].Days = days
		}
	}
	b.cust.Policies = append(slices.Clone(b.cust.Policies[:1]), next)
}

func (b *bench) reapply(person, version string) {
	b.t.Helper()
	b.by(person, "desk.reapply", map[string]string{"version": version, "reason": "契約の変更"})
}

// A ticket keeps the version it started under unless staff re-apply; then its clocks are derived anew, and the requester hears of the new
// deadline as of any other.
func TestReapply(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00")
	b.open(userCustomer, "バックアップ作業", "バックアップ", backup)
	if b.form("desk.reapply") != nil {
		t.Error("offered although there is one version only")
	}
	b.secondVersion(3)
	b.now = at(t, "2026-11-25 10:30")
	b.comment(userCustomer, "よろしくお願いします")
	b.want(bot.StatusAccepted, "2026-11-25 19:00") // as it started
	b.press("desk.take", nil)
	f := b.form("desk.reapply")
	if f == nil || !strings.Contains(f.Intro, "いまは版 1 で") || !strings.Contains(f.Intro, "版 2(2026-11-25 から): 「完了」の期限: ") || len(f.Inputs[0].Options) != 1 {
		t.Fatalf("form %+v", f)
	}
	for _, bad := range []struct{ person, version, reason, want string }{
		{"sato", "2026-11-25", "x", "役割"},
		{"tanaka", "2026-11-26", "x", "適用できません"},
		{"tanaka", "", "x", "適用できません"},
		{"tanaka", "2026-11-25", " ", "理由"},
		{"tanaka", "first", "x", "すでに版 1"},
	} {
		b.by(bad.person, "desk.reapply", map[string]string{"version": bad.version, "reason": bad.reason})
		if !strings.Contains(b.refused(), bad.want) || b.out.Ticket != nil || b.out.Clocks != nil || b.out.Timers != nil {
			t.Errorf("%+v: %s", bad, dump(b.out))
		}
	}
	b.reapply("tanaka", "2026-11-25")
	b.want(bot.StatusTaken, "2026-11-27 19:00")
	if b.count("扱いを変更") != 1 || b.count("契約の変更") != 1 || b.count("11月27日") != 1 {
		t.Errorf("said %q", b.texts())
	}
	if audit := fmt.Sprint(b.out.Reasons); !strings.Contains(audit, "version 2 in the place of 1") || !strings.Contains(audit, "田中 (tanaka) pressed the button: 契約の変更") ||
		!strings.Contains(audit, "was due") {
		t.Errorf("audit %s", audit)
	}
	for in, want := range map[sla.Language]string{
		sla.Japanese: "（版 2、2026-11-25 から）\nこの版の適用 2026-11-25(水) 10:30 JST 田中", sla.English: ", version 2, in force from 2026-11-25\nthis version applied anew Wed 2026-11-25 10:30 JST by 田中",
	} {
		if text := strings.Join(sla.Write(b.rows["complete"].Ledger, in), "\n"); !strings.Contains(text, want) || !strings.Contains(text, "3") {
			t.Errorf("explained as %s", text)
		}
	}
	b.reapply("tanaka", "2026-11-25") // pressed twice
	if !strings.Contains(b.refused(), "すでに版 2") || b.count("扱いを変更") != 1 {
		t.Errorf("twice: %s", dump(b.out))
	}
	b.reapply("tanaka", "first") // a mistake is taken back
	b.want(bot.StatusTaken, "2026-11-25 19:00")
	b.reapply("tanaka", "2026-11-25")
	b.pass("2026-11-27 18:59")
	if b.count("遅れています") != 0 || b.rows["complete"].State != sla.StateRunning {
		t.Errorf("said %q, clocks %+v", b.texts(), b.rows)
	}
	b.pass("2026-11-27 19:01")
	if b.count("遅れています") != 1 || b.rows["complete"].State != sla.StateMissed {
		t.Errorf("said %q, clocks %+v", b.texts(), b.rows)
	}
}

// A result that is known stays: another version neither hides a miss nor makes one.
func TestReapplyLeavesResults(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.pass("2026-11-26 10:00")
	b.secondVersion(5)
	b.reapply("tanaka", "2026-11-25")
	if !strings.Contains(b.refused(), "結果はすでに出ています") || b.rows["complete"].State != sla.StateMissed {
		t.Errorf("a miss was hidden: %s", dump(b.out))
	}

	b = newBench(t, "2026-11-20 10:00").open(userCustomer, "定例会の実施", "定例会", "内容: 毎月第1火曜 14 時から 1 時間、先月の障害と作業の振り返り")
	if b.tk.Due.Before(at(t, "2026-11-27 00:00")) {
		t.Fatalf("due %s", b.tk.Due)
	}
	b.now = at(t, "2026-11-26 10:00")
	b.secondVersion(1)
	b.reapply("tanaka", "2026-11-25")
	if !strings.Contains(b.refused(), "すでに過ぎています") || b.out.Ticket != nil {
		t.Errorf("a miss was made: %s", dump(b.out))
	}

	// The first run was kept under the first version; the version that is applied after the reopening counts for the second run alone.
	b = newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.press("desk.done", map[string]string{"done": "済み"})
	b.sent(b.key("done:1"))
	b.now = at(t, "2026-11-25 10:00")
	b.comment(userCustomer, "まだ取得されていないようです。")
	b.secondVersion(5)
	b.now = b.now.Add(time.Minute)
	b.reapply("tanaka", "2026-11-25")
	first, second := b.rows["complete"], b.rows["complete/reopened-1"]
	if first.State != sla.StateMet || first.Due.Format("01-02") != "11-25" || second.State != sla.StateRunning || second.Due.Format("01-02") != "12-02" {
		t.Errorf("first %+v, second %+v", first, second)
	}
	if text := strings.Join(sla.Write(first.Ledger, sla.English), "\n"); !strings.Contains(text, "version 1") || strings.Contains(text, "version 2") {
		t.Errorf("the first run is explained by %s", text)
	}
}

// Facts that come late are judged under the version that held by then.
func TestReapplyAndLateFacts(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", halfDone)
	b.now = at(t, "2026-11-24 10:01")
	b.sent(b.key("ask:1"))
	b.now = at(t, "2026-11-25 10:00")
	late := b.write(userCustomer, "web01 です") // Backlog is slow: nobody knows of the answer yet
	b.facts = nil
	b.secondVersion(3)
	b.now = at(t, "2026-11-25 12:00")
	b.reapply("tanaka", "2026-11-25")
	b.now = at(t, "2026-11-25 12:05")
	b.facts = []bot.Fact{late}
	b.deliver()
	// Asked on day 0 and answered at the opening of the next day: nothing stood still after day 0.
	b.want(bot.StatusAccepted, "2026-11-27 19:00")

	// A completion that came before the press and is learned of afterwards was kept under the first version.
	b = newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.now = at(t, "2026-11-25 11:00")
	done := b.write(userStaff, "", bot.Change{Field: "status", From: "未対応", To: "処理済み"})
	b.facts = nil
	b.secondVersion(3)
	b.now = at(t, "2026-11-25 12:00")
	b.reapply("tanaka", "2026-11-25")
	b.now = at(t, "2026-11-25 12:05")
	b.snap.StatusID, b.snap.Status = bot.StatusResolved, "処理済み"
	b.facts = []bot.Fact{done}
	b.deliver()
	row := b.rows["complete"]
	if row.State != sla.StateMet || !row.Due.Equal(at(t, "2026-11-25 19:00")) {
		t.Errorf("clock %+v", row)
	}
}

// A version that promises less leaves no clock behind; what was missed under the one before can still be explained by a form.
func TestMissOfAPromiseThatIsMadeNoMore(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00")
	b.secondVersion(1)
	b.cust.Policies = slices.Clone(b.cust.Policies[:1])
	b.cust.Policies[0].Rules = slices.Clone(b.cust.Policies[0].Rules) // they are shared
	for i := range b.cust.Policies[0].Rules {
		r := &b.cust.Policies[0].Rules[i]
		if slices.Contains(r.Match.Classes, "minor") {
			r.Targets = append(slices.Clone(r.Targets), sla.Target{ID: "first_reply", Name: "一次回答", Kind: sla.KindElapsed, Level: sla.LevelObjective, Duration: time.Minute})
		}
	}
	b.open(userUnknown, "バックアップ作業", "バックアップ", backup) // an unknown user: staff have to look, nobody is answered
	b.pass("2026-11-24 11:00")
	if b.rows["first_reply"].State != sla.StateMissed {
		t.Fatalf("clocks %+v", b.rows)
	}
	ledger := len(b.rows["first_reply"].Ledger)
	b.by("sato", "desk.classify", map[string]string{"type": "regular_meeting"})
	if !strings.Contains(fmt.Sprint(b.panel.Notes), "未達の原因が未記入です: 一次回答(変更前)") {
		t.Fatalf("notes %q", b.panel.Notes)
	}
	b.now = b.now.Add(time.Minute)
	b.by("sato", "desk.cause", map[string]string{"clock": "first_reply", "cause": "当番の交代", "measure": "引き継ぎ表"})
	row := b.rows["first_reply"]
	if row.State != sla.StateMissed || row.Cause != "当番の交代" || row.Measure != "引き継ぎ表" || len(row.Ledger) < ledger {
		t.Errorf("row %+v", row)
	}
	if len(b.panel.Notes) > 0 && strings.Contains(fmt.Sprint(b.panel.Notes), "未記入") {
		t.Errorf("notes %q", b.panel.Notes)
	}
	b.setPriority(bot.PriorityHigh) // a later decision does not write it again
	if slices.ContainsFunc(b.out.Clocks, func(r bot.ClockRow) bool { return r.ID == "first_reply" }) {
		t.Error("written again without need")
	}
}

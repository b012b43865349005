package desk_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"toban/bot"
	"toban/sla"
)

// by presses a form as somebody.
func (b *bench) by(person, action string, values map[string]string) {
	b.t.Helper()
	b.n++
	b.handle(bot.EventStaffAction, fmt.Sprintf("press:%d", b.n), bot.StaffAction{Action: action, Person: person, SlackUser: "U9", Channel: "C1", Values: values})
}

// refused is why the last press was refused; "" when it was not.
func (b *bench) refused() string {
	b.t.Helper()
	for _, e := range b.out.Effects {
		if e.Kind == bot.EffectEphemeral {
			return string(e.Body)
		}
	}
	return ""
}

func (b *bench) form(action string) *bot.Form {
	for _, x := range b.panel.Buttons {
		if x.Action == action {
			return x.Form
		}
	}
	return nil
}

// late is a ticket whose deadline passed; sato may work on it, suzuki and tanaka may approve, too.
func late(t *testing.T) *bench {
	t.Helper()
	b := newBench(t, "2026-11-24 10:00")
	b.dir.People[0].Roles = []bot.Role{bot.RoleOperator}
	b.dir.People[1].Roles = []bot.Role{bot.RoleOperator, bot.RoleApprover}
	b.dir.People[2].Roles = []bot.Role{bot.RoleManager}
	b.open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.pass("2026-11-26 10:00")
	if b.rows["complete"].State != sla.StateMissed {
		t.Fatalf("clocks %+v", b.rows)
	}
	return b
}

func TestCauseOfAMiss(t *testing.T) {
	b := late(t)
	if !strings.Contains(strings.Join(b.panel.Notes, "\n"), "未達の原因が未記入です: 完了") || b.form("desk.cause") == nil {
		t.Fatalf("panel %+v", b.panel)
	}
	for _, values := range []map[string]string{{"clock": "complete"}, {"clock": "other", "cause": "x"}, {"clock": "complete", "cause": "  "}} {
		b.by("sato", "desk.cause", values)
		if b.refused() == "" || b.out.State != nil {
			t.Errorf("%v was taken", values)
		}
	}
	b.by("sato", "desk.cause", map[string]string{"clock": "complete", "cause": "部品の到着待ち", "measure": "予備を置く"})
	row := b.rows["complete"]
	if row.State != sla.StateMissed || row.Cause != "部品の到着待ち" || row.Measure != "予備を置く" || strings.Contains(fmt.Sprint(b.panel.Notes), "未記入") {
		t.Errorf("row %+v, notes %q", row, b.panel.Notes)
	}
	if text := strings.Join(sla.Write(row.Ledger, sla.Japanese), "\n"); !strings.Contains(text, "原因: 部品の到着待ち") {
		t.Error(text)
	}
	b.by("suzuki", "desk.cause", map[string]string{"clock": "complete", "cause": "手配漏れ"}) // the last word counts
	if row := b.rows["complete"]; row.Cause != "手配漏れ" || row.Measure != "" {
		t.Errorf("row %+v", row)
	}
	if !strings.Contains(fmt.Sprint(b.out.Reasons), "鈴木 pressed the button: 手配漏れ") {
		t.Errorf("audit %+v", b.out.Reasons)
	}
}

func TestExclusionNeedsASecondPerson(t *testing.T) {
	b := late(t)
	ask := func(kind, why string) {
		b.by("sato", "desk.exclude", map[string]string{"clock": "complete", "kind": kind, "why": why})
	}
	answer := func(person, yes string) {
		f := b.form("desk.exclude_decide")
		if f == nil {
			t.Fatalf("no form: %+v", b.panel)
		}
		b.by(person, "desk.exclude_decide", map[string]string{"proposal": f.Inputs[0].Options[0].Value, "answer": yes})
	}
	for _, bad := range [][2]string{{"", "x"}, {"customer", ""}, {"luck", "x"}, {"undo", "x"}} {
		ask(bad[0], bad[1])
		if b.refused() == "" {
			t.Errorf("%q was taken", bad)
		}
	}
	ask("customer", "鍵の受け渡しが遅れた")
	if b.rows["complete"].State != sla.StateMissed || !strings.Contains(fmt.Sprint(b.panel.Notes), "確認を待っています") {
		t.Fatalf("a proposal alone changes nothing: %+v, %q", b.rows["complete"], b.panel.Notes)
	}
	ask("customer", "もう一度")
	if b.refused() == "" {
		t.Error("asked twice")
	}
	answer("sato", "yes") // operators may not confirm
	if !strings.Contains(b.refused(), "役割") {
		t.Errorf("a person without the role confirmed: %s", b.refused())
	}
	b.dir.People[0].Roles = append(b.dir.People[0].Roles, bot.RoleApprover)
	answer("sato", "yes")
	if !strings.Contains(b.refused(), "申請した人は確認できません") || b.rows["complete"].State != sla.StateMissed {
		t.Errorf("the same person confirmed: %s", b.refused())
	}
	stale := b.form("desk.exclude_decide").Inputs[0].Options[0].Value
	answer("suzuki", "no")
	if b.rows["complete"].State != sla.StateMissed || b.form("desk.exclude_decide") != nil {
		t.Errorf("refused, and yet: %+v", b.rows["complete"])
	}
	ask("customer", "鍵の受け渡しが遅れた。記録あり")
	b.by("tanaka", "desk.exclude_decide", map[string]string{"proposal": stale, "answer": "yes"})
	if b.refused() == "" {
		t.Error("an answer to an older proposal was taken")
	}
	answer("tanaka", "yes")
	row := b.rows["complete"]
	if row.State != sla.StateExcluded || row.Cause != "お客様の都合による遅れ: 鍵の受け渡しが遅れた。記録あり(佐藤、確認 田中)" {
		t.Fatalf("row %+v", row)
	}
	if text := strings.Join(sla.Write(row.Ledger, sla.Japanese), "\n"); !strings.Contains(text, "除外") || !strings.Contains(text, "佐藤, 田中") {
		t.Error(text)
	}
	if !strings.Contains(fmt.Sprint(b.out.Reasons), "second person 田中 (tanaka)") {
		t.Errorf("audit %+v", b.out.Reasons)
	}
	before := len(b.texts())
	b.pass("2026-11-30 10:00")
	if len(b.texts()) != before {
		t.Errorf("the customer heard of an excluded promise: %q", b.texts()[before:])
	}

	ask("undo", "お客様の確認により誤りと判明")
	answer("suzuki", "yes")
	if row := b.rows["complete"]; row.State != sla.StateMissed || row.Cause != "" {
		t.Errorf("taken back, and yet: %+v", row)
	}
	ask("special", "計画停電")
	answer("suzuki", "yes")
	if b.rows["complete"].State != sla.StateExcluded {
		t.Errorf("excluded again, and yet: %+v", b.rows["complete"])
	}
	var kept map[string]json.RawMessage
	if err := json.Unmarshal(b.state, &kept); err != nil || kept["verdicts"] == nil {
		t.Errorf("state %s %v", b.state, err)
	}
}

// Two people of one name are two; a running promise may be excluded ahead, an ended ticket judged afterwards.
func TestExclusionAheadAndAfterwards(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00")
	b.dir.People[0].Roles, b.dir.People[1].Roles = []bot.Role{bot.RoleOperator}, []bot.Role{bot.RoleManager}
	b.dir.People[1].Name = b.dir.People[0].Name
	b.open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.by("sato", "desk.exclude", map[string]string{"clock": "complete", "kind": "maintenance", "why": "計画停止中"})
	b.by("suzuki", "desk.exclude_decide", map[string]string{"proposal": b.form("desk.exclude_decide").Inputs[0].Options[0].Value, "answer": "yes"})
	if b.rows["complete"].State != sla.StateExcluded || b.count("遅れています") != 0 {
		t.Fatalf("clocks %+v", b.rows)
	}
	b.pass("2026-11-27 10:00")
	if b.count("遅れています") != 0 {
		t.Errorf("said %q", b.texts())
	}

	b = late(t)
	b.by("sato", "desk.done", map[string]string{"done": "取得しました"})
	b.sent(b.key("done:1"))
	if !b.tk.Status.Ended() || b.form("desk.cause") == nil {
		t.Fatalf("ticket %s, panel %+v", b.tk.Status, b.panel)
	}
	b.by("sato", "desk.cause", map[string]string{"clock": "complete", "cause": "人手不足"})
	if b.rows["complete"].Cause != "人手不足" {
		t.Errorf("row %+v", b.rows["complete"])
	}
}

package desk_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"toban/bot"
)

// operators gives everybody of the bench the role that owns tickets, and adds a partner's person.
func operators(b *bench) *bench {
	for i := range b.dir.People {
		b.dir.People[i].Roles = []bot.Role{bot.RoleOperator}
	}
	b.dir.People = append(b.dir.People, bot.Person{ID: "soc", Name: "協力会社", SlackUser: "U9", Partner: true, Teams: []string{"soc"}, Roles: []bot.Role{bot.RoleOperator}})
	return b
}

// choices are the people that the card offers as an owner.
func choices(b *bench) (out []string) {
	for _, x := range b.panel.Buttons {
		if x.Action == "desk.assign" {
			for _, o := range x.Form.Inputs[0].Options {
				out = append(out, o.Value)
			}
		}
	}
	return out
}

// fields are the last fields that were set on the issue without words.
func fields(b *bench) (u bot.Update) {
	for _, e := range b.out.Effects {
		if e.Kind == bot.EffectUpdate {
			_ = e.Decode(&u)
		}
	}
	return u
}

func mentions(b *bench) (out []string) {
	for _, e := range b.out.Effects {
		var p bot.Post
		if e.Kind == bot.EffectPost && json.Unmarshal(e.Body, &p) == nil {
			out = append(out, p.Mention...)
		}
	}
	return out
}

// A ticket is handed to a colleague, who is addressed; Backlog has them too, and the words that go with it stay with staff.
func TestHandedToAColleague(t *testing.T) {
	b := operators(newBench(t, "2026-11-24 10:00")).open(userCustomer, "バックアップ作業", "バックアップ", backup)
	if got := choices(b); !slices.Equal(got, []string{"sato", "suzuki", "tanaka"}) {
		t.Errorf("may be chosen: %v; a partner of another customer must not be, nor nobody while nobody has it", got)
	}
	b.press("desk.assign", map[string]string{"who": "suzuki", "reason": "DBに詳しいため。password=Tr0ub4dor&3x です"})
	if b.tk.Owner != "suzuki" || b.tk.Status != bot.StatusTaken || b.timer["desk/unclaimed"] != b.timer["desk/none"] {
		t.Errorf("owner %q, status %s, timers %v", b.tk.Owner, b.tk.Status, b.timer)
	}
	if u := fields(b); u.AssigneeID != userOther || u.StatusID != bot.StatusInProgress || !slices.Contains(u.KeepAssignee, userStaff) {
		t.Errorf("Backlog is told %+v", u)
	}
	if s := b.staff(); !strings.Contains(s, "佐藤 が担当を 鈴木 にしました。\nDBに詳しいため。") || strings.Contains(s, "Tr0ub4dor") || !slices.Equal(mentions(b), []string{"U2"}) {
		t.Errorf("staff heard %q, addressed %v", s, mentions(b))
	}
	if n := len(b.texts()); n != 1 { // the answer to the new request
		t.Errorf("the customer read %q", b.texts())
	}
	if got := choices(b); !slices.Equal(got, []string{"sato", "tanaka", "nobody"}) {
		t.Errorf("may be chosen then: %v", got)
	}
	b.press("desk.assign", map[string]string{"who": "sato"})
	if s := b.staff(); b.tk.Owner != "sato" || !strings.Contains(s, "佐藤 が担当します。") || len(mentions(b)) != 0 {
		t.Errorf("owner %q; who takes it by this form is addressed by it: %v", b.tk.Owner, mentions(b))
	}
}

// Who gives a ticket back says why; the person on duty is asked at once, again later, and the promise runs on all the while.
func TestGivenBack(t *testing.T) {
	b := operators(newBench(t, "2026-11-24 10:00")).open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.press("desk.assign", map[string]string{"who": "nobody", "reason": "誤り"})
	if b.tk.Owner != "" || !strings.Contains(ephemeral(b), "まだ担当がいません") {
		t.Errorf("given back by nobody: %q", ephemeral(b))
	}
	b.press("desk.take", nil)
	due := b.tk.Due
	b.press("desk.assign", map[string]string{"who": "nobody", "reason": "  "})
	if b.tk.Owner != "sato" || !strings.Contains(ephemeral(b), "理由を入力してください") {
		t.Errorf("given back without a word: owner %q, told %q", b.tk.Owner, ephemeral(b))
	}
	b.now = at(t, "2026-11-24 11:00")
	b.press("desk.assign", map[string]string{"who": "nobody", "reason": "急用で退社するため"})
	if b.tk.Owner != "" || b.tk.Status != bot.StatusAccepted || !b.tk.Due.Equal(due) || b.rows["complete"].State != "running" {
		t.Errorf("owner %q, status %s, due %s, clock %+v", b.tk.Owner, b.tk.Status, b.tk.Due, b.rows["complete"])
	}
	if u := fields(b); u.AssigneeID != userOther || u.StatusID != bot.StatusOpen {
		t.Errorf("Backlog is told %+v; the person on duty is its contact again", u)
	}
	if s := b.staff(); !strings.Contains(s, "佐藤 が担当待ちに戻しました") || !strings.Contains(s, "急用で退社するため") || !slices.Equal(mentions(b), []string{"U2"}) {
		t.Errorf("staff heard %q, addressed %v", s, mentions(b))
	}
	if kinds := b.kinds(); !slices.Contains(kinds, bot.EntryGivenBack) {
		t.Errorf("the history says %v", kinds)
	}
	b.pass("2026-11-24 11:45")
	if s := b.staff(); strings.Count(s, "まだ担当者が決まっていません") != 1 {
		t.Errorf("nobody was asked again: %q", s)
	}
}

// What the form offered may no longer hold when it is sent.
func TestHandedToNobodyWhoMay(t *testing.T) {
	for who, want := range map[string]string{"gone": "担当になれません", "": "担当になれません", "soc": "担当になれません", "tanaka": "担当になれません"} {
		b := operators(newBench(t, "2026-11-24 10:00")).open(userCustomer, "バックアップ作業", "バックアップ", backup)
		b.dir.People[2].Roles = []bot.Role{bot.RoleManager}
		b.press("desk.assign", map[string]string{"who": who})
		if b.tk.Owner != "" || !strings.Contains(ephemeral(b), want) {
			t.Errorf("%q: owner %q, told %q", who, b.tk.Owner, ephemeral(b))
		}
	}
	b := operators(newBench(t, "2026-11-24 10:00"))
	b.cust.Escalation = []bot.EscalationStep{{To: "team:soc"}}
	b.open(userCustomer, "バックアップ作業", "バックアップ", backup).press("desk.assign", map[string]string{"who": "soc"})
	if b.tk.Owner != "soc" {
		t.Errorf("a partner who works for the customer may not own its ticket: %q", ephemeral(b))
	}
	b.press("desk.assign", map[string]string{"who": "soc"})
	if !strings.Contains(ephemeral(b), "すでに 協力会社 が担当しています") {
		t.Errorf("told %q", ephemeral(b))
	}
}

// Two people choose at once, each from the card that nobody had: the first has it, the second is told who.
func TestTwoPeopleChooseAnOwner(t *testing.T) {
	b := operators(newBench(t, "2026-11-24 10:00")).open(userCustomer, "バックアップ作業", "バックアップ", backup)
	choose := func(who string) {
		b.n++
		b.handle(bot.EventStaffAction, "press:"+who, bot.StaffAction{Action: "desk.assign", Person: "tanaka", SlackUser: "U3", Channel: "C1", Value: "from:", Values: map[string]string{"who": who}})
	}
	choose("suzuki")
	choose("sato")
	if b.tk.Owner != "suzuki" || !strings.Contains(ephemeral(b), "先に 鈴木 が担当しました") {
		t.Errorf("owner %q, told %q", b.tk.Owner, ephemeral(b))
	}
}

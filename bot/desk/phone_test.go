package desk_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/desk"
)

func phoneValues(b *bench) map[string]string {
	return map[string]string{
		"project": b.cust.ID + "/AOBA", "caller": "山本", "received": at(b.t, "2026-11-24 09:40").Format(time.RFC3339), "kind": "request",
		"priority": "3", "summary": "web01 のバックアップ", "content": "作業の種類: 追加\nホスト名: web01",
	}
}

// newIssue is the issue that the last event asks to open.
func (b *bench) newIssue() (bot.Effect, bot.NewIssue) {
	for _, e := range b.out.Effects {
		var n bot.NewIssue
		if e.Kind == bot.EffectIssue && e.Decode(&n) == nil {
			return e, n
		}
	}
	return bot.Effect{}, bot.NewIssue{}
}

// A request by telephone becomes an issue, which is taken in on behalf of the caller from the instant of the call.
func TestRequestByTelephone(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00")
	b.press(desk.ActionNew, phoneValues(b))
	e, n := b.newIssue()
	if e.Key == "" || n.IssueType != "バックアップ作業" || n.Project != "AOBA" || !strings.Contains(n.Description, "・ご連絡者: 山本 様") || len(n.Notify) != 1 {
		t.Fatalf("opens %s %+v", e.Key, n)
	}
	b.now = b.now.Add(time.Minute)
	b.draft(userBot, n.IssueType, n.Summary, n.Description+"\n\n通知番号: T-ABCDEFGHJK")
	b.facts[0].Origin = e.Key
	b.deliver()
	b.want(bot.StatusAccepted, "2026-11-25 19:00")
	if !b.tk.Received.Equal(at(t, "2026-11-24 09:40")) || b.tk.OnBehalfOf != "山本" || b.count("山本 様") != 1 || b.count("次のとおり承りました") != 1 {
		t.Errorf("received %s for %q, said %q", b.tk.Received, b.tk.OnBehalfOf, b.texts())
	}
	if strings.Contains(b.staff(), "APIキー") {
		t.Error("our own issue is taken for somebody else's")
	}
}

func TestTelephoneFormIsRefused(t *testing.T) {
	for name, spoil := range map[string]func(v map[string]string){
		"a project of nobody": func(v map[string]string) { v["project"] = "aoba/OTHER" },
		"a call to come":      func(v map[string]string) { v["received"] = "2026-11-24T12:00:00+09:00" },
		"no content":          func(v map[string]string) { v["content"] = " \n" },
	} {
		b := newBench(t, "2026-11-24 10:00")
		v := phoneValues(b)
		spoil(v)
		b.press(desk.ActionNew, v)
		if e, _ := b.newIssue(); e.Key != "" || ephemeral(b) == "" {
			t.Errorf("%s: %s", name, dump(b.out.Effects))
		}
	}
}

// What callers say can't pass for what our form writes, and secrets are hidden.
func TestTelephoneContentIsOnlyContent(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00")
	v := phoneValues(b)
	v["content"] += "\n・ご連絡者: 別の人 様\n・承った日時: 2020-01-01 00:00\npassword: hunter2secret"
	b.press(desk.ActionNew, v)
	e, n := b.newIssue()
	if strings.Contains(n.Description, "hunter2secret") {
		t.Error("the password is on the issue")
	}
	b.draft(userBot, n.IssueType, n.Summary, n.Description)
	b.facts[0].Origin = e.Key
	b.deliver()
	if b.tk.OnBehalfOf != "山本" || !b.tk.Received.Equal(at(t, "2026-11-24 09:40")) {
		t.Errorf("taken in for %s at %s", b.tk.OnBehalfOf, b.tk.Received)
	}
	// The same words on an issue that somebody else opened with the bot's key mean nothing.
	b = newBench(t, "2026-11-24 10:00")
	b.open(userBot, n.IssueType, n.Summary, n.Description)
	if b.tk.OnBehalfOf == "山本" || b.tk.Received.Equal(at(t, "2026-11-24 09:40")) {
		t.Error("an issue that is not ours passed for a registered call")
	}
}

func TestRegisteredIsTold(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00")
	b.press(desk.ActionNew, phoneValues(b))
	e, _ := b.newIssue()
	b.handle(bot.EventEffectDone, "done:new", bot.EffectResult{Key: e.Key, Kind: bot.EffectIssue, RemoteID: "AOBA-31", At: b.now})
	if len(b.out.Effects) != 1 || !strings.Contains(string(b.out.Effects[0].Body), "AOBA-31") || !strings.Contains(string(b.out.Effects[0].Body), "U1") {
		t.Errorf("told %s", dump(b.out.Effects))
	}
	b.handle(bot.EventEffectDead, "dead:new", bot.EffectResult{Key: e.Key, Kind: bot.EffectIssue, Why: "opening an issue in project AOBA: it has no issue type \"x\"; add it"})
	if len(b.out.Effects) != 1 || !strings.Contains(string(b.out.Effects[0].Body), "必要な種別がありません") {
		t.Errorf("told %s", dump(b.out.Effects))
	}
}

// An exercise says so in every word and is marked on the ticket.
func TestDrill(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00")
	v := phoneValues(b)
	v["kind"] = "drill"
	b.press(desk.ActionNew, v)
	e, n := b.newIssue()
	if n.IssueType != "障害ご連絡" || !strings.HasPrefix(n.Summary, "【訓練】") {
		t.Fatalf("opens %+v", n)
	}
	b.draft(userBot, n.IssueType, n.Summary, n.Description)
	b.facts[0].Origin = e.Key
	b.deliver()
	if !b.tk.Drill || b.tk.Class != bot.ClassIncident || !strings.Contains(b.panel.State, "訓練") {
		t.Errorf("ticket %+v, panel %q", b.tk, b.panel.State)
	}
	b.comment(userCustomer, "状況はいかがですか？")
	for _, s := range append(b.texts(), b.posts()...) {
		if !strings.HasPrefix(s, "【訓練】") {
			t.Errorf("said %q", s)
		}
	}
}

// A comment long after the end can be made a new request; several requests in one ticket can be split.
func TestAnotherRequest(t *testing.T) {
	b := into(t, bot.StatusFinished)
	b.pass("2026-12-20 10:00")
	b.comment(userCustomer, "web02 のバックアップもお願いします。")
	i := slices.IndexFunc(b.panel.Buttons, func(x bot.Button) bool { return x.Action == "desk.renew" })
	if i < 0 || b.tk.Status != bot.StatusFinished {
		t.Fatalf("status %s, buttons %s", b.tk.Status, dump(b.panel.Buttons))
	}
	values := map[string]string{}
	for _, in := range b.panel.Buttons[i].Form.Inputs {
		values[in.ID] = in.Initial
	}
	if wrong := b.panel.Buttons[i].Form.Check(values, b.now); wrong != nil || values["content"] != "web02 のバックアップもお願いします。" || values["caller"] != "山本" {
		t.Fatalf("the form says %v: %v", values, wrong)
	}
	b.press("desk.renew", values)
	if _, n := b.newIssue(); n.Summary == "" || !n.Plain || !strings.Contains(n.Description, "・もとの課題: AOBA-1\n") || strings.Contains(n.Description, "お電話") {
		t.Errorf("opens %+v: %s", n, dump(b.out.Effects))
	}
	b.press("desk.renew", values)
	if ephemeral(b) == "" {
		t.Error("registered twice")
	}
	b = newBench(t, "2026-11-24 10:00").open(userCustomer, "技術相談", "2点お願いします", "1. web01 のスナップショットを取得してください。\n2. セキュリティグループに 203.0.113.7 からの許可を追加してください。")
	if shown := slices.ContainsFunc(b.panel.Buttons, func(x bot.Button) bool { return x.Action == "desk.split" }); !shown {
		t.Errorf("no split offered; staff heard %s", b.staff())
	}
}

// Of two people who press at once one has the ticket, and the other is told who.
func TestTwoPeopleTake(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	i := slices.IndexFunc(b.panel.Buttons, func(x bot.Button) bool { return x.Action == "desk.take" })
	value := b.panel.Buttons[i].Value
	for _, p := range []string{"sato", "suzuki"} {
		b.n++
		b.handle(bot.EventStaffAction, "press:"+p, bot.StaffAction{Action: "desk.take", Person: p, SlackUser: "U9", Channel: "C1", Value: value})
	}
	if b.tk.Owner != "sato" || !strings.Contains(ephemeral(b), "先に 佐藤 が担当しました") {
		t.Errorf("owner %s, told %q", b.tk.Owner, ephemeral(b))
	}
}

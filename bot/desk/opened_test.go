package desk_test

import (
	"slices"
	"strings"
	"testing"

	"toban/bot"
	"toban/bot/desk"
	"toban/sla"
)

// opened lets desk see an issue that an effect of Toban's opened.
func (b *bench) opened(origin, issueType, summary, text string) {
	b.t.Helper()
	b.draft(userBot, issueType, summary, text)
	b.facts[0].Origin = origin
	b.deliver()
}

// A checklist ticket is what it was opened as, whatever its words and its issue type say; it is answered by its checklist, and cancelled like any other.
func TestChecklistTicket(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00")
	b.opened(bot.BoardingKey(bot.Onboarding, b.cust.ID, "2026-12-01"), "技術相談", "ご利用開始の準備", "web01 の障害ご連絡です。至急確認してください。")
	b.want(bot.StatusAccepted, "?")
	if b.tk.Boarding != bot.Onboarding || b.tk.Type != "onboarding" || b.tk.Class != bot.ClassOther || b.tk.Confidence != bot.Certain || b.tk.Host != "" || len(b.texts()) > 0 {
		t.Fatalf("ticket %+v, said %q", b.tk, b.texts())
	}
	if len(b.tk.Requester) != 1 || b.tk.Requester[0].ID != userCustomer || b.tk.OnBehalfOf != "" || strings.Contains(b.staff(), "APIキー") {
		t.Errorf("requester %+v on behalf of %q, staff heard %s", b.tk.Requester, b.tk.OnBehalfOf, b.staff())
	}
	for action, want := range map[string]string{
		"desk.done": "チェックリストの「完了を知らせる」から", "desk.classify": "契約の開始・終了の手続き", "desk.decline": "契約の開始・終了の手続き", "desk.urgent": "契約の開始・終了の手続き",
	} {
		b.press(action, map[string]string{"type": "backup", "reason": "x", "done": "x"})
		if !strings.Contains(ephemeral(b), want) || b.out.Ticket != nil {
			t.Errorf("%s is refused with %q", action, ephemeral(b))
		}
	}
	b.snap.Type = "バックアップ作業"
	b.comment(userStaff, "", bot.Change{Field: "issueType", From: "技術相談", To: "バックアップ作業"})
	if b.tk.Type != "onboarding" || b.tk.Boarding != bot.Onboarding || len(b.texts()) > 0 || strings.Contains(b.staff(), "種別を") {
		t.Errorf("type %s, said %q, staff heard %s", b.tk.Type, b.texts(), b.staff())
	}
	b.tell(bot.EventPromiseKept, bot.WorkNews{})
	b.n++
	b.handle(bot.EventPromiseKept, "kept:1", bot.PromiseKept{Promise: "onboarding_reception", By: "佐藤", Ref: "press:1"})
	b.handle(bot.EventPromiseKept, "kept:2", bot.PromiseKept{Promise: "complete", By: "佐藤", Ref: "press:2"})
	if n := len(slices.DeleteFunc(b.kinds(), func(k bot.EntryKind) bool { return k != bot.EntryKept })); n != 1 {
		t.Errorf("%d promises are kept: %s", n, dump(b.tk.Entries))
	}
	b.press("desk.withdraw", map[string]string{"reason": "契約の見直し"})
	b.want(bot.StatusCancelled, "?")
	b.handle(bot.EventPromiseKept, "kept:3", bot.PromiseKept{Promise: "onboarding", By: "佐藤", Ref: "press:3"})
	if b.out.Ticket != nil {
		t.Error("an ended ticket keeps promises")
	}
	other := newBench(t, "2026-11-24 10:00")
	other.opened(bot.BoardingKey(bot.Onboarding, "somebody", "2026-12-01"), "技術相談", "ご利用開始の準備", "準備です。")
	if other.tk.Boarding != "" {
		t.Error("the checklist of another customer is taken for this one's")
	}
	other = newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	other.handle(bot.EventPromiseKept, "kept:1", bot.PromiseKept{Promise: "onboarding"})
	if other.out.Ticket != nil {
		t.Error("a request keeps the promise of a checklist")
	}
}

// An issue that Toban opened for an alert is an incident since the alert came in, whatever its words say.
func TestTicketOfAnAlert(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00")
	o := bot.AlertOrigin{Lane: bot.AlertLane(b.cust.ID, "web01", "cpu"), Host: "web01", Impact: "affected", Urgency: "高", Received: at(t, "2026-11-24 09:58"), Number: 1}
	b.opened(o.Key(), "技術相談", "[web01] cpu", "バックアップの使い方を教えてください。")
	if b.tk.Class != bot.ClassIncident || b.tk.Confidence != bot.Certain || !b.tk.Received.Equal(o.Received) || b.tk.Host != "web01" || b.tk.Alert == nil || b.tk.Alert.Impact != "affected" {
		t.Fatalf("ticket %+v", b.tk)
	}
	if b.tk.OnBehalfOf != "監視の警報" || len(b.tk.Requester) != 1 || len(b.texts()) > 0 || strings.Contains(b.staff(), "APIキー") {
		t.Errorf("on behalf of %q, said %q, staff heard %s", b.tk.OnBehalfOf, b.texts(), b.staff())
	}
	if rt, ok := b.cust.Type(b.tk.Type); !ok || rt.Class != bot.ClassIncident {
		t.Errorf("type %s", b.tk.Type)
	}
}

// What belongs to requests is refused on an incident: it has buttons of its own.
func TestRequestButtonsOnAnIncident(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "障害ご連絡", "web01 に接続できません", "ホスト名: web01\n10:00 から応答がありません。")
	if b.tk.Class != bot.ClassIncident {
		t.Fatalf("class %s", b.tk.Class)
	}
	for _, action := range []string{"desk.merge", "desk.late", "desk.urgent", "desk.ask", "desk.done", "desk.agree", "desk.decline"} {
		if i := button(b, action); i != nil {
			t.Errorf("the card offers %s", action)
		}
		b.press(action, map[string]string{
			"into": "AOBA-7", "cause": "x", "new_due": "2026-12-01T10:00:00+09:00", "date": "2026-12-01T10:00:00+09:00", "how": "telephone", "question": "x", "done": "x", "reason": "x",
		})
		if why := ephemeral(b); why == "" || b.out.Ticket != nil {
			t.Errorf("%s is obeyed: %s", action, dump(b.out.Effects))
		}
	}
	for _, action := range []string{"desk.take", "desk.classify", "desk.withdraw"} {
		if button(b, action) == nil {
			t.Errorf("the card does not offer %s: %+v", action, b.panel.Buttons)
		}
	}
	if b.press("desk.reapply", nil); !strings.Contains(ephemeral(b), "始まったときの版のまま") {
		t.Errorf("refused with %q", ephemeral(b))
	}
}

// Which contract's type staff chose goes on record with who chose it, and another contract's is refused.
func TestChosenType(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.press("desk.classify", map[string]string{"type": "dsa_install"})
	if !strings.Contains(ephemeral(b), "契約にありません") || b.out.Ticket != nil {
		t.Errorf("refused with %q", ephemeral(b))
	}
	b.cust.Types = requestTypesWithout(b, "software_config")
	b.press("desk.classify", map[string]string{"type": "software_config", "reason": "設定の変更です"})
	if i := slices.IndexFunc(b.tk.Entries, func(e bot.Entry) bool { return e.Kind == bot.EntryReclassed }); i < 0 || b.tk.Entries[i].Actor != "佐藤" {
		t.Errorf("entries %s", dump(b.tk.Entries))
	}
	b.mustSay("設定の変更です")
	if b.count("{{") > 0 || !strings.Contains(b.staff(), "種別を「") {
		t.Errorf("staff heard %s", b.staff())
	}
	b.press("desk.classify", map[string]string{"type": "software_config"})
	if !strings.Contains(b.staff(), "を確認しました") || b.tk.Confidence != bot.Certain || b.count("設定の変更です") != 1 {
		t.Errorf("staff heard %s", b.staff())
	}
}

// Staff may say that a ticket is a complaint, or no request at all: then it ends without a word to the customer.
func TestChosenTypeThatIsNoRequest(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "技術相談", "御礼", "先日は迅速にご対応いただき、誠にありがとうございました。取り急ぎ御礼まで。")
	b.want(bot.StatusUnclear, "2026-11-25 19:00")
	b.press("desk.classify", map[string]string{"type": "other"})
	if b.tk.Status != bot.StatusFinished || b.tk.Class != bot.ClassOther || b.tk.StatusID != bot.StatusClosed || len(b.texts()) != 0 {
		t.Errorf("status %s, class %s, said %q", b.tk.Status, b.tk.Class, b.texts())
	}
	b = newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.press("desk.classify", map[string]string{"type": "complaint"})
	if b.tk.Class != bot.ClassComplaint || b.rows["complete"].State != sla.StateCancelled || !strings.Contains(b.staff(), "苦情のチケットです") {
		t.Errorf("class %s, clock %s, staff heard %s", b.tk.Class, b.rows["complete"].State, b.staff())
	}
	b.press("desk.classify", map[string]string{"type": "other"})
	if b.tk.Status.Ended() || !strings.Contains(ephemeral(b), "回答していない苦情") {
		t.Errorf("status %s, refused with %q", b.tk.Status, ephemeral(b))
	}
}

// Who was told of an incident that is none reads that its updates end.
func TestIncidentThatIsARequest(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "障害ご連絡", "請求書の宛名変更について", "来月分からの請求書の宛名を変更いただきたく、ご対応お願いします。")
	b.press("desk.classify", map[string]string{"type": "consultation"})
	b.mustSay("障害としての経過のご連絡はここまでとし、ご依頼として対応します。")
}

// The host of an address in brackets is one, a function's name is none.
func TestHostBeforeBrackets(t *testing.T) {
	for text, want := range map[string]string{"今月立てた batch02(10.0.3.15) にも batch01 と同じ監視を入れてください。": "batch02", "md5x2(x) を web03 で使います": "web03", "https://shop.aozora.example/health を監視して": "shop.aozora.example"} {
		if got := desk.Host(bot.RequestType{}, "件名\n"+text); got != want {
			t.Errorf("%q: host %q, want %q", text, got, want)
		}
	}
}

// A request is registered only for a project where Toban works.
func TestNothingIsRegisteredWhereTobanIsOff(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00")
	b.cust.Modes = map[string]bot.Mode{"AOBA": bot.ModeOff}
	b.press("desk.new", phoneValues(b))
	if e, _ := b.newIssue(); e.Key != "" || ephemeral(b) != "お客様を選んでください。" {
		t.Errorf("opens %q, staff heard %q", e.Key, ephemeral(b))
	}
}

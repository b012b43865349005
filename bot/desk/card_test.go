package desk_test

import (
	"slices"
	"strings"
	"testing"

	"toban/bot"
	"toban/bot/desk"
	"toban/sla"
)

// field is what the card says under a label.
func (b *bench) field(label string) string {
	for _, f := range b.panel.Fields {
		if f.Label == label {
			return f.Value
		}
	}
	return ""
}

func (b *bench) wantField(label, want string) {
	b.t.Helper()
	if got := b.field(label); got != want {
		b.t.Errorf("%s is %q, want %q", label, got, want)
	}
}

// The card of a request shows what it is, whose it is, and where its promise stands.
func TestCardOfARequest(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", "バックアップをお願いします。")
	b.sent(b.key("ask:1"))
	b.wantField("種別", "バックアップ作業(軽微)")
	b.wantField("依頼者", "山本")
	b.wantField("担当", "未定")
	b.wantField("優先度", "中")
	b.wantField("受付", "11/24(火) 10:00 JST")
	if b.panel.State != "お客様の回答待ち" || !strings.HasSuffix(b.field("期限"), "(停止中)") || b.field("確認中") == "" {
		t.Errorf("card %+v", b.panel)
	}
	b.now = at(t, "2026-11-24 11:00")
	b.comment(userCustomer, backup)
	b.want(bot.StatusAccepted, "?")
	if b.field("確認中") != "" || strings.HasSuffix(b.field("期限"), "(停止中)") {
		t.Errorf("card %+v", b.panel)
	}
	b.press("desk.take", nil)
	b.wantField("担当", "佐藤")
	if !strings.Contains(b.staff(), "佐藤 が担当します") {
		t.Errorf("staff heard %s", b.staff())
	}
	b.pass("2026-11-30 10:00")
	if !strings.HasSuffix(b.field("期限"), "(超過)") || b.panel.Tone != bot.ToneAlarm {
		t.Errorf("card %+v", b.panel)
	}
	met := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	met.press("desk.done", map[string]string{"done": "済み"})
	if met.tk.StatusID != bot.StatusResolved {
		t.Errorf("Backlog's status is %d", met.tk.StatusID)
	}
	met.sent(met.key("done:1"))
	if !strings.HasSuffix(met.field("期限"), "(達成)") || met.panel.Tone != bot.ToneDone {
		t.Errorf("card %+v", met.panel)
	}
	staff := newBench(t, "2026-11-24 10:00").open(userStaff, "バックアップ作業", "バックアップ", backup)
	if got := staff.field("依頼者"); !strings.HasSuffix(got, "(起票: 佐藤)") {
		t.Errorf("the requester is %q", got)
	}
	drill := newBench(t, "2026-11-24 10:00")
	v := phoneValues(drill)
	v["kind"] = "drill"
	drill.press(desk.ActionNew, v)
	e, n := drill.newIssue()
	drill.opened(e.Key, n.IssueType, n.Summary, n.Description)
	if !drill.tk.Drill || !strings.HasPrefix(drill.panel.State, "【訓練】これは訓練です。") || len(drill.out.Holdings) != 0 {
		t.Errorf("drill %v: card %+v, holdings %+v", drill.tk.Drill, drill.panel, drill.out.Holdings)
	}
}

// What people do to a ticket's text or person in Backlog counts while the ticket is open, and for what it is.
func TestEditsInBacklog(t *testing.T) {
	t.Run("while staff's own question is open", func(t *testing.T) {
		b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
		b.press("desk.ask", map[string]string{"question": "夜間でもよいですか"})
		b.sent(b.key("ask:1"))
		b.snap.Description += "\n補足: なし"
		b.comment(userCustomer, "", bot.Change{Field: "description", From: "x", To: "y"})
		b.want(bot.StatusWaiting, "?")
		if slices.Contains(b.kinds(), bot.EntryAnswered) || !strings.Contains(b.staff(), "お客様(山本)が課題の本文を変更しました") {
			t.Errorf("entries %v, staff heard %s", b.kinds(), b.staff())
		}
	})
	t.Run("after the end", func(t *testing.T) {
		b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
		b.press("desk.withdraw", map[string]string{"reason": "不要"})
		before := len(b.posts())
		b.snap.Description += "\n実施希望日時: 2026/12/01 22:00"
		b.snap.Assignee = &bot.Author{ID: userOther, Name: "鈴木", Kind: bot.AuthorStaff, Person: "suzuki"}
		b.comment(userCustomer, "", bot.Change{Field: "description", From: "x", To: "y"})
		b.comment(userStaff, "", bot.Change{Field: "assigner", From: "", To: "鈴木"})
		if len(b.posts()) != before || b.tk.Owner != "" || b.field("希望") != "" {
			t.Errorf("owner %q, staff heard %q", b.tk.Owner, b.posts()[before:])
		}
	})
	t.Run("the person", func(t *testing.T) {
		b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
		b.snap.Assignee = &bot.Author{ID: userOther, Name: "鈴木", Kind: bot.AuthorStaff, Person: "suzuki"}
		b.comment(userStaff, "", bot.Change{Field: "assigner", From: "", To: "鈴木"})
		b.want(bot.StatusTaken, "?")
		if b.tk.Owner != "suzuki" || hasTimer(b, "desk/unclaimed") {
			t.Errorf("owner %q, timers %v", b.tk.Owner, b.timer)
		}
	})
	t.Run("an incident that is taken up", func(t *testing.T) {
		b := newBench(t, "2026-11-24 10:00").open(userCustomer, "障害ご連絡", "web01 に接続できません", "ホスト名: web01\n10:00 から応答がありません。")
		b.setStatus(userStaff, bot.StatusInProgress, "処理中")
		if b.tk.Owner != "sato" || b.tk.Status != bot.StatusTaken {
			t.Errorf("%s of %q", b.tk.Status, b.tk.Owner)
		}
		b.setStatus(userOther, bot.StatusOpen, "未対応")
		b.setStatus(userOther, bot.StatusInProgress, "処理中")
		if b.tk.Owner != "sato" {
			t.Errorf("taken from whoever has it by %q", b.tk.Owner)
		}
		b.setStatus(userStaff, bot.StatusClosed, "完了")
		if b.tk.Status.Ended() {
			t.Error("a running incident is closed silently")
		}
	})
}

// A ticket that was not to be done is not done by what other rooms still tell of it; one that is done is not done again.
func TestWorkThatEndsAfterTheTicket(t *testing.T) {
	for action, values := range map[string]map[string]string{"desk.withdraw": {"reason": "不要"}, "desk.decline": {"reason": "対象外"}} {
		b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
		b.press(action, values)
		status := b.tk.Status
		for _, kind := range []bot.EventKind{bot.EventWorkDone, bot.EventWorkStarted, bot.EventWorkScheduled, bot.EventWorkAsked} {
			b.tell(kind, bot.WorkNews{By: "Toban", Ref: "comment:900", Reason: "x", Status: bot.StatusScheduled})
		}
		if b.tk.Status != status || slices.Contains(b.kinds(), bot.EntryDone) || slices.Contains(b.kinds(), bot.EntryStarted) {
			t.Errorf("%s: %s, entries %v", action, b.tk.Status, b.kinds())
		}
	}
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.snap.Deleted = true
	b.deliver()
	b.tell(bot.EventWorkDone, bot.WorkNews{By: "Toban", Ref: "comment:900"})
	if b.tk.Status != bot.StatusDeletedOff {
		t.Errorf("a deleted issue is %s", b.tk.Status)
	}
}

// A plan is asked about after any earlier question, and once.
func TestPlanIsAskedAboutAfterAQuestion(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", "バックアップをお願いします。")
	b.sent(b.key("ask:1"))
	b.now = at(t, "2026-11-24 11:00")
	b.comment(userCustomer, backup)
	b.want(bot.StatusAccepted, "?")
	for range 2 {
		b.tell(bot.EventWorkAsked, bot.WorkNews{By: "Toban", Ref: "comment:902", Reason: "作業計画 P-1 への同意"})
	}
	b.want(bot.StatusWaiting, "?")
	if n := len(slices.DeleteFunc(b.kinds(), func(k bot.EntryKind) bool { return k != bot.EntryAsked })); n != 2 || b.field("確認中") != "作業計画 P-1 への同意" {
		t.Errorf("%d questions, asked %q", n, b.field("確認中"))
	}
}

// Staff hear when nobody can be shown to have read that a request is done.
func TestCompletionThatNobodyRead(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.press("desk.done", map[string]string{"done": "済み"})
	b.handle(bot.EventEffectDone, "done:1", bot.EffectResult{Key: b.key("done:1"), Kind: bot.EffectUpdate, RemoteID: "900", At: b.now, Why: "user 2001 is gone"})
	b.want(bot.StatusDone, "?")
	if !strings.Contains(b.staff(), "完了のお知らせを確認できませんでした") || !b.because("could not verify", "user 2001") {
		t.Errorf("staff heard %s, reasons %+v", b.staff(), b.out.Reasons)
	}
}

// What another configuration would promise is derived from ticket and state as they are, and changes neither.
func TestPromisesOfATicket(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	look := func() []sla.Result {
		t.Helper()
		before := dump(b.tk)
		out, err := desk.Promises(bot.In{Now: b.now, Dir: b.dir, Ticket: b.tk, State: b.state})
		if err != nil || dump(b.tk) != before {
			t.Fatalf("%v; the ticket was %s and is %s", err, before, dump(b.tk))
		}
		rows, err := desk.Rows(bot.In{Now: b.now, Dir: b.dir, Ticket: b.tk, State: b.state})
		if err != nil || dump(b.tk) != before || len(rows) == 0 && len(out) > 0 {
			t.Fatalf("%v; rows %+v", err, rows)
		}
		return out
	}
	if out := look(); len(out) != 1 || out[0].Current().State != sla.StateRunning || !out[0].Current().Due.Equal(at(t, "2026-11-25 19:00")) {
		t.Errorf("promises %+v", out)
	}
	b.press("desk.done", map[string]string{"done": "済み"})
	b.sent(b.key("done:1"))
	if out := look(); len(out) != 1 || out[0].Current().State != sla.StateMet {
		t.Errorf("promises %+v", out)
	}
	b.dir.Customers = nil
	if out, err := desk.Promises(bot.In{Now: b.now, Dir: b.dir, Ticket: b.tk, State: b.state}); err != nil || len(out) != 0 {
		t.Errorf("of a customer whom nobody knows: %+v, %v", out, err)
	}
}

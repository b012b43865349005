package desk_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"toban/bot"
)

func TestPlainWithdrawal(t *testing.T) {
	for text, want := range map[string]bool{
		"本件は取り下げます。": true, "お世話になっております。\n本件、不要になりましたので取り下げさせていただきます。\nよろしくお願いいたします。": true,
		"こちらの依頼はキャンセルでお願いします": true, "先ほどの依頼は中止してください。": true, "この作業は不要になりました。": true, "Please cancel this request.": true,
		"取り下げたいです": true, "キャンセルをお願いいたします。ご対応ありがとうございました。": true,
		"費用がかかる場合は取り下げます。": false, "作業の一部だけキャンセルしてください。": false, "キャンセルできますか？": false, "取り下げません。": false,
		"キャンセル処理のボタンが動きません。": false, "作業は中止せずに続けてください。": false, "web01 は取り下げて、代わりに web02 をお願いします。": false,
		"中止になったイベントのページを消してください。": false, "取り下げを検討しています。": false, "変更に時間がかかるなら中止してください。": false,
	} {
		b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
		b.now = b.now.Add(60e9)
		b.comment(userCustomer, text)
		if got := b.tk.Status == bot.StatusCancelled; got != want {
			t.Errorf("%q: cancelled %v, want %v", text, got, want)
		}
		if want && (b.count("取り消しを承りました") != 1 || len(b.timer) != 0) {
			t.Errorf("%q: said %q, timers %v", text, b.texts(), b.timer)
		}
	}
}

// Guests may write but take nothing back; work that runs is not dropped by a word.
func TestWithdrawalThatStaffWeigh(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00")
	b.cust.Guests = []int64{userColleague}
	b.open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.comment(userColleague, "本件は取り下げます。")
	if b.tk.Status != bot.StatusAccepted || !strings.Contains(b.staff(), "取り下げを希望しているようです") {
		t.Errorf("status %s, staff heard %s", b.tk.Status, b.staff())
	}
	b = into(t, bot.StatusWorking)
	b.comment(userCustomer, "本件は取り下げます。")
	if b.tk.Status != bot.StatusWorking || !strings.Contains(b.staff(), "取り下げを希望しているようです") {
		t.Errorf("status %s, staff heard %s", b.tk.Status, b.staff())
	}
}

func TestMerge(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	for into, want := range map[string]string{"": "AOBA-12", "そのうち": "AOBA-12", "OTHER-3": "このお客様の課題ではありません", "AOBA-1": "このチケット自身"} {
		b.press("desk.merge", map[string]string{"into": into})
		if got := dump(b.out.Effects); b.tk.Status != bot.StatusAccepted || !strings.Contains(ephemeral(b), want) {
			t.Errorf("into %q: %s", into, got)
		}
	}
	b.press("desk.merge", map[string]string{"into": "ａｏｂａ-7"})
	if b.tk.Status != bot.StatusCancelled || b.count("AOBA-7 にまとめて") != 1 || b.rows["complete"].State != "cancelled" {
		t.Errorf("status %s, said %q, clock %+v", b.tk.Status, b.texts(), b.rows["complete"])
	}
}

func ephemeral(b *bench) string {
	for _, e := range b.out.Effects {
		var u bot.Ephemeral
		if e.Kind == bot.EffectEphemeral && e.Decode(&u) == nil {
			return u.Text
		}
	}
	return ""
}

// The requester hears of a missed promise once: released by staff ahead, or by itself at the deadline.
func TestLateNoticeOnce(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.press("desk.late", map[string]string{"cause": "", "new_due": "2026-11-27T19:00:00+09:00"})
	if ephemeral(b) == "" {
		t.Error("late without a cause")
	}
	b.pass("2026-11-25 18:30")
	if !strings.Contains(b.staff(), "「遅れを知らせる」") {
		t.Errorf("staff heard %s", b.staff())
	}
	b.press("desk.late", map[string]string{"cause": "調査に時間がかかっています", "new_due": "2026-11-27T19:00:00+09:00"})
	b.press("desk.late", map[string]string{"cause": "もう一度", "new_due": "2026-11-27T19:00:00+09:00"})
	if b.count("調査に時間がかかっています") != 1 || b.count("11月27日(金) 19:00") != 1 || !strings.Contains(ephemeral(b), "もう送っています") {
		t.Errorf("said %q", b.texts())
	}
	b.pass("2026-11-30 10:00")
	if b.count("予定より遅れています") != 1 || !strings.Contains(b.staff(), "お知らせ済みです") {
		t.Errorf("said %q; staff heard %s", b.texts(), b.staff())
	}
	// By itself, with the recorded new date and cause.
	b = newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.press("desk.take", nil)
	b.tell(bot.EventWorkScheduled, bot.WorkNews{Status: bot.StatusScheduled, By: "佐藤", Ref: "plan:1", Reason: "planned", End: at(t, "2026-11-26 12:00")})
	b.pass("2026-11-26 09:00")
	if b.count("作業を期限より後に予定しているため") != 1 || b.count("11月26日(木) 12:00") != 1 {
		t.Errorf("said %q", b.texts())
	}
}

func TestUrgent(t *testing.T) {
	b := newBench(t, "2026-11-24 20:00")
	b.dir.Duty = func(string, time.Time) (bot.Person, bool) {
		return bot.Person{ID: "suzuki", Name: "鈴木", SlackUser: "U2", Phone: true}, true
	}
	b.snap.PriorityID = bot.PriorityHigh
	b.open(userCustomer, "バックアップ作業", "【緊急】バックアップ", backup)
	if !slices.ContainsFunc(b.panel.Buttons, func(x bot.Button) bool { return x.Action == "desk.urgent" }) {
		t.Fatal("no button")
	}
	b.press("desk.urgent", map[string]string{"how": "ticket", "date": "2026-11-24T23:00:00+09:00"})
	if !b.tk.Urgent || b.rows["agreed"].Due != at(t, "2026-11-24 23:00") && !b.rows["agreed"].Due.Equal(at(t, "2026-11-24 23:00")) {
		t.Errorf("ticket %+v, clock %+v", b.tk.Urgent, b.rows["agreed"])
	}
	if due := b.timer["desk/unclaimed"]; !due.Equal(at(t, "2026-11-24 20:30")) {
		t.Errorf("nobody takes it until %s", due)
	}
	calls := slices.DeleteFunc(slices.Clone(b.said), func(e bot.Effect) bool { return e.Kind != bot.EffectCall })
	if len(calls) != 1 || !calls[0].Urgent || !strings.Contains(string(calls[0].Body), "person:suzuki") {
		t.Errorf("the person on duty is not woken: %v", calls)
	} else {
		b.handle(bot.EventEffectDone, "called", bot.EffectResult{Key: calls[0].Key, Kind: bot.EffectCall, At: b.now, Outcome: string(bot.CallNoAnswer)})
		if !strings.Contains(b.staff(), "電話では応答が得られませんでした(応答なし)") {
			t.Errorf("nobody hears that the call reached nobody: %s", b.staff())
		}
	}
	b.press("desk.urgent", map[string]string{"date": "2026-11-24T23:00:00+09:00"})
	if ephemeral(b) == "" {
		t.Error("urgent twice")
	}
	b = newBench(t, "2026-11-24 20:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	for _, how := range []string{"", "ticket", "mail"} {
		b.press("desk.urgent", map[string]string{"how": how, "date": "2026-11-24T23:00:00+09:00"})
		if ephemeral(b) == "" || b.tk.Urgent {
			t.Errorf("urgent without cause, asked for by %q", how)
		}
	}
	// 高 alone is sooner than standard, and the word alone asks for nothing: only both together ask for urgent work.
	for summary, priority := range map[string]int64{"バックアップ": bot.PriorityHigh, "【緊急】バックアップ": bot.PriorityNormal} {
		one := newBench(t, "2026-11-24 20:00")
		one.snap.PriorityID = priority
		one.open(userCustomer, "バックアップ作業", summary, backup)
		one.press("desk.urgent", map[string]string{"how": "ticket", "date": "2026-11-24T23:00:00+09:00"})
		if ephemeral(one) == "" || one.tk.Urgent {
			t.Errorf("%s with priority %d is urgent by the ticket", summary, priority)
		}
		if i := slices.IndexFunc(one.panel.Buttons, func(x bot.Button) bool { return x.Action == "desk.urgent" }); i >= 0 && one.panel.Buttons[i].Form.Inputs[0].Initial != "telephone" {
			t.Errorf("%s with priority %d: the form proposes %s", summary, priority, one.panel.Buttons[i].Form.Inputs[0].Initial)
		}
		one.press("desk.urgent", map[string]string{"how": "telephone", "date": "2026-11-24T23:00:00+09:00"})
		if !one.tk.Urgent {
			t.Errorf("%s with priority %d: not urgent by telephone", summary, priority)
		}
	}
	// Asked for by telephone, nothing of it need be written on the ticket: staff confirm, and that is on record.
	b.press("desk.urgent", map[string]string{"how": "telephone", "date": "2026-11-24T23:00:00+09:00"})
	if !b.tk.Urgent || !slices.ContainsFunc(b.out.Reasons, func(r bot.Reason) bool { return strings.Contains(r.Why, "asked for by telephone") }) {
		t.Errorf("urgent by telephone: %v, %+v", b.tk.Urgent, b.out.Reasons)
	}
}

// A change that needs approval is not done by a button: a plan comes first, unless nothing was changed.
func TestDoneNeedsAPlan(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "リストア作業", "web01 のリストア", "ホスト名: web01\nリストアする内容: 昨夜のスナップショット")
	if b.tk.Change != bot.ChangeApproval {
		t.Fatalf("change class is %q", b.tk.Change)
	}
	b.press("desk.done", map[string]string{"done": "戻しました", "change": "made"})
	if b.tk.Status == bot.StatusDone || !strings.Contains(ephemeral(b), "承認") {
		t.Errorf("done without a plan: %s", b.tk.Status)
	}
	b.press("desk.done", map[string]string{"done": "不要とのことでご説明しました", "change": "none"})
	if b.tk.Status != bot.StatusDone {
		t.Errorf("status %s", b.tk.Status)
	}
	b = newBench(t, "2026-11-24 10:00").open(userCustomer, "リストア作業", "web01 のリストア", "ホスト名: web01\nリストアする内容: 昨夜のスナップショット")
	b.setStatus(userStaff, bot.StatusResolved, "処理済み")
	if !strings.Contains(b.staff(), "記録がないまま") {
		t.Errorf("staff heard %s", b.staff())
	}
}

func TestChangeClassByOperation(t *testing.T) {
	for _, tc := range []struct {
		kind, text string
		want       bot.ChangeClass
	}{
		{"バックアップ作業", "作業の種類: 追加\nホスト名: web01", bot.ChangeStandard},
		{"バックアップ作業", "作業の種類: 削除\nホスト名: web01", bot.ChangeIrreversible},
		{"アカウント管理作業", "作業の種類: 変更\nユーザー名: suzuki", bot.ChangeApproval},
		{"技術相談", "ご相談内容: 教えてください", bot.ChangeNone},
	} {
		b := newBench(t, "2026-11-24 10:00").open(userCustomer, tc.kind, "お願い", tc.text)
		if b.tk.Change != tc.want {
			t.Errorf("%s, %s: %s, want %s", tc.kind, tc.text, b.tk.Change, tc.want)
		}
	}
}

// The question for the agreement stops the clock like any other; the next word of a customer user ends it, a plain yes too.
func TestPlanQuestionStopsTheClock(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "リストア作業", "web01 のリストア", "ホスト名: web01\nリストアする内容: 昨夜のスナップショット")
	b.press("desk.take", nil)
	b.now = at(t, "2026-11-24 11:00")
	b.tell(bot.EventWorkAsked, bot.WorkNews{By: "Toban", Ref: "comment:777", Reason: "作業計画 P-ABCDEFGH への同意"})
	b.tell(bot.EventWorkAsked, bot.WorkNews{By: "Toban", Ref: "comment:777", Reason: "作業計画 P-ABCDEFGH への同意"})
	if b.tk.Status != bot.StatusWaiting || b.rows["complete"].State != "paused" {
		t.Fatalf("status %s, clock %s", b.tk.Status, b.rows["complete"].State)
	}
	b.pass("2026-11-26 20:00")
	if b.count("P-ABCDEFGH への同意") != 1 {
		t.Errorf("not reminded: %q", b.texts())
	}
	b.now = at(t, "2026-11-27 10:00")
	b.comment(userCustomer, "同意します。")
	if b.tk.Status != bot.StatusTaken || b.rows["complete"].State != "running" {
		t.Errorf("status %s, clock %s", b.tk.Status, b.rows["complete"].State)
	}
	var f bot.Fact
	i := slices.IndexFunc(b.out.Events, func(e bot.Event) bool { return e.Kind == bot.EventTicketComment })
	if i < 0 || b.out.Events[i].Decode(&f) != nil || !f.Assent {
		t.Error("the yes is not told")
	}
	// Taken back, the clock goes on.
	b.now = at(t, "2026-11-27 11:00")
	b.tell(bot.EventWorkAsked, bot.WorkNews{By: "Toban", Ref: "comment:778", Reason: "作業計画 P-BBBBBBBB への同意"})
	b.now = at(t, "2026-11-27 12:00")
	b.tell(bot.EventWorkUnasked, bot.WorkNews{By: "佐藤", Ref: "press:9", Reason: "the plan was changed"})
	if b.tk.Status != bot.StatusTaken || b.rows["complete"].State != "running" {
		t.Errorf("status %s, clock %s", b.tk.Status, b.rows["complete"].State)
	}
}

func TestPlainYes(t *testing.T) {
	for text, want := range map[string]bool{
		"同意します。": true, "はい、問題ありません。進めてください。": true, "承認いたします。よろしくお願いいたします。": true, "その日時でお願いします。": true, "OK です": true, "I agree.": true,
		"お世話になっております。\n計画の内容で問題ございません。よろしくお願いいたします。\n\n--\n株式会社青葉商事 山本\nTEL 03-0000-0000": true,
		"同意できません。": false, "問題ありませんが、開始を23時にしてください。": false, "社内で確認します。": false, "確認中です。": false, "条件付きで承認します。": false,
		"作業は22時以降であれば承認します。": false, "同意しません": false, "了承しかねます": false, "問題ないでしょうか？": false, "承認者に確認しています": false,
		"ありがとうございます。": false, "> 同意します\nまだ検討中です": false, "I do not agree.": false, "OK, but please wait until Monday.": false,
	} {
		b := newBench(t, "2026-11-24 10:00").open(userCustomer, "リストア作業", "web01 のリストア", "ホスト名: web01\nリストアする内容: 昨夜のスナップショット")
		b.comment(userCustomer, text)
		got := false
		for _, e := range b.out.Events {
			var f bot.Fact
			if e.Kind == bot.EventTicketComment && e.Decode(&f) == nil {
				got = f.Assent
			}
		}
		if got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

// A late notice that names no later date says nothing: the form refuses it where it is typed, the button where it is not.
func TestLateNoticeNamesALaterDate(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	due := b.tk.Due
	if due.IsZero() {
		t.Fatal("nothing is promised")
	}
	said := len(b.texts())
	b.press("desk.late", map[string]string{"cause": "部材待ち", "new_due": due.Format(time.RFC3339)})
	if len(b.texts()) != said || !strings.Contains(ephemeral(b), "今の期限より後") {
		t.Errorf("said %v", b.texts()[said:])
	}
	for _, x := range b.panel.Buttons {
		if x.Action != "desk.late" {
			continue
		}
		wrong := x.Form.Check(map[string]string{"cause": "部材待ち", "new_due": due.Format(time.RFC3339)}, b.now)
		if wrong["new_due"] == "" {
			t.Error("the form takes the date that is not kept")
		}
		for _, in := range x.Form.Inputs {
			if at, err := time.Parse(time.RFC3339, in.Initial); in.ID == "new_due" && (err != nil || !at.After(due)) {
				t.Errorf("suggests %s", in.Initial)
			}
		}
		return
	}
	t.Error("no button")
}

package desk_test

import (
	"strings"
	"testing"

	"toban/bot"
	"toban/sla"
)

const wishes = "■ 作業の種類\n追加\n\n■ ホスト名\nweb01\n\n■ 実施希望日時\n"

// mustSay checks that the texts of the ticket's effects hold all of these words.
func (b *bench) mustSay(words ...string) {
	b.t.Helper()
	all := strings.Join(b.texts(), "\n")
	for _, w := range words {
		if !strings.Contains(all, w) {
			b.t.Errorf("nobody said %q in:\n%s", w, all)
		}
	}
}

// answer lets time pass, the open question go out and a customer user write.
func (b *bench) answer(ask, when, text string) {
	b.t.Helper()
	b.sent(b.key(ask))
	b.pass(when)
	b.comment(userCustomer, text)
}

// Monday 2026-11-23 is a holiday; a minor request of Tuesday 11:00 is due on Wednesday 2026-11-25 19:00.
func TestWishLaterThanTheStandardMovesTheDeadline(t *testing.T) {
	b := newBench(t, "2026-11-24 11:00").open(userCustomer, "バックアップ作業", "バックアップ", wishes+"12/1(火) 22:00〜24:00")
	b.mustSay("2026年12月1日(火) 22:00 〜 24:00 JST", "完了予定: 2026年12月2日(水) 19:00 JST")
	if b.tk.Status != bot.StatusAccepted {
		t.Errorf("status %s", b.tk.Status)
	}
	if b.count("標準の日数より早い") > 0 {
		t.Error("a wish that ends later than the standard deadline is called earlier than it")
	}
}

func TestReopenedTicketKeepsItsMovedDeadline(t *testing.T) {
	b := newBench(t, "2026-11-24 11:00").open(userCustomer, "バックアップ作業", "バックアップ", wishes+"12/1(火) 15:00〜16:00")
	b.want(bot.StatusAccepted, "2026-12-01 19:00")
	b.pass("2026-12-01 16:00")
	b.setStatus(userStaff, bot.StatusResolved, "処理済み")
	b.pass("2026-12-02 11:00")
	b.press("desk.reopen", nil)
	if got := b.rows["complete"]; got.State != sla.StateMet || !got.Due.Equal(at(t, "2026-12-01 19:00")) {
		t.Errorf("the first run is %s, due %s; want met, due 2026-12-01 19:00", got.State, got.Due.In(tokyo))
	}
	b.want(bot.StatusAccepted, "2026-12-03 19:00")
}

func TestWishEarlierThanTheStandardIsPointedOut(t *testing.T) {
	b := newBench(t, "2026-11-24 11:00").open(userCustomer, "ソフトウェア設定作業", "設定", "■ ホスト名\nweb01\n■ 変更内容の詳細\nnginx の worker_connections を 2048 に変更\n■ 希望日時\n11/25 10:00")
	b.mustSay("標準では 2026年12月1日(火) 以降", "完了予定: 2026年12月1日(火) 19:00 JST")
}

func TestUncertainWishIsAskedBack(t *testing.T) {
	b := newBench(t, "2026-11-24 11:00").open(userCustomer, "バックアップ作業", "バックアップ", wishes+"12/1(水) 22:00")
	b.mustSay("日付と曜日が合いません", "ご希望の日時を確認させてください")
	if b.tk.Status != bot.StatusWaiting {
		t.Fatalf("status %s, want waiting", b.tk.Status)
	}
	b.answer("ask:1", "2026-11-24 12:00", "失礼しました。12/2(水) 22:00〜23:00 でお願いします。")
	b.mustSay("完了予定: 2026年12月3日(木) 19:00 JST", "22:00 〜 23:00 JST")
	if b.tk.Status != bot.StatusAccepted {
		t.Errorf("status %s, want accepted", b.tk.Status)
	}
}

// What a field says of the time and nobody could read is asked back, too; a field that leaves the time open is not.
func TestUnreadWishIsAskedBack(t *testing.T) {
	for text, asked := range map[string]bool{
		"クリスマスの夜": true, "大晦日": true, "New Year's Eve": true, "the 4th": true, "棚卸の翌週": true, "Q1": true,
		"至急": false, "特になし": false, "なるべく早めに": false, "御社のご都合のよい時": false, "ASAP": false, "-": false, "": false, "no preference": false, "未定です": false,
	} {
		b := newBench(t, "2026-11-24 11:00").open(userCustomer, "バックアップ作業", "バックアップ", wishes+text)
		if got := b.tk.Status == bot.StatusWaiting; got != asked {
			t.Errorf("%q: asked back %v, want %v (%s)", text, got, asked, b.tk.Status)
		}
	}
	b := newBench(t, "2026-11-24 11:00").open(userCustomer, "バックアップ作業", "バックアップ", "12/1(火) 22:00〜24:00 に実施をお願いします。\n"+wishes+"本文の日で")
	b.mustSay("2026年12月1日(火) 22:00 〜 24:00 JST")
}

func TestUncertainWishBesideMissingDetailsIsOneQuestion(t *testing.T) {
	b := newBench(t, "2026-11-24 11:00").open(userCustomer, "バックアップ作業", "バックアップ", "■ 作業の種類\n追加\n\n■ ホスト名\n\n■ 実施希望日時\n2/30")
	b.mustSay("・ホスト名", "その日付または時刻は存在しません")
	b.answer("ask:1", "2026-11-24 12:00", "web01 です。12/1 22:00 にお願いします。")
	b.mustSay("ご希望の日時: 2026年12月1日(火) 22:00 〜 24:00 JST")
}

// Who leaves the date to us is not asked for it again.
func TestAnswerThatLeavesTheDateToUs(t *testing.T) {
	b := newBench(t, "2026-11-24 11:00").open(userCustomer, "バックアップ作業", "バックアップ", wishes+"来週あたり")
	b.answer("ask:1", "2026-11-24 12:00", "日時は指定しません。いつでも構いません。")
	b.mustSay("次のとおり承りました", "完了予定: 2026年11月25日(水) 19:00 JST")
	if b.tk.Status != bot.StatusAccepted || b.count("ご希望の日時を確認させてください") != 1 || b.count("・ご希望の日時: ") != 0 {
		t.Errorf("status %s, asked %d times; want accepted, once, and no date", b.tk.Status, b.count("ご希望の日時を確認させてください"))
	}
}

// What ends at midnight ends at 24:00 of its last day, as people say it.
func TestWishByADayEndsOnThatDay(t *testing.T) {
	b := newBench(t, "2026-11-24 11:00").open(userCustomer, "ソフトウェア設定作業", "設定", "■ ホスト名\nweb01\n■ 変更内容の詳細\nnginx の worker_connections を 2048 に変更\n"+wishes+"12/4 までに")
	b.mustSay("ご希望の日時: 2026年12月4日(金) 24:00 JST まで")
}

func TestThirdVagueDateGoesToStaff(t *testing.T) {
	b := newBench(t, "2026-11-24 11:00").open(userCustomer, "バックアップ作業", "バックアップ", wishes+"来週あたり")
	b.answer("ask:1", "2026-11-24 12:00", "週末でお願いします。")
	b.answer("ask:2", "2026-11-24 13:00", "土日のどちらかで。")
	if b.tk.Status != bot.StatusAccepted {
		t.Errorf("status %s, want accepted: staff settle the date", b.tk.Status)
	}
	asked := 0
	for _, e := range b.said {
		if strings.Contains(string(e.Body), "確認させてください") {
			asked++
		}
	}
	if asked != 2 {
		t.Errorf("asked %d times, want 2", asked)
	}
}

// The due date that a customer's user typed into the issue is said back, pointed out when it is too early, and moves no deadline.
func TestDueDateOfANewIssueIsAWish(t *testing.T) {
	for _, c := range []struct {
		name, due, text string
		says            []string
		staff, not      string
	}{
		{"earlier", "2026-11-25", "", []string{"完了予定: 2026年12月1日(火) 19:00 JST", "ご希望の日時: 2026年11月25日(水) まで", "標準では 2026年12月1日(火) 以降"}, "ご希望の日時が標準の日数より早い", ""},
		{"later", "2026-12-18", "", []string{"完了予定: 2026年12月1日(火) 19:00 JST", "ご希望の日時: 2026年12月18日(金) まで"}, "期限日を 2026年12月18日(金) まで としていました", "標準の日数より早い"},
		{"the same", "2026-12-01", "", []string{"完了予定: 2026年12月1日(火) 19:00 JST"}, "", "標準の日数より早い"},
		{"the text names one", "2026-12-18", "\n■ 希望日時\n12/1 10:00", []string{"ご希望の日時: 2026年12月1日(火) 10:00 〜 12:00 JST"}, "", "12月18日"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, "2026-11-24 11:00")
			b.snap.DueDate = c.due
			b.open(userCustomer, "ソフトウェア設定作業", "設定", "■ ホスト名\nweb01\n■ 変更内容の詳細\nnginx の worker_connections を 2048 に変更"+c.text)
			b.mustSay(c.says...)
			if c.staff == "" && strings.Contains(b.staff(), "期限日") || !strings.Contains(b.staff(), c.staff) {
				t.Errorf("staff heard %q", b.staff())
			}
			if c.not != "" && b.count(c.not) > 0 {
				t.Errorf("said %q", c.not)
			}
		})
	}
}

// A due date that staff set while the customer is asked is not said back as the customer's wish.
func TestDueDateOfStaffIsNoWish(t *testing.T) {
	b := into(t, bot.StatusWaiting)
	b.snap.DueDate = "2026-12-18"
	b.comment(userStaff, "", bot.Change{Field: "limitDate", To: "2026-12-18"})
	b.comment(userCustomer, "web01 です")
	b.want(bot.StatusAccepted, "2026-11-25 19:00")
	if b.count("12月18日") > 0 {
		t.Errorf("said\n%s", strings.Join(b.texts(), "\n"))
	}
}

// Who closes the issue with words that want something is heard: staff are called.
func TestClosedWithAQuestionCallsStaff(t *testing.T) {
	for text, calls := range map[string]bool{"ありがとうございました。ただ、RDS の料金も教えてください。": true, "ありがとうございました。": false} {
		b := into(t, bot.StatusAccepted)
		b.snap.StatusID, b.snap.Status = bot.StatusClosed, "完了"
		b.comment(userCustomer, text, bot.Change{Field: "status", From: "未対応", To: "完了"})
		called := false
		for _, e := range b.out.Effects {
			var p bot.Post
			called = called || e.Kind == bot.EffectPost && e.Decode(&p) == nil && strings.Contains(p.Text, "コメントがありました") && len(p.Mention) > 0
		}
		if called != calls {
			t.Errorf("%q: staff are called: %v, want %v", text, called, calls)
		}
	}
}

// The second question for a date stops the clock like the first.
func TestSecondQuestionForADateStopsTheClock(t *testing.T) {
	b := newBench(t, "2026-11-24 11:00").open(userCustomer, "バックアップ作業", "バックアップ", wishes+"来週あたり")
	b.answer("ask:1", "2026-11-24 12:00", "週末でお願いします。")
	b.sent(b.key("ask:2"))
	if b.rows["complete"].State != sla.StatePaused {
		t.Errorf("the clock is %s; entries %s", b.rows["complete"].State, dump(b.tk.Entries))
	}
}

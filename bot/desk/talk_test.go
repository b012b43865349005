package desk_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/bot"
	"toban/sla"
)

func TestAnswerCarriesDeadlineAndDutyPerson(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.want(bot.StatusAccepted, "2026-11-25 19:00")
	e := b.said[0]
	var u bot.Update
	if err := e.Decode(&u); err != nil {
		t.Fatal(err)
	}
	if e.Kind != bot.EffectUpdate || e.Class != bot.Notice || e.Key != b.key("answer") || u.DueDate != "2026-11-25" || u.AssigneeID != userOther || !slices.Equal(u.Notify, []int64{userCustomer}) {
		t.Errorf("answered with %s", dump(e))
	}
	if !strings.Contains(u.Text, "2026年11月25日(水) 19:00 JST") || !strings.Contains(u.Text, "山本 様") {
		t.Errorf("said %q", u.Text)
	}
}

// The category of the type goes out with the answer, and with the word about another type.
func TestAnswerCarriesTheCategoryOfTheType(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00")
	for i := range b.cust.Types {
		b.cust.Types[i].Category = "区分" + b.cust.Types[i].ID
	}
	b.open(userCustomer, "バックアップ作業", "バックアップ", backup)
	if got := b.category(0); got != "区分"+b.tk.Type || len(b.said) != 1 {
		t.Errorf("category %q of type %s in %s", got, b.tk.Type, dump(b.said))
	}
}

// category is that of what was said first, counted from i.
func (b *bench) category(i int) string {
	b.t.Helper()
	var u bot.Update
	if err := b.said[i].Decode(&u); err != nil {
		b.t.Fatal(err)
	}
	return u.Category
}

// Received Mon 10:00, asked 10:01, answered Thu 15:00: 9+9+5 hours of pause move the deadline (spec/2-sla.md, Pauses).
func TestQuestionPausesAtItsOwnInstants(t *testing.T) {
	for _, order := range []string{"done first", "echo first", "echo and answer in one fetch", "answer before done"} {
		t.Run(order, func(t *testing.T) {
			b := newBench(t, "2026-11-16 10:00").open(userCustomer, "バックアップ作業", "バックアップ", halfDone)
			ask := b.key("ask:1")
			echo := bot.Fact{ID: "comment:501", At: at(t, "2026-11-16 10:01"), Author: b.author(userBot), Text: "次の点をお知らせください", Origin: ask}
			done := func() {
				b.handle(bot.EventEffectDone, "effect:"+ask, bot.EffectResult{Key: ask, RemoteID: "501", At: echo.At, Verified: true})
			}
			answer := func() bot.Fact {
				return bot.Fact{ID: "comment:502", At: at(t, "2026-11-19 15:00"), Author: b.author(userColleague), Text: "web01 です。よろしくお願いします。"}
			}
			b.now = at(t, "2026-11-19 15:01")
			switch order {
			case "done first":
				done()
				b.facts = []bot.Fact{echo, answer()}
			case "echo first":
				b.facts = []bot.Fact{echo}
				b.deliver()
				done()
				b.facts = []bot.Fact{answer()}
			default:
				b.facts = []bot.Fact{echo, answer()}
				if order == "answer before done" {
					b.facts = b.facts[1:]
				}
			}
			b.deliver()
			done()
			b.want(bot.StatusAccepted, "2026-11-20 19:00")
			if order != "answer before done" && len(b.texts()) != 2 || b.count("承りました") != 1 {
				t.Errorf("said %q", b.texts())
			}
			if b.rows["complete"].State != sla.StateRunning {
				t.Errorf("clock is %+v", b.rows["complete"])
			}
		})
	}
}

func TestAnswerThatCrossesTheQuestion(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", halfDone)
	b.comment(userCustomer, "ホスト名: web01")
	b.want(bot.StatusAccepted, "2026-11-25 19:00")
	if !slices.Contains(b.out.Withdraw, b.key("ask:1")) {
		t.Errorf("the question still goes out: %s", dump(b.out.Withdraw))
	}
	b.now = b.now.Add(60e9)
	b.sent(b.key("ask:1")) // it was on its way already
	b.want(bot.StatusAccepted, "2026-11-25 19:00")
	if b.rows["complete"].State != sla.StateRunning {
		t.Errorf("the clock stands still for nobody: %+v", b.rows["complete"])
	}
}

func TestWordThatCrossesTheQuestionIsNotAskedTwice(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", halfDone)
	b.comment(userCustomer, "急ぎません。")
	b.want(bot.StatusWaiting, "?")
	if len(b.texts()) != 1 {
		t.Errorf("said %q", b.texts())
	}
}

func TestIncompleteAnswerIsAskedAgain(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", "")
	b.now = at(t, "2026-11-24 10:01")
	b.sent(b.key("ask:1"))
	b.now = at(t, "2026-11-24 12:00")
	b.comment(userCustomer, "追加です。ホスト名は社内で確認して後ほどお知らせします。")
	b.want(bot.StatusWaiting, "?")
	if n := len(b.texts()); n != 2 || strings.Contains(b.texts()[1], "・作業の種類") || !strings.Contains(b.texts()[1], "・ホスト名") {
		t.Fatalf("said %q", b.texts())
	}
	b.now = at(t, "2026-11-24 13:00") // the time until we ask again is ours
	b.sent(b.key("ask:2"))
	b.now = at(t, "2026-11-24 15:00")
	b.comment(userColleague, "web01")
	b.want(bot.StatusAccepted, "2026-11-25 19:00")
	if d := cmp.Diff([]bot.EntryKind{"received", "asked", "answered", "asked", "answered", "complete"}, b.kinds()); d != "" {
		t.Error(d)
	}
}

// A question that a click asks follows that click, though Backlog's clock has whole seconds and may be behind: the clock stands still, and the customer
// is reminded.
func TestQuestionOfAClickFollowsIt(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", "")
	b.sent(b.key("ask:1"))
	b.now = at(t, "2026-11-24 12:00").Add(26*time.Second + 300*time.Millisecond)
	b.press("desk.classify", map[string]string{"type": "regular_meeting"})
	b.want(bot.StatusWaiting, "?")
	b.now = at(t, "2026-11-24 12:00").Add(24 * time.Second)
	b.sent(b.key("ask:2"))
	if kinds := b.kinds(); kinds[len(kinds)-1] != bot.EntryAsked {
		t.Errorf("the history is %v", kinds)
	}
	last := b.tk.Entries[len(b.tk.Entries)-1]
	for _, e := range b.tk.Entries {
		if e.At.After(last.At) {
			t.Errorf("%s at %s stands after the question at %s", e.Kind, e.At, last.At)
		}
	}
	b.pass("2026-11-27 12:00")
	if n := b.count("ご返信をお待ちしています"); n != 1 {
		t.Errorf("said %q", b.texts())
	}
}

func TestTwoAnswersInOneFetch(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", "")
	b.sent(b.key("ask:1"))
	b.now = at(t, "2026-11-24 12:00")
	b.write(userCustomer, "作業の種類は追加です")
	b.now = at(t, "2026-11-24 12:05")
	b.write(userCustomer, "ホスト名: web01")
	b.deliver()
	b.want(bot.StatusAccepted, "?")
	if b.count("承りました") != 1 {
		t.Errorf("said %q", b.texts())
	}
	if !slices.Contains(b.out.Withdraw, b.key("ask:2")) {
		t.Errorf("the second question is not taken back: %v", b.out.Withdraw)
	}
}

func TestAnswersByPosition(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "AWS サポート制限解除", "緩和", "")
	b.sent(b.key("ask:1"))
	b.comment(userCustomer, "お世話になっております。\nElastic IP\n増設")
	b.want(bot.StatusAccepted, "?")
}

func TestEditThatCompletesTheTicket(t *testing.T) {
	for _, by := range []int64{userCustomer, userStaff} {
		b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", halfDone)
		b.sent(b.key("ask:1"))
		b.now = at(t, "2026-11-24 12:00")
		b.snap.Description = halfDone + "\n希望日時: 今週中"
		b.comment(by, "", bot.Change{Field: "description", From: "a", To: "b"})
		b.want(bot.StatusWaiting, "?")
		b.snap.Description = backup
		b.comment(by, "追記しました。", bot.Change{Field: "description", From: "a", To: "b"})
		b.want(bot.StatusAccepted, "2026-11-25 19:00")
		if b.count("承りました") != 1 {
			t.Errorf("said %q", b.texts())
		}
	}
}

func TestEditKeepsTheAnswers(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", "")
	b.sent(b.key("ask:1"))
	b.comment(userCustomer, "ホスト名: web01")
	b.snap.Description = "作業の種類: 追加"
	b.comment(userCustomer, "", bot.Change{Field: "description", From: "a", To: "b"})
	b.want(bot.StatusAccepted, "?")
}

func TestWhatCustomersWroteBeforeTobanSawTheIssue(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00")
	b.draft(userCustomer, "バックアップ作業", "バックアップ", halfDone)
	b.now = at(t, "2026-11-24 10:05")
	b.write(userCustomer, "書き忘れました。ホスト名: web01")
	b.deliver()
	b.want(bot.StatusAccepted, "2026-11-25 19:00")
	if len(b.texts()) != 1 {
		t.Errorf("said %q", b.texts())
	}
}

func TestIssueThatHadEndedBeforeTobanSawIt(t *testing.T) {
	for _, known := range []bool{true, false} {
		b := newBench(t, "2026-11-24 10:00")
		b.draft(userCustomer, "バックアップ作業", "バックアップ", backup)
		b.snap.StatusID, b.snap.Status = bot.StatusClosed, "完了"
		b.now = at(t, "2026-11-24 11:00")
		if known {
			b.write(userStaff, "", bot.Change{Field: "status", From: "未対応", To: "処理中"})
			b.now = at(t, "2026-11-24 11:30")
			b.write(userStaff, "", bot.Change{Field: "status", From: "処理中", To: "完了"})
		}
		b.now = at(t, "2026-11-26 10:00")
		b.deliver()
		b.want(bot.StatusFinished, "?")
		if len(b.texts()) != 0 {
			t.Errorf("said %q", b.texts())
		}
		if want := map[bool]sla.State{true: sla.StateMet, false: sla.StateMissed}[known]; b.rows["complete"].State != want {
			t.Errorf("history known %v: clock %s, want %s", known, b.rows["complete"].State, want)
		}
	}
}

func TestStaffWriteByHand(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.now = at(t, "2026-11-24 11:00")
	b.comment(userStaff, "承知しました。本日対応します。")
	b.want(bot.StatusAccepted, "?")
	b.comment(userStaff, "次の点を教えてください。\n・世代数\n・取得時刻")
	b.want(bot.StatusWaiting, "?")
	if d := cmp.Diff([]string{"世代数", "取得時刻"}, b.tk.Missing); d != "" {
		t.Error(d)
	}
	b.now = at(t, "2026-11-25 11:00")
	b.comment(userCustomer, "3世代、深夜2時でお願いします")
	b.want(bot.StatusAccepted, "2026-11-26 19:00")
	if len(b.texts()) != 1 {
		t.Errorf("Toban said %q", b.texts())
	}
}

func TestStaffAskByButtonAndAYesAnswers(t *testing.T) {
	b := into(t, bot.StatusScheduled)
	b.press("desk.ask", map[string]string{"question": "今夜の実施でよろしいですか\n<!channel> [[x]]"})
	b.want(bot.StatusWaiting, "?")
	b.sent(b.key("ask:1"))
	b.comment(userCustomer, "ありがとうございます。")
	b.want(bot.StatusWaiting, "?")
	b.comment(userCustomer, "はい、問題ありません。")
	b.want(bot.StatusScheduled, "?")
	b.press("desk.ask", map[string]string{"question": " \n "})
	if b.tk.Status != bot.StatusScheduled || b.out.Ticket != nil {
		t.Error("an empty question went out")
	}
}

func TestReminders(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", halfDone)
	b.sent(b.key("ask:1"))
	b.pass("2026-11-26 18:59")
	if b.count("お待ちしています") != 0 {
		t.Fatalf("reminded too early: %q", b.texts())
	}
	b.pass("2026-11-26 19:00")
	if b.count("お待ちしています") != 1 {
		t.Fatalf("said %q", b.texts())
	}
	b.pass("2027-02-01 10:00")
	if b.count("お待ちしています") != 2 || !strings.Contains(b.staff(), "2回目のお願い") || b.count("遅れています") != 0 {
		t.Fatalf("said %q, staff heard %s", b.texts(), b.staff())
	}
}

// A question that staff write by hand while the ticket waits is a new one, also when the reminders of the one before are used up.
func TestRemindersOfASecondQuestion(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", halfDone)
	b.sent(b.key("ask:1"))
	b.pass("2026-12-07 10:00")
	if n := b.count("お待ちしています"); n != 2 {
		t.Fatalf("%d reminders, want 2", n)
	}
	b.comment(userStaff, "次の点をお知らせください。\n・保存期間")
	b.pass("2026-12-09 18:59")
	if n := b.count("お待ちしています"); n != 2 {
		t.Fatalf("%d reminders before two business days have passed, want 2", n)
	}
	b.pass("2026-12-31 10:00")
	if n := b.count("お待ちしています"); n != 4 {
		t.Errorf("%d reminders of two questions, want 4: %q", n, b.texts())
	}
}

func TestQuestionThatCouldNotBeSent(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", halfDone)
	b.handle(bot.EventEffectDead, "dead:1", bot.EffectResult{Key: b.key("ask:1"), Kind: bot.EffectComment, Why: "403"})
	b.want(bot.StatusAccepted, "2026-11-25 19:00")
	if !strings.Contains(b.staff(), "送れませんでした") {
		t.Error("staff are not told")
	}
	b = into(t, bot.StatusTaken)
	b.press("desk.done", map[string]string{"done": "済み"})
	b.handle(bot.EventEffectDead, "dead:2", bot.EffectResult{Key: b.key("done:1"), Kind: bot.EffectUpdate, Why: "403"})
	b.want(bot.StatusTaken, "?")
	b.handle(bot.EventEffectDead, "dead:3", bot.EffectResult{Key: b.key("tell:x"), Kind: bot.EffectPost, Why: "gone"})
	if len(b.out.Effects) != 0 {
		t.Error("a dead Slack post was told in Slack")
	}
}

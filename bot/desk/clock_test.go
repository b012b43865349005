package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"toban/bot"
	"toban/sla"
)

// A request under consideration that names a date is not asked for one; staff decide.
func TestDateOfWhatIsUnderConsideration(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00")
	b.snap.PriorityID = bot.PriorityLow
	b.open(userCustomer, "バックアップ作業", "バックアップ", backup+"\n12/10 22:00〜23:00 に実施をお願いします。")
	b.want(bot.StatusHold, "")
	if b.count("2026年12月10日(木) 22:00 〜 23:00 JST") != 1 || b.count("担当者が確認してお知らせします") != 1 || b.count("決まりましたらお知らせください") != 0 {
		t.Errorf("said %q", b.texts())
	}
	if !strings.Contains(b.staff(), "ご希望の日時があります") {
		t.Errorf("staff are not told: %q", b.staff())
	}
}

func TestPriority(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00")
	b.snap.PriorityID = bot.PriorityLow
	b.open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.want(bot.StatusHold, "")
	if len(b.texts()) != 1 || b.count("ご検討中") != 1 || len(b.rows) != 0 {
		t.Fatalf("said %q, clocks %v", b.texts(), b.rows)
	}
	b.now = at(t, "2026-11-26 12:00")
	b.setPriority(bot.PriorityNormal)
	b.want(bot.StatusAccepted, "2026-11-27 19:00") // day 0 is the day on which it was taken up
	b.now = at(t, "2026-11-26 13:00")
	b.setPriority(bot.PriorityLow)
	b.want(bot.StatusHold, "")
	var u bot.Update
	if e := b.said[len(b.said)-1]; e.Decode(&u) != nil || u.ClearDue != "2026-11-27" || u.DueDate != "" || e.Class != bot.Cosmetic {
		t.Errorf("the due date stays in Backlog: %+v", b.said[len(b.said)-1])
	}
	if b.rows["complete"].State != sla.StateCancelled {
		t.Errorf("a held ticket still promises: %+v", b.rows["complete"])
	}
	b.press("desk.agree", map[string]string{"date": "2026-12-10T19:00:00+09:00"})
	b.want(bot.StatusAccepted, "2026-12-10 19:00")
	b.press("desk.ask", map[string]string{"question": "世代数"})
	b.sent(b.key("ask:1"))
	b.comment(userCustomer, "3 世代です")
	b.want(bot.StatusAccepted, "2026-12-10 19:00") // not held again: a date is agreed
	if len(b.texts()) != 3 || b.rows["agreed"].State != sla.StateRunning {
		t.Errorf("said %q, clocks %v", b.texts(), b.rows)
	}
}

func TestHighPriorityIsNegotiated(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00")
	b.snap.PriorityID = bot.PriorityHigh
	b.open(userCustomer, "バックアップ作業", "至急 バックアップ", backup)
	b.want(bot.StatusAccepted, "2026-11-25 19:00")
	if !strings.Contains(b.staff(), "緊急のご依頼") {
		t.Error(b.staff())
	}
}

func TestAgreedDateIsASecondClock(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.press("desk.agree", map[string]string{"date": "2026-12-01T19:00:00+09:00"})
	b.want(bot.StatusAccepted, "2026-12-01 19:00")
	if !slices.ContainsFunc(b.rows["agreed"].Ledger, func(l sla.Line) bool { return l.Kind == sla.LinePolicy && l.Note != "" }) {
		t.Errorf("the agreed date names no version of the policy: %+v", b.rows["agreed"].Ledger)
	}
	b.pass("2026-11-26 10:00")
	if b.rows["complete"].State != sla.StateMissed || b.count("遅れています") != 0 || !strings.Contains(b.staff(), "後の期日で合意") {
		t.Fatalf("clock %+v, said %q", b.rows["complete"], b.texts())
	}
	b.pass("2026-12-03 10:00")
	if b.rows["agreed"].State != sla.StateMissed || b.count("遅れています") != 1 {
		t.Fatalf("clock %+v, said %q", b.rows["agreed"], b.texts())
	}
	for _, date := range []string{"", "tomorrow", "2026-11-01T10:00:00+09:00"} {
		b.press("desk.agree", map[string]string{"date": date})
		if b.out.Ticket != nil {
			t.Errorf("agreed on %q", date)
		}
	}
}

func TestWarningsAndLateNoticeOnce(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.press("desk.take", nil)
	b.pass("2026-11-25 18:59")
	if n := strings.Count(b.staff(), "経過"); n != 3 || b.count("遅れています") != 0 {
		t.Fatalf("%d warnings: %s", n, b.staff())
	}
	b.pass("2026-11-30 12:00")
	b.comment(userCustomer, "いかがでしょうか")
	b.setPriority(bot.PriorityHigh)
	b.pass("2026-12-10 12:00")
	if b.count("遅れています") != 1 || b.rows["complete"].State != sla.StateMissed || b.panel.Tone != bot.ToneAlarm {
		t.Fatalf("said %q", b.texts())
	}
}

// The deadline passes while something else is decided, before its timer fires.
func TestLateNoticeIsNotLost(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.now = at(t, "2026-11-25 19:01")
	b.comment(userCustomer, "いかがでしょうか")
	if b.count("遅れています") != 1 {
		t.Fatalf("said %q", b.texts())
	}
	b.pass("2026-11-25 20:00")
	if b.count("遅れています") != 1 {
		t.Fatalf("said twice: %q", b.texts())
	}
}

// Beside the person on duty, who is asked again each time, those whom the contract's escalation names are asked one after the other.
func TestUnclaimedCardGoesUp(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00")
	cust := *b.cust
	cust.Escalation = []bot.EscalationStep{{To: "duty"}, {To: "person:sato"}, {To: "person:gone"}, {To: "person:suzuki"}, {To: "person:tanaka"}}
	b.cust, b.dir.Customers = &cust, []*bot.Customer{&cust}
	b.open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.pass("2026-11-24 12:00")
	var asked []string
	for _, e := range b.said {
		var p bot.Post
		if e.Kind == bot.EffectPost && e.Decode(&p) == nil && strings.Contains(p.Text, "まだ担当者が決まっていません") {
			asked = append(asked, strings.Join(p.Mention, "+"))
		}
	}
	if got := strings.Join(asked, " "); got != "U2+U1 U2+U3 U2" {
		t.Errorf("asked %s", got)
	}
}

func TestUnclaimedCard(t *testing.T) {
	b := newBench(t, "2026-11-24 18:50").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.pass("2026-11-25 10:19")
	if strings.Contains(b.staff(), "まだ担当者") {
		t.Fatal("asked outside support hours")
	}
	b.pass("2026-11-25 18:00")
	if n := strings.Count(b.staff(), "まだ担当者"); n != 3 {
		t.Errorf("asked %d times", n)
	}
	b = newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.press("desk.take", nil)
	b.pass("2026-11-25 18:00")
	if strings.Contains(b.staff(), "まだ担当者") {
		t.Error("asked although somebody took it")
	}
}

func TestDoneClosedAndReopened(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.press("desk.done", map[string]string{"done": "取得しました", "result": "completed"})
	b.now = at(t, "2026-11-24 10:05")
	b.sent(b.key("done:1"))
	if r := b.rows["complete"]; r.State != sla.StateMet || !r.Stopped.Equal(b.now) {
		t.Fatalf("clock %+v", r)
	}
	b.comment(userCustomer, "ありがとうございました。")
	b.want(bot.StatusDone, "?")
	b.pass("2026-12-01 18:59")
	b.want(bot.StatusDone, "?")
	b.pass("2026-12-01 19:00")
	b.want(bot.StatusFinished, "?")
	if b.count("5 営業日") != 1 {
		t.Fatalf("said %q", b.texts())
	}
	b.now = at(t, "2026-12-03 11:00")
	b.comment(userCustomer, "まだ取得されていないようです。")
	b.want(bot.StatusTaken, "2026-12-04 19:00")
	if b.count("再開します") != 1 || b.rows["complete"].State != sla.StateMet || b.rows["complete/reopened-1"].State != sla.StateRunning {
		t.Fatalf("said %q, clocks %v", b.texts(), b.rows)
	}
	b.now = at(t, "2026-12-03 12:00")
	b.press("desk.done", map[string]string{"done": "取り直しました"})
	b.sent(b.key("done:2"))
	if b.rows["complete/reopened-1"].State != sla.StateMet || b.tk.Reopened != 1 {
		t.Fatalf("clocks %v", b.rows)
	}
	b.pass("2027-01-30 10:00")
	n := len(b.texts())
	b.comment(userCustomer, "db01 も追加してください。")
	b.want(bot.StatusFinished, "?")
	if len(b.texts()) != n || !strings.Contains(b.staff(), "新しいご依頼") {
		t.Error("a late comment is for staff to judge")
	}
}

func TestMissedTicketReopenedIsNotLateAtOnce(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.pass("2026-11-26 10:00")
	b.setStatus(userStaff, bot.StatusResolved, "処理済み")
	b.comment(userCustomer, "まだのようです。")
	b.want(bot.StatusAccepted, "2026-11-27 19:00")
	if b.count("遅れています") != 1 {
		t.Fatalf("said %q", b.texts())
	}
	b.pass("2026-11-28 10:00")
	if b.count("遅れています") != 2 {
		t.Fatalf("the second cycle is late: %q", b.texts())
	}
}

func TestNoticeAfterStatusByHand(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.setStatus(userStaff, bot.StatusInProgress, "処理中")
	b.want(bot.StatusTaken, "?")
	b.setStatus(userStaff, bot.StatusResolved, "処理済み")
	if !strings.Contains(b.staff(), "完了を知らせる") {
		t.Fatal("staff are not asked for the notice")
	}
	b.press("desk.done", map[string]string{"done": "取得しました"})
	b.want(bot.StatusDone, "?")
	if b.count("完了しました") != 1 {
		t.Fatalf("said %q", b.texts())
	}
	b.press("desk.done", map[string]string{"done": "取得しました"})
	if b.count("完了しました") != 1 || b.out.Ticket != nil {
		t.Fatal("a second notice went out")
	}
}

// Two changes of status in one fetch count at their own instants.
func TestStatusesInOneFetch(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.now = at(t, "2026-11-25 15:00")
	b.write(userStaff, "", bot.Change{Field: "status", From: "未対応", To: "処理中"})
	b.now = at(t, "2026-11-26 15:00")
	b.write(userStaff, "", bot.Change{Field: "status", From: "処理中", To: "完了"})
	b.snap.StatusID, b.snap.Status = bot.StatusClosed, "完了"
	b.deliver()
	b.want(bot.StatusFinished, "?")
	if r := b.rows["complete"]; r.State != sla.StateMissed || !r.Stopped.Equal(b.now) {
		t.Errorf("clock %+v", r)
	}
}

func TestReclassified(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.press("desk.classify", map[string]string{"type": "backup"})
	if len(b.texts()) != 1 {
		t.Fatal("confirming a type tells the customer nothing new")
	}
	b.press("desk.classify", map[string]string{"type": "aws_other", "reason": "AWS Backup の設定のため"})
	b.want(bot.StatusWaiting, "?") // the new type needs details
	b.sent(b.key("ask:1"))
	b.comment(userCustomer, "AWS Backup のプランに web01 を加えてください")
	b.want(bot.StatusAccepted, "2026-12-01 19:00")
	b.press("desk.classify", map[string]string{"type": "backup"})
	b.want(bot.StatusAccepted, "2026-11-25 19:00")
	if b.count("扱いを変更しました") != 1 || b.count("次のとおり承りました") != 1 {
		t.Fatalf("said %q", b.texts())
	}
	b.press("desk.classify", map[string]string{"type": "incident"})
	if b.tk.Class != bot.ClassIncident || !b.tk.Due.IsZero() || b.rows["complete"].State != sla.StateCancelled {
		t.Fatalf("ticket %+v, clocks %v", b.tk, b.rows)
	}
	b.press("desk.classify", map[string]string{"type": "nonsense"})
	if b.out.Ticket != nil {
		t.Error("took a type that the contract does not have")
	}
}

func TestIssueTypeChangedInBacklog(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "", "お願い", backup)
	b.want(bot.StatusUnclear, "2026-11-25 19:00")
	if len(b.texts()) != 0 {
		t.Fatalf("guessed before the customer: %q", b.texts())
	}
	b.snap.Type = "バックアップ作業"
	b.comment(userStaff, "", bot.Change{Field: "issueType", From: "", To: "バックアップ作業"})
	b.want(bot.StatusAccepted, "2026-11-25 19:00")
	b.snap.Type = "定例会の実施"
	b.comment(userStaff, "", bot.Change{Field: "issueType", From: "x", To: "定例会の実施"})
	b.want(bot.StatusWaiting, "?")
	if b.count("承りました") != 1 {
		t.Fatalf("said %q", b.texts())
	}
}

// A request that was done was begun, and its completion notice is an answer: neither promise runs on and is missed later.
func TestDoneKeepsThePromisesToBeginAndToAnswer(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00")
	target := func(id string) sla.Target {
		return sla.Target{ID: id, Name: id, Kind: sla.KindBusinessDays, Level: sla.LevelObjective, Days: 3, Calendar: "support_center", Pause: sla.PauseExtend}
	}
	policy := b.cust.Policies[0]
	policy.Rules = []sla.Rule{{Targets: []sla.Target{target("start"), target("first_reply")}}}
	b.cust.Policies = []sla.Policy{policy}
	b.open(userStaff, "脆弱性情報提供", "openssl", "■ 脆弱性の情報\nopenssl") // of ours: nothing was answered
	b.press("desk.done", map[string]string{"done": "更新しました。"})
	b.now = at(t, "2026-11-24 11:00")
	b.sent(b.key("done:1"))
	for _, id := range []string{"start", "first_reply"} {
		if r := b.rows[id]; r.State != sla.StateMet || !r.Stopped.Equal(b.now) {
			t.Errorf("%s is %s, stopped %s; want met at %s", id, r.State, r.Stopped, b.now)
		}
	}
	b.press("desk.reopen", nil) // a new cycle is owed an answer of its own
	b.now = at(t, "2026-11-25 11:00")
	b.comment(userStaff, "もう一度確認しました。")
	if r := b.rows["first_reply/reopened-1"]; r.State != sla.StateMet || !r.Stopped.Equal(b.now) {
		t.Errorf("the answer after the reopening left %+v", r)
	}
	b.press("desk.done", map[string]string{"done": "更新しました。"})
	b.sent(b.key("done:2"))
	b.pass("2026-12-10 10:00")
	for _, id := range []string{"start", "first_reply", "start/reopened-1", "first_reply/reopened-1"} {
		if r := b.rows[id]; r.State != sla.StateMet {
			t.Errorf("%s became %s", id, r.State)
		}
	}
}

// The deadline moves while the customer is asked; Backlog hears of it with the answer.
func TestDueDateThatMovedWhileWaitingIsCorrected(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.press("desk.ask", map[string]string{"question": "世代数"})
	b.sent(b.key("ask:1"))
	b.pass("2026-11-26 12:00")
	b.press("desk.take", nil) // a decision in between: the deadline has moved, and is not written while it waits
	b.comment(userCustomer, "3 世代です")
	due := b.tk.Due.Format("2006-01-02")
	var last string
	for _, e := range b.said {
		var u bot.Update
		if e.Kind == bot.EffectUpdate && e.Decode(&u) == nil && u.DueDate != "" {
			last = u.DueDate
		}
	}
	if last != due || due == "2026-11-25" {
		t.Errorf("Backlog was told %s, the deadline is %s", last, due)
	}
}

// A ticket counts in the hours of the version that it started under, also after a later version has come.
func TestHoursOfTheVersion(t *testing.T) {
	nine := sla.SupportCenter()
	for day := range nine.Week {
		nine.Week[day] = []sla.Interval{{Open: 9 * 60, Close: 18 * 60}}
	}
	cal, err := nine.Compile()
	if err != nil {
		t.Fatal(err)
	}
	from := sla.Date{Year: 2026, Month: 11, Day: 25}
	for _, tt := range []struct{ received, due string }{{"2026-11-24 10:00", "2026-11-25 19:00"}, {"2026-11-25 10:00", "2026-11-26 18:00"}} {
		b := newBench(t, tt.received)
		later := b.cust.Policies[0]
		later.Version, later.From = "2", from
		b.cust.Policies = append(b.cust.Policies, later)
		b.cust.Revised = map[sla.Date]map[string]*sla.Calendar{from: {"support_center": cal}}
		b.open(userCustomer, "バックアップ作業", "バックアップ", backup)
		b.want(bot.StatusAccepted, tt.due)
	}
}

// What was agreed on and missed is not hidden by another date.
func TestAnotherAgreedDate(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	agree := func(date string) { b.press("desk.agree", map[string]string{"date": date}) }
	agree("2026-11-30T19:00:00+09:00")
	agree("2026-12-01T19:00:00+09:00") // in time: the first date leaves no clock
	b.pass("2026-12-02 10:00")
	if len(b.rows) != 2 || b.rows["agreed"].State != sla.StateMissed || len(b.rows["agreed"].Ledger) == 0 {
		t.Fatalf("clocks %+v", b.rows)
	}
	agree("2026-12-04T19:00:00+09:00")
	b.want(bot.StatusAccepted, "2026-12-04 19:00")
	if b.rows["agreed"].State != sla.StateRunning || b.rows["agreed/replaced-1"].State != sla.StateMissed {
		t.Errorf("clocks %+v", b.rows)
	}
}

// A date that was kept stays kept when the ticket is reopened and another date is agreed on.
func TestKeptDateStaysKept(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.press("desk.agree", map[string]string{"date": "2026-11-30T19:00:00+09:00"})
	b.pass("2026-11-25 10:00")
	b.setStatus(userStaff, bot.StatusClosed, "完了")
	if b.rows["agreed"].State != sla.StateMet {
		t.Fatalf("clocks %+v", b.rows)
	}
	b.pass("2026-11-26 10:00")
	b.press("desk.reopen", nil)
	b.press("desk.agree", map[string]string{"date": "2026-12-04T19:00:00+09:00"})
	old := b.rows["agreed/replaced-1"]
	if b.rows["agreed"].State != sla.StateRunning || old.State != sla.StateMet || !old.Due.Equal(at(t, "2026-11-30 19:00")) {
		t.Errorf("clocks %+v", b.rows)
	}
}

// An agreed date is warned of like any promise, in the hours of people.
func TestAgreedDateComesNear(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.press("desk.agree", map[string]string{"date": "2026-12-08T10:00:00+09:00"})
	told := func() int { return strings.Count(b.staff(), "合意した期日は") }
	b.pass("2026-12-01 10:30") // half of the time
	if told() != 1 {
		t.Errorf("%s", b.staff())
	}
	b.pass("2026-12-05 00:30") // three quarters: in the night of a Saturday
	if told() != 1 {
		t.Errorf("%s", b.staff())
	}
	b.pass("2026-12-07 10:30")
	if told() != 2 {
		t.Errorf("%s", b.staff())
	}
}

// Who hears of a clock is the contract's choice by level: spec/2-sla.md, Policies.
func TestWhoHearsOfAClock(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00")
	b.cust.Hear = map[int][]string{50: {"owner"}, 90: {"owner", "duty"}, 100: {"leader", "manager"}}
	b.cust.Timing.ManagerPerson = "tanaka"
	b.open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.press("desk.take", nil)
	for _, tt := range []struct{ until, mention string }{{"2026-11-25 10:30", "[U1]"}, {"2026-11-25 18:30", "[U1 U2]"}, {"2026-11-25 19:30", "[U2 U3]"}} {
		said := len(b.said)
		b.pass(tt.until)
		got := ""
		for _, e := range b.said[said:] {
			var p bot.Post
			if e.Kind == bot.EffectPost && e.Decode(&p) == nil && len(p.Mention) > 0 {
				got = fmt.Sprint(p.Mention)
			}
		}
		if got != tt.mention {
			t.Errorf("by %s %s heard, want %s", tt.until, got, tt.mention)
		}
	}
}

// Work that is called off on a ticket that nobody has leaves it to somebody again.
func TestUnclaimedAfterTheWorkIsOff(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.tell(bot.EventWorkScheduled, bot.WorkNews{Status: bot.StatusScheduled, By: "佐藤", Ref: "plan:1", Reason: "planned", End: at(t, "2026-11-24 16:00")})
	b.pass("2026-11-24 11:00")
	before := strings.Count(b.staff(), "まだ担当者が決まっていません")
	b.tell(bot.EventWorkScheduled, bot.WorkNews{Status: bot.StatusTaken, By: "佐藤", Ref: "off:1", Reason: "cancelled"})
	b.pass("2026-11-24 12:00")
	if after := strings.Count(b.staff(), "まだ担当者が決まっていません"); b.tk.Status != bot.StatusAccepted || after <= before {
		t.Errorf("the ticket is %s; staff were asked %d times, then %d", b.tk.Status, before, after)
	}
}

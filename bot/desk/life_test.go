package desk_test

import (
	"slices"
	"strings"
	"testing"

	"toban/bot"
)

const (
	backup   = "作業の種類: 追加\nホスト名: web01"
	halfDone = "作業の種類: 追加\nホスト名:"
)

// into brings a fresh ticket into a status.
func into(t *testing.T, s bot.Status) *bench {
	t.Helper()
	b := newBench(t, "2026-11-24 10:00")
	full := func() *bench { return b.open(userCustomer, "バックアップ作業", "バックアップ", backup) }
	switch s {
	case bot.StatusReceived:
		b.open(userUnknown, "バックアップ作業", "バックアップ", backup)
	case bot.StatusUnclear:
		b.open(userCustomer, "", "お願い", "")
	case bot.StatusWaiting:
		b.open(userCustomer, "バックアップ作業", "バックアップ", halfDone)
		b.sent(b.key("ask:1"))
	case bot.StatusAccepted:
		full()
	case bot.StatusTaken:
		full().press("desk.take", nil)
	case bot.StatusHold:
		b.snap.PriorityID = bot.PriorityLow
		full()
	case bot.StatusScheduled, bot.StatusNotified:
		full().press("desk.take", nil)
		b.tell(bot.EventWorkScheduled, bot.WorkNews{Status: s, By: "佐藤", Ref: "plan:1", Reason: "planned"})
	case bot.StatusWorking:
		full().press("desk.take", nil)
		b.tell(bot.EventWorkStarted, bot.WorkNews{By: "佐藤", Ref: "start:1", Reason: "started"})
	case bot.StatusVerifying:
		full().press("desk.take", nil)
		b.tell(bot.EventWorkStarted, bot.WorkNews{By: "佐藤", Ref: "start:1", Reason: "started"})
		b.tell(bot.EventWorkScheduled, bot.WorkNews{Status: s, By: "佐藤", Ref: "done:1", Reason: "over"})
	case bot.StatusDone:
		full().press("desk.done", map[string]string{"done": "取得しました"})
		b.sent(b.key("done:1"))
	case bot.StatusFinished:
		full().press("desk.done", map[string]string{"done": "取得しました"})
		b.sent(b.key("done:1"))
		b.press("desk.close", nil)
	case bot.StatusCancelled:
		full().press("desk.withdraw", map[string]string{"reason": "不要になった"})
	case bot.StatusDeclined:
		full().press("desk.decline", map[string]string{"reason": "対象外のため"})
	case bot.StatusDeletedOff:
		full().snap.Deleted = true
		b.deliver()
	}
	if b.tk.Status != s {
		t.Fatalf("could not bring a ticket into %s: %s", s, b.tk.Status)
	}
	return b
}

var allStatuses = []bot.Status{
	bot.StatusReceived, bot.StatusUnclear, bot.StatusWaiting, bot.StatusAccepted, bot.StatusTaken, bot.StatusHold, bot.StatusScheduled,
	bot.StatusNotified, bot.StatusWorking, bot.StatusVerifying, bot.StatusDone, bot.StatusFinished, bot.StatusCancelled, bot.StatusDeclined, bot.StatusDeletedOff,
}

// The drawing of doc.go, pair by pair, in the order of allStatuses. "-" is a refusal or no change at all; "=" is legal and the status
// stays.
var drawing = []struct {
	event string
	do    func(b *bench)
	to    string
}{
	//                                                                                         received  unclear  waiting  accepted taken  hold  scheduled notified working verifying done closed cancelled declined deleted
	{"desk.take", func(b *bench) { b.press("desk.take", nil) }, "taken = = taken - = - - - = - - - - -"},
	{"desk.classify", func(b *bench) {
		b.press("desk.classify", map[string]string{"type": "regular_meeting"})
	}, "= waiting waiting waiting waiting waiting = = - - - - - - -"},
	{"desk.ask", func(b *bench) { b.press("desk.ask", map[string]string{"question": "世代数"}) }, "waiting - = waiting waiting waiting waiting waiting waiting - - - - - -"},
	{"desk.done", func(b *bench) { b.press("desk.done", map[string]string{"done": "済み"}) }, "done - done done done done - - - - - - - - -"},
	{"desk.withdraw", func(b *bench) { b.press("desk.withdraw", map[string]string{"reason": "不要"}) }, "cancelled cancelled cancelled cancelled cancelled cancelled cancelled cancelled cancelled cancelled - - - - -"},
	{"desk.agree", func(b *bench) { b.press("desk.agree", map[string]string{"date": "2026-12-10T19:00:00+09:00"}) }, "= - = = = accepted = = = - - - - - -"},
	{"desk.close", func(b *bench) { b.press("desk.close", nil) }, "- - - - - - - - - - closed - - - -"},
	{"desk.reopen", func(b *bench) { b.press("desk.reopen", nil) }, "- - - - - - - - - - taken taken accepted accepted -"},
	{"処理中 by staff", func(b *bench) { b.setStatus(userStaff, bot.StatusInProgress, "処理中") }, "taken = = taken = = = = = = taken taken accepted accepted -"},
	{"未対応 by staff", func(b *bench) { b.setStatus(userStaff, bot.StatusOpen, "未対応") }, "= = = = = = = = = = taken taken accepted accepted -"},
	{"処理済み by staff", func(b *bench) { b.setStatus(userStaff, bot.StatusResolved, "処理済み") }, "done done done done done done done done done done = = = = -"},
	{"完了 by staff", func(b *bench) { b.setStatus(userStaff, bot.StatusClosed, "完了") }, "closed closed closed closed closed closed closed closed closed closed closed = = = -"},
	{"完了 by customer", func(b *bench) { b.setStatus(userCustomer, bot.StatusClosed, "完了") }, "cancelled cancelled cancelled cancelled cancelled cancelled cancelled cancelled cancelled closed closed = = = -"},
	{"処理中 by customer", func(b *bench) { b.setStatus(userCustomer, bot.StatusInProgress, "処理中") }, "= = = = = = = = = = taken taken accepted accepted -"},
	{"custom status", func(b *bench) { b.setStatus(userStaff, 77, "確認待ち") }, "= = = = = = = = = = = = = = -"},
	{"answer", func(b *bench) { b.comment(userCustomer, "web01 です") }, "= = accepted = = = = = = = taken taken accepted accepted -"},
	{"question by customer", func(b *bench) { b.comment(userCustomer, "いつ頃になりますか？") }, "= = = = = = = = = = taken taken accepted accepted -"},
	{"thanks", func(b *bench) { b.comment(userCustomer, "ありがとうございます。") }, "= = = = = = = = = = = = = = -"},
	{"unknown writes", func(b *bench) { b.comment(userUnknown, "web01 です") }, "= = = = = = = = = = = = = = -"},
	{"unknown closes", func(b *bench) { b.setStatus(userUnknown, bot.StatusClosed, "完了") }, "= = = = = = = = = = = = = = -"},
	{"withdrawal by comment", func(b *bench) { b.comment(userCustomer, "本件は取り下げます。") }, "cancelled cancelled cancelled cancelled cancelled cancelled cancelled cancelled = = = = = = -"},
	{"doubtful withdrawal", func(b *bench) { b.comment(userCustomer, "費用がかかる場合は本件を取り下げます。") }, "= = accepted = = = = = = = taken taken accepted accepted -"},
	{"desk.merge", func(b *bench) { b.press("desk.merge", map[string]string{"into": "AOBA-7"}) }, "cancelled cancelled cancelled cancelled cancelled cancelled cancelled cancelled - - - - - - -"},
	{"desk.late", func(b *bench) {
		b.press("desk.late", map[string]string{"cause": "調査のため", "new_due": "2026-12-10T19:00:00+09:00"})
	}, "= - = = = - = = = - - - - - -"},
	{"priority 低", func(b *bench) { b.setPriority(bot.PriorityLow) }, "on_hold = = on_hold on_hold = = = = = = = = = -"},
	{"priority 高", func(b *bench) { b.setPriority(bot.PriorityHigh) }, "= = = = = accepted = = = = = = = = -"},
	{"work scheduled", func(b *bench) {
		b.tell(bot.EventWorkScheduled, bot.WorkNews{Status: bot.StatusScheduled, By: "佐藤", Ref: "plan:2", Reason: "planned"})
	}, "scheduled = = scheduled scheduled scheduled = scheduled scheduled scheduled - - - - -"},
	{"work taken back", func(b *bench) {
		b.tell(bot.EventWorkScheduled, bot.WorkNews{Status: bot.StatusTaken, By: "佐藤", Ref: "plan:3", Reason: "cancelled"})
	}, "accepted = = = = = taken taken taken taken - - - - -"},
	{"work started", func(b *bench) {
		b.tell(bot.EventWorkStarted, bot.WorkNews{By: "佐藤", Ref: "start:2", Reason: "started"})
	}, "in_progress = = in_progress in_progress in_progress in_progress in_progress = in_progress - - - - -"},
	{"work done", func(b *bench) {
		b.tell(bot.EventWorkDone, bot.WorkNews{By: "佐藤", Ref: "comment:900", Reason: "done"})
	}, "done done done done done done done done done done = = - - -"},
	{"recovered", func(b *bench) {
		b.tell(bot.EventIncidentClosed, bot.WorkNews{By: "Toban", Ref: "comment:901", Reason: "recovered"})
	}, "done done done done done done done done done done = = - - -"},
	{"deleted", func(b *bench) { b.snap.Deleted = true; b.deliver() }, "deleted deleted deleted deleted deleted deleted deleted deleted deleted deleted deleted deleted deleted deleted -"},
	{"moved away", func(b *bench) { b.snap.Project = "OTHER"; b.deliver() }, "cancelled cancelled cancelled cancelled cancelled cancelled cancelled cancelled cancelled cancelled - - - - -"},
	{"desk.decline", func(b *bench) { b.press("desk.decline", map[string]string{"reason": "対象外のため"}) }, "declined declined declined declined declined declined - - - - - - - - -"},
	{"desk.takeon", func(b *bench) { b.press("desk.takeon", nil) }, "- - - - - - - - - - - - - - -"},
	{"desk.reapply", func(b *bench) {
		b.now = at(b.t, "2026-11-25 11:00")
		b.secondVersion(5)
		b.dir.People[0].Roles = []bot.Role{bot.RoleManager}
		b.press("desk.reapply", map[string]string{"version": "2026-11-25", "reason": "契約の変更"})
	}, "= - = = = - = = = = - - - - -"},
	{"desk.urgent", func(b *bench) {
		b.press("desk.urgent", map[string]string{"how": "telephone", "date": "2026-12-10T19:00:00+09:00"})
	}, "= - = = = accepted = = - - - - - - -"},
	{"work asked", func(b *bench) {
		b.tell(bot.EventWorkAsked, bot.WorkNews{By: "Toban", Ref: "comment:902", Reason: "作業計画 P-1 への同意"})
	}, "waiting waiting = waiting waiting waiting waiting waiting waiting waiting - - - - -"},
	{"work asks no more", func(b *bench) {
		b.tell(bot.EventWorkUnasked, bot.WorkNews{By: "佐藤", Ref: "plan:9", Reason: "the plan was changed"})
	}, "= = accepted = = = = = = = - - - - -"},
	{"silence", func(b *bench) {
		b.handle(bot.EventTimerDue, "timer:close:9", bot.TimerDue{Rule: "desk/close", Due: b.now})
	}, "= = = = = = = = = = closed = = = -"},
	{"desk.assign", func(b *bench) {
		b.dir.People[1].Roles = []bot.Role{bot.RoleOperator}
		b.press("desk.assign", map[string]string{"who": "suzuki"})
	}, "taken = = taken = = = = = = - - - - -"},
	{"desk.assign to nobody", func(b *bench) {
		b.press("desk.assign", map[string]string{"who": "nobody", "reason": "休むため"})
	}, "- - - - accepted - = = = = - - - - -"},
	{"desk.snooze", func(b *bench) {
		b.press("desk.snooze", map[string]string{"at": "2026-11-25T10:00:00+09:00", "reason": "午後に見る"})
	}, "= = = = = = = = = = - - - - -"},
	{"desk.fly", func(b *bench) { b.press("desk.fly", nil) }, "- - - - - - - - - - - - - - -"},
}

func TestLifeIsAsDrawn(t *testing.T) {
	for _, row := range drawing {
		to := strings.Fields(row.to)
		if len(to) != len(allStatuses) {
			t.Fatalf("%s: the drawing has %d statuses, want %d", row.event, len(to), len(allStatuses))
		}
		for i, from := range allStatuses {
			t.Run(row.event+" in "+string(from), func(t *testing.T) {
				b := into(t, from)
				b.now = b.now.Add(60e9)
				row.do(b)
				want := bot.Status(to[i])
				if to[i] == "-" || to[i] == "=" {
					want = from
				}
				if b.tk.Status != want {
					t.Errorf("leads to %s, want %s", b.tk.Status, want)
				}
				if to[i] != "-" {
					return
				}
				if b.out.Ticket != nil || b.out.State != nil || len(b.out.Events) > 0 {
					t.Errorf("changed something: %s", dump(b.out))
				}
				for _, e := range b.out.Effects {
					var u bot.Ephemeral
					if e.Kind != bot.EffectEphemeral || e.Decode(&u) != nil || u.Text == "" || u.User != "U1" {
						t.Errorf("did something: %s", dump(e))
					}
				}
				if strings.HasPrefix(row.event, "desk") && len(b.out.Effects) != 1 {
					t.Errorf("not refused: %s", dump(b.out))
				}
			})
		}
	}
}

// Every button that is shown may be pressed, and every action that may not is not shown.
func TestButtonsFollowTheDrawing(t *testing.T) {
	for i, s := range allStatuses {
		b := into(t, s)
		for _, row := range drawing[:8] {
			shown := slices.ContainsFunc(b.panel.Buttons, func(x bot.Button) bool { return x.Action == row.event })
			refused := strings.Fields(row.to)[i] == "-"
			same := row.event == "desk.take" && b.tk.Owner == "sato" // taken over by others
			if shown == refused && !same {
				t.Errorf("%s in %s: shown %v, refused %v", row.event, s, shown, refused)
			}
		}
	}
}

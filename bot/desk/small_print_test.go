package desk_test

import (
	"strings"
	"testing"

	"toban/bot"
	"toban/bot/desk"
)

// Under consideration there is no deadline: the due date that Toban set in Backlog is taken away, once.
func TestDueDateUnderConsiderationIsTakenAway(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	cleared := func() (n int) {
		for _, e := range b.said {
			var u bot.Update
			if e.Kind == bot.EffectUpdate && e.Decode(&u) == nil && u.ClearDue != "" {
				if u.ClearDue != "2026-11-25" {
					t.Errorf("takes %s away", u.ClearDue)
				}
				n++
			}
		}
		return n
	}
	b.setPriority(bot.PriorityLow)
	b.want(bot.StatusHold, "")
	if cleared() != 1 {
		t.Fatalf("taken away %d times: %s", cleared(), dump(b.out.Effects))
	}
	b.comment(userStaff, "検討中です。")
	b.press("desk.take", nil)
	if cleared() != 1 {
		t.Errorf("taken away %d times", cleared())
	}
}

// The second window of a complaint is somebody else than who answers it.
func TestSecondWindowIsSomebodyElse(t *testing.T) {
	for manager, want := range map[string]string{"sato": "佐藤", "tanaka": "鈴木", "": "鈴木"} {
		b := newBench(t, "2026-11-24 10:00")
		b.cust.Timing.ManagerPerson = manager // tanaka answers complaints
		b.open(userCustomer, "バックアップ作業", "対応が遅い", "苦情です。前回の対応に納得できません。責任者から連絡をください。")
		if b.count("担当者以外の窓口: "+want+"(") != 1 {
			t.Errorf("manager %q: said %q", manager, b.texts())
		}
	}
}

// What nobody has understood yet, and what is no request, needs no plan.
func TestOnlyRequestsNeedAPlan(t *testing.T) {
	unclear := newBench(t, "2026-11-24 10:00").open(userCustomer, "その他", "お願い", "例の件、よろしくお願いします。")
	complaint := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "対応が遅い", "苦情です。前回の対応に納得できません。責任者から連絡をください。")
	for _, b := range []*bench{unclear, complaint} {
		if b.tk.Change.NeedsPlan() {
			t.Errorf("a ticket of class %s needs %s", b.tk.Class, b.tk.Change)
		}
	}
}

// A question that did not go out in shadow leaves nothing behind: the next one, about required details, is not answered by words that only take note.
func TestStruckQuestionIsForgotten(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	b.press("desk.ask", map[string]string{"question": "夜間でもよいですか"})
	key := b.key("ask:1")
	b.handle(bot.EventEffectDone, "done:"+key, bot.EffectResult{Key: key, Kind: bot.EffectComment, RemoteID: bot.ShadowID(key), At: b.now, Verified: true})
	b.unsaid = []string{key}
	b.adopt(bot.Adopt{Struck: true})
	b.want(bot.StatusAccepted, "2026-11-25 19:00")
	b.press("desk.classify", map[string]string{"type": "software_config"})
	b.want(bot.StatusWaiting, "?")
	b.sent(b.key("ask:2"))
	b.now = at(t, "2026-11-24 11:00")
	before := len(b.texts())
	b.comment(userCustomer, "承知しました。")
	b.want(bot.StatusWaiting, "?")
	if len(b.texts()) != before {
		t.Errorf("it is taken for an answer: %q", b.texts()[before:])
	}
}

// The rooms that tell of tickets are not asked about what they told themselves, and desk decides nothing without a customer.
func TestNoNews(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	for _, kind := range []bot.EventKind{bot.EventTicketReceived, bot.EventTicketClassified, bot.EventTicketComment, bot.EventTicketStatus, bot.EventTicketCancelled} {
		out, err := desk.New().Handle(bot.In{Now: b.now, Event: bot.Event{Key: "x", Kind: kind}, Dir: b.dir, Ticket: b.tk, State: []byte("{broken")})
		if err != nil || out.Ticket != nil || len(out.Reasons) > 0 {
			t.Errorf("%s: %+v, %v", kind, out, err)
		}
	}
	b.dir.Customers = nil
	b.press("desk.take", nil)
	if b.out.Ticket != nil || !b.because("left AOBA-1 alone", "no customer") {
		t.Errorf("without a customer: %+v", b.out.Reasons)
	}
}

// What is taken on although the contract does not ask for it goes on record with its reason.
func TestWhyItWasTakenOn(t *testing.T) {
	for name, x := range map[string]struct {
		edit func(b *bench)
		want string
	}{
		"the month's units": {func(b *bench) {
			b.cust.Units, b.holdings = 1, []bot.Holding{{Kind: bot.HoldUnit, From: at(t, "2026-11-01 00:00"), Until: at(t, "2026-12-01 00:00"), Units: 1}}
			for i := range b.cust.Types {
				b.cust.Types[i].Quota = 1
			}
		}, "taken on over the month's units of work"},
		"the plan": {func(b *bench) {
			b.cust.Plan = "basic"
			for i := range b.cust.Types {
				b.cust.Types[i].Plans = map[string]string{"basic": bot.PlanExcludes}
			}
		}, "taken on although plan basic does not include it"},
	} {
		b := newBench(t, "2026-11-24 10:00")
		x.edit(b)
		b.open(userCustomer, "バックアップ作業", "バックアップ", backup)
		b.press("desk.takeon", nil)
		if !b.because(x.want, "佐藤 pressed the button") || b.tk.Status != bot.StatusAccepted {
			t.Errorf("%s: %s, reasons %+v", name, b.tk.Status, b.out.Reasons)
		}
		if b.press("desk.takeon", nil); !strings.Contains(ephemeral(b), "判断を待っている依頼ではありません") {
			t.Errorf("%s: refused with %q", name, ephemeral(b))
		}
	}
}

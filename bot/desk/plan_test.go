package desk_test

import (
	"strings"
	"testing"

	"toban/bot"
	"toban/bot/desk"
)

// What the contract's plan does not include waits for staff; what it charges for is told as a condition.
func TestPlan(t *testing.T) {
	open := func(t *testing.T, plan string) *bench {
		b := newBench(t, "2026-11-24 11:00")
		b.cust.Plan = plan
		for i := range b.cust.Types {
			switch b.cust.Types[i].ID {
			case "software_config":
				b.cust.Types[i].Required = nil
			case "backup":
				b.cust.Types[i].Plans = map[string]string{"standard": bot.PlanExcludes, "advanced": bot.PlanCharges, "high-end": bot.PlanIncludes}
			}
		}
		return b.open(userCustomer, "バックアップ作業", "バックアップ", backup)
	}
	const asked = "プラン「standard」に含まれない種別です"
	t.Run("taken on", func(t *testing.T) {
		b := open(t, "standard")
		if len(b.texts()) > 0 || b.tk.Status != bot.StatusReceived || !strings.Contains(b.staff(), asked) || !strings.Contains(strings.Join(b.panel.Notes, ""), asked) {
			t.Fatalf("status %s, said to the customer %q, to staff %q, on the card %q", b.tk.Status, b.texts(), b.staff(), b.panel.Notes)
		}
		b.press("desk.takeon", nil)
		b.want(bot.StatusAccepted, "2026-11-25 19:00")
		b.mustSay("次のとおり承りました")
		if strings.Contains(strings.Join(b.panel.Notes, ""), asked) {
			t.Errorf("the card still says %q", b.panel.Notes)
		}
	})
	t.Run("declined", func(t *testing.T) {
		b := open(t, "standard")
		i := button(b, "desk.decline")
		if i == nil || !strings.Contains(i.Form.Inputs[0].Initial, "ご契約のプランの対象外です") {
			t.Fatalf("offers %+v", i)
		}
		b.press("desk.decline", map[string]string{"reason": i.Form.Inputs[0].Initial})
		b.want(bot.StatusDeclined, "?")
	})
	t.Run("charged", func(t *testing.T) {
		b := open(t, "advanced")
		b.want(bot.StatusAccepted, "2026-11-25 19:00")
		b.mustSay("対応の条件: ご契約のプランでは有償の作業です。")
	})
	for _, plan := range []string{"high-end", "another", ""} {
		b := open(t, plan)
		b.want(bot.StatusAccepted, "2026-11-25 19:00")
		if b.count("対応の条件") > 0 || strings.Contains(b.staff(), "プラン") {
			t.Errorf("plan %q: said %q, staff heard %s", plan, b.texts(), b.staff())
		}
	}
	t.Run("another type is chosen", func(t *testing.T) {
		b := open(t, "standard")
		b.press("desk.classify", map[string]string{"type": "software_config"})
		if b.count("次のとおり承りました") != 1 {
			t.Errorf("said %q", b.texts())
		}
		b.press("desk.classify", map[string]string{"type": "backup"})
		if !strings.Contains(b.staff(), "プラン「standard」では対象外です。お客様への回答は済んでいます") || b.tk.Status.Ended() {
			t.Errorf("staff heard %s", b.staff())
		}
	})
}

func button(b *bench, action string) *bot.Button {
	for i := range b.panel.Buttons {
		if b.panel.Buttons[i].Action == action {
			return &b.panel.Buttons[i]
		}
	}
	return nil
}

// Best-effort figures of a type are told to staff, on the card of an open ticket.
func TestGuides(t *testing.T) {
	b := newBench(t, "2026-11-24 11:00")
	for i := range b.cust.Types {
		b.cust.Types[i].Guides = []string{"部材の到着 東京は4時間以内", "翌営業日"}
	}
	b.open(userCustomer, "バックアップ作業", "バックアップ", backup)
	guide := func() string {
		for _, f := range b.panel.Fields {
			if f.Label == "目安" {
				return f.Value
			}
		}
		return ""
	}
	if guide() != "部材の到着 東京は4時間以内、翌営業日" || b.count("4時間") > 0 {
		t.Errorf("the card says %q, the customer read %q", guide(), b.texts())
	}
	b.press("desk.withdraw", map[string]string{"reason": "不要"})
	if guide() != "" {
		t.Errorf("the card of an ended ticket says %q", guide())
	}
}

// Who called is served whatever the contract says; staff hear that it takes no requests by telephone.
func TestTelephoneThatTheContractDoesNotHave(t *testing.T) {
	for _, tt := range []struct {
		byPhone bool
		kind    string
		told    bool
	}{{false, "request", true}, {true, "request", false}, {false, "incident", false}, {false, "drill", false}} {
		b := newBench(t, "2026-11-24 10:00")
		b.cust.ByPhone = tt.byPhone
		v := phoneValues(b)
		v["kind"] = tt.kind
		b.press(desk.ActionNew, v)
		if e, _ := b.newIssue(); e.Key == "" || strings.Contains(ephemeral(b), "受付方法に電話は含まれません") != tt.told {
			t.Errorf("%+v: opens %q, staff heard %q", tt, e.Key, ephemeral(b))
		}
	}
}

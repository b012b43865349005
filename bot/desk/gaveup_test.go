package desk_test

import (
	"strings"
	"testing"

	"toban/bot"
)

// Whatever could not be said to the customer is told to staff as such, with a mention: a decline or a merge that nobody read, too. A field that could not be
// set is no word to the customer.
func TestWhatCouldNotBeSaid(t *testing.T) {
	open := func(t *testing.T) *bench {
		return newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "バックアップ", backup)
	}
	for name, do := range map[string]func(b *bench){
		"the answer":   func(*bench) {},
		"a decline":    func(b *bench) { b.press("desk.decline", map[string]string{"reason": "対象外です"}) },
		"a merge":      func(b *bench) { b.press("desk.merge", map[string]string{"into": "AOBA-7"}) },
		"a withdrawal": func(b *bench) { b.press("desk.withdraw", map[string]string{"reason": "不要"}) },
		"a late notice": func(b *bench) {
			b.press("desk.late", map[string]string{"cause": "調査", "new_due": "2026-11-27T19:00:00+09:00"})
		},
		"an agreed date": func(b *bench) { b.press("desk.agree", map[string]string{"date": "2026-11-27T19:00:00+09:00"}) },
		"a silent close": func(b *bench) {
			b.press("desk.done", map[string]string{"done": "済み"})
			b.sent(b.key("done:1"))
			b.pass("2026-12-03 10:00")
		},
		"a reclassified": func(b *bench) {
			b.cust.Types = requestTypesWithout(b, "software_config")
			b.press("desk.classify", map[string]string{"type": "software_config"})
		},
		"a reopened ticket": func(b *bench) {
			b.press("desk.done", map[string]string{"done": "済み"})
			b.sent(b.key("done:1"))
			b.comment(userCustomer, "まだ web01 のバックアップがありません。確認してください。")
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t)
			do(b)
			var last bot.Effect
			for _, e := range b.said {
				var u bot.Update
				if e.Kind.Channel() == "backlog" && e.Decode(&u) == nil && u.Text != "" {
					last = e
				}
			}
			b.handle(bot.EventEffectDead, "dead:1", bot.EffectResult{Key: last.Key, Kind: last.Kind, Why: "403"})
			if len(b.out.Effects) == 0 || !strings.Contains(string(b.out.Effects[0].Body), "お客様への連絡を送れませんでした") || !strings.Contains(string(b.out.Effects[0].Body), `"mention":[`) {
				t.Errorf("of %s staff hear %s", last.Key, dump(b.out.Effects))
			}
		})
	}
	b := open(t)
	b.press("desk.take", nil)
	for _, what := range []string{"take:press:9", "due:timer:9", "close:press:9", "assign:press:9"} {
		b.handle(bot.EventEffectDead, "dead:"+what, bot.EffectResult{Key: b.key(what), Kind: bot.EffectUpdate, Why: "403"})
		if len(b.out.Effects) != 1 || !strings.Contains(string(b.out.Effects[0].Body), "Backlog の項目を更新できませんでした") {
			t.Errorf("of %s staff hear %s", what, dump(b.out.Effects))
		}
	}
}

// requestTypesWithout are the contract's types, one of which asks for no details.
func requestTypesWithout(b *bench, id string) []bot.RequestType {
	out := append([]bot.RequestType(nil), b.cust.Types...)
	for i := range out {
		if out[i].ID == id {
			out[i].Required = nil
		}
	}
	return out
}

// A complaint whose issue was deleted is told of once more, to be answered by other ways: nothing on the ticket could ever end the reminders.
func TestComplaintOfADeletedIssue(t *testing.T) {
	b := newBench(t, "2026-11-24 10:00").open(userCustomer, "バックアップ作業", "対応が遅い", "苦情です。前回の対応に納得できません。責任者から連絡をください。")
	if b.tk.Class != bot.ClassComplaint {
		t.Fatalf("class %s", b.tk.Class)
	}
	b.pass("2026-11-26 20:00")
	if n := strings.Count(b.staff(), "にまだ回答していません"); n != 2 {
		t.Errorf("reminded %d times: %s", n, b.staff())
	}
	b.snap.Deleted = true
	b.deliver()
	b.pass("2026-12-25 10:00")
	if n := strings.Count(b.staff(), "にまだ回答していません"); n != 2 || strings.Count(b.staff(), "これが最後のお知らせです") != 1 || hasTimer(b, "desk/complaint") {
		t.Errorf("reminded %d times: %s; timers %v", n, b.staff(), b.timer)
	}
}

package desk_test

import (
	"strings"
	"testing"

	"toban/bot"
)

// whispered is what the last decision told one person.
func whispered(t *testing.T, b *bench) string {
	t.Helper()
	var e bot.Ephemeral
	if len(b.out.Effects) != 1 || b.out.Effects[0].Kind != bot.EffectEphemeral || b.out.Effects[0].Decode(&e) != nil {
		t.Fatalf("not one whisper: %s", dump(b.out))
	}
	return e.Text
}

func TestExplainButton(t *testing.T) {
	b := newBench(t, "2026-11-20 20:00").open(userCustomer, "バックアップ作業", "x", backup)
	shown := false
	for _, button := range b.panel.Buttons {
		shown = shown || button.Action == "desk.explain"
	}
	if !shown {
		t.Error("the card has no such button")
	}
	before := dump(b.tk)
	b.press("desk.explain", nil)
	text := whispered(t, b)
	for _, want := range []string{"1 営業日以内", "開始 2026-11-20(金) 20:00 JST", "数えた日 2026-11-24(火)", "期限 2026-11-24(火) 19:00 JST", "計測中"} {
		if !strings.Contains(text, want) {
			t.Errorf("got %s\nwant %s", text, want)
		}
	}
	if dump(b.tk) != before || b.out.Ticket != nil || b.out.State != nil {
		t.Errorf("asking changed something: %s", dump(b.out))
	}
	b.setPriority(bot.PriorityLow)
	b.press("desk.explain", nil)
	if text := whispered(t, b); !strings.Contains(text, "いま計測している期限はありません") {
		t.Errorf("held: %s", text)
	}
}

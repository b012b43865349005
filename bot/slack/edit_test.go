package slack_test

import (
	"strings"
	"testing"

	"toban/bot"
	"toban/bot/slack/slacksim"
)

// A message of ours is given other words in place: once or again, after a lost answer, and nobody is called; one that a person deleted is left.
func TestEditOfAMessage(t *testing.T) {
	b := newBench(t)
	b.post()
	sent, err := b.slack.Send(t.Context(), attempt(t, bot.EffectPost, bot.Post{Channel: "C0DESK", Text: "山田 太郎さんからです。", Mention: []string{"U0SATO"}, Top: true}))
	if err != nil {
		t.Fatal(err)
	}
	before := len(b.messages("C0DESK"))
	edit := attempt(t, bot.EffectPost, bot.Post{Channel: "C0DESK", Text: "(消去)さんからです。", Mention: []string{"U0SATO"}, Edit: sent.RemoteID})
	edit.Effect.Key = "erase:1:1"
	if err := b.sim.SetFaults(slacksim.Faults{Rules: []slacksim.Fault{{Kind: slacksim.FaultDropAfter, Method: "chat.update", Count: 1}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.slack.Send(t.Context(), edit); err == nil || bot.IsPermanent(err) {
		t.Errorf("a lost answer: %v", err)
	}
	for range 2 {
		edit.Number, edit.Look = edit.Number+1, true
		if _, err := b.slack.Send(t.Context(), edit); err != nil {
			t.Fatal(err)
		}
	}
	all := b.messages("C0DESK")
	found := 0
	for _, m := range all {
		raw := m.Text + string(m.Blocks)
		if strings.Contains(raw, "山田") {
			t.Errorf("the name is still there: %s", raw)
		}
		if strings.Contains(raw, "(消去)さん") {
			found++
			if strings.Contains(raw, "<@U0SATO>") {
				t.Errorf("somebody is called again: %s", raw)
			}
		}
	}
	if found != 1 || len(all) != before {
		t.Errorf("%d edited messages of %d, before %d", found, len(all), before)
	}
	edit.Effect = bot.MakeEffect(bot.EffectPost, bot.Cosmetic, "erase:1:2", nil, bot.Post{Text: "x", Edit: "C0DESK 1.000001"})
	if s, err := b.slack.Send(t.Context(), edit); err != nil || !strings.Contains(s.Why, "message_not_found") {
		t.Errorf("a deleted message: %+v, %v", s, err)
	}
	edit.Effect = bot.MakeEffect(bot.EffectPost, bot.Cosmetic, "erase:2:2", nil, bot.Post{Text: "x", Edit: "nonsense"})
	if _, err := b.slack.Send(t.Context(), edit); !bot.IsPermanent(err) {
		t.Errorf("no reference: %v", err)
	}
}

package voice_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/voice"
)

// Somebody is told in the ways that a step names and that reach the person; mail and calls hold a reference, never an address.
func TestReach(t *testing.T) {
	for _, c := range []struct{ name, to, by, want string }{
		{"all ways", "duty", "slack phone mail", "slack.post mail.send phone.call"},
		{"Slack alone", "duty", "slack", "slack.post"},
		{"without a number", "person:ito", "phone mail", "slack.post"},
		{"a tier", "tier:support_center", "phone", "slack.post phone.call"},
		{"nobody", "team:gone", "phone", "slack.post"},
		{"no manager", "manager", "mail", "slack.post"},
	} {
		t.Run(c.name, func(t *testing.T) {
			v, out := newVoice(nil)
			p := bot.Person{ID: "sato", Name: "佐藤", SlackUser: "U1", Mail: true, Phone: true}
			v.In.Dir.Duty = func(team string, _ time.Time) (bot.Person, bool) { return p, team != "gone" }
			v.Reach("k", bot.EscalationStep{To: c.to, By: strings.Fields(c.by)}, "担当者がいません。")
			var kinds []string
			for _, e := range out.Effects {
				kinds = append(kinds, string(e.Kind))
				if e.Kind != bot.EffectPost && (!e.Urgent || !strings.Contains(string(e.Body), `"person:sato"`) || !strings.HasPrefix(e.Key, "k:")) {
					t.Errorf("effect %+v %s", e, e.Body)
				}
			}
			if got := strings.Join(kinds, " "); got != c.want {
				t.Errorf("reached by %s, want %s", got, c.want)
			}
			if !strings.Contains(string(out.Effects[0].Body), "担当者がいません。") || !strings.Contains(string(out.Effects[0].Body), `"top":true`) {
				t.Errorf("Slack reads %s", out.Effects[0].Body)
			}
		})
	}
}

func TestReachInADrill(t *testing.T) {
	v, out := newVoice(nil)
	v.Ticket.Drill = true
	v.In.Dir.Duty = func(string, time.Time) (bot.Person, bool) {
		return bot.Person{ID: "sato", Mail: true, Phone: true}, true
	}
	v.Reach("k", bot.EscalationStep{To: "duty", By: []string{"phone", "mail"}}, "担当者がいません。")
	for _, e := range out.Effects {
		if !strings.Contains(string(e.Body), "【訓練】") {
			t.Errorf("%s does not say that it is an exercise: %s", e.Kind, e.Body)
		}
	}
}

func TestCalled(t *testing.T) {
	for outcome, want := range map[string]string{
		"acknowledged:1": "対応するとの回答 true", "acknowledged:2": "ほかの番号 false", "answered": "番号が押されていません false", "no_answer": "応答なし false", "busy": "話し中 false",
		"voicemail": "留守番電話 false", "failed": "発信できません false", "by_hand": " false", "unknown": " false", "": "かけられませんでした: gone false", "nonsense": "かけられませんでした: gone false",
	} {
		words, taken := voice.Called(bot.EffectResult{Outcome: outcome, Why: "gone"})
		part, yes, _ := strings.Cut(want, " ")
		if !strings.Contains(words, part) || fmt.Sprint(taken) != yes && !strings.HasSuffix(want, fmt.Sprint(taken)) || part == "" && words != "" {
			t.Errorf("%q: %q, %v; want %q", outcome, words, taken, want)
		}
	}
}

package slack_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"toban/bot"
	"toban/bot/slack"
	"toban/bot/slack/slacksim"
	"toban/bot/slack/view"
)

// saying is the sample card with a form that the customer reads.
func saying() bot.Card {
	c := card()
	c.Panels[1].Buttons[0].Form.Says = true
	return c
}

// looking is a bench whose forms can be looked at before they are sent.
func looking(t *testing.T, ask func(bot.StaffAction) (slack.Preview, error), more ...change) (*bench, *[]bot.StaffAction) {
	t.Helper()
	var asked []bot.StaffAction
	b := newBench(t, append([]change{func(c *slack.Config, _ *slacksim.Seed) {
		c.Preview = func(_ context.Context, a bot.StaffAction) (slack.Preview, error) {
			asked = append(asked, a)
			return ask(a)
		}
	}}, more...)...)
	b.board.put(saying())
	b.postCard(saying())
	if err := b.click("sato", "work.schedule"); err != nil {
		t.Fatal(err)
	}
	return b, &asked
}

func (b *bench) look(typed map[string]map[string]any) {
	b.t.Helper()
	if err := b.sim.ClickView(b.t.Context(), slacksim.ClickView{User: "sato", ActionID: view.ActionPreview, Typed: typed}); err != nil {
		b.t.Fatal(err)
	}
}

// What the customer would read stands below the form; what is typed stays, nothing is stored by looking, and one press sends what stands there.
func TestFormsShowWhatTheCustomerReads(t *testing.T) {
	b, asked := looking(t, func(a bot.StaffAction) (slack.Preview, error) {
		return slack.Preview{Words: []slack.PreviewWords{{Where: "課題のコメント", Text: "<!channel> 作業を *予定* しました: " + a.Values["memo"]}}}, nil
	})
	b.look(fill("2026-11-25T22:00:00+09:00", "2026-11-25T23:00:00+09:00", "停止します。パスワードは Tr0ub4dor&3x です"))
	front := b.front("sato")
	for _, want := range []string{"まだ送っていません", "【課題のコメント】", "&lt;!channel&gt; 作業を *予定* しました: 停止します。"} {
		if !strings.Contains(front, want) {
			t.Errorf("the form lacks %q: %s", want, front)
		}
	}
	if strings.Contains(front, `"type":"mrkdwn"`) || len(b.inbox.actions(t)) != 0 {
		t.Errorf("looking interprets words, or did something: %s", front)
	}
	if got := (*asked)[0].Values["memo"]; strings.Contains(got, "Tr0ub4dor") || !strings.Contains(got, "停止します") {
		t.Errorf("a password is shown: %q", got)
	}
	b.look(map[string]map[string]any{"memo": {"memo": "5分停止します"}}) // and again, with other words
	if front := b.front("sato"); !strings.Contains(front, "しました: 5分停止します") || strings.Count(front, "【課題のコメント】") != 1 {
		t.Errorf("the second look: %s", front)
	}
	res, err := b.sim.Submit(t.Context(), slacksim.Submit{User: "sato"})
	if err != nil || len(res.Errors) != 0 {
		t.Fatalf("sending: %+v %v", res, err)
	}
	want := []bot.StaffAction{{
		Action: "work.schedule", Ticket: ticket, Person: "sato", SlackUser: "U0SATO", Channel: "C0DESK",
		Values: map[string]string{"start": "2026-11-25T22:00:00+09:00", "end": "2026-11-25T23:00:00+09:00", "who": "suzuki", "memo": "5分停止します"},
	}}
	if diff := cmp.Diff(want, b.inbox.actions(t)); diff != "" {
		t.Error(diff)
	}
}

func TestPreviewsThatShowNoWords(t *testing.T) {
	good := fill("2026-11-25T22:00:00+09:00", "2026-11-25T23:00:00+09:00", "")
	words := slack.Preview{Words: []slack.PreviewWords{{Where: "課題のコメント", Text: "本文"}}}
	for _, tt := range []struct {
		name    string
		answer  slack.Preview
		err     error
		typed   map[string]map[string]any
		between func(*bench)
		want    string
		outcome string
		asked   int
	}{
		{"a field is empty", words, nil, map[string]map[string]any{"start": {"start": unix("2026-11-25T22:00:00+09:00")}}, nil, "・終了: 入力してください。", "invalid", 0},
		{"it would be refused", slack.Preview{Refusal: "初報がまだ届いていません。"}, nil, good, nil, "このままでは送れません。\\n初報がまだ", "previewed", 1},
		{"nobody reads anything", slack.Preview{}, nil, good, nil, "お客様には何も送られません", "previewed", 1},
		{"in shadow", slack.Preview{Words: words.Words, Mode: bot.ModeShadow}, nil, good, nil, "実際には送られません", "previewed", 1},
		{"in assist", slack.Preview{Words: words.Words, Mode: bot.ModeAssist}, nil, good, nil, "もう一度確認をお願いします", "previewed", 1},
		{"the decision fails", slack.Preview{}, errors.New("broken"), good, nil, "送ることはできます", "failed", 1},
		{"the form is stale", words, nil, good, func(b *bench) { b.board.put(bot.Card{Ticket: ticket, Key: "MSP-12", Channel: "C0DESK"}) }, "今はできません", "stale", 0},
		{"the role is gone", words, nil, good, func(b *bench) {
			c := saying()
			c.Panels[1].Buttons[0].Roles = []bot.Role{bot.RoleManager}
			b.board.put(c)
		}, "マネージャーの権限が必要です", "refused", 0},
		{"the database is away", words, nil, good, func(b *bench) { b.board.err = errors.New("disk gone") }, "確認できませんでした", "failed", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b, asked := looking(t, func(bot.StaffAction) (slack.Preview, error) { return tt.answer, tt.err })
			if tt.between != nil {
				tt.between(b)
			}
			b.look(tt.typed)
			if front := b.front("sato"); !strings.Contains(front, tt.want) || b.counted("slack.interactions "+tt.outcome) != 1 || len(*asked) != tt.asked {
				t.Errorf("counts %v, asked %d times: %s", b.counts, len(*asked), front)
			}
			if n := len(b.inbox.actions(t)); n != 0 {
				t.Errorf("looking did %d things", n)
			}
		})
	}
}

// Forms that the customer does not read offer nothing to look at, and long words cost room, never the form.
func TestPreviewsAreBounded(t *testing.T) {
	b := newBench(t, func(c *slack.Config, _ *slacksim.Seed) {
		c.Preview = func(context.Context, bot.StaffAction) (slack.Preview, error) { return slack.Preview{}, nil }
	})
	b.post()
	if err := b.click("sato", "work.schedule"); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.front("sato"), view.ActionPreview) {
		t.Error("a form that stays with staff offers a preview")
	}
	b, _ = looking(t, func(bot.StaffAction) (slack.Preview, error) {
		var p slack.Preview
		for range 30 {
			p.Words = append(p.Words, slack.PreviewWords{Where: "メール", Text: strings.Repeat("長い文です。\n", 5000)})
		}
		return p, nil
	})
	b.look(fill("2026-11-25T22:00:00+09:00", "2026-11-25T23:00:00+09:00", ""))
	if !strings.Contains(b.front("sato"), "長い文です") || b.counted("slack.interactions previewed") != 1 {
		t.Errorf("counts %v: %s", b.counts, b.logged())
	}
}

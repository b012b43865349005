package release_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/release"
)

var desk = release.Desk{Directory: func() *bot.Directory { return &bot.Directory{} }}

func effect(t *testing.T, kind bot.EffectKind, body any) bot.Effect {
	t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return bot.Effect{Kind: kind, Class: bot.Notice, Key: "k", Ticket: "demo/1", Customer: "aozora", Body: b}
}

// Whatever goes outward is shown and asked for in words that a person can judge it by.
func TestEveryOutwardKindIsSaidInWords(t *testing.T) {
	for kind, tt := range map[bot.EffectKind]struct {
		body any
		want []string
	}{
		bot.EffectComment: {bot.Update{Text: "承りました", Notify: []int64{1, 2}}, []string{"コメント", "通知: 2人", "承りました"}},
		bot.EffectUpdate:  {bot.Update{StatusID: bot.StatusClosed, DueDate: "2026-12-01"}, []string{"項目の更新", "状態: 完了", "期限日: 2026-12-01"}},
		bot.EffectIssue:   {bot.NewIssue{IssueType: "障害ご連絡", Summary: "停止"}, []string{"課題の登録", "障害ご連絡", "停止", "通知: なし"}},
		bot.EffectWiki:    {bot.WikiPage{Name: "SLA/2026"}, []string{"Wikiページ", "SLA/2026"}},
		bot.EffectReport:  {bot.ReportRequest{Month: "2026-11"}, []string{"月次レポート(2026-11)"}},
		bot.EffectFile:    {bot.File{Name: "a.csv"}, []string{"添付ファイル", "a.csv"}},
		bot.EffectMail:    {bot.Mail{To: "contact:tanaka", Subject: "復旧"}, []string{"メール", "宛先: tanaka", "復旧"}},
		bot.EffectCall:    {bot.Call{To: "contact:tanaka", Text: "障害です"}, []string{"電話", "相手: tanaka", "障害です"}},
		bot.EffectAWS:     {bot.AWSChange{Account: "123456789012", Region: "ap-northeast-1", Do: bot.OpEC2Stop, With: []byte(`{"instance":"i-1"}`)}, []string{"AWSの変更", "ec2.stop", "123456789012", "i-1"}},
	} {
		e := effect(t, kind, tt.body)
		if !e.Outward() {
			t.Errorf("%s does not go outward", kind)
		}
		for name, posts := range map[string][]bot.Effect{"shown": desk.Show(e, time.Unix(0, 0)), "asked": desk.Ask(e, time.Unix(0, 0))} {
			var p bot.Post
			if len(posts) != 1 || posts[0].Decode(&p) != nil {
				t.Fatalf("%s %s: %v", kind, name, posts)
			}
			for _, want := range tt.want {
				if !strings.Contains(p.Text, want) {
					t.Errorf("%s %s: no %q in %q", kind, name, want, p.Text)
				}
			}
			if (name == "asked") != (len(p.Buttons) == 2) {
				t.Errorf("%s %s: buttons %v", kind, name, p.Buttons)
			}
		}
	}
}

// The question and its answer are told once each, whoever writes them and however often.
func TestKeysAreTheEffects(t *testing.T) {
	e := effect(t, bot.EffectComment, bot.Update{Text: "x"})
	keys := map[string]bool{}
	for _, list := range [][]bot.Effect{desk.Ask(e, time.Unix(0, 0)), desk.Show(e, time.Unix(0, 0)), desk.Decided(e, "佐藤", true), desk.Decided(e, "佐藤", false)} {
		keys[list[0].Key] = true
	}
	if len(keys) != 4 || desk.Ask(e, time.Unix(9, 0))[0].Key != desk.Ask(e, time.Unix(0, 0))[0].Key {
		t.Error(keys)
	}
}

// What belongs to no ticket and to no customer's channel is asked of somebody all the same: the operators.
func TestWithoutAChannelTheOperatorsAreAsked(t *testing.T) {
	dir := &bot.Directory{Customers: []*bot.Customer{{ID: "bare"}, {ID: "aozora", Channel: "C1"}}}
	d := release.Desk{Directory: func() *bot.Directory { return dir }, Operators: "COPS"}
	for customer, want := range map[string]string{"": "COPS", "gone": "COPS", "bare": "COPS", "aozora": "C1"} {
		e := effect(t, bot.EffectMail, bot.Mail{To: "contact:tanaka"})
		e.Ticket, e.Customer = "", customer
		for _, posts := range [][]bot.Effect{d.Ask(e, time.Unix(0, 0)), d.Show(e, time.Unix(0, 0)), d.Expired(e), d.Decided(e, "佐藤", true)} {
			var p bot.Post
			if len(posts) != 1 || posts[0].Decode(&p) != nil || p.Channel != want {
				t.Errorf("customer %q: asked in %+v, want %s", customer, posts, want)
			}
		}
	}
}

package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot/slack/slacksim"
	"toban/bot/slack/view"
)

// both has two people press a button at the same moment, or send its form: whatever the customer reads of it is read once. It gives what each was
// told for themselves.
func (b *strangers) both(issue, action string, values map[string]any, users ...string) []string {
	b.t.Helper()
	c := b.cardOf(issue)
	before := len(b.said(issue))
	if len(users) == 0 {
		users = []string{demoStaffSlack, "U0YAMADA"}
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	refused := map[string]string{}
	for _, u := range users {
		b.whispers(u)
	}
	for _, u := range users {
		wg.Go(func() {
			if err := b.slack.Reach(b.t.Context(), slacksim.Click{User: u, Channel: demoChannel, TS: c.TS, ActionID: action}, view.ActionMore); err != nil {
				b.t.Errorf("%s: %v", action, err)
			}
		})
	}
	wg.Wait()
	if values != nil {
		time.Sleep(time.Second)
	}
	for _, u := range users {
		if values == nil {
			break
		}
		views := b.slack.Views(u)
		var form openForm
		if err := json.Unmarshal(views[len(views)-1], &form); err != nil {
			b.t.Fatal(err)
		}
		filled := map[string]map[string]any{}
		for _, bl := range form.Blocks {
			if v, ok := values[bl.ID]; ok {
				filled[bl.ID] = map[string]any{bl.Element.ID: v}
			}
		}
		wg.Go(func() {
			res, err := b.slack.Submit(b.t.Context(), slacksim.Submit{User: u, ViewID: form.ID, Values: filled})
			if err != nil {
				b.t.Errorf("%s: %v", action, err)
			}
			mu.Lock()
			defer mu.Unlock()
			refused[u] = fmt.Sprint(slices.Sorted(maps.Values(res.Errors)))
		})
	}
	wg.Wait()
	time.Sleep(time.Minute)
	said := b.said(issue)[before:]
	var texts, told []string
	for _, s := range said {
		text, _, _ := strings.Cut(s.Content, "通知番号")
		if slices.Contains(texts, text) {
			b.t.Errorf("%s by two people says twice: %s", action, text)
		}
		texts = append(texts, text)
	}
	if len(said) > 1 {
		b.t.Errorf("%s by two people says %d things: %q", action, len(said), texts)
	}
	for _, u := range users {
		told = append(told, strings.Join(b.whispers(u), "\n")+strings.Trim(refused[u], "[]"))
		if err := b.slack.CloseView(b.t.Context(), slacksim.CloseView{User: u, All: true}); err != nil && values != nil && refused[u] != "[]" {
			b.t.Error(err)
		}
	}
	return told
}

// Two people press the buttons of an incident and of an approval at the same moment, with two replicas at work: one wins, the other is told
// what was decided, in words that only they see, and nothing is done or told to staff twice.
func TestTwoPeopleAtOnceOnIncidentsAndApprovals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := func(hm string) time.Time { return tokyo(t, "2026-11-24 "+hm+":00") }
		b := &strangers{twoSpaces: &twoSpaces{bench: newBench(t, at("10:00"))}}
		defer b.close()
		defer b.twin()()
		one := func(issue, action, want string, values map[string]any, users ...string) {
			t.Helper()
			threads := len(b.messages())
			told := b.both(issue, action, values, users...)
			refused := slices.DeleteFunc(slices.Clone(told), func(s string) bool { return s == "" })
			if len(refused) != 1 || !strings.Contains(refused[0], want) && !strings.Contains(refused[0], "いまの状況") {
				t.Errorf("%s by two people: they were told %q, want one %q", action, told, want)
			}
			var news []string
			for _, m := range b.messages()[threads:] {
				if slices.Contains(news, m.Text) {
					t.Errorf("%s by two people tells staff twice: %s", action, m.Text)
				}
				news = append(news, m.Text)
			}
		}
		outage := b.issue(backlogsim.SampleCustomerKey, "障害ご連絡", "web01 に接続できません", outageText, 3)
		time.Sleep(time.Minute)
		one(outage.Key, "incident.affected", "が「影響あり」と判断しています", nil)
		time.Sleep(2 * time.Minute)
		one(outage.Key, "incident.update", "前のお知らせを送っているところです", map[string]any{"state": "調査しています。"})
		time.Sleep(2 * time.Minute)
		one(outage.Key, "incident.recovered", "が復旧を宣言しています", map[string]any{"happened": "httpd の停止", "done": "再起動しました。"})
		time.Sleep(5 * time.Minute)
		one(outage.Key, "desk.reopen", "終了していません", nil)
		time.Sleep(2 * time.Minute)
		one(outage.Key, "incident.reopen", "再開しています", nil)

		patch := b.issue(backlogsim.SampleCustomerKey, "ソフトウェアパッチ当て作業", "openssl の更新", patchPlanText, 3)
		time.Sleep(time.Minute)
		plan := map[string]any{
			"start": unix(at("14:00")), "end": unix(at("15:00")), "what": "openssl の更新", "effect": "約5分停止します。", "checks": "応答を確認します。", "rollback": "戻します。",
		}
		b.press("U0YAMADA", patch.Key, "work.schedule", plan)
		time.Sleep(time.Minute)
		approvers := []string{demoStaffSlack, "U0SUZUKI"}
		one(patch.Key, "work.reject", "が差し戻しています", map[string]any{"reason": "影響の時間を分けてください。"}, approvers...)
		plan["effect"] = "約5分の停止が2回あります。"
		b.press("U0YAMADA", patch.Key, "work.schedule", plan)
		time.Sleep(time.Minute)
		one(patch.Key, "work.approve", "が承認しています", nil, approvers...)
		b.calm()
	})
}

package main

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot/slack/slacksim"
)

// whispered is all that one person alone was told in the customer's channel.
func (b *bench) whispered(user string) string {
	b.t.Helper()
	var out strings.Builder
	for _, ch := range b.slack.State(user).Channels {
		for _, raw := range ch.Messages {
			var m struct {
				Text      string `json:"text"`
				Ephemeral bool   `json:"is_ephemeral"`
			}
			if err := json.Unmarshal(raw, &m); err != nil {
				b.t.Fatal(err)
			}
			if m.Ephemeral {
				out.WriteString(m.Text + "\n")
			}
		}
	}
	return out.String()
}

// A miss gets its cause and another is excluded, both by forms in Slack and by the people who may; the month's report says so.
func TestCauseAndExclusionReachTheReport(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const yamada = "U0YAMADA"
		b := newBench(t, tokyo(t, "2026-11-24 18:55:00"))
		defer b.close()
		missed := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web01 のバックアップ", backupText, 3).Key
		excluded := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web01 のバックアップ 2", backupText, 3).Key
		time.Sleep(time.Until(tokyo(t, "2026-11-25 19:05:00")))
		b.press(demoStaffSlack, missed, "desk.cause", map[string]any{"clock": "complete", "cause": "部品の到着待ち", "measure": "予備を置きます"})
		b.press(demoStaffSlack, excluded, "desk.exclude", map[string]any{"clock": "complete", "kind": "customer", "why": "鍵の受け渡しの遅れ"})
		time.Sleep(time.Minute)
		for _, issue := range []string{missed, excluded} {
			b.press(demoStaffSlack, issue, "desk.done", map[string]any{"done": "取得しました。"})
		}
		time.Sleep(time.Minute)
		b.press(demoStaffSlack, excluded, "desk.exclude_decide", map[string]any{"proposal": "complete|1", "answer": "yes"})
		time.Sleep(time.Minute)
		if b.heard("「完了」の除外を認めました") != 0 {
			t.Errorf("the same person confirmed")
		}
		b.press(yamada, excluded, "desk.exclude_decide", map[string]any{"proposal": "complete|1", "answer": "yes", "note": "記録を確認"})
		time.Sleep(time.Minute)
		if b.heard("「完了」の除外を認めました") != 1 {
			t.Fatal("not confirmed")
		}

		if _, err := b.app.PublishReport(t.Context(), demoCustomer, "2026-11"); err != nil {
			t.Fatal(err)
		}
		page := b.page("SLA/2026/2026-11").Content
		for _, want := range []string{"部品の到着待ち", "予備を置きます", "鍵の受け渡しの遅れ"} {
			if !strings.Contains(page, want) {
				t.Errorf("the report lacks %q", want)
			}
		}
		if got := strings.Count(page, "理由未記入") + strings.Count(page, "原因未記入"); got != 1 { // the sum of those without a cause names the words, too
			t.Errorf("%d promises without a cause", got)
		}
		final := func(user, month string) string {
			before := b.whispered(user)
			if err := b.slack.Command(t.Context(), slacksim.Command{User: user, Channel: demoChannel, Command: "/toban", Text: "report final " + month}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
			return strings.TrimPrefix(b.whispered(user), before)
		}
		if got := final(yamada, "2026-11"); !strings.Contains(got, "2026-11 はまだ終わっていません") {
			t.Errorf("a running month: %s", got)
		}
		if got := final(yamada, "2026-10"); !strings.Contains(got, "2026-10 の月次報告を確定しました") {
			t.Errorf("a month that is over: %s", got)
		}
		if got := final(yamada, "2026-10"); !strings.Contains(got, "すでに確定しています") {
			t.Errorf("a month that is closed: %s", got)
		}
	})
}

package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
)

// A miss gets its cause and another is excluded, both by forms in Slack and by the people who may; the month's report says so.
func TestCauseAndExclusionReachTheReport(t *testing.T) {
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
	})
}

package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
)

// What work changed of a managed resource stands on the customer's list of them, with the ticket; so does what a request without scheduled
// work changed. The customer reads it with the completion.
func TestManagedResourcesFollowTheWork(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		time.Sleep(time.Minute)
		if p := b.page("管理対象").Content; p != "" {
			t.Errorf("a page was written because Toban started:\n%s", p)
		}
		is := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web01 のバックアップ", backupText, 3)
		time.Sleep(time.Minute)
		b.press(demoStaffSlack, is.Key, "work.schedule", map[string]any{"start": unix(tokyo(t, "2026-11-24 14:00:00")), "end": unix(tokyo(t, "2026-11-24 15:00:00"))})
		time.Sleep(time.Until(tokyo(t, "2026-11-24 14:00:30")))
		b.press(demoStaffSlack, is.Key, "work.start", nil)
		time.Sleep(time.Minute)
		b.press(demoStaffSlack, is.Key, "work.done", map[string]any{"done": "取得しました。", "resources": "web01: インスタンスタイプ t3.medium → t3.large"})
		time.Sleep(time.Minute)
		said := b.said(is.Key)
		if len(said) != 3 || !strings.Contains(said[2].Content, "管理対象の更新: web01: インスタンスタイプ t3.medium → t3.large") {
			t.Errorf("said %+v", said)
		}
		if p := b.page("管理対象").Content; strings.Count(p, "t3.large") != 2 || !strings.Contains(p, "EC2") || !strings.Contains(p, "db01") || !strings.Contains(p, is.Key) {
			t.Errorf("after the work the page says\n%s", p)
		}
		two := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web02 のバックアップ", strings.ReplaceAll(backupText, "web01", "web02"), 3)
		time.Sleep(time.Minute)
		b.press(demoStaffSlack, two.Key, "desk.done", map[string]any{"done": "取得しました。", "resources": "web02: 世代数 7 → 14"})
		time.Sleep(time.Minute)
		if p := b.page("管理対象").Content; !strings.Contains(p, "世代数 7 → 14") || !strings.Contains(p, "登録待ち") || !strings.Contains(p, two.Key) {
			t.Errorf("then the page says\n%s", p)
		}
		b.calm()
	})
}

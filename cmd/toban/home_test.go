package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
)

// App Home follows the work of whoever looks at it: it is drawn anew after a change, without a click, by whichever process edits the card.
func TestAppHomeFollowsTheWork(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		if err := b.slack.OpenHome(t.Context(), demoStaffSlack); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		is := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web01 のバックアップ", backupText, 3)
		time.Sleep(time.Minute)
		if h := string(b.slack.Home(demoStaffSlack)); !strings.Contains(h, is.Key) || !strings.Contains(h, "あなたの担当(0)") {
			t.Errorf("after the ticket came: %s", h)
		}
		b.press(demoStaffSlack, is.Key, "desk.take", nil)
		time.Sleep(time.Minute)
		if h := string(b.slack.Home(demoStaffSlack)); !strings.Contains(h, "あなたの担当(1)") {
			t.Errorf("after taking it: %s", h)
		}
		b.restart(time.Second) // as another replica: nobody opened a home through this process
		b.press(demoStaffSlack, is.Key, "desk.done", map[string]any{"done": "取得しました。"})
		time.Sleep(time.Minute)
		if h := string(b.slack.Home(demoStaffSlack)); !strings.Contains(h, "あなたの担当(0)") {
			t.Errorf("after another process changed it: %s", h)
		}
		if h := string(b.slack.Home("U0SUZUKI")); strings.Contains(h, is.Key) {
			t.Errorf("a home that nobody opened was drawn: %s", h)
		}
		b.calm()
	})
}

// An incident has no deadline of its own: where it is listed stands when its next word is due.
func TestAppHomeNamesTheNextWordOfAnIncident(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		is := b.issue(backlogsim.SampleCustomerKey, "障害ご連絡", "サイトが表示されない", outageText, 2)
		time.Sleep(time.Minute)
		if err := b.slack.OpenHome(t.Context(), demoStaffSlack); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		if h := string(b.slack.Home(demoStaffSlack)); !strings.Contains(h, is.Key) || !strings.Contains(h, "、期限 11/24(火) 11:00 JST") || !strings.Contains(h, "今日までの期限(1)") {
			t.Errorf("the home says %s", h)
		}
	})
}

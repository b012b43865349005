package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
)

const backupText = "■ 作業の種類\n追加\n\n■ ホスト名\nweb01"

func TestRequestFromWebhookToCompletion(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		is := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web01 のバックアップ", backupText, 3)
		time.Sleep(30 * time.Second)
		said := b.said(is.Key)
		if len(said) != 1 || !strings.Contains(said[0].Content, "2026年11月25日(水) 19:00 JST") {
			t.Fatalf("said %+v, want one answer with the deadline", said)
		}
		if !notified(said[0], backlogsim.SampleCustomerID) {
			t.Errorf("notified %+v, want the requester", said[0].Notes)
		}
		var now simIssue
		b.call(backlogsim.SampleAdminKey, "GET", "/issues/"+is.Key, nil, &now)
		if !strings.HasPrefix(now.DueDate, "2026-11-25") || now.Assignee == nil || now.Assignee.ID != backlogsim.SampleStaffID {
			t.Errorf("issue is %+v, want due date and the person on duty", now)
		}
		b.press(demoStaffSlack, is.Key, "desk.take", nil)
		time.Sleep(30 * time.Second)
		b.press(demoStaffSlack, is.Key, "work.schedule", map[string]any{
			"start": unix(tokyo(t, "2026-11-24 14:00:00")), "end": unix(tokyo(t, "2026-11-24 15:00:00")), "what": "スナップショット取得",
		})
		time.Sleep(30 * time.Second)
		if n := len(b.said(is.Key)); n != 1 {
			t.Fatalf("said %d things before the notice is due: %+v", n, b.said(is.Key))
		}
		time.Sleep(time.Until(tokyo(t, "2026-11-24 13:31:00")))
		said = b.said(is.Key)
		if len(said) != 2 || !said[1].Created.Equal(tokyo(t, "2026-11-24 13:30:00")) && said[1].Created.Sub(tokyo(t, "2026-11-24 13:30:00")) > time.Minute {
			t.Fatalf("said %+v, want the start notice at 13:30", said)
		}
		time.Sleep(time.Until(tokyo(t, "2026-11-24 14:00:30")))
		b.press(demoStaffSlack, is.Key, "work.start", nil)
		time.Sleep(20 * time.Minute)
		b.press(demoStaffSlack, is.Key, "work.done", map[string]any{"done": "スナップショットを取得しました。", "result": "状態は completed です。"})
		time.Sleep(30 * time.Second)
		said = b.said(is.Key)
		if len(said) != 3 || !strings.Contains(said[2].Content, "completed") {
			t.Fatalf("said %+v, want the completion notice", said)
		}
		b.call(backlogsim.SampleAdminKey, "GET", "/issues/"+is.Key, nil, &now)
		if now.Status.ID != 3 {
			t.Errorf("status is %d, want 処理済み", now.Status.ID)
		}
		b.comment(backlogsim.SampleCustomerKey, is.Key, "ありがとうございました。")
		time.Sleep(time.Minute)
		if n := len(b.said(is.Key)); n != 3 {
			t.Errorf("a thank-you was answered: %+v", b.said(is.Key)[3:])
		}
		b.calm()
	})
}

func notified(c simComment, user int64) bool {
	for _, n := range c.Notes {
		if n.User.ID == user {
			return true
		}
	}
	return false
}

func unix(at time.Time) int64 { return at.Unix() }

// calm checks that nothing was given up.
func (b *bench) calm() {
	b.t.Helper()
	dead, err := b.store.DeadLetters(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	for _, d := range dead {
		b.t.Errorf("dead letter %s %s: %s", d.ID, d.What, d.Problem)
	}
}

package main

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot/slack/slacksim"
	"toban/bot/slack/view"
)

// preview opens a form, fills it in, looks at what the customer would read, and gives that; the form stays open.
func (b *bench) preview(user, issue, action string, values map[string]any) []string {
	b.t.Helper()
	b.press(user, issue, action, nil)
	time.Sleep(time.Second)
	typed := map[string]map[string]any{}
	for id, v := range values {
		typed[id] = map[string]any{id: v}
	}
	if err := b.slack.ClickView(b.t.Context(), slacksim.ClickView{User: user, ActionID: view.ActionPreview, Typed: typed}); err != nil {
		b.t.Fatalf("looking at %s of %s: %v", action, issue, err)
	}
	views := b.slack.Views(user)
	var form struct {
		Blocks []struct {
			ID   string                `json:"block_id"`
			Type string                `json:"type"`
			Text struct{ Text string } `json:"text"`
		} `json:"blocks"`
	}
	if err := json.Unmarshal(views[len(views)-1], &form); err != nil {
		b.t.Fatal(err)
	}
	var out []string
	below := false
	for _, bl := range form.Blocks {
		if below && bl.Type == "section" {
			out = append(out, strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(bl.Text.Text))
		}
		below = below || bl.ID == "preview"
	}
	return out
}

// send sends the form in front as it is.
func (b *bench) send(user string) {
	b.t.Helper()
	if res, err := b.slack.Submit(b.t.Context(), slacksim.Submit{User: user}); err != nil || len(res.Errors) > 0 {
		b.t.Fatalf("sending: %v %v", err, res.Errors)
	}
	time.Sleep(time.Minute)
}

// What staff are shown before they send is what the customer reads then, word by word, and looking says nothing to anybody.
func TestPreviewIsWhatTheCustomerReads(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, issueType string
		before          func(b *bench, key string)
		action          string
		values          map[string]any
	}{
		{"a question", "バックアップ作業", nil, "desk.ask", map[string]any{"question": "実施してよい時間帯\n<b>*停止*</b>の可否"}},
		{"a completion", "バックアップ作業", nil, "desk.done", map[string]any{"done": "スナップショットを取得しました。\nsnap-0123", "result": "正常です。"}},
		{"a late notice", "バックアップ作業", nil, "desk.late", map[string]any{"cause": "調査に時間がかかっているため"}},
		{"an interim update", "障害ご連絡", func(b *bench, key string) {
			b.press(demoStaffSlack, key, "incident.affected", nil)
			time.Sleep(time.Minute)
		}, "incident.update", map[string]any{"state": "原因を調査しています。", "done": "再起動しました。"}},
		{"a recovery", "障害ご連絡", func(b *bench, key string) {
			b.press(demoStaffSlack, key, "incident.affected", nil)
			time.Sleep(time.Minute)
		}, "incident.recovered", map[string]any{"happened": "プロセスが停止していました。", "done": "再起動しました。"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
				defer b.close()
				is := b.issue(backlogsim.SampleCustomerKey, tt.issueType, "web01 の件", backupText, 3)
				time.Sleep(time.Minute)
				if tt.before != nil {
					tt.before(b, is.Key)
				}
				said, heard, state := len(b.said(is.Key)), len(b.messages()), b.ticketOf(is.Key)
				shown := b.preview(demoStaffSlack, is.Key, tt.action, tt.values)
				time.Sleep(10 * time.Second)
				if len(shown) < 2 || !strings.Contains(shown[0], "まだ送っていません") {
					t.Fatalf("shown: %q", shown)
				}
				if now := b.ticketOf(is.Key); len(b.said(is.Key)) != said || len(b.messages()) != heard || now.Status != state.Status || len(now.Entries) != len(state.Entries) {
					t.Error("looking did something")
				}
				b.send(demoStaffSlack)
				all := b.said(is.Key)
				if len(all) != said+1 {
					t.Fatalf("said %d things, want one more than %d", len(all), said)
				}
				_, words, _ := strings.Cut(shown[1], "】\n")
				if got := all[said].Content; words == "" || !strings.HasPrefix(strings.TrimSpace(got), strings.TrimSpace(words)) {
					t.Errorf("shown:\n%s\n\nthe customer reads:\n%s", words, got)
				}
			})
		})
	}
}

// What would be refused says so before it is sent, with what to do instead.
func TestPreviewTellsWhatWouldBeRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		is := b.issue(backlogsim.SampleCustomerKey, "障害ご連絡", "web01 の件", backupText, 3)
		time.Sleep(time.Minute)
		shown := b.preview(demoStaffSlack, is.Key, "incident.update", map[string]any{"state": "調査しています。"})
		if len(shown) != 1 || !strings.Contains(shown[0], "このままでは送れません") || !strings.Contains(shown[0], "先に影響を判断してください") {
			t.Errorf("shown: %q", shown)
		}
	})
}

package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot/slack/slacksim"
)

const patchPlanText = "■ ホスト名\nweb01\n\n■ パッチ当てを実施する OS/ミドルウェア名\nAmazon Linux 2023\n\n■ 対象となるパッチ\nCVE-2026-1234"

// A change that needs approval goes from the plan by a second person and the customer's agreement on the ticket to its notice.
func TestChangeFromPlanToCompletion(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		is := b.issue(backlogsim.SampleCustomerKey, "ソフトウェアパッチ当て作業", "openssl の更新", patchPlanText, 3)
		time.Sleep(30 * time.Second)
		b.press(demoStaffSlack, is.Key, "desk.take", nil)
		time.Sleep(30 * time.Second)
		b.press(demoStaffSlack, is.Key, "work.schedule", map[string]any{
			"start": unix(tokyo(t, "2026-11-24 14:00:00")), "end": unix(tokyo(t, "2026-11-24 15:00:00")), "what": "openssl の更新",
			"effect": "web01 が約5分停止します。", "checks": "トップページの応答を確認します。", "rollback": "作業前のスナップショットから戻します。",
		})
		time.Sleep(30 * time.Second)
		if n := len(b.said(is.Key)); n != 1 {
			t.Fatalf("said %d things before the plan is approved", n)
		}
		b.press("U0SUZUKI", is.Key, "work.approve", nil)
		time.Sleep(30 * time.Second)
		said := b.said(is.Key)
		if len(said) != 2 || !strings.Contains(said[1].Content, "同意します") || !strings.Contains(said[1].Content, "約5分停止") || !notified(said[1], backlogsim.SampleCustomerID) {
			t.Fatalf("said %+v, want the question for agreement", said)
		}
		time.Sleep(10 * time.Minute)
		b.comment(backlogsim.SampleCustomerKey, is.Key, "同意します。よろしくお願いいたします。")
		time.Sleep(time.Until(tokyo(t, "2026-11-24 13:31:00")))
		said = b.said(is.Key)
		if len(said) != 3 || !strings.Contains(said[2].Content, "まもなく作業を開始します") {
			t.Fatalf("said %+v, want the start notice", said)
		}
		time.Sleep(time.Until(tokyo(t, "2026-11-24 14:00:30")))
		b.press(demoStaffSlack, is.Key, "work.start", nil)
		time.Sleep(20 * time.Minute)
		b.press(demoStaffSlack, is.Key, "work.done", map[string]any{"done": "更新しました。", "result": "応答は正常です。"})
		time.Sleep(30 * time.Second)
		if said = b.said(is.Key); len(said) != 4 || !strings.Contains(said[3].Content, "応答は正常です") {
			t.Fatalf("said %+v, want the completion notice", said)
		}
		b.calm()
	})
}

// A request by telephone is registered in Slack, opened in Backlog once, and answered on the caller's behalf from the instant of the call.
func TestRequestByTelephone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		if err := b.slack.Command(t.Context(), slacksim.Command{User: demoStaffSlack, Channel: demoChannel, Command: "/toban", Text: "new"}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		values := map[string]map[string]any{}
		for id, v := range map[string]any{
			"caller": "山本", "received": unix(tokyo(t, "2026-11-24 09:40:00")), "summary": "web01 のバックアップ", "content": "作業の種類: 追加\nホスト名: web01",
		} {
			values[id] = map[string]any{id: v}
		}
		res, err := b.slack.Submit(t.Context(), slacksim.Submit{User: demoStaffSlack, Values: values})
		if err != nil || len(res.Errors) > 0 {
			t.Fatalf("sending the form: %+v, %v", res, err)
		}
		time.Sleep(2 * time.Minute)
		var list []struct {
			Key         string `json:"issueKey"`
			Summary     string `json:"summary"`
			Description string `json:"description"`
		}
		b.call(backlogsim.SampleAdminKey, "GET", "/issues", nil, &list)
		var key string
		for _, is := range list {
			if is.Summary == "web01 のバックアップ" {
				if key != "" {
					t.Errorf("opened twice: %s and %s", key, is.Key)
				}
				key = is.Key
			}
		}
		if key == "" {
			t.Fatalf("not opened: %+v", list)
		}
		said := b.said(key)
		if len(said) != 1 || !strings.Contains(said[0].Content, "山本 様") || !strings.Contains(said[0].Content, "2026年11月25日(水) 19:00") || !notified(said[0], backlogsim.SampleCustomerID) {
			t.Errorf("said %+v", said)
		}
		ticket, err := b.store.FindTicket(t.Context(), key)
		if err != nil || !ticket.Received.Equal(tokyo(t, "2026-11-24 09:40:00")) || ticket.OnBehalfOf != "山本" {
			t.Errorf("ticket %+v, %v", ticket, err)
		}
		told := false
		for _, m := range b.messages() {
			told = told || strings.Contains(m.Text, key+" として登録しました")
		}
		if !told {
			t.Errorf("nobody was told of the new key: %+v", b.messages())
		}
		if err := b.slack.OpenHome(t.Context(), demoStaffSlack); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Second)
		if h := string(b.slack.Home(demoStaffSlack)); !json.Valid([]byte(h)) || !strings.Contains(h, key) {
			t.Errorf("App Home says %s", h)
		}
		b.calm()
	})
}

// The customer changes the target after they agreed: shortly before the start the plan is made again, differs from the approved one, and is not
// carried out; the customer hears that the told start does not hold, and the new plan goes all the way again.
func TestPlanThatNoLongerFitsIsNotCarriedOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		is := b.issue(backlogsim.SampleCustomerKey, "ソフトウェアパッチ当て作業", "openssl の更新", patchPlanText, 3)
		time.Sleep(30 * time.Second)
		b.press(demoStaffSlack, is.Key, "desk.take", nil)
		time.Sleep(30 * time.Second)
		plan := func(from, until string) {
			t.Helper()
			b.press(demoStaffSlack, is.Key, "work.schedule", map[string]any{
				"start": unix(tokyo(t, "2026-11-24 "+from)), "end": unix(tokyo(t, "2026-11-24 "+until)), "what": "openssl の更新",
				"effect": "約5分停止します。", "checks": "応答を確認します。", "rollback": "スナップショットから戻します。",
			})
			time.Sleep(30 * time.Second)
			b.press("U0SUZUKI", is.Key, "work.approve", nil)
			time.Sleep(time.Minute)
			b.comment(backlogsim.SampleCustomerKey, is.Key, "同意します。")
		}
		plan("14:00:00", "15:00:00")
		time.Sleep(time.Until(tokyo(t, "2026-11-24 13:40:00")))
		b.call(backlogsim.SampleCustomerKey, http.MethodPatch, "/issues/"+is.Key, url.Values{"description": {strings.ReplaceAll(patchPlanText, "web01", "web02")}}, nil)
		time.Sleep(time.Until(tokyo(t, "2026-11-24 13:57:00")))
		said := b.said(is.Key)
		if last := said[len(said)-1].Content; !strings.Contains(last, "取りやめます") || !strings.Contains(last, "改めて予定をお知らせします") {
			t.Fatalf("the customer reads %q", last)
		}
		if b.heard("「web01」から「web02」に変わりました") == 0 {
			t.Error("staff do not learn why")
		}
		plan("16:00:00", "17:00:00")
		time.Sleep(time.Until(tokyo(t, "2026-11-24 16:00:30")))
		b.press(demoStaffSlack, is.Key, "work.start", nil)
		time.Sleep(20 * time.Minute)
		b.press(demoStaffSlack, is.Key, "work.done", map[string]any{"done": "更新しました。"})
		time.Sleep(30 * time.Second)
		said = b.said(is.Key)
		if last := said[len(said)-1].Content; !strings.Contains(last, "開始: 2026年11月24日(火) 16:00") {
			t.Errorf("at the end the customer reads %q", last)
		}
		b.calm()
	})
}

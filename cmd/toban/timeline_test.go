package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot/incident"
)

// Once an incident is over its history stands in the thread, and on the command line, for staff alone.
func TestTimelineOfAnIncident(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 10:00:00"))
		defer b.close()
		is := b.issue(backlogsim.SampleCustomerKey, "障害ご連絡", "サイトが表示されない", outageText, 2)
		time.Sleep(time.Minute)
		b.press(demoStaffSlack, is.Key, "desk.take", nil)
		time.Sleep(5 * time.Minute)
		b.press(demoStaffSlack, is.Key, "incident.note", map[string]any{"text": "httpd を再起動しました。"})
		time.Sleep(time.Hour)
		b.press(demoStaffSlack, is.Key, "incident.recovered", map[string]any{"happened": "プロセスが停止していました。", "done": "再起動しました。"})
		time.Sleep(2 * time.Minute)
		if n := b.heard("振り返りの下書き"); n != 1 {
			t.Errorf("staff were told %d times", n)
		}
		for _, c := range b.said(is.Key) {
			if strings.Contains(c.Content, "振り返り") {
				t.Errorf("the customer reads %s", c.Content)
			}
		}
		k := b.ticketOf(is.Key)
		loaded, err := b.store.Load(t.Context(), k.ID)
		if err != nil {
			t.Fatal(err)
		}
		zone := tokyo(t, "2026-11-24 10:00:00").Location()
		var text, raw bytes.Buffer
		if err := printTimeline(&text, k, loaded, zone, false); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"経緯: " + is.Key, "・10:00 検知", "担当者が佐藤に決まりました", "・10:06 httpd を再起動しました。(佐藤)", "経過報告(自動)", "・検知から復旧まで: 1時間", "約束: ", "達成", "直接の原因: (記入してください)"} {
			if !strings.Contains(text.String(), want) {
				t.Errorf("lacks %q:\n%s", want, text.String())
			}
		}
		var v incident.Review
		if err := printTimeline(&raw, k, loaded, zone, true); err != nil || json.Unmarshal(raw.Bytes(), &v) != nil || v.Key != is.Key || len(v.Lines) < 6 {
			t.Errorf("as JSON: %v %s", err, raw.String())
		}
	})
}

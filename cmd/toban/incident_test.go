package main

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot/store"
)

const outageText = "■ 検知日時\n2026/11/24 22:05\n\n■ ホスト名\nweb01\n\n■ ビジネスインパクト\n購入ができません\n\n■ 障害の詳細\nトップページが 503 エラーになります。"

func TestIncidentFromReportToRecovery(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := tokyo(t, "2026-11-24 22:10:00")
		b := newBench(t, start)
		defer b.close()
		is := b.issue(backlogsim.SampleCustomerKey, "障害ご連絡", "サイトが表示されない", outageText, 2)
		time.Sleep(time.Minute)
		said := b.said(is.Key)
		if len(said) != 2 {
			t.Fatalf("said %+v, want receipt and first notice", said)
		}
		if first := said[1]; first.Created.Sub(start) > 15*time.Minute || !notified(first, backlogsim.SampleCustomerID) {
			t.Errorf("first notice %+v, want it within 15 minutes to the requester", first)
		}
		b.press(demoStaffSlack, is.Key, "desk.take", nil)
		time.Sleep(20 * time.Minute)
		b.press(demoStaffSlack, is.Key, "incident.note", map[string]any{"text": "httpd を再起動しました。"})
		// Nobody writes: the facts go out 2 minutes before each update is due.
		time.Sleep(time.Until(said[1].Created.Add(59 * time.Minute)))
		said = b.said(is.Key)
		if len(said) != 3 || !strings.Contains(said[2].Content, "httpd を再起動しました") {
			t.Fatalf("said %+v, want the recorded facts", said)
		}
		due := said[1].Created.Add(time.Hour)
		if at := said[2].Created; at.Before(due.Add(-2*time.Minute)) || at.After(due.Add(-time.Minute)) {
			t.Errorf("automatic update at %s, want 2 minutes before %s", at, due)
		}
		time.Sleep(30 * time.Minute)
		b.press(demoStaffSlack, is.Key, "incident.update", map[string]any{"state": "データベースの復旧作業を行っています。", "done": "接続数を確認しました。"})
		time.Sleep(10 * time.Second)
		if said = b.said(is.Key); len(said) != 4 || !strings.Contains(said[3].Content, "データベースの復旧作業") {
			t.Fatalf("said %+v, want the update", said)
		}
		time.Sleep(40 * time.Minute)
		b.press(demoStaffSlack, is.Key, "incident.recovered", map[string]any{"happened": "データベースの接続が枯渇しました。", "done": "接続数の上限を変更しました。"})
		time.Sleep(3 * time.Hour)
		said = b.said(is.Key)
		if len(said) != 5 || !strings.Contains(said[4].Content, "枯渇") {
			t.Fatalf("said %+v, want the recovery notice and nothing after it", said)
		}
		ticket, err := b.store.FindTicket(t.Context(), is.Key)
		if err != nil {
			t.Fatal(err)
		}
		clocks, err := b.store.TicketClocks(t.Context(), ticket.ID)
		if err != nil {
			t.Fatal(err)
		}
		trail, err := b.store.Audit(t.Context(), ticket.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range clocks { // each figure has its line in the trail
			if !slices.ContainsFunc(trail, func(l store.AuditLine) bool {
				return strings.HasPrefix(l.What, "promise "+c.ID+" is "+string(c.State)) && l.Feature == "incident"
			}) {
				t.Errorf("the trail has no line of %s, which is %s", c.ID, c.State)
			}
		}
		want := map[string]string{"first_notice_slo": "met", "first_notice_sla": "met", "interim/1": "met", "interim/2": "met"}
		for _, c := range clocks {
			if w, ok := want[c.ID]; ok && string(c.State) != w {
				t.Errorf("clock %s is %s, want %s", c.ID, c.State, w)
			}
			if c.State == "running" {
				t.Errorf("clock %s still runs after recovery", c.ID)
			}
			delete(want, c.ID)
		}
		for id := range want {
			t.Errorf("no clock %s", id)
		}
		b.calm()
	})
}

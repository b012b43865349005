package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot/digest"
)

type simPage struct {
	ID      int64
	Name    string
	Content string
}

func (b *bench) page(name string) simPage {
	b.t.Helper()
	var list []simPage
	b.call(backlogsim.SampleAdminKey, http.MethodGet, "/wikis", url.Values{"projectIdOrKey": {backlogsim.SampleProjectKey}}, &list)
	for _, p := range list {
		if p.Name == name {
			b.call(backlogsim.SampleAdminKey, http.MethodGet, fmt.Sprintf("/wikis/%d", p.ID), nil, &p)
			return p
		}
	}
	return simPage{}
}

// The running month's page appears every evening; a page that a person changed is asked about in Slack and keeps the person's words.
func TestReportAppearsAndAPersonsWordsStay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, tokyo(t, "2026-11-24 18:00:00"))
		defer b.close()
		is := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web01 のバックアップ", backupText, 3)
		time.Sleep(2 * time.Hour)
		const name = "SLA/2026/2026-11"
		if p := b.page(name); !strings.Contains(p.Content, "バックアップ作業依頼") {
			t.Fatalf("page after the evening: %q", p.Content)
		}
		if p := b.page(name + "/作業詳細"); !strings.Contains(p.Content, is.Key) {
			t.Errorf("details do not name %s: %q", is.Key, p.Content)
		}
		page := b.page(name)
		b.call(backlogsim.SampleStaffKey, http.MethodPatch, fmt.Sprintf("/wikis/%d", page.ID), url.Values{"content": {"人が書き直しました。"}}, nil)
		customer, ok := b.app.Directory().Customer(demoCustomer)
		if !ok {
			t.Fatal("the demo has no customer")
		}
		if err := b.store.Queue(t.Context(), time.Now(), digest.Request(customer, "2026-11", "test:report")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Minute)
		if got := b.page(name).Content; got != "人が書き直しました。" {
			t.Errorf("a person's words were replaced by %q", got)
		}
		if b.page(name+"/自動生成(要確認)").Content == "" {
			t.Error("the new text does not wait beside the page")
		}
		if b.heard("月次報告のページを確認してください") != 1 {
			t.Error("nobody was asked about the page")
		}
		b.calm()
	})
}

package main

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot"
)

// Custom statuses of the customer's file, from the answer to the end: accepted gets its status, what staff set counts as the file says, and 処理中
// at the planned start begins the work.
func TestCustomStatusesFromAnswerToWork(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBenchWith(t, tokyo(t, "2026-11-24 10:00:00"), bench{terms: "statuses: {受付済み: accepted, 着手: taken, 見送り: cancelled}\n"})
		defer b.close()
		ids := map[string]string{"処理中": "2"}
		for _, name := range []string{"受付済み", "着手", "見送り"} {
			var s struct {
				ID int64 `json:"id"`
			}
			b.call(backlogsim.SampleAdminKey, http.MethodPost, "/projects/"+backlogsim.SampleProjectKey+"/statuses", url.Values{"name": {name}, "color": {"#3b9dbd"}}, &s)
			ids[name] = strconv.FormatInt(s.ID, 10)
		}
		is := b.issue(backlogsim.SampleCustomerKey, "バックアップ作業", "web01 のバックアップ", backupText, 3)
		time.Sleep(time.Minute)
		status := func() string {
			var i struct {
				Status struct{ Name string }
			}
			b.call(backlogsim.SampleAdminKey, http.MethodGet, "/issues/"+is.Key, nil, &i)
			return i.Status.Name
		}
		if got := status(); got != "受付済み" {
			t.Errorf("accepted, the issue is %s", got)
		}
		set := func(name string) {
			b.call(backlogsim.SampleStaffKey, http.MethodPatch, "/issues/"+is.Key, url.Values{"statusId": {ids[name]}}, nil)
			time.Sleep(time.Minute)
		}
		b.press(demoStaffSlack, is.Key, "work.schedule", map[string]any{"start": unix(tokyo(t, "2026-11-24 11:00:00")), "end": unix(tokyo(t, "2026-11-24 12:00:00"))})
		time.Sleep(time.Until(tokyo(t, "2026-11-24 11:00:30")))
		set("着手")
		if x := b.tickets()[0]; x.Status != bot.StatusWorking {
			t.Errorf("at the planned start the ticket is %s", x.Status)
		}
		b.press(demoStaffSlack, is.Key, "work.done", map[string]any{"done": "取得しました。"})
		time.Sleep(time.Minute)
		if got := status(); got != "処理済み" {
			t.Errorf("done, the issue is %s", got)
		}
		set("受付済み")
		if x := b.tickets()[0]; x.Status.Ended() {
			t.Errorf("set to 受付済み after the end the ticket is %s", x.Status)
		}
		set("見送り")
		if x := b.tickets()[0]; x.Status != bot.StatusCancelled {
			t.Errorf("set to 見送り the ticket is %s", x.Status)
		}
		for _, s := range b.said(is.Key) {
			if strings.Contains(s.Content, "作業の開始が遅れています") {
				t.Errorf("said %s", s.Content)
			}
		}
	})
}

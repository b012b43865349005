package tracker_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/backlog"
	"toban/backlog/backlogsim"
	"toban/bot"
)

func TestFetchOpening(t *testing.T) {
	inBubble(t, func(d *desk) {
		got := d.fetch(0)
		who := bot.Author{ID: customer, Name: "顧客", Kind: bot.AuthorCustomer}
		created := got.Snapshot.Created
		want := bot.Fetched{
			Snapshot: bot.Snapshot{
				Space: "s", Project: "ACME", ProjectID: got.Snapshot.ProjectID, IssueID: d.issue, Key: "ACME-1", URL: "https://example.backlog.test/view/ACME-1",
				Type: "依頼", Summary: "ポート開放", Description: "443 を開けてください", StatusID: 1, Status: "未対応", PriorityID: 3, Priority: "中",
				Category: []string{"FW"}, Created: created, CreatedBy: who, DueDate: "2000-01-11", Custom: map[string]string{"ホスト名": "web-01"},
				TextRule: "backlog", Members: got.Snapshot.Members,
			},
			Facts: []bot.Fact{{ID: fmt.Sprintf("issue:%d", d.issue), At: created, Author: who, Opened: true, Text: "443 を開けてください"}},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			d.Error(diff)
		}
		if len(got.Snapshot.Members) != 6 || created.IsZero() {
			d.Errorf("members %v, created %s", got.Snapshot.Members, created)
		}
	})
}

func TestFetchSinceCursor(t *testing.T) {
	inBubble(t, func(d *desk) {
		first := d.says(customer, "まだですか")
		time.Sleep(time.Minute)
		second := d.says(staff, "確認します", customer)
		if _, err := d.as(staff).UpdateIssue(d.Context(), "ACME-1", &backlog.UpdateIssueInput{StatusID: backlog.Set(backlog.StatusInProgress)}); err != nil {
			d.Fatal(err)
		}
		got := d.fetch(first)
		if len(got.Facts) != 2 {
			d.Fatalf("facts %+v", got.Facts)
		}
		answer, change := got.Facts[0], got.Facts[1]
		if answer.ID != fmt.Sprintf("comment:%d", second) || answer.Author.Kind != bot.AuthorStaff || answer.Author.Person != "tanaka" || answer.Text != "確認します" {
			d.Errorf("answer %+v", answer)
		}
		if diff := cmp.Diff([]int64{customer}, answer.Notified); diff != "" {
			d.Error(diff)
		}
		if diff := cmp.Diff([]bot.Change{{Field: "status", From: "未対応", To: "処理中"}}, change.Changes); diff != "" {
			d.Error(diff)
		}
		if got.Snapshot.StatusID != 2 || got.Cursor <= second || got.Snapshot.LastComment != got.Cursor {
			d.Errorf("status %d, cursor %d, last %d", got.Snapshot.StatusID, got.Cursor, got.Snapshot.LastComment)
		}
		if again := d.fetch(got.Cursor); len(again.Facts) != 0 || again.Cursor != got.Cursor {
			d.Errorf("nothing happened, but %+v", again.Facts)
		}
	})
}

func TestFetchReadsEveryPage(t *testing.T) {
	inBubble(t, func(d *desk) {
		for n := range 230 {
			d.says(customer, fmt.Sprint(n))
		}
		got := d.fetch(0)
		if len(got.Facts) != 231 {
			d.Fatalf("%d facts", len(got.Facts))
		}
		for n, f := range got.Facts[1:] {
			if f.Text != fmt.Sprint(n) {
				d.Fatalf("fact %d says %q", n, f.Text)
			}
		}
	})
}

func TestFetchKeepsMembersButAsksAgainForTheUnknown(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.fetch(0)
		d.fetch(0)
		if n := d.calls("GET", "/api/v2/projects/ACME/users"); n != 1 {
			d.Errorf("members were read %d times", n)
		}
		if _, err := d.as(1).AddProjectUser(d.Context(), "ACME", stranger); err != nil {
			d.Fatal(err)
		}
		d.says(stranger, "初めまして")
		got := d.fetch(0)
		if kind := got.Facts[1].Author.Kind; kind != bot.AuthorCustomer {
			d.Errorf("the new member is %s", kind)
		}
		if _, err := d.as(1).DeleteProjectUser(d.Context(), "ACME", stranger); err != nil {
			d.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		if kind := d.fetch(0).Facts[1].Author.Kind; kind != bot.AuthorUnknown {
			d.Errorf("who left is %s", kind)
		}
	})
}

func TestFetchReadsTheTextRuleAnew(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.fetch(0)
		changed := seed()
		changed.Projects[0].TextFormattingRule = "markdown"
		if err := d.sim.Load(changed); err != nil {
			d.Fatal(err)
		}
		time.Sleep(6 * time.Minute)
		if rule := d.fetch(0).Snapshot.TextRule; rule != "markdown" {
			d.Errorf("rule %q", rule)
		}
	})
}

func TestFetchDeletedIssue(t *testing.T) {
	inBubble(t, func(d *desk) {
		if _, err := d.as(1).DeleteIssue(d.Context(), "ACME-1"); err != nil {
			d.Fatal(err)
		}
		got := d.fetch(7)
		if !got.Snapshot.Deleted || got.Snapshot.IssueID != d.issue || got.Cursor != 7 || len(got.Facts) != 0 {
			d.Errorf("got %+v", got)
		}
	})
}

// An issue that the bot may not see any more looks deleted: its promises must not end.
func TestFetchOfALostMembershipIsNoDeletion(t *testing.T) {
	inBubble(t, func(d *desk) {
		if _, err := d.as(1).DeleteProjectUser(d.Context(), "ACME", botUser); err != nil {
			d.Fatal(err)
		}
		change := bot.IssueChanged{Space: "s", Project: "ACME", IssueID: d.issue}
		if got, err := d.tracker.Fetch(d.Context(), change, 0); err == nil || !strings.Contains(err.Error(), "member") {
			d.Errorf("got %+v, %v", got.Snapshot, err)
		}
		change.Deleted = true
		if got, err := d.tracker.Fetch(d.Context(), change, 0); err != nil || !got.Snapshot.Deleted {
			d.Errorf("the deletion's own activity: %+v, %v", got.Snapshot, err)
		}
	})
}

func TestFetchWhileBacklogIsDownOrBusy(t *testing.T) {
	inBubble(t, func(d *desk) {
		change := bot.IssueChanged{Space: "s", Project: "ACME", IssueID: d.issue}
		d.breaks(backlogsim.FaultRule{Path: "/api/v2/issues/*", Status: 503, Body: "<html>"})
		if _, err := d.tracker.Fetch(d.Context(), change, 0); err == nil || bot.IsPermanent(err) {
			d.Errorf("down: %v", err)
		}
		d.sim.ResetFaults()
		d.breaks(backlogsim.FaultRule{Path: "/api/v2/issues/*/comments", Status: 429})
		var later *bot.RetryAfterError
		if _, err := d.tracker.Fetch(d.Context(), change, 0); !errors.As(err, &later) || later.After <= 0 || later.After > 2*time.Minute {
			d.Errorf("busy: %v", err)
		}
		if _, err := d.tracker.Fetch(d.Context(), bot.IssueChanged{Space: "nowhere"}, 0); err == nil {
			d.Error("an unknown space was read")
		}
	})
}

// The issue is read before its comments: what happens in between must not leave facts that the snapshot does not know of.
func TestFetchSnapshotIsNotOlderThanTheFacts(t *testing.T) {
	inBubble(t, func(d *desk) {
		d.breaks(backlogsim.FaultRule{Method: "GET", Path: commentPath, User: botUser, Lag: backlogsim.Duration(5 * time.Second), Times: 1})
		done := make(chan bot.Fetched)
		go func() { done <- d.fetch(0) }()
		time.Sleep(time.Second)
		if _, err := d.as(staff).UpdateIssue(d.Context(), "ACME-1", &backlog.UpdateIssueInput{StatusID: backlog.Set(backlog.StatusInProgress)}); err != nil {
			d.Fatal(err)
		}
		if got := <-done; len(got.Facts) != 2 || got.Snapshot.StatusID != bot.StatusInProgress {
			d.Errorf("%d facts, status %d", len(got.Facts), got.Snapshot.StatusID)
		}
	})
}

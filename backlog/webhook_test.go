package backlog_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/backlog"
)

// The samples are those that idobata/idobata-hooks has of real deliveries, with
// the variations that newer spaces send.
const (
	hookProject = `"project":{"id":100,"projectKey":"TEST","name":"TestProject","archived":false,"chartEnabled":false,"subtaskingEnabled":false}`
	hookUser    = `"createdUser":{"id":6336,"userId":null,"name":"ozamasa","roleType":1,"lang":"ja","mailAddress":null}`

	hookUpdated = `{"id":10,"type":2,"created":"2015-11-24T00:00:00Z",` + hookProject + `,
 "content":{"id":100,"key_id":100,"summary":"test issue","description":"…","comment":{"id":200,"content":""},
 "changes":[{"field":"priority","old_value":"3","new_value":"2","type":"standard"}]},
 "notifications":[],` + hookUser + `}`
	hookBulk = `{"id":11,"type":14,"created":"2015-11-24T00:00:00Z",` + hookProject + `,
 "content":{"tx_id":"200","comment":{"id":"7","content":"まとめて"},"link":[{"id":"100","key_id":"100","title":"test issue1"},{"id":"101","key_id":"101","title":"test issue2","comment":{"id":"8","content":"まとめて"}}],
 "changes":[{"field":"priority","new_value":"高","type":"standard"}]},"notifications":[],` + hookUser + `}`
	hookCommented = `{"id":12,"type":3,"created":"2015-11-24T00:00:00Z",` + hookProject + `,
 "content":{"id":100,"key_id":100,"summary":"…","description":"…","comment":{"id":200,"content":"test comment"}},
 "notifications":[{"user":{"id":5},"reason":2,"alreadyRead":false,"resourceAlreadyRead":false}],` + hookUser + `}`
	hookDeleted = `{"id":13,"type":4,"created":"2015-11-24T00:00:00Z",` + hookProject + `,"content":{"id":100,"key_id":100},"notifications":[],` + hookUser + `}`
	hookCreated = `{"id":"14","type":"1","created":"2026-01-02T03:04:05Z",` + hookProject + `,
 "content":{"id":"101","key_id":"101","summary":"新規","description":null,"comment":null,"changes":null,"assignee":null,
  "issueType":{"id":"3","name":"障害"},"status":{"id":1,"name":"未対応"},"priority":{"id":null,"name":"中"},"resolution":null,
  "category":[],"startDate":null,"dueDate":"2026-01-09","estimatedHours":null,"customFields":[{"id":1,"value":"x"}],"attachments":[]},
 "notifications":null,` + hookUser + `}`
	hookMembers   = `{"id":15,"type":15,"created":"2026-01-02T03:04:05Z","project":{"id":100,"projectKey":"TEST"},"content":{"users":[{"id":1,"name":"a"}],"group_project_activities":[{"id":1,"type":15}],"comment":"ようこそ"},"notifications":[],` + hookUser + `}`
	hookWiki      = `{"id":16,"type":6,"created":"2026-01-02T03:04:05Z",` + hookProject + `,"content":{"id":7,"name":"SLA/2026/01","content":"…","diff":"1c1","version":2,"attachments":[],"shared_files":[]},"notifications":[],` + hookUser + `}`
	hookMilestone = `{"id":17,"type":22,"created":"2026-01-02T03:04:05Z",` + hookProject + `,"content":{"id":8,"name":"6月","description":"","start_date":"","reference_date":"2026-06-30"},"notifications":[],` + hookUser + `}`
	hookDocument  = `{"id":18,"type":36,"created":"2026-01-02T03:04:05Z",` + hookProject + `,"content":{"id":"0190a1b2c3d4e5f60718293a4b5c6d7e","title":"doc"},"notifications":[],` + hookUser + `}`
	hookPush      = `{"id":19,"type":12,"created":"2026-01-02T03:04:05Z",` + hookProject + `,"content":{"repository":{"id":9,"name":"infra","description":null},"change_type":"update","revision_type":"commit","ref":"refs/heads/main","revision_count":1,"revisions":[{"rev":"abc","comment":"fix"}]},"notifications":[],` + hookUser + `}`
)

func decode(t *testing.T, body string) *backlog.Activity {
	t.Helper()
	a, err := backlog.DecodeWebhook([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestWebhookIssueUpdated(t *testing.T) {
	a := decode(t, hookUpdated)
	if a.ID != 10 || a.Type != backlog.ActivityIssueUpdated || a.Project.ProjectKey != "TEST" || a.CreatedUser.ID != 6336 ||
		!a.Created.Equal(time.Date(2015, 11, 24, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("activity = %+v", a)
	}
	got, err := a.Issue()
	if err != nil {
		t.Fatal(err)
	}
	want := &backlog.IssueContent{
		ID: 100, KeyID: 100, Summary: "test issue", Description: "…", Comment: &backlog.ContentComment{ID: 200},
		Changes: []backlog.Change{{Field: "priority", OldValue: "3", NewValue: "2", Type: "standard"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := a.Wiki(); !errors.Is(err, backlog.ErrOtherContent) {
		t.Errorf("err = %v", err)
	}
}

func TestWebhookIssueCreatedWithStringsAndNulls(t *testing.T) {
	a := decode(t, hookCreated)
	got, err := a.Issue()
	if err != nil {
		t.Fatal(err)
	}
	want := &backlog.IssueContent{
		ID: 101, KeyID: 101, Summary: "新規", Attachments: []backlog.Ref{}, IssueType: &backlog.Ref{ID: 3, Name: "障害"},
		Status: &backlog.Ref{ID: 1, Name: "未対応"}, Priority: &backlog.Ref{Name: "中"}, DueDate: backlog.NewDate(2026, 1, 9),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if a.ID != 14 || a.Type != backlog.ActivityIssueCreated {
		t.Errorf("activity = %+v", a)
	}
}

func TestWebhookBulk(t *testing.T) {
	got, err := decode(t, hookBulk).Bulk()
	if err != nil {
		t.Fatal(err)
	}
	want := &backlog.BulkContent{
		TxID: 200, Comment: &backlog.ContentComment{ID: 7, Content: "まとめて"},
		Links: []backlog.BulkLink{
			{ID: 100, KeyID: 100, Title: "test issue1"},
			{ID: 101, KeyID: 101, Title: "test issue2", Comment: &backlog.ContentComment{ID: 8, Content: "まとめて"}},
		},
		Changes: []backlog.Change{{Field: "priority", NewValue: "高", Type: "standard"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	out, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var again backlog.BulkContent
	if err := json.Unmarshal(out, &again); err != nil || !cmp.Equal(got, &again) {
		t.Errorf("round trip: %v\n%s", err, cmp.Diff(got, &again))
	}
}

func TestWebhookOtherContents(t *testing.T) {
	if m, err := decode(t, hookMembers).Members(); err != nil || m.Comment.Content != "ようこそ" || m.Users[0].Name != "a" {
		t.Errorf("members = %+v, %v", m, err)
	}
	if w, err := decode(t, hookWiki).Wiki(); err != nil || w.ID != 7 || w.Version != 2 || w.Name != "SLA/2026/01" {
		t.Errorf("wiki = %+v, %v", w, err)
	}
	if m, err := decode(t, hookMilestone).Milestone(); err != nil || m.ReferenceDate != backlog.NewDate(2026, 6, 30) || !m.StartDate.IsZero() {
		t.Errorf("milestone = %+v, %v", m, err)
	}
	if g, err := decode(t, hookPush).Git(); err != nil || g.Repository.Name != "infra" || g.Revisions[0].Rev != "abc" {
		t.Errorf("push = %+v, %v", g, err)
	}
	if c, err := decode(t, hookCommented).Issue(); err != nil || c.Comment.Content != "test comment" {
		t.Errorf("commented = %+v, %v", c, err)
	}
	if n := decode(t, hookCommented).Notifications; len(n) != 1 || n[0].Reason != backlog.ReasonCommented || n[0].User.ID != 5 {
		t.Errorf("notifications = %+v", n)
	}
	for body, read := range map[string]func(*backlog.Activity) (any, error){
		`{"type":8,"content":{"id":1,"dir":"/a/","name":"b","size":"3"}}`:        func(a *backlog.Activity) (any, error) { return a.File() },
		`{"type":20,"content":{"id":1,"number":2,"comment":{"content":"lgtm"}}}`: func(a *backlog.Activity) (any, error) { return a.PullRequest() },
		`{"type":25,"content":{"parties":[{"id":1,"name":"運用"}]}}`:               func(a *backlog.Activity) (any, error) { return a.Teams() },
	} {
		if v, err := read(decode(t, body)); err != nil {
			t.Errorf("%s: %+v, %v", body, v, err)
		}
	}
}

func TestWebhookIssueRefs(t *testing.T) {
	for _, tc := range []struct {
		name, body string
		want       []backlog.IssueRef
	}{
		{"updated", hookUpdated, []backlog.IssueRef{{ID: 100, Key: "TEST-100", CommentID: 200}}},
		{"deleted", hookDeleted, []backlog.IssueRef{{ID: 100, Key: "TEST-100"}}},
		{"bulk", hookBulk, []backlog.IssueRef{{ID: 100, Key: "TEST-100"}, {ID: 101, Key: "TEST-101", CommentID: 8}}},
		{"wiki", hookWiki, nil},
		{"document", hookDocument, nil},
		{"no project", `{"type":1,"content":{"id":5,"key_id":6}}`, []backlog.IssueRef{{ID: 5}}},
		{"no content", `{"type":1}`, nil},
		{"null content", `{"type":14,"content":null}`, nil},
		{"type of tomorrow", `{"type":999,"content":["?"]}`, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := decode(t, tc.body).IssueRefs()
			if diff := cmp.Diff(tc.want, got); diff != "" || err != nil {
				t.Errorf("err = %v\n%s", err, diff)
			}
		})
	}
	if _, err := decode(t, `{"type":1,"content":"?"}`).IssueRefs(); err == nil || errors.Is(err, backlog.ErrOtherContent) {
		t.Errorf("content of the wrong shape: %v", err)
	}
}

func TestWebhookUnknownTypeIsNoError(t *testing.T) {
	a := decode(t, `{"id":1,"type":777,"content":{"x":1},"new":true}`)
	if a.Type != 777 || string(a.Content) != `{"x":1}` {
		t.Errorf("activity = %+v", a)
	}
}

func TestWebhookRefuses(t *testing.T) {
	for _, body := range []string{``, `null`, `[]`, `"x"`, `{`, `{}`, `{"id":1}`, `{"type":"x"}`, `{"id":{},"type":1}`, `payload=%7B%7D`} {
		if a, err := backlog.DecodeWebhook([]byte(body)); err == nil {
			t.Errorf("%q was read as %+v", body, a)
		}
	}
}

// A part of tomorrow's shape must not hide the activity, nor those beside it in a feed.
func TestActivityThatIsReadInPart(t *testing.T) {
	c, _ := newFake(t, always(200, `[{"id":1,"type":3,"project":{"projectKey":"OPS"},"content":{"id":5},"created":1767322800,"createdUser":"a","notifications":{}},
	 {"id":2,"type":3,"project":7,"content":{"id":6},"created":"2026-01-02T03:04:05Z"},
	 {"id":3,"type":3,"project":{"projectKey":"OPS"},"content":{"id":7},"created":"2026-01-02T03:04:05Z"}]`))
	got, err := c.GetSpaceActivities(t.Context(), nil)
	if err != nil || len(got) != 3 {
		t.Fatalf("%d activities, %v", len(got), err)
	}
	for i, want := range []struct {
		key    string
		unread []string
	}{{"OPS", []string{"created of", "createdUser", "notifications"}}, {"", []string{"project"}}, {"OPS", nil}} {
		a := got[i]
		refs, err := a.IssueRefs()
		if a.ID != backlog.ID(i+1) || a.Project.ProjectKey != want.key || err != nil || len(refs) != 1 || refs[0].ID != backlog.ID(5+i) || (a.Unread == nil) != (want.unread == nil) {
			t.Errorf("activity = %+v, refs = %v, %v", a, refs, err)
		}
		for _, part := range want.unread {
			if !strings.Contains(a.Unread.Error(), "reading "+part) {
				t.Errorf("unread = %v, want %s in it", a.Unread, part)
			}
		}
	}
	c, _ = newFake(t, always(200, `[{"id":{},"type":3}]`))
	if _, err := c.GetSpaceActivities(t.Context(), nil); err == nil {
		t.Error("an activity without a readable id was taken")
	}
}

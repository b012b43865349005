package backlog_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/backlog"
	"toban/backlog/backlogsim"
)

// space starts a stand-in with its sample data and a client of the bot user.
func space(t *testing.T, opts ...backlog.Option) (*backlog.Client, *backlogsim.Server) {
	t.Helper()
	s := backlogsim.New(backlogsim.Options{})
	t.Cleanup(func() { s.Close() })
	if err := s.Load(backlogsim.SampleSeed()); err != nil {
		t.Fatal(err)
	}
	c, err := backlog.New("http://space.example", backlogsim.SampleBotKey,
		append([]backlog.Option{backlog.WithTransport(s.RoundTripper())}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return c, s
}

// newIssue adds an issue of the first issue type of the sample project.
func newIssue(t *testing.T, c *backlog.Client, summary string) *backlog.Issue {
	t.Helper()
	types, err := c.GetIssueTypes(t.Context(), backlogsim.SampleProjectKey)
	if err != nil {
		t.Fatal(err)
	}
	input := &backlog.CreateIssueInput{
		ProjectID: backlogsim.SampleProjectID, Summary: summary, IssueTypeID: types[0].ID, PriorityID: backlog.PriorityNormal,
	}
	issue, err := c.CreateIssue(t.Context(), input)
	if err != nil {
		t.Fatal(err)
	}
	return issue
}

func TestSimDictionary(t *testing.T) {
	c, _ := space(t)
	ctx := t.Context()
	me, err := c.GetUserMySelf(ctx)
	if err != nil || me.ID != backlogsim.SampleBotID {
		t.Fatalf("me = %+v, err = %v", me, err)
	}
	project, err := c.GetProject(ctx, backlogsim.SampleProjectKey)
	if err != nil || project.ID != backlogsim.SampleProjectID {
		t.Fatalf("project = %+v, err = %v", project, err)
	}
	if _, err = c.GetProject(ctx, project.ID.String()); err != nil {
		t.Error(err)
	}
	statuses, err := c.GetStatuses(ctx, project.ProjectKey)
	if err != nil || len(statuses) < 4 || statuses[0].ID != backlog.StatusOpen || statuses[len(statuses)-1].ID != backlog.StatusClosed {
		t.Errorf("statuses = %v, err = %v", statuses, err)
	}
	resolutions, err := c.GetResolutions(ctx)
	if err != nil || len(resolutions) != 5 || resolutions[0].ID != backlog.ResolutionFixed {
		t.Errorf("resolutions = %v, err = %v", resolutions, err)
	}
	if limits, err := c.GetRateLimit(ctx); err != nil || limits.Update.Limit <= 0 {
		t.Errorf("limits = %+v, err = %v", limits, err)
	}
	if s, err := c.GetSpace(ctx); err != nil || s.Timezone != "Asia/Tokyo" {
		t.Errorf("space = %+v, err = %v", s, err)
	}
	if users, err := c.GetProjectUsers(ctx, project.ProjectKey, nil); err != nil || len(users) < 2 {
		t.Errorf("users = %v, err = %v", users, err)
	}
	if _, err := c.GetProject(ctx, "NONE"); !errors.Is(err, backlog.ErrNotFound) {
		t.Errorf("err = %v", err)
	}
	if b := c.Budgets()[backlog.KindRead]; b.Limit <= 0 || b.Remaining >= b.Limit {
		t.Errorf("budget = %+v", b)
	}
}

func TestSimWrongKey(t *testing.T) {
	_, s := space(t)
	c, err := backlog.New("http://space.example", "another-key", backlog.WithTransport(s.RoundTripper()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.GetSpace(t.Context()); !errors.Is(err, backlog.ErrUnauthorized) {
		t.Errorf("err = %v", err)
	}
}

func TestSimIssueLife(t *testing.T) {
	c, _ := space(t)
	ctx := t.Context()
	issue := newIssue(t, c, "DB が止まった")
	due := backlog.NewDate(2026, 12, 24)
	updated, err := c.UpdateIssue(ctx, issue.IssueKey, &backlog.UpdateIssueInput{
		StatusID: backlog.Set(backlog.StatusInProgress), DueDate: backlog.Set(due), AssigneeID: backlog.Set(backlog.ID(backlogsim.SampleBotID)),
		EstimatedHours: backlog.Set(0.5), Comment: "対応を始めます", NotifiedUserIDs: []backlog.ID{backlogsim.SampleStaffID},
	})
	if err != nil || updated.Status.ID != backlog.StatusInProgress || updated.DueDate != due || updated.Assignee == nil || *updated.EstimatedHours != 0.5 {
		t.Fatalf("updated = %+v, err = %v", updated, err)
	}
	_, err = c.UpdateIssue(ctx, issue.IssueKey, &backlog.UpdateIssueInput{StatusID: backlog.Set(backlog.StatusInProgress)})
	if !errors.Is(err, backlog.ErrNoChange) {
		t.Errorf("updating without a change: %v", err)
	}
	cleared, err := c.UpdateIssue(ctx, issue.IssueKey, &backlog.UpdateIssueInput{
		DueDate: backlog.Clear[backlog.Date](), AssigneeID: backlog.Clear[backlog.ID](), EstimatedHours: backlog.Clear[float64](),
	})
	if err != nil || !cleared.DueDate.IsZero() || cleared.Assignee != nil || cleared.EstimatedHours != nil {
		t.Fatalf("cleared = %+v, err = %v", cleared, err)
	}
	closed, err := c.UpdateIssue(ctx, issue.IssueKey, &backlog.UpdateIssueInput{
		StatusID: backlog.Set(backlog.StatusClosed), ResolutionID: backlog.Set(backlog.ResolutionFixed),
	})
	if err != nil || closed.Resolution == nil || closed.Resolution.ID != backlog.ResolutionFixed {
		t.Fatalf("closed = %+v, err = %v", closed, err)
	}
	var fields []string
	for m, err := range c.AllIssueComments(ctx, issue.IssueKey, 0) {
		if err != nil {
			t.Fatal(err)
		}
		for _, change := range m.ChangeLog {
			fields = append(fields, change.Field)
		}
	}
	if text := strings.Join(fields, " "); strings.Count(text, "status") != 2 || strings.Count(text, "limitDate") != 2 {
		t.Errorf("change log fields = %s", text)
	}
	n, err := c.GetIssueCount(ctx, &backlog.GetIssuesOptions{IDs: []backlog.ID{issue.ID}, StatusIDs: []backlog.ID{backlog.StatusClosed}})
	if err != nil || n != 1 {
		t.Errorf("count = %d, err = %v", n, err)
	}
}

func TestSimCustomFields(t *testing.T) {
	c, _ := space(t)
	ctx, project := t.Context(), backlogsim.SampleProjectKey
	make1 := func(typ backlog.FieldType, name string, items ...string) *backlog.CustomField {
		t.Helper()
		f, err := c.CreateCustomField(ctx, project, &backlog.CreateCustomFieldInput{TypeID: typ, Name: name, Items: items})
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	text, number, date := make1(backlog.FieldText, "文x"), make1(backlog.FieldNumber, "数x"), make1(backlog.FieldDate, "日x")
	single, multi := make1(backlog.FieldSingleList, "単x", "A", "B"), make1(backlog.FieldMultipleList, "複x", "A", "B", "C")
	issue := newIssue(t, c, "カスタム属性")
	set := func(in ...backlog.CustomFieldInput) *backlog.Issue {
		t.Helper()
		got, err := c.UpdateIssue(ctx, issue.IssueKey, &backlog.UpdateIssueInput{CustomFields: in})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	show := func(i *backlog.Issue) []string {
		var out []string
		for _, f := range []*backlog.CustomField{text, number, date, single, multi} {
			out = append(out, i.CustomField(f.ID).String())
		}
		return out
	}
	got := set(backlog.TextValue(text.ID, "a & b"), backlog.NumberValue(number.ID, 1.5), backlog.DateValue(date.ID, backlog.NewDate(2026, 4, 1)),
		backlog.ItemValue(single.ID, single.Items[1].ID), backlog.ItemsValue(multi.ID, multi.Items[0].ID, multi.Items[2].ID))
	if diff := cmp.Diff([]string{"a & b", "1.5", "2026-04-01T00:00:00Z", "B", "A, C"}, show(got)); diff != "" {
		t.Error(diff)
	}
	if d := got.CustomField(date.ID).Date(time.UTC); d != backlog.NewDate(2026, 4, 1) {
		t.Errorf("date = %v", d)
	}
	got = set(backlog.ClearValue(text.ID), backlog.ClearValue(number.ID), backlog.DateValue(date.ID, backlog.Date{}),
		backlog.ClearValue(single.ID), backlog.ItemsValue(multi.ID))
	if diff := cmp.Diff([]string{"", "", "", "", ""}, show(got)); diff != "" {
		t.Error(diff)
	}
}

func TestSimCommentsAndFiles(t *testing.T) {
	c, _ := space(t)
	ctx := t.Context()
	issue := newIssue(t, c, "添付")
	file, err := c.UploadAttachment(ctx, "ログ.txt", strings.NewReader("line\n"))
	if err != nil {
		t.Fatal(err)
	}
	m, err := c.CreateIssueComment(ctx, issue.IssueKey, &backlog.CreateIssueCommentInput{Content: "添付します", AttachmentIDs: []backlog.ID{file.ID}})
	if err != nil || m.Content != "添付します" {
		t.Fatalf("comment = %+v, err = %v", m, err)
	}
	if m, err = c.UpdateIssueComment(ctx, issue.IssueKey, m.ID, "訂正"); err != nil || m.Content != "訂正" {
		t.Errorf("comment = %+v, err = %v", m, err)
	}
	files, err := c.GetIssueAttachments(ctx, issue.IssueKey)
	if err != nil || len(files) != 1 || files[0].Name != "ログ.txt" {
		t.Fatalf("files = %v, err = %v", files, err)
	}
	var out bytes.Buffer
	if err := c.GetIssueAttachment(ctx, issue.IssueKey, files[0].ID, &out); err != nil || out.String() != "line\n" {
		t.Errorf("bytes = %q, err = %v", out.String(), err)
	}
	if err := c.CreateStar(ctx, &backlog.CreateStarInput{CommentID: m.ID}); err != nil {
		t.Error(err)
	}
	if n, err := c.GetIssueCommentsCount(ctx, issue.IssueKey); err != nil || n != 1 {
		t.Errorf("count = %d, err = %v", n, err)
	}
	w, err := c.CreateWatching(ctx, &backlog.CreateWatchingInput{IssueIDOrKey: issue.IssueKey, Note: "見る"})
	if err != nil || w.Issue == nil || w.Issue.ID != issue.ID {
		t.Errorf("watching = %+v, err = %v", w, err)
	}
}

func TestSimWiki(t *testing.T) {
	c, _ := space(t)
	ctx := t.Context()
	page, err := c.CreateWiki(ctx, &backlog.CreateWikiInput{ProjectID: backlogsim.SampleProjectID, Name: "SLA/2026/01", Content: "一"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.UpdateWiki(ctx, page.ID, &backlog.UpdateWikiInput{Content: backlog.Set("二")}); err != nil {
		t.Fatal(err)
	}
	got, err := c.GetWiki(ctx, page.ID)
	if err != nil || got.Content != "二" || got.Name != "SLA/2026/01" {
		t.Errorf("page = %+v, err = %v", got, err)
	}
	pages, err := c.GetWikis(ctx, &backlog.GetWikisOptions{ProjectIDOrKey: backlogsim.SampleProjectKey})
	found := false
	for _, p := range pages {
		found = found || p.ID == page.ID && p.Content == ""
	}
	if err != nil || !found {
		t.Errorf("pages = %v, err = %v", pages, err)
	}
	history, err := c.GetWikiHistory(ctx, page.ID, nil)
	if err != nil || len(history) < 2 {
		t.Errorf("history = %v, err = %v", history, err)
	}
	if _, err := c.DeleteWiki(ctx, page.ID, false); err != nil {
		t.Error(err)
	}
}

func TestSimActivities(t *testing.T) {
	c, s := space(t)
	s.SetRateLimits(backlogsim.RateLimits{Read: 10000, Update: 10000, Search: 10000, Icon: 10000})
	ctx := t.Context()
	first := newIssue(t, c, "一件目")
	latest, err := c.GetSpaceActivities(ctx, &backlog.GetActivitiesOptions{Count: 1})
	if err != nil || len(latest) != 1 {
		t.Fatalf("activities = %v, err = %v", latest, err)
	}
	for range 130 {
		if _, err := c.CreateIssueComment(ctx, first.IssueKey, &backlog.CreateIssueCommentInput{Content: "経過"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.BulkUpdate(backlogsim.Bulk{User: backlogsim.SampleStaffID, Issues: []string{first.IssueKey}, PriorityID: int(backlog.PriorityHigh)}); err != nil {
		t.Fatal(err)
	}
	var last *backlog.Activity
	n := 0
	for a, err := range c.AllSpaceActivities(ctx, latest[0].ID) {
		if err != nil {
			t.Fatal(err)
		}
		if last != nil && a.ID <= last.ID {
			t.Fatalf("activity %d after %d", a.ID, last.ID)
		}
		last, n = a, n+1
	}
	if n != 131 || last.Type != backlog.ActivityIssueMultiUpdated {
		t.Fatalf("%d activities, last of type %d", n, last.Type)
	}
	refs, err := last.IssueRefs()
	if err != nil || len(refs) != 1 || refs[0].ID != first.ID || refs[0].Key != first.IssueKey {
		t.Errorf("refs = %+v, err = %v", refs, err)
	}
	if again, err := c.GetActivity(ctx, last.ID); err != nil || again.Type != last.Type {
		t.Errorf("activity = %+v, err = %v", again, err)
	}
}

func TestSimLostAnswerIsAmbiguous(t *testing.T) {
	c, s := space(t)
	ctx := t.Context()
	issue := newIssue(t, c, "応答が届かない")
	err := s.AddFaults(backlogsim.Faults{Rules: []backlogsim.FaultRule{{Method: "POST", Path: "/api/v2/issues/*/comments", Lost: "drop", Times: 1}}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.CreateIssueComment(ctx, issue.IssueKey, &backlog.CreateIssueCommentInput{Content: "一度だけ"})
	if !backlog.IsAmbiguous(err) || !backlog.IsTemporary(err) {
		t.Fatalf("err = %v", err)
	}
	comments, err := c.GetIssueComments(ctx, issue.IssueKey, nil)
	if err != nil || len(comments) != 1 {
		t.Errorf("comments = %v, err = %v", comments, err)
	}
}

func TestSimKeepsWithinTheRateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := space(t)
		s.SetRateLimits(backlogsim.RateLimits{Read: 20, Update: 5, Search: 5, Icon: 5})
		issue := newIssue(t, c, "流量")
		for range 60 {
			if _, err := c.GetIssue(t.Context(), issue.IssueKey); err != nil {
				t.Fatal(err)
			}
		}
		for range 12 {
			if _, err := c.CreateIssueComment(t.Context(), issue.IssueKey, &backlog.CreateIssueCommentInput{Content: "x"}); err != nil {
				t.Fatal(err)
			}
		}
		for _, r := range s.Requests() {
			if r.Status == 429 {
				t.Errorf("refused: %s %s", r.Method, r.Path)
			}
		}
	})
}

func TestSimAllIssues(t *testing.T) {
	c, s := space(t)
	s.SetRateLimits(backlogsim.RateLimits{Read: 10000, Update: 10000, Search: 10000, Icon: 10000})
	before, err := c.GetIssueCount(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 205 {
		newIssue(t, c, "多数")
	}
	for _, sort := range []backlog.Sort{"", backlog.SortUpdated} {
		ids := map[backlog.ID]bool{}
		for issue, err := range c.AllIssues(t.Context(), &backlog.GetIssuesOptions{Sort: sort}) {
			if err != nil {
				t.Fatal(err)
			}
			if ids[issue.ID] {
				t.Fatalf("%s came twice", issue.IssueKey)
			}
			ids[issue.ID] = true
		}
		if len(ids) != before+205 {
			t.Errorf("sort %q: %d issues, want %d", sort, len(ids), before+205)
		}
	}
}

// TestSimWebhooks checks that what the stand-in delivers says the same as its feed.
func TestSimWebhooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var bodies [][]byte
		receiver := roundTripper(func(r *http.Request) (*http.Response, error) {
			body, err := io.ReadAll(r.Body)
			bodies = append(bodies, body)
			return reply(200, ""), err
		})
		s := backlogsim.New(backlogsim.Options{Transport: receiver})
		defer s.Close()
		if err := s.Load(backlogsim.SampleSeed()); err != nil {
			t.Fatal(err)
		}
		c, err := backlog.New("http://space.example", backlogsim.SampleBotKey, backlog.WithTransport(s.RoundTripper()))
		if err != nil {
			t.Fatal(err)
		}
		ctx, project := t.Context(), backlogsim.SampleProjectKey
		hook, err := c.CreateWebhook(ctx, project, &backlog.CreateWebhookInput{Name: "当番", HookURL: "https://bot.example/hooks/backlog/token", AllEvent: true})
		if err != nil || !hook.AllEvent {
			t.Fatalf("hook = %+v, err = %v", hook, err)
		}
		issue := newIssue(t, c, "通知")
		if _, err := c.UpdateIssue(ctx, issue.IssueKey, &backlog.UpdateIssueInput{StatusID: backlog.Set(backlog.StatusResolved), Comment: "直りました"}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.BulkUpdate(backlogsim.Bulk{User: backlogsim.SampleStaffID, Issues: []string{issue.IssueKey}, StatusID: 4}); err != nil {
			t.Fatal(err)
		}
		if err := s.Quiet(ctx); err != nil {
			t.Fatal(err)
		}
		if len(bodies) != 3 {
			t.Fatalf("%d deliveries, want 3", len(bodies))
		}
		for _, body := range bodies {
			a, err := backlog.DecodeWebhook(body)
			if err != nil {
				t.Fatalf("%v: %s", err, body)
			}
			refs, err := a.IssueRefs()
			if err != nil || len(refs) != 1 || refs[0].Key != issue.IssueKey {
				t.Errorf("type %d: refs = %+v, err = %v", a.Type, refs, err)
			}
			fed, err := c.GetActivity(ctx, a.ID)
			if err != nil || fed.Type != a.Type || fed.CreatedUser.ID != a.CreatedUser.ID || !fed.Created.Equal(a.Created) {
				t.Errorf("feed has %+v, webhook %+v, err %v", fed, a, err)
			}
		}
		if _, err := c.DeleteWebhook(ctx, project, hook.ID); err != nil {
			t.Error(err)
		}
	})
}

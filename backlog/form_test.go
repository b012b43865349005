package backlog_test

import (
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/backlog"
)

func TestCreateIssueForm(t *testing.T) {
	base := func(more url.Values) url.Values {
		want := url.Values{"projectId": {"1"}, "summary": {"止まった"}, "issueTypeId": {"2"}, "priorityId": {"3"}}
		maps.Copy(want, more)
		return want
	}
	for _, tc := range []struct {
		name string
		set  func(*backlog.CreateIssueInput)
		want url.Values
	}{
		{"required only", func(*backlog.CreateIssueInput) {}, base(nil)},
		{"lists", func(in *backlog.CreateIssueInput) {
			in.CategoryIDs, in.NotifiedUserIDs = []backlog.ID{4, 5}, []backlog.ID{6}
		}, base(url.Values{"categoryId[]": {"4", "5"}, "notifiedUserId[]": {"6"}})},
		{"dates and hours", func(in *backlog.CreateIssueInput) {
			in.DueDate = backlog.NewDate(2026, time.March, 9)
			in.EstimatedHours, in.ActualHours = backlog.Set(0.0), backlog.Set(1.25)
		}, base(url.Values{"dueDate": {"2026-03-09"}, "estimatedHours": {"0"}, "actualHours": {"1.25"}})},
		{"custom fields", func(in *backlog.CreateIssueInput) {
			in.CustomFields = backlog.CustomFieldInputs{
				backlog.TextValue(11, "a&b=c"),
				backlog.ItemsValue(12, 7, 8),
				backlog.ItemValue(13, 9).WithOther("その他"),
				backlog.NumberValue(14, 1e21),
				backlog.DateValue(15, backlog.NewDate(2026, 1, 2)),
				backlog.ItemsValue(16),
				backlog.ClearValue(17),
			}
		}, base(url.Values{
			"customField_11": {"a&b=c"}, "customField_12[0]": {"7"}, "customField_12[1]": {"8"}, "customField_13": {"9"},
			"customField_13_otherValue": {"その他"}, "customField_14": {"1000000000000000000000"}, "customField_15": {"2026-01-02"},
			"customField_16": {""}, "customField_17": {""},
		})},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c, f := newFake(t, always(201, `{"id":1}`))
			input := &backlog.CreateIssueInput{ProjectID: 1, Summary: "止まった", IssueTypeID: 2, PriorityID: 3}
			tc.set(input)
			if _, err := c.CreateIssue(t.Context(), input); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, f.requests()[0].Form); diff != "" {
				t.Errorf("form (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUpdateIssueForm(t *testing.T) {
	for _, tc := range []struct {
		name string
		in   backlog.UpdateIssueInput
		want url.Values
	}{
		{"nothing", backlog.UpdateIssueInput{}, url.Values{}},
		{"values", backlog.UpdateIssueInput{
			Summary: backlog.Set("x"), StatusID: backlog.Set(backlog.StatusClosed), Comment: "done",
			ResolutionID: backlog.Set(backlog.ResolutionFixed),
		}, url.Values{"summary": {"x"}, "statusId": {"4"}, "comment": {"done"}, "resolutionId": {"0"}}},
		{"cleared", backlog.UpdateIssueInput{
			AssigneeID: backlog.Clear[backlog.ID](), DueDate: backlog.Clear[backlog.Date](), EstimatedHours: backlog.Clear[float64](),
			CategoryIDs: backlog.Clear[[]backlog.ID](), MilestoneIDs: backlog.Set([]backlog.ID{}), Description: backlog.Set(""),
		}, url.Values{
			"assigneeId": {""}, "dueDate": {""}, "estimatedHours": {""}, "categoryId[]": {""}, "milestoneId[]": {""}, "description": {""},
		}},
		{"lists", backlog.UpdateIssueInput{VersionIDs: backlog.Set([]backlog.ID{1, 2})}, url.Values{"versionId[]": {"1", "2"}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c, f := newFake(t, always(200, `{"id":1}`))
			if _, err := c.UpdateIssue(t.Context(), "OPS-1", &tc.in); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, f.requests()[0].Form); diff != "" {
				t.Errorf("form (-want +got):\n%s", diff)
			}
		})
	}
}

func TestIssueQuery(t *testing.T) {
	c, f := newFake(t, always(200, `[null,{"id":1}]`))
	issues, err := c.GetIssues(t.Context(), &backlog.GetIssuesOptions{
		ProjectIDs: []backlog.ID{1, 2}, StatusIDs: []backlog.ID{1}, Attachment: backlog.Set(false), Keyword: "障害 対応",
		UpdatedSince: backlog.NewDate(2026, 5, 1), WithoutDueDate: true, Expand: []string{backlog.ExpandChildIssues},
		Sort: backlog.SortUpdated, Order: backlog.OrderAsc, Offset: 100, Count: 50,
		CustomFields: []backlog.CustomFieldFilter{{ID: 5, Keyword: "k"}, {ID: 6, Min: "1", Max: "2"}, {ID: 7, ItemIDs: []backlog.ID{8, 9}}},
	})
	if err != nil || len(issues) != 1 {
		t.Fatalf("issues = %v, err = %v", issues, err)
	}
	want := url.Values{
		"projectId[]": {"1", "2"}, "statusId[]": {"1"}, "attachment": {"false"}, "keyword": {"障害 対応"}, "updatedSince": {"2026-05-01"},
		"hasDueDate": {"false"}, "expand[]": {"childIssueSummary"}, "sort": {"updated"}, "order": {"asc"}, "offset": {"100"}, "count": {"50"},
		"customField_5": {"k"}, "customField_6_min": {"1"}, "customField_6_max": {"2"}, "customField_7[]": {"8", "9"},
	}
	if diff := cmp.Diff(want, f.requests()[0].Query); diff != "" {
		t.Errorf("query (-want +got):\n%s", diff)
	}
	// No parameters at all unless asked: archived= would be an error.
	if _, err := c.GetProjects(t.Context(), &backlog.GetProjectsOptions{}); err != nil {
		t.Fatal(err)
	}
	if q := f.requests()[1].Query; len(q) != 0 {
		t.Errorf("query = %v", q)
	}
}

func TestOptional(t *testing.T) {
	type state struct {
		set, clear, ok bool
		value          int
	}
	of := func(o backlog.Optional[int]) state {
		v, ok := o.Get()
		return state{o.IsSet(), o.IsClear(), ok, v}
	}
	got := []state{of(backlog.Optional[int]{}), of(backlog.Clear[int]()), of(backlog.Set(0))}
	want := []state{{}, {set: true, clear: true}, {set: true, ok: true}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(state{})); diff != "" {
		t.Error(diff)
	}
}

func TestUpload(t *testing.T) {
	var name, content, field string
	rt := roundTripper(func(r *http.Request) (*http.Response, error) {
		_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err != nil {
			return nil, err
		}
		part, err := multipart.NewReader(r.Body, params["boundary"]).NextPart()
		if err != nil {
			return nil, err
		}
		body, err := io.ReadAll(part)
		name, content, field = part.FileName(), string(body), part.FormName()
		return reply(200, `{"id":"12","name":"x","size":5}`), err
	})
	c, err := backlog.New("https://x.example", testKey, backlog.WithTransport(rt))
	if err != nil {
		t.Fatal(err)
	}
	a, err := c.UploadAttachment(t.Context(), "障害 報告\".txt", strings.NewReader("bytes"))
	if err != nil || a.ID != 12 || a.Size != 5 {
		t.Fatalf("attachment = %+v, err = %v", a, err)
	}
	if name != "障害 報告\".txt" || content != "bytes" || field != "file" {
		t.Errorf("sent %q as %q in %q", content, name, field)
	}
	path := filepath.Join(t.TempDir(), "log.txt")
	if err := os.WriteFile(path, []byte("from disk"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := c.UploadFile(t.Context(), path); err != nil || name != "log.txt" || content != "from disk" {
		t.Errorf("sent %q as %q, err %v", content, name, err)
	}
	if _, err := c.UploadAttachment(t.Context(), "endless", spaces{}); err == nil {
		t.Error("an endless file was sent")
	}
}

package backlogsim_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestAddIssueAnswersWithPlaceAndOpenStatus(t *testing.T) {
	sp := newSpace(t)
	r := sp.call("customer", "POST", "/api/v2/issues", form("projectId", "21", "summary", "件名", "issueTypeId", "31", "priorityId", "3", "statusId", "4"))
	got := r.object(201)
	diff(t, "https://test.example/view/TEST-1", r.Header.Get("Location"))
	diff(t, 1.0, get(got, "status", "id")) // statusId is not a parameter of creation
	if again := sp.call("customer", "GET", "/api/v2/issues/"+strconv.Itoa(num(got["id"])), nil).object(200); get(again, "issueKey") != "TEST-1" {
		t.Errorf("by id: %v", again["issueKey"])
	}
}

func TestAddIssueRefuses(t *testing.T) {
	base := map[string]string{"projectId": "21", "summary": "件名", "issueTypeId": "31", "priorityId": "3"}
	tests := []struct {
		name, field, value string
		status, code       int
	}{
		{"no summary", "summary", "", 400, 7},
		{"blank summary", "summary", " ", 400, 7},
		{"summary of 256", "summary", strings.Repeat("あ", 256), 400, 7},
		{"description of 100001", "description", strings.Repeat("あ", 100_001), 400, 7},
		{"no type", "issueTypeId", "", 400, 7},
		{"type of another project", "issueTypeId", "39", 400, 7},
		{"word for a type", "issueTypeId", "bug", 400, 7},
		{"unknown priority", "priorityId", "1", 400, 7},
		{"no project", "projectId", "", 400, 7},
		{"project not joined", "projectId", "22", 404, 6},
		{"unknown project", "projectId", "99", 404, 6},
		{"assignee from outside", "assigneeId", "18", 400, 7},
		{"notified from outside", "notifiedUserId[]", "18", 400, 7},
		{"unknown category", "categoryId[]", "1", 400, 7},
		{"unknown milestone", "milestoneId[]", "1", 400, 7},
		{"bad date", "dueDate", "2026/01/05", 400, 7},
		{"impossible date", "dueDate", "2026-02-30", 400, 7},
		{"date with time", "dueDate", "2026-01-05T00:00:00Z", 400, 7},
		{"hours in words", "estimatedHours", "two", 400, 7},
		{"unknown parent", "parentIssueId", "1", 400, 7},
		{"unknown attachment", "attachmentId[]", "1", 400, 7},
		{"unknown custom field", "customField_99", "x", 400, 7},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sp := newSpace(t)
			f := url.Values{}
			for k, v := range base {
				f.Set(k, v)
			}
			f.Set(tt.field, tt.value)
			sp.call("customer", "POST", "/api/v2/issues", f).fails(tt.status, tt.code)
			diff(t, 0.0, sp.call("bot", "GET", "/api/v2/issues/count", nil).object(200)["count"])
		})
	}
}

func TestLimitsAreInclusive(t *testing.T) {
	sp := newSpace(t)
	sp.issue("summary", strings.Repeat("あ", 255), "description", strings.Repeat("あ", 100_000))
	sp.call("bot", "POST", "/api/v2/issues/TEST-1/comments", form("content", strings.Repeat("あ", 50_000))).want(201)
	sp.call("bot", "POST", "/api/v2/issues/TEST-1/comments", form("content", strings.Repeat("あ", 50_001))).fails(400, 7)
	sp.call("bot", "PATCH", "/api/v2/issues/TEST-1", form("comment", strings.Repeat("あ", 50_001))).fails(400, 7)
}

func TestBodiesAndCarriers(t *testing.T) {
	sp := newSpace(t)
	json := map[string]any{"projectId": projectID, "summary": "JSON", "issueTypeId": taskID, "priorityId": 3, "categoryId": []int{42, 43}, "customField_65": []int{1, 3}, "assigneeId": nil}
	got := sp.call("bot", "POST", "/api/v2/issues", json).object(201)
	diff(t, "OS", get(got, "category", 1, "name"))
	diff(t, "batch", get(got, "customFields", 3, "value", 1, "name"))

	indexed := form("projectId", "21", "summary", "PHP", "issueTypeId", "31", "priorityId", "3", "categoryId[0]", "43", "categoryId[1]", "42", "customField_65[0]", "2", "customField_65[1]", "1")
	got = sp.call("bot", "POST", "/api/v2/issues", indexed).object(201)
	diff(t, "OS", get(got, "category", 0, "name"))
	diff(t, "db", get(got, "customFields", 3, "value", 0, "name"))

	bare := form("projectId", "21", "summary", "bare", "issueTypeId", "31", "priorityId", "3", "categoryId", "42")
	diff(t, 0, len(get(sp.call("bot", "POST", "/api/v2/issues", bare).object(201), "category").([]any)))
	brackets := form("projectId", "21", "summary", "x", "issueTypeId", "31", "priorityId", "3", "customField_65[]", "1")
	sp.call("bot", "POST", "/api/v2/issues", brackets).fails(400, 7)

	// parameters of a DELETE: query or body
	for _, name := range []string{"A", "B"} {
		sp.call("bot", "POST", "/api/v2/projects/TEST/statuses", form("name", name, "color", "#ea2c00")).want(200)
	}
	list := sp.call("bot", "GET", "/api/v2/projects/TEST/statuses", nil).list(200)
	a, b := strconv.Itoa(num(get(list, 4, "id"))), strconv.Itoa(num(get(list, 5, "id")))
	sp.call("bot", "DELETE", "/api/v2/projects/TEST/statuses/"+a+"?substituteStatusId=1", nil).want(200)
	sp.call("bot", "DELETE", "/api/v2/projects/TEST/statuses/"+b, form("substituteStatusId", "1")).want(200)
}

func TestUpdateWritesACommentEvenWithoutWords(t *testing.T) {
	sp := newSpace(t)
	sp.issue()
	sp.world.add(time.Hour)
	got := sp.call("bot", "PATCH", "/api/v2/issues/TEST-1", form("statusId", "41", "dueDate", "2026-01-09", "assigneeId", "13", "priorityId", "2", "categoryId[]", "42", "comment", "")).object(200)
	diff(t, "2026-01-09T00:00:00Z", got["dueDate"])
	diff(t, "2026-01-05T02:00:00Z", got["updated"])
	comments := sp.call("bot", "GET", "/api/v2/issues/TEST-1/comments", nil).list(200)
	diff(t, 1, len(comments))
	if get(comments, 0, "content") != nil {
		t.Errorf("content %v, want null", get(comments, 0, "content"))
	}
	var log []string
	for _, entry := range get(comments, 0, "changeLog").([]any) {
		old, _ := get(entry, "originalValue").(string)
		log = append(log, get(entry, "field").(string)+" "+old+">"+get(entry, "newValue").(string))
	}
	diff(t, []string{"status 未対応>回答待ち", "priority 中>高", "assigner >staff", "component >AWS", "limitDate >2026-01-09"}, log)
}

func TestUpdateThatChangesNothing(t *testing.T) {
	sp := newSpace(t)
	sp.issue("dueDate", "2026-01-09", "categoryId[]", "42", "customField_62", "3")
	for _, f := range []url.Values{{}, form("statusId", "1"), form("dueDate", "2026-01-09", "categoryId[]", "42", "customField_62", "3.0", "summary", "件名"), form("comment", " "), form("notifiedUserId[]", "13")} {
		r := sp.call("bot", "PATCH", "/api/v2/issues/TEST-1", f)
		r.fails(400, 7)
		if !strings.Contains(r.Body, "Please change the status or post a comment.") {
			t.Errorf("body %s", r.Body)
		}
	}
	diff(t, 0.0, sp.call("bot", "GET", "/api/v2/issues/TEST-1/comments/count", nil).object(200)["count"])
	sp.call("bot", "PATCH", "/api/v2/issues/TEST-1", form("statusId", "1", "comment", "変わりません")).want(200)
	diff(t, 1.0, sp.call("bot", "GET", "/api/v2/issues/TEST-1/comments/count", nil).object(200)["count"])
}

func TestEmptyClearsAndZeroDoesNot(t *testing.T) {
	sp := newSpace(t)
	parent := sp.issue()
	sp.issue("assigneeId", "13", "dueDate", "2026-01-09", "startDate", "2026-01-06", "estimatedHours", "2", "parentIssueId", strconv.Itoa(parent), "categoryId[]", "42", "customField_64", "1", "customField_62", "1")
	got := sp.call("bot", "PATCH", "/api/v2/issues/TEST-2", form("resolutionId", "0", "actualHours", "0")).object(200)
	diff(t, "対応済み", get(got, "resolution", "name"))
	diff(t, 0.0, got["actualHours"])
	got = sp.call("bot", "PATCH", "/api/v2/issues/TEST-2", map[string]any{
		"assigneeId": "", "dueDate": "", "startDate": "", "estimatedHours": "", "actualHours": "", "parentIssueId": "", "resolutionId": "", "categoryId": []int{}, "customField_64": "", "customField_62": "",
	}).object(200)
	for _, name := range []string{"assignee", "dueDate", "startDate", "estimatedHours", "actualHours", "parentIssueId", "resolution"} {
		if got[name] != nil {
			t.Errorf("%s is %v, want null", name, got[name])
		}
	}
	diff(t, []any{}, got["category"])
	diff(t, nil, get(got, "customFields", 0, "value"))
	diff(t, nil, get(got, "customFields", 2, "value"))
	sp.call("bot", "PATCH", "/api/v2/issues/TEST-2", form("categoryId[]", "42")).want(200)
	diff(t, []any{}, sp.call("bot", "PATCH", "/api/v2/issues/TEST-2", form("categoryId[]", "")).object(200)["category"])
}

func TestParents(t *testing.T) {
	sp := newSpace(t)
	top := strconv.Itoa(sp.issue())
	child := strconv.Itoa(sp.issue("parentIssueId", top))
	sp.call("customer", "POST", "/api/v2/issues", form("projectId", "21", "summary", "s", "issueTypeId", "31", "priorityId", "3", "parentIssueId", child)).fails(400, 7)
	sp.call("bot", "PATCH", "/api/v2/issues/TEST-1", form("parentIssueId", top)).fails(400, 7)
	other := strconv.Itoa(sp.issue())
	sp.call("bot", "PATCH", "/api/v2/issues/TEST-1", form("parentIssueId", other)).fails(400, 7) // it has children itself
	sp.call("bot", "PATCH", "/api/v2/issues/TEST-2", form("statusId", "4")).want(200)
	got := sp.call("bot", "GET", "/api/v2/issues/TEST-1?expand[]=childIssueSummary", nil).object(200)
	diff(t, map[string]any{"total": 1.0, "closed": 1.0}, got["childIssueSummary"])
	if got := sp.call("bot", "GET", "/api/v2/issues/TEST-1", nil).object(200); got["childIssueSummary"] != nil {
		t.Error("childIssueSummary without expand")
	}
	sp.call("bot", "DELETE", "/api/v2/issues/TEST-1", nil).want(200)
	diff(t, nil, sp.call("bot", "GET", "/api/v2/issues/TEST-2", nil).object(200)["parentIssueId"])
}

func TestDeleteIssue(t *testing.T) {
	sp := newSpace(t)
	sp.issue("notifiedUserId[]", "12")
	sp.call("staff", "DELETE", "/api/v2/issues/TEST-1", nil).fails(403, 5)
	diff(t, "TEST-1", sp.call("bot", "DELETE", "/api/v2/issues/TEST-1", nil).object(200)["issueKey"])
	r := sp.call("bot", "GET", "/api/v2/issues/TEST-1", nil)
	r.fails(404, 6)
	diff(t, `{"errors":[{"message":"No issue.","code":6,"moreInfo":""}]}`, r.Body)
	diff(t, 0, len(sp.call("bot", "GET", "/api/v2/notifications", nil).list(200)))
	sp.issue()
	sp.call("bot", "GET", "/api/v2/issues/TEST-2", nil).want(200) // a key is never used again
	feed := sp.call("bot", "GET", "/api/v2/space/activities?activityTypeId[]=4", nil).list(200)
	diff(t, 1, len(feed))
	diff(t, 2, len(get(feed, 0, "content").(map[string]any)))
}

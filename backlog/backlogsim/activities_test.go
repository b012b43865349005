package backlogsim_test

import (
	"fmt"
	"strconv"
	"testing"
)

func TestActivityPaging(t *testing.T) {
	sp := newSpace(t)
	for range 3 {
		sp.issue()
	}
	sp.call("staff", "POST", commentPath, form("content", "x", "notifiedUserId[]", "14")).want(201)
	sp.call("bot", "POST", commentPath, form("content", "y")).want(201)
	ids := func(path string) (out []int) {
		for _, a := range sp.call("bot", "GET", "/api/v2/"+path, nil).list(200) {
			out = append(out, num(get(a, "id")))
			diff(t, []any{}, get(a, "notifications")) // always empty in lists
		}
		return out
	}
	tests := []struct {
		path string
		want []int
	}{
		{"space/activities", []int{5, 4, 3, 2, 1}},
		{"space/activities?order=asc&minId=3", []int{3, 4, 5}}, // inclusive: the boundary comes again
		{"space/activities?maxId=2", []int{2, 1}},
		{"space/activities?minId=2&maxId=4&count=2", []int{4, 3}},
		{"space/activities?order=asc&minId=2&maxId=4&count=2", []int{2, 3}},
		{"space/activities?minId=9", nil},
		{"space/activities?activityTypeId[]=3", []int{5, 4}},
		{"space/activities?activityTypeId[]=3&activityTypeId[]=1&count=3", []int{5, 4, 3}},
		{"projects/TEST/activities?order=asc&count=1", []int{1}},
		{"users/13/activities", []int{4}},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) { diff(t, tt.want, ids(tt.path)) })
	}
	single := sp.call("bot", "GET", "/api/v2/activities/4", nil).object(200)
	diff(t, 14.0, get(single, "notifications", 0, "user", "id"))
	sp.call("outsider", "GET", "/api/v2/activities/4", nil).fails(404, 6)
	sp.call("bot", "GET", "/api/v2/activities/99", nil).fails(404, 6)
	sp.call("bot", "GET", "/api/v2/users/99/activities", nil).fails(404, 6)
	sp.call("bot", "GET", "/api/v2/projects/OTHER/activities", nil).fails(404, 6)
}

func TestActivityKinds(t *testing.T) {
	tests := []struct {
		name  string
		pairs []string
		want  float64
	}{
		{"words only", []string{"comment", "x"}, 3},
		{"a field", []string{"statusId", "2"}, 2},
		{"both", []string{"statusId", "2", "comment", "x"}, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sp := newSpace(t)
			sp.issue()
			sp.call("bot", "PATCH", "/api/v2/issues/TEST-1", form(tt.pairs...)).want(200)
			diff(t, tt.want, get(sp.call("bot", "GET", "/api/v2/space/activities?count=1", nil).list(200), 0, "type"))
		})
	}
}

func TestParticipants(t *testing.T) {
	sp := newSpace(t)
	sp.issue("assigneeId", "13")
	sp.call("bot", "POST", commentPath, form("content", "x")).want(201)
	sp.call("staff", "POST", commentPath, form("content", "x")).want(201)
	var names []any
	for _, u := range sp.call("bot", "GET", "/api/v2/issues/TEST-1/participants", nil).list(200) {
		names = append(names, get(u, "name"))
	}
	diff(t, []any{"customer", "staff", "bot"}, names)
}

func TestControlPanel(t *testing.T) {
	sp := newSpace(t)
	sp.issue()
	sp.issue()
	got := sp.call("", "POST", "/_sim/bulk", map[string]any{"user": staffID, "issues": []string{"TEST-1", "TEST-2"}, "statusId": 2, "assigneeId": botID, "dueDate": "2026-01-30"}).object(200)
	feed := sp.call("bot", "GET", "/api/v2/activities/"+strconv.Itoa(num(got["activity_id"])), nil).object(200)
	diff(t, []any{14.0, 3, 2}, []any{feed["type"], len(get(feed, "content", "changes").([]any)), len(feed["notifications"].([]any))})
	diff(t, "2026-01-30T00:00:00Z", sp.call("bot", "GET", "/api/v2/issues/TEST-2", nil).object(200)["dueDate"])
	diff(t, 1, sp.commentCount())
	for _, bad := range []map[string]any{
		{"user": 99, "issues": []string{"TEST-1"}},
		{"user": 13, "issues": []string{"TEST-9"}},
		{"user": 13},
		{"user": 13, "issues": []string{"TEST-1"}, "statusId": 99},
		{"user": 13, "issues": []string{"TEST-1"}, "assigneeId": outID},
	} {
		sp.call("", "POST", "/_sim/bulk", bad).want(400)
	}
	diff(t, 1, sp.commentCount())

	sp.call("", "POST", "/_sim/rate-limits", map[string]any{"read": 3}).want(200)
	diff(t, "3", sp.call("bot", "GET", "/api/v2/space", nil).Header.Get("X-RateLimit-Limit"))
	sp.call("", "POST", "/_sim/faults", map[string]any{"rules": []any{map[string]any{"status": 500}}}).want(200)
	sp.call("bot", "GET", "/api/v2/space", nil).want(500)
	sp.call("", "POST", "/_sim/reset-faults", nil).want(200)
	sp.call("bot", "GET", "/api/v2/space", nil).want(200)
	sp.call("", "GET", "/_sim/faults", nil).want(404)
}

func TestSortsOrderWithoutLoss(t *testing.T) {
	sp := listSpace(t)
	sp.SetRateLimits(wide)
	for _, name := range []string{"issueType", "category", "version", "milestone", "summary", "status", "priority", "attachment", "sharedFile", "created", "createdUser", "updated", "updatedUser", "assignee", "startDate", "dueDate", "estimatedHours", "actualHours", "childIssue", "customField_61", "customField_62", "customField_65"} {
		t.Run(name, func(t *testing.T) {
			up, down := sp.keys("order=asc&sort="+name), sp.keys("sort="+name)
			var back string
			for _, c := range down {
				back = string(c) + back
			}
			diff(t, up, back)
			for n := 1; n <= 5; n++ {
				if page := sp.keys(fmt.Sprintf("order=asc&count=1&offset=%d&sort=%s", n-1, name)); page != string(up[2*(n-1)]) {
					t.Errorf("page %d is %s in %s", n, page, up)
				}
			}
		})
	}
}

func TestUpdateRefuses(t *testing.T) {
	sp := newSpace(t)
	sp.issue()
	for _, pair := range [][2]string{
		{"statusId", "99"},
		{"statusId", ""},
		{"statusId", "x"},
		{"resolutionId", "9"},
		{"resolutionId", "x"},
		{"priorityId", ""},
		{"issueTypeId", "39"},
		{"summary", ""},
		{"assigneeId", "x"},
		{"startDate", "x"},
		{"actualHours", "-1"},
		{"categoryId[]", "x"},
		{"versionId[]", "1"},
		{"notifiedUserId[]", "x"},
		{"attachmentId[]", "5"},
		{"parentIssueId", "x"},
	} {
		sp.call("bot", "PATCH", "/api/v2/issues/TEST-1", form(pair[0], pair[1], "comment", "x", "dueDate", "2026-01-09")).fails(400, 7)
	}
	got := sp.call("bot", "GET", "/api/v2/issues/TEST-1", nil).object(200)
	diff(t, nil, got["dueDate"]) // a refused update leaves nothing behind
	diff(t, 0, sp.commentCount())
	sp.call("bot", "PATCH", "/api/v2/issues/TEST-1", form("startDate", "2026-01-10", "dueDate", "2026-01-09")).fails(400, 7)
}

func TestWatchingOrder(t *testing.T) {
	sp := newSpace(t)
	for n := range 3 {
		sp.issue()
		sp.call("staff", "POST", "/api/v2/watchings", form("issueIdOrKey", fmt.Sprintf("TEST-%d", n+1))).want(201)
	}
	keys := func(query string) (out []any) {
		for _, w := range sp.call("staff", "GET", "/api/v2/users/13/watchings?"+query, nil).list(200) {
			out = append(out, get(w, "issue", "issueKey"))
		}
		return out
	}
	diff(t, []any{"TEST-3", "TEST-2", "TEST-1"}, keys("sort=created"))
	diff(t, []any{"TEST-1", "TEST-2", "TEST-3"}, keys("order=asc&sort=updated"))
	diff(t, []any{"TEST-2"}, keys("offset=1&count=1"))
}

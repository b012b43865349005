package backlogsim_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"
)

// listSpace has five issues: 1 the parent of 2, 3 a failure that is done, 4 with a milestone, 5 with a file.
func listSpace(t *testing.T) *space {
	sp := newSpace(t)
	parent := sp.issue("summary", "親", "description", "needle", "dueDate", "2026-01-10", "startDate", "2026-01-06", "customField_62", "1")
	sp.world.add(24 * time.Hour)
	sp.issue("summary", "子", "parentIssueId", strconv.Itoa(parent), "assigneeId", "13", "categoryId[]", "42", "customField_62", "5")
	sp.world.add(24 * time.Hour)
	sp.issue("summary", "C", "issueTypeId", "32", "priorityId", "2", "customField_61", "web01", "customField_65", "2", "customField_63", "2026-01-20")
	sp.call("bot", "PATCH", "/api/v2/issues/TEST-3", form("statusId", "4", "resolutionId", "1")).want(200)
	sp.world.add(24 * time.Hour)
	sp.issue("summary", "A", "milestoneId[]", "51", "versionId[]", "51", "dueDate", "2026-01-12")
	id := num(sp.upload("staff", "a.txt", "x").object(200)["id"])
	sp.call("staff", "POST", "/api/v2/issues", form("projectId", "21", "summary", "B", "issueTypeId", "31", "priorityId", "4", "attachmentId[]", strconv.Itoa(id))).want(201)
	sp.world.add(24 * time.Hour)
	sp.call("staff", "POST", "/api/v2/issues/TEST-1/comments", form("content", "Haystack")).want(201)
	return sp
}

func (sp *space) keys(query string) string {
	sp.t.Helper()
	var out []string
	for _, i := range sp.call("bot", "GET", "/api/v2/issues?"+query, nil).list(200) {
		out = append(out, strings.TrimPrefix(get(i, "issueKey").(string), "TEST-"))
	}
	return strings.Join(out, " ")
}

func TestIssueListFilters(t *testing.T) {
	sp := listSpace(t)
	tests := []struct{ query, want string }{
		{"", "5 4 3 2 1"},
		{"order=asc", "1 2 3 4 5"},
		{"projectId[]=21&order=asc", "1 2 3 4 5"},
		{"issueTypeId[]=32", "3"},
		{"issueTypeId[]=31&issueTypeId[]=32", "5 4 3 2 1"},
		{"issueTypeId[0]=32", "3"},
		{"statusId[]=4", "3"},
		{"priorityId[]=4", "5"},
		{"assigneeId[]=13", "2"},
		{"createdUserId[]=13", "5"},
		{"resolutionId[]=1", "3"},
		{"categoryId[]=42", "2"},
		{"milestoneId[]=51", "4"},
		{"versionId[]=51", "4"},
		{"parentChild=0", "5 4 3 2 1"},
		{"parentChild=1", "5 4 3 1"},
		{"parentChild=2", "2"},
		{"parentChild=3", "5 4 3"},
		{"parentChild=4", "1"},
		{"parentChild=5", ""},
		{"parentChild=6", "2"},
		{"parentChild=7", "5 4 3 1"},
		{"parentChild=8", "5 4 3 2 1"},
		{"parentChild=9", "2"},
		{"parentChild=10", "5 4 3 2"},
		{"attachment=true", "5"},
		{"attachment=false", "4 3 2 1"},
		{"sharedFile=true", ""},
		{"keyword=NEEDLE", "1"},
		{"keyword=haystack", "1"},
		{"keyword=TEST-4", "4"},
		{"createdSince=2026-01-07", "5 4 3"},
		{"createdUntil=2026-01-06", "2 1"},
		{"createdSince=2026-01-06&createdUntil=2026-01-06", "2"},
		{"updatedSince=2026-01-09", "1"},
		{"updatedUntil=2026-01-06", "2"},
		{"dueDateSince=2026-01-11", "4"},
		{"dueDateUntil=2026-01-10", "1"},
		{"startDateSince=2026-01-01", "1"},
		{"hasDueDate=false", "5 3 2"},
		{"customField_61=WEB", "3"},
		{"customField_62_min=2", "2"},
		{"customField_62_max=2", "1"},
		{"customField_63_min=2026-01-20&customField_63_max=2026-01-20", "3"},
		{"customField_65[]=2", "3"},
		{"count=2", "5 4"},
		{"count=2&offset=2", "3 2"},
		{"offset=9", ""},
		{"sort=summary&order=asc", "4 5 3 2 1"},
		{"sort=updated", "1 5 4 3 2"},
		{"sort=updated&order=asc", "2 3 4 5 1"},
		{"sort=priority", "3 4 2 1 5"},
		{"sort=dueDate&order=asc&dueDateSince=2026-01-01", "1 4"},
		{"sort=assignee&count=1", "2"},
		{"sort=childIssue&count=1", "1"},
		{"sort=attachment&count=1", "5"},
		{"sort=customField_62&count=1", "2"},
	}
	for _, tt := range tests {
		t.Run(tt.query, func(t *testing.T) {
			sp.SetRateLimits(wide)
			got := sp.keys(tt.query)
			diff(t, tt.want, got)
			if strings.Contains(tt.query, "count=") || strings.Contains(tt.query, "offset=") {
				return
			}
			diff(t, float64(len(strings.Fields(got))), sp.call("bot", "GET", "/api/v2/issues/count?"+tt.query, nil).object(200)["count"])
		})
	}
	diff(t, "2", sp.keys("parentIssueId[]="+strconv.Itoa(num(sp.call("bot", "GET", "/api/v2/issues/TEST-1", nil).object(200)["id"]))))
	diff(t, "4", sp.keys("id[]="+strconv.Itoa(num(sp.call("bot", "GET", "/api/v2/issues/TEST-4", nil).object(200)["id"]))))
}

func TestIssueListRefuses(t *testing.T) {
	sp := newSpace(t)
	for _, query := range []string{
		"count=0", "count=101", "count=x", "offset=-1", "order=up", "sort=colour", "sort=customField_9", "hasDueDate=true", "hasDueDate=maybe",
		"parentChild=11", "parentChild=-1", "createdSince=yesterday", "statusId[]=open", "attachment=1", "customField_62_min=x",
	} {
		sp.call("bot", "GET", "/api/v2/issues?"+query, nil).fails(400, 7)
	}
	sp.call("bot", "GET", "/api/v2/issues?projectId[]=22", nil).fails(404, 6)
}

func TestListSpansJoinedProjectsOnly(t *testing.T) {
	sp := newSpace(t)
	sp.issue()
	sp.call("admin", "POST", "/api/v2/issues", form("projectId", "22", "summary", "s", "issueTypeId", "39", "priorityId", "3")).want(201)
	diff(t, 1, len(sp.call("bot", "GET", "/api/v2/issues", nil).list(200)))
	diff(t, 2, len(sp.call("admin", "GET", "/api/v2/issues", nil).list(200)))
	diff(t, 1, len(sp.call("bot", "GET", "/api/v2/space/activities", nil).list(200)))
	diff(t, 2, len(sp.call("admin", "GET", "/api/v2/space/activities", nil).list(200)))
}

func TestPagesAreCutAtTwentyAndHundred(t *testing.T) {
	sp := newSpace(t)
	for n := range 101 {
		sp.issue("summary", fmt.Sprint(n))
	}
	diff(t, 20, len(sp.call("bot", "GET", "/api/v2/issues", nil).list(200)))
	diff(t, 100, len(sp.call("bot", "GET", "/api/v2/issues?count=100", nil).list(200)))
	diff(t, 20, len(sp.call("bot", "GET", "/api/v2/space/activities", nil).list(200)))
}

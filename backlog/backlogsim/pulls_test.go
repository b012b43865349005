package backlogsim_test

import (
	"strings"
	"testing"

	"toban/backlog/backlogsim"
)

const pullsPath = "/api/v2/projects/TEST/git/repositories/infra/pullRequests"

// gitSpace has one repository and a pull request for the issue TEST-1.
func gitSpace(t *testing.T) *space {
	t.Helper()
	sp := newSpace(t, func(_ *backlogsim.Options, seed *backlogsim.Seed) {
		seed.Projects[0].Repositories = []backlogsim.SeedRepository{{ID: 91, Name: "infra", Description: "構成"}}
	})
	id := sp.issue()
	body := form("summary", "web01 を増強", "description", "台数を変更", "base", "main", "branch", "web01", "issueId", idOf(id), "assigneeId", "13", "notifiedUserId[]", "12")
	sp.call("customer", "POST", pullsPath, body).want(200)
	return sp
}

func TestRepositories(t *testing.T) {
	sp := gitSpace(t)
	list := sp.call("bot", "GET", "/api/v2/projects/TEST/git/repositories", nil).list(200)
	diff(t, []any{91.0, "infra", nil}, []any{get(list, 0, "id"), get(list, 0, "name"), get(list, 0, "pushedAt")})
	diff(t, "https://test.example/git/TEST/infra.git", get(list, 0, "httpUrl"))
	diff(t, "test@test.git.test.example:/TEST/infra.git", get(list, 0, "sshUrl"))
	err := sp.Push(backlogsim.Push{User: staffID, Project: "TEST", Repository: "app", Revisions: []backlogsim.Revision{{Rev: "abc", Comment: "直す"}}})
	if err != nil {
		t.Fatal(err)
	}
	diff(t, "2026-01-05T01:00:00Z", sp.call("bot", "GET", "/api/v2/projects/21/git/repositories/app", nil).object(200)["pushedAt"])
	feed := sp.call("bot", "GET", "/api/v2/projects/TEST/activities?count=2", nil).list(200)
	diff(t, []any{12.0, 13.0, 1.0, "refs/heads/main"}, []any{get(feed, 0, "type"), get(feed, 1, "type"), get(feed, 0, "content", "revision_count"), get(feed, 0, "content", "ref")})
	sp.call("bot", "GET", "/api/v2/projects/TEST/git/repositories/none", nil).fails(404, 6)
	sp.call("outsider", "GET", "/api/v2/projects/TEST/git/repositories", nil).fails(404, 6)
}

func TestPullRequestLife(t *testing.T) {
	sp := gitSpace(t)
	got := sp.call("bot", "GET", pullsPath+"/1", nil).object(200)
	diff(t, []any{1.0, "Open", "main", "web01", "TEST-1", "staff"}, []any{got["number"], get(got, "status", "name"), got["base"], got["branch"], get(got, "issue", "issueKey"), get(got, "assignee", "name")})
	sp.call("viewer", "PATCH", pullsPath+"/1", form("summary", "x")).fails(403, 5)
	sp.call("bot", "PATCH", pullsPath+"/1", form("assigneeId", "", "comment", "引き取ります")).want(200)
	diff(t, nil, sp.call("bot", "GET", pullsPath+"/1", nil).object(200)["assignee"])
	comments := sp.call("bot", "GET", pullsPath+"/1/comments", nil).list(200)
	diff(t, []any{"引き取ります", "assigner", "staff", nil}, []any{
		get(comments, 0, "content"), get(comments, 0, "changeLog", 0, "field"), get(comments, 0, "changeLog", 0, "originalValue"), get(comments, 0, "changeLog", 0, "newValue"),
	})
	m := sp.call("customer", "POST", pullsPath+"/1/comments", form("content", "お願いします", "notifiedUserId[]", "13")).object(200)
	sp.call("bot", "PATCH", pullsPath+"/1/comments/"+idOf(num(m["id"])), form("content", "x")).fails(403, 5) // somebody else's
	sp.call("customer", "PATCH", pullsPath+"/1/comments/"+idOf(num(m["id"])), form("content", "直した")).want(200)
	diff(t, 2.0, sp.call("bot", "GET", pullsPath+"/1/comments/count", nil).object(200)["count"])
	sp.call("staff", "POST", "/api/v2/stars", form("pullRequestCommentId", idOf(num(m["id"])))).want(204)
	sp.call("staff", "POST", "/api/v2/stars", form("pullRequestId", idOf(num(got["id"])))).want(204)
	notes := sp.call("staff", "GET", "/api/v2/notifications?order=asc", nil).list(200)
	diff(t, []any{10.0, nil, 1.0, 11.0, "直した"}, []any{
		get(notes, 0, "reason"), get(notes, 0, "issue"), get(notes, 0, "pullRequest", "number"), get(notes, 1, "reason"), get(notes, 1, "pullRequestComment", "content"),
	})
	if err := sp.MergePull(backlogsim.Merge{User: staffID, Project: "TEST", Repository: "infra", Number: 1}); err != nil {
		t.Fatal(err)
	}
	if err := sp.MergePull(backlogsim.Merge{User: staffID, Project: "TEST", Repository: "infra", Number: 1}); err == nil {
		t.Error("merged twice")
	}
	got = sp.call("bot", "GET", pullsPath+"/1", nil).object(200)
	diff(t, []any{"Merged", "2026-01-05T01:00:00Z"}, []any{get(got, "status", "name"), got["mergeAt"]})
	var types []float64
	for _, a := range sp.call("bot", "GET", "/api/v2/projects/TEST/activities?order=asc", nil).list(200) {
		types = append(types, get(a, "type").(float64))
	}
	diff(t, []float64{1, 18, 19, 20, 21}, types)
}

func TestPullRequestFilters(t *testing.T) {
	sp := gitSpace(t)
	sp.call("bot", "POST", pullsPath, form("summary", "二", "description", "d", "base", "main", "branch", "b2")).want(200)
	if err := sp.MergePull(backlogsim.Merge{User: staffID, Project: "TEST", Repository: "infra", Number: 2, Close: true}); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]int{
		"": 2, "?statusId[]=1": 1, "?statusId[]=2&statusId[]=3": 1, "?assigneeId[]=13": 1, "?assigneeId[]=12": 0, "?createdUserId[]=12": 1, "?count=1": 1, "?offset=2": 0, "?issueId[]=1": 0,
	} {
		diff(t, want, len(sp.call("bot", "GET", pullsPath+query, nil).list(200)))
	}
	diff(t, 1.0, sp.call("bot", "GET", pullsPath+"/count?statusId[]=2", nil).object(200)["count"])
	sp.call("bot", "GET", pullsPath+"?count=101", nil).fails(400, 7)
	sp.call("bot", "POST", pullsPath, form("summary", "s", "description", "d", "base", "main", "branch", "main")).fails(400, 7)
	sp.call("bot", "POST", pullsPath, form("summary", "s", "description", "d", "base", "main")).fails(400, 7)
}

func TestPullRequestFiles(t *testing.T) {
	sp := gitSpace(t)
	up := sp.upload("bot", "差分.txt", "+1").object(200)
	sp.call("bot", "POST", pullsPath+"/1/comments", form("content", "添付", "attachmentId[]", idOf(num(up["id"])))).want(200)
	files := sp.call("bot", "GET", pullsPath+"/1/attachments", nil).list(200)
	id := idOf(num(get(files, 0, "id")))
	r := sp.call("bot", "GET", pullsPath+"/1/attachments/"+id, nil)
	diff(t, "+1", r.Body)
	if !strings.Contains(r.Header.Get("Content-Disposition"), "filename*=UTF-8''%E5%B7%AE") {
		t.Errorf("disposition %q", r.Header.Get("Content-Disposition"))
	}
	sp.call("bot", "DELETE", pullsPath+"/1/attachments/"+id, nil).want(200)
	sp.call("bot", "GET", pullsPath+"/1/attachments/"+id, nil).fails(404, 6)
}

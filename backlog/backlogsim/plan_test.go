package backlogsim_test

import (
	"strings"
	"testing"

	"toban/backlog/backlogsim"
)

func planSpace(t *testing.T, p backlogsim.SeedPlan) *space {
	t.Helper()
	return newSpace(t, func(_ *backlogsim.Options, seed *backlogsim.Seed) { seed.Plan = p })
}

func TestPlanLimits(t *testing.T) {
	sp := planSpace(t, backlogsim.SeedPlan{
		IssueLimit: 2, CommentLimit: 1, ProjectLimit: 2, UserLimit: 8, VersionLimit: 1, CategoryLimit: 2, CustomFieldsLimit: 6, FilesLimit: 1, FileLimit: 4, RelatedIssuesLimit: 1,
	})
	first := sp.issue()
	second := sp.issue()
	sp.call("customer", "POST", "/api/v2/issues", form("projectId", "21", "summary", "三", "issueTypeId", "31", "priorityId", "3")).fails(400, 9)
	sp.call("bot", "POST", "/api/v2/issues/TEST-1/comments", form("content", "一")).want(201)
	sp.call("bot", "POST", "/api/v2/issues/TEST-1/comments", form("content", "二")).fails(400, 9)
	sp.call("admin", "POST", "/api/v2/projects", form("name", "n", "key", "N", "chartEnabled", "false", "subtaskingEnabled", "false", "textFormattingRule", "markdown")).fails(400, 9)
	sp.call("admin", "POST", "/api/v2/users", form("userId", "u", "password", "p", "name", "n", "mailAddress", "u@example.com", "roleType", "2")).fails(400, 9)
	sp.call("bot", "POST", "/api/v2/projects/TEST/versions", form("name", "2月")).fails(400, 9)
	sp.call("bot", "POST", "/api/v2/projects/TEST/categories", form("name", "DB")).fails(400, 9)
	sp.call("bot", "POST", "/api/v2/projects/TEST/customFields", form("typeId", "1", "name", "x")).fails(400, 9)
	sp.upload("bot", "a.txt", "12345").fails(413, 10)
	a, b := idOf(num(sp.upload("bot", "a.txt", "1234").object(200)["id"])), idOf(num(sp.upload("bot", "b.txt", "1").object(200)["id"]))
	sp.call("bot", "PATCH", "/api/v2/issues/TEST-2", form("attachmentId[]", a)).want(200)
	sp.call("bot", "PATCH", "/api/v2/issues/TEST-2", form("attachmentId[]", b)).fails(400, 9)
	sp.call("bot", "POST", "/api/v2/issues/TEST-1/relatedIssues", form("targetIssueId", idOf(second))).want(200)
	sp.call("bot", "POST", "/api/v2/issues/TEST-1/relatedIssues", form("targetIssueId", idOf(first))).want(200) // itself: nothing is added
	got := sp.call("bot", "GET", "/api/v2/space/licence", nil).object(200)
	diff(t, []any{2.0, 1.0, 4.0, 1.0, 6.0, true}, []any{got["issueLimit"], got["commentLimit"], got["attachmentLimitPerFile"], got["attachmentNumLimit"], got["attributeLimit"], got["attribute"]})
}

func TestPlanWithoutFeatures(t *testing.T) {
	sp := planSpace(t, backlogsim.SeedPlan{Without: []string{"attribute", "parentChildIssue", "git", "fileSharing", "wikiAttachment"}})
	parent := sp.issue()
	sp.call("bot", "POST", "/api/v2/projects/TEST/customFields", form("typeId", "1", "name", "x")).fails(403, 2)
	sp.call("customer", "POST", "/api/v2/issues", form("projectId", "21", "summary", "子", "issueTypeId", "31", "priorityId", "3", "parentIssueId", idOf(parent))).fails(403, 2)
	sp.call("bot", "GET", "/api/v2/projects/TEST/git/repositories", nil).fails(403, 2)
	sp.call("bot", "GET", "/api/v2/projects/TEST/files/metadata/", nil).fails(403, 2)
	diff(t, false, sp.call("bot", "GET", "/api/v2/projects/TEST", nil).object(200)["useFileSharing"])
	if err := backlogsim.New(backlogsim.Options{}).Load(backlogsim.Seed{Plan: backlogsim.SeedPlan{Without: []string{"x"}}}); err == nil || !strings.Contains(err.Error(), "parentChildIssue") {
		t.Errorf("error %v does not say what is allowed", err)
	}
}

func TestSpaceIsFull(t *testing.T) {
	sp := planSpace(t, backlogsim.SeedPlan{StorageLimit: 10})
	sp.upload("bot", "a.txt", "12345678").want(200)
	sp.upload("bot", "b.txt", "123").fails(400, 8)
	sp.SetChoices(backlogsim.Choices{Statuses: map[int]int{8: 507}})
	sp.upload("bot", "b.txt", "123").fails(507, 8)
	sp.upload("bot", "b.txt", "12").want(200)
}

func TestRefusalsBeforeTheCall(t *testing.T) {
	planSpace(t, backlogsim.SeedPlan{Expired: true}).call("bot", "GET", "/api/v2/space", nil).fails(403, 3)
	planSpace(t, backlogsim.SeedPlan{Addresses: []string{"198.51.100.0/24"}}).call("bot", "GET", "/api/v2/space", nil).fails(403, 4)
	planSpace(t, backlogsim.SeedPlan{Addresses: []string{"192.0.2.0/24"}}).call("bot", "GET", "/api/v2/space", nil).want(200) // where RoundTripper comes from
	sp := newSpace(t, func(_ *backlogsim.Options, seed *backlogsim.Seed) { seed.Users[1].NeedsMFA = true })
	sp.call("bot", "GET", "/api/v2/space", nil).fails(401, 12)
	sp.call("staff", "GET", "/api/v2/space", nil).want(200)
}

func TestNewPlanCannotWritePeople(t *testing.T) {
	sp := newSpace(t, func(_ *backlogsim.Options, seed *backlogsim.Seed) { seed.Choices.NewPlan = true })
	sp.call("admin", "POST", "/api/v2/users", form("userId", "u", "password", "p", "name", "n", "mailAddress", "u@example.com", "roleType", "2")).fails(403, 2)
	sp.call("admin", "PATCH", "/api/v2/users/13", form("name", "n")).fails(403, 2)
	sp.call("admin", "DELETE", "/api/v2/users/13", nil).fails(403, 2)
	sp.call("admin", "POST", "/api/v2/teams", form("name", "t")).fails(403, 2)
	sp.call("staff", "POST", "/api/v2/teams", form("name", "t")).fails(403, 5)
}

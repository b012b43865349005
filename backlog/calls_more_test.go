package backlog_test

import (
	"context"
	"io"
	"net/url"
	"strings"

	"toban/backlog"
)

func documentCalls() []apiCall {
	type cl = *backlog.Client
	return []apiCall{
		{"GetDocuments", func(x context.Context, c cl) error { return drop(c.GetDocuments(x, nil)) }, "GET /documents?offset=0", nil},
		{"GetDocuments with options", func(x context.Context, c cl) error {
			return drop(c.GetDocuments(x, &backlog.GetDocumentsOptions{ProjectIDs: []backlog.ID{1}, Keyword: "手順", Sort: backlog.SortUpdated, Offset: 20, Count: 100}))
		}, "GET /documents?count=100&keyword=手順&offset=20&projectId[]=1&sort=updated", nil},
		{"GetDocumentCount", func(x context.Context, c cl) error { return drop(c.GetDocumentCount(x, "OPS")) }, "GET /documents/count?projectIdOrKey=OPS", nil},
		{"GetDocumentTree", func(x context.Context, c cl) error { return drop(c.GetDocumentTree(x, "OPS")) }, "GET /documents/tree?projectIdOrKey=OPS", nil},
		{"GetDocument", func(x context.Context, c cl) error { return drop(c.GetDocument(x, "0af1")) }, "GET /documents/0af1", nil},
		{"CreateDocument", func(x context.Context, c cl) error {
			return drop(c.CreateDocument(x, &backlog.CreateDocumentInput{ProjectID: 1, Title: "手順", Content: "# a", ParentID: "0af1", AddLast: true}))
		}, "POST /documents", url.Values{"projectId": {"1"}, "title": {"手順"}, "content": {"# a"}, "parentId": {"0af1"}, "addLast": {"true"}}},
		{"DeleteDocument", func(x context.Context, c cl) error { return drop(c.DeleteDocument(x, "0af1")) }, "DELETE /documents/0af1", nil},
		{"GetDocumentComments", func(x context.Context, c cl) error { return drop(c.GetDocumentComments(x, "0af1")) }, "GET /documents/0af1/comments", nil},
		{"AddDocumentTags", func(x context.Context, c cl) error { return drop(c.AddDocumentTags(x, "0af1", []string{"a", "b"})) }, "POST /documents/0af1/tags", url.Values{"tagNames[]": {"a", "b"}}},
		{"DeleteDocumentTags", func(x context.Context, c cl) error { return c.DeleteDocumentTags(x, "0af1", []string{"a"}) }, "DELETE /documents/0af1/tags?tagNames[]=a", nil},
		{"GetDocumentAttachment", func(x context.Context, c cl) error { return c.GetDocumentAttachment(x, "0af1", 3, io.Discard) }, "GET /documents/0af1/attachments/3", nil},
	}
}

func gitCalls() []apiCall {
	type cl = *backlog.Client
	const pulls = "/projects/OPS/git/repositories/infra/pullRequests"
	return []apiCall{
		{"GetGitRepositories", func(x context.Context, c cl) error { return drop(c.GetGitRepositories(x, "OPS")) }, "GET /projects/OPS/git/repositories", nil},
		{"GetGitRepository", func(x context.Context, c cl) error { return drop(c.GetGitRepository(x, "OPS", "infra")) }, "GET /projects/OPS/git/repositories/infra", nil},
		{"GetPullRequests", func(x context.Context, c cl) error {
			return drop(c.GetPullRequests(x, "OPS", "infra", &backlog.GetPullRequestsOptions{StatusIDs: []backlog.ID{backlog.PullRequestOpen}, Count: 5}))
		}, "GET " + pulls + "?count=5&statusId[]=1", nil},
		{"GetPullRequestsCount", func(x context.Context, c cl) error { return drop(c.GetPullRequestsCount(x, "OPS", "infra", nil)) }, "GET " + pulls + "/count", nil},
		{"GetPullRequest", func(x context.Context, c cl) error { return drop(c.GetPullRequest(x, "OPS", "infra", 4)) }, "GET " + pulls + "/4", nil},
		{"CreatePullRequest", func(x context.Context, c cl) error {
			return drop(c.CreatePullRequest(x, "OPS", "infra", &backlog.CreatePullRequestInput{Summary: "s", Description: "d", Base: "main", Branch: "b", IssueID: 3}))
		}, "POST " + pulls, url.Values{"summary": {"s"}, "description": {"d"}, "base": {"main"}, "branch": {"b"}, "issueId": {"3"}}},
		{"UpdatePullRequest", func(x context.Context, c cl) error {
			return drop(c.UpdatePullRequest(x, "OPS", "infra", 4, &backlog.UpdatePullRequestInput{AssigneeID: backlog.Clear[backlog.ID](), Comment: "c"}))
		}, "PATCH " + pulls + "/4", url.Values{"assigneeId": {""}, "comment": {"c"}}},
		{"GetPullRequestComments", func(x context.Context, c cl) error {
			return drop(c.GetPullRequestComments(x, "OPS", "infra", 4, &backlog.GetIssueCommentsOptions{MinID: 9}))
		}, "GET " + pulls + "/4/comments?minId=9", nil},
		{"GetPullRequestCommentsCount", func(x context.Context, c cl) error { return drop(c.GetPullRequestCommentsCount(x, "OPS", "infra", 4)) }, "GET " + pulls + "/4/comments/count", nil},
		{"CreatePullRequestComment", func(x context.Context, c cl) error {
			return drop(c.CreatePullRequestComment(x, "OPS", "infra", 4, &backlog.CreatePullRequestCommentInput{Content: "c"}))
		}, "POST " + pulls + "/4/comments", url.Values{"content": {"c"}}},
		{"UpdatePullRequestComment", func(x context.Context, c cl) error {
			return drop(c.UpdatePullRequestComment(x, "OPS", "infra", 4, 8, "c"))
		}, "PATCH " + pulls + "/4/comments/8", url.Values{"content": {"c"}}},
		{"GetPullRequestAttachments", func(x context.Context, c cl) error { return drop(c.GetPullRequestAttachments(x, "OPS", "infra", 4)) }, "GET " + pulls + "/4/attachments", nil},
		{"GetPullRequestAttachment", func(x context.Context, c cl) error {
			return c.GetPullRequestAttachment(x, "OPS", "infra", 4, 8, io.Discard)
		}, "GET " + pulls + "/4/attachments/8", nil},
		{"DeletePullRequestAttachment", func(x context.Context, c cl) error {
			return drop(c.DeletePullRequestAttachment(x, "OPS", "infra", 4, 8))
		}, "DELETE " + pulls + "/4/attachments/8", nil},
	}
}

func classicCalls() []apiCall {
	type cl = *backlog.Client
	return []apiCall{
		{"CreateUser", func(x context.Context, c cl) error {
			return drop(c.CreateUser(x, &backlog.CreateUserInput{UserID: "u", Password: "p", Name: "n", MailAddress: "u@example.com", RoleType: backlog.RoleNormal}))
		}, "POST /users", url.Values{"userId": {"u"}, "password": {"p"}, "name": {"n"}, "mailAddress": {"u@example.com"}, "roleType": {"2"}}},
		{"UpdateUser", func(x context.Context, c cl) error {
			return drop(c.UpdateUser(x, 5, &backlog.UpdateUserInput{RoleType: backlog.Set(backlog.RoleViewer)}))
		}, "PATCH /users/5", url.Values{"roleType": {"4"}}},
		{"DeleteUser", func(x context.Context, c cl) error { return drop(c.DeleteUser(x, 5)) }, "DELETE /users/5", nil},
		{"CreateTeam", func(x context.Context, c cl) error {
			return drop(c.CreateTeam(x, &backlog.CreateTeamInput{Name: "運用", Members: []backlog.ID{1, 2}}))
		}, "POST /teams", url.Values{"name": {"運用"}, "members[]": {"1", "2"}}},
		{"UpdateTeam", func(x context.Context, c cl) error {
			return drop(c.UpdateTeam(x, 3, &backlog.UpdateTeamInput{Members: backlog.Clear[[]backlog.ID]()}))
		}, "PATCH /teams/3", url.Values{"members[]": {""}}},
		{"DeleteTeam", func(x context.Context, c cl) error { return drop(c.DeleteTeam(x, 3)) }, "DELETE /teams/3", nil},
		{"AddProjectTeam", func(x context.Context, c cl) error { return drop(c.AddProjectTeam(x, "OPS", 3)) }, "POST /projects/OPS/teams", url.Values{"teamId": {"3"}}},
		{"DeleteProjectTeam", func(x context.Context, c cl) error { return drop(c.DeleteProjectTeam(x, "OPS", 3)) }, "DELETE /projects/OPS/teams?teamId=3", nil},
		{"GetRelatedIssues", func(x context.Context, c cl) error { return drop(c.GetRelatedIssues(x, "OPS-1")) }, "GET /issues/OPS-1/relatedIssues", nil},
		{"AddRelatedIssue", func(x context.Context, c cl) error { return drop(c.AddRelatedIssue(x, "OPS-1", 7)) }, "POST /issues/OPS-1/relatedIssues", url.Values{"targetIssueId": {"7"}}},
		{"DeleteRelatedIssue", func(x context.Context, c cl) error { return drop(c.DeleteRelatedIssue(x, "OPS-1", 7)) }, "DELETE /issues/OPS-1/relatedIssues/7", nil},
		{"GetIssueWithChildren", func(x context.Context, c cl) error { return drop(c.GetIssueWithChildren(x, "OPS-1")) }, "GET /issues/OPS-1?expand[]=childIssueSummary", nil},
		{"GetRecentlyViewedIssues", func(x context.Context, c cl) error {
			return drop(c.GetRecentlyViewedIssues(x, &backlog.GetRecentlyViewedOptions{Count: 5}))
		}, "GET /users/myself/recentlyViewedIssues?count=5", nil},
		{"GetRecentlyViewedProjects", func(x context.Context, c cl) error { return drop(c.GetRecentlyViewedProjects(x, nil)) }, "GET /users/myself/recentlyViewedProjects", nil},
		{"GetRecentlyViewedWikis", func(x context.Context, c cl) error { return drop(c.GetRecentlyViewedWikis(x, nil)) }, "GET /users/myself/recentlyViewedWikis", nil},
		{"AddRecentlyViewedIssue", func(x context.Context, c cl) error { return drop(c.AddRecentlyViewedIssue(x, "OPS-1")) }, "POST /users/myself/recentlyViewedIssues", url.Values{"issueIdOrKey": {"OPS-1"}}},
		{"AddRecentlyViewedWiki", func(x context.Context, c cl) error { return drop(c.AddRecentlyViewedWiki(x, 7)) }, "POST /users/myself/recentlyViewedWikis", url.Values{"wikiId": {"7"}}},
		{"GetSharedFiles", func(x context.Context, c cl) error {
			return drop(c.GetSharedFiles(x, "OPS", "/手順/2026/", &backlog.GetSharedFilesOptions{Count: 1000}))
		}, "GET /projects/OPS/files/metadata/%E6%89%8B%E9%A0%86/2026?count=1000", nil},
		{"GetSharedFile", func(x context.Context, c cl) error { return c.GetSharedFile(x, "OPS", 3, io.Discard) }, "GET /projects/OPS/files/3", nil},
		{"CreateWikiSharedFiles", func(x context.Context, c cl) error { return drop(c.CreateWikiSharedFiles(x, 7, []backlog.ID{3})) }, "POST /wikis/7/sharedFiles", url.Values{"fileId[]": {"3"}}},
		{"DeleteWikiSharedFile", func(x context.Context, c cl) error { return drop(c.DeleteWikiSharedFile(x, 7, 3)) }, "DELETE /wikis/7/sharedFiles/3", nil},
	}
}

func uploadCalls() []apiCall {
	return []apiCall{
		{"CreateIssue", func(x context.Context, c *backlog.Client) error {
			return drop(c.CreateIssue(x, &backlog.CreateIssueInput{ProjectID: 1, Summary: "s", IssueTypeID: 2, PriorityID: backlog.PriorityLow, ParentIssueID: 9}))
		}, "POST /issues", url.Values{"projectId": {"1"}, "summary": {"s"}, "issueTypeId": {"2"}, "priorityId": {"4"}, "parentIssueId": {"9"}}},
		{"UpdateIssue", func(x context.Context, c *backlog.Client) error {
			return drop(c.UpdateIssue(x, "OPS-1", &backlog.UpdateIssueInput{ParentIssueID: backlog.Clear[backlog.ID]()}))
		}, "PATCH /issues/OPS-1", url.Values{"parentIssueId": {""}}},
		{"GetIssueAttachment", func(x context.Context, c *backlog.Client) error {
			return c.GetIssueAttachment(x, "OPS-1", 3, io.Discard)
		}, "GET /issues/OPS-1/attachments/3", nil},
		{"UploadAttachment", func(x context.Context, c *backlog.Client) error {
			return drop(c.UploadAttachment(x, "a.txt", strings.NewReader("a")))
		}, "POST /space/attachment", nil},
	}
}

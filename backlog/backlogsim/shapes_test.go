package backlogsim_test

import "testing"

// TestShapes compares whole answers with golden files, which were read against the examples on the pages of the API.
func TestShapes(t *testing.T) {
	sp := newSpace(t)
	sp.call("customer", "POST", "/api/v2/issues", form(
		"projectId", "21", "summary", "web01 が応答しません", "issueTypeId", "32", "priorityId", "2", "description", "* 概要", "dueDate", "2026-01-09",
		"estimatedHours", "1.5", "categoryId[]", "42", "milestoneId[]", "51", "assigneeId", "13", "notifiedUserId[]", "12",
		"customField_61", "web01", "customField_62", "2", "customField_63", "2026-01-10", "customField_64", "1", "customField_65", "1", "customField_65", "3",
		"customField_66", "1", "customField_66_otherValue", "一部",
	)).want(201)
	sp.issue()
	sp.call("bot", "PATCH", "/api/v2/issues/TEST-1", form("statusId", "2", "comment", "確認します", "notifiedUserId[]", "14")).want(200)
	sp.call("bot", "PATCH", "/api/v2/issues/TEST-1", form("dueDate", "", "resolutionId", "0")).want(200)
	sp.call("customer", "POST", "/api/v2/issues/TEST-1/comments", form("content", "ありがとうございます")).want(201)
	sp.call("bot", "POST", "/api/v2/wikis", form("projectId", "21", "name", "SLA/2026/01[月次]", "content", "* 報告")).want(201)
	sp.call("bot", "POST", "/api/v2/projects/TEST/webhooks", form("name", "toban", "hookUrl", "https://bot.example/hooks/secret", "activityTypeIds[]", "1", "activityTypeIds[]", "2")).want(200)
	sp.call("staff", "POST", "/api/v2/watchings", form("issueIdOrKey", "TEST-1", "note", "気になる")).want(201)
	for name, path := range map[string]string{
		"space": "space", "myself": "users/myself", "customer": "users/14", "project": "projects/TEST", "statuses": "projects/TEST/statuses",
		"issue_types": "projects/TEST/issueTypes", "categories": "projects/TEST/categories", "versions": "projects/21/versions",
		"custom_fields": "projects/TEST/customFields", "webhooks": "projects/TEST/webhooks", "administrators": "projects/TEST/administrators",
		"priorities": "priorities", "resolutions": "resolutions",
		"issue": "issues/TEST-1?expand[]=childIssueSummary", "issue_bare": "issues/TEST-2", "issue_count": "issues/count?projectId[]=21",
		"comments": "issues/TEST-1/comments?order=asc", "comment_count": "issues/TEST-1/comments/count",
		"wikis": "wikis?projectIdOrKey=TEST", "wiki_tags": "wikis/tags?projectIdOrKey=TEST", "notifications": "notifications",
		"activities": "projects/TEST/activities?order=asc", "activity": "activities/3",
	} {
		t.Run(name, func(t *testing.T) {
			r := sp.call("bot", "GET", "/api/v2/"+path, nil)
			r.want(200)
			if got := r.Header.Get("Content-Type"); got != "application/json;charset=utf-8" {
				t.Errorf("content type %q", got)
			}
			golden(t, name, r.Body)
		})
	}
	golden(t, "rate_limit", newSpace(t).call("bot", "GET", "/api/v2/rateLimit", nil).Body)
	golden(t, "watchings", sp.call("staff", "GET", "/api/v2/users/13/watchings", nil).Body)
}

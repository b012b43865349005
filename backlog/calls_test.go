package backlog_test

import (
	"context"
	"io"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"toban/backlog"
)

// apiCall is one method of the client and the request that it has to make:
// "METHOD /path?query" and the form.
type apiCall struct {
	name string
	do   func(context.Context, *backlog.Client) error
	want string
	form url.Values
}

// drop forgets the value of a call.
func drop[T any](_ T, err error) error { return err }

// allCalls are the calls of every method but those that upload files.
func allCalls() []apiCall {
	return slices.Concat(spaceCalls(), projectCalls(), issueCalls(), wikiCalls(), personCalls(), documentCalls(), gitCalls(), classicCalls(), uploadCalls())
}

func TestCalls(t *testing.T) {
	for _, tc := range allCalls() {
		t.Run(tc.name, func(t *testing.T) {
			body := `{"count":0}`
			// Lists are told by the first attempt: an array does not fit the others.
			for _, body = range []string{body, `[]`} {
				c, f := newFake(t, always(200, body))
				err := tc.do(t.Context(), c)
				r := f.requests()[0]
				got := r.Method + " " + r.Path
				if len(r.Query) > 0 {
					q, err := url.QueryUnescape(r.Query.Encode())
					if err != nil {
						t.Fatal(err)
					}
					got += "?" + q
				}
				form := r.Form
				if len(form) == 0 {
					form = nil
				}
				if diff := cmp.Diff(tc.want, got); diff != "" {
					t.Errorf("request (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(tc.form, form); diff != "" {
					t.Errorf("form (-want +got):\n%s", diff)
				}
				if err == nil {
					return
				}
			}
			t.Error("neither an object nor an array satisfies the call")
		})
	}
}

func spaceCalls() []apiCall {
	type cl = *backlog.Client
	return []apiCall{
		{"GetSpace", func(x context.Context, c cl) error { return drop(c.GetSpace(x)) }, "GET /space", nil},
		{"GetLicence", func(x context.Context, c cl) error { return drop(c.GetLicence(x)) }, "GET /space/licence", nil},
		{"GetSpaceNotification", func(x context.Context, c cl) error { return drop(c.GetSpaceNotification(x)) }, "GET /space/notification", nil},
		{"UpdateSpaceNotification", func(x context.Context, c cl) error { return drop(c.UpdateSpaceNotification(x, "")) }, "PUT /space/notification", url.Values{"content": {""}}},
		{"GetSpaceDiskUsage", func(x context.Context, c cl) error { return drop(c.GetSpaceDiskUsage(x)) }, "GET /space/diskUsage", nil},
		{"GetRateLimit", func(x context.Context, c cl) error { return drop(c.GetRateLimit(x)) }, "GET /rateLimit", nil},
		{"GetPriorities", func(x context.Context, c cl) error { return drop(c.GetPriorities(x)) }, "GET /priorities", nil},
		{"GetResolutions", func(x context.Context, c cl) error { return drop(c.GetResolutions(x)) }, "GET /resolutions", nil},
		{"GetSpaceActivities", func(x context.Context, c cl) error {
			return drop(c.GetSpaceActivities(x, &backlog.GetActivitiesOptions{TypeIDs: []backlog.ActivityType{1, 14}, MinID: 5, Count: 100, Order: backlog.OrderAsc}))
		}, "GET /space/activities?activityTypeId[]=1&activityTypeId[]=14&count=100&minId=5&order=asc", nil},
		{"GetProjectActivities", func(x context.Context, c cl) error { return drop(c.GetProjectActivities(x, "OPS", nil)) }, "GET /projects/OPS/activities", nil},
		{"GetUserActivities", func(x context.Context, c cl) error { return drop(c.GetUserActivities(x, 5, nil)) }, "GET /users/5/activities", nil},
		{"GetActivity", func(x context.Context, c cl) error { return drop(c.GetActivity(x, 7)) }, "GET /activities/7", nil},
		{"GetSpaceIcon", func(x context.Context, c cl) error { return c.GetSpaceIcon(x, io.Discard) }, "GET /space/image", nil},
		{"GetProjectIcon", func(x context.Context, c cl) error { return c.GetProjectIcon(x, "OPS", io.Discard) }, "GET /projects/OPS/image", nil},
		{"GetUserIcon", func(x context.Context, c cl) error { return c.GetUserIcon(x, 5, io.Discard) }, "GET /users/5/icon", nil},
		{"GetTeamIcon", func(x context.Context, c cl) error { return c.GetTeamIcon(x, 5, io.Discard) }, "GET /teams/5/icon", nil},
		{"GetTeams", func(x context.Context, c cl) error { return drop(c.GetTeams(x, nil)) }, "GET /teams", nil},
		{"GetTeam", func(x context.Context, c cl) error { return drop(c.GetTeam(x, 3)) }, "GET /teams/3", nil},
		{"GetProjectTeams", func(x context.Context, c cl) error { return drop(c.GetProjectTeams(x, "OPS")) }, "GET /projects/OPS/teams", nil},
	}
}

func projectCalls() []apiCall {
	type cl = *backlog.Client
	return []apiCall{
		{"GetProjects", func(x context.Context, c cl) error {
			return drop(c.GetProjects(x, &backlog.GetProjectsOptions{Archived: backlog.Set(false)}))
		}, "GET /projects?archived=false", nil},
		{"GetProject", func(x context.Context, c cl) error { return drop(c.GetProject(x, "OPS")) }, "GET /projects/OPS", nil},
		{"CreateProject", func(x context.Context, c cl) error {
			return drop(c.CreateProject(x, &backlog.CreateProjectInput{Name: "運用", Key: "OPS", TextFormattingRule: backlog.FormatMarkdown}))
		}, "POST /projects", url.Values{"name": {"運用"}, "key": {"OPS"}, "chartEnabled": {"false"}, "subtaskingEnabled": {"false"}, "textFormattingRule": {"markdown"}}},
		{"UpdateProject", func(x context.Context, c cl) error {
			return drop(c.UpdateProject(x, "OPS", &backlog.UpdateProjectInput{Archived: backlog.Set(true)}))
		}, "PATCH /projects/OPS", url.Values{"archived": {"true"}}},
		{"DeleteProject", func(x context.Context, c cl) error { return drop(c.DeleteProject(x, "OPS")) }, "DELETE /projects/OPS", nil},
		{"GetProjectUsers", func(x context.Context, c cl) error { return drop(c.GetProjectUsers(x, "OPS", nil)) }, "GET /projects/OPS/users", nil},
		{"AddProjectUser", func(x context.Context, c cl) error { return drop(c.AddProjectUser(x, "OPS", 5)) }, "POST /projects/OPS/users", url.Values{"userId": {"5"}}},
		{"DeleteProjectUser", func(x context.Context, c cl) error { return drop(c.DeleteProjectUser(x, "OPS", 5)) }, "DELETE /projects/OPS/users?userId=5", nil},
		{"GetProjectAdministrators", func(x context.Context, c cl) error { return drop(c.GetProjectAdministrators(x, "OPS")) }, "GET /projects/OPS/administrators", nil},
		{"AddProjectAdministrator", func(x context.Context, c cl) error { return drop(c.AddProjectAdministrator(x, "OPS", 5)) }, "POST /projects/OPS/administrators", url.Values{"userId": {"5"}}},
		{"DeleteProjectAdministrator", func(x context.Context, c cl) error { return drop(c.DeleteProjectAdministrator(x, "OPS", 5)) }, "DELETE /projects/OPS/administrators?userId=5", nil},
		{"GetProjectDiskUsage", func(x context.Context, c cl) error { return drop(c.GetProjectDiskUsage(x, "OPS")) }, "GET /projects/OPS/diskUsage", nil},
		{"GetStatuses", func(x context.Context, c cl) error { return drop(c.GetStatuses(x, "OPS")) }, "GET /projects/OPS/statuses", nil},
		{"CreateStatus", func(x context.Context, c cl) error {
			return drop(c.CreateStatus(x, "OPS", &backlog.CreateStatusInput{Name: "待ち", Color: "#3b9dbd"}))
		}, "POST /projects/OPS/statuses", url.Values{"name": {"待ち"}, "color": {"#3b9dbd"}}},
		{"UpdateStatus", func(x context.Context, c cl) error {
			return drop(c.UpdateStatus(x, "OPS", 9, &backlog.UpdateStatusInput{Name: backlog.Set("保留")}))
		}, "PATCH /projects/OPS/statuses/9", url.Values{"name": {"保留"}}},
		{"DeleteStatus", func(x context.Context, c cl) error { return drop(c.DeleteStatus(x, "OPS", 9, 1)) }, "DELETE /projects/OPS/statuses/9?substituteStatusId=1", nil},
		{"SortStatuses", func(x context.Context, c cl) error {
			return drop(c.SortStatuses(x, "OPS", []backlog.ID{1, 9, 2, 3, 4}))
		}, "PATCH /projects/OPS/statuses/updateDisplayOrder", url.Values{"statusId[]": {"1", "9", "2", "3", "4"}}},
		{"GetIssueTypes", func(x context.Context, c cl) error { return drop(c.GetIssueTypes(x, "OPS")) }, "GET /projects/OPS/issueTypes", nil},
		{"CreateIssueType", func(x context.Context, c cl) error {
			return drop(c.CreateIssueType(x, "OPS", &backlog.CreateIssueTypeInput{Name: "障害", Color: "#e30000"}))
		}, "POST /projects/OPS/issueTypes", url.Values{"name": {"障害"}, "color": {"#e30000"}}},
		{"UpdateIssueType", func(x context.Context, c cl) error {
			return drop(c.UpdateIssueType(x, "OPS", 3, &backlog.UpdateIssueTypeInput{TemplateSummary: backlog.Clear[string]()}))
		}, "PATCH /projects/OPS/issueTypes/3", url.Values{"templateSummary": {""}}},
		{"DeleteIssueType", func(x context.Context, c cl) error { return drop(c.DeleteIssueType(x, "OPS", 3, 4)) }, "DELETE /projects/OPS/issueTypes/3?substituteIssueTypeId=4", nil},
		{"GetCategories", func(x context.Context, c cl) error { return drop(c.GetCategories(x, "OPS")) }, "GET /projects/OPS/categories", nil},
		{"CreateCategory", func(x context.Context, c cl) error { return drop(c.CreateCategory(x, "OPS", "DB")) }, "POST /projects/OPS/categories", url.Values{"name": {"DB"}}},
		{"UpdateCategory", func(x context.Context, c cl) error { return drop(c.UpdateCategory(x, "OPS", 2, "網")) }, "PATCH /projects/OPS/categories/2", url.Values{"name": {"網"}}},
		{"DeleteCategory", func(x context.Context, c cl) error { return drop(c.DeleteCategory(x, "OPS", 2)) }, "DELETE /projects/OPS/categories/2", nil},
		{"GetVersions", func(x context.Context, c cl) error { return drop(c.GetVersions(x, "OPS")) }, "GET /projects/OPS/versions", nil},
		{"CreateVersion", func(x context.Context, c cl) error {
			return drop(c.CreateVersion(x, "OPS", &backlog.CreateVersionInput{Name: "6月", ReleaseDueDate: backlog.NewDate(2026, 6, 30)}))
		}, "POST /projects/OPS/versions", url.Values{"name": {"6月"}, "releaseDueDate": {"2026-06-30"}}},
		{"UpdateVersion", func(x context.Context, c cl) error {
			return drop(c.UpdateVersion(x, "OPS", 2, &backlog.UpdateVersionInput{Name: "6月", Archived: backlog.Set(true)}))
		}, "PATCH /projects/OPS/versions/2", url.Values{"name": {"6月"}, "archived": {"true"}}},
		{"DeleteVersion", func(x context.Context, c cl) error { return drop(c.DeleteVersion(x, "OPS", 2)) }, "DELETE /projects/OPS/versions/2", nil},
		{"GetCustomFields", func(x context.Context, c cl) error { return drop(c.GetCustomFields(x, "OPS")) }, "GET /projects/OPS/customFields", nil},
		{"CreateCustomField", func(x context.Context, c cl) error {
			return drop(c.CreateCustomField(x, "OPS", &backlog.CreateCustomFieldInput{TypeID: backlog.FieldRadio, Name: "環境", Required: true, Items: []string{"本番", "検証"}, AllowInput: backlog.Set(false)}))
		}, "POST /projects/OPS/customFields", url.Values{"typeId": {"8"}, "name": {"環境"}, "required": {"true"}, "items[]": {"本番", "検証"}, "allowInput": {"false"}}},
		{"UpdateCustomField", func(x context.Context, c cl) error {
			return drop(c.UpdateCustomField(x, "OPS", 2, &backlog.UpdateCustomFieldInput{ApplicableIssueTypes: backlog.Clear[[]backlog.ID]()}))
		}, "PATCH /projects/OPS/customFields/2", url.Values{"applicableIssueTypes[]": {""}}},
		{"DeleteCustomField", func(x context.Context, c cl) error { return drop(c.DeleteCustomField(x, "OPS", 2)) }, "DELETE /projects/OPS/customFields/2", nil},
		{"CreateCustomFieldItem", func(x context.Context, c cl) error { return drop(c.CreateCustomFieldItem(x, "OPS", 2, "開発")) }, "POST /projects/OPS/customFields/2/items", url.Values{"name": {"開発"}}},
		{"UpdateCustomFieldItem", func(x context.Context, c cl) error { return drop(c.UpdateCustomFieldItem(x, "OPS", 2, 3, "開発")) }, "PATCH /projects/OPS/customFields/2/items/3", url.Values{"name": {"開発"}}},
		{"DeleteCustomFieldItem", func(x context.Context, c cl) error { return drop(c.DeleteCustomFieldItem(x, "OPS", 2, 3)) }, "DELETE /projects/OPS/customFields/2/items/3", nil},
		{"GetWebhooks", func(x context.Context, c cl) error { return drop(c.GetWebhooks(x, "OPS")) }, "GET /projects/OPS/webhooks", nil},
		{"GetWebhook", func(x context.Context, c cl) error { return drop(c.GetWebhook(x, "OPS", 4)) }, "GET /projects/OPS/webhooks/4", nil},
		{"CreateWebhook", func(x context.Context, c cl) error {
			return drop(c.CreateWebhook(x, "OPS", &backlog.CreateWebhookInput{Name: "当番", HookURL: "https://bot.example/x", ActivityTypeIDs: []backlog.ActivityType{1, 2}}))
		}, "POST /projects/OPS/webhooks", url.Values{"name": {"当番"}, "hookUrl": {"https://bot.example/x"}, "activityTypeIds[]": {"1", "2"}}},
		{"UpdateWebhook", func(x context.Context, c cl) error {
			return drop(c.UpdateWebhook(x, "OPS", 4, &backlog.UpdateWebhookInput{AllEvent: backlog.Set(true)}))
		}, "PATCH /projects/OPS/webhooks/4", url.Values{"allEvent": {"true"}}},
		{"DeleteWebhook", func(x context.Context, c cl) error { return drop(c.DeleteWebhook(x, "OPS", 4)) }, "DELETE /projects/OPS/webhooks/4", nil},
	}
}

func issueCalls() []apiCall {
	type cl = *backlog.Client
	return []apiCall{
		{"GetIssues", func(x context.Context, c cl) error { return drop(c.GetIssues(x, nil)) }, "GET /issues", nil},
		{"GetIssueCount", func(x context.Context, c cl) error {
			return drop(c.GetIssueCount(x, &backlog.GetIssuesOptions{StatusIDs: []backlog.ID{1}}))
		}, "GET /issues/count?statusId[]=1", nil},
		{"GetIssue", func(x context.Context, c cl) error { return drop(c.GetIssue(x, "OPS-1")) }, "GET /issues/OPS-1", nil},
		{"DeleteIssue", func(x context.Context, c cl) error { return drop(c.DeleteIssue(x, "OPS-1")) }, "DELETE /issues/OPS-1", nil},
		{"GetIssueParticipants", func(x context.Context, c cl) error { return drop(c.GetIssueParticipants(x, "OPS-1")) }, "GET /issues/OPS-1/participants", nil},
		{"GetIssueComments", func(x context.Context, c cl) error {
			return drop(c.GetIssueComments(x, "OPS-1", &backlog.GetIssueCommentsOptions{MinID: 3, MaxID: 9, Count: 10, Order: backlog.OrderDesc}))
		}, "GET /issues/OPS-1/comments?count=10&maxId=9&minId=3&order=desc", nil},
		{"GetIssueCommentsCount", func(x context.Context, c cl) error { return drop(c.GetIssueCommentsCount(x, "OPS-1")) }, "GET /issues/OPS-1/comments/count", nil},
		{"GetIssueComment", func(x context.Context, c cl) error { return drop(c.GetIssueComment(x, "OPS-1", 8)) }, "GET /issues/OPS-1/comments/8", nil},
		{"CreateIssueComment", func(x context.Context, c cl) error {
			return drop(c.CreateIssueComment(x, "OPS-1", &backlog.CreateIssueCommentInput{Content: "了解", NotifiedUserIDs: []backlog.ID{5, 6}, AttachmentIDs: []backlog.ID{7}}))
		}, "POST /issues/OPS-1/comments", url.Values{"content": {"了解"}, "notifiedUserId[]": {"5", "6"}, "attachmentId[]": {"7"}}},
		{"UpdateIssueComment", func(x context.Context, c cl) error { return drop(c.UpdateIssueComment(x, "OPS-1", 8, "訂正")) }, "PATCH /issues/OPS-1/comments/8", url.Values{"content": {"訂正"}}},
		{"DeleteIssueComment", func(x context.Context, c cl) error { return drop(c.DeleteIssueComment(x, "OPS-1", 8)) }, "DELETE /issues/OPS-1/comments/8", nil},
		{"GetIssueCommentsNotifications", func(x context.Context, c cl) error { return drop(c.GetIssueCommentsNotifications(x, "OPS-1", 8)) }, "GET /issues/OPS-1/comments/8/notifications", nil},
		{"CreateIssueCommentsNotification", func(x context.Context, c cl) error {
			return drop(c.CreateIssueCommentsNotification(x, "OPS-1", 8, []backlog.ID{5}))
		}, "POST /issues/OPS-1/comments/8/notifications", url.Values{"notifiedUserId[]": {"5"}}},
		{"UploadAttachment", func(x context.Context, c cl) error {
			return drop(c.UploadAttachment(x, "a.txt", strings.NewReader("a")))
		}, "POST /space/attachment", nil},
		{"GetIssueAttachments", func(x context.Context, c cl) error { return drop(c.GetIssueAttachments(x, "OPS-1")) }, "GET /issues/OPS-1/attachments", nil},
		{"DeleteIssueAttachment", func(x context.Context, c cl) error { return drop(c.DeleteIssueAttachment(x, "OPS-1", 8)) }, "DELETE /issues/OPS-1/attachments/8", nil},
		{"GetIssueSharedFiles", func(x context.Context, c cl) error { return drop(c.GetIssueSharedFiles(x, "OPS-1")) }, "GET /issues/OPS-1/sharedFiles", nil},
		{"CreateIssueSharedFiles", func(x context.Context, c cl) error {
			return drop(c.CreateIssueSharedFiles(x, "OPS-1", []backlog.ID{3}))
		}, "POST /issues/OPS-1/sharedFiles", url.Values{"fileId[]": {"3"}}},
		{"DeleteIssueSharedFile", func(x context.Context, c cl) error { return drop(c.DeleteIssueSharedFile(x, "OPS-1", 3)) }, "DELETE /issues/OPS-1/sharedFiles/3", nil},
	}
}

func wikiCalls() []apiCall {
	type cl = *backlog.Client
	return []apiCall{
		{"GetWikis", func(x context.Context, c cl) error {
			return drop(c.GetWikis(x, &backlog.GetWikisOptions{ProjectIDOrKey: "OPS", Keyword: "SLA"}))
		}, "GET /wikis?keyword=SLA&projectIdOrKey=OPS", nil},
		{"GetWikiCount", func(x context.Context, c cl) error { return drop(c.GetWikiCount(x, "OPS")) }, "GET /wikis/count?projectIdOrKey=OPS", nil},
		{"GetWikiTags", func(x context.Context, c cl) error { return drop(c.GetWikiTags(x, "OPS")) }, "GET /wikis/tags?projectIdOrKey=OPS", nil},
		{"GetWiki", func(x context.Context, c cl) error { return drop(c.GetWiki(x, 7)) }, "GET /wikis/7", nil},
		{"CreateWiki", func(x context.Context, c cl) error {
			return drop(c.CreateWiki(x, &backlog.CreateWikiInput{ProjectID: 1, Name: "SLA/2026/01", Content: "本文"}))
		}, "POST /wikis", url.Values{"projectId": {"1"}, "name": {"SLA/2026/01"}, "content": {"本文"}}},
		{"UpdateWiki", func(x context.Context, c cl) error {
			return drop(c.UpdateWiki(x, 7, &backlog.UpdateWikiInput{Content: backlog.Set("改"), MailNotify: true}))
		}, "PATCH /wikis/7", url.Values{"content": {"改"}, "mailNotify": {"true"}}},
		{"DeleteWiki", func(x context.Context, c cl) error { return drop(c.DeleteWiki(x, 7, true)) }, "DELETE /wikis/7?mailNotify=true", nil},
		{"GetWikiHistory", func(x context.Context, c cl) error {
			return drop(c.GetWikiHistory(x, 7, &backlog.GetWikiHistoryOptions{Count: 5}))
		}, "GET /wikis/7/history?count=5", nil},
		{"GetWikiAttachments", func(x context.Context, c cl) error { return drop(c.GetWikiAttachments(x, 7)) }, "GET /wikis/7/attachments", nil},
		{"GetWikiAttachment", func(x context.Context, c cl) error { return c.GetWikiAttachment(x, 7, 8, io.Discard) }, "GET /wikis/7/attachments/8", nil},
		{"AddAttachmentToWiki", func(x context.Context, c cl) error { return drop(c.AddAttachmentToWiki(x, 7, []backlog.ID{8})) }, "POST /wikis/7/attachments", url.Values{"attachmentId[]": {"8"}}},
		{"DeleteAttachmentInWiki", func(x context.Context, c cl) error { return drop(c.DeleteAttachmentInWiki(x, 7, 8)) }, "DELETE /wikis/7/attachments/8", nil},
		{"GetWikiSharedFiles", func(x context.Context, c cl) error { return drop(c.GetWikiSharedFiles(x, 7)) }, "GET /wikis/7/sharedFiles", nil},
		{"GetWikiStars", func(x context.Context, c cl) error { return drop(c.GetWikiStars(x, 7)) }, "GET /wikis/7/stars", nil},
	}
}

func personCalls() []apiCall {
	type cl = *backlog.Client
	return []apiCall{
		{"GetUserMySelf", func(x context.Context, c cl) error { return drop(c.GetUserMySelf(x)) }, "GET /users/myself", nil},
		{"GetUser", func(x context.Context, c cl) error { return drop(c.GetUser(x, 5)) }, "GET /users/5", nil},
		{"GetUsers", func(x context.Context, c cl) error { return drop(c.GetUsers(x)) }, "GET /users", nil},
		{"GetNotifications", func(x context.Context, c cl) error {
			return drop(c.GetNotifications(x, &backlog.GetNotificationsOptions{MinID: 1, SenderID: 5}))
		}, "GET /notifications?minId=1&senderId=5", nil},
		{"GetNotificationCount", func(x context.Context, c cl) error {
			return drop(c.GetNotificationCount(x, &backlog.GetNotificationCountOptions{AlreadyRead: backlog.Set(false)}))
		}, "GET /notifications/count?alreadyRead=false", nil},
		{"ResetNotificationCount", func(x context.Context, c cl) error { return c.ResetNotificationCount(x) }, "POST /notifications/markAsRead", nil},
		{"MarkAsReadNotification", func(x context.Context, c cl) error { return c.MarkAsReadNotification(x, 9) }, "POST /notifications/9/markAsRead", nil},
		{"GetUserWatchings", func(x context.Context, c cl) error {
			return drop(c.GetUserWatchings(x, 5, &backlog.GetUserWatchingsOptions{IssueIDs: []backlog.ID{1}}))
		}, "GET /users/5/watchings?issueId[]=1", nil},
		{"GetUserWatchingsCount", func(x context.Context, c cl) error { return drop(c.GetUserWatchingsCount(x, 5, nil)) }, "GET /users/5/watchings/count", nil},
		{"GetWatching", func(x context.Context, c cl) error { return drop(c.GetWatching(x, 2)) }, "GET /watchings/2", nil},
		{"CreateWatching", func(x context.Context, c cl) error {
			return drop(c.CreateWatching(x, &backlog.CreateWatchingInput{IssueIDOrKey: "OPS-1"}))
		}, "POST /watchings", url.Values{"issueIdOrKey": {"OPS-1"}}},
		{"UpdateWatching", func(x context.Context, c cl) error { return drop(c.UpdateWatching(x, 2, "メモ")) }, "PATCH /watchings/2", url.Values{"note": {"メモ"}}},
		{"DeleteWatching", func(x context.Context, c cl) error { return drop(c.DeleteWatching(x, 2)) }, "DELETE /watchings/2", nil},
		{"MarkAsReadWatching", func(x context.Context, c cl) error { return c.MarkAsReadWatching(x, 2) }, "POST /watchings/2/markAsRead", nil},
		{"CreateStar", func(x context.Context, c cl) error {
			return c.CreateStar(x, &backlog.CreateStarInput{CommentID: 3})
		}, "POST /stars", url.Values{"commentId": {"3"}}},
		{"DeleteStar", func(x context.Context, c cl) error { return c.DeleteStar(x, 3) }, "DELETE /stars/3", nil},
		{"GetUserStars", func(x context.Context, c cl) error { return drop(c.GetUserStars(x, 5, nil)) }, "GET /users/5/stars", nil},
		{"GetUserStarCount", func(x context.Context, c cl) error {
			return drop(c.GetUserStarCount(x, 5, &backlog.GetUserStarCountOptions{Since: backlog.NewDate(2026, 1, 1)}))
		}, "GET /users/5/stars/count?since=2026-01-01", nil},
	}
}

package backlogsim_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"toban/backlog/backlogsim"
)

func idOf(n int) string { return strconv.Itoa(n) }

func TestUsersAreManaged(t *testing.T) {
	sp := newSpace(t)
	f := form("userId", "new", "password", "secret", "name", "新人", "mailAddress", "new@example.com", "roleType", "2")
	sp.call("staff", "POST", "/api/v2/users", f).fails(403, 5)
	u := sp.call("admin", "POST", "/api/v2/users", f).object(201)
	sp.call("admin", "POST", "/api/v2/users", f).fails(400, 7) // the same once more
	path := "/api/v2/users/" + idOf(num(u["id"]))
	diff(t, "改名", sp.call("admin", "PATCH", path, form("name", "改名", "roleType", "3")).object(200)["name"])
	sp.call("admin", "PATCH", path, form("roleType", "9")).fails(400, 7)
	sp.call("admin", "POST", "/api/v2/projects/TEST/users", form("userId", idOf(num(u["id"])))).want(200)
	sp.call("admin", "DELETE", path, nil).want(200)
	sp.call("admin", "DELETE", path, nil).fails(404, 6)
	sp.call("admin", "DELETE", "/api/v2/users/11", nil).fails(400, 7) // oneself
	if body := sp.call("bot", "GET", "/api/v2/projects/TEST/users", nil).Body; strings.Contains(body, "改名") {
		t.Error("a deleted user is still a member")
	}
	sp.call("admin", "DELETE", "/api/v2/users/13", nil).want(200)
	sp.call("staff", "GET", "/api/v2/users/myself", nil).fails(401, 11) // the key went with the user
}

func TestProjectsAreManaged(t *testing.T) {
	sp := newSpace(t)
	f := form("name", "新規", "key", "NEW_1", "chartEnabled", "true", "subtaskingEnabled", "true", "textFormattingRule", "markdown")
	sp.call("bot", "POST", "/api/v2/projects", f).fails(403, 5)
	p := sp.call("admin", "POST", "/api/v2/projects", f).object(201)
	diff(t, []any{"NEW_1", true, true, "markdown", false}, []any{p["projectKey"], p["chartEnabled"], p["subtaskingEnabled"], p["textFormattingRule"], p["archived"]})
	sp.call("admin", "POST", "/api/v2/projects", f).fails(400, 7)
	for _, key := range []string{"", "new", "NEW 1", "日本"} {
		f.Set("key", key)
		sp.call("admin", "POST", "/api/v2/projects", f).fails(400, 7)
	}
	diff(t, 4, len(sp.call("admin", "GET", "/api/v2/projects/NEW_1/issueTypes", nil).list(200)))
	sp.call("admin", "PATCH", "/api/v2/projects/NEW_1", form("key", "TEST")).fails(400, 7)
	sp.call("admin", "PATCH", "/api/v2/projects/NEW_1", form("key", "NEW_2", "archived", "true")).want(200)
	sp.call("admin", "GET", "/api/v2/projects/NEW_1", nil).fails(404, 6)
	sp.call("staff", "PATCH", "/api/v2/projects/TEST", form("name", "x")).fails(403, 5)
	sp.call("bot", "DELETE", "/api/v2/projects/TEST", nil).fails(403, 5) // a project administrator may not
	id := sp.issue()
	sp.call("admin", "DELETE", "/api/v2/projects/TEST", nil).want(200)
	sp.call("admin", "GET", "/api/v2/issues/"+idOf(id), nil).fails(404, 6)
	diff(t, 0, len(sp.call("bot", "GET", "/api/v2/space/activities", nil).list(200)))
}

func TestTeams(t *testing.T) {
	sp := newSpace(t)
	sp.call("bot", "POST", "/api/v2/teams", form("name", "当番班")).fails(403, 5)
	team := sp.call("admin", "POST", "/api/v2/teams", form("name", "当番班", "members[]", "18")).object(200)
	path := "/api/v2/teams/" + idOf(num(team["id"]))
	sp.call("admin", "POST", "/api/v2/teams", form("name", "x", "members[]", "999")).fails(404, 6)
	sp.call("outsider", "GET", "/api/v2/projects/TEST", nil).fails(404, 6)
	join := form("teamId", idOf(num(team["id"])))
	sp.call("bot", "POST", "/api/v2/projects/TEST/teams", join).want(200)
	sp.call("bot", "POST", "/api/v2/projects/TEST/teams", join).fails(400, 7)
	sp.call("outsider", "GET", "/api/v2/projects/TEST", nil).want(200) // came with the team
	all, alone := sp.call("bot", "GET", "/api/v2/projects/TEST/users", nil).list(200), sp.call("bot", "GET", "/api/v2/projects/TEST/users?excludeGroupMembers=true", nil).list(200)
	diff(t, len(alone)+1, len(all))
	diff(t, 1, len(sp.call("bot", "GET", "/api/v2/projects/TEST/teams", nil).list(200)))
	feed := sp.call("bot", "GET", "/api/v2/projects/TEST/activities?count=1", nil).list(200)
	diff(t, []any{25.0, "当番班"}, []any{get(feed, 0, "type"), get(feed, 0, "content", "parties", 0, "name")})
	sp.call("bot", "DELETE", "/api/v2/projects/TEST/teams", join).want(200) // in the body, as Nulab's client sends it
	sp.call("outsider", "GET", "/api/v2/projects/TEST", nil).fails(404, 6)
	diff(t, 0, len(sp.call("admin", "PATCH", path, form("name", "夜間", "members[]", "")).object(200)["members"].([]any)))
	diff(t, "夜間", get(sp.call("bot", "GET", "/api/v2/teams?order=asc&count=5", nil).list(200), 0, "name"))
	sp.call("guest", "GET", path, nil).fails(404, 6)
	sp.call("admin", "DELETE", path, nil).want(200)
	sp.call("bot", "GET", path, nil).fails(404, 6)
}

func TestSpaceSettings(t *testing.T) {
	sp := newSpace(t)
	l := sp.call("bot", "GET", "/api/v2/space/licence", nil).object(200)
	diff(t, []any{true, 10485760.0, 50.0, true}, []any{l["active"], l["attachmentLimitPerFile"], l["attachmentNumLimit"], l["attribute"]})
	sp.call("bot", "PUT", "/api/v2/space/notification", form("content", "x")).fails(403, 5)
	sp.call("admin", "PUT", "/api/v2/space/notification", form("content", "お知らせ")).want(200)
	n := sp.call("bot", "GET", "/api/v2/space/notification", nil).object(200)
	diff(t, []any{"お知らせ", "2026-01-05T01:00:00Z"}, []any{n["content"], n["updated"]})
	sp.call("bot", "GET", "/api/v2/space/diskUsage", nil).fails(403, 5)
	diff(t, 2, len(sp.call("admin", "GET", "/api/v2/space/diskUsage", nil).object(200)["details"].([]any)))
	sp.call("bot", "GET", "/api/v2/projects/TEST/diskUsage", nil).want(200)
	for _, path := range []string{"space/image", "users/14/icon", "projects/TEST/image"} {
		r := sp.call("bot", "GET", "/api/v2/"+path, nil)
		r.want(200)
		if http.DetectContentType([]byte(r.Body)) != "image/png" || r.Header.Get("X-RateLimit-Limit") != "60" || r.Header.Get("Content-Disposition") == "" {
			t.Errorf("%s: %q %v", path, r.Body, r.Header)
		}
	}
	diff(t, 0, len(sp.call("bot", "GET", "/api/v2/users/myself/recentlyViewedIssues?count=5", nil).list(200)))
}

func TestSharedFiles(t *testing.T) {
	sp := newSpace(t, func(_ *backlogsim.Options, s *backlogsim.Seed) {
		s.Projects[0].SharedFiles = []backlogsim.SeedSharedFile{
			{ID: 81, Path: "構成/本番/web01.md", Content: "# web01", CreatedUser: staffID}, {ID: 82, Path: "a.csv", Content: "1", CreatedUser: staffID},
		}
	})
	root := sp.call("bot", "GET", "/api/v2/projects/TEST/files/metadata/", nil).list(200)
	diff(t, []any{"a.csv", "file", 1.0, "構成", "directory", nil}, []any{
		get(root, 0, "name"), get(root, 0, "type"), get(root, 0, "size"), get(root, 1, "name"), get(root, 1, "type"), get(root, 1, "size"),
	})
	deep := sp.call("bot", "GET", "/api/v2/projects/TEST/files/metadata/%E6%A7%8B%E6%88%90/%E6%9C%AC%E7%95%AA?count=1000", nil).list(200)
	diff(t, []any{81.0, "/構成/本番/"}, []any{get(deep, 0, "id"), get(deep, 0, "dir")})
	sp.call("bot", "GET", "/api/v2/projects/TEST/files/metadata/?count=1001", nil).fails(400, 7)
	diff(t, "# web01", sp.call("bot", "GET", "/api/v2/projects/TEST/files/81", nil).Body)
	sp.issue()
	sp.call("bot", "POST", "/api/v2/issues/TEST-1/sharedFiles", form("fileId[]", "81", "fileId[]", "82")).want(200)
	diff(t, 2, len(sp.call("bot", "GET", "/api/v2/issues/TEST-1", nil).object(200)["sharedFiles"].([]any)))
	diff(t, 1, len(sp.call("bot", "GET", "/api/v2/issues?sharedFile=true", nil).list(200)))
	sp.call("bot", "POST", "/api/v2/issues/TEST-1/sharedFiles", form("fileId[]", "99")).fails(404, 6)
	sp.call("bot", "DELETE", "/api/v2/issues/TEST-1/sharedFiles/81", nil).want(200)
	sp.call("bot", "DELETE", "/api/v2/issues/TEST-1/sharedFiles/81", nil).fails(404, 6)
	page := num(sp.call("bot", "POST", "/api/v2/wikis", form("projectId", "21", "name", "P", "content", "c")).object(201)["id"])
	wiki := "/api/v2/wikis/" + idOf(page) + "/sharedFiles"
	sp.call("bot", "POST", wiki, form("fileId[]", "82")).want(200)
	diff(t, "a.csv", get(sp.call("bot", "GET", wiki, nil).list(200), 0, "name"))
	sp.call("bot", "DELETE", wiki+"/82", nil).want(200)
}

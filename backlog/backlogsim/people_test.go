package backlogsim_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"toban/backlog/backlogsim"
)

// panel posts to the control panel and gives the answer.
func (sp *space) panel(path, body string) reply {
	sp.t.Helper()
	req, err := http.NewRequestWithContext(sp.t.Context(), "POST", "https://x/_sim/"+path, strings.NewReader(body))
	if err != nil {
		sp.t.Fatal(err)
	}
	return sp.send(req)
}

func TestFilesOfTheProject(t *testing.T) {
	sp := newSpace(t)
	sp.issue()
	id := num(sp.panel("files", `{"user":13,"project":"TEST","path":"手順/web01.md","content":"# web01"}`).object(200)["id"])
	sp.world.add(time.Hour)
	sp.panel("files", `{"user":12,"project":"TEST","path":"手順/web01.md","content":"# web01 改"}`).want(200)
	list := sp.call("bot", "GET", "/api/v2/projects/TEST/files/metadata/%E6%89%8B%E9%A0%86", nil).list(200)
	diff(t, []any{"web01.md", 11.0, "2026-01-05T02:00:00Z", "bot"}, []any{get(list, 0, "name"), get(list, 0, "size"), get(list, 0, "updated"), get(list, 0, "updatedUser", "name")})
	sp.call("bot", "POST", "/api/v2/issues/TEST-1/sharedFiles", form("fileId[]", idOf(id))).want(200)
	m := sp.call("bot", "GET", "/api/v2/issues/TEST-1/comments", nil).list(200)
	diff(t, []any{"sharedFile", "/手順/web01.md", nil}, []any{get(m, 0, "changeLog", 0, "field"), get(m, 0, "changeLog", 0, "newValue"), get(m, 0, "content")})
	sp.panel("files", `{"user":13,"project":"TEST","path":"手順/web01.md","delete":true}`).want(200)
	sp.panel("files", `{"user":13,"project":"TEST","path":"手順/web01.md","delete":true}`).want(400)
	sp.panel("files", `{"user":13,"project":"TEST","path":"手順","content":"x"}`).want(400)
	diff(t, 0, len(sp.call("bot", "GET", "/api/v2/issues/TEST-1/sharedFiles", nil).list(200)))
	var types []float64
	for _, a := range sp.call("bot", "GET", "/api/v2/projects/TEST/activities?order=asc", nil).list(200) {
		types = append(types, get(a, "type").(float64))
	}
	diff(t, []float64{1, 8, 9, 2, 10}, types)
}

func TestDocumentsInTheEditor(t *testing.T) {
	sp := newSpace(t)
	d := sp.call("bot", "POST", "/api/v2/documents", form("projectId", "21", "title", "手順", "content", "一")).object(200)["id"].(string)
	comment := sp.panel("documents", `{"user":13,"document":"`+d+`","title":"手順書","content":"二","comment":"確認しました","file_name":"図.txt","file":"→"}`).object(200)["comment_id"].(string)
	sp.panel("documents", `{"user":14,"document":"`+d+`","comment":"ありがとうございます","reply_to":"`+comment+`"}`).want(200)
	sp.panel("documents", `{"user":14,"document":"`+d+`","comment":"x","reply_to":"none"}`).want(400)
	sp.panel("documents", `{"user":18,"document":"`+d+`","comment":"x"}`).want(400)
	got := sp.call("bot", "GET", "/api/v2/documents/"+d, nil).object(200)
	diff(t, []any{"手順書", "二", "図.txt", "staff"}, []any{got["title"], got["plain"], get(got, "attachments", 0, "name"), get(got, "updatedUser", "name")})
	diff(t, "→", sp.call("bot", "GET", "/api/v2/documents/"+d+"/attachments/"+idOf(num(get(got, "attachments", 0, "id"))), nil).Body)
	list := sp.call("bot", "GET", "/api/v2/documents/"+d+"/comments", nil).list(200)
	diff(t, []any{comment, "確認しました", 255.0, "ありがとうございます", comment}, []any{
		get(list, 0, "id"), get(list, 0, "plain"), get(list, 0, "createdUser", "roleType"), get(list, 0, "replies", 0, "plain"), get(list, 0, "replies", 0, "commentId"),
	})
	sp.call("bot", "DELETE", "/api/v2/documents/"+d, nil).want(200)
	tree := sp.call("bot", "GET", "/api/v2/documents/tree?projectIdOrKey=TEST", nil).object(200)
	diff(t, []any{0, d, 2.0}, []any{len(get(tree, "activeTree", "children").([]any)), get(tree, "trashTree", "children", 0, "id"), get(tree, "trashTree", "children", 0, "statusId")})
	var types []float64
	for _, a := range sp.call("bot", "GET", "/api/v2/projects/TEST/activities?order=asc", nil).list(200) {
		types = append(types, get(a, "type").(float64))
	}
	diff(t, []float64{36, 38, 40, 46, 43, 37}, types)
}

func TestRecentlyViewed(t *testing.T) {
	sp := newSpace(t)
	sp.issue()
	sp.issue()
	wiki := num(sp.call("bot", "POST", "/api/v2/wikis", form("projectId", "21", "name", "Home", "content", "c")).object(201)["id"])
	sp.panel("views", `{"user":13,"issue":"TEST-1"}`).want(200)
	sp.world.add(time.Minute)
	sp.call("staff", "POST", "/api/v2/users/myself/recentlyViewedIssues", form("issueIdOrKey", "TEST-2")).want(200)
	sp.call("staff", "POST", "/api/v2/users/myself/recentlyViewedWikis", form("wikiId", idOf(wiki))).want(200)
	sp.call("staff", "POST", "/api/v2/users/myself/recentlyViewedIssues", form("issueIdOrKey", "TEST-1")).want(200) // again: it moves up
	list := sp.call("staff", "GET", "/api/v2/users/myself/recentlyViewedIssues", nil).list(200)
	diff(t, []any{2, "TEST-1", "2026-01-05T01:01:00Z"}, []any{len(list), get(list, 0, "issue", "issueKey"), get(list, 0, "updated")})
	diff(t, "TEST-2", get(sp.call("staff", "GET", "/api/v2/users/myself/recentlyViewedIssues?order=asc&count=1", nil).list(200), 0, "issue", "issueKey"))
	diff(t, "TEST", get(sp.call("staff", "GET", "/api/v2/users/myself/recentlyViewedProjects", nil).list(200), 0, "project", "projectKey"))
	wikis := sp.call("staff", "GET", "/api/v2/users/myself/recentlyViewedWikis", nil).list(200)
	diff(t, []any{"Home", nil}, []any{get(wikis, 0, "page", "name"), get(wikis, 0, "page", "content")})
	diff(t, 0, len(sp.call("bot", "GET", "/api/v2/users/myself/recentlyViewedIssues", nil).list(200)))
	sp.call("bot", "DELETE", "/api/v2/issues/TEST-1", nil).want(200)
	diff(t, 1, len(sp.call("staff", "GET", "/api/v2/users/myself/recentlyViewedIssues", nil).list(200)))
}

func TestTypesOfTomorrow(t *testing.T) {
	sp := newSpace(t)
	id := sp.panel("activities", `{"user":13,"project":"TEST","type":49,"content":{"what":"知らない"}}`).object(200)["activity_id"]
	got := sp.call("bot", "GET", "/api/v2/activities/"+idOf(num(id)), nil).object(200)
	diff(t, []any{49.0, "知らない"}, []any{got["type"], get(got, "content", "what")})
	sp.panel("activities", `{"user":13,"project":"OTHER","type":49}`).want(400)
	sp.panel("activities", `{"user":13,"project":"TEST"}`).want(400)
}

func TestClockOfItsOwn(t *testing.T) {
	s := backlogsim.New(backlogsim.Options{})
	defer s.Close()
	if err := s.Load(testSeed()); err != nil {
		t.Fatal(err)
	}
	sp := &space{t: t, Server: s, client: &http.Client{Transport: s.RoundTripper()}}
	file := idOf(num(sp.upload("bot", "a.txt", "1").object(200)["id"]))
	sp.issue()
	before := s.Clock()
	sp.panel("clock", `{"advance":"61m"}`).want(200)
	if moved := s.Clock().World.Sub(before.World); moved < time.Hour || moved > 2*time.Hour {
		t.Errorf("the clock moved by %s", moved)
	}
	sp.call("bot", "PATCH", "/api/v2/issues/TEST-1", form("attachmentId[]", file)).fails(400, 7) // older than an hour
	sp.panel("clock", `{"set":"2030-04-01T09:00:00+09:00"}`).want(200)
	created := sp.call("bot", "POST", "/api/v2/issues/TEST-1/comments", form("content", "未来")).object(201)["created"].(string)
	if !strings.HasPrefix(created, "2030-04-01T00:0") {
		t.Errorf("created %s", created)
	}
	newSpace(t).panel("clock", `{"advance":"1h"}`).want(409) // a clock that somebody else holds
}

func TestPanelTellsWhatThereIs(t *testing.T) {
	got := newSpace(t).call("", "GET", "/_sim/", nil).object(200)
	if list := get(got, "panel").([]any); len(list) < 15 || list[0] != "POST /_sim/faults" {
		t.Errorf("panel %v", list)
	}
	sp := newSpace(t)
	sp.faults(`{"rules":[{"status":503,"rate":0.5}]}`)
	sp.call("bot", "GET", "/api/v2/space", nil)
	req, err := http.NewRequestWithContext(t.Context(), "GET", "https://x/_sim/", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "text/html,*/*")
	page := sp.send(req)
	for _, want := range []string{"操作盤", "GET /api/v2/space", "&#34;rate&#34;: 0.5", "POST /_sim/clock"} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("no %q on the page", want)
		}
	}
}

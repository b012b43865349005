package backlogsim_test

import (
	"net/url"
	"regexp"
	"testing"
)

func TestDocuments(t *testing.T) {
	sp := newSpace(t)
	add := func(pairs ...string) map[string]any {
		t.Helper()
		f := form("projectId", "21", "content", "# 手順\n- a")
		for n := 0; n < len(pairs); n += 2 {
			f.Set(pairs[n], pairs[n+1])
		}
		return sp.call("bot", "POST", "/api/v2/documents", f).object(200)
	}
	first := add("title", "手順", "emoji", "📘")
	id := first["id"].(string)
	if !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(id) {
		t.Errorf("id %q", id)
	}
	diff(t, "# 手順\n- a", first["plain"])
	if _, isText := first["json"].(string); !isText {
		t.Errorf("json is %T", first["json"])
	}
	sp.world.add(60e9)
	child := add("title", "子", "parentId", id)
	add("title", "前") // first among its siblings
	add("title", "後", "addLast", "true")
	tree := sp.call("bot", "GET", "/api/v2/documents/tree?projectIdOrKey=TEST", nil).object(200)
	diff(t, "Active", get(tree, "activeTree", "id"))
	diff(t, []any{"前", "手順", "後"}, []any{get(tree, "activeTree", "children", 0, "name"), get(tree, "activeTree", "children", 1, "name"), get(tree, "activeTree", "children", 2, "name")})
	diff(t, "子", get(tree, "activeTree", "children", 1, "children", 0, "name"))
	sp.call("bot", "GET", "/api/v2/documents?projectId[]=21", nil).fails(400, 7) // offset is required
	sp.call("outsider", "GET", "/api/v2/documents/"+id, nil).fails(404, 6)
	sp.call("viewer", "POST", "/api/v2/documents", form("projectId", "21")).fails(403, 5)
	sp.call("bot", "PATCH", "/api/v2/documents/"+id, form("title", "x")).fails(404, 6) // there is no such call
	list := sp.call("bot", "GET", "/api/v2/documents?offset=0&sort=created&order=asc&count=1&keyword="+url.QueryEscape("手順"), nil).list(200)
	diff(t, id, get(list, 0, "id"))
	tags := sp.call("bot", "POST", "/api/v2/documents/"+id+"/tags", form("tagNames[]", "運用", "tagNames[]", "運用")).list(200)
	diff(t, "運用", get(tags, 0, "name"))
	sp.call("bot", "DELETE", "/api/v2/documents/"+id+"/tags?tagNames[]="+url.QueryEscape("運用"), nil).want(204)
	diff(t, 4, num(sp.call("bot", "GET", "/api/v2/documents/count?projectIdOrKey=TEST", nil).object(200)["count"]))
	diff(t, []any{child["id"]}, get(sp.call("bot", "DELETE", "/api/v2/documents/"+id, nil).object(200), "childDocumentIds"))
	sp.call("bot", "GET", "/api/v2/documents/"+child["id"].(string), nil).fails(404, 6)
	feed := sp.call("bot", "GET", "/api/v2/projects/TEST/activities?count=1", nil).list(200)
	diff(t, []any{37.0, "手順"}, []any{get(feed, 0, "type"), get(feed, 0, "content", "title")})
}

func TestRelatedIssues(t *testing.T) {
	sp := newSpace(t)
	sp.issue()
	other := sp.issue()
	target := form("targetIssueId", idOf(other))
	diff(t, "RELATES", sp.call("bot", "POST", "/api/v2/issues/TEST-1/relatedIssues", target).object(200)["type"])
	sp.call("bot", "POST", "/api/v2/issues/TEST-1/relatedIssues", target).want(200) // again: no error, no change
	sp.call("bot", "POST", "/api/v2/issues/TEST-2/relatedIssues", target).want(200) // to itself: as well
	diff(t, 1, len(sp.call("bot", "GET", "/api/v2/issues/TEST-2/relatedIssues", nil).list(200)))
	sp.call("reporter", "POST", "/api/v2/issues/TEST-1/relatedIssues", target).fails(403, 5)
	diff(t, "TEST-1", get(sp.call("bot", "GET", "/api/v2/issues/TEST-2/relatedIssues", nil).list(200), 0, "issueKey"))
	sp.call("bot", "DELETE", "/api/v2/issues/TEST-1/relatedIssues/"+idOf(other), nil).want(200)
	sp.call("bot", "DELETE", "/api/v2/issues/TEST-1/relatedIssues/"+idOf(other), nil).fails(404, 6)
	sp.call("bot", "POST", "/api/v2/issues/TEST-1/relatedIssues", target).want(200)
	sp.call("admin", "DELETE", "/api/v2/issues/TEST-2", nil).want(200)
	diff(t, 0, len(sp.call("bot", "GET", "/api/v2/issues/TEST-1/relatedIssues", nil).list(200)))
}

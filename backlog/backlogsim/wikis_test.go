package backlogsim_test

import (
	"strconv"
	"testing"
	"time"
)

func TestWikis(t *testing.T) {
	sp := newSpace(t)
	page := form("projectId", "21", "name", "SLA/2026/01", "content", "第1版")
	r := sp.call("bot", "POST", "/api/v2/wikis", page)
	id := strconv.Itoa(num(r.object(201)["id"]))
	diff(t, "https://test.example/alias/wiki/"+id, r.Header.Get("Location"))
	sp.world.add(time.Hour)
	got := sp.call("bot", "PATCH", "/api/v2/wikis/"+id, form("content", "第2版", "mailNotify", "true")).object(200)
	diff(t, []any{"第2版", "2026-01-05T02:00:00Z", "SLA/2026/01"}, []any{got["content"], got["updated"], got["name"]})
	sp.world.add(time.Hour)
	diff(t, "2026-01-05T02:00:00Z", sp.call("bot", "PATCH", "/api/v2/wikis/"+id, form("content", "第2版")).object(200)["updated"])
	history := sp.call("bot", "GET", "/api/v2/wikis/"+id+"/history", nil).list(200)
	diff(t, []any{2.0, "第2版", 1.0, "第1版"}, []any{get(history, 0, "version"), get(history, 0, "content"), get(history, 1, "version"), get(history, 1, "content")})
	list := sp.call("bot", "GET", "/api/v2/wikis?projectIdOrKey=21", nil).list(200)
	if _, has := list[0].(map[string]any)["content"]; has {
		t.Error("the list carries the content")
	}
	diff(t, 1, len(sp.call("bot", "GET", "/api/v2/wikis?projectIdOrKey=TEST&keyword=第2", nil).list(200)))
	diff(t, 0, len(sp.call("bot", "GET", "/api/v2/wikis?projectIdOrKey=TEST&keyword=none", nil).list(200)))
	sp.call("bot", "POST", "/api/v2/wikis", page).want(201) // a twin: nothing published forbids it
	diff(t, 2.0, sp.call("bot", "GET", "/api/v2/wikis/count?projectIdOrKey=TEST", nil).object(200)["count"])

	sp.call("bot", "GET", "/api/v2/wikis", nil).fails(400, 7)
	sp.call("bot", "GET", "/api/v2/wikis?projectIdOrKey=OTHER", nil).fails(404, 6)
	sp.call("outsider", "GET", "/api/v2/wikis/"+id, nil).fails(404, 6)
	sp.call("bot", "POST", "/api/v2/wikis", form("projectId", "21", "name", "x")).fails(400, 7)
	sp.call("reporter", "PATCH", "/api/v2/wikis/"+id, form("content", "x")).fails(403, 5)

	up := strconv.Itoa(num(sp.upload("bot", "chart.png", "png").object(200)["id"]))
	files := sp.call("bot", "POST", "/api/v2/wikis/"+id+"/attachments", form("attachmentId[]", up)).list(200)
	file := strconv.Itoa(num(get(files, 0, "id")))
	diff(t, "png", sp.call("bot", "GET", "/api/v2/wikis/"+id+"/attachments/"+file, nil).Body)
	sp.call("bot", "DELETE", "/api/v2/wikis/"+id+"/attachments/"+file, nil).want(200)
	diff(t, 0, len(sp.call("bot", "GET", "/api/v2/wikis/"+id+"/attachments", nil).list(200)))
	sp.call("bot", "POST", "/api/v2/wikis/"+id+"/attachments", nil).fails(400, 7)
	sp.call("bot", "DELETE", "/api/v2/wikis/"+id, nil).want(200)
	sp.call("bot", "GET", "/api/v2/wikis/"+id, nil).fails(404, 6)
	var types []any
	for _, a := range sp.call("bot", "GET", "/api/v2/projects/TEST/activities?order=asc", nil).list(200) {
		types = append(types, get(a, "type"))
	}
	diff(t, []any{5.0, 6.0, 5.0, 6.0, 7.0}, types)
}

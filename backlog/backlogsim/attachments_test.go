package backlogsim_test

import (
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestUploadIsUsedOnce(t *testing.T) {
	sp := newSpace(t)
	sp.issue()
	up := sp.upload("customer", "ログ 1.txt", "hello").object(200)
	diff(t, map[string]any{"id": up["id"], "name": "ログ 1.txt", "size": 5.0}, up)
	id := strconv.Itoa(num(up["id"]))
	// a refused write consumes nothing
	sp.call("customer", "POST", "/api/v2/issues/TEST-1/comments", form("content", "", "attachmentId[]", id)).fails(400, 7)
	m := sp.call("customer", "POST", "/api/v2/issues/TEST-1/comments", form("content", "ログです", "attachmentId[]", id)).object(201)
	diff(t, "attachment", get(m, "changeLog", 0, "field"))
	diff(t, "ログ 1.txt", get(m, "changeLog", 0, "newValue"))
	sp.call("customer", "POST", "/api/v2/issues/TEST-1/comments", form("content", "もう一度", "attachmentId[]", id)).fails(400, 7)
	feed := sp.call("bot", "GET", "/api/v2/space/activities?count=1", nil).list(200)
	diff(t, 3.0, get(feed, 0, "type"))
	diff(t, "ログ 1.txt", get(feed, 0, "content", "attachments", 0, "name"))

	list := sp.call("bot", "GET", "/api/v2/issues/TEST-1/attachments", nil).list(200)
	file := strconv.Itoa(num(get(list, 0, "id")))
	r := sp.call("bot", "GET", "/api/v2/issues/TEST-1/attachments/"+file, nil)
	r.want(200)
	diff(t, "hello", r.Body)
	diff(t, "attachment;filename*=UTF-8''%E3%83%AD%E3%82%B0%201.txt", r.Header.Get("Content-Disposition"))
	diff(t, "application/octet-stream", r.Header.Get("Content-Type"))
	sp.call("reporter", "DELETE", "/api/v2/issues/TEST-1/attachments/"+file, nil).fails(403, 5)
	sp.call("bot", "DELETE", "/api/v2/issues/TEST-1/attachments/"+file, nil).want(200)
	sp.call("bot", "GET", "/api/v2/issues/TEST-1/attachments/"+file, nil).fails(404, 6)
	comments := sp.call("bot", "GET", "/api/v2/issues/TEST-1/comments?count=1", nil).list(200)
	diff(t, "ログ 1.txt", get(comments, 0, "changeLog", 0, "originalValue"))
}

func TestUploadDiesAfterAnHourOfMachineTime(t *testing.T) {
	sp := newSpace(t)
	sp.issue()
	a := strconv.Itoa(num(sp.upload("bot", "a", "x").object(200)["id"]))
	b := strconv.Itoa(num(sp.upload("bot", "b", "x").object(200)["id"]))
	sp.world.add(100 * time.Hour) // a fast world does not count
	sp.machine.add(59 * time.Minute)
	sp.call("bot", "POST", "/api/v2/issues/TEST-1/comments", form("content", "a", "attachmentId[]", a)).want(201)
	sp.machine.add(time.Minute)
	sp.call("bot", "POST", "/api/v2/issues/TEST-1/comments", form("content", "b", "attachmentId[]", b)).fails(400, 7)
}

func TestUploadLimits(t *testing.T) {
	sp := newSpace(t)
	sp.upload("bot", "big", strings.Repeat("x", 10<<20)).want(200)
	sp.upload("bot", "bigger", strings.Repeat("x", 10<<20+1)).fails(413, 10)
	sp.upload("viewer", "a", "x").fails(403, 5)
	sp.call("bot", "POST", "/api/v2/space/attachment", form("file", "x")).fails(400, 7)
	f := form("projectId", "21", "summary", "s", "issueTypeId", "31", "priorityId", "3")
	for range 51 {
		f.Add("attachmentId[]", strconv.Itoa(num(sp.upload("bot", "a", "x").object(200)["id"])))
	}
	sp.call("bot", "POST", "/api/v2/issues", f).fails(400, 9)
}

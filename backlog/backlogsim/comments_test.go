package backlogsim_test

import (
	"fmt"
	"strconv"
	"testing"
)

func TestCommentPaging(t *testing.T) {
	sp := newSpace(t)
	sp.issue()
	var ids []int
	for n := range 25 {
		ids = append(ids, num(sp.call("customer", "POST", "/api/v2/issues/TEST-1/comments", form("content", fmt.Sprint(n))).object(201)["id"]))
	}
	list := func(query string) []any {
		return sp.call("bot", "GET", "/api/v2/issues/TEST-1/comments?"+query, nil).list(200)
	}
	diff(t, 20, len(list("")))
	diff(t, "24", get(list(""), 0, "content"))
	diff(t, "0", get(list("order=asc"), 0, "content"))
	diff(t, 25, len(list("count=100")))
	// both ends inclusive
	diff(t, 5, len(list("minId="+strconv.Itoa(ids[20]))))
	diff(t, "3", get(list("maxId="+strconv.Itoa(ids[3])), 0, "content"))
	diff(t, "20", get(list("order=asc&count=1&minId="+strconv.Itoa(ids[20])), 0, "content"))
	diff(t, 0, len(list(fmt.Sprintf("minId=%d&maxId=%d", ids[5], ids[4]))))
	sp.call("bot", "GET", "/api/v2/issues/TEST-1/comments?count=101", nil).fails(400, 7)
	diff(t, 25.0, sp.call("bot", "GET", "/api/v2/issues/TEST-1/comments/count", nil).object(200)["count"])
}

func TestCommentRights(t *testing.T) {
	sp := newSpace(t)
	sp.issue()
	id := strconv.Itoa(num(sp.call("customer", "POST", "/api/v2/issues/TEST-1/comments", form("content", "最初")).object(201)["id"]))
	path := "/api/v2/issues/TEST-1/comments/" + id
	sp.call("staff", "PATCH", path, form("content", "改ざん")).fails(403, 5)
	sp.call("staff", "DELETE", path, nil).fails(403, 5)
	diff(t, "直し", sp.call("customer", "PATCH", path, form("content", "直し")).object(200)["content"])
	sp.call("customer", "PATCH", path, form("content", "")).fails(400, 7)
	sp.call("customer", "POST", "/api/v2/issues/TEST-1/comments", form("content", " ")).fails(400, 7)
	sp.call("bot", "DELETE", path, nil).want(200) // project administrator
	sp.call("bot", "GET", path, nil).fails(404, 6)
}

func TestCommentNotifications(t *testing.T) {
	sp := newSpace(t)
	sp.issue()
	got := sp.call("bot", "POST", "/api/v2/issues/TEST-1/comments", form("content", "x", "notifiedUserId[]", "14", "notifiedUserId[]", "14", "notifiedUserId[]", "12")).object(201)
	diff(t, 1, len(got["notifications"].([]any))) // once each, and not oneself
	diff(t, 2.0, get(got, "notifications", 0, "reason"))
	path := "/api/v2/issues/TEST-1/comments/" + strconv.Itoa(num(got["id"])) + "/notifications"
	sp.call("staff", "POST", path, form("notifiedUserId[]", "11")).fails(403, 5)
	sp.call("bot", "POST", path, form("notifiedUserId[]", "14")).fails(400, 7)
	sp.call("bot", "POST", path, nil).fails(400, 7)
	sp.call("bot", "POST", path, form("notifiedUserId[]", "13")).want(200)
	diff(t, 2, len(sp.call("bot", "GET", path, nil).list(200)))
	feed := sp.call("bot", "GET", "/api/v2/space/activities?count=1", nil).list(200)
	diff(t, 17.0, get(feed, 0, "type"))
}

func TestOwnNotifications(t *testing.T) {
	sp := newSpace(t)
	sp.issue("notifiedUserId[]", "12")
	sp.call("staff", "PATCH", "/api/v2/issues/TEST-1", form("assigneeId", "12")).want(200)
	list := sp.call("bot", "GET", "/api/v2/notifications", nil).list(200)
	diff(t, []any{1.0, 3.0}, []any{get(list, 0, "reason"), get(list, 1, "reason")})
	diff(t, 1, len(sp.call("bot", "GET", "/api/v2/notifications?senderId=14", nil).list(200)))
	diff(t, 2.0, sp.call("bot", "GET", "/api/v2/notifications/count?alreadyRead=false", nil).object(200)["count"])
	id := strconv.Itoa(num(get(list, 0, "id")))
	sp.call("staff", "POST", "/api/v2/notifications/"+id+"/markAsRead", nil).fails(404, 6)
	r := sp.call("bot", "POST", "/api/v2/notifications/"+id+"/markAsRead", nil)
	r.want(204)
	diff(t, "", r.Body)
	diff(t, 1.0, sp.call("bot", "GET", "/api/v2/notifications/count?resourceAlreadyRead=false", nil).object(200)["count"])
	diff(t, 1.0, sp.call("bot", "POST", "/api/v2/notifications/markAsRead", nil).object(200)["count"])
	diff(t, 0.0, sp.call("bot", "GET", "/api/v2/notifications/count?alreadyRead=false", nil).object(200)["count"])
	// assigning oneself tells nobody
	sp.call("staff", "PATCH", "/api/v2/issues/TEST-1", form("assigneeId", "13")).want(200)
	diff(t, 0, len(sp.call("staff", "GET", "/api/v2/notifications", nil).list(200)))
}

func TestWatchingsAndStars(t *testing.T) {
	sp := newSpace(t)
	id := strconv.Itoa(sp.issue())
	w := strconv.Itoa(num(sp.call("staff", "POST", "/api/v2/watchings", form("issueIdOrKey", "TEST-1")).object(201)["id"]))
	sp.call("staff", "POST", "/api/v2/watchings", form("issueIdOrKey", id)).fails(400, 7)
	sp.call("bot", "GET", "/api/v2/users/13/watchings", nil).fails(403, 5)
	sp.call("bot", "GET", "/api/v2/watchings/"+w, nil).fails(404, 6)
	sp.call("bot", "PATCH", "/api/v2/issues/TEST-1", form("statusId", "2")).want(200)
	diff(t, 1.0, sp.call("staff", "GET", "/api/v2/users/13/watchings/count?resourceAlreadyRead=false", nil).object(200)["count"])
	sp.call("staff", "POST", "/api/v2/watchings/"+w+"/markAsRead", nil).want(204)
	diff(t, 0.0, sp.call("staff", "GET", "/api/v2/users/13/watchings/count?resourceAlreadyRead=false", nil).object(200)["count"])
	diff(t, "見る", sp.call("staff", "PATCH", "/api/v2/watchings/"+w, form("note", "見る")).object(200)["note"])
	sp.call("staff", "DELETE", "/api/v2/watchings/"+w, nil).want(200)
	sp.call("staff", "GET", "/api/v2/watchings/"+w, nil).fails(404, 6)

	sp.call("bot", "POST", "/api/v2/stars", nil).fails(400, 7)
	sp.call("bot", "POST", "/api/v2/stars", form("issueId", id, "commentId", "1")).fails(400, 7)
	sp.call("bot", "POST", "/api/v2/stars", form("wikiId", "1")).fails(404, 6)
	sp.call("bot", "POST", "/api/v2/stars", form("issueId", id)).want(204)
	sp.call("bot", "POST", "/api/v2/stars", form("issueId", id)).fails(400, 7)
	stars := sp.call("bot", "GET", "/api/v2/users/14/stars", nil).list(200) // received by who wrote the issue
	diff(t, "https://test.example/view/TEST-1", get(stars, 0, "url"))
	diff(t, "bot", get(stars, 0, "presenter", "name"))
	diff(t, 1.0, sp.call("bot", "GET", "/api/v2/users/14/stars/count?since=2026-01-05", nil).object(200)["count"])
	star := strconv.Itoa(num(get(stars, 0, "id")))
	sp.call("staff", "DELETE", "/api/v2/stars/"+star, nil).fails(404, 6)
	sp.call("bot", "DELETE", "/api/v2/stars/"+star, nil).want(204)
	diff(t, []any{}, sp.call("bot", "GET", "/api/v2/issues/TEST-1", nil).object(200)["stars"])
}

package backlogsim_test

import (
	"fmt"
	"strconv"
	"testing"
)

func (sp *space) id(r reply) string { return strconv.Itoa(num(r.object(200)["id"])) }

func TestStatusSettings(t *testing.T) {
	sp := newSpace(t)
	path := "/api/v2/projects/TEST/statuses"
	id := sp.id(sp.call("bot", "POST", path, form("name", "確認中", "color", "#ea2c00")))
	names := func() (out []any) {
		for _, s := range sp.call("bot", "GET", path, nil).list(200) {
			out = append(out, get(s, "name"))
		}
		return out
	}
	diff(t, []any{"未対応", "処理中", "処理済み", "回答待ち", "確認中", "完了"}, names())
	sp.call("bot", "POST", path, form("name", "確認中", "color", "#ea2c00")).fails(400, 7)
	sp.call("bot", "POST", path, form("name", "x", "color", "#000000")).fails(400, 7)
	sp.call("bot", "POST", path, form("name", "x")).fails(400, 7)
	sp.call("staff", "POST", path, form("name", "x", "color", "#ea2c00")).fails(403, 5)
	diff(t, "再確認", sp.call("bot", "PATCH", path+"/"+id, form("name", "再確認")).object(200)["name"])
	sp.call("bot", "PATCH", path+"/1", form("name", "x")).fails(400, 7)
	order := func(ids ...string) reply {
		f := form()
		for _, one := range ids {
			f.Add("statusId[]", one)
		}
		return sp.call("bot", "PATCH", path+"/updateDisplayOrder", f)
	}
	order("1", id, "2", "41", "3", "4").want(200)
	diff(t, []any{"未対応", "再確認", "処理中", "回答待ち", "処理済み", "完了"}, names())
	for _, wrong := range [][]string{{"1", "2", "3", "4"}, {id, "1", "2", "41", "3", "4"}, {"1", id, "3", "41", "2", "4"}, {"1", "2", "3", "41", "4", id}, {"1", "1", "2", "41", "3", "4"}} {
		order(wrong...).fails(400, 7)
	}
	sp.issue()
	sp.call("bot", "PATCH", "/api/v2/issues/TEST-1", form("statusId", id)).want(200)
	sp.call("bot", "DELETE", path+"/"+id, nil).fails(400, 7)
	sp.call("bot", "DELETE", path+"/"+id+"?substituteStatusId="+id, nil).fails(400, 7)
	sp.call("bot", "DELETE", path+"/"+id+"?substituteStatusId=2", nil).want(200)
	diff(t, 2.0, get(sp.call("bot", "GET", "/api/v2/issues/TEST-1", nil).object(200), "status", "id"))
	for n := range 7 {
		sp.call("bot", "POST", path, form("name", fmt.Sprint(n), "color", "#393939")).want(200)
	}
	sp.call("bot", "POST", path, form("name", "13th", "color", "#393939")).fails(400, 9)
}

func TestIssueTypeSettings(t *testing.T) {
	sp := newSpace(t)
	path := "/api/v2/projects/TEST/issueTypes"
	id := sp.id(sp.call("staff", "POST", path, form("name", "相談", "color", "#e30000", "templateSummary", "相談: ", "templateDescription", "本文")))
	diff(t, "本文", sp.call("staff", "GET", path, nil).list(200)[2].(map[string]any)["templateDescription"])
	sp.call("staff", "POST", path, form("name", "相談", "color", "#e30000")).fails(400, 7)
	sp.call("staff", "POST", path, form("name", "x", "color", "#ea2c00")).fails(400, 7) // a status colour
	sp.call("viewer", "POST", path, form("name", "x", "color", "#e30000")).fails(403, 5)
	got := sp.call("staff", "PATCH", path+"/"+id, form("name", "技術相談", "templateSummary", "")).object(200)
	diff(t, []any{"技術相談", nil}, []any{got["name"], got["templateSummary"]})
	sp.issue("issueTypeId", id)
	sp.call("staff", "DELETE", path+"/"+id, nil).fails(400, 7)
	sp.call("staff", "DELETE", path+"/"+id, form("substituteIssueTypeId", "32")).want(200)
	diff(t, "障害", get(sp.call("bot", "GET", "/api/v2/issues/TEST-1", nil).object(200), "issueType", "name"))
	sp.call("staff", "PATCH", path+"/"+id, form("name", "x")).fails(404, 6)
}

func TestCategoryAndVersionSettings(t *testing.T) {
	sp := newSpace(t)
	path := "/api/v2/projects/TEST/categories"
	id := sp.id(sp.call("staff", "POST", path, form("name", "網")))
	sp.call("staff", "POST", path, form("name", "網")).fails(400, 7)
	sp.issue("categoryId[]", id)
	sp.call("staff", "PATCH", path+"/"+id, form("name", "ネットワーク")).want(200)
	sp.call("staff", "DELETE", path+"/"+id, nil).want(200)
	diff(t, []any{}, sp.call("bot", "GET", "/api/v2/issues/TEST-1", nil).object(200)["category"])
	sp.call("staff", "DELETE", path+"/"+id, nil).fails(404, 6)

	path = "/api/v2/projects/TEST/versions"
	id = sp.id(sp.call("staff", "POST", path, form("name", "2月", "startDate", "2026-02-01")))
	sp.call("staff", "PATCH", path+"/"+id, form("archived", "true")).fails(400, 7) // the name is always wanted
	sp.call("staff", "PATCH", path+"/"+id, form("name", "2月", "releaseDueDate", "2026-01-01")).fails(400, 7)
	got := sp.call("staff", "PATCH", path+"/"+id, form("name", "二月", "archived", "true", "startDate", "")).object(200)
	diff(t, []any{"二月", true, nil}, []any{got["name"], got["archived"], got["startDate"]})
	sp.call("staff", "DELETE", path+"/"+id, nil).want(200)
	feed := sp.call("bot", "GET", "/api/v2/projects/TEST/activities?activityTypeId[]=23", nil).list(200)
	diff(t, map[string]any{"field": "name", "old_value": "2月", "new_value": "二月", "type": "standard"}, get(feed, 0, "content", "changes", 0))
}

func TestMembers(t *testing.T) {
	sp := newSpace(t)
	path := "/api/v2/projects/TEST/users"
	sp.call("staff", "POST", path, form("userId", "18")).fails(403, 5)
	sp.call("bot", "POST", path, form("userId", "18")).want(200)
	sp.call("bot", "POST", path, form("userId", "18")).fails(400, 7)
	sp.call("bot", "POST", path, form("userId", "99")).fails(404, 6)
	sp.call("outsider", "GET", "/api/v2/projects/TEST", nil).want(200)
	sp.call("bot", "DELETE", path+"?userId=18", nil).want(200)
	sp.call("outsider", "GET", "/api/v2/projects/TEST", nil).fails(404, 6)
	admins := "/api/v2/projects/TEST/administrators"
	sp.call("bot", "POST", admins, form("userId", "13")).fails(403, 5)
	sp.call("admin", "POST", admins, form("userId", "13")).want(200)
	sp.call("staff", "GET", "/api/v2/projects/TEST/webhooks", nil).want(200)
	sp.call("admin", "DELETE", admins, form("userId", "13")).want(200)
	sp.call("staff", "GET", "/api/v2/projects/TEST/webhooks", nil).fails(403, 5)
	diff(t, 1, len(sp.call("bot", "GET", "/api/v2/projects", nil).list(200)))
	diff(t, 2, len(sp.call("admin", "GET", "/api/v2/projects?all=true&archived=false", nil).list(200)))
	diff(t, 0, len(sp.call("bot", "GET", "/api/v2/projects?archived=true", nil).list(200)))
	diff(t, 7, len(sp.call("guest", "GET", "/api/v2/users", nil).list(200))) // not the outsider
	diff(t, 8, len(sp.call("bot", "GET", "/api/v2/users", nil).list(200)))
	diff(t, 7, len(sp.call("bot", "GET", "/api/v2/projects/TEST/users", nil).list(200)))
}

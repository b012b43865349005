package backlogsim_test

import (
	"net/http"
	"strings"
	"testing"

	"toban/backlog/backlogsim"
)

func TestRoles(t *testing.T) {
	create := form("projectId", "21", "summary", "s", "issueTypeId", "31", "priorityId", "3")
	tests := []struct {
		who                                  string
		read, create, patch, comment, remove int
	}{
		{"admin", 200, 201, 200, 201, 200},
		{"bot", 200, 201, 200, 201, 200}, // project administrator
		{"staff", 200, 201, 200, 201, 403},
		{"reporter", 200, 201, 403, 201, 403},
		{"guest", 200, 201, 403, 201, 403}, // guest reporter
		{"viewer", 200, 403, 403, 403, 403},
		{"outsider", 404, 404, 404, 404, 404},
		{"", 401, 401, 401, 401, 401},
		{"nobody", 401, 401, 401, 401, 401},
	}
	for _, tt := range tests {
		t.Run(tt.who, func(t *testing.T) {
			sp := newSpace(t)
			sp.issue()
			check := func(want int, r reply) {
				t.Helper()
				code := map[int]int{401: 11, 403: 5, 404: 6}[want]
				if code == 0 {
					r.want(want)
					return
				}
				r.fails(want, code)
			}
			check(tt.read, sp.call(tt.who, "GET", "/api/v2/issues/TEST-1", nil))
			check(tt.create, sp.call(tt.who, "POST", "/api/v2/issues", create))
			check(tt.patch, sp.call(tt.who, "PATCH", "/api/v2/issues/TEST-1", form("statusId", "2")))
			check(tt.comment, sp.call(tt.who, "POST", "/api/v2/issues/TEST-1/comments", form("content", "x")))
			check(tt.remove, sp.call(tt.who, "DELETE", "/api/v2/issues/TEST-1", nil))
		})
	}
}

func TestKeyCarriers(t *testing.T) {
	sp := newSpace(t)
	for name, set := range map[string]func(*http.Request){
		"header":         func(r *http.Request) { r.Header.Set("Backlog-API-Key", "bot-key") },
		"query":          func(r *http.Request) { r.URL.RawQuery = "apiKey=bot-key" },
		"token":          func(r *http.Request) { r.Header.Set("Authorization", "Bearer bot-token") },
		"key as a token": func(r *http.Request) { r.Header.Set("Authorization", "Bearer bot-key") },
	} {
		t.Run(name, func(t *testing.T) {
			req, err := http.NewRequestWithContext(t.Context(), "GET", "https://any.host/api/v2/users/myself", nil)
			if err != nil {
				t.Fatal(err)
			}
			set(req)
			diff(t, "bot", sp.send(req).object(200)["name"])
		})
	}
	r := sp.call("", "GET", "/api/v2/space", nil)
	diff(t, `{"errors":[{"message":"Authentication failure.","code":11,"moreInfo":""}]}`, r.Body)
	for _, req := range sp.Requests() {
		for _, values := range req.Params {
			if strings.Contains(strings.Join(values, " "), "bot-key") {
				t.Errorf("the record holds a key: %+v", req)
			}
		}
	}
}

func TestUnknownPath(t *testing.T) {
	sp := newSpace(t)
	for _, path := range []string{"GET space/nothing", "PATCH documents/1", "POST priorities", "PATCH issues", "GET issues/TEST-1/nothing", "PUT issues/TEST-1", "GET statuses"} {
		method, rest, _ := strings.Cut(path, " ")
		r := sp.call("bot", method, "/api/v2/"+rest, nil)
		r.fails(404, 6)
		if r.Header.Get("X-RateLimit-Limit") == "" {
			t.Errorf("%s: no rate-limit headers", path)
		}
	}
}

func TestBrokenBodies(t *testing.T) {
	sp := newSpace(t)
	post := func(kind, body string) reply {
		req, err := http.NewRequestWithContext(t.Context(), "POST", "https://x/api/v2/issues?apiKey=bot-key", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", kind)
		return sp.send(req)
	}
	post("application/json", `{"projectId":`).fails(400, 7)
	post("application/json", `{"projectId":{"id":1}}`).fails(400, 7)
	post("application/json", `{"projectId":21}x`).fails(400, 7)
	post("application/x-www-form-urlencoded", "a=%zz").fails(400, 7)
	post("multipart/form-data", "x").fails(400, 7)
	post("application/x-www-form-urlencoded", "summary="+strings.Repeat("x", 5<<20)).fails(413, 10)
}

func TestBodyOfGetIsNotRead(t *testing.T) {
	sp := newSpace(t)
	sp.issue()
	sp.issue()
	diff(t, 2, len(sp.call("bot", "GET", "/api/v2/issues", map[string]any{"count": 1}).list(200)))
}

var wide = backlogsim.RateLimits{Read: 1000, Update: 1000, Search: 1000, Icon: 1000}

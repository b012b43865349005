package backlogsim_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog/backlogsim"
)

func (sp *space) faults(body string) {
	sp.t.Helper()
	req, err := http.NewRequestWithContext(sp.t.Context(), "POST", "https://x/_sim/faults", strings.NewReader(body))
	if err != nil {
		sp.t.Fatal(err)
	}
	sp.send(req).want(200)
}

// try is a call that may end without an answer.
func (sp *space) try(ctx context.Context, method, path string) (int, error) {
	req, err := http.NewRequestWithContext(ctx, method, "https://x"+path, strings.NewReader("content=x"))
	if err != nil {
		sp.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Backlog-API-Key", "bot-key")
	res, err := sp.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	return res.StatusCode, nil
}

const commentPath = "/api/v2/issues/TEST-1/comments"

func (sp *space) commentCount() int {
	sp.t.Helper()
	return num(sp.call("staff", "GET", commentPath+"/count", nil).object(200)["count"])
}

func TestLostAnswerAfterSuccess(t *testing.T) {
	sp := newSpace(t)
	sp.issue()
	sp.faults(`{"rules":[
		{"method":"POST","path":"/api/v2/issues/*/comments","lost":"drop","times":1},
		{"method":"POST","path":"/api/v2/issues/*/comments","lost":"500","times":1}]}`)
	if _, err := sp.try(t.Context(), "POST", commentPath); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatalf("error %v", err)
	}
	status, err := sp.try(t.Context(), "POST", commentPath)
	if err != nil || status != 500 {
		t.Fatalf("%d %v", status, err)
	}
	diff(t, 2, sp.commentCount())
	var seen []string
	for _, r := range sp.Requests() {
		if r.Method == "POST" && r.Path == commentPath {
			seen = append(seen, r.Fault)
			diff(t, 201, r.Status) // what the space did, not what the caller saw
		}
	}
	diff(t, []string{"lost:drop", "lost:500"}, seen)
}

func TestDropBeforeTheWork(t *testing.T) {
	sp := newSpace(t)
	sp.issue()
	sp.faults(`{"rules":[{"drop":true,"times":1,"skip":1,"user":12}]}`)
	if status, err := sp.try(t.Context(), "POST", commentPath); status != 201 {
		t.Fatal(err)
	}
	sp.call("staff", "GET", "/api/v2/space", nil).want(200) // another user is spared
	if _, err := sp.try(t.Context(), "POST", commentPath); err == nil {
		t.Fatal("no error")
	}
	diff(t, 1, sp.commentCount())
}

func TestInjectedStatus(t *testing.T) {
	tests := []struct {
		rule   string
		status int
		code   int // 0: not JSON
		reset  bool
	}{
		{`{"status":503}`, 503, 1, true},
		{`{"status":503,"body":"<h1>busy</h1>"}`, 503, 0, true},
		{`{"status":429}`, 429, 13, true},
		{`{"status":429,"no_reset":true}`, 429, 13, false},
		{`{"status":404}`, 404, 6, true},
		{`{"status":400,"code":8,"message":"Space is full."}`, 400, 8, true},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			sp := newSpace(t)
			sp.faults(`{"rules":[` + tt.rule + `]}`)
			r := sp.call("bot", "GET", "/api/v2/space", nil)
			if tt.code == 0 {
				r.want(tt.status)
				diff(t, "<h1>busy</h1>", r.Body)
				diff(t, "text/html; charset=utf-8", r.Header.Get("Content-Type"))
			} else {
				r.fails(tt.status, tt.code)
			}
			diff(t, tt.reset, r.Header.Get("X-RateLimit-Reset") != "")
			sp.ResetFaults()
			sp.call("bot", "GET", "/api/v2/space", nil).want(200)
		})
	}
}

func TestErrorRateIsSeeded(t *testing.T) {
	run := func(seed string) (out string, failed int) {
		sp := newSpace(t)
		sp.faults(`{"seed":` + seed + `,"rules":[{"rate":0.3,"status":500,"path":"/api/v2/**"}]}`)
		for range 100 {
			if sp.call("bot", "GET", "/api/v2/space", nil).Status == 500 {
				out += "x"
				failed++
			} else {
				out += "."
			}
		}
		return out, failed
	}
	a, failed := run("7")
	b, _ := run("7")
	c, _ := run("8")
	if a != b || a == c || failed < 15 || failed > 45 {
		t.Errorf("%d of 100\n%s\n%s\n%s", failed, a, b, c)
	}
}

func TestOutageIsInWorldTime(t *testing.T) {
	sp := newSpace(t)
	sp.faults(`{"outages":[{"for":"10m"},{"from":"2026-01-05T05:00:00Z","until":"2026-01-05T06:00:00Z"}]}`)
	check := func(want int) {
		t.Helper()
		sp.call("bot", "GET", "/api/v2/space", nil).want(want)
	}
	check(503)
	sp.machine.add(time.Hour)
	check(503)
	sp.world.add(10 * time.Minute)
	check(200)
	sp.world.add(4 * time.Hour)
	check(503)
	sp.world.add(time.Hour)
	check(200)
}

func TestLag(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sp := newSpace(t)
		sp.issue()
		sp.faults(`{"rules":[{"method":"POST","lag":"3s","times":1},{"method":"POST","lag":"1m","times":1},{"method":"POST","lag_after":"1m","times":1}]}`)
		start := time.Now()
		if status, err := sp.try(t.Context(), "POST", commentPath); status != 201 {
			t.Fatal(err)
		}
		diff(t, 3*time.Second, time.Since(start))
		for range 2 { // the caller gives up: the first before the work, the second after it
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			if _, err := sp.try(ctx, "POST", commentPath); !errors.Is(err, context.DeadlineExceeded) {
				t.Fatalf("error %v", err)
			}
			cancel()
		}
		diff(t, 2, sp.commentCount())
		_ = sp.Close()
	})
}

func TestBadFaults(t *testing.T) {
	sp := newSpace(t)
	for _, body := range []string{`{"rules":[{"lag":"soon"}]}`, `{"rules":[{"lost":"maybe"}]}`, `{"rule":[]}`, `nonsense`} {
		req, err := http.NewRequestWithContext(t.Context(), "POST", "https://x/_sim/faults", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		sp.send(req).want(400)
	}
	if err := sp.AddFaults(backlogsim.Faults{Rules: []backlogsim.FaultRule{{Lost: "x"}}}); err == nil {
		t.Error("no error")
	}
	sp.call("bot", "GET", "/api/v2/space", nil).want(200)
}

func TestRecorder(t *testing.T) {
	sp := newSpace(t)
	sp.issue()
	sp.call("bot", "POST", commentPath+"?apiKey=bot-key", form("content", strings.Repeat("x", 5000))).want(201)
	sp.call("", "GET", "/api/v2/space", nil).want(401)
	got := sp.call("", "GET", "/_sim/requests?method=POST&path=/api/v2/issues/*/comments", nil).object(200)
	diff(t, 1.0, got["count"])
	diff(t, 2000, len(get(got, "requests", 0, "params", "content", 0).(string)))
	diff(t, nil, get(got, "requests", 0, "params", "apiKey"))
	diff(t, []any{12.0, 201.0, "2026-01-05T01:00:00Z"}, []any{get(got, "requests", 0, "user"), get(got, "requests", 0, "status"), get(got, "requests", 0, "at")})
	diff(t, 1.0, sp.call("", "GET", "/_sim/requests?after=2", nil).object(200)["count"])
	diff(t, 1.0, sp.call("", "GET", "/_sim/requests?user=14", nil).object(200)["count"])
	sp.call("", "GET", "/_sim/requests?user=x", nil).want(400)
	sp.call("", "GET", "/_sim/nothing", nil).want(404)
	diff(t, 3, len(sp.Requests())) // the control panel is not in the record
}

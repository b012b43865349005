package console_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/bot/console"
)

var tokyo = time.FixedZone("JST", 9*3600)

// fake is the world behind the ports.
type fake struct {
	mu       sync.Mutex
	now      time.Time
	speed    float64
	advanced []time.Duration
	promises []console.Promise
	broken   error
	block    chan struct{} // when set, an advance waits for it or its context
}

func newFake() *fake {
	return &fake{now: time.Date(2026, 11, 24, 10, 0, 0, 0, tokyo), speed: 60}
}

func (f *fake) ports() console.Ports {
	answer := func(name string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, name+" "+r.URL.Path) })
	}
	return console.Ports{
		Info: func() console.Info {
			f.mu.Lock()
			defer f.mu.Unlock()
			return console.Info{
				BacklogURL: "http://127.0.0.1:1", SlackURL: "http://127.0.0.1:2", CustomerAPIKey: "c", StaffAPIKey: "s", BotUserID: 1002,
				ProjectKey: "AOZORA", Now: f.now, Speed: f.speed,
			}
		},
		Hours:   func(t time.Time) (bool, time.Time) { return true, t.Add(24 * time.Hour) },
		NextDue: func(context.Context) (time.Time, bool, error) { return f.now.Add(time.Hour), true, nil },
		Advance: func(ctx context.Context, by time.Duration) error {
			if f.block != nil {
				select {
				case <-f.block:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			f.mu.Lock()
			defer f.mu.Unlock()
			f.advanced = append(f.advanced, by)
			f.now = f.now.Add(by)
			return f.broken
		},
		SetSpeed: func(s float64) { f.mu.Lock(); defer f.mu.Unlock(); f.speed = s },
		Promises: func(context.Context) ([]console.Promise, error) { return f.promises, f.broken },
		Report:   func(context.Context) (string, error) { return "SLA/2026/2026-11", f.broken },
		Backlog:  answer("backlog"), Slack: answer("slack"), Doors: answer("doors"),
	}
}

func ask(t *testing.T, h http.Handler, method, path, body string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body)))
	return w
}

func TestInfo(t *testing.T) {
	w := ask(t, console.New(newFake().ports()).Handler(), "GET", "/demo/info", "")
	want := `{"backlog_url":"http://127.0.0.1:1","slack_url":"http://127.0.0.1:2","customer_api_key":"c","staff_api_key":"s","bot_user_id":1002,` +
		`"project_key":"AOZORA","now":"2026-11-24T10:00:00+09:00","speed":60}`
	if diff := cmp.Diff(want, strings.TrimSpace(w.Body.String())); diff != "" {
		t.Error(diff)
	}
	if got := w.Header().Get("Content-Type"); got != "application/json; charset=utf-8" {
		t.Errorf("content type %q", got)
	}
}

func TestClockMoves(t *testing.T) {
	f := newFake()
	h := console.New(f.ports()).Handler()
	for _, c := range []struct{ body, want string }{
		{`{"advance":"30m"}`, `{"now":"2026-11-24T10:30:00+09:00","speed":60}`},
		{`{"advance":"1h30m"}`, `{"now":"2026-11-24T12:00:00+09:00","speed":60}`},
		{`{"speed":600}`, `{"now":"2026-11-24T12:00:00+09:00","speed":600}`},
		{` {"speed":0} ` + "\n", `{"now":"2026-11-24T12:00:00+09:00","speed":0}`},
		{`{"advance":"1440h"}`, `{"now":"2027-01-23T12:00:00+09:00","speed":0}`},
	} {
		w := ask(t, h, "POST", "/demo/clock", c.body)
		if got := strings.TrimSpace(w.Body.String()); w.Code != http.StatusOK || got != c.want {
			t.Errorf("%s: %d %s, want %s", c.body, w.Code, got, c.want)
		}
	}
}

func TestClockRefuses(t *testing.T) {
	f := newFake()
	h := console.New(f.ports()).Handler()
	for name, c := range map[string]struct{ body, says string }{
		"negative":      {`{"advance":"-5m"}`, "out of range"},
		"zero":          {`{"advance":"0s"}`, "out of range"},
		"too far":       {`{"advance":"1440h1s"}`, "out of range"},
		"no unit":       {`{"advance":"30"}`, "no duration"},
		"number":        {`{"advance":30}`, "no such order"},
		"unknown key":   {`{"advance":"30m","why":1}`, `unknown field \"why\"`},
		"both":          {`{"advance":"30m","speed":1}`, "send one of them"},
		"neither":       {`{}`, "neither"},
		"null":          {`null`, "neither"},
		"empty":         {``, "no such order"},
		"broken":        {`{"advance":`, "no such order"},
		"two":           {`{"speed":1}{"speed":2}`, "more than one"},
		"list":          {`[1]`, "no such order"},
		"slow":          {`{"speed":-1}`, "out of range"},
		"fast":          {`{"speed":86401}`, "out of range"},
		"huge number":   {`{"speed":1e999}`, "no such order"},
		"text as speed": {`{"speed":"600"}`, "no such order"},
		"too long":      {`{"advance":"` + strings.Repeat("0", 5000) + `1m"}`, "longer than"},
	} {
		t.Run(name, func(t *testing.T) {
			w := ask(t, h, "POST", "/demo/clock", c.body)
			if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), c.says) || !strings.Contains(w.Body.String(), "60 days") {
				t.Errorf("%d %s, want %q and what is allowed", w.Code, w.Body, c.says)
			}
			var out struct {
				Error string `json:"error"`
			}
			if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || out.Error == "" {
				t.Errorf("no JSON with an error: %v", err)
			}
		})
	}
	if len(f.advanced) != 0 || f.speed != 60 {
		t.Errorf("a refused order moved the clock: %v, %v", f.advanced, f.speed)
	}
}

func TestClockTellsFaults(t *testing.T) {
	f := newFake()
	f.broken = errors.New("the database is gone")
	w := ask(t, console.New(f.ports()).Handler(), "POST", "/demo/clock", `{"advance":"1m"}`)
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "the database is gone") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// One advance at a time: the second waits for the first, and Close ends both.
func TestAdvancesTakeTurnsAndEndWithTheConsole(t *testing.T) {
	f := newFake()
	f.block = make(chan struct{})
	c := console.New(f.ports())
	h := c.Handler()
	codes := make(chan int, 2)
	for range 2 {
		go func() { codes <- ask(t, h, "POST", "/demo/clock", `{"advance":"1m"}`).Code }()
	}
	f.block <- struct{}{} // lets one through
	if code := <-codes; code != http.StatusOK {
		t.Errorf("the first advance: %d", code)
	}
	c.Close()
	c.Close()
	if code := <-codes; code != http.StatusServiceUnavailable {
		t.Errorf("the advance that was under way when the console closed: %d", code)
	}
	if diff := cmp.Diff([]time.Duration{time.Minute}, f.advanced); diff != "" {
		t.Error(diff)
	}
}

func TestPromises(t *testing.T) {
	f := newFake()
	h := console.New(f.ports()).Handler()
	if got := strings.TrimSpace(ask(t, h, "GET", "/demo/promises", "").Body.String()); got != "[]" {
		t.Errorf("no promises: %s, want an empty list", got)
	}
	f.promises = []console.Promise{
		{Ticket: "AOZORA-1", ID: "first", Promise: "初報", Level: "sla", State: "running", Start: f.now.Add(-time.Hour), Due: f.now.Add(90 * time.Second)},
		{Ticket: "AOZORA-2", ID: "complete", Promise: "完了", Level: "slo", State: "paused", Start: f.now},
	}
	want := `[{"ticket":"AOZORA-1","id":"first","promise":"初報","level":"sla","state":"running","start":"2026-11-24T09:00:00+09:00",` +
		`"due":"2026-11-24T10:01:30+09:00","seconds_left":90},` +
		`{"ticket":"AOZORA-2","id":"complete","promise":"完了","level":"slo","state":"paused","start":"2026-11-24T10:00:00+09:00"}]`
	if diff := cmp.Diff(want, strings.TrimSpace(ask(t, h, "GET", "/demo/promises", "").Body.String())); diff != "" {
		t.Error(diff)
	}
	f.broken = errors.New("secret detail")
	if w := ask(t, h, "GET", "/demo/promises", ""); w.Code != http.StatusServiceUnavailable || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestReport(t *testing.T) {
	f := newFake()
	h := console.New(f.ports()).Handler()
	if got := strings.TrimSpace(ask(t, h, "POST", "/demo/report", "{}").Body.String()); got != `{"page":"SLA/2026/2026-11"}` {
		t.Error(got)
	}
	f.broken = errors.New("no wiki")
	if w := ask(t, h, "POST", "/demo/report", ""); w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "no wiki") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestMountsAndUnknownAddresses(t *testing.T) {
	h := console.New(newFake().ports()).Handler()
	for _, c := range []struct {
		method, path string
		code         int
		says         string
	}{
		{"GET", "/backlog/api/v2/space", 200, "backlog /api/v2/space"},
		{"POST", "/slack-workspace/_sim/click", 200, "slack /_sim/click"},
		{"POST", "/hooks/backlog/token", 200, "doors /hooks/backlog/token"},
		{"GET", "/healthz", 200, "doors /healthz"},
		{"POST", "/slack/events", 200, "doors /slack/events"},
		{"GET", "/demo/clock", 404, "there is no GET /demo/clock"},
		{"POST", "/demo/what", 404, "there is no POST /demo/what"},
		{"GET", "/assets/none.js", 404, "not found"},
		{"GET", "/assets/", 404, "not found"},
	} {
		if w := ask(t, h, c.method, c.path, ""); w.Code != c.code || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%s %s: %d %s, want %d %s", c.method, c.path, w.Code, w.Body, c.code, c.says)
		}
	}
}

// Another web page must not be able to move the clock through a visitor's browser.
func TestForeignPagesAreRefused(t *testing.T) {
	f := newFake()
	r := httptest.NewRequestWithContext(t.Context(), "POST", "/demo/clock", strings.NewReader(`{"advance":"1h"}`))
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w := httptest.NewRecorder()
	console.New(f.ports()).Handler().ServeHTTP(w, r)
	if w.Code != http.StatusForbidden || len(f.advanced) != 0 {
		t.Errorf("%d, advanced %v", w.Code, f.advanced)
	}
}

func TestEvents(t *testing.T) {
	f := newFake()
	c := console.New(f.ports())
	srv := httptest.NewServer(c.Handler())
	defer srv.Close()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+"/demo/events", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := srv.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if got := resp.Header.Get("Content-Type"); got != "text/event-stream; charset=utf-8" {
		t.Errorf("content type %q", got)
	}
	lines := bufio.NewScanner(resp.Body)
	expect := func(want ...string) {
		t.Helper()
		for _, w := range want {
			if !lines.Scan() || lines.Text() != w {
				t.Fatalf("line %q, want %q (%v)", lines.Text(), w, lines.Err())
			}
		}
	}
	tick := `data: {"now":"2026-11-24T10:00:00+09:00","speed":60,"open":true,"next_open":"2026-11-25T10:00:00+09:00","next_due":"2026-11-24T11:00:00+09:00"}`
	expect("retry: 1000", "", "event: clock", tick, "")
	c.Changed(console.ChangedBacklog)
	for !strings.Contains(lines.Text(), "change") { // a tick may come between
		if !lines.Scan() {
			t.Fatal(lines.Err())
		}
	}
	expect(`data: {"what":"backlog"}`, "")
	c.Close()
	for lines.Scan() { // a last tick may be under way
		if lines.Text() != "" && lines.Text() != "event: clock" && lines.Text() != tick {
			t.Errorf("after the end: %q", lines.Text())
		}
	}
	if err := lines.Err(); err != nil {
		t.Errorf("the stream did not end cleanly: %v", err)
	}
}

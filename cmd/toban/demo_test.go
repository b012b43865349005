package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"toban/bot/console"
)

// visitor is a program in front of a running demo.
type visitor struct {
	t      *testing.T
	page   string
	info   console.Info
	client *http.Client
	open   []io.Closer // streams that are still open when the demo ends
}

func (v *visitor) do(method, address string, header map[string]string, body string, into any) int {
	v.t.Helper()
	req, err := http.NewRequestWithContext(v.t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	for k, x := range header {
		req.Header.Set(k, x)
	}
	resp, err := v.client.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	if into != nil && resp.StatusCode < 300 {
		if err := json.Unmarshal(b, into); err != nil {
			v.t.Fatalf("%s %s: %v\n%s", method, address, err, b)
		}
	}
	if resp.StatusCode >= 300 {
		v.t.Logf("%s %s: %d %s", method, address, resp.StatusCode, b)
	}
	return resp.StatusCode
}

func (v *visitor) backlog(method, path string, form url.Values, into any) {
	v.t.Helper()
	address := v.info.BacklogURL + "/api/v2/" + path
	if code := v.do(method, address, map[string]string{"Backlog-API-Key": v.info.CustomerAPIKey, "Content-Type": "application/x-www-form-urlencoded"}, form.Encode(), into); code >= 300 {
		v.t.Fatalf("%s %s: %d", method, path, code)
	}
}

func (v *visitor) advance(by string) (now struct {
	Now   time.Time `json:"now"`
	Speed float64   `json:"speed"`
},
) {
	v.t.Helper()
	if code := v.do("POST", v.page+"/demo/clock", nil, `{"advance":"`+by+`"}`, &now); code != 200 {
		v.t.Fatalf("advancing %s: %d", by, code)
	}
	return now
}

// ticket opens an issue of a type as the customer and returns its key.
func (v *visitor) ticket(issueType, summary, description, priority string) string {
	v.t.Helper()
	var project struct{ ID int }
	v.backlog("GET", "projects/"+v.info.ProjectKey, nil, &project)
	var types []struct {
		ID   int
		Name string
	}
	v.backlog("GET", "projects/"+v.info.ProjectKey+"/issueTypes", nil, &types)
	for _, typ := range types {
		if typ.Name == issueType {
			var made struct{ IssueKey string }
			v.backlog("POST", "issues", url.Values{
				"projectId": {fmt.Sprint(project.ID)}, "issueTypeId": {fmt.Sprint(typ.ID)}, "priorityId": {priority}, "summary": {summary}, "description": {description},
			}, &made)
			return made.IssueKey
		}
	}
	v.t.Fatalf("the space has no issue type %s", issueType)
	return ""
}

type demoComment struct {
	Content       *string
	CreatedUser   struct{ ID int64 }
	Created       time.Time
	Notifications []struct{ User struct{ ID int64 } }
}

// words are the bot's comments on an issue.
func (v *visitor) words(key string) []string {
	v.t.Helper()
	var list []demoComment
	v.backlog("GET", "issues/"+key+"/comments?count=100&order=asc", nil, &list)
	var out []string
	for _, c := range list {
		if c.CreatedUser.ID == v.info.BotUserID && c.Content != nil {
			out = append(out, *c.Content)
		}
	}
	return out
}

type demoMessage struct {
	TS     string
	BotID  string `json:"bot_id"`
	Text   string
	Blocks []struct {
		Type     string
		Text     struct{ Text string }
		Elements []json.RawMessage
	}
}

// cards are the messages in the customer's channel that carry a header.
func (v *visitor) cards() []demoMessage {
	v.t.Helper()
	var state struct {
		Channels []struct {
			Channel  struct{ ID string }
			Messages []demoMessage
		}
	}
	if code := v.do("GET", v.info.SlackURL+"/_sim/state?user="+demoStaffSlack, nil, "", &state); code != 200 {
		v.t.Fatalf("looking at Slack: %d", code)
	}
	var out []demoMessage
	for _, c := range state.Channels {
		for _, m := range c.Messages {
			if c.Channel.ID == demoChannel && len(m.Blocks) > 0 && m.Blocks[0].Type == "header" {
				out = append(out, m)
			}
		}
	}
	return out
}

func (v *visitor) press(ts, action string) {
	v.t.Helper()
	body := fmt.Sprintf(`{"user":%q,"channel":%q,"ts":%q,"action_id":%q}`, demoStaffSlack, demoChannel, ts, action)
	if code := v.do("POST", v.info.SlackURL+"/_sim/click", map[string]string{"Content-Type": "application/json"}, body, nil); code != 200 {
		v.t.Fatalf("pressing %s: %d", action, code)
	}
}

// withDemo runs a demo for a visitor and checks that nothing of it is left.
func withDemo(t *testing.T, speed float64, visit func(v *visitor)) {
	t.Helper()
	t.Setenv("TMPDIR", t.TempDir())
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ready := make(chan *visitor, 1)
	var out bytes.Buffer
	ended := make(chan error, 1)
	calls := &http.Transport{}
	go func() {
		ended <- demo(ctx, demoOptions{
			Listen: "127.0.0.1:0", Speed: speed, Out: &out, Err: t.Output(),
			Ready: func(page string, i console.Info) {
				ready <- &visitor{t: t, page: page, info: i, client: &http.Client{Transport: calls}}
			},
		})
	}()
	var v *visitor
	select {
	case v = <-ready:
	case err := <-ended:
		t.Fatalf("the demo ended before it began: %v", err)
	}
	visit(v)
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("ending: %v", err)
	}
	for _, c := range v.open {
		_ = c.Close()
	}
	calls.CloseIdleConnections()
	for _, address := range []string{v.page, v.info.BacklogURL, v.info.SlackURL} {
		if c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(address, "http://")); err == nil {
			_ = c.Close()
			t.Errorf("%s is still open", address)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "toban-demo-*")); len(left) > 0 {
		t.Errorf("files are left: %v", left)
	}
	if !strings.Contains(out.String(), "Toban demo: "+v.page) || !strings.Contains(out.String(), `{"backlog_url":"`+v.info.BacklogURL+`"`) {
		t.Errorf("the address or the JSON line is missing:\n%s", out.String())
	}
	for end := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; {
		if time.Now().After(end) {
			stacks := make([]byte, 1<<16)
			t.Fatalf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
		}
		runtime.Gosched()
	}
}

func TestDemoFromTicketToReport(t *testing.T) {
	withDemo(t, 0, func(v *visitor) {
		tokyo := time.FixedZone("JST", 9*3600)
		if at := v.info.Now.In(tokyo); at.Hour() != 10 || at.Minute() != 0 || at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
			t.Errorf("the demo starts at %s, want 10:00 of a business day", at)
		}
		key := v.ticket("バックアップ作業", "web01 のバックアップ取得のお願い", "■ 作業の種類\n追加\n\n■ ホスト名\nweb01\n", "3")
		v.advance("1m")
		if words := v.words(key); len(words) != 1 || !strings.Contains(words[0], "通知番号") {
			t.Fatalf("the bot's comments: %q, want one answer", words)
		}
		cards := v.cards()
		if len(cards) != 1 || !strings.Contains(cards[0].Blocks[0].Text.Text, key) {
			t.Fatalf("the cards: %+v, want one for %s", cards, key)
		}
		var promises []console.Promise
		v.do("GET", v.page+"/demo/promises", nil, "", &promises)
		if len(promises) != 1 || promises[0].Ticket != key || promises[0].State != "running" || promises[0].SecondsLeft == nil || *promises[0].SecondsLeft <= 0 {
			t.Errorf("the promises: %+v, want one of %s that runs", promises, key)
		}
		v.press(cards[0].TS, "desk.take")
		v.advance("1s")
		var issue struct{ Status struct{ Name string } }
		v.backlog("GET", "issues/"+key, nil, &issue)
		if issue.Status.Name != "処理中" {
			t.Errorf("taken by staff, the issue is %s, want 処理中", issue.Status.Name)
		}

		incident := v.ticket("障害ご連絡", "サイトにアクセスできません", "■ 検知日時\n先ほど\n\n■ ホスト名\nweb01\n\n■ ビジネスインパクト\n販売停止\n\n■ 障害の詳細\n503\n", "2")
		began := v.advance("1s").Now
		if now := v.advance("1h10m"); now.Now.Sub(began) != 70*time.Minute {
			t.Errorf("advancing 1h10m moved the clock from %s to %s", began, now.Now)
		}
		updates := 0
		for _, w := range v.words(incident) {
			if strings.Contains(w, "途中経過") {
				updates++
			}
		}
		if updates == 0 {
			t.Errorf("no interim update after an hour: %q", v.words(incident))
		}
		var report struct{ Page string }
		if code := v.do("POST", v.page+"/demo/report", nil, "{}", &report); code != 200 {
			t.Fatalf("writing the report: %d", code)
		}
		var pages []struct{ Name string }
		v.backlog("GET", "wikis?projectIdOrKey="+v.info.ProjectKey, nil, &pages)
		if !strings.Contains(fmt.Sprint(pages), "{"+report.Page+"}") {
			t.Errorf("no page %q among %v", report.Page, pages)
		}
	})
}

// The page, Toban's doors and the two services answer on one listener; streams and time end with the demo.
func TestDemoDoors(t *testing.T) {
	withDemo(t, 60, func(v *visitor) {
		for _, path := range []string{"/", "/healthz", "/readyz", "/metrics", "/demo/info", "/backlog/api/v2/space?apiKey=" + v.info.CustomerAPIKey, "/slack-workspace/_sim/state"} {
			if code := v.do("GET", v.page+path, nil, "", nil); code != 200 {
				t.Errorf("GET %s: %d", path, code)
			}
		}
		for path, want := range map[string]int{"/hooks/backlog/wrong": 404, "/slack/events": 401} {
			if code := v.do("POST", v.page+path, nil, "{}", nil); code != want {
				t.Errorf("POST %s: %d, want %d", path, code, want)
			}
		}
		var i console.Info
		v.do("GET", v.page+"/demo/info", nil, "", &i)
		if !i.Now.After(v.info.Now) || i.Speed != 60 {
			t.Errorf("the clock stands: %s, then %s at %v", v.info.Now, i.Now, i.Speed)
		}
		var slow struct{ Speed float64 }
		if v.do("POST", v.page+"/demo/clock", nil, `{"speed":600}`, &slow); slow.Speed != 600 {
			t.Errorf("speed %v", slow.Speed)
		}
		// A stream that nobody closes must not keep the demo from ending.
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, v.page+"/demo/events", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := v.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		v.open = append(v.open, resp.Body)
	})
}

func TestDemoRefusesWhatItCantDo(t *testing.T) {
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ln.Close() }()
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"demo", "--no-browser", "--speed", "-1"}, exitUsage, "want 0 to"},
		{[]string{"demo", "--no-browser", "--listen", ln.Addr().String()}, exitFailed, "another --listen may be free"},
		{[]string{"demo", "--no-browser", "--listen", "nonsense"}, exitFailed, "listening on nonsense"},
	} {
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), c.args, strings.NewReader(""), &stdout, &stderr); code != c.code || !strings.Contains(stderr.String(), c.says) {
			t.Errorf("%v: exit %d, %q; want %d, %q", c.args, code, stderr.String(), c.code, c.says)
		}
	}
}

func TestDemoStart(t *testing.T) {
	for now, want := range map[string]string{
		"2026-11-20T11:00:00+09:00": "2026-11-24T10:00:00+09:00", // Friday; Monday 23rd is a holiday
		"2026-11-24T03:00:00+09:00": "2026-11-24T10:00:00+09:00",
		"2026-12-29T20:00:00+09:00": "2027-01-04T10:00:00+09:00",
	} {
		at, err := time.Parse(time.RFC3339, now)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := demoStart(at); err != nil || got.Format(time.RFC3339) != want {
			t.Errorf("at %s the demo starts at %s (%v), want %s", now, got.Format(time.RFC3339), err, want)
		}
	}
}

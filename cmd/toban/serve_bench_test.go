package main_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"toban/backlog"
	"toban/backlog/backlogsim"
	"toban/bot/slack/slacksim"
)

// BenchmarkServe: how soon the real program is ready, and how much memory it holds ten seconds later, with ten thousand open tickets in
// its SQLite file. The tickets are copies of one that the program itself took in, with states, facts, clocks, timers and done effects. The
// baseline is the same program with one ticket.
func BenchmarkServe(b *testing.B) {
	for range b.N {
		p := newPost(b)
		p.takeInOne()
		few, fewRSS := p.measure()
		p.copyTickets(10_000)
		many, manyRSS := p.measure()
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(float64(many.Milliseconds()), "ready-ms")
		b.ReportMetric(float64(few.Milliseconds()), "ready-one-ms")
		b.ReportMetric(float64(many)/float64(few), "ready-ratio")
		b.ReportMetric(manyRSS, "rss-MB")
		b.ReportMetric(fewRSS, "rss-one-MB")
		b.ReportMetric(manyRSS/fewRSS, "rss-ratio")
	}
}

// post is a Toban between stand-ins that is started and stopped.
type post struct {
	b       *testing.B
	dir     string
	program string
	address string
	backlog *httptest.Server
}

func newPost(b *testing.B) *post {
	b.Helper()
	p := &post{b: b, dir: b.TempDir()}
	p.program = filepath.Join(p.dir, "toban")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-trimpath", "-o", p.program, ".").CombinedOutput(); err != nil {
		b.Fatalf("building: %v\n%s", err, out)
	}
	free := httptest.NewServer(http.NotFoundHandler())
	p.address = free.Listener.Addr().String()
	free.Close()

	tracker := backlogsim.New(backlogsim.Options{})
	seed := backlogsim.SampleSeed()
	seed.Projects[0].Issues = nil
	seed.Projects[0].Webhooks = []backlogsim.SeedWebhook{{Name: "toban", HookURL: "http://" + p.address + "/hooks/backlog/hook-token-of-a-benchmark"}}
	if err := tracker.Load(seed); err != nil {
		b.Fatal(err)
	}
	p.backlog = httptest.NewServer(tracker)
	chat := slacksim.New(slacksim.Options{})
	if err := chat.Load(slacksim.SampleSeed("xoxb-bench", "xapp-bench")); err != nil {
		b.Fatal(err)
	}
	slack := httptest.NewServer(chat)
	chat.SetBaseURL(slack.URL)
	b.Cleanup(func() {
		_ = tracker.Close()
		_ = chat.Close()
		p.backlog.Close()
		slack.Close()
	})
	for name, text := range map[string]string{
		"server.yaml": fmt.Sprintf(`listen: %s
database: {sqlite: %q}
poll: 10s
slack: {mode: socket, bot_token: env:BOT_TOKEN, app_token: env:APP_TOKEN, api_url: %s/api/}
operators: {channel: C0OPS}
`, p.address, p.database(), slack.URL),
		"spaces.yaml": fmt.Sprintf(`- {name: demo, url: %s, api_key: env:BACKLOG_KEY, bot_user_id: %d, hook_tokens: ["env:HOOK_TOKEN"], zone: Asia/Tokyo}
`, p.backlog.URL, backlogsim.SampleBotID),
		"people.yaml": fmt.Sprintf(`people:
  sato: {name: 佐藤, backlog: {demo: %d}, slack: U0SATO, roles: [operator, approver, manager], teams: [desk, centre]}
teams:
  desk: {name: サポートセンター, tier: support_center, rota: {zone: Asia/Tokyo, default: sato}}
  centre: {name: 監視センター, tier: monitoring_center, rota: {zone: Asia/Tokyo, default: sato}}
`, backlogsim.SampleStaffID),
		"customers/aozora.yaml": fmt.Sprintf(`name: 青空商店
zone: Asia/Tokyo
contract: {profiles: [support-desk], start: 2026-04-01, nodes: 8}
space: demo
projects: [AOZORA]
channel: C0DESK
team: desk
manager: sato
satisfaction_owner: sato
approvers: [%d]
notify_default: [%d]
`, backlogsim.SampleCustomerID, backlogsim.SampleCustomerID),
	} {
		path := filepath.Join(p.dir, "config", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	return p
}

func (p *post) database() string { return filepath.Join(p.dir, "toban.db") }

// serve starts the program and waits until it says that it is ready.
func (p *post) serve() (stop func(), pid int, took time.Duration) {
	p.b.Helper()
	var log strings.Builder
	c := exec.CommandContext(context.WithoutCancel(p.b.Context()), p.program, "serve", "--config", filepath.Join(p.dir, "config"))
	c.Env = append(os.Environ(), "BOT_TOKEN=xoxb-bench", "APP_TOKEN=xapp-bench", "HOOK_TOKEN=hook-token-of-a-benchmark", "BACKLOG_KEY="+backlogsim.SampleBotKey)
	c.Stdout, c.Stderr = &log, &log
	began := time.Now()
	if err := c.Start(); err != nil {
		p.b.Fatal(err)
	}
	for !p.ready() {
		if time.Since(began) > time.Minute {
			_ = c.Process.Kill()
			_ = c.Wait()
			p.b.Fatalf("not ready in a minute:\n%s", log.String())
		}
		time.Sleep(2 * time.Millisecond)
	}
	took = time.Since(began)
	return func() {
		_ = c.Process.Signal(os.Interrupt)
		if err := c.Wait(); err != nil {
			p.b.Errorf("stopping: %v\n%s", err, log.String())
		}
	}, c.Process.Pid, took
}

func (p *post) ready() bool {
	req, err := http.NewRequestWithContext(p.b.Context(), http.MethodGet, "http://"+p.address+"/readyz", http.NoBody)
	if err != nil {
		p.b.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	_ = resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// takeInOne has a customer open a ticket and waits until it is answered.
func (p *post) takeInOne() {
	p.b.Helper()
	stop, _, _ := p.serve()
	defer stop()
	time.Sleep(time.Second) // what was there before the feed was read for the first time is not news
	c, err := backlog.New(p.backlog.URL, backlogsim.SampleCustomerKey)
	if err != nil {
		p.b.Fatal(err)
	}
	types, err := c.GetIssueTypes(p.b.Context(), "AOZORA")
	if err != nil {
		p.b.Fatal(err)
	}
	at := slices.IndexFunc(types, func(t *backlog.IssueType) bool { return t.Name == "バックアップ作業" })
	issue, err := c.CreateIssue(p.b.Context(), &backlog.CreateIssueInput{
		ProjectID: backlogsim.SampleProjectID, Summary: "web01 のバックアップ", Description: "■ 対象ホスト\nweb01\n\n■ バックアップの対象\nEBS ボリューム", IssueTypeID: types[at].ID, PriorityID: backlog.PriorityNormal,
	})
	if err != nil {
		p.b.Fatal(err)
	}
	for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		n, err := c.GetIssueCommentsCount(p.b.Context(), issue.IssueKey)
		if err != nil || time.Now().After(end) {
			p.b.Fatalf("waiting for the answer: %d comments, %v", n, err)
		}
		if n > 0 {
			break
		}
	}
	time.Sleep(2 * time.Second) // its card and its end are written back
}

// copyTickets makes n tickets of the one.
func (p *post) copyTickets(n int) {
	p.b.Helper()
	db, err := sql.Open("sqlite", "file:"+p.database()+"?_pragma=busy_timeout(10000)")
	if err != nil {
		p.b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var id string
	if err := db.QueryRowContext(p.b.Context(), "SELECT id FROM ticket").Scan(&id); err != nil {
		p.b.Fatal(err)
	}
	for table, changes := range map[string]map[string]string{
		"ticket": {"id": "'demo/' || n.n", "issue_key": "'AOZORA-' || n.n"}, "aggregate": {"ticket": "'demo/' || n.n"}, "fact": {"ticket": "'demo/' || n.n"},
		"clock": {"ticket": "'demo/' || n.n"}, "timer": {"ticket": "'demo/' || n.n"}, "reference": {"ticket": "'demo/' || n.n"}, "audit": {"id": "NULL", "ticket": "'demo/' || n.n"},
		"outbox": {"id": "NULL", "ticket": "'demo/' || n.n", "effect_key": "effect_key || '/' || n.n", "number": "number || n.n"},
		"inbox":  {"id": "NULL", "lane": "'demo/' || n.n", "event_key": "event_key || '/' || n.n"},
	} {
		if err := copyRows(p.b.Context(), db, table, changes, id, n); err != nil {
			p.b.Fatalf("copying rows of %s: %v", table, err)
		}
	}
	var have int
	if err := db.QueryRowContext(p.b.Context(), "SELECT count(*) FROM ticket").Scan(&have); err != nil || have < n {
		p.b.Fatalf("%d tickets, %v", have, err)
	}
}

func copyRows(ctx context.Context, db *sql.DB, table string, changes map[string]string, ticket string, n int) error {
	rows, err := db.QueryContext(ctx, "SELECT * FROM "+table+" LIMIT 0")
	if err != nil {
		return err
	}
	columns, err := rows.Columns()
	if err = errors.Join(err, rows.Err(), rows.Close()); err != nil {
		return err
	}
	values := make([]string, len(columns))
	for i, c := range columns {
		values[i] = "t." + c
		if v, ok := changes[c]; ok {
			values[i] = v
		}
	}
	where := "ticket"
	switch table {
	case "ticket":
		where = "id"
	case "inbox":
		where = "lane"
	}
	_, err = db.ExecContext(ctx, fmt.Sprintf(`WITH RECURSIVE n(n) AS (SELECT 1000001 UNION ALL SELECT n + 1 FROM n WHERE n < 1000000 + %d)
INSERT INTO %s (%s) SELECT %s FROM n, %s t WHERE t.%s = ?`, n, table, strings.Join(columns, ", "), strings.Join(values, ", "), table, where), ticket)
	return err
}

// measure gives the median time to ready of three starts, and what the last one holds in memory after ten seconds, in MB.
func (p *post) measure() (time.Duration, float64) {
	p.b.Helper()
	const starts = 3
	var took []time.Duration
	for i := range starts {
		stop, pid, d := p.serve()
		took = append(took, d)
		if i == starts-1 {
			time.Sleep(10 * time.Second)
			rss := resident(p.b, pid)
			stop()
			return median(took), rss
		}
		stop()
	}
	return 0, 0
}

func median(list []time.Duration) time.Duration {
	slices.Sort(list)
	return list[len(list)/2]
}

// resident is a process's resident memory in MB, as the kernel counts it.
func resident(b *testing.B, pid int) float64 {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Skipf("NOT MEASURED: this machine tells no memory of a process: %v", err)
	}
	for line := range strings.Lines(string(text)) {
		if kb, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			n, err := strconv.Atoi(strings.Fields(kb)[0])
			if err != nil {
				b.Fatal(err)
			}
			return float64(n) / 1024
		}
	}
	b.Fatal("no VmRSS")
	return 0
}

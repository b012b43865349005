package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot/app"
	"toban/bot/slack/slacksim"
	"toban/bot/store"
	"toban/config"
)

// tenant is one customer of a simulated month.
type tenant struct {
	id, name, project, channel, profile string
	projectID                           int
	users                               []int // of the customer; the last one is in no list
	types                               []config.RequestType
	mark                                string // stands in everything that this customer writes and nowhere else
}

// monthProfiles are the contracts of the three customers; the third one changes with the seed, so that a few seeds see all five profiles.
func monthDesks(seed uint64) []*tenant {
	third := []string{"dedicated-server", "saas-sla", "managed-security"}[seed%3]
	return []*tenant{
		{id: "aozora", name: "青空商事株式会社", project: "AOZORA", projectID: 3001, channel: "C0AOZORA", profile: "support-desk", users: []int{2001, 2002, 2009}, mark: "あおぞら文書"},
		{id: "midori", name: "みどり物産株式会社", project: "MIDORI", projectID: 3002, channel: "C0MIDORI", profile: "managed-operations", users: []int{2101, 2102, 2109}, mark: "みどり文書"},
		{id: "kaede", name: "かえで工業株式会社", project: "KAEDE", projectID: 3003, channel: "C0KAEDE", profile: third, users: []int{2201, 2202, 2209}, mark: "かえで文書"},
	}
}

// plan is what the profile with plans is told.
func (d *tenant) plan() string {
	if d.profile == "managed-security" {
		return ", plan: advanced"
	}
	return ""
}

// monthStaff are the people of the provider: id, Slack user, Slack name, Backlog user.
var monthStaff = []struct {
	id, slack, handle string
	backlog           int
}{
	{"sato", "U0SATO", "sato", 1003}, {"suzuki", "U0SUZUKI", "suzuki", 1004}, {"tanaka", "U0TANAKA", "tanaka", 1005},
}

// Secrets of the month: Toban's own, and those that customers paste. None may ever be seen anywhere but in a header.
const (
	monthBotToken = "xoxb-months-own-bot-token"
	monthHook     = "months-own-hook-token"
	monthSigning  = "months-own-signing-secret"
	monthBotKey   = "months-own-backlog-key"
	pastedAWS     = "AKIAMONTHSOWNPASTED7"
	pastedWord    = "Hunter2-of-the-month"
)

func userKey(id int) string { return fmt.Sprintf("key-of-%d", id) }

// process is one life of Toban.
type process struct {
	app   *app.App
	store *store.Store
	db    string
	stop  context.CancelFunc
	done  chan error
	cut   atomic.Bool // it was killed: nothing of it reaches the world any more
	next  http.RoundTripper
}

// RoundTrip carries the calls of a process until it is killed.
func (p *process) RoundTrip(r *http.Request) (*http.Response, error) {
	if p.cut.Load() {
		return nil, errors.New("the process was killed")
	}
	res, err := p.next.RoundTrip(r)
	if p.cut.Load() {
		return nil, errors.New("the process was killed")
	}
	return res, err
}

func (m *month) openWorld() error {
	m.route = &routes{hosts: map[string]http.RoundTripper{}}
	m.client = &http.Client{Transport: m.route}
	now := time.Now
	m.backlog = backlogsim.New(backlogsim.Options{Now: now, Transport: m.route, BaseURL: simBacklogURL})
	m.slack = slacksim.New(slacksim.Options{Now: now, Transport: m.route, BaseURL: simSlackURL})
	var err error
	if m.cfg, err = m.configure(); err != nil {
		return err
	}
	for _, d := range m.desks {
		c, ok := m.cfg.Customer(d.id)
		if !ok {
			return fmt.Errorf("configuring %s: no such customer", d.id)
		}
		d.types = c.RequestTypes()
	}
	if err := m.backlog.Load(m.backlogSeed()); err != nil {
		return err
	}
	if err := m.slack.Load(m.slackSeed()); err != nil {
		return err
	}
	m.route.set("backlog.test", m.backlog.RoundTripper())
	m.route.set("slack.test", m.slack.RoundTripper())
	return m.start(filepath.Join(m.dir, "toban-0.db"))
}

func (m *month) backlogSeed() backlogsim.Seed {
	seed := backlogsim.SampleSeed()
	pattern := seed.Projects[0]
	seed.Users[1].APIKey = monthBotKey
	seed.Users[0].APIKey = userKey(backlogsim.SampleAdminID)
	seed.Users = seed.Users[:2]
	members := []int{backlogsim.SampleAdminID, backlogsim.SampleBotID}
	for _, p := range monthStaff {
		seed.Users = append(seed.Users, backlogsim.SeedUser{ID: p.backlog, UserID: p.handle, Name: p.id, RoleType: 2, Lang: "ja", APIKey: userKey(p.backlog)})
		members = append(members, p.backlog)
	}
	seed.Projects = nil
	for _, d := range m.desks {
		p := pattern
		p.ID, p.Key, p.Name, p.Issues, p.Wikis, p.SharedFiles = d.projectID, d.project, d.name, nil, nil, nil
		p.Members, p.IssueTypes = append([]int{}, members...), nil
		for _, id := range d.users {
			seed.Users = append(seed.Users, backlogsim.SeedUser{ID: id, Name: fmt.Sprintf("%s担当%d", d.mark[:len("あお")], id), RoleType: 2, Lang: "ja", NulabID: fmt.Sprint("n", id), APIKey: userKey(id)})
			p.Members = append(p.Members, id)
		}
		seen := map[string]bool{}
		for _, rt := range d.types {
			if !seen[rt.IssueType] {
				p.IssueTypes = append(p.IssueTypes, backlogsim.SeedIssueType{Name: rt.IssueType})
			}
			seen[rt.IssueType] = true
		}
		p.IssueTypes = append(p.IssueTypes, backlogsim.SeedIssueType{Name: "その他"})
		p.Webhooks = []backlogsim.SeedWebhook{{Name: "当番", HookURL: simTobanURL + "/hooks/backlog/" + monthHook}}
		p.TextFormattingRule = []string{"markdown", "backlog"}[d.projectID%2]
		seed.Projects = append(seed.Projects, p)
	}
	const plenty = 1_000_000 // people and checks share users; limits are tried by faults
	seed.RateLimits = &backlogsim.RateLimits{Read: plenty, Update: plenty, Search: plenty, Icon: plenty}
	return seed
}

func (m *month) slackSeed() slacksim.Seed {
	ws := slacksim.SampleSeed(monthBotToken, "")
	ws.App.SigningSecret = monthSigning
	ws.Commands = []slacksim.SlashCommand{{Command: "/toban", ShouldEscape: true}}
	ws.Shortcuts = nil
	for _, d := range m.desks {
		ws.Channels = append(ws.Channels, slacksim.Channel{ID: d.channel, Name: "desk-" + d.id, Members: []string{"sato", "suzuki", "tanaka", "yamada", "ticket-bot"}})
	}
	ws.URLs = slacksim.URLs{Events: simTobanURL + "/slack/events", Interactions: simTobanURL + "/slack/interactions", Commands: simTobanURL + "/slack/commands"}
	return ws
}

func (m *month) configure() (*config.Config, error) {
	files := mapDir{
		"server.yaml": fmt.Sprintf(`listen: 127.0.0.1:8080
public_url: %s
database: {sqlite: toban.db}
slack: {mode: http, bot_token: env:BOT_TOKEN, signing_secret: ["env:SIGNING"], api_url: %s/api/}
operators: {channel: %s}
retention: {recorded_days: 60}
`, simTobanURL, simSlackURL, demoOperators),
		"spaces.yaml": fmt.Sprintf(`- {name: demo, url: %s, api_key: env:BACKLOG_KEY, bot_user_id: %d, hook_tokens: ["env:HOOK_TOKEN"], zone: Asia/Tokyo}
`, simBacklogURL, backlogsim.SampleBotID),
	}
	people := "people:\n"
	for _, p := range monthStaff {
		people += fmt.Sprintf("  %s: {name: %s, backlog: {demo: %d}, slack: %s, roles: [operator, approver], teams: [desk]}\n", p.id, p.id, p.backlog, p.slack)
	}
	files["people.yaml"] = people + `  yamada: {name: 山田, slack: U0YAMADA, roles: [manager], teams: [centre]}
teams:
  desk: {name: サポートセンター, tier: support_center, rota: {zone: Asia/Tokyo, default: sato}}
  centre: {name: 監視センター, tier: monitoring_center, rota: {zone: Asia/Tokyo, default: yamada}}
`
	for _, d := range m.desks {
		files["customers/"+d.id+".yaml"] = fmt.Sprintf(`name: %s
zone: Asia/Tokyo
contract: {profiles: [%s]%s, start: 2026-04-01, nodes: 8}
space: demo
projects: [%s]
channel: %s
team: desk
manager: yamada
satisfaction_owner: yamada
users: {customers: [%d, %d]}
approvers: [%d]
notify_default: [%d]
`, d.name, d.profile, d.plan(), d.project, d.channel, d.users[0], d.users[1], d.users[0], d.users[0])
	}
	env := map[string]string{"BOT_TOKEN": monthBotToken, "SIGNING": monthSigning, "BACKLOG_KEY": monthBotKey, "HOOK_TOKEN": monthHook}
	cfg, err := config.Load("demo", config.Options{Getenv: func(name string) string { return env[name] }, ReadFile: files.readFile, ReadDir: files.readDir})
	if err != nil {
		return nil, fmt.Errorf("reading the month's configuration: %w", err)
	}
	return cfg, nil
}

// start begins a life of Toban on a database.
func (m *month) start(db string) error {
	p := &process{db: db, done: make(chan error, 1), next: m.tap()}
	logger := slog.New(slog.NewTextHandler(&m.log, &slog.HandlerOptions{Level: slog.LevelInfo}))
	var err error
	if p.store, err = store.Open(m.t.Context(), store.Options{Path: db, Lock: true, Logger: logger}); err != nil {
		return err
	}
	p.app, err = app.New(m.t.Context(), app.Parts{
		Config: m.cfg, Store: p.store, Clock: bubbleClock{}, Transport: p, Logger: logger,
		PollEvery: 3 * time.Minute, SlackPace: standinPace, Look: 2 * time.Minute,
	})
	if err != nil {
		return errors.Join(err, p.store.Close())
	}
	ctx, cancel := context.WithCancel(context.Background())
	p.stop, m.p = cancel, p
	m.route.set("toban.test", handlerTripper{p.app.Handler()})
	go func() { p.done <- p.app.Run(ctx) }()
	return nil
}

// halt ends the life of Toban as SIGTERM does.
func (m *month) halt() {
	m.t.Helper()
	m.route.set("toban.test", nil)
	m.p.stop()
	if err := <-m.p.done; err != nil {
		m.t.Errorf("running Toban: %v", err)
	}
	if err := m.p.store.Close(); err != nil {
		m.t.Errorf("closing the database: %v", err)
	}
}

// kill ends it as SIGKILL does: what reached the vendors by now did, and the disk is as it is at this moment. The old process goes on in
// the dark on a database that nobody will look at again; the next one starts on a copy.
func (m *month) kill() (db string, err error) {
	m.closeReader()
	m.route.set("toban.test", nil)
	m.p.cut.Store(true)
	m.lives++
	db = filepath.Join(m.dir, fmt.Sprintf("toban-%d.db", m.lives))
	err = copyDatabase(m.t.Context(), m.p.db, db)
	m.p.stop()
	_ = <-m.p.done //nolint:staticcheck // in the dark: its errors are nobody's
	return db, errors.Join(err, m.p.store.Close(), os.Remove(m.p.db))
}

// copyDatabase copies a SQLite file with its log as they are at one moment: while nobody may write, since the writer's lock is held here.
func copyDatabase(ctx context.Context, from, to string) error {
	db, err := sql.Open("sqlite", "file:"+from+"?_pragma=busy_timeout(10000)&_txlock=immediate")
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return errors.Join(err, db.Close())
	}
	for _, end := range []string{"", "-wal"} {
		err = errors.Join(err, copyAsIs(from+end, to+end))
	}
	return errors.Join(err, tx.Rollback(), db.Close())
}

func copyAsIs(from, to string) error {
	in, err := os.Open(from)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// close ends the world; the bubble must be left without goroutines.
func (m *month) close() {
	m.closeReader()
	if m.p != nil && m.up {
		m.halt()
	}
	if err := errors.Join(m.backlog.Close(), m.slack.Close()); err != nil {
		m.t.Error(err)
	}
	m.client.CloseIdleConnections()
}

// tapped sees every call that Toban makes.
type tapped struct{ m *month }

func (m *month) tap() http.RoundTripper { return tapped{m} }

// RoundTrip implements http.RoundTripper.
func (t tapped) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodGet && r.Body != nil {
		body, err := io.ReadAll(r.Body)
		_ = r.Body.Close()
		if err != nil {
			return nil, err
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		t.m.wire(r.URL.String(), string(body))
	} else {
		t.m.wire(r.URL.String(), "")
	}
	return t.m.route.RoundTrip(r)
}

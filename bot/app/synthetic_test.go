package app

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"toban/backlog"
	"toban/backlog/backlogsim"
	"toban/bot/slack/slacksim"
	"toban/bot/store"
	"toban/bot/watch"
	"toban/config"
)

// routes carries calls by host; the outside monitor answers by itself.
type routes struct {
	hosts map[string]http.RoundTripper
	mu    sync.Mutex
	beats []time.Time
}

func (r *routes) RoundTrip(req *http.Request) (*http.Response, error) {
	if next, ok := r.hosts[req.URL.Host]; ok {
		return next.RoundTrip(req)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.beats = append(r.beats, time.Now())
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Request: req}, nil
}

func (r *routes) since(t time.Time) (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, b := range r.beats {
		if b.After(t) {
			n++
		}
	}
	return n
}

// watched is a Toban with a heartbeat and a synthetic ticket between stand-ins.
type watched struct {
	*App
	t      *testing.T
	sim    *backlogsim.Server
	slack  *slacksim.Server
	routes *routes
	log    *bytes.Buffer
}

func newWatched(t *testing.T) *watched {
	t.Helper()
	w := &watched{t: t, sim: backlogsim.New(backlogsim.Options{}), slack: slacksim.New(slacksim.Options{}), log: &bytes.Buffer{}}
	seed := backlogsim.SampleSeed()
	seed.Projects[0].Key, seed.Projects[0].Issues = "TOBANTEST", nil
	if err := w.sim.Load(seed); err != nil {
		t.Fatal(err)
	}
	if err := w.slack.Load(slacksim.SampleSeed("xoxb-1", "xapp-1")); err != nil {
		t.Fatal(err)
	}
	w.routes = &routes{hosts: map[string]http.RoundTripper{"example.backlog.jp": w.sim.RoundTripper(), "slack.test": w.slack.RoundTripper()}}
	cfg, err := config.Load("../../config/example", config.Options{Getenv: func(name string) string { return "value-of-" + name }})
	if err != nil {
		t.Fatal(err)
	}
	cfg.Customers, cfg.Server.Backup = nil, config.Backup{}
	cfg.Spaces[0].BotUserID, cfg.Spaces[0].APIKey = backlogsim.SampleBotID, config.Secrets{config.NewSecret(backlogsim.SampleBotKey)}
	cfg.Server.Slack = config.Slack{Mode: config.SlackHTTP, BotToken: config.NewSecret("xoxb-1"), APIURL: "http://slack.test/api/"}
	cfg.Server.Operators.Channel = "C0OPS"
	cfg.Server.Watch = config.Watch{
		Heartbeat: config.Heartbeats{config.NewSecret("https://monitor.test/secret-part")},
		Synthetic: &config.Synthetic{Space: cfg.Spaces[0].Name, Project: "TOBANTEST", IssueType: "技術相談", Every: 15 * time.Minute},
	}
	st, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "toban.db"), Lock: true})
	if err != nil {
		t.Fatal(err)
	}
	w.App, err = New(t.Context(), Parts{
		Config: cfg, Store: st, Transport: w.routes, Logger: slog.New(slog.NewTextHandler(w.log, nil)), Look: 10 * time.Second, SlackPace: time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// run works until the returned function is called.
func (w *watched) run() (stop func()) {
	ctx, cancel := context.WithCancel(w.t.Context())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			w.t.Error(err)
		}
		if err := w.sim.Close(); err != nil {
			w.t.Error(err)
		}
		if err := w.slack.Close(); err != nil {
			w.t.Error(err)
		}
		if err := w.p.Store.Close(); err != nil {
			w.t.Error(err)
		}
	}
}

// tickets lists the test project.
func (w *watched) tickets() []*backlog.Issue {
	w.t.Helper()
	c, err := backlog.New("https://example.backlog.jp", backlogsim.SampleAdminKey, backlog.WithTransport(w.sim.RoundTripper()))
	if err != nil {
		w.t.Fatal(err)
	}
	list, err := c.GetIssues(w.t.Context(), &backlog.GetIssuesOptions{Count: 100})
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

// A test project without the issue type can't be opened a ticket in: doctor says so before the heartbeat falls silent.
func TestDoctorKnowsTheTestProject(t *testing.T) {
	for issueType, missing := range map[string]bool{"技術相談": false, "タスク": true} {
		synctest.Test(t, func(t *testing.T) {
			w := newWatched(t)
			w.p.Config.Server.Watch.Synthetic.IssueType = issueType
			w.dir.Customers = nil
			w.addSynthetic()
			defer w.run()()
			time.Sleep(time.Minute)
			found := false
			for _, f := range w.tracker.Check(t.Context(), w.p.Config.Spaces[0].Name, "TOBANTEST") {
				found = found || strings.Contains(f.What, "issue types missing: "+issueType)
			}
			if found != missing {
				t.Errorf("%s: missing %v, want %v", issueType, found, missing)
			}
		})
	}
}

func TestSyntheticTicketAndHeartbeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWatched(t)
		stop := w.run()
		defer stop()
		time.Sleep(62*time.Minute + 30*time.Second)
		synctest.Wait()
		list := w.tickets()
		if len(list) != 4 {
			t.Errorf("%d synthetic tickets in an hour, want 4", len(list))
		}
		for _, is := range list {
			if is.Status.ID != 4 || !strings.HasPrefix(is.Summary, "[Toban] 動作確認 ") {
				t.Errorf("%s %q is left in status %d", is.IssueKey, is.Summary, is.Status.ID)
			}
		}
		h := w.look(t.Context())
		if h.Round.Took <= 0 || h.Round.Took > watch.RoundLimit || len(h.Problems) > 0 {
			t.Errorf("round %+v, problems %v", h.Round, h.Problems)
		}
		if n := w.routes.since(time.Now().Add(-10 * time.Minute)); n < 9 {
			t.Errorf("%d heartbeats in ten minutes", n)
		}

		// A stop on purpose: no ticket is expected, and heartbeats go on.
		if _, err := w.sw.Stop(t.Context(), "", "sato", ""); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		if n := w.routes.since(time.Now().Add(-10 * time.Minute)); n < 9 {
			t.Errorf("%d heartbeats in ten minutes of a stop: %v", n, w.Problems(t.Context()))
		}
		if _, err := w.sw.Start(t.Context(), "", "sato"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Minute)
		if p := w.Problems(t.Context()); len(p) > 0 {
			t.Errorf("after the start: %v", p)
		}

		// Backlog is away: the heartbeat falls silent and the operators are told once an hour.
		if err := w.sim.AddFaults(backlogsim.Faults{Outages: []backlogsim.Outage{{For: backlogsim.Duration(24 * time.Hour)}}}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(40 * time.Minute)
		if n := w.routes.since(time.Now().Add(-10 * time.Minute)); n != 0 {
			t.Errorf("%d heartbeats while Backlog is away", n)
		}
		if text := fmt.Sprintf("%s", w.slack.Messages("C0OPS")); !strings.Contains(text, "Toban is not well") {
			t.Errorf("the operators were not told: %s", text)
		}
		if strings.Contains(w.log.String(), "secret-part") {
			t.Error("the log names the monitor's address")
		}
	})
}

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot/mail/mailsim"
	"toban/bot/slack/slacksim"
	"toban/bot/slack/view"
	"toban/bot/trace"
	"toban/config"
)

// Addresses of the in-process world: no socket is behind them.
const (
	simBacklogURL = "http://backlog.test"
	simSlackURL   = "http://slack.test"
	simTobanURL   = "http://toban.test"
)

// bench is a world in one process, for synctest bubbles: every call goes through a RoundTripper, both times are the bubble's.
type bench struct {
	*world
	t      *testing.T
	db     string
	stop   context.CancelFunc
	done   chan error
	log    *bytes.Buffer
	route  *routes
	client *http.Client
	mails  *mailsim.Server // nil: no mail is configured
	phone  string          // address of a telephony provider
	aws    string          // address of AWS
	tracer *trace.Tracer
	terms  string                       // further lines of the customer's file
	files  map[string]string            // laid over the configuration
	env    map[string]string            // further secrets
	hosts  map[string]http.RoundTripper // further stand-ins
}

// routes carries calls between the parts of a bench.
type routes struct {
	mu    sync.Mutex
	hosts map[string]http.RoundTripper
}

func (r *routes) RoundTrip(req *http.Request) (*http.Response, error) {
	r.mu.Lock()
	rt := r.hosts[req.URL.Host]
	r.mu.Unlock()
	if rt == nil {
		return nil, fmt.Errorf("connecting to %s: connection refused", req.URL.Host)
	}
	return rt.RoundTrip(req)
}

func (r *routes) set(host string, rt http.RoundTripper) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hosts[host] = rt
}

// handlerTripper calls a handler in process.
type handlerTripper struct{ http.Handler }

func (h handlerTripper) RoundTrip(req *http.Request) (*http.Response, error) {
	w := &memoryWriter{header: http.Header{}, code: http.StatusOK}
	if req.Body == nil {
		req.Body = http.NoBody
	}
	req.RequestURI = req.URL.RequestURI()
	h.ServeHTTP(w, req)
	return &http.Response{
		StatusCode: w.code, Status: http.StatusText(w.code), Header: w.header, Body: io.NopCloser(&w.body), Request: req,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}, nil
}

type memoryWriter struct {
	header http.Header
	code   int
	body   bytes.Buffer
}

func (w *memoryWriter) Header() http.Header         { return w.header }
func (w *memoryWriter) WriteHeader(code int)        { w.code = code }
func (w *memoryWriter) Write(b []byte) (int, error) { return w.body.Write(b) }

type bubbleClock struct{}

func (bubbleClock) Now() time.Time { return time.Now() }

// newBench starts a world at a world time; call it inside a synctest bubble.
func newBench(t *testing.T, start time.Time) *bench {
	t.Helper()
	return newBenchWith(t, start, bench{})
}

// newBenchWith is newBench with what parts brings: a mail server, a telephony provider, a tracer.
func newBenchWith(t *testing.T, start time.Time, parts bench) *bench {
	t.Helper()
	time.Sleep(time.Until(start))
	b := &bench{t: t, mails: parts.mails, phone: parts.phone, aws: parts.aws, tracer: parts.tracer, files: parts.files, env: parts.env, terms: parts.terms, db: filepath.Join(t.TempDir(), "toban.db"), log: &bytes.Buffer{}, route: &routes{hosts: map[string]http.RoundTripper{}}}
	b.client = &http.Client{Transport: b.route}
	for host, rt := range parts.hosts {
		b.route.set(host, rt)
	}
	b.open(nil)
	b.route.set("backlog.test", b.backlog.RoundTripper())
	b.route.set("slack.test", b.slack.RoundTripper())
	b.run()
	return b
}

func (b *bench) open(standins *world) {
	b.t.Helper()
	w, err := newWorld(b.t.Context(), worldOptions{
		Clock: bubbleClock{}, Database: b.db, Transport: b.route, Deliver: b.route, BacklogURL: simBacklogURL, SlackURL: simSlackURL, TobanURL: simTobanURL,
		SlackMode: config.SlackHTTP, Standins: standins, Mail: b.mails, PhoneURL: b.phone, AWSURL: b.aws, Look: 20 * time.Second, Tracer: b.tracer, Contract: b.terms, Files: b.files, Env: b.env, ListenMail: silent,
		Logger: slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelInfo})),
	})
	if err != nil {
		b.t.Fatal(err)
	}
	b.world = w
}

func (b *bench) run() {
	ctx, cancel := context.WithCancel(context.Background())
	b.stop, b.done = cancel, make(chan error, 1)
	b.route.set("toban.test", handlerTripper{b.app.Handler()})
	go func() { b.done <- b.app.Run(ctx) }()
}

// restart stops Toban gracefully and starts it again on the same database; the stand-ins go on.
func (b *bench) restart(down time.Duration) {
	b.t.Helper()
	b.halt()
	b.route.set("toban.test", nil)
	time.Sleep(down)
	b.open(b.world)
	b.run()
}

func (b *bench) halt() {
	b.t.Helper()
	b.stop()
	if err := <-b.done; err != nil {
		b.t.Errorf("running Toban: %v", err)
	}
	if err := b.store.Close(); err != nil {
		b.t.Errorf("closing the database: %v", err)
	}
}

// close ends the world; the bubble must be left without goroutines.
func (b *bench) close() {
	b.halt()
	if err := b.backlog.Close(); err != nil {
		b.t.Error(err)
	}
	if err := b.slack.Close(); err != nil {
		b.t.Error(err)
	}
	if b.mails != nil {
		if err := b.mails.Close(); err != nil {
			b.t.Error(err)
		}
	}
	b.client.CloseIdleConnections()
	if b.t.Failed() {
		b.t.Log(b.log.String())
	}
}

// call speaks the Backlog API as a person.
func (b *bench) call(key, method, path string, form url.Values, into any) {
	b.t.Helper()
	b.callAt(simBacklogURL, key, method, path, form, into)
}

// callAt speaks the API of a space.
func (b *bench) callAt(space, key, method, path string, form url.Values, into any) {
	b.t.Helper()
	var body io.Reader
	if method == http.MethodGet {
		path += "?" + form.Encode()
	} else {
		body = strings.NewReader(form.Encode())
	}
	req, err := http.NewRequestWithContext(b.t.Context(), method, space+"/api/v2"+path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Backlog-Api-Key", key)
	if body != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	const failed = 300
	if res.StatusCode >= failed {
		b.t.Fatalf("%s %s: %d %s", method, path, res.StatusCode, raw)
	}
	if into != nil {
		if err := json.Unmarshal(raw, into); err != nil {
			b.t.Fatalf("%s %s: %v in %s", method, path, err, raw)
		}
	}
}

type simIssue struct {
	ID       int64               `json:"id"`
	Key      string              `json:"issueKey"`
	DueDate  string              `json:"dueDate"`
	Status   struct{ ID int64 }  `json:"status"`
	Assignee *struct{ ID int64 } `json:"assignee"`
}

type simComment struct {
	ID      int64                               `json:"id"`
	Content string                              `json:"content"`
	Created time.Time                           `json:"created"`
	User    struct{ ID int64 }                  `json:"createdUser"`
	Notes   []struct{ User struct{ ID int64 } } `json:"notifications"`
}

// open adds an issue as a user of Backlog.
func (b *bench) issue(key, typeName, summary, description string, priority int) simIssue {
	b.t.Helper()
	var types []struct {
		ID   int64  `json:"id"`
		Name string `json:"name"`
	}
	b.call(key, http.MethodGet, "/projects/"+backlogsim.SampleProjectKey+"/issueTypes", nil, &types)
	form := url.Values{
		"projectId": {fmt.Sprint(backlogsim.SampleProjectID)}, "summary": {summary}, "description": {description}, "priorityId": {fmt.Sprint(priority)},
	}
	for _, x := range types {
		if x.Name == typeName {
			form.Set("issueTypeId", fmt.Sprint(x.ID))
		}
	}
	if form.Get("issueTypeId") == "" {
		b.t.Fatalf("no issue type %q", typeName)
	}
	var is simIssue
	b.call(key, http.MethodPost, "/issues", form, &is)
	return is
}

func (b *bench) comment(key, issue, text string) {
	b.t.Helper()
	b.call(key, http.MethodPost, "/issues/"+issue+"/comments", url.Values{"content": {text}}, nil)
}

// said lists the bot's comments with words on an issue, the oldest first.
func (b *bench) said(issue string) []simComment {
	b.t.Helper()
	var all, out []simComment
	b.call(backlogsim.SampleAdminKey, http.MethodGet, "/issues/"+issue+"/comments", url.Values{"count": {"100"}, "order": {"asc"}}, &all)
	for _, c := range all {
		if c.User.ID == backlogsim.SampleBotID && c.Content != "" {
			out = append(out, c)
		}
	}
	return out
}

// card is a message of the demo's channel with its buttons.
type card struct {
	TS     string           `json:"ts"`
	Thread string           `json:"thread_ts"`
	Text   string           `json:"text"`
	Blocks []map[string]any `json:"blocks"`
}

func (b *bench) messages() []card {
	b.t.Helper()
	var out []card
	for _, raw := range b.slack.Messages(demoChannel) {
		var c card
		if err := json.Unmarshal(raw, &c); err != nil {
			b.t.Fatal(err)
		}
		out = append(out, c)
	}
	return out
}

// cardOf finds the card of an issue.
func (b *bench) cardOf(key string) card {
	b.t.Helper()
	for _, m := range b.messages() {
		raw, err := json.Marshal(m.Blocks)
		if err != nil {
			b.t.Fatal(err)
		}
		if (m.Thread == "" || m.Thread == m.TS) && strings.Contains(string(raw), "/view/"+key+"|") {
			return m
		}
	}
	b.t.Fatalf("no card of %s in %v", key, b.messages())
	return card{}
}

// press clicks a button of a card, or of its menu, as a staff member; with values it fills in the form that opens and sends it.
func (b *bench) press(user, issue, action string, values map[string]any) {
	b.t.Helper()
	c := b.cardOf(issue)
	if err := b.slack.Reach(b.t.Context(), slacksim.Click{User: user, Channel: demoChannel, TS: c.TS, ActionID: action}, view.ActionMore); err != nil {
		raw, _ := json.MarshalIndent(c.Blocks, "", " ")
		b.t.Fatalf("pressing %s on %s: %v\n%s", action, issue, err, raw)
	}
	if values == nil {
		return
	}
	time.Sleep(time.Second)
	views := b.slack.Views(user)
	if len(views) == 0 {
		b.t.Fatalf("pressing %s on %s opened no form", action, issue)
	}
	var form struct {
		ID     string `json:"id"`
		Blocks []struct {
			ID      string `json:"block_id"`
			Element struct {
				ID string `json:"action_id"`
			} `json:"element"`
		} `json:"blocks"`
	}
	if err := json.Unmarshal(views[len(views)-1], &form); err != nil {
		b.t.Fatal(err)
	}
	filled := map[string]map[string]any{}
	for _, bl := range form.Blocks {
		if v, ok := values[bl.ID]; ok {
			filled[bl.ID] = map[string]any{bl.Element.ID: v}
		}
	}
	res, err := b.slack.Submit(b.t.Context(), slacksim.Submit{User: user, ViewID: form.ID, Values: filled})
	if err != nil {
		b.t.Fatalf("sending %s on %s: %v", action, issue, err)
	}
	if len(res.Errors) > 0 {
		b.t.Fatalf("sending %s on %s: %v", action, issue, res.Errors)
	}
}

func tokyo(t *testing.T, s string) time.Time {
	t.Helper()
	loc, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04:05", s, loc)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

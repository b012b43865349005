package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot/slack/slacksim"
)

// office is Toban as an operator has it: a configuration folder, stand-ins behind sockets, the commands run as from a shell.
type office struct {
	t       *testing.T
	dir     string
	backlog *backlogsim.Server
	slack   *slacksim.Server
	base    string // Backlog's address
	listen  string
	backups string // the folder of backups, where one is configured
	opened  int    // tickets so far
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, dir: t.TempDir(), listen: freeAddress(t)}
	backlogMux, slackMux := &lateHandler{}, &lateHandler{}
	backlogServer, slackServer := httptest.NewServer(backlogMux), httptest.NewServer(slackMux)
	t.Cleanup(backlogServer.Close)
	t.Cleanup(slackServer.Close)
	o.base = backlogServer.URL
	o.backlog = backlogsim.New(backlogsim.Options{BaseURL: o.base})
	seed := backlogsim.SampleSeed()
	seed.Projects[0].Issues = nil
	seed.Projects[0].Webhooks = []backlogsim.SeedWebhook{{Name: "当番", HookURL: "http://" + o.listen + "/hooks/backlog/office-hook-token"}}
	if err := o.backlog.Load(seed); err != nil {
		t.Fatal(err)
	}
	o.slack = slacksim.New(slacksim.Options{BaseURL: slackServer.URL})
	ws := slacksim.SampleSeed("xoxb-office", "xapp-office")
	ws.Commands = []slacksim.SlashCommand{{Command: "/toban", ShouldEscape: true}}
	if err := o.slack.Load(ws); err != nil {
		t.Fatal(err)
	}
	backlogMux.Handler, slackMux.Handler = o.backlog, o.slack
	t.Cleanup(func() {
		if err := o.backlog.Close(); err != nil {
			t.Error(err)
		}
		if err := o.slack.Close(); err != nil {
			t.Error(err)
		}
	})
	cfg := demoFiles(worldOptions{
		Database: filepath.Join(o.dir, "toban.db"), BacklogURL: o.base, SlackURL: slackServer.URL, TobanURL: "http://" + o.listen, SlackMode: "socket",
	})
	for name, text := range cfg {
		path := filepath.Join(o.dir, "config", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		text = strings.ReplaceAll(text, "listen: 127.0.0.1:8080", "listen: "+o.listen)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for k, v := range map[string]string{
		"BOT_TOKEN": "xoxb-office", "APP_TOKEN": "xapp-office", "SIGNING": "office", "BACKLOG_KEY": backlogsim.SampleBotKey, "HOOK_TOKEN": "office-hook-token", "CUSTOMER_FEED": "office-customer-schedule", "CUSTOMER_ALERTS": "office-customer-alerts", "SCHEDULE_TOKEN": "office-provider-schedule",
		"CUSTOMER_MAIL": demoCustomerMail, "CUSTOMER_PHONE": demoCustomerPhone,
	} {
		t.Setenv(k, v)
	}
	return o
}

// lateHandler is a handler that is known only after its address.
type lateHandler struct{ http.Handler }

func freeAddress(t *testing.T) string {
	t.Helper()
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ln.Close() }()
	return ln.Addr().String()
}

// toban runs a command and returns its exit code and what it printed.
func (o *office) toban(stdin string, args ...string) (code int, stdout, stderr string) {
	o.t.Helper()
	var out, errs bytes.Buffer
	for i := range args {
		if args[i] == "CONFIG" {
			args[i] = filepath.Join(o.dir, "config")
		}
	}
	code = run(o.t.Context(), args, strings.NewReader(stdin), &out, &errs)
	return code, out.String(), errs.String()
}

// serve runs `toban serve` until the returned function is called.
func (o *office) serve() (stop func()) {
	o.t.Helper()
	ctx, cancel := context.WithCancel(o.t.Context())
	done := make(chan int, 1)
	var out, errs bytes.Buffer
	go func() {
		done <- run(ctx, []string{"serve", "--config", filepath.Join(o.dir, "config")}, strings.NewReader(""), &out, &errs)
	}()
	o.until("Toban answers", func() bool { return o.ready(o.listen) })
	return func() {
		cancel()
		if code := <-done; code != exitOK {
			o.t.Errorf("serve ended with %d: %s", code, errs.String())
		}
	}
}

// ready asks whether a Toban at an address is ready.
func (o *office) ready(address string) bool {
	req, err := http.NewRequestWithContext(o.t.Context(), http.MethodGet, "http://"+address+"/readyz", nil)
	if err != nil {
		o.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	_ = res.Body.Close()
	return res.StatusCode == http.StatusOK
}

// until waits for something that another goroutine does.
func (o *office) until(what string, ok func() bool) {
	o.t.Helper()
	const limit, look = 20 * time.Second, 20 * time.Millisecond
	tick := time.NewTicker(look)
	defer tick.Stop()
	end := time.After(limit)
	for !ok() {
		select {
		case <-end:
			o.t.Fatalf("waited %s in vain: %s", limit, what)
		case <-tick.C:
		}
	}
}

func (o *office) post(key, path string, form url.Values) map[string]any {
	o.t.Helper()
	res, err := http.PostForm(o.base+"/api/v2"+path+"?apiKey="+key, form) //nolint:noctx // a test's own loopback server
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var out map[string]any
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil || res.StatusCode > http.StatusCreated {
		o.t.Fatalf("POST %s: %d %v %v", path, res.StatusCode, out, err)
	}
	return out
}

func (o *office) get(path string, into any) {
	o.t.Helper()
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	res, err := http.Get(o.base + "/api/v2" + path + sep + "apiKey=" + backlogsim.SampleAdminKey) //nolint:noctx // a test's own loopback server
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode == http.StatusTooManyRequests { // whoever looks again and again on a busy machine; the next look may tell
		return
	}
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		o.t.Fatal(err)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		o.t.Fatalf("reading %s: %s: %v\n%s", path, res.Status, err, raw)
	}
}

// file adds an issue as the customer.
func (o *office) file(kind, summary, text string, priority int) string {
	o.t.Helper()
	var types []struct {
		ID   int    `json:"id"`
		Name string `json:"name"`
	}
	o.get("/projects/AOZORA/issueTypes", &types)
	form := url.Values{"projectId": {fmt.Sprint(backlogsim.SampleProjectID)}, "summary": {summary}, "description": {text}, "priorityId": {fmt.Sprint(priority)}}
	for _, x := range types {
		if x.Name == kind {
			form.Set("issueTypeId", fmt.Sprint(x.ID))
		}
	}
	key, _ := o.post(backlogsim.SampleCustomerKey, "/issues", form)["issueKey"].(string)
	return key
}

// open adds a backup request as the customer and waits for Toban's answer.
func (o *office) open() string {
	o.t.Helper()
	o.opened++ // of another host each time: staff would be told of two alike
	host := fmt.Sprintf("web%02d", o.opened)
	key := o.file("バックアップ作業", host+" のバックアップ", strings.ReplaceAll(backupText, "web01", host), 3)
	o.until("the answer to "+key, func() bool {
		var comments []struct{ Content string }
		o.get("/issues/"+key+"/comments", &comments)
		for _, c := range comments {
			if strings.Contains(c.Content, "次のとおり承りました") {
				return true
			}
		}
		return false
	})
	return key
}

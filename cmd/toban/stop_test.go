package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot/slack/slacksim"
	"toban/bot/store/storetest"
)

// second runs another replica of the office until the returned function is called.
func (o *office) second(address string) (stop func()) {
	o.t.Helper()
	dir := filepath.Join(o.dir, "second")
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(o.dir, "config"))); err != nil {
		o.t.Fatal(err)
	}
	path := filepath.Join(dir, "server.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		o.t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.ReplaceAll(text, []byte("listen: "+o.listen), []byte("listen: "+address)), 0o600); err != nil {
		o.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(o.t.Context())
	done := make(chan int, 1)
	var out, errs bytes.Buffer
	go func() { done <- run(ctx, []string{"serve", "--config", dir}, strings.NewReader(""), &out, &errs) }()
	o.until("the second replica answers", func() bool { return o.ready(address) })
	return func() {
		cancel()
		if code := <-done; code != exitOK {
			o.t.Errorf("the second replica ended with %d: %s", code, errs.String())
		}
	}
}

// ask opens a backup request as the customer and does not wait.
func (o *office) ask() (key string) {
	o.t.Helper()
	var types []struct {
		ID   int    `json:"id"`
		Name string `json:"name"`
	}
	o.get("/projects/AOZORA/issueTypes", &types)
	form := url.Values{"projectId": {fmt.Sprint(backlogsim.SampleProjectID)}, "summary": {"web01 のバックアップ"}, "description": {backupText}, "priorityId": {"3"}}
	for _, x := range types {
		if x.Name == "バックアップ作業" {
			form.Set("issueTypeId", fmt.Sprint(x.ID))
		}
	}
	key, _ = o.post(backlogsim.SampleCustomerKey, "/issues", form)["issueKey"].(string)
	return key
}

// stopped reads for whom a replica says that nothing goes outward; it must be ready all the same.
func (o *office) stopped(address string) string {
	o.t.Helper()
	req, err := http.NewRequestWithContext(o.t.Context(), http.MethodGet, "http://"+address+"/readyz", nil)
	if err != nil {
		o.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var out struct {
		Stopped  []string
		Problems []string
	}
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil || res.StatusCode != http.StatusOK {
		o.t.Errorf("readyz: %d %v %v", res.StatusCode, out.Problems, err)
	}
	return strings.Join(out.Stopped, " ")
}

// A manager stops Toban in Slack while tickets come in: within five seconds no replica writes to Backlog any more, cards go on, the stop
// survives a restart, and after the start each ticket is answered once.
func TestStopWithTwoReplicas(t *testing.T) {
	cluster := &storetest.Cluster{}
	t.Cleanup(cluster.Stop)
	o := newOffice(t)
	t.Setenv("TOBAN_POSTGRES", cluster.Schema(t))
	o.rewrite("server.yaml", "database: {sqlite: "+filepath.Join(o.dir, "toban.db")+"}", "database: {postgres: env:TOBAN_POSTGRES}")
	first, other := o.serve(), freeAddress(t)
	second := o.second(other)

	var keys []string
	for range 4 {
		keys = append(keys, o.ask())
	}
	if err := o.slack.Command(t.Context(), slacksim.Command{User: "sato", Channel: demoChannel, Command: "/toban", Text: "stop all 文面の確認"}); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	for range 4 {
		keys = append(keys, o.ask())
	}
	o.until("a card for each ticket", func() bool {
		text := fmt.Sprintf("%s", o.slack.Messages(demoChannel))
		for _, k := range keys {
			if !strings.Contains(text, k+"「") {
				return false
			}
		}
		return true
	})
	o.until("the channel is told", func() bool {
		return strings.Contains(fmt.Sprintf("%s", o.slack.Messages(demoChannel)), "への発信を止めました")
	})
	for _, address := range []string{o.listen, other} {
		if got := o.stopped(address); got != "all" {
			t.Errorf("%s says it is stopped for %q", address, got)
		}
	}
	first() // the stop is in the database, not in a process
	first = o.serve()
	const within = 5 * time.Second
	held := keys[4:]
	for _, k := range held {
		if n := o.answers(k); n != 0 {
			t.Errorf("%s was answered %d times during the stop", k, n)
		}
	}
	for _, r := range o.backlog.Requests() {
		if r.Method != http.MethodGet && r.User == backlogsim.SampleBotID && r.At.After(began.Add(within)) {
			t.Errorf("%s %s, %s after the stop", r.Method, r.Path, r.At.Sub(began))
		}
	}
	if out := o.must("start", "--config", "CONFIG"); !strings.Contains(out, "started") {
		t.Errorf("start: %s", out)
	}
	o.until("every ticket is answered", func() bool {
		for _, k := range keys {
			if o.answers(k) == 0 {
				return false
			}
		}
		return true
	})
	first()
	second()
	for _, k := range keys {
		if n := o.answers(k); n != 1 {
			t.Errorf("%s was answered %d times", k, n)
		}
	}
}

func TestStopCommand(t *testing.T) {
	o := newOffice(t)
	o.serve()()
	for _, tt := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"start"}, exitOK, "nothing was stopped"},
		{[]string{"stop", "--customer", "nobody"}, exitFailed, `finding customer "nobody"`},
		{[]string{"stop", "--customer", demoCustomer, "--reason", "文面"}, exitOK, "nothing goes outward for customer " + demoCustomer},
		{[]string{"stop", "--customer", demoCustomer}, exitOK, "it was stopped already"},
		{[]string{"report", "--customer", demoCustomer, "--month", time.Now().Format("2006-01")}, exitFailed, "stopped: nothing goes outward now"},
		{[]string{"start", "--customer", demoCustomer}, exitOK, "started"},
	} {
		code, out, errs := o.toban("", append(tt.args, "--config", "CONFIG")...)
		if code != tt.code || !strings.Contains(out+errs, tt.want) {
			t.Errorf("%s: exit %d, %s%s; want %d and %q", strings.Join(tt.args, " "), code, out, errs, tt.code, tt.want)
		}
	}
}

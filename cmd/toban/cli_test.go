package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"toban/backlog/backlogsim"
)

func TestOperatorsDay(t *testing.T) {
	o := newOffice(t)
	if code, out, errs := o.toban("", "check", "--config", "CONFIG"); code != exitOK || !strings.Contains(out, "1 customers") {
		t.Fatalf("check: %d %s %s", code, out, errs)
	}
	stop := o.serve()
	key := o.open()
	stop()

	if code, out, errs := o.toban("", "timeline", "--config", "CONFIG", key); code != exitFinding || out != "" || !strings.Contains(errs, key+": it is no incident") {
		t.Errorf("timeline of a request: %d %s %s", code, out, errs)
	}
	month := time.Now().In(time.FixedZone("JST", 9*60*60)).Format("2006-01")
	pages := func() map[string]string {
		var list []struct {
			ID   int
			Name string
		}
		o.get("/wikis?projectIdOrKey=AOZORA", &list)
		out := map[string]string{}
		for _, w := range list {
			var page struct{ Content string }
			o.get(fmt.Sprintf("/wikis/%d", w.ID), &page)
			out[w.Name] = page.Content
		}
		return out
	}
	code, out, errs := o.toban("", "report", "--config", "CONFIG", "--customer", demoCustomer, "--month", month)
	if code != exitOK {
		t.Fatalf("report: %d %s %s", code, out, errs)
	}
	name := "SLA/" + month[:4] + "/" + month
	first := pages()
	if !strings.Contains(first[name], "SLO / SLA") || !strings.Contains(first[name+"/作業詳細"], key) {
		t.Fatalf("pages after the report: %v", first)
	}
	writes := len(o.writes())
	if code, out, errs := o.toban("", "report", "--config", "CONFIG", "--customer", demoCustomer, "--month", month); code != exitOK {
		t.Fatalf("report again: %d %s %s", code, out, errs)
	}
	if n := len(o.writes()); n != writes {
		t.Errorf("the second report wrote %d times, want none: %v", n-writes, o.writes()[writes:])
	}

	o.edit(name, "人が書き直しました。")
	code, out, errs = o.toban("", "report", "--config", "CONFIG", "--customer", demoCustomer, "--month", month)
	if code != exitFinding {
		t.Errorf("report over a person's words: %d %s %s, want %d", code, out, errs, exitFinding)
	}
	after := pages()
	if after[name] != "人が書き直しました。" || after[name+"/自動生成(要確認)"] == "" {
		t.Errorf("pages after a person's change: %v", after)
	}

	if code, out, _ := o.toban("", "explain", "--config", "CONFIG", key); code != exitOK || !strings.Contains(out, "business day") || !strings.Contains(out, "classified as backup") {
		t.Errorf("explain: %d %s", code, out)
	}
	if code, out, _ := o.toban("", "explain", "--config", "CONFIG", "--lang", "ja", "--short", key); code != exitOK || !strings.Contains(out, "数えた日") || strings.Contains(out, "Decisions") {
		t.Errorf("short explanation: %d %s", code, out)
	}
	next := filepath.Join(t.TempDir(), "next")
	if err := os.CopyFS(next, os.DirFS(filepath.Join(o.dir, "config"))); err != nil {
		t.Fatal(err)
	}
	if code, out, errs := o.toban("", "sla", "moves", "--config", "CONFIG", "--new", next); code != exitOK || !strings.Contains(out, "0 of 1 open tickets would move") {
		t.Errorf("moves of an unchanged copy: %d %s%s", code, out, errs)
	}
	path := filepath.Join(next, "customers", demoCustomer+".yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text = append(text, "\noverrides:\n  support-desk: {calendars: {support_center: {week: {mon-fri: [\"10:00-12:00\"]}}}}\n"...)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, errs := o.toban("", "sla", "moves", "--config", "CONFIG", "--new", next); code != exitFinding || !strings.Contains(out, key) || !strings.Contains(out, "19:00 JST, running → due") {
		t.Errorf("moves of shorter hours: %d %s%s", code, out, errs)
	}
	o.movesOfRevisions(key, path, text)
	if code, out, _ := o.toban("", "explain", "--config", "CONFIG", "--json", key); code != exitOK || !strings.Contains(out, `"kind":"counted"`) || !strings.Contains(out, `"text":["promise`) {
		t.Errorf("explanation as JSON: %d %s", code, out)
	}
	if code, out, _ := o.toban("", "deadletter", "list", "--config", "CONFIG"); code != exitOK || !strings.Contains(out, "0 dead letters") {
		t.Errorf("deadletter list: %d %s", code, out)
	}
	if code, out, errs := o.toban("", "doctor", "--config", "CONFIG"); code != exitOK {
		t.Errorf("doctor: %d\n%s%s", code, out, errs)
	}
}

// movesOfRevisions: a later version of the hours moves tickets that start under it, and none of before. path is the customer's file.
func (o *office) movesOfRevisions(key, path string, text []byte) {
	o.t.Helper()
	revision := func(from time.Time) {
		plain, _, _ := strings.Cut(string(text), "\noverrides:")
		plain += "\noverrides:\n  support-desk:\n    revisions:\n      - {version: \"2\", from: " + from.Format(time.DateOnly) +
			", calendars: {support_center: {week: {mon-fri: [\"10:00-12:00\"]}}}}\n"
		if err := os.WriteFile(path, []byte(plain), 0o600); err != nil {
			o.t.Fatal(err)
		}
	}
	next := filepath.Dir(filepath.Dir(path))
	const month = 30 * 24 * time.Hour
	revision(time.Now().Add(month))
	if code, out, errs := o.toban("", "sla", "moves", "--config", "CONFIG", "--new", next); code != exitOK || !strings.Contains(out, "0 of 1 open tickets would move") {
		o.t.Errorf("moves of hours from next month on: %d %s%s", code, out, errs)
	}
	revision(time.Now().Add(-month))
	if code, out, errs := o.toban("", "sla", "moves", "--config", "CONFIG", "--new", next); code != exitFinding || !strings.Contains(out, key) || !strings.Contains(out, "12:00 JST") {
		o.t.Errorf("moves of hours since last month: %d %s%s", code, out, errs)
	}
}

// writes are the calls that changed wiki pages.
func (o *office) writes() []string {
	var out []string
	for _, r := range o.backlog.Requests() {
		if r.Method != http.MethodGet && strings.HasPrefix(r.Path, "/wikis") {
			out = append(out, r.Method+" "+r.Path)
		}
	}
	return out
}

// edit changes a wiki page as a person.
func (o *office) edit(name, content string) {
	o.t.Helper()
	var list []struct {
		ID   int
		Name string
	}
	o.get("/wikis?projectIdOrKey=AOZORA", &list)
	for _, w := range list {
		if w.Name != name {
			continue
		}
		form := url.Values{"content": {content}}
		req, err := http.NewRequestWithContext(o.t.Context(), http.MethodPatch, fmt.Sprintf("%s/api/v2/wikis/%d?apiKey=%s", o.base, w.ID, backlogsim.SampleStaffKey), strings.NewReader(form.Encode()))
		if err != nil {
			o.t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			o.t.Fatal(err)
		}
		_ = res.Body.Close()
	}
}

func TestCommandsSayWhatIsWrong(t *testing.T) {
	o := newOffice(t)
	bad := filepath.Join(t.TempDir(), "empty")
	if err := os.Mkdir(bad, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name  string
		args  []string
		code  int
		wants string
	}{
		{"no config", []string{"serve"}, exitUsage, `required flag(s) "config" not set`},
		{"empty folder", []string{"serve", "--config", bad}, exitUsage, "server.yaml"},
		{"unknown customer", []string{"report", "--config", "CONFIG", "--customer", "nobody", "--month", "2026-11"}, exitUsage, "known are [aozora]"},
		{"no month", []string{"report", "--config", "CONFIG", "--customer", demoCustomer, "--month", "2026-13"}, exitUsage, "2026-11"},
		{"unknown key", []string{"explain", "--config", "CONFIG", "AOZORA-99"}, exitFailed, "not found"},
		{"unknown command", []string{"repot"}, exitUsage, "repot"},
		{"unknown flag", []string{"serve", "--confg", "x"}, exitUsage, "confg"},
		{"no such letter", []string{"deadletter", "replay", "--config", "CONFIG", "event:7"}, exitFailed, "not found"},
		{"no letter at all", []string{"deadletter", "replay", "--config", "CONFIG", "seven"}, exitFailed, "event:N"},
	} {
		code, out, errs := o.toban("", tt.args...)
		if code != tt.code || !strings.Contains(errs, tt.wants) {
			t.Errorf("%s: exit %d, stdout %q, stderr %q; want exit %d and %q", tt.name, code, out, errs, tt.code, tt.wants)
		}
	}
}

func TestHelpNamesEveryCommand(t *testing.T) {
	o := &office{t: t}
	_, out, _ := o.toban("")
	for _, c := range newRoot().Commands() {
		if !strings.Contains(out, c.Name()) {
			t.Errorf("help does not name %s", c.Name())
		}
		if c.Short == "" {
			t.Errorf("%s has no short help", c.Name())
		}
	}
}

func TestDoctorSaysHowToMend(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil func(o *office)
		wants string
	}{
		{"wrong key", func(o *office) { o.t.Setenv("BACKLOG_KEY", "wrong") }, "API key"},
		{"wrong Slack token", func(o *office) { o.t.Setenv("BOT_TOKEN", "xoxb-wrong") }, "auth"},
		{"no webhook", func(o *office) { o.t.Setenv("HOOK_TOKEN", "another-token-of-the-hook") }, "webhook"},
		{"no such project", func(o *office) {
			o.rewrite("customers/"+demoCustomer+".yaml", "projects: ["+backlogsim.SampleProjectKey+"]", "projects: [NOWHERE]")
		}, "NOWHERE"},
		{"Backlog does not answer", func(o *office) { o.rewrite("spaces.yaml", o.base, "http://"+freeAddress(o.t)) }, "network"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newOffice(t)
			tt.spoil(o)
			code, out, errs := o.toban("", "doctor", "--config", "CONFIG")
			if !strings.Contains(strings.ToLower(out), strings.ToLower(tt.wants)) || !strings.Contains(out, "→") {
				t.Errorf("doctor: exit %d\n%s%s\nwant %q and what to do", code, out, errs, tt.wants)
			}
			for _, secret := range []string{"xoxb-", "xapp-", backlogsim.SampleBotKey, "office-hook-token", "another-token"} {
				if strings.Contains(out+errs, secret) {
					t.Errorf("doctor printed a secret: %s", out+errs)
				}
			}
		})
	}
}

// rewrite changes a file of the configuration.
func (o *office) rewrite(name, old, fresh string) {
	o.t.Helper()
	path := filepath.Join(o.dir, "config", name)
	b, err := os.ReadFile(path)
	if err != nil {
		o.t.Fatal(err)
	}
	text := strings.ReplaceAll(string(b), old, fresh)
	if text == string(b) {
		o.t.Fatalf("%s has no %q", name, old)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		o.t.Fatal(err)
	}
}

func TestStandInsRunAlone(t *testing.T) {
	for _, tt := range []struct {
		args  []string
		probe func(address string) (*http.Request, error)
		wants string
	}{
		{
			[]string{"sim", "backlog", "--api-key", "my-key"},
			func(address string) (*http.Request, error) {
				return http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/api/v2/users/myself?apiKey=my-key", nil)
			}, `"name":"当番"`,
		},
		{
			[]string{"sim", "slack", "--token", "xoxb-mine", "--app-token", "xapp-mine"},
			func(address string) (*http.Request, error) {
				return http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/api/auth.test?token=xoxb-mine", nil)
			}, `"ok":true`,
		},
	} {
		t.Run(tt.args[1], func(t *testing.T) {
			o, address := &office{t: t}, freeAddress(t)
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan int, 1)
			var out, errs bytes.Buffer
			go func() { done <- run(ctx, append(tt.args, "--listen", address), strings.NewReader(""), &out, &errs) }()
			o.until("the stand-in answers", func() bool {
				req, err := tt.probe(address)
				if err != nil {
					t.Fatal(err)
				}
				res, err := http.DefaultClient.Do(req)
				if err != nil {
					return false
				}
				defer func() { _ = res.Body.Close() }()
				body := new(bytes.Buffer)
				_, err = body.ReadFrom(res.Body)
				return err == nil && strings.Contains(body.String(), tt.wants)
			})
			cancel()
			if code := <-done; code != exitOK || !strings.Contains(out.String(), "http://"+address) {
				t.Errorf("exit %d, printed %q %q", code, out.String(), errs.String())
			}
		})
	}
}

// Every command shows how it is used.
func TestEveryCommandHasAnExample(t *testing.T) {
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		for _, sub := range c.Commands() {
			if sub.Name() != "help" && sub.Name() != "completion" && sub.Parent().Name() != "completion" && !strings.Contains(sub.Example, sub.CommandPath()) {
				t.Errorf("the help of %q shows no example of it", sub.CommandPath())
			}
			walk(sub)
		}
	}
	walk(newRoot())
}

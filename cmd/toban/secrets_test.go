package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jmoiron/sqlx"

	"toban/backlog/backlogsim"
	"toban/bot/slack/slacksim"
	"toban/bot/store/storetest"
)

// seeded are the secrets of a set-up, by what they are. Each is like nothing else that could be written by chance.
var seeded = map[string]string{
	"bot token": "xoxb-office", "app token": "xapp-office", "signing secret": "q7signingXv93kd81", "the signing secret before it": "q7oldsigningXv93kd8",
	"hook token": "office-hook-token", "API key": backlogsim.SampleBotKey, "status token": "q7status-Xv93kd81", "backup passphrase": "q7passphrase-Xv93kd81-long",
	"password of the database": "q7dsn-Xv93kd81", "heartbeat": "q7heartbeat-Xv93kd81", "header of traces": "q7trace-Xv93kd81", "password of the mail server": "q7smtp-Xv93kd81",
	"token of a schedule": "office-customer-schedule", "token of the whole schedule": "office-provider-schedule",
	"mail address": "himitsu-q7kd81@example.jp", "phone number": "+819087654321", "a wrong hook token": "q7wronghook-Xv93kd81",
}

// pasted is what people write where they should not.
var pasted = map[string]string{
	"password":      "Xv93#kdPw81",
	"AWS key":       "AKIAQ7XV93KD81ABCDEF",
	"AWS secret":    "q7Xv93kd81q7Xv93kd81q7Xv93kd81q7Xv93kd81",
	"private key":   "MIIEq7Xv93kd81privatekeybody",
	"token":         "ghp_q7Xv93kd81q7Xv93kd81q7Xv93",
	"staff's words": "Staffq7#Xv93kd81",
	"reason":        "Reasonq7#Xv93kd81",
}

// ledger collects what was written, by place.
type ledger struct {
	mu    sync.Mutex
	texts map[string][]byte
}

func (l *ledger) add(where string, text []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.texts[where] = append(l.texts[where], text...)
}

// writer is a part of the ledger that a program writes to.
func (l *ledger) writer(where string) io.Writer { return ledgerWriter{l, where} }

type ledgerWriter struct {
	l     *ledger
	where string
}

func (w ledgerWriter) Write(p []byte) (int, error) {
	w.l.add(w.where, p)
	return len(p), nil
}

// check looks for every secret in every place.
func (l *ledger) check(t *testing.T) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	for where, text := range l.texts {
		for _, list := range []map[string]string{seeded, pasted} {
			for what, secret := range list {
				if i := bytes.Index(text, []byte(secret)); i >= 0 {
					t.Errorf("%s tells %s: …%q…", where, what, text[max(0, i-150):min(len(text), i+len(secret)+80)])
				}
			}
		}
	}
}

// A whole day of Toban with every kind of secret in its set-up, and with what people paste: none of it stands in the log (at debug level),
// the database and its log, the metrics, the health, the status page, what is said in Backlog and Slack, the wiki, a backup, and the
// output of any command, also of those that fail.
func TestNothingTellsASecret(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { nothingTells(t, newOffice(t), "toban.db") })
	t.Run("postgres", func(t *testing.T) {
		cluster := &storetest.Cluster{}
		t.Cleanup(cluster.Stop)
		t.Setenv("TOBAN_POSTGRES", cluster.Schema(t))
		o := newOffice(t)
		o.rewrite("server.yaml", "database: {sqlite: "+filepath.Join(o.dir, "toban.db")+"}", "database: {postgres: env:TOBAN_POSTGRES}")
		nothingTells(t, o, "the tables")
	})
}

// nothingTells is the day of an office whose words are kept in a place.
func nothingTells(t *testing.T, o *office, kept string) {
	t.Helper()
	l := &ledger{texts: map[string][]byte{}}
	for name, secret := range map[string]string{
		"SIGNING": "signing secret", "SIGNING_OLD": "the signing secret before it", "STATUS": "status token", "PASSPHRASE": "backup passphrase",
		"CUSTOMER_MAIL": "mail address", "CUSTOMER_PHONE": "phone number", "HEARTBEAT": "heartbeat", "TRACE": "header of traces", "SMTP": "password of the mail server",
	} {
		t.Setenv(name, seeded[secret])
	}
	t.Setenv("HEARTBEAT", "http://127.0.0.1:1/"+seeded["heartbeat"])
	t.Setenv("TRACE", "X-Key: "+seeded["header of traces"])
	o.rewrite("server.yaml", `signing_secret: ["env:SIGNING"]`, `signing_secret: ["env:SIGNING", "env:SIGNING_OLD"]`)
	o.rewrite("server.yaml", "operators:", `log: {level: debug, format: json}
status_token: env:STATUS
backup: {dir: `+filepath.Join(o.dir, "backups")+`, passphrase: "env:PASSPHRASE"}
watch: {heartbeat: ["env:HEARTBEAT"]}
trace: {endpoint: "http://127.0.0.1:1/v1/traces", header: "env:TRACE"}
mail: {server: "127.0.0.1:1", security: none, user: toban, password: "env:SMTP", from: toban@example.jp}
operators:`)

	if err := os.Mkdir(filepath.Join(o.dir, "backups"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("%.4000s", l.texts["the log"])
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, []string{"serve", "--config", filepath.Join(o.dir, "config")}, strings.NewReader(""), l.writer("serve's output"), l.writer("the log"))
	}()
	o.until("Toban answers", func() bool { return o.ready(o.listen) })
	o.spill()
	o.knock(l)
	o.failing()
	l.add("the log", nil)
	for _, path := range []string{"/metrics", "/readyz", "/status", "/healthz", "/schedule/office-customer-schedule.ics"} {
		l.add(path, o.visit(http.MethodGet, "http://"+o.listen+path, ""))
	}
	o.eachCommand(l)
	o.remember(l) // while the write-ahead log is there
	cancel()
	if code := <-done; code != exitOK {
		t.Errorf("serve ended with %d", code)
	}
	o.remember(l)
	o.public(l)
	l.check(t)
	for _, where := range []string{"the log", kept, "Backlog", "Slack", "/metrics", "toban explain"} {
		if len(l.texts[where]) == 0 {
			t.Errorf("nothing was written to %s: the test shows nothing", where)
		}
	}
}

// spill is people who paste secrets wherever they can.
func (o *office) spill() {
	o.t.Helper()
	text := backupText + "\n\nパスワード: " + pasted["password"] + "\naccess key " + pasted["AWS key"] + " secret_access_key = " + pasted["AWS secret"] +
		"\n-----BEGIN RSA PRIVATE KEY-----\n" + pasted["private key"] + "\n-----END RSA PRIVATE KEY-----\nトークン " + pasted["token"]
	key := o.open()
	o.post(backlogsim.SampleCustomerKey, "/issues/"+key+"/comments", url.Values{"content": {text}})
	var types []struct {
		ID   int    `json:"id"`
		Name string `json:"name"`
	}
	o.get("/projects/AOZORA/issueTypes", &types)
	o.post(backlogsim.SampleCustomerKey, "/issues", url.Values{
		"projectId": {fmt.Sprint(backlogsim.SampleProjectID)}, "issueTypeId": {fmt.Sprint(types[0].ID)}, "priorityId": {"3"},
		"summary": {"ログインできない パスワード: " + pasted["password"]}, "description": {text},
	})
	for _, words := range []string{"stop " + demoCustomer + " パスワード: " + pasted["reason"], "start " + demoCustomer, "explain パスワード: " + pasted["staff's words"]} {
		if err := o.slack.Command(o.t.Context(), slacksim.Command{User: demoStaffSlack, Channel: demoChannel, Command: "/toban", Text: words}); err != nil {
			o.t.Fatal(err)
		}
	}
	o.until("what was pasted is handled", func() bool { return len(o.slack.Messages(demoChannel)) >= 4 })
}

// knock is strangers, and vendors that send what can't be read.
func (o *office) knock(l *ledger) {
	o.t.Helper()
	base := "http://" + o.listen
	l.add("answer to a stranger", o.visit(http.MethodPost, base+"/hooks/backlog/"+seeded["a wrong hook token"], `{"id":1}`))
	l.add("answer to an unreadable webhook", o.visit(http.MethodPost, base+"/hooks/backlog/"+seeded["hook token"], `{"type": "password": "`+pasted["password"]+`"`))
	l.add("answer to an unsigned call", o.visit(http.MethodPost, base+"/slack/commands", "text="+url.QueryEscape("パスワード: "+pasted["password"])))
	req, err := http.NewRequestWithContext(o.t.Context(), http.MethodGet, base+"/metrics", nil)
	if err != nil {
		o.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+seeded["a wrong hook token"])
	if res, err := http.DefaultClient.Do(req); err == nil {
		body, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		l.add("answer to a wrong token", body)
	}
}

// failing makes calls to both vendors fail in several ways.
func (o *office) failing() {
	o.t.Helper()
	if err := o.backlog.AddFaults(backlogsim.Faults{Seed: 1, Rules: []backlogsim.FaultRule{
		{Method: "*", Path: "/api/v2/**", User: backlogsim.SampleBotID, Times: 4, Lost: "drop"}, {Method: "*", Path: "/api/v2/**", User: backlogsim.SampleBotID, Times: 4, Status: 500},
	}}); err != nil {
		o.t.Fatal(err)
	}
	if err := o.slack.SetFaults(slacksim.Faults{Seed: 1, Rules: []slacksim.Fault{{Kind: slacksim.FaultDropAfter, Method: "chat.*", Count: 3}}}); err != nil {
		o.t.Fatal(err)
	}
	o.open()
}

// eachCommand runs what an operator runs, well and badly set up.
func (o *office) eachCommand(l *ledger) {
	o.t.Helper()
	var issues []struct {
		IssueKey string `json:"issueKey"`
	}
	o.get("/issues?count=1", &issues)
	month := "2026-11"
	for _, args := range [][]string{
		{"check"},
		{"doctor"},
		{"doctor", "--json"},
		{"customer", "check", demoCustomer},
		{"customer", "plan", "--json", demoCustomer},
		{"customer", "apply", "--yes", demoCustomer},
		{"shadow", "report"},
		{"explain", issues[0].IssueKey},
		{"explain", "--json", issues[0].IssueKey},
		{"audit", issues[0].IssueKey},
		{"audit", "--json", issues[0].IssueKey},
		{"audit", "verify"},
		{"deadletter", "list"},
		{"deadletter", "list", "--json"},
		{"deadletter", "replay", "effect:1"},
		{"report", "--customer", demoCustomer, "--month", month},
		{"retention"},
		{"retention", "--json"},
		{"messages", "--customer", demoCustomer},
		{"backup"},
		{"backup", "--drill", "--json"},
		{"restored"},
		{"stop", "--reason", "パスワード: " + pasted["reason"]},
		{"stop", "--customer", demoCustomer, "--reason", "パスワード: " + pasted["reason"]},
		{"start", "--customer", demoCustomer},
		{"start"},
		{"whatif", "--customer", demoCustomer},
	} {
		name := "toban " + args[0]
		_, out, errs := o.toban("", append(args, "--config", "CONFIG")...)
		l.add(name, []byte(out+errs))
	}
	// Badly set up: a database that is away, an address that can't be read, a secret in the place of its reference.
	for _, dsn := range []string{
		"postgres://toban:" + seeded["password of the database"] + "@127.0.0.1:1/toban?sslmode=disable&connect_timeout=1",
		"postgres://toban:" + seeded["password of the database"] + "%zz@127.0.0.1:1/toban", "host=127.0.0.1 port=1 password=" + seeded["password of the database"] + " sslmode=disable connect_timeout=1",
		seeded["password of the database"], "postgres://toban:" + seeded["password of the database"] + "@127.0.0.1:x/toban?sslmode=disable",
	} {
		bad := o.copyOf("bad")
		path := filepath.Join(bad, "server.yaml")
		text, err := os.ReadFile(path)
		if err != nil {
			o.t.Fatal(err)
		}
		o.t.Setenv("DSN", dsn)
		changed := strings.NewReplacer("sqlite: "+filepath.Join(o.dir, "toban.db"), "postgres: env:DSN", "env:TOBAN_POSTGRES", "env:DSN").Replace(string(text))
		if err := os.WriteFile(path, []byte(changed), 0o600); err != nil {
			o.t.Fatal(err)
		}
		for _, command := range []string{"check", "doctor", "serve", "explain", "backup", "retention"} {
			args := []string{command, "--config", bad}
			if command == "explain" {
				args = append(args, "X-1")
			}
			_, out, errs := o.toban("", args...)
			l.add("toban "+command+" without its database", []byte(out+errs))
		}
	}
	for _, change := range [][2]string{{"env:BOT_TOKEN", seeded["bot token"]}, {"env:STATUS", seeded["status token"]}, {"env:HEARTBEAT", "ftp://" + seeded["heartbeat"]}, {"env:TRACE", "file:/" + "no-such-file"}} {
		bad := o.copyOf("worse")
		path := filepath.Join(bad, "server.yaml")
		text, err := os.ReadFile(path)
		if err != nil {
			o.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(strings.Replace(string(text), change[0], change[1], 1)), 0o600); err != nil {
			o.t.Fatal(err)
		}
		code, out, errs := o.toban("", "check", "--config", bad)
		if code == exitOK {
			o.t.Errorf("check takes %s in the place of %s", change[1], change[0])
		}
		l.add("toban check of a bad folder", []byte(out+errs))
	}
}

func (o *office) copyOf(name string) string {
	o.t.Helper()
	dir := filepath.Join(o.t.TempDir(), name)
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(o.dir, "config"))); err != nil {
		o.t.Fatal(err)
	}
	return dir
}

// remember reads everything that Toban wrote: the database, its logs, the backups.
func (o *office) remember(l *ledger) {
	o.t.Helper()
	if dsn := os.Getenv("TOBAN_POSTGRES"); dsn != "" {
		o.tables(l, dsn)
	}
	err := filepath.WalkDir(o.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(path, filepath.Join(o.dir, "config")) {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return nil // a temporary file of a command
		}
		l.add(filepath.Base(path), text)
		return nil
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

// tables reads every row of every table of a PostgreSQL.
func (o *office) tables(l *ledger, dsn string) {
	o.t.Helper()
	db, err := sqlx.Open("postgres", dsn)
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var names []string
	if err := db.SelectContext(o.t.Context(), &names, "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"); err != nil || len(names) < 10 {
		o.t.Fatalf("%d tables, %v", len(names), err)
	}
	for _, name := range names {
		var rows []string
		if err := db.SelectContext(o.t.Context(), &rows, "SELECT CAST(t AS TEXT) FROM "+name+" AS t"); err != nil {
			o.t.Fatalf("reading %s: %v", name, err)
		}
		l.add("the tables", []byte(name+":\n"+strings.Join(rows, "\n")+"\n"))
	}
}

// public reads what the bot said to people.
func (o *office) public(l *ledger) {
	o.t.Helper()
	l.add("Slack", fmt.Appendf(nil, "%s %s", o.slack.Messages(demoChannel), o.slack.Messages(demoOperators)))
	var issues []struct {
		IssueKey string `json:"issueKey"`
	}
	o.get("/issues?count=100", &issues)
	for _, is := range issues {
		var comments []struct {
			Content string
			User    struct{ ID int } `json:"createdUser"`
		}
		o.get("/issues/"+is.IssueKey+"/comments?count=100", &comments)
		for _, c := range comments {
			if c.User.ID == backlogsim.SampleBotID {
				l.add("Backlog", []byte(c.Content+"\n"))
			}
		}
	}
	var list []struct{ ID int }
	o.get("/wikis?projectIdOrKey=AOZORA", &list)
	for _, w := range list {
		var page struct{ Content string }
		o.get(fmt.Sprintf("/wikis/%d", w.ID), &page)
		l.add("the wiki", []byte(page.Content))
	}
}

// visit calls a door of Toban with the status token and answers body and headers.
func (o *office) visit(method, address, body string) []byte {
	o.t.Helper()
	req, err := http.NewRequestWithContext(o.t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		o.t.Fatal(err)
	}
	if method == http.MethodGet {
		req.Header.Set("Authorization", "Bearer "+seeded["status token"])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		o.t.Fatal(err)
	}
	return fmt.Appendf(text, "%v", res.Header)
}

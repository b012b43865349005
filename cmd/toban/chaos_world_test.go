package main_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot/mail/mailsim"
	"toban/bot/poll"
	"toban/bot/slack/slacksim"
	"toban/bot/store"
	"toban/bot/store/storetest"
)

// Secrets of a chaos run. They open nothing but the stand-ins.
const (
	chaosHook = "hook-token-of-the-chaos-run"
	chaosBot  = "xoxb-chaos"
	chaosApp  = "xapp-chaos"
)

// staff press the buttons, by their names in Slack.
var staff = [...]string{"sato", "suzuki", "tanaka", "ito"}

// speed is how many seconds of world time go by in a second: a start notice of the profile below is due 30 s before its work.
const speed = 20

// chaosProfile is a contract with short promises; nothing else is other than in the shipped one.
const chaosProfile = `extends: support-desk
title: 短い約束
version: "1"
work: {start_notice: 10m, notice_late: 9m, start_ask: 6m, start_late: 12m}
incident: {ask_again: 1m, ask_tier: 2m, decide_before: 1m, interim_ask: [5m, 4m], interim_automatic: 3m}
policy:
  rules:
    incident:
      targets:
        first_notice_slo: {duration: 5m}
        first_notice_sla: {duration: 10m}
        interim: {duration: 8m}
`

// chaos is one round: stand-ins, a database, replicas of the real program, people, and what is done to all of them.
type chaos struct {
	chaosPlan
	t       *testing.T
	rng     *rand.Rand // of the killer
	program string
	dir     string
	backlog *backlogsim.Server
	slack   *slacksim.Server
	url     string // of the stand-in of Backlog
	slackAt string
	mails   *mailsim.Server
	mailAt  string
	front   *front
	st      *store.Store
	cluster *storetest.Cluster // nil on SQLite
	dsn     string
	epoch   time.Time // world time and …
	began   time.Time // … machine time of the same moment
	rest    []*replica
	tickets []*chaosTicket
	hands   [4]sync.Mutex // each of the staff has one pair
	book    sync.Mutex    // guards tally
	tally   chaosTally
	meets   atomic.Pointer[func(r *http.Request) (lost bool)] // is told of each request of the bot before Backlog has it, which it may keep from it
}

// replica is a place where one process of Toban runs at a time.
type replica struct {
	*chaos
	n       int
	address string
	post    string // of the postbox
	config  string
	log     string
	cmd     *exec.Cmd
	ended   chan error
	order   string // of the trial that it runs under
	skew    time.Duration
}

func newChaos(t *testing.T, program string, p chaosPlan, seed uint64) *chaos {
	t.Helper()
	k := &chaos{chaosPlan: p, t: t, rng: rand.New(rand.NewPCG(seed, uint64(p.kills))), program: program, dir: t.TempDir()}
	k.seed, k.began = seed, time.Now()
	k.epoch = time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC) // a Tuesday, 10:00 in Tokyo
	k.front = &front{k: k}
	hooks := serveOn(t, k.front)
	k.backlog = backlogsim.New(backlogsim.Options{Now: k.world})
	k.url = serveOn(t, slowly{k.met(k.backlog), func(r *http.Request) bool {
		return r.Method != http.MethodGet && r.Header.Get("Backlog-Api-Key") == backlogsim.SampleBotKey
	}})
	space := backlogsim.SampleSeed()
	pattern := space.Projects[0]
	space.Projects = nil
	ws := slacksim.SampleSeed(chaosBot, chaosApp)
	for i := range p.desks {
		q := pattern
		q.ID, q.Key, q.Name, q.Issues, q.Wikis = pattern.ID+i, k.projectKey(i), fmt.Sprintf("お客様 %d", i), nil, nil
		q.Webhooks = []backlogsim.SeedWebhook{{Name: "toban", HookURL: hooks + "/hooks/backlog/" + chaosHook}}
		space.Projects = append(space.Projects, q)
		ws.Channels = append(ws.Channels, slacksim.Channel{ID: k.channel(i), Name: "desk-" + strconv.Itoa(i), Members: append([]string{"ticket-bot"}, staff[:]...)})
	}
	space.RateLimits = &backlogsim.RateLimits{Read: 1e6, Update: 1e6, Search: 1e6, Icon: 1e6}
	if err := k.backlog.Load(space); err != nil {
		t.Fatal(err)
	}
	k.slack = slacksim.New(slacksim.Options{Now: k.world})
	k.slackAt = serveOn(t, slowly{k.slack, func(r *http.Request) bool { return strings.Contains(r.URL.Path, "/api/chat.") }})
	k.slack.SetBaseURL(k.slackAt)
	if err := k.slack.Load(ws); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(k.backlog.Close(), k.slack.Close()); err != nil {
			t.Error(err)
		}
	})
	k.relay()
	if p.postgres {
		k.cluster = &storetest.Cluster{Durable: true}
		t.Cleanup(k.cluster.Stop)
		k.dsn = k.cluster.Schema(t)
	}
	for n := range max(1, p.replicas) {
		r := &replica{chaos: k, n: n, address: freePort(t), post: freePort(t), config: filepath.Join(k.dir, fmt.Sprintf("config%d", n)), log: filepath.Join(k.dir, fmt.Sprintf("log%d", n))}
		if n > 0 {
			r.skew = p.skew
		}
		r.configure()
		k.rest = append(k.rest, r)
	}
	t.Cleanup(func() {
		for _, r := range k.rest {
			r.kill()
		}
		if k.st != nil {
			_ = k.st.Close()
		}
	})
	return k
}

// met tells of each request before it is worked on.
func (k *chaos) met(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if f := k.meets.Load(); f != nil && r.Header.Get("Backlog-Api-Key") == backlogsim.SampleBotKey && (*f)(r) {
			return
		}
		next.ServeHTTP(w, r)
	})
}

// world is world time, as the stand-ins and every replica have it.
func (k *chaos) world() time.Time { return k.epoch.Add(time.Since(k.began) * speed) }

func (k *chaos) projectKey(i int) string { return "DESK" + string(rune('A'+i)) }
func (k *chaos) channel(i int) string    { return fmt.Sprintf("C0DESK%02d", i) }
func (k *chaos) database() string        { return filepath.Join(k.dir, "toban.db") }

// open opens the round's own view of the database, beside the replicas.
func (k *chaos) open(ctx context.Context) {
	k.t.Helper()
	var err error
	if k.st, err = store.Open(ctx, store.Options{Path: k.database(), Postgres: k.dsn}); err != nil {
		k.t.Fatal(err)
	}
}

// followed reports whether the feed was read once: what was there before is not news.
func (k *chaos) followed(ctx context.Context) bool {
	_, ok, err := k.st.Cursor(ctx, poll.CursorName("demo"))
	return err == nil && ok
}

func (r *replica) configure() {
	write := func(name, text string) {
		path := filepath.Join(r.config, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			r.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			r.t.Fatal(err)
		}
	}
	db := fmt.Sprintf("{sqlite: %q}", r.database())
	if r.dsn != "" {
		db = "{postgres: env:DSN}"
	}
	write("server.yaml", fmt.Sprintf(`listen: %s
database: %s
poll: 1s
slack: {mode: socket, bot_token: env:BOT_TOKEN, app_token: env:APP_TOKEN, api_url: %s/api/}
operators: {channel: C0OPS}
postbox: {listen: "%s", domain: toban.test}
mail: {server: "%s", security: none, from: 当番 <toban@msp.example>}
backup: {dir: %q, passphrase: env:BACKUP_PASS}
`, r.address, db, r.slackAt, r.post, r.mailAt, r.dir))
	// The monitoring of the first desk reaches Toban; what it says concerns nobody's service, so that it asks for no hourly word.
	more := map[int]string{mailDesk: mailed(), 0: "alert_door: {tokens: env:ALERTS}\nalerts:\n  all: {source: any, alert: \".\", impact: not_affected}\n"}
	// Without bot_user_id: each start asks who the bot is, and holds on to the answer of an earlier one while Backlog is down.
	write("spaces.yaml", fmt.Sprintf(`- {name: demo, url: %s, api_key: env:BACKLOG_KEY, hook_tokens: ["env:HOOK_TOKEN"], zone: Asia/Tokyo}
`, r.url))
	write("people.yaml", fmt.Sprintf(`people:
  sato: {name: 佐藤, backlog: {demo: %d}, slack: U0SATO, roles: [operator, approver, manager], teams: [desk, centre]}
  suzuki: {name: 鈴木, slack: U0SUZUKI, roles: [operator, approver], teams: [desk, centre]}
  tanaka: {name: 田中, slack: U0TANAKA, roles: [operator, approver], teams: [desk, centre]}
  ito: {name: 伊藤, slack: U0ITO, roles: [operator, approver], teams: [desk, centre]}
teams:
  desk: {name: サポートセンター, tier: support_center, rota: {zone: Asia/Tokyo, default: sato}}
  centre: {name: 監視センター, tier: monitoring_center, rota: {zone: Asia/Tokyo, default: sato}}
`, backlogsim.SampleStaffID))
	write("profiles/chaos.yaml", chaosProfile)
	for i := range r.desks {
		write(fmt.Sprintf("customers/desk%d.yaml", i), fmt.Sprintf(`name: お客様 %d
zone: Asia/Tokyo
contract: {profiles: [chaos], start: 2026-04-01, nodes: 8}
space: demo
projects: [%s]
channel: %s
team: desk
manager: sato
satisfaction_owner: sato
approvers: [%d]
notify_default: [%d]
%s`, i, r.projectKey(i), r.channel(i), backlogsim.SampleCustomerID, backlogsim.SampleCustomerID, more[i]))
	}
}

// command makes a command of Toban in the world of the round, under a trial.
func (r *replica) command(order string, args ...string) *exec.Cmd {
	c := exec.CommandContext(context.WithoutCancel(r.t.Context()), r.program, append(args, "--config", r.config)...)
	trial := fmt.Sprintf("world=%s/%s/%d", r.epoch.Format(time.RFC3339Nano), r.began.UTC().Format(time.RFC3339Nano), speed)
	if r.slow > 0 {
		trial += " slow=" + r.slow.String()
	}
	if r.skew != 0 {
		trial += " clock=" + r.skew.String()
	}
	c.Env = append(os.Environ(), "BOT_TOKEN="+chaosBot, "APP_TOKEN="+chaosApp, "HOOK_TOKEN="+chaosHook, "BACKLOG_KEY="+backlogsim.SampleBotKey,
		"DSN="+r.dsn, "ALERTS="+chaosAlerts, "CONTACT="+chaosContact, "BACKUP_PASS=the passphrase of the chaos run", "TOBAN_TRIAL="+strings.TrimSpace(trial+" "+order))
	return c
}

// start starts the replica; order is added to its trial.
func (r *replica) start(order string) {
	r.t.Helper()
	r.order = order
	c := r.command(order, "serve")
	log, err := os.OpenFile(r.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		r.t.Fatal(err)
	}
	fmt.Fprintf(log, startMark+"%q\n", order)
	c.Stdout, c.Stderr = log, log
	if err := c.Start(); err != nil {
		r.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		ended <- c.Wait()
		_ = log.Close()
	}()
	r.cmd, r.ended = c, ended
}

// kill ends the replica at once, if it runs.
func (r *replica) kill() {
	if r.cmd == nil {
		return
	}
	_ = r.cmd.Process.Kill() // it may have died of its trial already
	_ = <-r.ended            //nolint:staticcheck // how it ended is known: by this kill or by its trial
	r.cmd = nil
}

// killed reports whether the process died of SIGKILL, and not by a fault of its own.
func killed(err error) bool {
	var e *exec.ExitError
	if !errors.As(err, &e) {
		return false
	}
	status, ok := e.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// up reports whether the doors are open.
func (r *replica) up() bool {
	c, err := (&net.Dialer{Timeout: 100 * time.Millisecond}).Dial("tcp", r.address)
	if err != nil {
		return false
	}
	_ = c.Close()
	return true
}

// works reports whether all parts of the program run: before that it ends without having begun.
func (r *replica) works() bool {
	log := r.tail()
	return strings.Contains(log[max(0, strings.LastIndex(log, startMark)):], "socket mode is connected")
}

// startMark stands in a replica's log where it was started.
const startMark = "--- start "

// tail is the end of the replica's log.
func (r *replica) tail() string {
	raw, err := os.ReadFile(r.log)
	if err != nil {
		return err.Error()
	}
	const most = 6000
	return string(raw[max(0, len(raw)-most):])
}

// front stands before the replicas as a load balancer does: it hands a webhook to one that lives.
type front struct{ k *chaos }

// ServeHTTP implements http.Handler.
func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	for i, n := 0, rand.IntN(len(f.k.rest)); i < len(f.k.rest); i, n = i+1, n+1 {
		to := "http://" + f.k.rest[n%len(f.k.rest)].address + r.URL.Path
		req, err := http.NewRequestWithContext(r.Context(), r.Method, to, strings.NewReader(string(body)))
		if err != nil {
			break
		}
		req.Header = r.Header.Clone()
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			continue
		}
		_ = res.Body.Close()
		w.WriteHeader(res.StatusCode)
		return
	}
	w.WriteHeader(http.StatusBadGateway)
}

// slowly lets writes take their time on the way there and back, as between two companies: that is where a kill does harm. A request
// that has left is worked on whatever became of who sent it.
type slowly struct {
	http.Handler
	which func(*http.Request) bool
}

// ServeHTTP implements http.Handler.
func (s slowly) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.which(r) {
		s.Handler.ServeHTTP(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the sender died before it had said everything
	}
	const most, seldom, long = 120, 6, 1500
	if time.Sleep(time.Duration(rand.IntN(most)) * time.Millisecond); rand.IntN(seldom) == 0 { // it may arrive after the next Toban has started
		time.Sleep(time.Duration(rand.IntN(long)) * time.Millisecond)
	}
	there := r.Clone(context.WithoutCancel(r.Context()))
	there.Body = io.NopCloser(strings.NewReader(string(body)))
	answer := httptest.NewRecorder()
	s.Handler.ServeHTTP(answer, there)
	time.Sleep(time.Duration(rand.IntN(most)) * time.Millisecond)
	maps.Copy(w.Header(), answer.Header())
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes()) // nobody may be there any more
}

// serveOn serves a stand-in on a socket until the test ends.
func serveOn(t *testing.T, h http.Handler) string {
	t.Helper()
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: h, ReadHeaderTimeout: time.Second}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = srv.Serve(ln) // ends by Close
	}()
	t.Cleanup(func() {
		_ = srv.Close()
		<-done
	})
	return "http://" + ln.Addr().String()
}

// freePort is an address that nobody listens on.
func freePort(t *testing.T) string {
	t.Helper()
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ln.Close() }()
	return ln.Addr().String()
}

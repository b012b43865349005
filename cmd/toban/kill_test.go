package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot"
	"toban/bot/poll"
	"toban/bot/slack/slacksim"
	"toban/bot/store"
)

// The promise of the core, tried on the real program: whatever line it is killed at, every ticket is answered and none twice. A run is
// repeated with TOBAN_SEED=n (its tickets, faults and kills; not the scheduling of the machine).

// Secrets of the run. They open nothing but the stand-ins.
const (
	killHook = "hook-token-of-the-kill-test"
	killBot  = "xoxb-kill-test"
	killApp  = "xapp-kill-test"
)

// killRun says what is done to Toban.
type killRun struct {
	tickets, kills int
	desks          int     // customers, each with a project and a channel
	faults         float64 // share of calls to either vendor that go wrong
}

func TestKilledAtAnyMoment(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	if s := os.Getenv("TOBAN_SEED"); s != "" {
		var err error
		if seed, err = strconv.ParseUint(s, 10, 64); err != nil {
			t.Fatalf("reading TOBAN_SEED: %v", err)
		}
	}
	program := build(t)
	for name, r := range map[string]killRun{
		"only kills":       {tickets: 100, kills: 50, desks: 10},
		"kills and faults": {tickets: 40, kills: 15, desks: 6, faults: 0.12},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newKilling(t, program, r, seed)
			k.play()
			k.judge()
		})
	}
	t.Run("while its database is made", func(t *testing.T) {
		t.Parallel()
		for i := range 12 {
			k := newKilling(t, program, killRun{desks: 1}, seed)
			for range 2 {
				cmd, ended := k.start(t.Context())
				time.Sleep(time.Duration(i*8+k.rng.IntN(8)) * time.Millisecond)
				if err := cmd.Process.Kill(); err != nil {
					t.Fatalf("killing: %v\n%s", err, tail(k.log.String()))
				}
				if err := <-ended; err == nil {
					t.Error("a killed Toban ended by itself")
				}
			}
			cmd, ended := k.start(t.Context())
			if !k.ready(20*time.Second, ended) {
				t.Errorf("after a kill at %d ms Toban does not start:\n%s", i*8, tail(k.log.String()))
			}
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			if err := <-ended; err == nil {
				t.Error("a killed Toban ended by itself")
			}
		}
	})
}

// build builds the program.
func build(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "toban")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("building: %v\n%s", err, out)
	}
	return program
}

// killing is one run.
type killing struct {
	killRun
	t       *testing.T
	rng     *rand.Rand // of the killer
	seed    uint64
	program string
	dir     string
	address string // of Toban
	backlog *backlogsim.Server
	slack   *slacksim.Server
	url     string // of the stand-in of Backlog
	log     bytes.Buffer
	asked   []*killTicket
	killed  int
	early   int // kills before it was ready
}

// killTicket is a ticket that a customer opens.
type killTicket struct {
	project string
	desk    int
	kind    string
	text    string
	answers []string // what the customer says when asked
	want    int      // comments with words of the bot
	key     string
	id      int64
}

func newKilling(t *testing.T, program string, r killRun, seed uint64) *killing {
	t.Helper()
	k := &killing{killRun: r, t: t, seed: seed, rng: rand.New(rand.NewPCG(seed, uint64(r.kills))), program: program, dir: t.TempDir(), address: freePort(t)}
	k.backlog = backlogsim.New(backlogsim.Options{})
	k.url = serveOn(t, slowly{k.backlog, func(r *http.Request) bool {
		return r.Method != http.MethodGet && r.Header.Get("Backlog-Api-Key") == backlogsim.SampleBotKey
	}})
	seedOf := backlogsim.SampleSeed()
	pattern := seedOf.Projects[0]
	seedOf.Projects = nil
	ws := slacksim.SampleSeed(killBot, killApp)
	for i := range r.desks {
		p := pattern
		p.ID, p.Key, p.Name, p.Issues, p.Wikis = pattern.ID+i, k.projectKey(i), fmt.Sprintf("お客様 %d", i), nil, nil
		p.Webhooks = []backlogsim.SeedWebhook{{Name: "toban", HookURL: "http://" + k.address + "/hooks/backlog/" + killHook}}
		seedOf.Projects = append(seedOf.Projects, p)
		ws.Channels = append(ws.Channels, slacksim.Channel{ID: k.channel(i), Name: "desk-" + strconv.Itoa(i), Members: []string{"ticket-bot", "sato"}})
	}
	seedOf.RateLimits = &backlogsim.RateLimits{Read: 1e6, Update: 1e6, Search: 1e6, Icon: 1e6}
	if err := k.backlog.Load(seedOf); err != nil {
		t.Fatal(err)
	}
	k.slack = slacksim.New(slacksim.Options{})
	slackURL := serveOn(t, slowly{k.slack, func(r *http.Request) bool { return strings.Contains(r.URL.Path, "/api/chat.") }})
	k.slack.SetBaseURL(slackURL)
	if err := k.slack.Load(ws); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := k.backlog.Close(); err != nil {
			t.Error(err)
		}
		if err := k.slack.Close(); err != nil {
			t.Error(err)
		}
	})
	k.configure(slackURL)
	k.plan()
	return k
}

func (k *killing) projectKey(i int) string { return "DESK" + string(rune('A'+i)) }
func (k *killing) channel(i int) string    { return fmt.Sprintf("C0DESK%02d", i) }
func (k *killing) database() string        { return filepath.Join(k.dir, "toban.db") }

// start starts Toban and reports whether it came so far as to listen; ctx bounds the wait.
func (k *killing) start(ctx context.Context) (*exec.Cmd, <-chan error) {
	c := exec.CommandContext(context.WithoutCancel(ctx), k.program, "serve", "--config", filepath.Join(k.dir, "config"))
	c.Env = append(os.Environ(), "BOT_TOKEN="+killBot, "APP_TOKEN="+killApp, "HOOK_TOKEN="+killHook, "BACKLOG_KEY="+backlogsim.SampleBotKey)
	c.Stdout, c.Stderr = &k.log, &k.log
	if err := c.Start(); err != nil {
		k.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	return c, ended
}

// ready waits until the doors are open; false when the time is over first.
func (k *killing) ready(within time.Duration, ended <-chan error) bool {
	until := time.Now().Add(within)
	for time.Now().Before(until) {
		select {
		case err := <-ended:
			k.t.Fatalf("Toban ended by itself: %v\n%s", err, tail(k.log.String()))
		default:
		}
		if c, err := (&net.Dialer{Timeout: 100 * time.Millisecond}).DialContext(k.t.Context(), "tcp", k.address); err == nil {
			_ = c.Close()
			return true
		}
		time.Sleep(5 * time.Millisecond)
	}
	return false
}

func (k *killing) play() {
	// On an idle machine a run takes less than a minute; a crowded one is slow, and that is no fault.
	ctx, stop := context.WithTimeout(k.t.Context(), 5*time.Minute)
	defer stop()
	cmd, ended := k.start(ctx)
	defer func() { _ = cmd.Process.Kill() }() // when a check fails in between
	if !k.ready(20*time.Second, ended) {
		k.t.Fatalf("Toban does not start:\n%s", tail(k.log.String()))
	}
	st, err := store.Open(ctx, store.Options{Path: k.database()})
	if err != nil {
		k.t.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	// What was there before the feed was read for the first time is not news.
	k.until(ctx, "the first reading of the feed", func() bool {
		_, ok, err := st.Cursor(ctx, poll.CursorName("demo"))
		return err == nil && ok
	})
	k.harm()
	span := time.Duration(k.kills) * 700 * time.Millisecond
	var people sync.WaitGroup
	for i, tk := range k.asked {
		rng := rand.New(rand.NewPCG(k.seed, uint64(100+i)))
		people.Go(func() { k.customer(ctx, tk, rng, span) })
	}
	for k.killed < k.kills {
		if k.rng.IntN(8) == 0 { // in the middle of its start
			k.early++
			time.Sleep(time.Duration(k.rng.IntN(60)) * time.Millisecond)
		} else {
			k.ready(5*time.Second, ended)
			time.Sleep(time.Duration(k.rng.IntN(1000)) * time.Millisecond)
		}
		if err := cmd.Process.Kill(); err != nil {
			k.t.Fatalf("killing: %v\n%s", err, tail(k.log.String()))
		}
		if err := <-ended; err == nil {
			k.t.Error("a killed Toban ended by itself")
		}
		k.killed++
		time.Sleep(time.Duration(k.rng.IntN(150)) * time.Millisecond)
		cmd, ended = k.start(ctx)
	}
	people.Wait()
	k.quiet(ctx, st)
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		k.t.Fatal(err)
	}
	if err := <-ended; err != nil {
		k.t.Errorf("a graceful stop ended with %v\n%s", err, tail(k.log.String()))
	}
	dead, err := st.DeadLetters(ctx)
	if err != nil {
		k.t.Fatal(err)
	}
	for _, d := range dead {
		k.t.Errorf("dead letter %s %s: %s", d.ID, d.What, d.Problem)
	}
}

// harm sets the faults of the run.
func (k *killing) harm() {
	if k.faults == 0 {
		return
	}
	share := k.faults
	f := backlogsim.Faults{Seed: k.seed | 1, Webhooks: &backlogsim.WebhookFaults{Duplicate: share, Drop: share, Reorder: share, Hold: backlogsim.Duration(300 * time.Millisecond)}}
	for _, r := range []backlogsim.FaultRule{
		{Lost: "drop"}, {Lost: "500"}, {Status: http.StatusInternalServerError}, {Drop: true}, {Status: http.StatusBadGateway, Body: "<html>busy</html>"}, {LagAfter: backlogsim.Duration(200 * time.Millisecond)},
	} {
		r.User, r.Rate = backlogsim.SampleBotID, share/2
		f.Rules = append(f.Rules, r)
	}
	if err := k.backlog.AddFaults(f); err != nil {
		k.t.Fatal(err)
	}
	var rules []slacksim.Fault
	for _, kind := range []slacksim.FaultKind{slacksim.FaultFailAfter, slacksim.FaultDropAfter, slacksim.FaultFailBefore, slacksim.FaultDropBefore, slacksim.FaultRateLimit} {
		rules = append(rules, slacksim.Fault{Kind: kind, Method: "chat.*", Share: share / 2})
	}
	if err := k.slack.SetFaults(slacksim.Faults{Seed: k.seed | 1, Rules: rules}); err != nil {
		k.t.Fatal(err)
	}
}

// quiet waits until every ticket has what it waits for and nothing is left to do.
func (k *killing) quiet(ctx context.Context, st *store.Store) {
	calm := 0
	for calm < 8 {
		if ctx.Err() != nil {
			s, err := st.Status(context.WithoutCancel(ctx), time.Now())
			k.t.Errorf("not quiet in time: %+v, %v", s, err)
			return
		}
		time.Sleep(100 * time.Millisecond)
		calm++
		for _, tk := range k.asked {
			if len(k.said(ctx, tk.key)) < tk.want {
				calm = 0
				break
			}
		}
		s, err := st.Status(ctx, time.Now())
		if err != nil || s.OpenEvents+s.WaitingEvents+s.OpenEffects+s.WaitingEffects > 0 || k.backlog.Pending()+k.slack.Pending() > 0 {
			calm = 0
		}
	}
}

// judge looks at the stand-ins' own records only.
func (k *killing) judge() {
	ctx := context.WithoutCancel(k.t.Context())
	k.backlog.ResetFaults()
	unanswered, doubled := 0, 0
	for _, tk := range k.asked {
		said := k.said(ctx, tk.key)
		numbers := map[string]int{}
		for _, c := range said {
			numbers[bot.FindNoticeNumber(c)]++
		}
		switch {
		case tk.key == "" || len(said) < tk.want:
			unanswered++
			k.t.Errorf("%s (%s): %d comments of the bot, want %d", tk.key, tk.kind, len(said), tk.want)
		case len(said) > tk.want || len(numbers) < len(said) || numbers[""] > 0:
			doubled++
			k.t.Errorf("%s (%s): %d comments of the bot, want %d: %v\n%q", tk.key, tk.kind, len(said), tk.want, numbers, said)
		}
	}
	cards := map[string]int{}
	keys := map[string]int{}
	for i := range k.desks {
		for _, raw := range k.slack.Messages(k.channel(i)) {
			var m struct {
				Metadata struct {
					Payload struct {
						Key  string `json:"key"`
						Card string `json:"card"`
					} `json:"event_payload"`
				} `json:"metadata"`
			}
			if err := json.Unmarshal(raw, &m); err != nil {
				k.t.Fatal(err)
			}
			keys[m.Metadata.Payload.Key]++
			if c := m.Metadata.Payload.Card; c != "" {
				cards[c]++
			}
		}
	}
	for _, tk := range k.asked {
		if n := cards[string(bot.NewTicketID("demo", tk.id))]; n != 1 {
			doubled++
			k.t.Errorf("%s: %d cards, want 1", tk.key, n)
		}
	}
	for key, n := range keys {
		if n > 1 || key == "" {
			doubled++
			k.t.Errorf("message %q stands %d times in Slack", key, n)
		}
	}
	lost := 0
	for _, d := range k.backlog.Deliveries() {
		if d.State == "failed" || d.State == "dropped" {
			lost++
		}
	}
	k.t.Logf("TOBAN_SEED=%d: %d kills (%d while starting), %d tickets, %d messages, %d webhooks lost, %d unanswered, %d doubled",
		k.seed, k.killed, k.early, len(k.asked), len(keys), lost, unanswered, doubled)
	if k.t.Failed() {
		k.t.Logf("the end of the log:\n%s", tail(k.log.String()))
	}
}

func (k *killing) until(ctx context.Context, what string, ok func() bool) {
	k.t.Helper()
	for !ok() {
		if ctx.Err() != nil {
			k.t.Fatalf("waiting for %s: %v", what, ctx.Err())
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func tail(s string) string {
	const most = 6000
	return s[max(0, len(s)-most):]
}

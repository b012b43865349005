package slack_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/slack"
	"toban/bot/slack/slacksim"
)

const (
	botToken = "xoxb-test-0123456789"
	appToken = "xapp-test-0123456789"
	ticket   = bot.TicketID("acme.backlog.com/101")
)

var tokyo = time.FixedZone("JST", 9*3600)

// start is the world's time when a test begins.
var start = time.Date(2026, 11, 24, 10, 0, 0, 0, tokyo)

// inbox is a durable inbox in memory.
type inbox struct {
	mu     sync.Mutex
	events []bot.Event
	seen   map[string]bool
	err    error
}

func (i *inbox) Accept(ctx context.Context, events ...bot.Event) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if i.err != nil {
		return i.err
	}
	for _, e := range events {
		if !i.seen[e.Key] {
			i.seen[e.Key] = true
			i.events = append(i.events, e)
		}
	}
	return nil
}

func (i *inbox) fail(err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.err = err
}

// actions gives the staff actions that came in.
func (i *inbox) actions(t *testing.T) []bot.StaffAction {
	t.Helper()
	i.mu.Lock()
	defer i.mu.Unlock()
	var out []bot.StaffAction
	for _, e := range i.events {
		var a bot.StaffAction
		if err := e.Decode(&a); err != nil {
			t.Fatal(err)
		}
		out = append(out, a)
	}
	return out
}

// dead keeps what could not be read.
type dead struct {
	mu      sync.Mutex
	reasons []string
	err     error
}

func (d *dead) Bury(_ context.Context, door, reason string, _ []byte, _ time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.err != nil {
		return d.err
	}
	d.reasons = append(d.reasons, door+": "+reason)
	return nil
}

func (d *dead) all() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]string(nil), d.reasons...)
}

// board holds cards in memory.
type board struct {
	mu    sync.Mutex
	cards map[bot.TicketID]bot.Card
	err   error
}

func (b *board) Card(_ context.Context, id bot.TicketID) (bot.Card, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err != nil {
		return bot.Card{}, b.err
	}
	c, ok := b.cards[id]
	if !ok {
		return bot.Card{}, errors.New("no such ticket")
	}
	return c, nil
}

func (b *board) put(c bot.Card) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.cards[c.Ticket] = c
}

// bench is the adapter between fakes and a simulated workspace.
type bench struct {
	t       *testing.T
	sim     *slacksim.Server
	slack   *slack.Slack
	inbox   *inbox
	dead    *dead
	board   *board
	handler http.Handler
	log     *bytes.Buffer
	counts  map[string]int
	calls   int // of the Web API, where the bench has no simulator
	mu      sync.Mutex
	now     time.Time
	seed    slacksim.Seed
}

type change func(*slack.Config, *slacksim.Seed)

func newBench(t *testing.T, changes ...change) *bench {
	t.Helper()
	b := &bench{
		t: t, inbox: &inbox{seen: map[string]bool{}}, dead: &dead{}, board: &board{cards: map[bot.TicketID]bot.Card{}},
		log: &bytes.Buffer{}, counts: map[string]int{}, now: start,
	}
	b.sim = slacksim.New(slacksim.Options{Now: b.time, Transport: toHandler{b}, BaseURL: "http://slack.test"})
	t.Cleanup(func() { _ = b.sim.Close() })
	b.seed = slacksim.SampleSeed(botToken, appToken)
	b.seed.Commands = []slacksim.SlashCommand{{Command: "/toban", ShouldEscape: true}}
	b.seed.URLs = slacksim.URLs{
		Events: "http://toban.test/slack/events", Interactions: "http://toban.test/slack/interactions", Commands: "http://toban.test/slack/commands",
	}
	c := slack.Config{
		Token: botToken, AppToken: appToken, APIURL: "http://slack.test/api/", HTTPClient: &http.Client{Transport: b.sim.RoundTripper()},
		SigningSecret: b.seed.App.SigningSecret, Inbox: b.inbox, Dead: b.dead, Board: b.board,
		Directory: directory, Clock: bot.ClockFunc(b.time),
		Logger: slog.New(slog.NewTextHandler(lockedWriter{b}, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Count: func(door, outcome string) {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.counts[door+" "+outcome]++
		},
	}
	for _, f := range changes {
		f(&c, &b.seed)
	}
	if err := b.sim.Load(b.seed); err != nil {
		t.Fatal(err)
	}
	s, err := slack.New(c)
	if err != nil {
		t.Fatal(err)
	}
	b.slack, b.handler = s, s.Handler()
	b.board.put(card())
	return b
}

func (b *bench) time() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

func (b *bench) advance(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = b.now.Add(d)
}

func (b *bench) counted(what string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.counts[what]
}

func (b *bench) logged() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.log.String()
}

type lockedWriter struct{ b *bench }

func (w lockedWriter) Write(p []byte) (int, error) {
	w.b.mu.Lock()
	defer w.b.mu.Unlock()
	return w.b.log.Write(p)
}

// toHandler carries Slack's requests to the adapter without a socket.
type toHandler struct{ b *bench }

func (h toHandler) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	in := r.Clone(r.Context())
	if in.Body == nil {
		in.Body = http.NoBody
	}
	h.b.handler.ServeHTTP(w, in)
	resp := w.Result()
	if resp.Body == nil {
		resp.Body = io.NopCloser(&bytes.Buffer{})
	}
	return resp, nil
}

func directory() *bot.Directory {
	return &bot.Directory{
		People: []bot.Person{
			{ID: "sato", Name: "佐藤", SlackUser: "U0SATO", Roles: []bot.Role{bot.RoleOperator, bot.RoleApprover}},
			{ID: "suzuki", Name: "鈴木", SlackUser: "U0SUZUKI", Roles: []bot.Role{bot.RoleOperator}},
			{ID: "tanaka", Name: "田中", SlackUser: "U0TANAKA", Roles: []bot.Role{bot.RoleAdmin}},
		},
		Customers: []*bot.Customer{{ID: "acme", Space: "acme.backlog.com", Projects: []string{"MSP"}, Channel: "C0DESK", Zone: tokyo}},
	}
}

func card() bot.Card {
	return bot.Card{
		Channel: "C0DESK", Ticket: ticket, Key: "MSP-12", URL: "https://acme.backlog.com/view/MSP-12", Title: "セキュリティグループの変更", Version: 3,
		Panels: []bot.Panel{
			{State: "受付済み。担当者を待っています。", Fields: []bot.Field{{Label: "期限", Value: "11/27 18:00 JST"}}, Buttons: []bot.Button{
				{Action: "desk.take", Label: "担当する", Style: "primary"},
				{Action: "desk.approve", Label: "承認する", Roles: []bot.Role{bot.RoleApprover}, Confirm: "承認しますか?", Value: "plan-7"},
			}},
			{Tone: bot.ToneWarn, State: "作業の予定がありません。", Buttons: []bot.Button{{Action: "work.schedule", Label: "予定を決める", Form: form()}}},
		},
	}
}

func form() *bot.Form {
	return &bot.Form{
		Title: "作業の予定", Submit: "決める", Intro: "開始と終了を入れてください。",
		Inputs: []bot.Input{
			{ID: "start", Label: "開始", Type: bot.InputDateTime, Future: true, Initial: "2026-11-25T10:00:00+09:00"},
			{ID: "end", Label: "終了", Type: bot.InputDateTime, After: "start"},
			{ID: "who", Label: "担当", Type: bot.InputSelect, Options: []bot.Option{{Value: "sato", Label: "佐藤"}, {Value: "suzuki", Label: "鈴木"}}, Initial: "suzuki"},
			{ID: "memo", Label: "メモ", Type: bot.InputArea, Optional: true, Max: 200},
		},
	}
}

// message is a message as the workspace shows it.
type message struct {
	TS       string          `json:"ts"`
	ThreadTS string          `json:"thread_ts"`
	Subtype  string          `json:"subtype"`
	Text     string          `json:"text"`
	Blocks   json.RawMessage `json:"blocks"`
	Metadata struct {
		EventType string            `json:"event_type"`
		Payload   map[string]string `json:"event_payload"`
	} `json:"metadata"`
	Ephemeral bool `json:"is_ephemeral"`
}

func decode(t *testing.T, list []json.RawMessage) []message {
	t.Helper()
	var out []message
	for _, r := range list {
		var m message
		if err := json.Unmarshal(r, &m); err != nil {
			t.Fatal(err)
		}
		out = append(out, m)
	}
	return out
}

// messages gives the lasting messages of a channel.
func (b *bench) messages(channel string) []message {
	b.t.Helper()
	return decode(b.t, b.sim.Messages(channel))
}

// whispers gives what only one person sees in the desk's channel.
func (b *bench) whispers(user string) []string {
	b.t.Helper()
	var out []string
	for _, ch := range b.sim.State(user).Channels {
		for _, m := range decode(b.t, ch.Messages) {
			if m.Ephemeral {
				out = append(out, m.Text)
			}
		}
	}
	return out
}

func attempt(t *testing.T, kind bot.EffectKind, body any) bot.Attempt {
	t.Helper()
	e := bot.MakeEffect(kind, bot.Notice, "ev1/desk/"+string(kind), &bot.Ticket{ID: ticket, Customer: "acme"}, body)
	return bot.Attempt{Effect: e, Number: 1, First: start}
}

// post sends the sample card and gives its reference.
func (b *bench) post() map[string]string {
	b.t.Helper()
	return b.postCard(card())
}

func (b *bench) postCard(c bot.Card) map[string]string {
	b.t.Helper()
	sent, err := b.slack.Send(b.t.Context(), attempt(b.t, bot.EffectCard, c))
	if err != nil {
		b.t.Fatal(err)
	}
	return sent.Refs
}

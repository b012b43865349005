package store_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/inbox"
	"toban/bot/outbox"
	"toban/bot/store"
	"toban/bot/timer"
)

// vendor is where due moments arrive: it keeps how late each one was. It is a Sender in this process and a server for others.
type vendor struct {
	mu      sync.Mutex
	seen    map[string]time.Duration // lateness by effect key
	doubled int
	news    chan struct{}
}

func newVendor() *vendor {
	return &vendor{seen: map[string]time.Duration{}, news: make(chan struct{}, 1)}
}

func (v *vendor) hear(key string, due time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, known := v.seen[key]; known {
		v.doubled++
		return
	}
	v.seen[key] = time.Since(due)
	select {
	case v.news <- struct{}{}:
	default:
	}
}

func (v *vendor) knows(key string) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	_, known := v.seen[key]
	return known
}

// Send implements bot.Sender.
func (v *vendor) Send(_ context.Context, a bot.Attempt) (bot.Sent, error) {
	if !a.Look || !v.knows(a.Effect.Key) {
		v.hear(a.Effect.Key, a.Effect.Due)
	}
	return bot.Sent{RemoteID: "1", At: time.Now()}, nil
}

// ServeHTTP answers other processes: GET tells whether a key is known, POST brings one.
func (v *vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	key := r.URL.Query().Get("key")
	if r.Method == http.MethodGet {
		_, _ = fmt.Fprint(w, v.knows(key))
		return
	}
	us, err := strconv.ParseInt(r.URL.Query().Get("due"), 10, 64)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	v.hear(key, time.UnixMicro(us))
}

func (v *vendor) late() (out []time.Duration) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, d := range v.seen {
		out = append(out, d)
	}
	return out
}

func (v *vendor) await(b *testing.B, n int, limit time.Duration) {
	b.Helper()
	end := time.After(limit)
	for {
		if got := len(v.late()); got >= n {
			return
		}
		select {
		case <-v.news:
		case <-end:
			b.Fatalf("%d of %d due moments arrived within %v", len(v.late()), n, limit)
		}
	}
}

func (v *vendor) report(b *testing.B) {
	b.Helper()
	late := v.late()
	b.ReportMetric(ms(quantile(late, 0.5)), "late-p50-ms")
	b.ReportMetric(ms(quantile(late, 0.99)), "late-p99-ms")
	b.ReportMetric(ms(quantile(late, 1)), "late-max-ms")
	b.ReportMetric(float64(v.doubled), "doubled")
}

// calls is the feature of a benchmark: each due moment is one message.
type calls struct{}

func (calls) Name() string { return "bench" }

func (calls) Handle(in bot.In) (bot.Output, error) {
	if in.Event.Kind != bot.EventTimerDue {
		return bot.Output{}, nil
	}
	var due bot.TimerDue
	if err := in.Event.Decode(&due); err != nil {
		return bot.Output{}, err
	}
	body, err := json.Marshal(bot.Post{Channel: "C0DESK", Text: "作業を開始します。"})
	if err != nil {
		return bot.Output{}, err
	}
	e := bot.Effect{Key: in.Event.Key, Kind: bot.EffectPost, Class: bot.Notice, Ticket: due.Ticket, Due: due.Due, Body: body}
	return bot.Output{Effects: []bot.Effect{e}, Reasons: []bot.Reason{{What: "says that work begins", Why: "its moment has come"}}}, nil
}

// Fetch implements bot.Fetcher: webhooks of a benchmark have no news.
func (calls) Fetch(context.Context, bot.IssueChanged, int64) (bot.Fetched, error) {
	return bot.Fetched{}, nil
}

// work runs the workers of a replica until stop is called.
func work(tb testing.TB, s *store.Store, to bot.Sender) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	owner := fmt.Sprintf("bench-%p", s)
	clock := bot.ClockFunc(time.Now)
	nobody := &bot.Directory{Customers: []*bot.Customer{{ID: "aoba", Space: "demo", Projects: []string{"AOBA"}}}}
	out := outbox.New(outbox.Config{
		Store: s, Senders: map[string]bot.Sender{"slack": to, "backlog": to}, Clock: clock, Machine: time.Now, Owner: owner, Logger: silent(),
	})
	in := inbox.New(inbox.Config{
		Store: s, Fetcher: calls{}, Handlers: []bot.Handler{calls{}}, Directory: func() *bot.Directory { return nobody },
		Clock: clock, Machine: time.Now, Owner: owner, Wake: out.Poke, Logger: silent(),
	})
	due := timer.New(timer.Config{Store: s, Clock: clock, Wake: in.Poke, Logger: silent()})
	for _, run := range []func(context.Context) error{out.Run, in.Run, due.Run} {
		wg.Go(func() {
			if err := run(ctx); err != nil && !errors.Is(err, context.Canceled) && tb != nil {
				tb.Error(err)
			}
		})
	}
	return func() {
		cancel()
		wg.Wait()
	}
}

// remote is a vendor in another process. It is asked before anything is repeated.
type remote struct{ url string }

// Send implements bot.Sender.
func (r remote) Send(ctx context.Context, a bot.Attempt) (bot.Sent, error) {
	if a.Look {
		known, err := r.call(ctx, http.MethodGet, "?key="+a.Effect.Key)
		if err != nil || known == "true" {
			return bot.Sent{RemoteID: "1"}, err
		}
	}
	_, err := r.call(ctx, http.MethodPost, fmt.Sprintf("?key=%s&due=%d", a.Effect.Key, a.Effect.Due.UnixMicro()))
	return bot.Sent{RemoteID: "1"}, err
}

func (r remote) call(ctx context.Context, method, query string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, method, r.url+query, http.NoBody)
	if err != nil {
		return "", err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = resp.Body.Close() }()
	var body bytes.Buffer
	if _, err := body.ReadFrom(resp.Body); err != nil {
		return "", err
	}
	if resp.StatusCode != http.StatusOK {
		return "", errors.New(resp.Status)
	}
	return body.String(), nil
}

var _ http.Handler = (*vendor)(nil)

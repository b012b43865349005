package backlogsim

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Duration is a time.Duration that is written like "200ms" in JSON.
type Duration time.Duration

// UnmarshalJSON reads "1m30s".
func (d *Duration) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return fmt.Errorf("reading duration: %w", err)
	}
	v, err := time.ParseDuration(text)
	if err != nil {
		return fmt.Errorf("reading duration: %w", err)
	}
	*d = Duration(v)
	return nil
}

// MarshalJSON writes "1m30s".
func (d Duration) MarshalJSON() ([]byte, error) { return json.Marshal(time.Duration(d).String()) }

// Faults are what goes wrong. AddFaults and POST /_sim/faults add to what is there.
//
// All dice come from one seed, and each rule and each webhook has its own: the nth call that a rule matches has the same fate in every run, and so has
// the delivery of an activity to a webhook, whatever happens beside it and in whatever order.
type Faults struct {
	Seed     uint64         `json:"seed,omitempty"` // not 0: starts the random numbers anew; 1 at the beginning
	Rules    []FaultRule    `json:"rules,omitempty"`
	Outages  []Outage       `json:"outages,omitempty"`
	Webhooks *WebhookFaults `json:"webhooks,omitempty"` // replaces the present one
}

// FaultRule strikes API calls. The first rule that matches and still has times left is used.
type FaultRule struct {
	Method string  `json:"method,omitempty"` // "" is any
	Path   string  `json:"path,omitempty"`   // /api/v2/issues/*/comments: * is one segment, ** at the end any rest; "" is any
	User   int     `json:"user,omitempty"`   // user id; 0 is any
	Skip   int     `json:"skip,omitempty"`   // lets this many matching calls pass first
	Times  int     `json:"times,omitempty"`  // strikes this often; 0 is without end
	Rate   float64 `json:"rate,omitempty"`   // strikes this share of calls, 0 to 1; 0 is every call

	Lag      Duration `json:"lag,omitempty"`       // machine time before the work
	LagMax   Duration `json:"lag_max,omitempty"`   // more than Lag: a random time between the two
	LagAfter Duration `json:"lag_after,omitempty"` // machine time between the work and the answer
	Drop     bool     `json:"drop,omitempty"`      // the connection breaks and no work is done
	Lost     string   `json:"lost,omitempty"`      // the work is done, then: "drop" breaks the connection, "500" answers so

	Status  int    `json:"status,omitempty"`   // answers with this status and does no work; by the code when 0
	Code    int    `json:"code,omitempty"`     // error code in the body; by the status when 0
	Message string `json:"message,omitempty"`  // error message in the body
	Body    string `json:"body,omitempty"`     // instead of the error body, as text/html: a proxy's page
	NoReset bool   `json:"no_reset,omitempty"` // leaves the X-RateLimit headers away

	seen, used int
}

// Outage answers every API call with 503 and a page of HTML, in world time.
type Outage struct {
	From  time.Time `json:"from,omitzero"`  // zero: now
	Until time.Time `json:"until,omitzero"` // or
	For   Duration  `json:"for,omitempty"`  // after From
}

// WebhookFaults strike deliveries. The shares are 0 to 1 of the deliveries.
type WebhookFaults struct {
	Duplicate  float64  `json:"duplicate,omitempty"`
	Drop       float64  `json:"drop,omitempty"`
	Reorder    float64  `json:"reorder,omitempty"`     // held back so that later ones overtake
	Hold       Duration `json:"hold,omitempty"`        // how long a reordered one is held, machine time; default 1s
	Delay      Duration `json:"delay,omitempty"`       // of every delivery, machine time
	Retries    int      `json:"retries,omitempty"`     // further tries after a failure; the real number is not published
	RetryAfter Duration `json:"retry_after,omitempty"` // between tries; default 1m
}

type faultBook struct {
	mu    sync.Mutex
	rules []*FaultRule
	outs  []Outage
	hooks WebhookFaults
	seed  uint64
}

// faultHit is what strikes one call.
type faultHit struct {
	label         string
	lag, lagAfter time.Duration
	drop          bool
	lost          string
	status        int
	rule          FaultRule
}

func (faultHit) wait(a, b context.Context, d time.Duration) bool { return d <= 0 || sleep(a, b, d) }

func (h faultHit) answer(header http.Header) answer {
	r := h.rule
	if r.NoReset {
		for _, name := range []string{"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"} {
			header.Del(name)
		}
	}
	if r.Body != "" {
		header.Set("Content-Type", "text/html; charset=utf-8")
		return answer{h.status, header, []byte(r.Body)}
	}
	if h.status == http.StatusTooManyRequests && !r.NoReset {
		header.Set("X-RateLimit-Remaining", "0")
	}
	code := cmp.Or(r.Code, codeOf(h.status))
	return answer{h.status, header, encode(wireErrors{Errors: []*apiError{{Code: code, Message: cmp.Or(r.Message, "Injected fault.")}}})}
}

func (b *faultBook) match(method, path string, who *user, now time.Time) faultHit {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, o := range b.outs {
		if !now.Before(o.From) && now.Before(o.Until) {
			return faultHit{label: "outage", status: http.StatusServiceUnavailable, rule: FaultRule{Body: "<html><body><h1>Backlog is under maintenance</h1></body></html>", NoReset: true}}
		}
	}
	for n, r := range b.rules {
		if !r.covers(method, path, who) || (r.Times > 0 && r.used >= r.Times) {
			continue
		}
		r.seen++
		dice := b.dice(uint64(n)<<32 | uint64(r.seen)) //nolint:gosec // counters
		if r.seen <= r.Skip || (r.Rate > 0 && dice.Float64() >= r.Rate) {
			continue
		}
		r.used++
		lag := time.Duration(r.Lag)
		if more := time.Duration(r.LagMax) - lag; more > 0 {
			lag += time.Duration(dice.Int64N(int64(more)))
		}
		status := r.Status
		if status == 0 && r.Code != 0 {
			status = statusOf(r.Code)
		}
		return faultHit{label: r.label(), lag: lag, lagAfter: time.Duration(r.LagAfter), drop: r.Drop, lost: r.Lost, status: status, rule: *r}
	}
	return faultHit{}
}

func (r *FaultRule) covers(method, path string, who *user) bool {
	if (r.Method != "" && r.Method != method) || (r.User != 0 && (who == nil || who.id != r.User)) {
		return false
	}
	return matchPath(r.Path, path)
}

// matchPath knows * for one segment and ** for any rest.
func matchPath(pattern, path string) bool {
	if pattern == "" {
		return true
	}
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	for i, part := range want {
		if part == "**" {
			return true
		}
		if i >= len(got) || (part != "*" && part != got[i]) {
			return false
		}
	}
	return len(want) == len(got)
}

func (r *FaultRule) label() string {
	var parts []string
	for _, f := range []struct {
		name string
		on   bool
	}{{"lag", r.Lag > 0 || r.LagMax > 0}, {"lag_after", r.LagAfter > 0}, {"drop", r.Drop}, {"status", r.Status != 0 || r.Code != 0}} {
		if f.on {
			parts = append(parts, f.name)
		}
	}
	if r.Lost != "" {
		parts = append(parts, "lost:"+r.Lost)
	}
	return strings.Join(parts, ",")
}

// dice are random numbers that depend on the seed and on what they are for, not on what was diced before. The caller holds mu.
func (b *faultBook) dice(purpose uint64) *rand.Rand {
	return rand.New(rand.NewPCG(max(b.seed, 1), purpose)) //nolint:gosec // dice that fall the same way again
}

type webhookFate struct {
	label                    string
	duplicate, drop, reorder bool
	delay                    time.Duration
}

func (b *faultBook) webhookFate(hook, activity int) webhookFate {
	b.mu.Lock()
	defer b.mu.Unlock()
	h := b.hooks
	dice := b.dice(1<<63 | uint64(hook)<<32 | uint64(activity)) //nolint:gosec // ids
	f := webhookFate{delay: time.Duration(h.Delay)}
	switch {
	case h.Drop > 0 && dice.Float64() < h.Drop:
		f.drop, f.label = true, "drop"
	case h.Duplicate > 0 && dice.Float64() < h.Duplicate:
		f.duplicate, f.label = true, "duplicate"
	case h.Reorder > 0 && dice.Float64() < h.Reorder:
		f.reorder, f.label = true, "reorder"
		f.delay += cmp.Or(time.Duration(h.Hold), time.Second)
	case h.Delay > 0:
		f.label = "delay"
	}
	return f
}

func (b *faultBook) webhookRetries() (int, time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.hooks.Retries, cmp.Or(time.Duration(b.hooks.RetryAfter), time.Minute)
}

func (f Faults) check() error {
	for n, r := range f.Rules {
		switch {
		case r.Lost != "" && r.Lost != "drop" && r.Lost != "500":
			return fmt.Errorf("rule %d: lost is %q, allowed are drop and 500", n+1, r.Lost)
		case r.Rate < 0 || r.Rate > 1:
			return fmt.Errorf("rule %d: rate is %g, allowed is 0 to 1", n+1, r.Rate)
		case r.Status != 0 && (r.Status < 100 || r.Status > 599):
			return fmt.Errorf("rule %d: status is %d, allowed is 100 to 599", n+1, r.Status)
		}
	}
	if h := f.Webhooks; h != nil && (min(h.Duplicate, h.Drop, h.Reorder) < 0 || max(h.Duplicate, h.Drop, h.Reorder) > 1) {
		return errors.New("webhooks: a share is not 0 to 1")
	}
	return nil
}

// AddFaults makes things go wrong from now on. Outages without a beginning begin now.
func (s *Server) AddFaults(f Faults) error {
	if err := f.check(); err != nil {
		return fmt.Errorf("adding faults: %w", err)
	}
	b := &s.faults
	now := s.opts.Now()
	b.mu.Lock()
	defer b.mu.Unlock()
	if f.Seed != 0 {
		b.seed = f.Seed
	}
	for _, r := range f.Rules {
		b.rules = append(b.rules, &r)
	}
	for _, o := range f.Outages {
		if o.From.IsZero() {
			o.From = now
		}
		if o.Until.IsZero() {
			o.Until = o.From.Add(time.Duration(o.For))
		}
		b.outs = append(b.outs, o)
	}
	if f.Webhooks != nil {
		b.hooks = *f.Webhooks
	}
	return nil
}

// ResetFaults makes everything go well again; deliveries that are held back go out when their time comes.
func (s *Server) ResetFaults() {
	b := &s.faults
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rules, b.outs, b.hooks, b.seed = nil, nil, WebhookFaults{}, 0
}

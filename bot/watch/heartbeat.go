package watch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// HeartbeatConfig is what a Heartbeat needs.
type HeartbeatConfig struct {
	// Addresses are one or two outside monitors: an https (or http) address, asked by GET or, written "POST https://…", by POST; or
	// mailto:address. They are secrets.
	Addresses []string
	// Well is the judgement: a heartbeat goes out only when it has no problem.
	Well func(ctx context.Context) []Problem
	// Mail sends a mail; minute is the same for all replicas, so that their mails are one. nil: a mailto address is refused.
	Mail   func(ctx context.Context, to string, minute time.Time) error
	Clock  func() time.Time // the minute of a mail; what replicas share
	Client *http.Client     // nil: one with a time-out of ten seconds
	Every  time.Duration    // machine time between two; a minute when 0
	Logger *slog.Logger
}

// Beat is how heartbeats go, for metrics and the status page.
type Beat struct {
	Configured bool
	Last       time.Time // machine time of the last one that every address took; zero: none since the start
	Failed     int       // in a row, for problems or because an address did not take it
	Problem    string    // why the last one did not go; it names no address
}

// Heartbeat tells outside monitors every minute that Toban is well. Every replica sends its own: a monitor that hears nothing knows that
// no replica is well. Silence is the alarm, so nothing is repeated and nothing waits.
type Heartbeat struct {
	c    HeartbeatConfig
	mu   sync.Mutex
	beat Beat
}

// NewHeartbeat checks the addresses. Its errors do not repeat them.
func NewHeartbeat(c HeartbeatConfig) (*Heartbeat, error) {
	for i, a := range c.Addresses {
		_, address := method(a)
		u, err := url.Parse(address)
		switch {
		case err == nil && u.Scheme == "mailto" && u.Opaque != "":
			if c.Mail == nil {
				return nil, fmt.Errorf("reading heartbeat address %d: it is a mail address, and no mail is configured", i+1)
			}
		case err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "":
		default:
			return nil, fmt.Errorf("reading heartbeat address %d: want https://…, POST https://… or mailto:…", i+1)
		}
	}
	c.Every = cmp.Or(c.Every, time.Minute)
	if c.Client == nil {
		const limit = 10 * time.Second
		c.Client = &http.Client{Timeout: limit}
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return &Heartbeat{c: c, beat: Beat{Configured: len(c.Addresses) > 0}}, nil
}

// method splits an address as configured into the HTTP method and the address.
func method(text string) (name, address string) {
	if name, address, ok := strings.Cut(text, " "); ok && (name == http.MethodGet || name == http.MethodPost) {
		return name, strings.TrimSpace(address)
	}
	return http.MethodGet, text
}

// Beat tells how heartbeats go.
func (h *Heartbeat) Beat() Beat {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.beat
}

// Run sends a heartbeat at once and every minute until ctx ends, when Toban is well.
func (h *Heartbeat) Run(ctx context.Context) error {
	tick := time.NewTicker(h.c.Every)
	defer tick.Stop()
	for {
		h.Once(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Once judges and, when all is well, tells every address; without any it only judges.
func (h *Heartbeat) Once(ctx context.Context) {
	err := h.judge(ctx)
	if err == nil {
		err = h.tell(ctx)
	}
	if ctx.Err() != nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if err != nil {
		h.beat.Failed++
		h.beat.Problem = err.Error()
		h.c.Logger.WarnContext(ctx, "no heartbeat", "in_a_row", h.beat.Failed, "reason", err)
		return
	}
	if h.beat.Failed > 0 {
		h.c.Logger.InfoContext(ctx, "heartbeats go again", "missed", h.beat.Failed)
	}
	h.beat.Failed, h.beat.Problem = 0, ""
	if h.beat.Configured {
		h.beat.Last = time.Now()
	}
}

func (h *Heartbeat) judge(ctx context.Context) error {
	var texts []string
	for _, p := range h.c.Well(ctx) {
		texts = append(texts, p.Text)
	}
	if len(texts) == 0 {
		return nil
	}
	return errors.New(strings.Join(texts, "; "))
}

func (h *Heartbeat) tell(ctx context.Context) error {
	var all []error
	for i, a := range h.c.Addresses {
		if err := h.one(ctx, a); err != nil {
			all = append(all, fmt.Errorf("telling heartbeat address %d: %w", i+1, err))
		}
	}
	return errors.Join(all...)
}

func (h *Heartbeat) one(ctx context.Context, text string) error {
	name, address := method(text)
	if to, ok := strings.CutPrefix(address, "mailto:"); ok {
		return h.c.Mail(ctx, to, h.c.Clock().Truncate(h.c.Every))
	}
	r, err := http.NewRequestWithContext(ctx, name, address, http.NoBody)
	if err != nil {
		return errors.New("the address can't be asked") // the error would name it
	}
	r.Header.Set("User-Agent", "toban")
	res, err := h.c.Client.Do(r)
	if err != nil {
		var u *url.Error
		if errors.As(err, &u) {
			err = u.Err // without the address
		}
		return err
	}
	defer func() { _ = res.Body.Close() }()
	const most = 4 << 10
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, most))
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("the monitor answered %d", res.StatusCode)
	}
	return nil
}

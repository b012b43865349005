package watch

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"toban/bot"
)

// Gate stands in front of everything that goes outward. The database holds back what a stop concerns before it is claimed; the gate holds
// back what was claimed before the stop: it asks again at the adapter's door, and once more when a call that waited for its turn is about
// to begin. What has begun can't be called back.
type Gate struct {
	stopped func(ctx context.Context) ([]string, error)
	mu      sync.Mutex
	at      time.Time // machine time of the last answer
	list    []string
}

const (
	gateFresh = time.Second     // how long an answer holds: a stop is obeyed within it
	gateAsk   = 2 * time.Second // a database that takes longer to answer keeps the gate closed
	gateAgain = 2 * time.Second // when what was held back is tried again
)

// NewGate makes a gate; stopped lists the customers for whom nothing goes outward, "" for all of them.
func NewGate(stopped func(ctx context.Context) ([]string, error)) *Gate {
	return &Gate{stopped: stopped}
}

// Check answers bot.ErrStopped while nothing may go outward for a customer. Without an answer of the database nothing goes out either: what
// was done could not be written down.
func (g *Gate) Check(ctx context.Context, customer string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if now := time.Now(); g.at.IsZero() || now.Sub(g.at) > gateFresh {
		limited, cancel := context.WithTimeout(ctx, gateAsk)
		list, err := g.stopped(limited)
		cancel()
		if err != nil {
			return fmt.Errorf("asking whether effects are stopped: %w", err)
		}
		g.at, g.list = now, list
	}
	for _, c := range g.list {
		if c == "" || c == customer {
			return bot.ErrStopped
		}
	}
	return nil
}

// outward marks the calls of an effect that goes outward.
type outward struct {
	customer string
	held     atomic.Bool // a call was held back
}

type outwardKey struct{}

// Sender puts the gate in front of an adapter.
func (g *Gate) Sender(next bot.Sender) bot.Sender { return gated{g, next} }

type gated struct {
	gate *Gate
	next bot.Sender
}

// Send implements bot.Sender: what is held back is tried again later and never counts as a fault.
func (s gated) Send(ctx context.Context, a bot.Attempt) (bot.Sent, error) {
	if err := s.gate.Check(ctx, a.Effect.Customer); err != nil {
		return bot.Sent{}, bot.Untried(err, gateAgain)
	}
	mark := &outward{customer: a.Effect.Customer}
	sent, err := s.next.Send(context.WithValue(ctx, outwardKey{}, mark), a)
	if err != nil && mark.held.Load() {
		return sent, bot.RetryAfter(bot.ErrStopped, gateAgain)
	}
	return sent, err
}

// Transport puts the gate in front of the calls that an effect makes; reading goes on. A nil next is the default transport.
func (g *Gate) Transport(next http.RoundTripper) http.RoundTripper {
	if next == nil {
		next = http.DefaultTransport
	}
	return gatedTransport{g, next}
}

type gatedTransport struct {
	gate *Gate
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (t gatedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	mark, ok := r.Context().Value(outwardKey{}).(*outward)
	if ok && r.Method != http.MethodGet && r.Method != http.MethodHead {
		if err := t.gate.Check(r.Context(), mark.customer); err != nil {
			mark.held.Store(true)
			if r.Body != nil {
				_ = r.Body.Close()
			}
			return nil, err
		}
	}
	return t.next.RoundTrip(r)
}

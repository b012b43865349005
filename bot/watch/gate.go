package watch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"toban/bot"
)

// Gate stands in front of everything that goes outward. The database holds back what a stop or a project's mode concerns before it is claimed;
// the gate holds back what was claimed before the stop or the change of the mode: it asks again at the adapter's door, and once more when a call that waited for its turn is about
// to begin. What has begun can't be called back.
type Gate struct {
	ask  func(ctx context.Context) (Bars, error)
	mu   sync.Mutex
	at   time.Time // machine time of the last answer
	bars Bars
}

// Bars are what holds effects back.
type Bars struct {
	Stopped []string                 // customers for whom nothing goes outward; "" is all of them
	Modes   map[bot.ModeKey]bot.Mode // of projects; on where there is none
	// Born is from when on Toban decides in a project; none where that is not known.
	Born map[bot.ModeKey]time.Time
}

const (
	gateFresh = time.Second     // how long an answer holds: a stop is obeyed within it
	gateAsk   = 2 * time.Second // a database that takes longer to answer keeps the gate closed
	gateAgain = 2 * time.Second // when what was held back is tried again
)

// NewGate makes a gate; ask tells what holds effects back now.
func NewGate(ask func(ctx context.Context) (Bars, error)) *Gate {
	return &Gate{ask: ask}
}

// Check answers bot.ErrStopped while nothing may go outward for a customer, and bot.ErrMode while the mode of the project keeps it back.
// Without an answer of the database nothing goes out either: what was done could not be written down.
func (g *Gate) Check(ctx context.Context, key bot.ModeKey) error {
	return g.check(ctx, &outward{key: key})
}

// check is Check for what a person released, and for what calls the provider's own people out, too.
func (g *Gate) check(ctx context.Context, o *outward) error {
	bars, err := g.now(ctx)
	if err != nil {
		return fmt.Errorf("asking whether effects are held back: %w", err)
	}
	for _, c := range bars.Stopped {
		if (c == "" || c == o.key.Customer) && !o.own {
			return bot.ErrStopped
		}
	}
	mode, ok := bars.Modes[o.key]
	if !ok {
		mode, ok = bars.Modes[bot.ModeKey{Customer: o.key.Customer}]
	}
	if ok && mode != bot.ModeOn && !((o.released || o.own) && mode == bot.ModeAssist) {
		return bot.ErrMode
	}
	return nil
}

// Bars are what holds effects back, as it was at most a second ago; with an error, as it was last known.
func (g *Gate) Bars(ctx context.Context) (Bars, error) { return g.now(ctx) }

// now is what holds effects back, as it was at most a second ago.
func (g *Gate) now(ctx context.Context) (Bars, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if now := time.Now(); g.at.IsZero() || now.Sub(g.at) > gateFresh {
		limited, cancel := context.WithTimeout(ctx, gateAsk)
		bars, err := g.ask(limited)
		cancel()
		if err != nil {
			return g.bars, err
		}
		g.at, g.bars = now, bars
	}
	return g.bars, nil
}

// outward marks the calls of an effect that goes outward.
type outward struct {
	key      bot.ModeKey
	released bool
	own      bool                  // it calls one of the provider's own people out, who must hear of trouble also while nothing goes to customers
	held     atomic.Pointer[error] // why a call was held back; nil when none was
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
	e := a.Effect
	if !e.Outward() { // the operators' own mails tell of trouble, and a stop often comes with some
		return s.next.Send(ctx, a)
	}
	mark := &outward{key: bot.ModeKey{Customer: e.Customer, Project: e.Project}, released: a.Released, own: e.ToStaff()}
	if err := s.gate.check(ctx, mark); err != nil && !(a.Halt && errors.Is(err, bot.ErrMode)) { // a look sends nothing
		return bot.Sent{}, bot.Untried(err, gateAgain)
	}
	sent, err := s.next.Send(context.WithValue(ctx, outwardKey{}, mark), a)
	if why := mark.held.Load(); err != nil && why != nil {
		return sent, bot.RetryAfter(*why, gateAgain)
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
		if err := t.gate.check(r.Context(), mark); err != nil {
			mark.held.Store(&err)
			if r.Body != nil {
				_ = r.Body.Close()
			}
			return nil, err
		}
	}
	return t.next.RoundTrip(r)
}

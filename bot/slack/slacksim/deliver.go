package slacksim

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// lane is the kind of a payload; its value is the type of a Socket Mode envelope.
type lane string

const (
	viaEvents   lane = "events_api"
	viaInteract lane = "interactive"
	viaCommand  lane = "slash_commands"
)

// Errors of acting as a person while the app does not play along.
var (
	ErrNoApp           = errors.New("the app has no socket open and no request URL for this")
	ErrNotAcknowledged = errors.New("the app did not acknowledge in time")
)

// conduit is the way from Slack to the app.
type conduit struct {
	sockets  []*socket
	turn     int                  // round robin
	everOpen bool                 // a socket has been open at some time
	newcomer chan struct{}        // closed and renewed when a socket opens
	tickets  map[string]time.Time // of apps.connections.open, until they expire
	flights  map[string]*flight   // by envelope id
	tail     <-chan struct{}      // the newest delivery is under way
	sent     int                  // payloads so far, numbered
	handed   int                  // the newest that was handed over
	passing  chan struct{}        // closed and renewed when handed grows
	weather  chan struct{}        // closed and renewed when faults change
	pending  int
	quiet    chan struct{} // closed and renewed when pending falls to zero
	attempts []Attempt
}

func newConduit() conduit {
	return conduit{
		newcomer: make(chan struct{}), quiet: make(chan struct{}), passing: make(chan struct{}), weather: make(chan struct{}),
		tickets: map[string]time.Time{}, flights: map[string]*flight{},
	}
}

// delivery is one payload on its way until it is acknowledged or given up.
type delivery struct {
	seq     int
	lane    lane
	name    string // event or interaction type, or the command
	payload obj
	raw     string          // the payload as it goes out
	after   <-chan struct{} // the delivery before this one is under way
	launch  func()          // tells the next one that this one is
	done    chan struct{}
	answer  any   // payload of the acknowledgement, decoded; nil when empty
	err     error // set when it was given up
}

// Pending counts payloads handed to the app, or due to be handed again, that are
// neither acknowledged nor given up.
func (s *Server) Pending() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pending
}

// Quiet waits until nothing is pending. Mind that an app that keeps failing an
// event is asked again after one and five minutes, as Slack does.
func (s *Server) Quiet(ctx context.Context) error {
	for {
		s.mu.Lock()
		n, quiet := s.pending, s.quiet
		s.mu.Unlock()
		if n == 0 {
			return nil
		}
		select {
		case <-quiet:
		case <-ctx.Done():
			return fmt.Errorf("waiting for %d deliveries: %w", n, ctx.Err())
		}
	}
}

// send starts a delivery; the lock is held. Without any receiver it is given up at once.
func (s *Server) send(l lane, name string, payload obj) *delivery {
	d := &delivery{lane: l, name: name, payload: payload, raw: encode(payload), done: make(chan struct{})}
	if s.closed || !s.everOpen && s.requestURL(d) == "" {
		d.err = ErrNoApp
		if s.closed {
			d.err = ErrClosed
		}
		close(d.done)
		return d
	}
	s.sent++
	d.seq = s.sent
	under := make(chan struct{})
	d.after, d.launch = s.tail, sync.OnceFunc(func() { close(under) })
	s.tail = under
	s.pending++
	s.wg.Go(func() { s.carry(d) })
	return d
}

// wait gives the app's answer once it has come.
func (d *delivery) wait(ctx context.Context) (any, error) {
	select {
	case <-d.done:
		return d.answer, d.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// carry brings a payload to the app. Events are tried four times: at once, at
// once again, after a minute, after five; everything else once. Payloads set out
// in the order in which they arose; only a socket keeps that order to the end.
func (s *Server) carry(d *delivery) {
	waits := []time.Duration{0, time.Minute, 5 * time.Minute}
	if d.lane != viaEvents {
		waits = nil
	}
	if d.after != nil {
		select {
		case <-d.after:
		case <-s.ctx.Done():
		}
	}
	var out outcome
	for n := 0; ; n++ {
		out = s.attempt(d, n, out.reason)
		if out.reason == "" || out.stop || n == len(waits) || !sleep(s.ctx, waits[n]) {
			break
		}
	}
	s.mu.Lock()
	if d.answerable() {
		d.answer = out.answer
	}
	if out.reason != "" {
		d.err = fmt.Errorf("%w: %s", ErrNotAcknowledged, out.reason)
	}
	if s.pending--; s.pending == 0 {
		close(s.quiet)
		s.quiet = make(chan struct{})
	}
	s.mu.Unlock()
	close(d.done)
}

// outcome is what came of one attempt; an empty reason means acknowledged.
type outcome struct {
	reason string
	answer any
	stop   bool // the app asked not to be tried again
}

// attempt tries once: over a socket when one is open, else by HTTP, else it
// waits for a socket as long as the app would be waited for.
func (s *Server) attempt(d *delivery, n int, why string) outcome {
	odd := s.oddity(d, n)
	if odd.delay+odd.behind > 0 || odd.lost {
		d.launch() // others overtake it
	}
	defer d.launch()
	switch {
	case odd.lost:
		s.tried(d, n, why, "lost")
		return outcome{reason: "lost", stop: true}
	case !sleep(s.ctx, odd.delay), odd.behind > 0 && !s.letPass(d, odd.behind):
		return outcome{reason: "timeout"}
	case !s.sitOut(d):
		s.tried(d, n, why, "outage")
		return outcome{reason: "outage", stop: true}
	}
	s.mu.Lock()
	url, open := s.requestURL(d), len(s.sockets) > 0
	s.mu.Unlock()
	once := func() outcome {
		ctx, cancel := context.WithTimeout(s.ctx, s.o.AckWithin)
		defer cancel()
		if open || url == "" {
			return s.overSocket(ctx, d, n, why, odd.deaf)
		}
		return s.overHTTP(ctx, d, url, n, why)
	}
	if odd.twice {
		s.wg.Go(func() { once() }) // its acknowledgement tells us nothing
	}
	out := once()
	if odd.deaf && out.reason == "" {
		out = outcome{reason: "timeout"}
	}
	s.tried(d, n, why, out.reason)
	s.pass(d)
	return out
}

// tried keeps an attempt in the log.
func (s *Server) tried(d *delivery, n int, why, outcome string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.logAttempt(Attempt{Lane: string(d.lane), Name: d.name, Retry: n, RetryReason: why, Outcome: outcome})
}

// sleep waits and reports whether the context is still alive.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

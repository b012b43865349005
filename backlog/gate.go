package backlog

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"
)

// gate lets requests out in turn: within the budgets, urgent ones first, writes
// one at a time.
type gate struct {
	mu       sync.Mutex
	budgets  map[Kind]Budget
	queue    []*ticket
	writing  bool
	lastBulk time.Time
}

// ticket is one waiting request. wake holds at most one signal to look again.
type ticket struct {
	kind Kind
	lane Lane
	wake chan struct{}
}

func newGate() *gate {
	return &gate{budgets: map[Kind]Budget{}}
}

// acquire waits for a turn. It fails with the context, and at once with a
// *RateLimitError when the context would end before the budget is renewed.
// A nil error must be followed by release.
func (g *gate) acquire(ctx context.Context, kind Kind, lane Lane, now func() time.Time) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	t := &ticket{kind: kind, lane: lane, wake: make(chan struct{}, 1)}
	g.enqueue(t)
	for {
		at := now()
		ready, until := g.try(t, at)
		if ready {
			return nil
		}
		timer, alarm := (*time.Timer)(nil), (<-chan time.Time)(nil)
		if !until.IsZero() {
			if deadline, ok := ctx.Deadline(); ok && deadline.Before(until) {
				g.leave(t)
				return &RateLimitError{Reset: until, Kind: kind}
			}
			timer = time.NewTimer(until.Sub(at))
			alarm = timer.C
		}
		select {
		case <-ctx.Done():
			g.leave(t)
			return ctx.Err()
		case <-t.wake:
		case <-alarm:
		}
		if timer != nil {
			timer.Stop()
		}
	}
}

// enqueue puts t behind all tickets of its lane and before less urgent ones.
func (g *gate) enqueue(t *ticket) {
	g.mu.Lock()
	defer g.mu.Unlock()
	at := slices.IndexFunc(g.queue, func(o *ticket) bool { return o.lane.rank() > t.lane.rank() })
	if at < 0 {
		at = len(g.queue)
	}
	g.queue = slices.Insert(g.queue, at, t)
}

// try takes the turn if it is t's. If only time stands in the way, until says
// when to look again; otherwise t will be woken.
func (g *gate) try(t *ticket, now time.Time) (ready bool, until time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	first := slices.IndexFunc(g.queue, func(o *ticket) bool { return o.kind == t.kind })
	if g.queue[first] != t || t.kind == KindUpdate && g.writing {
		return false, time.Time{}
	}
	b, known := g.budgets[t.kind]
	if known && !now.Before(b.Reset) {
		// The minute is over: until the next answer the whole limit is there. A
		// 429 from a server that announces nothing leaves no limit to go by.
		b = Budget{Limit: b.Limit, Remaining: b.Limit, Reset: now.Add(minute)}
		g.budgets[t.kind] = b
		if known = b.Limit > 0; !known {
			delete(g.budgets, t.kind)
		}
	}
	kept := 0
	if t.lane != High {
		kept = b.reserve()
	}
	if known && b.Remaining <= kept {
		return false, b.Reset
	}
	// The vendor asks for the gap between updates, searches and icons only; a read has to be there before a comment can be repeated.
	spaced := t.lane == Bulk && t.kind != KindRead
	if next := g.lastBulk.Add(bulkGap); spaced && now.Before(next) {
		return false, next
	}
	if known {
		b.Remaining--
		g.budgets[t.kind] = b
	}
	if spaced {
		g.lastBulk = now
	}
	g.writing = g.writing || t.kind == KindUpdate
	g.remove(t)
	return true, time.Time{}
}

func (g *gate) leave(t *ticket) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.remove(t)
}

// remove takes t out of the queue and tells the others. The caller holds mu.
func (g *gate) remove(t *ticket) {
	g.queue = slices.DeleteFunc(g.queue, func(o *ticket) bool { return o == t })
	g.wakeAll()
}

func (g *gate) wakeAll() {
	for _, t := range g.queue {
		select {
		case t.wake <- struct{}{}:
		default:
		}
	}
}

// release ends the turn of a request of the given kind.
func (g *gate) release(kind Kind) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if kind == KindUpdate {
		g.writing = false
	}
	g.wakeAll()
}

// feed learns from the headers of an answer.
func (g *gate) feed(kind Kind, h http.Header, now time.Time) {
	if b, ok := parseBudget(h, now); ok {
		g.set(kind, b)
	}
}

func (g *gate) set(kind Kind, b Budget) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if old, ok := g.budgets[kind]; ok && old.Reset.Equal(b.Reset) {
		// Requests under way are already taken off the old figure.
		b.Remaining = min(b.Remaining, old.Remaining)
	}
	g.budgets[kind] = b
	g.wakeAll()
}

// exhaust notes a 429 and returns when the budget is renewed.
func (g *gate) exhaust(kind Kind, h http.Header, now time.Time) time.Time {
	reset := resetAfter429(h, now)
	g.mu.Lock()
	defer g.mu.Unlock()
	b := g.budgets[kind]
	b.Remaining, b.Reset = 0, reset
	g.budgets[kind] = b
	return reset
}

// Budgets returns what the client knows of each kind's rate limit, for health
// pages and metrics. A kind without an answer yet is missing.
func (c *Client) Budgets() map[Kind]Budget {
	c.gate.mu.Lock()
	defer c.gate.mu.Unlock()
	return maps.Clone(c.gate.budgets)
}

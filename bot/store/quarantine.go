package store

import (
	"context"
	"sync"
	"time"
)

// Gate lets the queues of one process work beside each other, or one of them alone. Its zero value is open.
type Gate struct {
	mu     sync.Mutex
	inside int
	keeper *Quarantine // for whom it is shut
}

// Quarantine is how the worker of one queue goes about what its process may have died under: seldom, late, a few at a time, and what is under
// grave suspicion while nothing else of the process is under way, of the other queue either: two that die together again and again would
// both be taken for the cause.
type Quarantine struct {
	gate  *Gate
	count func(ctx context.Context, now time.Time) (Suspects, error)
	look  time.Time // machine time of the next look
	// barren: what is under slight suspicion could not be claimed
	barren bool

	mu     sync.Mutex
	slight int  // under way
	alone  bool // one is under way by itself
}

const (
	suspectsFirst  = 5 * time.Second // after the start: what else waits goes first, since this may be the end
	suspectsEvery  = time.Second
	suspectsBarren = 10 * time.Second
	mostSlight     = 8 // at a time
)

// NewQuarantine makes that of a queue; count is [Store.SuspectEvents] or [Store.SuspectEffects]. A nil gate is one of its own.
func NewQuarantine(gate *Gate, count func(ctx context.Context, now time.Time) (Suspects, error)) *Quarantine {
	if gate == nil {
		gate = &Gate{}
	}
	return &Quarantine{gate: gate, count: count}
}

// Enter reports whether the worker may claim and handle now; it calls Leave when it has ended.
func (q *Quarantine) Enter() bool {
	q.gate.mu.Lock()
	defer q.gate.mu.Unlock()
	if q.gate.keeper != nil {
		return false
	}
	q.gate.inside++
	return true
}

// Join is for n more that a worker which has entered begins; each of them leaves.
func (q *Quarantine) Join(n int) {
	q.gate.mu.Lock()
	defer q.gate.mu.Unlock()
	q.gate.inside += n
}

// Leave ends what Enter or Join began.
func (q *Quarantine) Leave() { q.Join(-1) }

// shut keeps everybody from entering and reports whether nobody is inside any more.
func (q *Quarantine) shut() bool {
	q.gate.mu.Lock()
	defer q.gate.mu.Unlock()
	if q.gate.keeper == nil {
		q.gate.keeper = q
	}
	return q.gate.keeper == q && q.gate.inside == 0
}

// Open lets everybody in again, if it was this queue that shut the gate.
func (q *Quarantine) Open() {
	q.gate.mu.Lock()
	defer q.gate.mu.Unlock()
	if q.gate.keeper == q {
		q.gate.keeper = nil
	}
}

// Turn says which suspects the worker may claim now, and how many; mostly none. Of what it then claims it tells Begin, be it nothing.
func (q *Quarantine) Turn(ctx context.Context, now time.Time) (which Suspicion, n int, err error) {
	q.mu.Lock()
	alone, slight := q.alone, q.slight
	q.mu.Unlock()
	if q.look.IsZero() {
		q.look = now.Add(suspectsFirst)
	}
	if alone || now.Before(q.look) {
		return Unsuspected, 0, nil
	}
	found, err := q.count(ctx, now)
	if err != nil {
		q.Open()
		return Unsuspected, 0, err
	}
	switch {
	case found.Slight > 0 && slight < mostSlight && (!q.barren || found.Grave == 0): // nobody has to wait for them, so they go first
		q.Open()
		if q.Enter() {
			return Slight, mostSlight - slight, nil
		}
	case found.Grave > 0 && slight == 0:
		if q.shut() { // or those that are inside leave soon
			return Grave, 1, nil
		}
	default:
		q.Open()
		q.look = now.Add(suspectsEvery)
	}
	return Unsuspected, 0, nil
}

// Begin is told how many were claimed of a turn at a machine time; end is called behind each of them.
func (q *Quarantine) Begin(which Suspicion, n int, now time.Time) (end func()) {
	q.barren = which == Slight && n == 0 // they may wait behind a grave one in their lane
	if which == Grave {
		return q.beginAlone(n, now)
	}
	q.mu.Lock()
	q.slight += n
	q.mu.Unlock()
	q.Join(n - 1)
	return func() {
		q.mu.Lock()
		q.slight--
		q.mu.Unlock()
		q.Leave()
	}
}

func (q *Quarantine) beginAlone(n int, now time.Time) (end func()) {
	if n == 0 { // it is held back, or another replica has it: all others must not wait for it again and again
		q.look = now.Add(suspectsBarren)
		q.Open()
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.alone = n > 0
	return func() {
		q.mu.Lock()
		q.alone = false
		q.mu.Unlock()
		q.Open()
	}
}

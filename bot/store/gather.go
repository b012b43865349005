package store

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"sync"
	"time"

	"toban/bot"
)

// gather writes what callers bring at the same time with one commit, so that a burst of webhooks costs a few of them and not one each
// (BENCHMARKS.md). Nobody waits for company: a caller who finds a free place writes at once, and those who come meanwhile are written
// together next. Every caller is answered after the commit that its own is in, with its own error.
type gather[T any] struct {
	most  int // batches under way at a time
	write func(ctx context.Context, batch []T) error

	mu      sync.Mutex
	writing int
	queue   []arrival[T]
}

type arrival[T any] struct {
	what T
	done chan error // holds one answer, so that nobody waits for a caller who has gone
}

const (
	// gatherPostgres keeps PostgreSQL's own group commit fed while the other connections stay free for the workers.
	gatherPostgres = 4
	// gatherDecisions: a decision is many statements, and more places only make the batches smaller; but while one batch waits for its answer,
	// PostgreSQL has another one to work on.
	gatherDecisions = 2
	// gatherReads: what is read for decisions goes together, too; a second place is for the others while a slow one is read.
	gatherReads = 2
	// gatherBatch bounds one statement, gatherLimit its time: longer than any pause of a disk that was seen, shorter than a lease.
	gatherBatch = 256
	gatherLimit = 20 * time.Second
)

// do returns when what is committed, or when ctx ends: then it may be written or not, as after a lost answer.
func (g *gather[T]) do(ctx context.Context, what T) error {
	a := arrival[T]{what: what, done: make(chan error, 1)}
	g.mu.Lock()
	g.queue = append(g.queue, a)
	free := g.writing < g.most
	if free {
		g.writing++
	}
	g.mu.Unlock()
	if free {
		g.lead(ctx)
	}
	select {
	case err := <-a.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// lead writes one batch; when more have come meanwhile, the place goes on to them and the leader to its own answer.
func (g *gather[T]) lead(ctx context.Context) {
	// Whoever could bring something in this very moment, had they the processor, comes along. Nobody sleeps for it.
	runtime.Gosched()
	g.mu.Lock()
	n := min(len(g.queue), gatherBatch)
	batch := g.queue[:n:n]
	g.queue = g.queue[n:]
	g.mu.Unlock()

	// One caller's hurry must not take what the others brought with it.
	together, cancel := context.WithTimeout(context.WithoutCancel(ctx), gatherLimit)
	defer cancel()
	g.flush(together, batch)

	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.queue) == 0 {
		g.writing--
		return
	}
	go g.lead(together)
}

func (g *gather[T]) flush(ctx context.Context, batch []arrival[T]) {
	if len(batch) == 0 {
		return
	}
	all := make([]T, len(batch))
	for i, a := range batch {
		all[i] = a.what
	}
	err := g.write(ctx, all)
	if err == nil || len(batch) == 1 || ctx.Err() != nil {
		for _, a := range batch {
			a.done <- err
		}
		return
	}
	// One may have spoilt it for all of them. What was written after all, and only its answer lost, says so by its key or its fence.
	for _, a := range batch {
		a.done <- g.write(ctx, []T{a.what})
	}
}

// acceptTogether stores events with one commit.
func (s *Store) acceptTogether(ctx context.Context, events []bot.Event) error {
	for _, e := range events {
		if err := acceptable(e); err != nil {
			return err
		}
	}
	if s.d.name != postgresDialect.name {
		return s.journal(ctx, events)
	}
	// Replicas that hear the same events wait for each other's keys in the same order, so that none has to be ended to let the other
	// through. A batch holds one event a caller, and callers at the same time have no order.
	slices.SortStableFunc(events, func(a, b bot.Event) int { return cmp.Compare(a.Key, b.Key) })
	list := make([][]any, len(events))
	for i, e := range events {
		list[i] = eventRow(e)
	}
	text, args := rowsEvent.all, []any(nil)
	if len(list) == 1 {
		text, args = rowsEvent.one, list[0]
	} else {
		args = rowsEvent.columns(list, &s.spare)
		defer rowsEvent.giveBack(args, &s.spare)
	}
	// One statement is one round trip and one commit. The activity feed's page, in one transaction, may still have another order of keys.
	return s.again(ctx, func() error {
		_, err := s.alone(ctx, stepAccept, text, args...)
		return err
	})
}

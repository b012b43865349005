package outbox

import (
	"context"
	"time"

	"toban/bot/store"
)

// Run sends effects until ctx ends; it ends what it has begun. Channels do not wait for each other: one whose vendor answers slowly
// fills its own places only.
func (w *Worker) Run(ctx context.Context) error {
	defer w.hold.Open()
	defer w.wg.Wait()
	tick := time.NewTicker(w.c.Every)
	defer tick.Stop()
	for {
		n := 0
		if ctx.Err() == nil {
			var err error
			if n, err = w.begin(ctx); err != nil {
				w.c.Logger.Error("claiming effects", "error", err)
			}
		}
		if n > 0 {
			continue
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		case <-w.poke:
		}
	}
}

// Once sends what may go now, up to one batch, and returns how many effects that were when they have ended.
func (w *Worker) Once(ctx context.Context) (int, error) {
	n, err := w.begin(ctx)
	w.wg.Wait()
	return n, err
}

// begin claims what there are places for and starts it.
func (w *Worker) begin(ctx context.Context) (int, error) {
	full, free := w.places()
	if free == 0 {
		return 0, nil
	}
	// What was claimed is ended even while the process stops, and a claim is not left half-way: its rows would wait for the lease's end.
	work := context.WithoutCancel(ctx)
	claim, cancel := context.WithTimeout(work, w.c.Lease/2)
	defer cancel()
	want := store.Claim{Owner: w.c.Owner, Now: w.c.Machine(), World: w.c.Clock.Now(), Lease: w.c.Lease, Most: free, Full: full}
	if n, err := w.suspects(claim, want); err != nil || n > 0 {
		return n, err
	}
	if !w.hold.Enter() {
		return 0, nil
	}
	defer w.hold.Leave()
	// Those in bulk come when nothing else may go, and never take more than half of the places: each of them waits long for its turn at the vendor.
	want.NoBulk = true
	claims, err := w.c.Store.ClaimEffects(claim, want)
	if err == nil && len(claims) == 0 {
		if want.Most = min(want.Most, w.bulkPlaces()); want.Most > 0 {
			want.NoBulk = false
			claims, err = w.c.Store.ClaimEffects(claim, want)
		}
	}
	if err != nil {
		return 0, err
	}
	w.hold.Join(len(claims))
	for _, c := range claims {
		w.start(work, c, w.hold.Leave)
	}
	return len(claims), nil
}

// start sends an effect beside others; after is called behind it.
func (w *Worker) start(ctx context.Context, c store.Sending, after func()) {
	channel, bulk := c.Attempt.Effect.Kind.Channel(), c.Attempt.Effect.Bulk
	w.occupy(channel, bulk)
	w.wg.Go(func() {
		defer w.Poke()
		defer after()
		step, end := w.follow(ctx, &c)
		sent, err := w.carryOut(step, c)
		w.vacate(channel, bulk)
		end(w.write(step, c, sent, err))
		w.written()
	})
}

// unwritten is how many ends, in places of a channel, may wait for the database. Places are for the vendors' sake: the next call need not
// wait until the last one is written back, and ends that wait together share a commit.
const unwritten = 8

// places says which channels are full and how many effects any of the others can still take.
func (w *Worker) places() (full []string, free int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.open >= unwritten*w.c.Parallel {
		return nil, 0
	}
	free = w.c.Parallel
	for channel, n := range w.busy {
		if n >= w.c.Parallel {
			full = append(full, channel)
		} else {
			free = min(free, w.c.Parallel-n)
		}
	}
	return full, free
}

// bulkPlaces says how many effects in bulk may yet be under way.
func (w *Worker) bulkPlaces() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return max(1, w.c.Parallel/2) - w.bulk
}

func (w *Worker) occupy(channel string, bulk bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if bulk {
		w.bulk++
	}
	w.busy[channel]++
	w.open++
}

// vacate gives a place back; somebody may wait for it.
func (w *Worker) vacate(channel string, bulk bool) {
	w.mu.Lock()
	if bulk {
		w.bulk--
	}
	full := w.busy[channel] == w.c.Parallel
	w.busy[channel]--
	w.mu.Unlock()
	if full {
		w.Poke()
	}
}

func (w *Worker) written() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.open--
}

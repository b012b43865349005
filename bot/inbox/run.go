package inbox

import (
	"context"
	"runtime"
	"time"
)

// Run handles events until ctx ends; it ends what it has begun. A slow event holds up its own lane only.
func (w *Worker) Run(ctx context.Context) error {
	defer w.hold.Open()
	defer w.crew.wait()
	tick := time.NewTicker(w.c.Every)
	defer tick.Stop()
	for {
		n := 0
		if ctx.Err() == nil {
			var err error
			if n, err = w.begin(ctx); err != nil {
				w.c.Logger.Error("claiming events", "error", err)
			}
		}
		if n > 0 {
			continue
		}
		if w.busy.Load() == 0 {
			w.c.Busy(false)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		case <-w.poke:
		}
	}
}

// Once handles what is due now, up to one batch, and returns how many events that were when they have ended.
func (w *Worker) Once(ctx context.Context) (int, error) {
	n, err := w.begin(ctx)
	w.crew.wait()
	return n, err
}

// begin claims what there are places for and starts it.
func (w *Worker) begin(ctx context.Context) (int, error) {
	runtime.Gosched() // decisions that shared a commit end at the same time: their places are filled with one claim
	// What was claimed is ended even while the process stops, and a claim is not left half-way: its rows would wait for the lease's end.
	work := context.WithoutCancel(ctx)
	claim, cancel := context.WithTimeout(work, w.c.Lease/2)
	defer cancel()
	if n, err := w.suspects(claim); err != nil || n > 0 {
		return n, err
	}
	free := w.c.Parallel - int(w.busy.Load())
	if free <= 0 || !w.hold.Enter() {
		return 0, nil
	}
	defer w.hold.Leave()
	claims, err := w.c.Store.ClaimEvents(claim, w.c.Owner, w.c.Machine(), w.c.Lease, free)
	if err != nil {
		return 0, err
	}
	w.hold.Join(len(claims))
	for _, c := range claims {
		w.start(work, c, w.hold.Leave)
	}
	if n := len(claims); n > 0 && n >= w.c.Parallel/2 {
		w.c.Busy(true)
	}
	return len(claims), nil
}

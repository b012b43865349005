package inbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"toban/bot/store"
)

// suspects begins what the process may have died under before, when it is their turn.
func (w *Worker) suspects(ctx context.Context) (int, error) {
	now := w.c.Machine()
	which, n, err := w.hold.Turn(ctx, now)
	if err != nil || n == 0 {
		return 0, err
	}
	claims, err := w.c.Store.ClaimSuspects(ctx, which, w.c.Owner, now, w.c.Lease, n)
	end := w.hold.Begin(which, len(claims), now)
	for _, c := range claims {
		w.c.Logger.WarnContext(ctx, "handling an event under which the process died before", "event", c.Event.Key, "kind", string(c.Event.Kind), "deaths", c.Deaths)
		w.start(context.WithoutCancel(ctx), c, end)
	}
	return len(claims), err
}

// start handles an event beside others; end is called behind it.
func (w *Worker) start(ctx context.Context, c store.Claimed, end func()) {
	w.busy.Add(1)
	w.crew.do(func() {
		defer w.Poke()
		defer w.busy.Add(-1)
		defer end()
		w.handle(ctx, c)
	})
}

// condemn gives up an event that took the process with it again and again, and says how it ended here. What waits behind it goes on.
func (w *Worker) condemn(ctx context.Context, c store.Claimed) (outcome string) {
	w.c.Logger.ErrorContext(ctx, "burying event under which the process died again and again", "event", c.Event.Key, "kind", string(c.Event.Kind), "deaths", c.Deaths)
	err := w.c.Store.BuryEvent(ctx, c, fmt.Sprintf(
		"the process died %d times while it handled this, at last while it did nothing else (no memory left, or a fault that ends it: see what it logged last): mend the cause, then replay this; one more death gives it up again", c.Deaths))
	if err != nil && !errors.Is(err, store.ErrFenced) {
		w.c.Logger.ErrorContext(ctx, "writing event back", "error", err) // the lease ends by itself and another try follows
	}
	return "dead"
}

// absolve takes back the death that whoever took an event over counted: this process lives, it was only too slow.
func (w *Worker) absolve(ctx context.Context, c store.Claimed) {
	const limit = 5 * time.Second
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	defer cancel()
	if err := w.c.Store.AbsolveEvent(ctx, c); err != nil {
		w.c.Logger.WarnContext(ctx, "taking back a death that was none", "event", c.Event.Key, "error", err)
	}
}

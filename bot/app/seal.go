package app

import (
	"context"
	"time"

	"toban/bot/store"
)

// seal chains the lines of the audit trail, a few moments after they were written; each replica tries, and the database lets one.
func (a *App) seal(ctx context.Context) error {
	const looks = 10 // a round for so many looks at the queues
	every := time.Second
	if a.p.Look > 0 {
		every = looks * a.p.Look
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		for left := true; left && ctx.Err() == nil; {
			n, err := a.p.Store.Seal(ctx, a.p.Clock.Now())
			if err != nil && ctx.Err() == nil {
				a.p.Logger.Error("sealing the audit trail", "error", err)
			}
			left = err == nil && !store.Sealed(n)
		}
	}
}

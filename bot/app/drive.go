package app

import (
	"context"
	"fmt"
	"time"

	"toban/bot"
)

// Settled reports whether nothing can be done right now: no event, no effect and no due moment is left. Work that waits after a fault
// does not count.
func (a *App) Settled(ctx context.Context) (bool, error) {
	st, err := a.p.Store.Status(ctx, a.machine())
	if err != nil {
		return false, err
	}
	now := a.p.Clock.Now()
	due := !st.OldestTimer.IsZero() && !st.OldestTimer.After(now)
	return st.Quiet() && !due, nil
}

// NextDue is the world time of the next due moment.
func (a *App) NextDue(ctx context.Context) (time.Time, bool, error) { return a.p.Store.NextDue(ctx) }

// Movable is a world clock that can be set forward.
type Movable interface {
	bot.Clock
	Set(t time.Time)
}

// Advance moves a world clock to target, passing every due moment in order: it sets the clock to the next one, waits until the work is
// done (settled, which also asks the outside world), and goes on. It answers when the work due by target is done.
func Advance(ctx context.Context, clock Movable, target time.Time, next func(context.Context) (time.Time, bool, error), settle func(context.Context) error) error {
	const most = 100_000 // moments in one advance; more is a loop
	for range most {
		if err := settle(ctx); err != nil {
			return err
		}
		at, ok, err := next(ctx)
		if err != nil {
			return err
		}
		if !ok || at.After(target) {
			if clock.Now().Before(target) {
				clock.Set(target)
			}
			return settle(ctx)
		}
		if at.After(clock.Now()) {
			clock.Set(at)
		}
	}
	return fmt.Errorf("advancing to %s: more than %d due moments", target, most)
}

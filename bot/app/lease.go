package app

import (
	"context"
	"time"
)

// pollLease is the name of the lease of who reads the activity feeds. The same replica sends what goes in bulk: Backlog asks for a second
// between two of those, which replicas could not keep without asking each other.
const pollLease = "poll"

// lease takes or renews the lease; a replica whose clock is off takes none.
func (a *App) lease(ctx context.Context, length time.Duration) (bool, error) {
	if !a.fit() {
		a.leads.Store(false)
		return false, nil
	}
	ok, err := a.p.Store.Lease(ctx, pollLease, a.owner, a.machine(), length)
	a.leads.Store(ok && err == nil)
	return ok, err
}

// release gives the lease back at a graceful stop, so that another replica need not wait for its end.
func (a *App) release(ctx context.Context) {
	const limit = 5 * time.Second
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	defer cancel()
	if err := a.p.Store.Release(ctx, pollLease, a.owner); err != nil {
		a.p.Logger.Warn("giving the lease of the poll back", "error", err)
	}
}

// leased runs a job that only one replica does at a time. A database of one process has no other replica: the lock file keeps it away, and
// a lease that is renewed every few seconds would be a write to the disk each time, for nobody.
func (a *App) leased(run func(context.Context) error) func(context.Context) error {
	const again = 10 * time.Second // machine time until a lease that was not to be had is asked for anew
	length, look := 30*time.Second, again
	if a.shared == nil {
		length, look = 2*time.Hour, time.Hour
	}
	return func(ctx context.Context) error {
		for ctx.Err() == nil {
			ok, err := a.lease(ctx, length)
			if err != nil && ctx.Err() == nil {
				a.p.Logger.Error("taking the lease of the poll", "error", err)
			}
			if ok {
				a.whileLeased(ctx, length, look, run)
			}
			select {
			case <-ctx.Done():
			case <-time.After(again):
			}
		}
		return nil
	}
}

// whileLeased runs the job and renews its lease until the lease is lost.
func (a *App) whileLeased(ctx context.Context, length, look time.Duration, run func(context.Context) error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := run(ctx); err != nil && ctx.Err() == nil {
			a.p.Logger.Error("polling", "error", err)
		}
	}()
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return
		case <-ctx.Done():
			<-done
			return
		case <-tick.C:
			if ok, err := a.lease(ctx, length); err != nil || !ok {
				cancel()
			}
		}
	}
}

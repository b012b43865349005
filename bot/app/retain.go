package app

import (
	"context"
	"time"

	"toban/bot/store"
	"toban/config"
)

const (
	retainLease  = "retention"
	retainDone   = "retention.done" // cursor: the newest day (of world time, UTC) whose round is made
	retainLook   = time.Hour        // machine time between looks
	retainLength = 10 * time.Minute // of the lease
	day          = 24 * time.Hour   // of 86,400 seconds: retention counts no calendars
)

// Keep says from when on what is kept, by a configuration.
func Keep(r config.Retention, now time.Time) store.Keep {
	return store.Keep{
		Now:       now,
		RawEvents: now.Add(-time.Duration(r.RawEventsDays) * day), Messages: now.Add(-time.Duration(r.MessagesDays) * day),
		Recorded: now.Add(-time.Duration(r.RecordedDays) * day), Records: now.AddDate(-r.RecordsYears, 0, 0),
	}
}

// retain removes once a day what was kept long enough, by one replica.
func (a *App) retain(ctx context.Context) error {
	tick := time.NewTicker(retainLook)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C: // not at the start: a clock that is wrong is known by then
		}
		if err := a.retainOnce(ctx); err != nil && ctx.Err() == nil {
			a.p.Logger.Error("removing what was kept long enough", "error", err)
		}
	}
}

func (a *App) retainOnce(ctx context.Context) error {
	if !a.fit() {
		return nil // old by a wrong clock is not old
	}
	now := a.p.Clock.Now()
	today := now.Unix() / int64(day/time.Second)
	done, _, err := a.p.Store.Cursor(ctx, retainDone)
	if err != nil || done >= today {
		return err
	}
	held, err := a.p.Store.Lease(ctx, retainLease, a.owner, a.machine(), retainLength)
	if err != nil || !held {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, retainLength*3/4)
	defer cancel()
	list, err := a.p.Store.Expire(limited, Keep(a.p.Config.Server.Retention, now), false)
	for _, e := range list {
		a.p.Logger.Info("removed what was kept long enough", "kind", e.Kind, "rows", e.Rows)
	}
	if err != nil {
		return err
	}
	return a.p.Store.Advance(ctx, retainDone, today, nil)
}

package app

import (
	"context"
	"fmt"
	"time"

	"toban/bot"
	"toban/bot/backup"
	"toban/bot/store"
	"toban/bot/watch"
	"toban/config"
)

// clocks chooses the two times. Replicas that share a database have its clock in common: for leases always, for promises unless a clock was
// given.
func (a *App) clocks(ctx context.Context) error {
	if a.p.Machine == nil {
		a.p.Machine = time.Now
	}
	a.machine = a.p.Machine
	if a.p.Store.Shared() {
		a.shared = watch.NewClock(watch.ClockConfig{Ask: a.p.Store.Now, Machine: a.p.Machine, Logger: a.p.Logger})
		if err := a.shared.Measure(ctx); err != nil {
			return err
		}
		a.machine = a.shared.Now
	}
	switch {
	case a.p.Clock != nil:
	case a.p.World != nil:
		a.p.Clock = bot.ClockFunc(func() time.Time { return a.p.World(a.machine()) })
	default:
		a.p.Clock = bot.ClockFunc(a.machine)
	}
	a.began, a.world = a.machine(), a.p.Clock.Now()
	return nil
}

// fit reports whether this replica may claim work: its clock is near the database's.
func (a *App) fit() bool { return a.shared == nil || a.shared.Fit() }

// offset is how far this machine's clock is ahead of the database's.
func (a *App) offset() time.Duration {
	if a.shared == nil {
		return 0
	}
	return a.shared.Offset()
}

// pollEvery is the machine time between looks at an activity feed.
func (a *App) pollEvery() time.Duration {
	if a.p.PollEvery > 0 {
		return a.p.PollEvery
	}
	return time.Minute
}

// looked writes down that Toban lives, and that a space does when its feed was read.
func (a *App) looked(space string) func(err error) {
	return func(err error) {
		names := []string{store.TobanDown}
		if err == nil {
			names = append(names, store.BacklogDown+space)
		}
		const limit = 5 * time.Second
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		defer cancel()
		if err := a.lives(ctx, names...); err != nil {
			a.p.Logger.Warn("noting a sign of life", "space", space, "error", err)
		}
	}
}

// lives writes down signs of life; two or three that are missed make a downtime.
func (a *App) lives(ctx context.Context, names ...string) error {
	const handover = 45 * time.Second // until another replica has taken the lease of one that was lost
	return a.p.Store.Pulse(ctx, store.Life{Names: names, Machine: a.machine(), World: a.p.Clock.Now(), Limit: 2*a.pollEvery() + handover})
}

// healthLimit is the machine time within which the database must answer what health asks.
const healthLimit = 5 * time.Second

// health is everything that the readiness, the metrics and the status page tell.
type health struct {
	watch.Figures
	Problems []watch.Problem
	Status   store.Status
	Foreign  []store.Foreign // events and effects that wait for another release
	Suspects []store.Suspect // what the process died under more than once
	Held     int64           // effects that a stop holds back
	Oldest   time.Time       // when the oldest of them was decided, in world time
	Stops    []store.Stop
	Backup   time.Time // the last good backup, in world time
	Leader   bool      // this replica reads the activity feeds
}

// look asks the database and the parts how they are. It writes once, to see whether writing works.
func (a *App) look(ctx context.Context) health {
	ctx, cancel := context.WithTimeout(ctx, healthLimit)
	defer cancel()
	h := health{Figures: watch.Figures{
		Now: a.p.Clock.Now(), Offset: a.offset(),
		SocketUp: a.p.Config.Server.Slack.Mode != config.SlackSocket || a.slack.Socket().Connected,
	}}
	if err := a.p.Store.Ping(ctx); err != nil {
		h.Broken = fmt.Errorf("the database takes no writes: %w", err)
	} else if err := a.ask(ctx, &h); err != nil {
		h.Broken = fmt.Errorf("the database does not answer: %w", err)
	}
	h.Problems = watch.Problems(h.Figures)
	return h
}

func (a *App) ask(ctx context.Context, h *health) (err error) {
	s, now := a.p.Store, a.machine()
	if h.Status, err = s.Status(ctx, now); err != nil {
		return err
	}
	h.Event, h.Timer, h.Notice = h.Status.OldestEvent, h.Status.OldestTimer, h.Status.OldestNotice
	if h.Foreign, err = s.Foreign(ctx); err != nil {
		return err
	}
	if h.Suspects, err = s.Suspected(ctx); err != nil {
		return err
	}
	if h.Stops, err = s.Stops(ctx); err != nil {
		return err
	}
	if h.Held, h.Oldest, err = s.Held(ctx); err != nil {
		return err
	}
	if h.Round, err = a.round(ctx, h.Now, h.Stops); err != nil {
		return err
	}
	for i := range a.p.Config.Spaces {
		space := a.p.Config.Spaces[i].Name
		last, err := s.LastLife(ctx, store.BacklogDown+space)
		if err != nil {
			return err
		}
		age := min(now.Sub(a.began), now.Sub(last)) // a start is given the time of the first looks
		h.Feeds = append(h.Feeds, watch.Feed{Space: space, Age: max(age, 0), Every: a.pollEvery()})
	}
	owner, err := s.LeaseOwner(ctx, pollLease, now)
	if err != nil {
		return err
	}
	h.Leader = owner == a.owner
	if h.Backup, _, err = backup.LastGood(ctx, s); err != nil {
		return err
	}
	return nil
}

// Problems says what keeps Toban from being ready; nothing when all is well.
func (a *App) Problems(ctx context.Context) []string {
	var out []string
	for _, p := range a.look(ctx).Problems {
		out = append(out, p.Text)
	}
	return out
}

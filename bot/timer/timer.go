package timer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"toban/bot"
)

// Store is what the room needs of the database.
type Store interface {
	NextDue(ctx context.Context) (at time.Time, ok bool, err error)
	FireTimers(ctx context.Context, now time.Time, n int) (int, error)
	DueSchedules(ctx context.Context, now time.Time) ([]bot.Schedule, error)
	FireSchedule(ctx context.Context, sc bot.Schedule, next time.Time, events []bot.Event) error
}

// Config wires a Worker.
type Config struct {
	Store  Store
	Clock  bot.Clock     // world time: what is due
	Every  time.Duration // longest machine time between looks; 100 ms when 0
	Wake   func()        // called after something fired; may be nil
	Logger *slog.Logger
}

// Worker fires what is due.
type Worker struct {
	c    Config
	poke chan struct{}
}

// New makes a Worker.
func New(c Config) *Worker {
	if c.Every == 0 {
		c.Every = 100 * time.Millisecond
	}
	if c.Wake == nil {
		c.Wake = func() {}
	}
	return &Worker{c: c, poke: make(chan struct{}, 1)}
}

// Poke makes the worker look at once: a due moment may have been set that comes before its next look.
func (w *Worker) Poke() {
	select {
	case w.poke <- struct{}{}:
	default:
	}
}

// Run fires due moments until ctx ends: each when it comes, if that is sooner than the next look.
func (w *Worker) Run(ctx context.Context) error {
	look := time.NewTimer(0)
	defer look.Stop()
	met := false // a due moment was waited for
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
		case <-w.poke:
			met = false
		}
		fired, err := w.once(ctx, met)
		if err != nil && ctx.Err() == nil {
			w.c.Logger.Error("firing due moments", "error", err)
		}
		wait := w.c.Every
		met = false
		if at, ok, err := w.c.Store.NextDue(ctx); err == nil && ok {
			switch soon := at.Sub(w.c.Clock.Now()); {
			case soon > 0:
				wait, met = min(wait, soon), soon <= wait
			case fired > 0: // it came due while the last ones were fired
				wait, met = 0, true
			default: // it is due and could not be fired: another replica has it, or it waits for the next look
			}
		}
		look.Reset(wait)
	}
}

// Once fires all that is due now and returns how much that was.
func (w *Worker) Once(ctx context.Context) (int, error) { return w.once(ctx, false) }

// once fires what is due. Most looks find nothing: one read tells, and no transaction is begun; who knows that something is due spares it.
func (w *Worker) once(ctx context.Context, due bool) (int, error) {
	now := w.c.Clock.Now()
	if !due {
		if at, ok, err := w.c.Store.NextDue(ctx); err != nil || !ok || at.After(now) {
			return 0, err
		}
	}
	timers, err := w.timers(ctx, now)
	if timers > 0 {
		w.c.Wake()
	}
	schedules, e := w.schedules(ctx, now)
	if schedules > 0 {
		w.c.Wake()
	}
	return timers + schedules, errors.Join(err, e)
}

func (w *Worker) timers(ctx context.Context, now time.Time) (total int, err error) {
	for {
		const batch = 200
		n, err := w.c.Store.FireTimers(ctx, now, batch)
		total += n
		if err != nil || n < batch {
			return total, err
		}
	}
}

// schedules fires what is due; one schedule that can't be fired does not hold up the others.
func (w *Worker) schedules(ctx context.Context, now time.Time) (total int, err error) {
	due, err := w.c.Store.DueSchedules(ctx, now)
	if err != nil {
		return 0, err
	}
	for _, sc := range due {
		if e := w.fire(ctx, sc, now); e != nil {
			err = errors.Join(err, fmt.Errorf("firing schedule %s: %w", sc.Name, e))
			continue
		}
		total++
	}
	return total, err
}

// late is how long after its moment a schedule counts as caught up.
const late = 5 * time.Minute

// longestCatchup is how far back missed moments are caught up: more than a year, so that none of a yearly schedule is left out. One whose next
// moment was lost, or lies before there was a Toban, would have as many as fill the memory.
const longestCatchup = 400 * 24 * time.Hour

func (w *Worker) fire(ctx context.Context, sc bot.Schedule, now time.Time) error {
	var moments []time.Time
	at := sc.Next
	if first := now.Add(-longestCatchup); at.Before(first) {
		var err error
		if at, err = Next(sc.Spec, sc.Zone, first); err != nil {
			return err
		}
	}
	for !at.After(now) {
		moments = append(moments, at)
		next, err := Next(sc.Spec, sc.Zone, at)
		if err != nil {
			return err
		}
		at = next
		if len(moments) > 1000 && sc.Catchup != bot.CatchupAll {
			moments = moments[len(moments)-1:]
		}
	}
	switch {
	case len(moments) == 0: // of a schedule that comes more seldom than is caught up
		return w.c.Store.FireSchedule(ctx, sc, at, nil)
	case sc.Catchup == bot.CatchupSkip:
		if last := moments[len(moments)-1]; now.Sub(last) > late {
			moments = nil
		} else {
			moments = moments[len(moments)-1:]
		}
	case sc.Catchup == bot.CatchupAll:
	default:
		moments = moments[len(moments)-1:]
	}
	events := make([]bot.Event, 0, len(moments))
	for _, m := range moments {
		key := fmt.Sprintf("sched:%s:%d", sc.Name, m.UnixMicro())
		e, err := bot.NewEvent(bot.EventScheduleDue, key, "schedule/"+sc.Name, now, bot.ScheduleDue{Name: sc.Name, Due: m, Late: now.Sub(m) > late})
		if err != nil {
			return err
		}
		events = append(events, e)
	}
	return w.c.Store.FireSchedule(ctx, sc, at, events)
}

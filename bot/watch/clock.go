package watch

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// How far a machine's clock may be from the database's (ARCHITECTURE, Two times).
const (
	OffsetWarn  = 2 * time.Second  // beyond it operators are warned
	OffsetLimit = 30 * time.Second // beyond it the replica claims nothing
)

const (
	clockEvery = 30 * time.Second // machine time between measurements
	clockTries = 3                // questions of one measurement; the quickest answer counts
	clockSlow  = time.Second      // an answer that took longer measures nothing
	clockBack  = 2 * time.Second  // a correction up to this never takes the clock back: it waits
)

// ClockConfig is what a Clock needs.
type ClockConfig struct {
	Ask     func(ctx context.Context) (time.Time, error) // the database's clock now
	Machine func() time.Time                             // this machine's clock, with its monotonic reading; time.Now when nil
	Logger  *slog.Logger
}

// Clock is the database's clock as this replica knows it: asked at start and every 30 seconds, and carried on in between by the machine's
// monotonic clock, which nobody sets. So a moment that is due is due on every replica, whatever their own clocks say. It is safe for
// concurrent use.
type Clock struct {
	c        ClockConfig
	mu       sync.Mutex
	base     time.Time // the database's clock …
	at       time.Time // … at this moment of the machine
	last     time.Time // the latest answer of Now
	offset   time.Duration
	measured bool
}

// NewClock makes a Clock; Measure must succeed once before Now means anything.
func NewClock(c ClockConfig) *Clock {
	if c.Machine == nil {
		c.Machine = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return &Clock{c: c}
}

// Now is the database's time. Before the first measurement it is the machine's.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	if back := c.last.Sub(now); back > 0 && back <= clockBack {
		return c.last
	}
	c.last = now
	return now
}

func (c *Clock) now() time.Time {
	now := c.c.Machine()
	if !c.measured {
		return now
	}
	return c.base.Add(now.Sub(c.at))
}

// Offset is how far this machine's clock was ahead of the database's at the last measurement; negative when it is behind.
func (c *Clock) Offset() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.offset
}

// Fit reports whether this machine's clock is near enough to the database's to claim work.
func (c *Clock) Fit() bool { return c.Offset().Abs() <= OffsetLimit }

// Measure asks the database for its time. The first measurement takes any answer; a later one that is too slow changes nothing and is an
// error.
func (c *Clock) Measure(ctx context.Context) error {
	var theirs, mine time.Time
	var best time.Duration
	for i := range clockTries {
		sent := c.c.Machine()
		t, err := c.c.Ask(ctx)
		if err != nil {
			return fmt.Errorf("asking the database for its time: %w", err)
		}
		took := c.c.Machine().Sub(sent)
		if i == 0 || took < best {
			best, theirs, mine = took, t, sent.Add(took/2)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.measured && best > clockSlow {
		return fmt.Errorf("asking the database for its time: the answer took %s", best)
	}
	c.offset = mine.Round(0).Sub(theirs) // wall clock against wall clock
	// What lies within the uncertainty of the measurement is no news.
	if c.measured && c.base.Add(mine.Sub(c.at)).Sub(theirs).Abs() <= best/2+time.Millisecond {
		return nil
	}
	c.base, c.at, c.measured = theirs, mine, true
	return nil
}

// Run measures every 30 seconds until ctx ends, and logs when the machine's clock is off.
func (c *Clock) Run(ctx context.Context) error {
	tick := time.NewTicker(clockEvery)
	defer tick.Stop()
	for {
		if d := c.Offset(); d.Abs() > OffsetWarn {
			c.c.Logger.WarnContext(ctx, "this machine's clock is not the database's: let it be set by NTP", "ahead_by", d, "claims", c.Fit())
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		limited, cancel := context.WithTimeout(ctx, clockEvery/2)
		if err := c.Measure(limited); err != nil && ctx.Err() == nil {
			c.c.Logger.WarnContext(ctx, "going on with the time of the last measurement", "error", err)
		}
		cancel()
	}
}

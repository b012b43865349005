package app

import (
	"sync"
	"time"
)

// WorldClock is a world clock that runs at a speed and can be set forward: the demo's. It is safe for concurrent use and never goes back.
type WorldClock struct {
	mu    sync.Mutex
	world time.Time // world time at base
	base  time.Time // machine time
	speed float64   // world seconds a machine second
	held  bool      // stands still while an advance walks through due moments
}

// NewWorldClock starts a clock at a world time.
func NewWorldClock(start time.Time, speed float64) *WorldClock {
	return &WorldClock{world: start, base: time.Now(), speed: speed}
}

// Now is the world time.
func (c *WorldClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *WorldClock) now() time.Time {
	if c.held {
		return c.world
	}
	return c.world.Add(time.Duration(float64(time.Since(c.base)) * c.speed))
}

// Set moves the clock forward to t; an earlier time is ignored.
func (c *WorldClock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.now(); t.Before(now) {
		t = now
	}
	c.world, c.base = t, time.Now()
}

// Hold makes the clock stand still, or run again.
func (c *WorldClock) Hold(held bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.world, c.base = c.now(), time.Now()
	c.held = held
}

// Speed is the world seconds that pass in a machine second.
func (c *WorldClock) Speed() float64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.speed
}

// SetSpeed changes the speed from now on; 0 lets the clock stand.
func (c *WorldClock) SetSpeed(speed float64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.world, c.base = c.now(), time.Now()
	c.speed = max(speed, 0)
}

package slack

import (
	"context"
	"sync"
	"time"
)

// Slack allows about one message a second a channel with short bursts (https://docs.slack.dev/apis/web-api/rate-limits).
const (
	oneMessage = time.Second
	burst      = 3
	waitAtMost = 2 * time.Second // longer waits go back to the outbox, which has other channels to serve
)

// everyChannel is the name under which a hold keeps everybody off Slack.
const everyChannel = ""

// limiter spaces the messages of each channel in machine time.
type limiter struct {
	each time.Duration // between messages of a channel
	mu   sync.Mutex
	next map[string]time.Time // when the channel's bucket is full again
	held map[string]time.Time // Slack asked to stay away until then
}

func newLimiter(each time.Duration) *limiter {
	if each == 0 {
		each = oneMessage
	}
	return &limiter{each: each, next: map[string]time.Time{}, held: map[string]time.Time{}}
}

// reserve takes a place and says how long to wait for it. A wait above waitAtMost takes no place.
func (l *limiter) reserve(channel string, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	for k, t := range l.next { // full buckets need no memory
		if !t.After(now) {
			delete(l.next, k)
		}
	}
	wait := l.held[channel].Sub(now)
	if wait <= 0 {
		delete(l.held, channel)
	}
	full := l.next[channel]
	if full.Before(now) {
		full = now
	}
	wait = max(wait, full.Sub(now)-(burst-1)*l.each, 0)
	if wait <= waitAtMost {
		l.next[channel] = full.Add(l.each)
	}
	return wait
}

// wait is how long Slack takes nothing at all.
func (l *limiter) wait(now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return max(0, l.held[everyChannel].Sub(now))
}

// hold keeps everybody off a channel after Slack said so.
func (l *limiter) hold(channel string, until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if until.After(l.held[channel]) {
		l.held[channel] = until
	}
}

// pause waits for d of machine time or for the end of ctx.
func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

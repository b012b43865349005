package slacksim

import (
	"fmt"
	"math"
	"time"
)

// limiter is Slack's limits: of posts a second and channel, and of calls a minute and method. A call that comes too early is refused and
// does not use anything up. Both are off until they are asked for.
type limiter struct {
	perSecond float64 // posts a second and channel; 0: no limit
	next      map[string]time.Time
	tiers     bool
	calls     map[string][]time.Time // by method, within the last minute
}

// perMinute is how many calls a minute a tier allows. Source: https://docs.slack.dev/apis/web-api/rate-limits
func perMinute(tier int) int {
	return []int{0, 1, 20, 50, 100}[tier]
}

// rateError asks for HTTP 429.
type rateError struct{ seconds int }

func (e *rateError) Error() string { return fmt.Sprintf("ratelimited for %d s", e.seconds) }

// limit counts one post to a channel, in machine time; the lock is held.
func (s *Server) limit(channel string) error {
	l := &s.faults.limiter
	if l.perSecond <= 0 {
		return nil
	}
	if l.next == nil {
		l.next = map[string]time.Time{}
	}
	now := s.o.Machine()
	if free := l.next[channel]; now.Before(free) {
		return &rateError{int(math.Ceil(free.Sub(now).Seconds()))}
	}
	l.next[channel] = now.Add(time.Duration(float64(time.Second) / l.perSecond))
	return nil
}

// tier counts one call of a method, in machine time; the lock is held.
func (s *Server) tier(method string, tier int) error {
	l := &s.faults.limiter
	if !l.tiers || tier == 0 {
		return nil
	}
	if l.calls == nil {
		l.calls = map[string][]time.Time{}
	}
	now := s.o.Machine()
	recent := l.calls[method]
	for len(recent) > 0 && !recent[0].After(now.Add(-time.Minute)) {
		recent = recent[1:]
	}
	if len(recent) >= perMinute(tier) {
		l.calls[method] = recent
		return &rateError{max(1, int(math.Ceil(recent[0].Add(time.Minute).Sub(now).Seconds())))}
	}
	l.calls[method] = append(recent, now)
	return nil
}

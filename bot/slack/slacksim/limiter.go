package slacksim

import (
	"fmt"
	"math"
	"time"
)

// limiter is Slack's limit of posts a second and channel. A call that comes too
// early is refused and does not use anything up.
type limiter struct {
	perSecond float64 // 0: no limit
	next      map[string]time.Time
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

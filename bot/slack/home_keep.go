package slack

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

const (
	homePause = 5 * time.Second // machine time in which changes are drawn together
	homeAge   = 12 * time.Hour  // machine time after which nobody looks at a home any more
	mostHomes = 30              // homes drawn in one go: Slack takes about a hundred a minute
)

// homes remembers who looks at App Home through this replica, so that it is drawn anew when a ticket changed.
type homes struct {
	mu     sync.Mutex
	opened map[string]time.Time // machine time
	news   chan struct{}        // holds one: something changed
}

func newHomes() *homes { return &homes{opened: map[string]time.Time{}, news: make(chan struct{}, 1)} }

func (h *homes) open(user string, at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.opened[user] = at
}

// looking lists who opened theirs lately, and forgets the others.
func (h *homes) looking(now time.Time) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	maps.DeleteFunc(h.opened, func(_ string, at time.Time) bool { return now.Sub(at) > homeAge })
	users := slices.SortedFunc(maps.Keys(h.opened), func(a, b string) int { return h.opened[b].Compare(h.opened[a]) })
	return users[:min(len(users), mostHomes)]
}

// changed says that a ticket's card changed.
func (h *homes) changed() {
	select {
	case h.news <- struct{}{}:
	default: // it is known
	}
}

// KeepHomes draws the homes of those who look at them anew, a few moments after a ticket changed, until ctx ends.
func (s *Slack) KeepHomes(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.homes.news:
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(homePause):
		}
		for _, user := range s.homes.looking(s.c.Machine()) {
			s.home(ctx, user)
		}
	}
}

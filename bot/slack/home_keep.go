package slack

import (
	"context"
	"slices"
	"sync"
	"time"
)

const (
	homePause = 5 * time.Second // machine time in which changes are drawn together
	homeAge   = 12 * time.Hour  // machine time after which nobody looks at a home any more
	mostHomes = 30              // homes drawn in one go: Slack takes about a hundred a minute
)

// Homes remembers who looks at App Home, for all replicas: the one that edits a card draws every home anew.
type Homes interface {
	// Opened notes that a Slack user opened theirs, at a machine time.
	Opened(ctx context.Context, user string, at time.Time) error
	// Looking lists who opened theirs since, the newest first.
	Looking(ctx context.Context, since time.Time) ([]string, error)
}

// ownHomes are those of one process.
type ownHomes struct {
	mu     sync.Mutex
	opened map[string]time.Time
}

func (h *ownHomes) Opened(_ context.Context, user string, at time.Time) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.opened[user] = at
	return nil
}

func (h *ownHomes) Looking(_ context.Context, since time.Time) ([]string, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return Newest(h.opened, since), nil
}

// Newest lists who opened their home since, the newest first.
func Newest(opened map[string]time.Time, since time.Time) []string {
	var users []string
	for user, at := range opened {
		if at.After(since) {
			users = append(users, user)
		}
	}
	slices.Sort(users)
	slices.SortStableFunc(users, func(a, b string) int { return opened[b].Compare(opened[a]) })
	return users
}

// changed says that a ticket's card changed.
func (s *Slack) changed() {
	select {
	case s.news <- struct{}{}:
	default: // it is known
	}
}

// opened notes that somebody looks at their home.
func (s *Slack) opened(ctx context.Context, user string) {
	if user == "" {
		return
	}
	if err := s.c.Homes.Opened(ctx, user, s.c.Machine()); err != nil {
		s.c.Logger.Warn("noting who looks at App Home", "user", user, "error", err)
	}
}

// KeepHomes draws the homes of those who look at them anew, a few moments after a ticket changed, until ctx ends.
func (s *Slack) KeepHomes(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.news:
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(homePause):
		}
		users, err := s.c.Homes.Looking(ctx, s.c.Machine().Add(-homeAge))
		if err != nil {
			s.c.Logger.Warn("listing who looks at App Home", "error", err)
		}
		for _, user := range users[:min(len(users), mostHomes)] {
			s.home(ctx, user)
		}
	}
}

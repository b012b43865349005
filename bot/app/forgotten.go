package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"toban/bot"
	"toban/bot/store"
	"toban/config"
)

// skew is how far the vendors' clocks may be behind ours; Backlog tells whole seconds. What is found too early is remembered anyway.
const skew = 5 * time.Minute

// Forgotten holds what the bot's account said in Backlog and Slack since a moment against the database, and lists what it does not
// remember, the oldest first. It changes nothing outside. An error names what could not be asked; what was found stands beside it.
func Forgotten(ctx context.Context, cfg *config.Config, st *store.Store, since time.Time, transport http.RoundTripper, log *slog.Logger) ([]bot.Said, error) {
	a, err := New(ctx, Parts{Config: cfg, Store: st, Transport: transport, Logger: log})
	if err != nil {
		return nil, err
	}
	since = since.Add(-skew)
	var said []bot.Said
	var errs []error
	for i := range cfg.Spaces {
		found, err := a.tracker.Said(ctx, cfg.Spaces[i].Name, since)
		said, errs = append(said, found...), append(errs, err)
	}
	channels := []string{cfg.Server.Operators.Channel}
	for _, c := range a.dir.Customers {
		if c.Channel != "" && !slices.Contains(channels, c.Channel) {
			channels = append(channels, c.Channel)
		}
	}
	cards, err := st.Cards(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range channels {
		found, err := a.slack.Said(ctx, []string{c}, nil, since)
		said, errs = append(said, found...), append(errs, err)
	}
	found, err := a.slack.Said(ctx, nil, cards, since)
	said, errs = append(said, found...), append(errs, err)

	marks := make([]string, len(said))
	for i, s := range said {
		marks[i] = s.Mark
	}
	known, err := st.Remembered(ctx, marks)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	said = slices.DeleteFunc(said, func(s bot.Said) bool {
		place := s.Channel + " " + s.Place + " " + s.Ref
		gone := known[s.Mark] || seen[place]
		seen[place] = true
		return gone
	})
	slices.SortStableFunc(said, func(a, b bot.Said) int { return a.At.Compare(b.At) })
	if err := errors.Join(errs...); err != nil {
		return said, fmt.Errorf("comparing with Backlog and Slack: %w", err)
	}
	return said, nil
}

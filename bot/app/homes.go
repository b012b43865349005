package app

import (
	"context"
	"time"

	"toban/bot"
	"toban/bot/slack"
)

// homes keeps for all replicas who looks at App Home, beside the references of tickets: by Slack user, when.
type homes struct{ a *App }

var _ slack.Homes = homes{}

// homeRefs is the id under which they are kept; no ticket has it.
const homeRefs = bot.TicketID("slack:homes")

// Opened implements slack.Homes.
func (h homes) Opened(ctx context.Context, user string, at time.Time) error {
	return h.a.p.Store.KeepReferences(ctx, homeRefs, map[string]string{user: at.UTC().Format(time.RFC3339)})
}

// Looking implements slack.Homes.
func (h homes) Looking(ctx context.Context, since time.Time) ([]string, error) {
	kept, err := h.a.p.Store.References(ctx, homeRefs)
	if err != nil {
		return nil, err
	}
	opened := make(map[string]time.Time, len(kept))
	for user, at := range kept {
		t, err := time.Parse(time.RFC3339, at)
		if err != nil {
			continue // of no use, and written over when the home is opened again
		}
		opened[user] = t
	}
	return slack.Newest(opened, since), nil
}

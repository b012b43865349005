package inbox

import (
	"context"
	"fmt"
	"strconv"

	"toban/bot"
	"toban/bot/store"
)

// follow begins the step of handling an event, inside that of the door that took it.
func (w *Worker) follow(ctx context.Context, c store.Claimed) (context.Context, func(outcome string)) {
	if _, off := w.c.Tracer.(bot.Untraced); off {
		return ctx, func(string) {}
	}
	return w.c.Tracer.Start(ctx, "handle "+string(c.Event.Kind), c.Event.Trace,
		"event", strconv.FormatInt(c.Event.ID, 10), "kind", string(c.Event.Kind), "lane", c.Event.Lane, "attempt", strconv.Itoa(c.Attempt))
}

// ask reads what happened to an issue. Events that need no vendor have the places beyond those who ask.
func (w *Worker) ask(ctx context.Context, change bot.IssueChanged, cursor int64) (bot.Fetched, error) {
	select {
	case w.asks <- struct{}{}:
		defer func() { <-w.asks }()
	case <-ctx.Done(): // the others hold the vendor's places: it hardly answers
		return bot.Fetched{}, fmt.Errorf("waiting for a turn to read issue %d: %w", change.IssueID, ctx.Err())
	}
	ctx, end := w.c.Tracer.Start(ctx, "fetch", "")
	got, err := w.c.Fetcher.Fetch(ctx, change, cursor)
	if err != nil {
		end("failed")
		return got, err
	}
	end("done")
	return got, nil
}

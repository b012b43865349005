package outbox

import (
	"context"
	"strconv"

	"toban/bot"
	"toban/bot/store"
)

// follow begins the step of sending an effect, inside the decision that asked for it. What comes of the effect, effect.done, belongs to
// this step.
func (w *Worker) follow(ctx context.Context, c *store.Sending) (context.Context, func(outcome string)) {
	if _, off := w.c.Tracer.(bot.Untraced); off {
		return ctx, func(string) {}
	}
	e, a := &c.Attempt.Effect, c.Attempt
	ctx, end := w.c.Tracer.Start(ctx, "effect "+string(e.Kind), e.Trace,
		"effect", strconv.FormatInt(c.ID, 10), "kind", string(e.Kind), "ticket", string(e.Ticket), "attempt", strconv.Itoa(a.Number), "look", strconv.FormatBool(a.Look))
	e.Trace = w.c.Tracer.Context(ctx)
	return ctx, end
}

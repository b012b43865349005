package outbox

import (
	"context"
	"fmt"

	"toban/bot"
	"toban/bot/store"
)

// suspects begins what the process may have died under before, when it is their turn; want is the claim without them.
func (w *Worker) suspects(ctx context.Context, want store.Claim) (int, error) {
	which, n, err := w.hold.Turn(ctx, want.Now)
	if err != nil || n == 0 {
		return 0, err
	}
	want.Which, want.Most = which, min(n, want.Most)
	claims, err := w.c.Store.ClaimEffects(ctx, want)
	end := w.hold.Begin(which, len(claims), want.Now)
	for _, c := range claims {
		w.c.Logger.WarnContext(ctx, "sending an effect under which the process died before", "effect", c.Attempt.Effect.Key, "deaths", c.Deaths)
		w.start(context.WithoutCancel(ctx), c, end)
	}
	return len(claims), err
}

// condemned is the end of an effect that took the process with it again and again; nil for any other. Nobody knows whether it went out: a replay looks first.
func condemned(c store.Sending) error {
	if c.Deaths < store.MostDeaths {
		return nil
	}
	return bot.Permanent(fmt.Errorf(
		"sending %s: the process died %d times while it did, at last while it did nothing else; it may have gone out: look, mend the cause (see what was logged last), then replay this, which looks before it sends; one more death gives it up again",
		c.Attempt.Effect.Key, c.Deaths))
}

// absolve takes back the death that whoever took an effect over counted: this process lives, it was only too slow.
func (w *Worker) absolve(ctx context.Context, c store.Sending) {
	if err := w.c.Store.AbsolveEffect(ctx, c); err != nil {
		w.c.Logger.WarnContext(ctx, "taking back a death that was none", "effect", c.Attempt.Effect.Key, "error", err)
	}
}

package outbox

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"toban/bot/store"
)

// patience is how long an effect that this release does not know waits for one that does, in world time. After it the effect is a dead letter: it can
// be replayed once that release is back.
const patience = 24 * time.Hour

// left is the answer for an effect that is left to a release that knows it.
type left struct{ what string }

func (l *left) Error() string { return "left to another release: " + l.what }

// foreign says that this release has no word for an effect; nil when it has. After a roll-back the older release finds what the newer one
// decided, and does not know how to say it.
func (w *Worker) foreign(c store.Sending) error {
	if k := c.Attempt.Effect.Kind; !k.Known() {
		return &left{fmt.Sprintf("effects of kind %q", string(k))}
	}
	return nil
}

// leave gives an effect to whichever release knows it, as the inbox does with events, and says how it ended here.
func (w *Worker) leave(ctx context.Context, c store.Sending, what string) (outcome string, err error) {
	log := w.c.Logger.With("effect", c.Attempt.Effect.Key, "kind", string(c.Attempt.Effect.Kind))
	age := w.c.Clock.Now().Sub(c.Made)
	if age > patience {
		log.ErrorContext(ctx, "burying effect that no release took")
		why := fmt.Sprintf("this release does not know %s, and none that does came within %s: start that release, then replay this", what, patience)
		return "dead", w.c.Store.BuryEffect(ctx, c, why, w.c.Clock.Now())
	}
	const least, most = time.Second, time.Minute
	wait := max(least, min(age/10, most)) //nolint:mnd // a tenth of its age
	wait = wait/2 + rand.N(wait/2+1)      //nolint:gosec,mnd // jitter, no secret
	log.WarnContext(ctx, "leaving effect to a release that knows it")
	return "left", w.c.Store.ReleaseEffect(ctx, c, w.c.Machine().Add(wait), what)
}

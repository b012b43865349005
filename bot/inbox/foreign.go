package inbox

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/store"
)

// patience is how long an event that this release does not know waits for one that does, in world time. After it the event is a dead letter: it can
// be replayed once that release is back.
const patience = 24 * time.Hour

// foreign says what of an event this release does not know; "" when it knows all. Two releases run side by side while one follows the other, and
// after a roll-back the older one finds what the newer one left: what it does not know it must not take for handled.
func (w *Worker) foreign(e bot.Event) string {
	if !e.Kind.Known() {
		return fmt.Sprintf("events of kind %q", string(e.Kind))
	}
	var due bot.TimerDue
	if e.Kind != bot.EventTimerDue || e.Decode(&due) != nil {
		return ""
	}
	feature, _, ok := strings.Cut(due.Rule, "/")
	if !ok || slices.Contains(w.c.Features, feature) || slices.ContainsFunc(w.c.Handlers, func(h bot.Handler) bool { return h.Name() == feature }) {
		return ""
	}
	return fmt.Sprintf("due moments of feature %q", feature)
}

// leave gives an event to whichever release knows it, and says how it ended here. The wait is short while the event is young, so that a newer replica
// beside this one comes to it within seconds, and grows with its age.
func (w *Worker) leave(ctx context.Context, c store.Claimed, what string) (outcome string) {
	log := w.c.Logger.With("event", c.Event.Key, "kind", string(c.Event.Kind))
	age := w.c.Clock.Now().Sub(c.Event.At)
	var err error
	if age > patience {
		outcome = "dead"
		log.ErrorContext(ctx, "burying event that no release took", "what", what)
		err = w.c.Store.BuryEvent(ctx, c, fmt.Sprintf("this release does not know %s, and none that does came within %s: start that release, then replay this", what, patience))
	} else {
		outcome = "left"
		const least, most = time.Second, time.Minute
		wait := max(least, min(age/10, most)) //nolint:mnd // a tenth of its age
		wait = wait/2 + rand.N(wait/2+1)      //nolint:gosec,mnd // jitter, no secret
		log.WarnContext(ctx, "leaving event to a release that knows it", "what", what)
		err = w.c.Store.ReleaseEvent(ctx, c, w.c.Machine().Add(wait), what)
	}
	if err != nil && !errors.Is(err, store.ErrFenced) {
		log.ErrorContext(ctx, "writing event back", "error", err) // the lease ends by itself and another try follows
	}
	return outcome
}

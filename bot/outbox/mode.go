package outbox

import (
	"cmp"
	"context"
	"time"

	"toban/bot"
	"toban/bot/store"
)

// carryOut hands an effect to its adapter, as far as its project's mode allows. What may not go out is only looked for, and only when it
// may be out already: a try in another mode, or one that a restore forgot.
func (w *Worker) carryOut(ctx context.Context, c store.Sending) (bot.Sent, error) {
	a := c.Attempt
	if err := cmp.Or(condemned(c), w.foreign(c)); err != nil {
		return bot.Sent{}, err
	}
	if c.Mode == bot.ModeOn {
		return w.call(ctx, a)
	}
	// A report is written anew each evening, and its sender knows no look alone.
	if !a.Look || a.Effect.Kind == bot.EffectReport {
		return bot.Sent{}, bot.ErrWithdrawn
	}
	a.Halt = true
	return w.call(ctx, a)
}

// keepBack writes down what the mode makes of an effect that is not out.
func (w *Worker) keepBack(ctx context.Context, c store.Sending) (outcome string, err error) {
	e, now := c.Attempt.Effect, w.c.Clock.Now()
	switch c.Mode {
	case bot.ModeAssist:
		return "held", w.c.Store.HoldEffect(ctx, c, now, w.c.Shower.Ask(e, now)...)
	case bot.ModeShadow:
		return "shadow", w.c.Store.ShadowEffect(ctx, c, inShadow(e), now, w.c.Shower.Show(e, now)...)
	case bot.ModeOff, bot.ModeOn:
	}
	return "withdrawn", w.c.Store.DropEffect(ctx, c, now)
}

// inShadow is what the vendor would have answered. A call is told to a person, as where there is no provider.
func inShadow(e bot.Effect) bot.Sent {
	sent := bot.Sent{Why: "shadow: nothing went out"}
	if e.Kind == bot.EffectCall {
		sent.Outcome = string(bot.CallByHand)
	}
	var u bot.Update
	if (e.Kind == bot.EffectComment || e.Kind == bot.EffectUpdate) && e.Decode(&u) == nil {
		sent.Notified = u.Notify
	}
	return sent
}

// silent shows nothing.
type silent struct{}

// Show implements Shower.
func (silent) Show(bot.Effect, time.Time) []bot.Effect { return nil }

// Ask implements Shower.
func (silent) Ask(bot.Effect, time.Time) []bot.Effect { return nil }

package aws

import (
	"context"
	"errors"
	"fmt"
	"time"

	"toban/bot"
)

// follow looks, acts where nothing was done yet, and looks again as long as this try lasts.
func (t *attempt) follow(ctx context.Context) (bot.Sent, error) {
	d, err := t.look(ctx, t.account, t.body.Region)
	if err != nil {
		return t.blind(ctx, err)
	}
	for acted := false; ; {
		s, err := t.op.look(ctx, d, t.glance(acted))
		switch {
		case err != nil && acted: // it is under way; the next try looks again
			return t.wait(ctx, sight{state: working, what: "it was asked for"}, acted)
		case err != nil:
			return t.blind(ctx, err)
		case s.state == done:
			return t.finish(ctx, s, acted)
		case s.state == astray && !acted && !t.a.Look:
			return t.end(ctx, bot.AWSRefused, s.id, s.what)
		case s.state == astray:
			return t.end(ctx, bot.AWSUnknown, s.id, s.what)
		case s.state == before && !acted && t.run.answered.IsZero():
			over, sent, err := t.act(ctx, d, s)
			if over {
				return sent, err
			}
			acted = true
			continue
		case !acted:
			return t.wait(ctx, s, acted)
		}
		if pause(ctx, t.c.Pace) != nil {
			return t.wait(ctx, s, acted)
		}
	}
}

func (t *attempt) glance(acted bool) glance {
	g := glance{mark: Mark(t.a.Effect.Key), id: t.run.id}
	if t.a.Look || acted {
		g.since = t.a.First
	}
	if !t.run.answered.IsZero() {
		g.answered = max(t.c.Machine().Sub(t.run.answered), 1)
	}
	return g
}

// act asks for the change, if that may be. over: the try has ended.
func (t *attempt) act(ctx context.Context, read *door, s sight) (over bool, sent bot.Sent, err error) {
	ends := func(sent bot.Sent, err error) (bool, bot.Sent, error) { return true, sent, err }
	now := t.c.Clock.Now()
	switch {
	case t.hold() > 0:
		return ends(bot.Sent{}, bot.RetryAfter(fmt.Errorf("changing %s: what an earlier try may have made may not be visible yet", t.op), min(t.hold(), later)))
	case t.a.Look && t.entry.blind:
		return ends(t.end(ctx, bot.AWSUnknown, "", "it may have been done: that can't be seen, and it is not done twice"))
	case t.a.Halt:
		t.forget(t.a.Effect.Key)
		return ends(bot.Sent{}, bot.ErrWithdrawn)
	case t.a.Look && t.a.Number > 1 && t.age() >= repeatable:
		return ends(t.end(ctx, bot.AWSUnknown, "", fmt.Sprintf("%s, and it was tried %s ago: it may have been done and undone since", s.what, t.age().Round(time.Minute))))
	case !now.Before(t.body.NotAfter):
		return ends(t.end(ctx, bot.AWSRefused, "", t.over()))
	}
	d, err := t.operate(ctx, read)
	if err != nil {
		return ends(t.blind(ctx, err))
	}
	if deadline, ok := ctx.Deadline(); ok && deadline.Sub(t.c.Machine()) < leastAct {
		return ends(t.unbegun(errors.New("too little time is left for this try"), soon))
	}
	t.run.asked = t.c.Machine()
	t.learn(t.a.Effect.Key, t.run)
	id, err := t.op.act(ctx, d, Mark(t.a.Effect.Key), false)
	switch {
	case err == nil:
		t.run.answered, t.run.id = t.c.Machine(), id
		t.learn(t.a.Effect.Key, t.run)
		return false, bot.Sent{}, nil
	case is(err, Expired):
		t.run.door = nil
		t.learn(t.a.Effect.Key, t.run)
		return ends(t.unbegun(err, soon))
	case is(err, Throttled):
		return ends(t.unbegun(err, unmet))
	case is(err, Taken, Conflict, Missing) && t.here() < young: // the look was behind; the next one tells
		return ends(t.unbegun(err, soon))
	case is(err, Taken, Conflict, Missing, Denied, Exhausted, Invalid):
		return ends(t.end(ctx, t.without(), "", err.Error()))
	}
	return ends(bot.Sent{}, err)
}

// operate is the door by which this change is done.
func (t *attempt) operate(ctx context.Context, read *door) (*door, error) {
	if t.run.door == nil {
		d, err := t.open(t.account, t.body.Region, t.account.Operate, sessionName(string(t.a.Effect.Ticket)), policy(read, t.entry, t.op))
		if err != nil {
			return nil, err
		}
		t.run.door = d
		t.learn(t.a.Effect.Key, t.run)
	}
	return t.run.door, t.run.door.verify(ctx)
}

// here is how long this process has known the effect.
func (t *attempt) here() time.Duration { return t.c.Machine().Sub(t.run.since) }

// under is how long the change may have been under way, as far as this process knows.
func (t *attempt) under() time.Duration {
	if t.run.asked.IsZero() {
		return t.here()
	}
	return t.c.Machine().Sub(t.run.asked)
}

// age is how long ago the last try may have done it.
func (t *attempt) age() time.Duration {
	if !t.run.asked.IsZero() {
		return t.under()
	}
	return t.c.Clock.Now().Sub(t.a.First)
}

// hold is how long it must be waited until what an earlier try may have made would be seen.
func (t *attempt) hold() time.Duration {
	if !t.a.Look || t.entry.hold == 0 {
		return 0
	}
	return t.entry.hold - t.under()
}

// without is the outcome where this try can't do it: nothing was changed, unless by an earlier one.
func (t *attempt) without() bot.AWSOutcome {
	if t.a.Look {
		return bot.AWSUnknown
	}
	return bot.AWSRefused
}

func (t *attempt) over() string {
	return "the time for it was over at " + t.body.NotAfter.UTC().Format(time.RFC3339)
}

// unbegun tries again a change that this try did not begin.
func (t *attempt) unbegun(err error, d time.Duration) (bot.Sent, error) {
	err = fmt.Errorf("changing %s: %w", t.op, err)
	if t.a.Look {
		return bot.Sent{}, bot.RetryAfter(err, d)
	}
	return bot.Sent{}, bot.Untried(err, d)
}

// blind goes on where nothing can be seen before this try did anything.
func (t *attempt) blind(ctx context.Context, err error) (bot.Sent, error) {
	refused := (*Refusal)(nil)
	switch {
	case is(err, Expired):
		t.leave(t.account, t.body.Region)
		return t.unbegun(err, soon)
	case t.a.Look && t.under() >= t.entry.patience:
		return t.end(ctx, bot.AWSUnknown, "", err.Error())
	case is(err, Missing) && t.here() < young: // what is new is not seen everywhere at once
		return t.unbegun(err, soon)
	case is(err, Missing, Invalid, Denied, Exhausted) || !errors.As(err, &refused) && ctx.Err() == nil:
		return t.end(ctx, t.without(), "", err.Error())
	}
	return t.unbegun(err, unmet)
}

// wait looks again later at what is under way, or at what is not yet as the change expects it.
func (t *attempt) wait(ctx context.Context, s sight, acted bool) (bot.Sent, error) {
	asked := acted || t.a.Look
	if asked && t.under() >= t.entry.patience {
		return t.end(ctx, bot.AWSUnknown, s.id, fmt.Sprintf("%s, %s after it was asked for", s.what, t.under().Round(time.Minute)))
	}
	d := soon
	if t.under() > slow {
		d = later
	}
	err := fmt.Errorf("changing %s: %s", t.op, s.what)
	if !asked {
		return bot.Sent{}, bot.Untried(err, d)
	}
	return bot.Sent{}, bot.RetryAfter(err, d)
}

func (t *attempt) finish(ctx context.Context, s sight, acted bool) (bot.Sent, error) {
	if s.foreign || !acted && !t.a.Look {
		return t.end(ctx, bot.AWSUnchanged, s.id, s.what)
	}
	return t.end(ctx, bot.AWSDone, s.id, s.what)
}

// end ends the effect. Staff hear of everything that is not as it was wanted; until they have, the effect stays open.
func (t *attempt) end(ctx context.Context, o bot.AWSOutcome, id, why string) (bot.Sent, error) {
	if o != bot.AWSDone && o != bot.AWSUnchanged {
		const limit = 5 * time.Second
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
		defer cancel()
		err := t.c.Tell(ctx, News{
			Key: t.a.Effect.Key, Customer: t.a.Effect.Customer, Ticket: t.a.Effect.Ticket, Account: t.body.Account, Region: t.body.Region,
			What: string(t.body.Do) + " " + t.op.String(), Outcome: o, Why: why,
		})
		switch {
		case err != nil && o == bot.AWSRefused: // nothing was done: the next try is not one after a doubtful one
			return bot.Sent{}, bot.Untried(fmt.Errorf("telling staff of the change of %s: %w", t.op, err), soon)
		case err != nil:
			return bot.Sent{}, fmt.Errorf("telling staff of the change of %s: %w", t.op, err)
		}
	}
	t.forget(t.a.Effect.Key)
	return bot.Sent{RemoteID: id, At: t.c.Clock.Now(), Verified: o == bot.AWSDone || o == bot.AWSUnchanged, Outcome: string(o), Why: why}, nil
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

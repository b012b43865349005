package phone

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"toban/bot"
)

// underWay is the machine time after which a call that still rings is looked at again.
const underWay = time.Second

// attempt is one try of an effect.
type attempt struct {
	*Phone
	a    bot.Attempt
	body bot.Call
	to   Number
}

// Send carries out phone.call: it places the call or finds the one that was placed, and follows it to its end. While the call is under way
// it answers with bot.RetryAfter, so that it is followed across restarts and by whichever replica comes next.
func (p *Phone) Send(ctx context.Context, a bot.Attempt) (bot.Sent, error) {
	if a.Effect.Kind != bot.EffectCall {
		return bot.Sent{}, bot.Permanent(fmt.Errorf("sending effect %q: the phone knows no %s", a.Effect.Key, a.Effect.Kind))
	}
	t := &attempt{Phone: p, a: a}
	if err := a.Effect.Decode(&t.body); err != nil {
		return bot.Sent{}, bot.Permanent(err)
	}
	if strings.TrimSpace(t.body.Text) == "" {
		return bot.Sent{}, bot.Permanent(fmt.Errorf("calling for effect %q: it says nothing", a.Effect.Key))
	}
	to, ok := p.c.Resolve(a.Effect.Customer, t.body.To)
	if !ok {
		return t.end(ctx, bot.CallFailed, "", "no telephone number is configured for "+masked(t.body.To))
	}
	t.to = to
	k := p.known(a.Effect.Key)
	if a.Halt && k.id == "" {
		p.forget(a.Effect.Key) // one that was placed by another process can't be found without placing it
		return bot.Sent{}, bot.ErrWithdrawn
	}
	if p.c.Provider == nil {
		return t.end(ctx, bot.CallByHand, "", "no telephony provider is configured")
	}
	return t.follow(ctx, k)
}

// follow places or finds the call and waits for its end, as long as ctx lasts.
func (t *attempt) follow(ctx context.Context, k call) (bot.Sent, error) {
	if k.id == "" {
		if t.a.Look && t.c.Clock.Now().Sub(t.a.First) >= t.c.Tokens {
			return t.end(ctx, bot.CallUnknown, "", "the first try is too long ago to be found, and to call again might be a second call")
		}
		id, err := t.c.Provider.Start(ctx, Order{Token: Token(t.a.Effect.Key), Number: t.to.Number, Text: t.body.Text + t.body.Press, Keys: t.body.Keys, Rings: rings(t.body.Rings)})
		switch {
		case bot.IsPermanent(err):
			return t.end(ctx, bot.CallFailed, "", t.hide(err))
		case err != nil:
			return t.patient(ctx, k, fmt.Errorf("placing a call to %s: %w", masked(t.body.To), &hidden{t.hide(err), err}))
		}
		k = t.learn(t.a.Effect.Key, id)
	}
	for looked := false; ; looked = true {
		s, err := t.c.Provider.Look(ctx, k.id)
		switch {
		case err != nil && looked && ctx.Err() != nil: // this try's time is over, the call's is not
			return t.later()
		case errors.Is(err, ErrNoCall):
			return t.end(ctx, bot.CallUnknown, k.id, "the provider does not know the call any more")
		case err != nil:
			return t.patient(ctx, k, fmt.Errorf("asking how the call to %s is doing: %w", masked(t.body.To), &hidden{t.hide(err), err}))
		case s.Ended:
			return t.ended(ctx, k.id, s)
		}
		k = t.learn(t.a.Effect.Key, k.id)
		if err := pause(ctx, t.c.Every); err != nil {
			return t.later()
		}
	}
}

// later follows the call in the next try.
func (t *attempt) later() (bot.Sent, error) {
	return bot.Sent{}, bot.RetryAfter(fmt.Errorf("calling %s: %w", masked(t.body.To), bot.ErrUnderWay), underWay)
}

// patient tries again, until nothing was learnt for so long that the next contact has to be called.
func (t *attempt) patient(ctx context.Context, k call, err error) (bot.Sent, error) {
	if t.c.Machine().Sub(k.since) >= t.c.Patience {
		return t.end(context.WithoutCancel(ctx), bot.CallUnknown, k.id, err.Error())
	}
	return bot.Sent{}, err
}

func (t *attempt) ended(ctx context.Context, id string, s State) (bot.Sent, error) {
	if s.Outcome == bot.CallAnswered && s.Key != "" {
		if _, meant := t.body.Keys[s.Key]; meant {
			t.forget(t.a.Effect.Key)
			return bot.Sent{RemoteID: id, At: t.c.Clock.Now(), Verified: true, Outcome: string(bot.CallAcknowledged) + ":" + s.Key, Why: "pressed " + s.Key + ": " + t.body.Keys[s.Key]}, nil
		}
		return t.end(ctx, bot.CallAnswered, id, "a key without a meaning was pressed")
	}
	return t.end(ctx, s.Outcome, id, "")
}

// end ends the effect. Staff hear of what no feature can mend by calling the next contact alone.
func (t *attempt) end(ctx context.Context, o bot.CallOutcome, id, why string) (bot.Sent, error) {
	if o == bot.CallFailed || o == bot.CallUnknown || o == bot.CallByHand {
		const limit = 5 * time.Second
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
		defer cancel()
		n := News{
			Key: t.a.Effect.Key, Customer: t.a.Effect.Customer, Ticket: t.a.Effect.Ticket, Name: t.to.Name, Last4: t.to.Last4(), Text: t.body.Text, Outcome: o, Why: why,
		}
		if n.Name == "" {
			n.Name = masked(t.body.To)
		}
		if err := t.c.Tell(ctx, n); err != nil { // the effect stays open until staff have been told
			return bot.Sent{}, fmt.Errorf("telling staff of the call to %s: %w", masked(t.body.To), err)
		}
	}
	t.forget(t.a.Effect.Key)
	return bot.Sent{RemoteID: id, At: t.c.Clock.Now(), Outcome: string(o), Why: why}, nil
}

// known is what this process knows of an effect's call; the first time it begins to count the time.
func (p *Phone) known(key string) call {
	p.mu.Lock()
	defer p.mu.Unlock()
	k, ok := p.calls[key]
	if !ok {
		k = call{since: p.c.Machine()}
		p.calls[key] = k
	}
	return k
}

// learn notes what the provider said of a call, from when on patience counts anew.
func (p *Phone) learn(key, id string) call {
	p.mu.Lock()
	defer p.mu.Unlock()
	k := call{id: id, since: p.c.Machine()}
	p.calls[key] = k
	return k
}

func (p *Phone) forget(key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.calls, key)
}

// Token is the client token of an effect's call.
func Token(key string) string {
	sum := sha256.Sum256([]byte(key))
	return "toban-" + hex.EncodeToString(sum[:16])
}

func rings(n int) int {
	const usual = 10
	if n <= 0 {
		return usual
	}
	return n
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

var numberLike = regexp.MustCompile(`\+?[0-9][0-9() -]{6,}[0-9]`)

// hide takes numbers out of what a provider says.
func (t *attempt) hide(err error) string {
	text := err.Error()
	if t.to.Number != "" {
		text = strings.ReplaceAll(text, t.to.Number, "["+masked(t.body.To)+"]")
	}
	return numberLike.ReplaceAllString(text, "[number]")
}

// hidden is an error whose words hold no number; what it wraps can still be asked for its kind.
type hidden struct {
	text string
	err  error
}

func (h *hidden) Error() string { return h.text }
func (h *hidden) Unwrap() error { return h.err }

// masked shows a reference, and nothing of what is none.
func masked(ref string) string {
	if ref == "" || numberLike.MatchString(ref) {
		return "[no reference]"
	}
	return ref
}

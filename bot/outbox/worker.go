package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"toban/bot"
	"toban/bot/store"
)

// Store is what the worker needs of the database.
type Store interface {
	ClaimEffects(ctx context.Context, c store.Claim) ([]store.Sending, error)
	SuspectEffects(ctx context.Context, now time.Time) (store.Suspects, error)
	AbsolveEffect(ctx context.Context, c store.Sending) error
	FinishEffect(ctx context.Context, c store.Sending, sent bot.Sent, world time.Time) error
	RetryEffect(ctx context.Context, c store.Sending, at, settled time.Time, problem string) error
	ReturnEffect(ctx context.Context, c store.Sending, at time.Time, problem string) error
	ReleaseEffect(ctx context.Context, c store.Sending, at time.Time, what string) error
	BuryEffect(ctx context.Context, c store.Sending, why string, world time.Time) error
	DropEffect(ctx context.Context, c store.Sending, world time.Time) error
	ShadowEffect(ctx context.Context, c store.Sending, sent bot.Sent, world time.Time, show ...bot.Effect) error
	HoldEffect(ctx context.Context, c store.Sending, world time.Time, ask ...bot.Effect) error
}

// Shower makes what staff are shown of an effect that does not go out by itself: in shadow what it would have been, in assist the question
// whether it may go.
type Shower interface {
	Show(e bot.Effect, world time.Time) []bot.Effect
	Ask(e bot.Effect, world time.Time) []bot.Effect
}

// Config wires a Worker.
type Config struct {
	Store    Store
	Senders  map[string]bot.Sender // by channel: backlog, slack
	Clock    bot.Clock             // world time
	Machine  func() time.Time      // machine time: leases and back-off
	Owner    string
	Lease    time.Duration // 30 s when 0
	Deadline time.Duration // of one call; 10 s when 0
	Parallel int           // calls at a time of one channel; 8 when 0
	Every    time.Duration // machine time between looks; 100 ms when 0
	Gate     *store.Gate   // shared with the other queues of the process; its own when nil
	Wake     func()        // called after an effect that reports back; may be nil
	Tracer   bot.Tracer    // follows each effect; nobody when nil
	Shower   Shower        // shows staff what a mode keeps back; nobody when nil
	Logger   *slog.Logger
}

// Worker sends effects.
type Worker struct {
	c    Config
	poke chan struct{}
	mu   sync.Mutex
	busy map[string]int // calls under way by channel
	bulk int            // those of them that are in bulk
	open int            // effects whose end is not written back yet
	wg   sync.WaitGroup
	hold *store.Quarantine
}

// New makes a Worker.
func New(c Config) *Worker {
	if c.Lease == 0 {
		c.Lease = 30 * time.Second
	}
	if c.Deadline == 0 {
		c.Deadline = 10 * time.Second
	}
	if c.Parallel == 0 {
		c.Parallel = 8
	}
	if c.Every == 0 {
		c.Every = 100 * time.Millisecond
	}
	if c.Wake == nil {
		c.Wake = func() {}
	}
	if c.Tracer == nil {
		c.Tracer = bot.Untraced{}
	}
	if c.Shower == nil {
		c.Shower = silent{}
	}
	return &Worker{c: c, poke: make(chan struct{}, 1), busy: map[string]int{}, hold: store.NewQuarantine(c.Gate, c.Store.SuspectEffects)}
}

// Poke makes the worker look at once.
func (w *Worker) Poke() {
	select {
	case w.poke <- struct{}{}:
	default:
	}
}

// write writes back how a try ended, and answers it in a word.
func (w *Worker) write(ctx context.Context, c store.Sending, sent bot.Sent, err error) (outcome string) {
	e := c.Attempt.Effect
	log := w.c.Logger.With("effect", e.Key, "kind", string(e.Kind), "attempt", c.Attempt.Number)
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	outcome = "done"
	unknown, isUnknown := errors.AsType[*left](err)
	switch {
	case isUnknown:
		outcome, err = w.leave(ctx, c, unknown.what)
	case err == nil:
		err = w.c.Store.FinishEffect(ctx, c, sent, w.c.Clock.Now())
	case errors.Is(err, bot.ErrWithdrawn) && c.Mode != bot.ModeOn && !c.Attempt.Halt:
		outcome, err = w.keepBack(ctx, c)
	case errors.Is(err, bot.ErrWithdrawn):
		outcome = "withdrawn"
		err = w.c.Store.DropEffect(ctx, c, w.c.Clock.Now())
	case bot.IsPermanent(err):
		outcome = "dead"
		log.Error("burying effect", "error", err)
		err = w.c.Store.BuryEffect(ctx, c, err.Error(), w.c.Clock.Now())
	case bot.IsUntried(err):
		outcome = "waited"
		log.Debug("sending effect when its turn comes", "reason", err)
		wait := Backoff(c.Attempt.Number, e.Urgent, err)
		err = w.c.Store.ReturnEffect(ctx, c, w.c.Machine().Add(wait), err.Error())
		time.AfterFunc(wait, w.Poke)
	default:
		outcome = "retry"
		if errors.Is(err, bot.ErrUnderWay) {
			outcome = "under_way"
			log.Debug("following effect in its next try", "reason", err)
		} else {
			log.Warn("sending effect again later", "error", err)
		}
		wait := Backoff(c.Attempt.Number, e.Urgent, err)
		now, settled := w.c.Machine(), time.Time{}
		if errors.Is(err, context.DeadlineExceeded) {
			settled = now.Add(settle)
		}
		err = w.c.Store.RetryEffect(ctx, c, now.Add(wait), settled, err.Error())
		time.AfterFunc(wait, w.Poke)
	}
	switch {
	case errors.Is(err, store.ErrFenced):
		log.Warn("leaving effect to the worker that took it over")
		w.absolve(ctx, c)
		return "fenced"
	case err != nil: // the lease ends by itself; the next try looks before it repeats
		log.Error("writing effect back", "error", err)
		return "unwritten"
	}
	w.c.Wake()
	return outcome
}

// call hands an effect to its adapter. A panic of an adapter is a failure of this one effect, which may have gone out.
func (w *Worker) call(ctx context.Context, a bot.Attempt) (sent bot.Sent, err error) {
	defer func() {
		if p := recover(); p != nil {
			sent, err = bot.Sent{}, fmt.Errorf("sending %s: the adapter panicked: %v", a.Effect.Key, p)
		}
	}()
	sender, ok := w.c.Senders[a.Effect.Kind.Channel()]
	if !ok {
		return bot.Sent{}, bot.Permanent(fmt.Errorf("sending %s: nobody speaks to %q", a.Effect.Kind, a.Effect.Kind.Channel()))
	}
	ctx, cancel := context.WithTimeout(ctx, w.c.Deadline)
	defer cancel()
	ctx, end := w.c.Tracer.Start(ctx, "send", "", "channel", a.Effect.Kind.Channel())
	sent, err = sender.Send(ctx, a)
	if err != nil {
		end("failed")
		return sent, err
	}
	end("done")
	return sent, nil
}

// longest is the longest wait that a vendor may ask for; after it one call shows whether the wait still holds.
const longest = 10 * time.Minute

// The longest waits of Toban's own: after an outage the words of an incident go out within the one, everything else within the other.
const (
	longestUrgent = 15 * time.Second
	longestOther  = time.Minute
)

// settle is the wait after a call that was given up before it was answered: the vendor may still be at work on it, and a look before it has
// ended would miss what it did.
const settle = 15 * time.Second

// Backoff is the wait before the next try: short at first, then up to a limit by urgency, with jitter; a vendor's own wait wins, and a call
// without an answer is given time to end.
func Backoff(attempt int, urgent bool, err error) time.Duration {
	var after *bot.RetryAfterError
	if errors.As(err, &after) {
		return min(max(after.After, 100*time.Millisecond), longest)
	}
	d := 500 * time.Millisecond << min(max(attempt-1, 0), 10)
	most := longestOther
	if urgent {
		most = longestUrgent
	}
	d = min(d, most)
	if errors.Is(err, context.DeadlineExceeded) {
		d = max(d, 2*settle)
	}
	return d/2 + rand.N(d/2+1) //nolint:gosec // jitter, no secret
}

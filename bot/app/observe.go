package app

import (
	"context"
	"errors"
	"sync"
	"time"

	"toban/bot"
	"toban/bot/store"
	"toban/bot/watch"
)

// The workers see the database through these: what they claim and write back is counted on the way, and a replica whose clock is off
// claims nothing.

// inboxStore is the database of the inbox worker.
type inboxStore struct {
	*store.Store
	a       *App
	claimed *sync.Map // event id → machine time of the claim
}

func newInboxStore(a *App) inboxStore { return inboxStore{a.p.Store, a, &sync.Map{}} }

// ClaimEvents implements inbox.Store.
func (s inboxStore) ClaimEvents(ctx context.Context, owner string, now time.Time, lease time.Duration, n int) ([]store.Claimed, error) {
	if !s.a.fit() {
		return nil, nil
	}
	list, err := s.Store.ClaimEvents(ctx, owner, now, lease, n)
	s.began(list)
	return list, err
}

// ClaimSuspects implements inbox.Store.
func (s inboxStore) ClaimSuspects(ctx context.Context, which store.Suspicion, owner string, now time.Time, lease time.Duration, n int) ([]store.Claimed, error) {
	if !s.a.fit() {
		return nil, nil
	}
	list, err := s.Store.ClaimSuspects(ctx, which, owner, now, lease, n)
	s.began(list)
	return list, err
}

func (s inboxStore) began(list []store.Claimed) {
	for _, c := range list {
		s.claimed.Store(c.Event.ID, time.Now())
	}
}

// Commit implements inbox.Store.
func (s inboxStore) Commit(ctx context.Context, d store.Decision) error {
	err := s.Store.Commit(ctx, d)
	if err == nil {
		s.a.metrics.eventLag.Observe(max(d.Now.Sub(d.Claim.Event.At), 0).Seconds())
		s.ended(d.Claim, "done")
	}
	return err
}

// RetryEvent implements inbox.Store.
func (s inboxStore) RetryEvent(ctx context.Context, c store.Claimed, at time.Time, problem string) error {
	s.ended(c, "retry")
	return s.Store.RetryEvent(ctx, c, at, problem)
}

// ReleaseEvent implements inbox.Store.
func (s inboxStore) ReleaseEvent(ctx context.Context, c store.Claimed, at time.Time, what string) error {
	s.ended(c, "left")
	return s.Store.ReleaseEvent(ctx, c, at, what)
}

// BuryEvent implements inbox.Store.
func (s inboxStore) BuryEvent(ctx context.Context, c store.Claimed, problem string) error {
	s.ended(c, "dead")
	return s.Store.BuryEvent(ctx, c, problem)
}

// BuryLane implements inbox.Store.
func (s inboxStore) BuryLane(ctx context.Context, c store.Claimed, problem string) error {
	s.ended(c, "dead")
	return s.Store.BuryLane(ctx, c, problem)
}

func (s inboxStore) ended(c store.Claimed, outcome string) {
	kind := string(c.Event.Kind)
	s.a.metrics.events.WithLabelValues(kind, outcome).Inc()
	if at, ok := s.claimed.LoadAndDelete(c.Event.ID); ok {
		s.a.metrics.eventTook.WithLabelValues(kind).Observe(time.Since(at.(time.Time)).Seconds())
	}
}

// outboxStore is the database of the outbox worker.
type outboxStore struct {
	*store.Store
	a *App
}

// ClaimEffects implements outbox.Store.
func (s outboxStore) ClaimEffects(ctx context.Context, c store.Claim) ([]store.Sending, error) {
	if !s.a.fit() {
		return nil, nil
	}
	c.NoBulk = c.NoBulk || !s.a.leads.Load()
	return s.Store.ClaimEffects(ctx, c)
}

// FinishEffect implements outbox.Store.
func (s outboxStore) FinishEffect(ctx context.Context, c store.Sending, sent bot.Sent, world time.Time) error {
	err := s.Store.FinishEffect(ctx, c, sent, world)
	if err == nil {
		s.ended(c, "done")
		e := c.Attempt.Effect
		if e.Kind.Channel() == "slack" {
			s.a.took.Store(&world)
		}
		s.a.metrics.effectTook.WithLabelValues(string(e.Kind)).Observe(max(world.Sub(c.Made), 0).Seconds())
		if e.Class == bot.Notice && !e.Due.IsZero() {
			s.a.metrics.noticeLate.Observe(max(world.Sub(e.Due), 0).Seconds())
		}
	}
	return err
}

// RetryEffect implements outbox.Store.
func (s outboxStore) RetryEffect(ctx context.Context, c store.Sending, at, settled time.Time, problem string) error {
	s.ended(c, "retry")
	return s.Store.RetryEffect(ctx, c, at, settled, problem)
}

// ReturnEffect implements outbox.Store.
func (s outboxStore) ReturnEffect(ctx context.Context, c store.Sending, at time.Time, problem string) error {
	s.ended(c, "waited")
	return s.Store.ReturnEffect(ctx, c, at, problem)
}

// ReleaseEffect implements outbox.Store.
func (s outboxStore) ReleaseEffect(ctx context.Context, c store.Sending, at time.Time, what string) error {
	s.ended(c, "left")
	return s.Store.ReleaseEffect(ctx, c, at, what)
}

// BuryEffect implements outbox.Store.
func (s outboxStore) BuryEffect(ctx context.Context, c store.Sending, why string, world time.Time) error {
	s.ended(c, "dead")
	return s.Store.BuryEffect(ctx, c, why, world)
}

// DropEffect implements outbox.Store.
func (s outboxStore) DropEffect(ctx context.Context, c store.Sending, world time.Time) error {
	s.ended(c, "withdrawn")
	return s.Store.DropEffect(ctx, c, world)
}

// ShadowEffect implements outbox.Store.
func (s outboxStore) ShadowEffect(ctx context.Context, c store.Sending, sent bot.Sent, world time.Time, show ...bot.Effect) error {
	s.ended(c, "shadow")
	return s.Store.ShadowEffect(ctx, c, sent, world, show...)
}

// HoldEffect implements outbox.Store.
func (s outboxStore) HoldEffect(ctx context.Context, c store.Sending, world time.Time, ask ...bot.Effect) error {
	s.ended(c, "held")
	return s.Store.HoldEffect(ctx, c, world, ask...)
}

func (s outboxStore) ended(c store.Sending, outcome string) {
	s.a.metrics.effects.WithLabelValues(string(c.Attempt.Effect.Kind), outcome).Inc()
}

// timerStore is the database of the timer worker.
type timerStore struct {
	*store.Store
	a *App
}

// errUnfit ends a schedule's firing on a replica whose clock went off meanwhile.
var errUnfit = errors.New("this machine's clock is more than " + watch.OffsetLimit.String() + " off the database's")

// FireTimers implements timer.Store.
func (s timerStore) FireTimers(ctx context.Context, now time.Time, n int) (int, error) {
	if !s.a.fit() {
		return 0, nil
	}
	fired, err := s.Store.FireTimers(ctx, now, n)
	s.a.metrics.timers.Add(float64(fired))
	return fired, err
}

// DueSchedules implements timer.Store.
func (s timerStore) DueSchedules(ctx context.Context, now time.Time) ([]bot.Schedule, error) {
	if !s.a.fit() {
		return nil, nil
	}
	return s.Store.DueSchedules(ctx, now)
}

// FireSchedule implements timer.Store.
func (s timerStore) FireSchedule(ctx context.Context, sc bot.Schedule, next time.Time, events []bot.Event) error {
	if !s.a.fit() {
		return errUnfit
	}
	return s.Store.FireSchedule(ctx, sc, next, events)
}

// timed measures how long each feature decides.
func (m *metrics) timed(list []bot.Handler) []bot.Handler {
	out := make([]bot.Handler, len(list))
	for i, h := range list {
		out[i] = timedHandler{h, m}
	}
	return out
}

type timedHandler struct {
	bot.Handler
	m *metrics
}

// Handle implements bot.Handler.
func (t timedHandler) Handle(in bot.In) (bot.Output, error) {
	began := time.Now()
	out, err := t.Handler.Handle(in)
	t.m.decisions.WithLabelValues(t.Name()).Observe(time.Since(began).Seconds())
	return out, err
}

package app

import (
	"context"
	"slices"
	"time"

	"toban/bot"
	"toban/bot/poll"
	"toban/bot/trace"
)

// openTracer makes the tracer that server.yaml asks for. Without one nothing is followed.
func (a *App) openTracer() error {
	c := a.p.Config.Server.Trace
	if a.p.Tracer != nil || c.Endpoint == "" {
		return nil
	}
	var err error
	a.p.Tracer, err = trace.New(trace.Config{
		Endpoint: c.Endpoint, Header: c.Header.Reveal(), Share: c.Share, Version: a.p.Version, Replica: a.owner, Transport: a.p.Transport,
		Logger: a.p.Logger.With("part", "trace"),
	})
	a.traced = a.p.Tracer
	return err
}

// tracer is who follows events.
func (a *App) tracer() bot.Tracer {
	if a.p.Tracer == nil {
		return bot.Untraced{}
	}
	return a.p.Tracer
}

// closeTracer sends what is left of the traces, of a tracer that was made here.
func (a *App) closeTracer(ctx context.Context) {
	const limit = 5 * time.Second
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	defer cancel()
	if err := a.traced.Close(ctx); err != nil {
		a.p.Logger.Warn("ending traces", "error", err)
	}
}

// followed begins the trace of each event at its door.
type followed struct {
	bot.Inbox
	t bot.Tracer
}

// Accept implements bot.Inbox.
func (f followed) Accept(ctx context.Context, events ...bot.Event) error {
	events, end := begin(ctx, f.t, events)
	err := f.Inbox.Accept(ctx, events...)
	end(err)
	return err
}

// followedPoll does the same for what the activity feed brings.
type followedPoll struct {
	poll.Store
	t bot.Tracer
}

// Advance implements poll.Store.
func (f followedPoll) Advance(ctx context.Context, name string, value int64, events []bot.Event) error {
	events, end := begin(ctx, f.t, events)
	err := f.Store.Advance(ctx, name, value, events)
	end(err)
	return err
}

// begin begins a trace for each event. The step of the door lasts until the event is stored.
func begin(ctx context.Context, t bot.Tracer, events []bot.Event) ([]bot.Event, func(err error)) {
	if _, off := t.(bot.Untraced); off {
		return events, func(error) {}
	}
	events = slices.Clone(events)
	ends := make([]func(string), len(events))
	for i := range events {
		e := &events[i]
		var step context.Context
		step, ends[i] = t.Start(ctx, "accept "+string(e.Kind), "", "kind", string(e.Kind), "lane", e.Lane)
		e.Trace = t.Context(step)
	}
	return events, func(err error) {
		outcome := "stored"
		if err != nil {
			outcome = trace.Retry
		}
		for _, end := range ends {
			end(outcome)
		}
	}
}

package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"toban/bot"
	"toban/bot/store"
	"toban/bot/timer"
	"toban/bot/watch"
	"toban/config"
)

// synthetic is the feature of the synthetic ticket; ok is false when server.yaml asks for none.
func (a *App) synthetic() (s watch.SyntheticTicket, ok bool) {
	c := a.p.Config.Server.Watch.Synthetic
	if c == nil {
		return s, false
	}
	return watch.SyntheticTicket{Space: c.Space, Project: c.Project, IssueType: c.IssueType}, true
}

// handlers are the features, and before them the synthetic ticket, which the others do not see.
func (a *App) handlers() []bot.Handler {
	if s, ok := a.synthetic(); ok {
		return s.Others(Handlers(a.p.Config.Playbooks...))
	}
	return Handlers(a.p.Config.Playbooks...)
}

// Offline gives the features and the directory of a configuration without any connection: what events that were recorded are decided again with.
func Offline(cfg *config.Config) ([]bot.Handler, *bot.Directory, error) {
	dir, err := Directory(cfg, nil)
	if err != nil {
		return nil, nil, err
	}
	a := &App{p: Parts{Config: cfg}, dir: dir}
	a.addSynthetic()
	return a.handlers(), a.dir, nil
}

// addSynthetic makes the test project known: without contract, people and channel.
func (a *App) addSynthetic() {
	if s, ok := a.synthetic(); ok {
		a.dir.Customers = append(a.dir.Customers, &bot.Customer{
			ID: watch.SyntheticCustomer, Name: "Toban 動作確認", Space: s.Space, Projects: []string{s.Project}, Lang: "ja", Zone: time.UTC,
			Types: []bot.RequestType{{ID: watch.SyntheticName, IssueType: s.IssueType, ReportName: s.IssueType}},
		})
	}
}

// staffDirectory is the directory without the test project, which has no channel and nobody to speak to.
func (a *App) staffDirectory() *bot.Directory {
	if _, ok := a.synthetic(); !ok {
		return a.Directory()
	}
	d := *a.Directory()
	d.Customers = slices.DeleteFunc(slices.Clone(d.Customers), func(c *bot.Customer) bool { return c.ID == watch.SyntheticCustomer })
	return &d
}

// scheduleSynthetic keeps the schedule of the synthetic ticket.
func (a *App) scheduleSynthetic(ctx context.Context) error {
	if _, ok := a.synthetic(); !ok {
		return nil
	}
	spec := fmt.Sprintf("*/%d * * * *", a.p.Config.Server.Watch.Synthetic.Every/time.Minute)
	if a.p.Config.Server.Watch.Synthetic.Every == time.Hour {
		spec = "0 * * * *"
	}
	next, err := timer.Next(spec, "UTC", a.p.Clock.Now())
	if err != nil {
		return err
	}
	return a.p.Store.SetSchedule(ctx, bot.Schedule{Name: watch.SyntheticName, Spec: spec, Zone: "UTC", Next: next, Catchup: bot.CatchupLatest})
}

// round tells how the synthetic ticket is doing. A stop that concerns it pauses what is expected of it.
func (a *App) round(ctx context.Context, now time.Time, stops []store.Stop) (watch.Round, error) {
	c := a.p.Config.Server.Watch.Synthetic
	if c == nil {
		return watch.Round{}, nil
	}
	r := watch.Round{Every: c.Every, Since: a.world}
	received, ended, ok, err := a.p.Store.LastRound(ctx, watch.SyntheticCustomer)
	if ok {
		r.Last, r.Took = ended, ended.Sub(received)
	}
	r.Waiting = slices.ContainsFunc(stops, func(s store.Stop) bool { return s.Customer == "" || s.Customer == watch.SyntheticCustomer })
	if r.Waiting {
		a.paused.Store(&now)
	}
	if at := a.paused.Load(); at != nil && at.After(r.Since) {
		r.Since = *at
	}
	return r, err
}

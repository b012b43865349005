package main

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"sync/atomic"

	"toban/bot/app"
	"toban/config"
)

// renewal is a Toban that takes a changed configuration while it runs: the doors go over to the new one at once, the old one ends what it
// has begun, then the new one works. Nothing is lost between the two, since everything stands in the database; Slack's socket is away for
// a moment, as at a restart. A configuration that can't be used changes nothing.
type renewal struct {
	dir   string
	log   *slog.Logger
	build func(ctx context.Context, cfg *config.Config) (*app.App, error)
	// redial has the database's new connections sign in as an address says; nil where that can't change.
	redial func(ctx context.Context, address string) error
	cfg    *config.Config
	doors  atomic.Pointer[http.Handler]
}

// ServeHTTP implements http.Handler.
func (r *renewal) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	(*r.doors.Load()).ServeHTTP(w, req)
}

func (r *renewal) open(a *app.App) {
	h := a.Handler()
	r.doors.Store(&h)
}

// run works until ctx ends, with a new configuration at each hangup.
func (r *renewal) run(ctx context.Context, a *app.App, hangup <-chan os.Signal) error {
	for {
		next, err := r.work(ctx, a, hangup)
		if next == nil || err != nil {
			return err
		}
		a = next
	}
}

// work runs a until ctx ends, or until a new one is ready to take its place.
func (r *renewal) work(ctx context.Context, a *app.App, hangup <-chan os.Signal) (next *app.App, err error) {
	ctx, end := context.WithCancel(ctx)
	defer end()
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	for {
		select {
		case err := <-done:
			return nil, err
		case <-hangup:
		}
		if next = r.renew(ctx); next == nil {
			continue
		}
		r.open(next)
		end()
		if err := <-done; err != nil {
			return nil, err
		}
		r.log.InfoContext(ctx, "working with the configuration as it is now")
		return next, nil
	}
}

// renew reads the folder anew; nil when that can't be used.
func (r *renewal) renew(ctx context.Context) *app.App {
	const keeping = "going on with the configuration as it was"
	cfg, err := load(r.dir)
	if err != nil {
		r.log.ErrorContext(ctx, keeping, "error", err)
		return nil
	}
	r.signIn(ctx, cfg)
	if what := fixed(r.cfg, cfg); what != "" {
		r.log.WarnContext(ctx, "a change of the configuration waits for a restart", "of", what)
	}
	a, err := r.build(ctx, cfg)
	if err != nil {
		r.log.ErrorContext(ctx, keeping, "error", err)
		return nil
	}
	r.cfg = cfg
	return a
}

// signIn takes over another user or password of the database.
func (r *renewal) signIn(ctx context.Context, cfg *config.Config) {
	was, is := r.cfg.Server.Database.Postgres, cfg.Server.Database.Postgres
	if r.redial == nil || is.IsZero() || was.Equal(is) {
		return
	}
	if err := r.redial(ctx, is.Reveal()); err != nil {
		r.log.ErrorContext(ctx, "going on with the database's address as it was", "error", err)
		return
	}
	r.cfg.Server.Database.Postgres = is
	r.log.InfoContext(ctx, "signing in to the database with the address as it is now")
}

// fixed names what changed of that which a running process keeps.
func fixed(was, is *config.Config) string {
	switch a, b := was.Server, is.Server; {
	case a.Listen != b.Listen:
		return "listen"
	case a.Database.SQLite != b.Database.SQLite || !a.Database.Postgres.Equal(b.Database.Postgres):
		return "database"
	case a.Log != b.Log:
		return "log"
	}
	return ""
}

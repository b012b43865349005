package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"toban/bot/app"
	"toban/bot/store"
	"toban/config"
)

func serveCommand() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use:   "serve --config DIR",
		Short: "Run Toban",
		Long: `Runs Toban from a configuration folder until it is told to stop (SIGINT or
SIGTERM); what was begun is ended first. At SIGHUP it reads the folder anew, secrets
in files included, and goes on without a restart; a folder with mistakes changes
nothing. A change of listen, log or the place of the database waits for a restart, and so does
what an environment variable holds itself: use file:PATH, or NAME_FILE beside it.

See config/example for a commented folder, and check yours with
"toban check --config DIR" and "toban doctor --config DIR".`,
		Example: "  toban serve --config /etc/toban",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return serve(c.Context(), dir, c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	configFlag(c, &dir)
	return c
}

// configFlag gives a command its --config flag.
func configFlag(c *cobra.Command, dir *string) {
	c.Flags().StringVar(dir, "config", "", "configuration `folder`")
	if err := c.MarkFlagRequired("config"); err != nil {
		panic(err) // the flag was defined in the line above
	}
}

// load reads a configuration folder; its faults are the whole error.
func load(dir string) (*config.Config, error) {
	switch info, err := os.Stat(dir); {
	case err != nil:
		return nil, &exit{exitUsage, fmt.Errorf("reading the configuration folder: %w", err)}
	case !info.IsDir():
		return nil, &exit{exitUsage, fmt.Errorf("%s is a file; --config wants the folder that holds server.yaml", dir)}
	}
	cfg, err := config.Load(dir, config.Options{})
	if err != nil {
		return nil, &exit{exitUsage, err}
	}
	return cfg, nil
}

// openStore opens the database of a configuration; lock is for the process that works the queues.
func openStore(ctx context.Context, cfg *config.Config, lock bool, log *slog.Logger) (*store.Store, error) {
	tr, err := readTrial(os.Getenv(trialVariable))
	if err != nil {
		return nil, &exit{exitUsage, err}
	}
	return store.Open(ctx, store.Options{
		Path: cfg.Server.Database.SQLite, Postgres: cfg.Server.Database.Postgres.Reveal(), Lock: lock, Machine: tr.machine(), Trial: tr.at(), Logger: log,
	})
}

func newLogger(cfg *config.Config, out io.Writer) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.Server.Log.Level)); err != nil {
		level = slog.LevelInfo
	}
	o := &slog.HandlerOptions{Level: level}
	if cfg.Server.Log.Format == "json" {
		return slog.New(slog.NewJSONHandler(out, o))
	}
	return slog.New(slog.NewTextHandler(out, o))
}

func serve(ctx context.Context, dir string, stdout, stderr io.Writer) error {
	cfg, err := load(dir)
	if err != nil {
		return err
	}
	log := newLogger(cfg, stderr)
	tr, err := readTrial(os.Getenv(trialVariable))
	if err != nil {
		return &exit{exitUsage, err}
	}
	tr.warn(log)
	st, err := openStore(ctx, cfg, true, log)
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }()
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	r := &renewal{dir: dir, log: log, cfg: cfg, redial: st.Redial, build: func(ctx context.Context, cfg *config.Config) (*app.App, error) {
		return app.New(ctx, app.Parts{
			Config: cfg, Store: st, Logger: log, PollEvery: cfg.Server.Poll, Version: version(), Busy: new(app.Pace).Busy, Machine: tr.machine(), World: tr.worldClock(), Trial: tr.at(),
		})
	}}
	a, err := r.build(ctx, cfg)
	if err != nil {
		return err
	}
	r.open(a)
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.Server.Listen)
	if err != nil {
		return fmt.Errorf("listening on %s: %w", cfg.Server.Listen, err)
	}
	fmt.Fprintf(stdout, "Toban is on duty at http://%s\n", ln.Addr())
	return serveHTTP(ctx, ln, r, func(ctx context.Context) error {
		go debug.FreeOSMemory() // reading the configuration takes more than working by it does: that goes back to the machine
		return r.run(ctx, a, hangup)
	})
}

// serveHTTP serves a listener while work runs, and ends both gracefully.
func serveHTTP(ctx context.Context, ln net.Listener, h http.Handler, work func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	const header, grace = 10 * time.Second, 10 * time.Second
	srv := &http.Server{Handler: h, ReadHeaderTimeout: header}
	served := make(chan error, 1)
	go func() {
		served <- srv.Serve(ln)
		cancel()
	}()
	err := work(ctx)
	stop, stopped := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer stopped()
	if e := srv.Shutdown(stop); e != nil {
		err = errors.Join(err, srv.Close())
	}
	if e := <-served; !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, fmt.Errorf("serving: %w", e))
	}
	return err
}

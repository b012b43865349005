package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"toban/bot/app"
	"toban/bot/console"
	"toban/config"
	"toban/sla"
)

// demoSpeed makes an hour last a minute: a start notice is a matter of seconds, and there is still time to read.
const demoSpeed = 60

func demoCommand() *cobra.Command {
	o := demoOptions{}
	var quiet bool
	c := &cobra.Command{
		Use: "demo", Short: "Show Toban at work, with stand-ins of Backlog and Slack", Args: cobra.NoArgs,
		Long: `Starts Toban on a database of its own with stand-ins of Backlog and Slack, and one
web page that shows both sides. Nothing is needed and nothing is kept: everything
is gone when it ends (Ctrl-C).

The demo's clock starts at 10:00 of the next business day in Tokyo and runs at 60
times the speed of yours, an hour a minute, unless --speed says otherwise. The page
has buttons to jump ahead; a program can do the same by POST /demo/clock.`,
		Example: "  toban demo\n  toban demo --listen 127.0.0.1:9000 --speed 1\n  curl -d '{\"advance\":\"30m\"}' http://127.0.0.1:8650/demo/clock",
		RunE: func(c *cobra.Command, _ []string) error {
			o.Out, o.Err = c.OutOrStdout(), c.ErrOrStderr()
			if !quiet {
				o.Browse = browse
			}
			if o.Speed < 0 || o.Speed > maxDemoSpeed {
				return &exit{exitUsage, fmt.Errorf("--speed %v: want 0 to %d", o.Speed, maxDemoSpeed)}
			}
			return demo(c.Context(), o)
		},
	}
	c.Flags().StringVar(&o.Listen, "listen", "127.0.0.1:8650", "`address` of the page")
	c.Flags().Float64Var(&o.Speed, "speed", demoSpeed, "world seconds that pass in a second; 0 lets the clock stand")
	c.Flags().BoolVar(&quiet, "no-browser", false, "do not open the page in a browser")
	return c
}

const maxDemoSpeed = 86_400

// demoOptions is what a demo is started with.
type demoOptions struct {
	Listen   string
	Speed    float64
	Out, Err io.Writer
	Browse   func(ctx context.Context, url string) // opens the page; nil: nobody does
	Ready    func(url string, i console.Info)      // told once everything runs; nil is allowed
}

// demo runs the demo until ctx ends; then it ends all that it started and removes its files.
func demo(ctx context.Context, o demoOptions) (err error) {
	dir, err := os.MkdirTemp("", "toban-demo-")
	if err != nil {
		return fmt.Errorf("making a folder for the demo: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	start, err := demoStart(time.Now())
	if err != nil {
		return err
	}
	s, err := openStage(ctx, o.Listen)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	clock := app.NewWorldClock(start, o.Speed)
	// Warnings are about waits and repeats, which the page shows well enough.
	log := slog.New(slog.NewTextHandler(o.Err, &slog.HandlerOptions{Level: slog.LevelError}))
	world := worldOptions{
		Clock: clock, Database: filepath.Join(dir, "demo.db"), Transport: s.calls, Deliver: s.calls, SlackMode: config.SlackSocket, Logger: log,
		BacklogURL: s.url(s.backlog), SlackURL: s.url(s.slack), TobanURL: s.url(s.page), PollEvery: 10 * time.Second, Look: 20 * time.Millisecond,
	}
	world.Files = mailbox(world)
	w, err := newWorld(ctx, world)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.store.Close(), w.closeStandins(worldOptions{})) }()
	s.serve(s.backlog, w.backlog)
	s.serve(s.slack, w.slack)
	d := &demonstration{w: w, clock: clock, backlogURL: s.url(s.backlog), slackURL: s.url(s.slack)}
	c := console.New(d.ports(log))
	w.backlog.OnChange(func() { c.Changed(console.ChangedBacklog); c.Changed(console.ChangedPromises) })
	w.slack.OnChange(func() { c.Changed(console.ChangedSlack); c.Changed(console.ChangedPromises) })
	return serveHTTP(ctx, s.page, c.Handler(), func(ctx context.Context) error {
		defer c.Close()
		told := make(chan struct{})
		go func() {
			defer close(told)
			if d.connected(ctx) {
				d.announce(ctx, o, s.url(s.page))
			}
		}()
		err := w.app.Run(ctx)
		<-told
		return err
	})
}

// demoStart moves the present to a business time, so that the demo makes sense at any hour.
func demoStart(now time.Time) (time.Time, error) {
	cal, err := sla.SupportCenter().Compile()
	if err != nil {
		return time.Time{}, fmt.Errorf("reading the support hours: %w", err)
	}
	return cal.NextStart(now)
}

// connected waits until Socket Mode is up: before that Slack has nobody to tell of a click.
func (d *demonstration) connected(ctx context.Context) bool {
	const look = 10 * time.Millisecond
	for d.w.slack.State("").App.Sockets == 0 {
		select {
		case <-ctx.Done():
			return false
		case <-time.After(look):
		}
	}
	return true
}

func (d *demonstration) announce(ctx context.Context, o demoOptions, url string) {
	i := d.info()
	line, err := json.Marshal(i)
	if err != nil {
		line = []byte(err.Error()) // numbers and texts only: never
	}
	fmt.Fprintf(o.Out, `Toban demo: %s

  Left, Backlog as the customer sees it; right, Slack as staff see it; above, the clock.
  It is %s there, and one of your seconds is %v of its seconds.
  End with Ctrl-C; nothing is kept.

%s
`, url, i.Now.Format("Monday 2 January 2006, 15:04 MST"), i.Speed, line)
	if o.Ready != nil {
		o.Ready(url, i)
	}
	if o.Browse != nil {
		o.Browse(ctx, url)
	}
}

// browse opens an address in the person's browser, where there is one. The address is printed anyway, so a failure needs no words.
func browse(ctx context.Context, url string) {
	name, args := "xdg-open", []string{url}
	switch {
	case runtime.GOOS == "darwin":
		name = "open"
	case runtime.GOOS == "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", url}
	case os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "":
		return
	}
	_ = exec.CommandContext(ctx, name, args...).Run() //nolint:gosec // a fixed program and our own address
}

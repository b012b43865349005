package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"

	"toban/backlog/backlogsim"
	"toban/bot/console"
	"toban/bot/slack/slacksim"
)

func simCommand() *cobra.Command {
	root := &cobra.Command{
		Use: "sim", Short: "Run a stand-in of Backlog, Slack, a mail server or a telephony provider alone", Args: cobra.NoArgs,
		Long: `Runs a stand-in of somebody else's API, for any client that speaks the real one.
Without --seed it starts with a small sample that fits together: project AOZORA with
the customer's API key sample-customer-key in Backlog, channel C0DESK in Slack. The
page at the printed address shows what is in it; nothing is kept when it ends.`,
		Example: `  toban sim backlog --listen 127.0.0.1:8081 --api-key KEY
  toban sim slack --listen 127.0.0.1:8082 --token xoxb-1 --app-token xapp-1
  toban sim mail --listen 127.0.0.1:1025 --page 127.0.0.1:8083
  toban sim phone --listen 127.0.0.1:8084`,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.AddCommand(simBacklogCommand(), simSlackCommand(), simMailCommand(), simPhoneCommand())
	return root
}

func simBacklogCommand() *cobra.Command {
	var listen, key, seedFile string
	var issues int
	c := &cobra.Command{
		Use: "backlog", Short: "Run the stand-in of Backlog (API at http://ADDR/api/v2/)", Args: cobra.NoArgs,
		Long: `Runs a stand-in of one Nulab Backlog space: every call of the API v2, OAuth, webhooks,
rate limits, roles and errors, in memory. KEY is the API key of the bot's user; it is
taken from the Backlog-API-Key header, from ?apiKey= and as a bearer token.

http://ADDR/ shows what is in it. http://ADDR/_sim/ is the control panel: faults (lag,
lost answers, errors, outages, doubled, dropped and reordered webhooks), the clock,
rate limits, and what people do in Backlog's own pages. It asks for no key, so keep
ADDR on the loopback interface.

Without --seed there are three issues of one customer. --issues fills a support desk's
past year with as many; --seed reads a space from a file (see the README of
backlog/backlogsim for its form).`,
		Example: `  toban sim backlog --listen 127.0.0.1:8081 --api-key KEY
  toban sim backlog --api-key KEY --issues 400
  curl -H 'Backlog-API-Key: KEY' 'http://127.0.0.1:8081/api/v2/issues?count=3'
  curl -d '{"rules":[{"status":503,"rate":0.1}]}' http://127.0.0.1:8081/_sim/faults
  curl -d '{"advance":"90m"}' http://127.0.0.1:8081/_sim/clock`,
		RunE: func(c *cobra.Command, _ []string) error {
			seed := backlogsim.SampleSeed()
			switch {
			case issues < 0 || issues > 0 && seedFile != "":
				return &exit{exitUsage, errors.New("--issues takes a number above 0, and does not go with --seed")}
			case issues > 0:
				seed = backlogsim.OfficeSeed(issues, time.Now(), 1)
			}
			if err := readSeed(seedFile, &seed); err != nil {
				return err
			}
			return serveSim(c, listen, "/api/v2/", func(base string) (http.Handler, func() error, error) {
				s := backlogsim.New(backlogsim.Options{BaseURL: base})
				return s, s.Close, s.Load(seed.WithBotKey(key))
			})
		},
	}
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:8081", "`address` to listen on")
	c.Flags().StringVar(&key, "api-key", "", "API `key` of the bot's user")
	c.Flags().StringVar(&seedFile, "seed", "", "JSON `file` with the space's content")
	c.Flags().IntVar(&issues, "issues", 0, "fill a support desk's past year with this `number` of issues")
	mustRequire(c, "api-key")
	return c
}

func simSlackCommand() *cobra.Command {
	var listen, token, appToken, seedFile string
	c := &cobra.Command{
		Use: "slack", Short: "Run the stand-in of Slack (Web API at http://ADDR/api/)", Args: cobra.NoArgs,
		Long: `Runs a Slack workspace with one installed app: Web API, Socket Mode, signed HTTP deliveries, buttons,
modals, App Home, slash commands, response URLs, and a page on which you are one of its people.
Point any client that speaks the real API at it: slack-go by OptionAPIURL, Slack's Node clients by
slackApiUrl, others by their base URL. Everything that the page does can be done by POST /_sim/…
(act as a person, change rights, seed, misbehave on demand): bot/slack/slacksim/README.md tells how.
It has no passwords besides the two tokens, so keep it on loopback.`,
		Example: `  # the sample workspace; then open the printed page
  toban sim slack --listen 127.0.0.1:8082 --token xoxb-1 --app-token xapp-1

  # a workspace of your own (the fields are those of slacksim.Seed)
  toban sim slack --token xoxb-1 --app-token xapp-1 --seed workspace.json

  # press a button as a person
  curl -H 'Content-Type: application/json' http://127.0.0.1:8082/_sim/click \
    -d '{"user":"sato","channel":"C0DESK","ts":"1795849775.164519","action_id":"ack"}'

  # the answer to the next post is lost although the message was stored
  curl -H 'Content-Type: application/json' http://127.0.0.1:8082/_sim/faults \
    -d '{"rules":[{"kind":"drop_after","method":"chat.postMessage","count":1}]}'`,
		RunE: func(c *cobra.Command, _ []string) error {
			seed := slacksim.SampleSeed(token, appToken)
			seed.Messages = slacksim.SampleTalk()
			if err := readSeed(seedFile, &seed); err != nil {
				return err
			}
			seed.App.BotToken, seed.App.AppToken = token, appToken
			fonts, err := console.Fonts()
			if err != nil {
				return fmt.Errorf("opening the fonts: %w", err)
			}
			return serveSim(c, listen, "/api/", func(base string) (http.Handler, func() error, error) {
				s := slacksim.New(slacksim.Options{BaseURL: base, Fonts: fonts})
				return s, s.Close, s.Load(seed)
			})
		},
	}
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:8082", "`address` to listen on")
	c.Flags().StringVar(&token, "token", "", "bot `token` (xoxb-…)")
	c.Flags().StringVar(&appToken, "app-token", "", "app-level `token` (xapp-…)")
	c.Flags().StringVar(&seedFile, "seed", "", "JSON `file` with the workspace's content")
	mustRequire(c, "token", "app-token")
	return c
}

func mustRequire(c *cobra.Command, flags ...string) {
	for _, f := range flags {
		if err := c.MarkFlagRequired(f); err != nil {
			panic(err) // the flag was defined just before
		}
	}
}

// readSeed reads a seed over the sample; a file replaces it whole.
func readSeed[T any](file string, into *T) error {
	if file == "" {
		return nil
	}
	b, err := os.ReadFile(file) //nolint:gosec // the operator's own file
	if err != nil {
		return &exit{exitUsage, fmt.Errorf("reading seed: %w", err)}
	}
	var fresh T
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields() // a misspelt field is noticed
	if err := d.Decode(&fresh); err != nil {
		return &exit{exitUsage, fmt.Errorf("reading seed %s: %w", file, err)}
	}
	*into = fresh
	return nil
}

func serveSim(c *cobra.Command, listen, api string, open func(base string) (http.Handler, func() error, error)) error {
	ln, err := (&net.ListenConfig{}).Listen(c.Context(), "tcp", listen)
	if err != nil {
		return fmt.Errorf("listening on %s: %w", listen, err)
	}
	base := "http://" + ln.Addr().String()
	h, stop, err := open(base)
	if err != nil {
		_ = ln.Close()
		return &exit{exitUsage, err}
	}
	fmt.Fprintf(c.OutOrStdout(), "page %s\nAPI  %s%s\n", base, base, api)
	err = serveHTTP(c.Context(), ln, h, func(ctx context.Context) error {
		<-ctx.Done()
		return stop()
	})
	return err
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"toban/bot"
	"toban/bot/app"
	"toban/bot/store"
	"toban/config"
)

func silenceCommand() *cobra.Command {
	var dir string
	var asJSON bool
	c := &cobra.Command{
		Use:   "silence --config DIR",
		Short: "Show, make and end periods in which nobody is told of alerts",
		Long: `Shows the silences that run or are to come. A silence is of some hosts of a customer,
or all of them, from one moment to another, for a reason. It ends by itself.

In Slack: /toban silence.`,
		Example: "  toban silence --config /etc/toban",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return withSilences(c, dir, func(s app.Silences) error {
				list, err := s.List(c.Context(), "")
				if err != nil {
					return err
				}
				if asJSON {
					return json.NewEncoder(c.OutOrStdout()).Encode(list)
				}
				for _, q := range list {
					fmt.Fprintf(c.OutOrStdout(), "%s  %-12s %-20s %s to %s by %s: %s\n", q.ID, q.Customer, silenced(q), stamp(q.From.UTC()), stamp(q.Until.UTC()), q.Person, q.Reason)
				}
				return nil
			})
		},
	}
	configFlag(c, &dir)
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	c.AddCommand(silenceAddCommand(), silenceEndCommand())
	return c
}

func silenceAddCommand() *cobra.Command {
	var dir, from string
	var length time.Duration
	var q bot.Silence
	c := &cobra.Command{
		Use:   "add --config DIR",
		Short: "Silence alerts of hosts for a while",
		Example: `  toban silence add --config /etc/toban --customer aoba --host web-1,web-2 --for 2h --reason "maintenance"
  toban silence add --config /etc/toban --customer aoba --from 2026-12-01T22:00:00+09:00 --for 4h --reason "move" --ticket AOBA-12`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return withSilences(c, dir, func(s app.Silences) error {
				begin := s.Now().Truncate(time.Second)
				if from != "" {
					var err error
					if begin, err = time.Parse(time.RFC3339, from); err != nil {
						return &exit{exitUsage, fmt.Errorf("--from wants a time such as 2026-12-01T22:00:00+09:00, got %q", from)}
					}
				}
				q.From, q.Until, q.Person = begin, begin.Add(length), operator()
				made, first, err := s.Add(c.Context(), q)
				switch {
				case errors.Is(err, app.ErrSilence):
					return &exit{exitUsage, err}
				case err != nil:
					return err
				case !first:
					fmt.Fprintf(c.OutOrStdout(), "%s is there already\n", made.ID)
				default:
					fmt.Fprintf(c.OutOrStdout(), "%s: alerts of %s are silent until %s\n", made.ID, silenced(made), stamp(made.Until.UTC()))
				}
				return nil
			})
		},
	}
	configFlag(c, &dir)
	f := c.Flags()
	f.StringVar(&q.Customer, "customer", "", "`ID` of the customer")
	f.StringSliceVar(&q.Hosts, "host", nil, "`name` of a host; again for several; none: all of the customer's")
	f.StringVar(&from, "from", "", "`time` of the beginning (default now)")
	f.DurationVar(&length, "for", 0, "how `long`, such as 2h")
	f.StringVar(&q.Reason, "reason", "", "why, as staff read it")
	f.StringVar(&q.Ticket, "ticket", "", "`key` of the ticket that asked for it")
	for _, name := range []string{"customer", "for", "reason"} {
		if err := c.MarkFlagRequired(name); err != nil {
			panic(err) // the flag was defined above
		}
	}
	return c
}

func silenceEndCommand() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use: "end --config DIR ID", Short: "End a silence before its time", Args: oneWord("end wants the id of a silence, such as S-ABC234"),
		Example: "  toban silence end --config /etc/toban S-ABC234",
		RunE: func(c *cobra.Command, args []string) error {
			return withSilences(c, dir, func(s app.Silences) error {
				ok, err := s.End(c.Context(), strings.ToUpper(args[0]), operator())
				if err == nil && !ok {
					return &exit{exitFailed, fmt.Errorf("there is no silence %s, or it is over", args[0])}
				}
				if err == nil {
					fmt.Fprintf(c.OutOrStdout(), "%s is over\n", strings.ToUpper(args[0]))
				}
				return err
			})
		},
	}
	configFlag(c, &dir)
	return c
}

func withSilences(c *cobra.Command, dir string, f func(app.Silences) error) error {
	return withStore(c, dir, func(cfg *config.Config, st *store.Store) error {
		now, err := st.Now(context.WithoutCancel(c.Context()))
		if err != nil {
			return err
		}
		return f(app.Silences{Store: st, Config: cfg, Now: func() time.Time { return now }})
	})
}

func silenced(q bot.Silence) string {
	if len(q.Hosts) == 0 {
		return "every host"
	}
	return strings.Join(q.Hosts, ", ")
}

package main

import (
	"context"
	"fmt"
	"os/user"
	"time"

	"github.com/spf13/cobra"

	"toban/bot/app"
	"toban/bot/store"
	"toban/config"
)

func stopCommand() *cobra.Command {
	var dir, customer, reason string
	c := &cobra.Command{
		Use:   "stop --config DIR",
		Short: "Stop what goes outward, on every replica",
		Long: `Stops comments, reports, mails and calls, for one customer or for all, within five
seconds on every replica, and until "toban start", also over a restart. Clocks and
timers go on, and staff still see everything in Slack. What would have gone out
waits; what is withdrawn or overtaken meanwhile never goes out.

In Slack: /toban stop [customer] [reason].`,
		Example: "  toban stop --config /etc/toban --reason \"wrong wording\"\n  toban stop --config /etc/toban --customer aoba",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return withSwitch(c, dir, func(s app.Switch) error {
				first, err := s.Stop(c.Context(), customer, operator(), reason)
				switch {
				case err != nil:
					return err
				case !first:
					fmt.Fprintln(c.OutOrStdout(), "it was stopped already")
				default:
					fmt.Fprintf(c.OutOrStdout(), "stopped: nothing goes outward for %s within 5 seconds; \"toban start\" goes on\n", whom(customer))
				}
				return nil
			})
		},
	}
	configFlag(c, &dir)
	c.Flags().StringVar(&customer, "customer", "", "stop this customer `ID` only")
	c.Flags().StringVar(&reason, "reason", "", "why, as staff read it in Slack")
	return c
}

func startCommand() *cobra.Command {
	var dir, customer string
	c := &cobra.Command{
		Use:   "start --config DIR",
		Short: "Let what was stopped go out again",
		Long: `Ends a stop, or every stop without --customer. What waited goes out in its order
and is marked late where it is.

In Slack: /toban start [customer].`,
		Example: "  toban start --config /etc/toban\n  toban start --config /etc/toban --customer aoba",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return withSwitch(c, dir, func(s app.Switch) error {
				ended, err := s.Start(c.Context(), customer, operator())
				switch {
				case err != nil:
					return err
				case ended == 0:
					fmt.Fprintln(c.OutOrStdout(), "nothing was stopped")
				default:
					fmt.Fprintf(c.OutOrStdout(), "started: what waited for %s goes out now\n", whom(customer))
				}
				return nil
			})
		},
	}
	configFlag(c, &dir)
	c.Flags().StringVar(&customer, "customer", "", "start this customer `ID` only")
	return c
}

// withSwitch gives a command the switch of a folder's database; its time is the database's.
func withSwitch(c *cobra.Command, dir string, f func(app.Switch) error) error {
	return withStore(c, dir, func(cfg *config.Config, st *store.Store) error {
		now, err := st.Now(context.WithoutCancel(c.Context()))
		if err != nil {
			return err
		}
		return f(app.Switch{Store: st, Config: cfg, Now: func() time.Time { return now }})
	})
}

// operator names who types.
func operator() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username + "(コマンドライン)"
	}
	return "コマンドライン"
}

func whom(customer string) string {
	if customer == "" {
		return "all customers"
	}
	return "customer " + customer
}

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"toban/bot"
	"toban/bot/app"
	"toban/bot/store"
	"toban/config"
)

func modeCommand() *cobra.Command {
	var dir, reason string
	var asJSON bool
	c := &cobra.Command{
		Use:   "mode --config DIR [PROJECT MODE]",
		Short: "Show or change how far Toban goes in a project",
		Long: `Shows the mode of each project, or changes one while Toban runs; every replica
obeys within a second. PROJECT is a project's key, or a customer's id for all of
its projects.

  off     nothing is decided or sent
  shadow  decides and records everything and shows in Slack what it would have
          said and when; sends nothing outward
  assist  what goes outward waits until somebody presses 送る in Slack
  on      normal

What was decided in shadow never goes out later. What waits in assist stays
waiting when the mode goes on; it ends when the mode goes back. Clocks go on in
shadow and in assist.

The mode in customers/NAME.yaml is taken over when the file changes (at a start or
SIGHUP); what is set here holds until then, so write it there, too.

In Slack: /toban mode.`,
		Example: "  toban mode --config /etc/toban\n  toban mode --config /etc/toban AOBA shadow --reason \"first week\"",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 0 && len(args) != 2 {
				return &exit{exitUsage, fmt.Errorf("mode wants a project and a mode (off, shadow, assist or on), or neither, got %d words", len(args))}
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 2 && !bot.Mode(args[1]).Valid() {
				return &exit{exitUsage, fmt.Errorf("%q is no mode; allowed are off, shadow, assist and on", args[1])}
			}
			return withStore(c, dir, func(cfg *config.Config, st *store.Store) error {
				now, err := st.Now(context.WithoutCancel(c.Context()))
				if err != nil {
					return err
				}
				at := func() time.Time { return now }
				m := app.Modes{Store: st, Config: cfg, Now: at, Machine: at}
				if len(args) == 0 {
					return showModes(c, m, asJSON)
				}
				if _, err := m.Find(args[0]); err != nil {
					return &exit{exitUsage, err}
				}
				changed, err := m.Set(c.Context(), args[0], bot.Mode(args[1]), operator(), reason)
				if err != nil {
					return err
				}
				return changedModes(c, m, args[0], args[1], changed, asJSON)
			})
		},
	}
	configFlag(c, &dir)
	c.Flags().StringVar(&reason, "reason", "", "why, as staff read it in Slack")
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	return c
}

// listModes are the modes of the configuration's projects; one that no running Toban has taken over yet is as the file says.
func listModes(ctx context.Context, m app.Modes) ([]store.Mode, error) {
	stored, err := m.Store.Modes(ctx)
	if err != nil {
		return nil, err
	}
	known := map[bot.ModeKey]store.Mode{}
	for _, x := range stored {
		known[x.ModeKey] = x
	}
	var out []store.Mode
	for i := range m.Config.Customers {
		c := &m.Config.Customers[i]
		for _, p := range c.Projects {
			k, written := bot.ModeKey{Customer: c.ID, Project: p}, bot.Mode(c.ModeOf(p))
			x, ok := known[k]
			if !ok || x.Written != written { // what the file says now is taken over at the next start or SIGHUP
				x = store.Mode{ModeKey: k, Mode: written, Written: written, Person: app.ByConfiguration}
				if ok {
					x.Mode, x.Since, x.Person = known[k].Mode, known[k].Since, known[k].Person
				}
			}
			out = append(out, x)
		}
	}
	return out, nil
}

func showModes(c *cobra.Command, m app.Modes, asJSON bool) error {
	list, err := listModes(c.Context(), m)
	if err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(c.OutOrStdout()).Encode(list)
	}
	for _, x := range list {
		line := fmt.Sprintf("%-12s %-12s %-7s", x.Customer, x.Project, x.Mode)
		if !x.Since.IsZero() {
			line += " since " + x.Since.UTC().Format(time.RFC3339) + " by " + x.Person
		}
		if x.Written != x.Mode {
			line += fmt.Sprintf("; customers/%s.yaml says %s", x.Customer, x.Written)
		}
		fmt.Fprintln(c.OutOrStdout(), line)
	}
	return nil
}

func changedModes(c *cobra.Command, m app.Modes, word, mode string, changed []bot.ModeKey, asJSON bool) error {
	out := c.OutOrStdout()
	if asJSON {
		return json.NewEncoder(out).Encode(struct {
			Mode    string        `json:"mode"`
			Changed []bot.ModeKey `json:"changed"`
		}{mode, append([]bot.ModeKey{}, changed...)})
	}
	if len(changed) == 0 {
		fmt.Fprintf(out, "%s has the mode %s already\n", word, mode)
		return nil
	}
	for _, k := range changed {
		fmt.Fprintf(out, "%s is in mode %s now\n", k.Project, mode)
		if cust, ok := m.Config.Customer(k.Customer); ok && string(cust.ModeOf(k.Project)) != mode {
			fmt.Fprintf(out, "customers/%s.yaml says %s: write it there, too\n", k.Customer, cust.ModeOf(k.Project))
		}
	}
	return nil
}

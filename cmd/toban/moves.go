package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"toban/bot"
	"toban/bot/app"
	"toban/bot/desk"
	"toban/bot/incident"
	"toban/bot/store"
	"toban/config"
	"toban/sla"
)

// moved is an open ticket whose promises another configuration would alter.
type moved struct {
	Key     string     `json:"key"`
	Summary string     `json:"summary"`
	Moves   []sla.Move `json:"moves"`
}

func movesCommand() *cobra.Command {
	var dir, fresh string
	var asJSON bool
	c := &cobra.Command{
		Use:   "moves --config DIR --new DIR",
		Short: "Show which open tickets a changed calendar or policy would move, before it is applied",
		Long: `Derives the promises of every open ticket twice, under the configuration that runs and
under a changed copy of it, and lists those that differ: deadline, state, promises that
come or go. Nothing is changed. The exit code is 3 when something would move.`,
		Example: "  cp -r /etc/toban /tmp/next && editor /tmp/next/profiles/desk-plus.yaml\n  toban sla moves --config /etc/toban --new /tmp/next",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := load(dir)
			if err != nil {
				return err
			}
			next, err := load(fresh)
			if err != nil {
				return err
			}
			st, err := openStore(c.Context(), cfg, false, newLogger(cfg, c.ErrOrStderr()))
			if err != nil {
				return err
			}
			defer func() { _ = st.Close() }()
			list, open, err := moves(c.Context(), st, cfg, next, time.Now())
			if err != nil {
				return err
			}
			return printMoves(c.OutOrStdout(), list, open, asJSON)
		},
	}
	configFlag(c, &dir)
	c.Flags().StringVar(&fresh, "new", "", "changed configuration `folder`")
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	if err := c.MarkFlagRequired("new"); err != nil {
		panic(err) // the flag was defined above
	}
	return c
}

// moves compares the promises of all open tickets; open is their number.
func moves(ctx context.Context, st *store.Store, old, fresh *config.Config, now time.Time) (list []moved, open int, err error) {
	before, err := app.Directory(old, nil)
	if err != nil {
		return nil, 0, err
	}
	after, err := app.Directory(fresh, nil)
	if err != nil {
		return nil, 0, err
	}
	tickets, err := st.OpenTickets(ctx)
	if err != nil {
		return nil, 0, err
	}
	for _, t := range tickets {
		if t.Status.Ended() {
			continue
		}
		open++
		loaded, err := st.Load(ctx, t.ID)
		if err != nil {
			return nil, 0, err
		}
		was, err := promisesOf(loaded, before, now)
		if err != nil {
			return nil, 0, err
		}
		is, err := promisesOf(loaded, after, now)
		if err != nil {
			return nil, 0, err
		}
		if m := sla.Moves(was, is); len(m) > 0 {
			list = append(list, moved{Key: t.Key, Summary: t.Summary, Moves: m})
		}
	}
	return list, open, nil
}

func promisesOf(l store.Loaded, dir *bot.Directory, now time.Time) ([]sla.Result, error) {
	var out []sla.Result
	for name, promises := range map[string]func(bot.In) ([]sla.Result, error){desk.Name: desk.Promises, incident.Name: incident.Promises} {
		list, err := promises(bot.In{Now: now, Dir: dir, Ticket: l.Ticket, State: l.States[name].State})
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

func printMoves(out io.Writer, list []moved, open int, asJSON bool) error {
	if asJSON {
		if err := json.NewEncoder(out).Encode(map[string]any{"open": open, "moved": list}); err != nil {
			return err
		}
	} else {
		for _, m := range list {
			fmt.Fprintf(out, "%s %s\n", m.Key, m.Summary)
			for _, x := range m.Moves {
				fmt.Fprintln(out, "  "+x.String())
			}
		}
		fmt.Fprintf(out, "%d of %d open tickets would move\n", len(list), open)
	}
	if len(list) > 0 {
		return &exit{exitFinding, nil}
	}
	return nil
}

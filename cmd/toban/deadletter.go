package main

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"toban/bot/store"
	"toban/config"
)

func deadLetterCommand() *cobra.Command {
	root := &cobra.Command{
		Use:     "deadletter",
		Short:   "List and replay what could not be handled",
		Example: "  toban deadletter list --config /etc/toban\n  toban deadletter replay --config /etc/toban effect:12",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	var dir string
	var asJSON, raw bool
	list := &cobra.Command{
		Use: "list --config DIR", Short: "List events, effects and requests that could not be handled", Args: cobra.NoArgs,
		Example: "  toban deadletter list --config /etc/toban\n  toban deadletter list --config /etc/toban --json --raw",
		RunE: func(c *cobra.Command, _ []string) error {
			return withStore(c, dir, func(_ *config.Config, st *store.Store) error {
				letters, err := st.DeadLetters(c.Context())
				if err != nil {
					return err
				}
				if asJSON {
					return json.NewEncoder(c.OutOrStdout()).Encode(letters)
				}
				out := c.OutOrStdout()
				for _, l := range letters {
					fmt.Fprintf(out, "%s\t%s\t%s\t%s\n", l.ID, l.At.Format(time.RFC3339), l.What, l.Problem)
					if raw {
						fmt.Fprintln(out, "\t"+l.Raw)
					}
				}
				fmt.Fprintf(out, "%d dead letters\n", len(letters))
				return nil
			})
		},
	}
	list.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	list.Flags().BoolVar(&raw, "raw", false, "show the stored text too")
	replay := &cobra.Command{
		Use: "replay --config DIR ID...", Short: "Handle dead letters again; an effect is looked for before it is repeated", Args: cobra.MinimumNArgs(1),
		Long: `Gives dead letters back to a running Toban, or to the next one that starts. An effect
is looked for before it is repeated. The IDs are those that "toban deadletter list" shows.`,
		Example: "  toban deadletter replay --config /etc/toban event:3 effect:12",
		RunE: func(c *cobra.Command, args []string) error {
			return withStore(c, dir, func(_ *config.Config, st *store.Store) error {
				for _, id := range args {
					if err := st.Replay(c.Context(), id); err != nil {
						return err
					}
					fmt.Fprintln(c.OutOrStdout(), "replayed", id)
				}
				return nil
			})
		},
	}
	for _, c := range []*cobra.Command{list, replay} {
		configFlag(c, &dir)
		root.AddCommand(c)
	}
	return root
}

// withStore opens the database of a folder for a command that works beside a running Toban.
func withStore(c *cobra.Command, dir string, f func(*config.Config, *store.Store) error) error {
	cfg, err := load(dir)
	if err != nil {
		return err
	}
	st, err := openStore(c.Context(), cfg, false, newLogger(cfg, c.ErrOrStderr()))
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }()
	return f(cfg, st)
}

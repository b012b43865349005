package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"toban/bot/store"
	"toban/config"
)

func restoredCommand() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use:   "restored --config DIR",
		Short: "Tell Toban that its database was restored from a copy",
		Long: `A restored database does not remember what was said after the copy was made.
Run this once after a restore, or after a fail-over that may have lost commits,
before "toban serve": everything that is waiting, and everything decided in the
week after, is then looked for in Backlog and Slack before it is sent.`,
		Example: "  toban restored --config /etc/toban",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return withStore(c, dir, func(_ *config.Config, st *store.Store) error {
				if err := st.OpenEpoch(c.Context(), time.Now()); err != nil {
					return err
				}
				fmt.Fprintln(c.OutOrStdout(), "a new epoch is open: effects are looked for before they are sent")
				return nil
			})
		},
	}
	configFlag(c, &dir)
	return c
}

package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"toban/bot/app"
)

func retentionCommand() *cobra.Command {
	var dir string
	var run, asJSON bool
	c := &cobra.Command{
		Use:   "retention --config DIR",
		Short: "Show what was kept long enough, or remove it",
		Long: `Counts what is older than retention of server.yaml allows: handled events, mails
and calls, ended tickets with their history. Nothing is removed without --run;
"toban serve" removes it once a day by itself. What is open, waits or is a dead
letter stays, however old. A backup holds it as long as the backup is kept.`,
		Example: "  toban retention --config /etc/toban\n  toban retention --config /etc/toban --run",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := load(dir)
			if err != nil {
				return err
			}
			st, err := openStore(c.Context(), cfg, false, slog.New(slog.DiscardHandler))
			if err != nil {
				return err
			}
			defer func() { _ = st.Close() }()
			now, err := st.Now(c.Context())
			if err != nil {
				return err
			}
			keep := app.Keep(cfg.Server.Retention, now)
			list, err := st.Expire(c.Context(), keep, !run)
			if err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(c.OutOrStdout()).Encode(map[string]any{
					"removed": run, "kinds": list, "raw_events_before": keep.RawEvents, "messages_before": keep.Messages, "records_before": keep.Records,
				})
			}
			word := "would be removed"
			if run {
				word = "removed"
			}
			fmt.Fprintf(c.OutOrStdout(), "Raw events before %s, messages before %s, records before %s:\n",
				keep.RawEvents.Format(time.DateOnly), keep.Messages.Format(time.DateOnly), keep.Records.Format(time.DateOnly))
			for _, e := range list {
				fmt.Fprintf(c.OutOrStdout(), "  %d %s %s\n", e.Rows, e.Kind, word)
			}
			if len(list) == 0 {
				fmt.Fprintln(c.OutOrStdout(), "  nothing is that old")
			}
			return nil
		},
	}
	configFlag(c, &dir)
	c.Flags().BoolVar(&run, "run", false, "remove it now")
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	return c
}

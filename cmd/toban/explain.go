package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"toban/bot"
	"toban/bot/store"
	"toban/config"
	"toban/sla"
)

func explainCommand() *cobra.Command {
	var dir, lang string
	var asJSON, short bool
	c := &cobra.Command{
		Use:   "explain --config DIR KEY",
		Short: "Show why a ticket's promises stand as they do",
		Long: `Shows every clock of a ticket: what was promised under which calendar, the days and
hours that counted and those that did not and why, each pause with its source, the
deadline and the judgement; then what Toban decided and why. Times are in the
customer's zone. Nothing is changed.`,
		Example: "  toban explain --config /etc/toban AOBA-12\n  toban explain --config /etc/toban --lang ja --short AOBA-12",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			in, err := language(lang)
			if err != nil {
				return err
			}
			cfg, err := load(dir)
			if err != nil {
				return err
			}
			st, err := openStore(c.Context(), cfg, false, newLogger(cfg, c.ErrOrStderr()))
			if err != nil {
				return err
			}
			defer func() { _ = st.Close() }()
			t, err := findTicket(c, st, args[0])
			if err != nil {
				return err
			}
			clocks, err := st.TicketClocks(c.Context(), t.ID)
			if err != nil {
				return err
			}
			trail, err := st.Audit(c.Context(), t.ID)
			if err != nil {
				return err
			}
			zone := zoneOf(cfg, t)
			for i := range clocks {
				clocks[i].Ledger = sla.InZone(clocks[i].Ledger, zone)
			}
			if asJSON {
				return explainJSON(c.OutOrStdout(), t, clocks, trail, in)
			}
			out := c.OutOrStdout()
			fmt.Fprintf(out, "%s %s\n%s (%s), %s, status %s\n", t.Key, t.Summary, t.Type, t.Class, t.Confidence, t.Status)
			for _, k := range clocks {
				fmt.Fprintf(out, "\n%s [%s] %s\n", k.Name, k.Level, verdict(k.ClockRow))
				for _, l := range explained(k.ClockRow, in, short) {
					fmt.Fprintln(out, "  "+l)
				}
			}
			if short {
				return nil
			}
			fmt.Fprintln(out, "\nDecisions")
			for _, l := range trail {
				fmt.Fprintf(out, "  %s %-8s %s: %s\n", l.At.In(zone).Format(time.RFC3339), l.Feature, l.What, l.Why)
			}
			return nil
		},
	}
	configFlag(c, &dir)
	c.Flags().StringVar(&lang, "lang", "en", "`language` of the arithmetic: en or ja")
	c.Flags().BoolVar(&short, "short", false, "a few lines a clock, as in Slack")
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	return c
}

func language(name string) (sla.Language, error) {
	if name != string(sla.English) && name != string(sla.Japanese) {
		return "", &exit{exitUsage, fmt.Errorf("language %q: want en or ja", name)}
	}
	return sla.Language(name), nil
}

func findTicket(c *cobra.Command, st *store.Store, key string) (*bot.Ticket, error) {
	t, err := st.FindTicket(c.Context(), strings.ToUpper(key)) // keys of issues are in capitals
	if errors.Is(err, store.ErrNotFound) {
		return nil, fmt.Errorf("%w: the key is written as in Backlog, and Toban knows what happened in it since its first start", err)
	}
	return t, err
}

func zoneOf(cfg *config.Config, t *bot.Ticket) *time.Location {
	if cust, ok := cfg.Customer(t.Customer); ok {
		return cust.Zone
	}
	return time.UTC
}

// verdict keeps a breach apart from a miss.
func verdict(r bot.ClockRow) string {
	return sla.Verdict(r.State, r.Level, sla.English)
}

func explained(r bot.ClockRow, in sla.Language, short bool) []string {
	write := sla.Write
	if short {
		write = sla.Short
	}
	lines := write(r.Ledger, in)
	if short && len(lines) > 0 {
		return lines
	}
	for _, remark := range r.Explain {
		lines = append(lines, remark.Text(in))
	}
	return lines
}

// explainedClock is a clock with its explanation as data and as text.
type explainedClock struct {
	store.KeyedClock
	Verdict string   `json:"verdict"`
	Text    []string `json:"text"`
	Short   []string `json:"short"`
	// Lines are the long form in both languages, line by line.
	Lines []sla.Remark `json:"lines"`
}

func explainJSON(out io.Writer, t *bot.Ticket, clocks []store.KeyedClock, trail any, in sla.Language) error {
	list := make([]explainedClock, len(clocks))
	for i, k := range clocks {
		list[i] = explainedClock{k, verdict(k.ClockRow), explained(k.ClockRow, in, false), explained(k.ClockRow, in, true), sla.Both(k.Ledger, k.Explain)}
	}
	return json.NewEncoder(out).Encode(map[string]any{"ticket": t, "clocks": list, "audit": trail})
}

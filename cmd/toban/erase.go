package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"toban/bot/store"
	"toban/config"
)

func eraseCommand() *cobra.Command {
	var dir, customer, word, reason, proof string
	var run, asJSON bool
	c := &cobra.Command{
		Use:   "erase --config DIR --customer ID --reason TEXT [--word NAME]",
		Short: "Erase a person, or a whole customer, from all that Toban keeps",
		Long: `Takes a word, such as a person's name or mail address, out of everything that is kept
of a customer: tickets with their history, states, clocks, what was said and heard,
closed months, whose figures stay, and the audit trail, whose chain stays whole. Cards
and messages in Slack are edited in place by the running Toban. Without --word all of
the customer goes, once nothing of it is open. Nothing is changed without --run.

Erase the word in Backlog first: what it still says is read again when somebody writes
on the ticket. What is still to go out stays as it is; run the
command again then. --certificate writes what was erased of a whole customer, when and by whom, with
the head of the trail's chain, to be handed over. Requests that could not be read are kept for raw_events_days,
backups as long as they are kept. Give each spelling of a name by itself.`,
		Example: "  toban erase --config /etc/toban --customer aoba --word \"山田 太郎\" --reason \"asked for on 2026-11-20\"\n" +
			"  toban erase --config /etc/toban --customer aoba --word \"山田 太郎\" --reason \"asked for on 2026-11-20\" --run\n" +
			"  toban erase --config /etc/toban --customer aoba --reason \"contract ended\" --certificate aoba.md --run",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return withStore(c, dir, func(cfg *config.Config, st *store.Store) error {
				if err := errors.Join(erasable(cfg, customer, word, reason), certifiable(proof, word, run)); err != nil {
					return &exit{exitUsage, err}
				}
				now, err := st.Now(c.Context())
				if err != nil {
					return err
				}
				what := store.Erasure{Customer: customer, Word: word, Why: reason, Now: now}
				var kinds []store.Expired
				if proof != "" {
					if kinds, _, err = st.Forget(c.Context(), what, true); err != nil {
						return err
					}
					if kinds, err = counted(proof, kinds); err != nil {
						return err
					}
				}
				done, open, err := st.Forget(c.Context(), what, !run)
				if err != nil {
					return err
				}
				if proof != "" {
					if err := certify(c, cfg, st, what, kinds, proof); err != nil {
						return err
					}
				}
				out := c.OutOrStdout()
				if asJSON {
					return json.NewEncoder(out).Encode(map[string]any{"customer": customer, "changed": run, "kinds": slices.Concat(done, []store.Expired{}), "still_to_go_out": open})
				}
				did := "would be changed; --run does it"
				if run {
					did = "changed"
				}
				for _, x := range done {
					fmt.Fprintf(out, "%d %s %s\n", x.Rows, x.Kind, did)
				}
				if len(done) == 0 {
					fmt.Fprintln(out, "nothing holds it")
				}
				if open > 0 {
					fmt.Fprintf(out, "%d effects that are still to go out hold it: run the command again when they have\n", open)
				}
				return nil
			})
		},
	}
	configFlag(c, &dir)
	c.Flags().StringVar(&customer, "customer", "", "whose records, by `ID`")
	c.Flags().StringVar(&word, "word", "", "what to erase wherever it stands; everything when empty")
	c.Flags().StringVar(&reason, "reason", "", "why, for the trail: without the word itself")
	c.Flags().StringVar(&proof, "certificate", "", "`FILE` for the certificate of a whole customer's deletion")
	c.Flags().BoolVar(&run, "run", false, "do it now")
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	for _, name := range []string{"customer", "reason"} {
		_ = c.MarkFlagRequired(name)
	}
	return c
}

// erasable refuses words that the records need to be read at all.
func erasable(cfg *config.Config, customer, word, reason string) error {
	if word == "" {
		return nil
	}
	if strings.Contains(reason, word) {
		return fmt.Errorf("erasing %q: the reason stays in the trail, say it without the word", word)
	}
	needed := []string{customer}
	if c, ok := cfg.Customer(customer); ok {
		needed = append(append(needed, c.Space, c.Channel), c.Projects...)
	}
	for i := range cfg.People {
		needed = append(needed, cfg.People[i].ID, cfg.People[i].Slack)
	}
	for _, x := range needed {
		if x != "" && (strings.Contains(x, word) || word == x) {
			return fmt.Errorf("erasing %q: the configuration names something %q, by which records are found", word, x)
		}
	}
	return nil
}

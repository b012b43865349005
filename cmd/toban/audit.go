package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"toban/bot"
	"toban/bot/store"
	"toban/config"
)

func auditCommand() *cobra.Command {
	var dir string
	var asJSON bool
	c := &cobra.Command{
		Use:   "audit --config DIR KEY",
		Short: "Show everything that was decided and said of a ticket",
		Long: `Shows the trail of a ticket in the order of time: every transition with who and
why, every figure that changed, and every message, mail and call with its end.
A number in front of a line is its place in the customer's chain, see "audit
verify"; a dash means that it is not sealed yet, which takes a second.`,
		Example: "  toban audit --config /etc/toban AOBA-12\n  toban audit --config /etc/toban --json AOBA-12\n  toban audit verify --config /etc/toban",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return withStore(c, dir, func(cfg *config.Config, st *store.Store) error {
				t, err := findTicket(c, st, args[0])
				if err != nil {
					return err
				}
				lines, err := st.Audit(c.Context(), t.ID)
				if err != nil {
					return err
				}
				said, err := st.Deliveries(c.Context(), t.ID)
				if err != nil {
					return err
				}
				if asJSON {
					return auditJSON(c.OutOrStdout(), t, lines, said)
				}
				auditText(c.OutOrStdout(), t, zoneOf(cfg, t), lines, said)
				return nil
			})
		},
	}
	configFlag(c, &dir)
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	c.AddCommand(auditVerifyCommand(), auditEraseCommand())
	return c
}

// auditedLine is a line of the trail as it is printed as JSON.
type auditedLine struct {
	N       int64     `json:"n"` // place in the customer's chain; 0 while it is not sealed
	At      time.Time `json:"at"`
	Feature string    `json:"feature"`
	bot.Reason
}

func auditJSON(out io.Writer, t *bot.Ticket, lines []store.AuditLine, said []store.Delivery) error {
	list := make([]auditedLine, len(lines))
	for i, l := range lines {
		list[i] = auditedLine{N: l.N, At: l.At, Feature: l.Feature, Reason: l.Reason}
	}
	return json.NewEncoder(out).Encode(map[string]any{"ticket": t.Key, "id": t.ID, "customer": t.Customer, "lines": list, "deliveries": said})
}

// auditText prints decisions and deliveries as one list, in the order of time.
func auditText(out io.Writer, t *bot.Ticket, zone *time.Location, lines []store.AuditLine, said []store.Delivery) {
	fmt.Fprintf(out, "%s %s\n%s (%s), %s, status %s, customer %s\n\n", t.Key, t.Summary, t.Type, t.Class, t.Confidence, t.Status, t.Customer)
	deliver := func(until time.Time) {
		for len(said) > 0 && (until.IsZero() || said[0].Time().Before(until)) {
			fmt.Fprintf(out, "      %s %-8s %s\n", said[0].Time().In(zone).Format(time.RFC3339), "sent", delivered(said[0]))
			said = said[1:]
		}
	}
	for _, l := range lines {
		deliver(l.At)
		n := "-"
		if l.N > 0 {
			n = fmt.Sprint(l.N)
		}
		fmt.Fprintf(out, "%5s %s %-8s %s: %s [%s]\n", n, l.At.In(zone).Format(time.RFC3339), l.Feature, l.What, l.Why, l.Ref)
	}
	deliver(time.Time{})
}

func delivered(d store.Delivery) string {
	end := d.State
	if end == "done" && d.Attempts > 1 {
		end = fmt.Sprintf("done at try %d", d.Attempts)
	}
	if d.Verified {
		end += " and read back"
	}
	parts := []string{fmt.Sprintf("%s %s: %s", d.Kind, d.Number, end), d.RemoteID, d.Outcome, d.Why, d.Problem}
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), ", ")
}

func auditVerifyCommand() *cobra.Command {
	var dir, heads string
	var asJSON bool
	c := &cobra.Command{
		Use:   "verify --config DIR",
		Short: "Check that nothing of the audit trail was changed",
		Long: `Goes through the chain of each customer and compares it with the trail. A line that
was changed, removed, put in or moved is found, and the first place is named.
What was erased by "audit erase" or by retention is counted, not found fault with.

Who may write to every table could make a whole new chain. Keep what --json
prints somewhere else, and give it to --heads the next time: then that is found,
too. Exit code 3 says that something was found.`,
		Example: "  toban audit verify --config /etc/toban\n  toban audit verify --config /etc/toban --json > heads.json\n  toban audit verify --config /etc/toban --heads heads.json",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			var earlier store.AuditCheck
			if heads != "" {
				raw, err := os.ReadFile(heads) //nolint:gosec // a file that the operator names
				if err != nil {
					return &exit{exitUsage, fmt.Errorf("reading earlier heads: %w", err)}
				}
				if err := json.Unmarshal(raw, &earlier); err != nil {
					return &exit{exitUsage, fmt.Errorf("reading earlier heads in %s: %w; want what \"audit verify --json\" printed", heads, err)}
				}
			}
			return withStore(c, dir, func(_ *config.Config, st *store.Store) error {
				found, err := st.VerifyAudit(c.Context(), earlier.Chains)
				if err != nil {
					return err
				}
				if asJSON {
					err = json.NewEncoder(c.OutOrStdout()).Encode(found)
				} else {
					verifyText(c.OutOrStdout(), found)
				}
				if err == nil && len(found.Findings) > 0 {
					return &exit{Code: exitFinding}
				}
				return err
			})
		},
	}
	configFlag(c, &dir)
	c.Flags().StringVar(&heads, "heads", "", "`FILE` with what --json printed earlier")
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	return c
}

func verifyText(out io.Writer, found store.AuditCheck) {
	for _, c := range found.Chains {
		name := c.Customer
		if name == "" {
			name = "(no customer)"
		}
		fmt.Fprintf(out, "%s: %d lines sealed, %d of them erased, %d not sealed yet; head %s\n", name, c.N, c.Erased, c.Unsealed, c.Hash)
	}
	for _, f := range found.Findings {
		fmt.Fprintf(out, "FOUND %s, line %d (row %d) %s: %s\n", f.Customer, f.N, f.Line, f.Ticket, f.What)
	}
	if len(found.Findings) == 0 {
		fmt.Fprintln(out, "the trail is what was sealed")
	}
}

func auditEraseCommand() *cobra.Command {
	var dir, customer, word, reason string
	var run bool
	c := &cobra.Command{
		Use:   "erase --config DIR --customer ID --reason TEXT [--word NAME]",
		Short: "Erase a person, or a whole customer, from the audit trail",
		Long: `Takes a word, such as a person's name, out of a customer's audit trail, or all of its
lines without --word. The chain over the digests stays, and a line of it says
which lines were erased and why, so that "audit verify" goes on to hold. Nothing
is changed without --run. Backups hold the words as long as they are kept.`,
		Example: "  toban audit erase --config /etc/toban --customer aoba --word \"山田 太郎\" --reason \"asked for on 2026-11-20\"\n" +
			"  toban audit erase --config /etc/toban --customer aoba --reason \"contract ended\" --run",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return withStore(c, dir, func(_ *config.Config, st *store.Store) error {
				now, err := st.Now(c.Context())
				if err != nil {
					return err
				}
				n, err := st.Erase(c.Context(), store.Erasure{Customer: customer, Word: word, Why: reason, Now: now}, !run)
				if err != nil {
					return err
				}
				done := "would be changed; --run does it"
				if run {
					done = "changed"
				}
				fmt.Fprintf(c.OutOrStdout(), "%d lines %s\n", n, done)
				return nil
			})
		},
	}
	configFlag(c, &dir)
	c.Flags().StringVar(&customer, "customer", "", "whose trail, by `ID`")
	c.Flags().StringVar(&word, "word", "", "what to erase wherever it stands; everything when empty")
	c.Flags().StringVar(&reason, "reason", "", "why, for the trail: without the word itself")
	c.Flags().BoolVar(&run, "run", false, "do it now")
	for _, name := range []string{"customer", "reason"} {
		_ = c.MarkFlagRequired(name)
	}
	return c
}

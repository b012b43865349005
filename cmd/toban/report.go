package main

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"toban/bot/app"
	"toban/bot/digest"
	"toban/report"
)

func reportCommand() *cobra.Command {
	var dir, customer, month string
	var asJSON bool
	c := &cobra.Command{
		Use:   "report --config DIR --customer C --month YYYY-MM",
		Short: "Write a customer's monthly report to the wiki",
		Long: `Writes the month's page and its child page with every ticket to the customer's
Backlog wiki, in the project's own text rule. Running it twice changes nothing;
a page that a person changed is not overwritten: the new text waits beside it.`,
		Example: "  toban report --config /etc/toban --customer aoba --month 2026-11",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return writeReport(c, dir, customer, month, asJSON)
		},
	}
	configFlag(c, &dir)
	c.Flags().StringVar(&customer, "customer", "", "customer `id`: the name of the customer's file")
	c.Flags().StringVar(&month, "month", "", "month as `YYYY-MM`")
	c.Flags().BoolVar(&asJSON, "json", false, "print the figures as JSON")
	for _, f := range []string{"customer", "month"} {
		if err := c.MarkFlagRequired(f); err != nil {
			panic(err) // the flag was defined above
		}
	}
	return c
}

func writeReport(c *cobra.Command, dir, customer, month string, asJSON bool) error {
	cfg, err := load(dir)
	if err != nil {
		return err
	}
	cust, ok := cfg.Customer(customer)
	if !ok {
		ids := make([]string, len(cfg.Customers))
		for i := range cfg.Customers {
			ids[i] = cfg.Customers[i].ID
		}
		return &exit{exitUsage, fmt.Errorf("no customer %q; known are %v", customer, ids)}
	}
	period, err := report.Parse(month, cust.Zone)
	if err != nil {
		return &exit{exitUsage, err}
	}
	if period.Start.After(time.Now()) { // the page would stand in front of the customer with nothing in it
		return &exit{exitUsage, fmt.Errorf("month %s has not begun", month)}
	}
	log := newLogger(cfg, c.ErrOrStderr())
	st, err := openStore(c.Context(), cfg, false, log)
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }()
	a, err := app.New(c.Context(), app.Parts{Config: cfg, Store: st, Logger: log})
	if err != nil {
		return err
	}
	done, err := a.PublishReport(c.Context(), customer, month)
	if err != nil {
		return err
	}
	if err := printReport(c.OutOrStdout(), done, asJSON); err != nil {
		return err
	}
	if !done.Verified {
		return &exit{exitFinding, fmt.Errorf("a page was not written: %s", done.Why)}
	}
	return nil
}

func printReport(out io.Writer, done digest.Published, asJSON bool) error {
	if asJSON {
		figures, err := report.JSON(done.Facts, done.Figures)
		if err != nil {
			return err
		}
		return json.NewEncoder(out).Encode(struct {
			digest.Published
			Figures json.RawMessage `json:"figures"`
		}{done, figures})
	}
	fmt.Fprintf(out, "%s\n%s\n", done.Page, done.Details)
	if done.Why != "" {
		fmt.Fprintln(out, done.Why)
	}
	return nil
}

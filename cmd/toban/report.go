package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"toban/bot/app"
	"toban/bot/digest"
	"toban/report"
)

func reportCommand() *cobra.Command {
	var dir, customer, month, closer string
	var causes []string
	var asJSON bool
	c := &cobra.Command{
		Use:   "report --config DIR --customer C --month YYYY-MM",
		Short: "Write a customer's monthly report to the wiki",
		Long: `Writes the month's page and its child page with every ticket to the customer's
Backlog wiki, in the project's own text rule. Running it twice changes nothing;
a page that a person changed is not overwritten: the new text waits beside it.

--close seals a month that is over: its judgements are kept with the version of the
policy and the hashes of calendars and facts. From then on its pages stay as they are,
and what would be judged otherwise today is printed as a correction. A month can't be
closed while a missed promise has no cause; --cause gives one.`,
		Example: `  toban report --config /etc/toban --customer aoba --month 2026-11
  toban report --config /etc/toban --customer aoba --month 2026-11 --close 田中 --cause AOBA-12/complete=部品の到着待ち`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return writeReport(c, reportArgs{dir, customer, month, closer, causes, asJSON})
		},
	}
	configFlag(c, &dir)
	c.Flags().StringVar(&customer, "customer", "", "customer `id`: the name of the customer's file")
	c.Flags().StringVar(&month, "month", "", "month as `YYYY-MM`")
	c.Flags().StringVar(&closer, "close", "", "seal the month; the `name` of who does it")
	c.Flags().StringArrayVar(&causes, "cause", nil, "why a promise was missed, `KEY/CLOCK=TEXT`; with --close")
	c.Flags().BoolVar(&asJSON, "json", false, "print the figures as JSON")
	for _, f := range []string{"customer", "month"} {
		if err := c.MarkFlagRequired(f); err != nil {
			panic(err) // the flag was defined above
		}
	}
	return c
}

type reportArgs struct {
	dir, customer, month, closer string
	causes                       []string
	asJSON                       bool
}

// named reads the causes.
func (r reportArgs) named() (map[string]string, error) {
	out := map[string]string{}
	for _, c := range r.causes {
		clock, text, ok := strings.Cut(c, "=")
		if !ok || r.closer == "" || !strings.Contains(clock, "/") || strings.TrimSpace(text) == "" {
			return nil, fmt.Errorf("cause %q: want KEY/CLOCK=TEXT, together with --close", c)
		}
		out[clock] = text
	}
	return out, nil
}

func writeReport(c *cobra.Command, r reportArgs) error {
	dir, customer, month, asJSON := r.dir, r.customer, r.month, r.asJSON
	causes, err := r.named()
	if err != nil {
		return &exit{exitUsage, err}
	}
	cfg, err := load(dir)
	if err != nil {
		return err
	}
	cust, err := namedCustomer(cfg, customer)
	if err != nil {
		return err
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
	if r.closer != "" {
		if err := a.CloseMonth(c.Context(), customer, month, r.closer, causes); err != nil {
			return err
		}
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
	for _, x := range done.Corrections {
		fmt.Fprintf(out, "correction, since the %s changed: %s\n", strings.Join(x.Because, " and the "), x)
	}
	return nil
}

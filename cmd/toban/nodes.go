package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"toban/bot/app"
	"toban/bot/digest"
	"toban/config"
	"toban/report"
	"toban/report/nodes"
)

func nodesCommand() *cobra.Command {
	var profile, dir, customer, month string
	var first, recorded, asJSON bool
	c := &cobra.Command{
		Use:   "nodes --month MONTH",
		Short: "Count the managed nodes of a month and what they cost",
		Long: `Reads what ran when, one JSON object a line, from standard input, and counts the
nodes of a month by the contract's rule, without tax:

  {"id":"i-1","kind":"EC2","from":"2026-11-16T00:00:00+09:00","until":"…"}
  {"group":"web","kind":"EC2","at":"2026-11-10T00:00:00+09:00","running":4}

The first kind is a managed resource; from and until may be left out. The second is
the desired capacity of an Auto Scaling group that runs from a moment on. With
--config and --customer the rule is that of the customer's contract, and the managed
resources of its file count, too, unless a line names the same id.

With --recorded nothing is read from standard input: what was managed when, and how
many instances of a managed group ran, is what toban serve recorded.`,
		Example: "  toban nodes --month 2026-11 < ran.jsonl\n  toban nodes --config /etc/toban --customer aoba --month 2026-11 --recorded",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			p, cust, err := nodeContract(profile, dir, customer)
			if err != nil {
				return err
			}
			rule, err := nodeRule(p)
			if err != nil {
				return &exit{exitUsage, err}
			}
			zone := time.FixedZone("JST", 9*60*60) //nolint:mnd // Japan's offset; a customer has a zone of its own
			if cust != nil {
				zone = cust.Zone
			}
			period, err := report.Parse(month, zone)
			if err != nil {
				return &exit{exitUsage, err}
			}
			if recorded {
				bill, err := recordedBill(c, dir, cust, rule, period, first)
				if err != nil {
					return err
				}
				return tellBill(c.OutOrStdout(), bill, rule, p.Contract.Price.Currency, asJSON)
			}
			resources, levels, err := readNodes(c.InOrStdin())
			if err != nil {
				return &exit{exitUsage, err}
			}
			if cust != nil {
				for _, r := range cust.Resources {
					if !slices.ContainsFunc(resources, func(x nodes.Resource) bool { return x.ID == r.ID }) {
						resources = append(resources, nodes.Resource{ID: r.ID, Kind: r.Type})
					}
				}
			}
			bill := nodes.Count(rule, nodes.MonthOf(period.Start), resources, levels, first)
			return tellBill(c.OutOrStdout(), bill, rule, p.Contract.Price.Currency, asJSON)
		},
	}
	f := c.Flags()
	f.StringVar(&profile, "profile", "managed-operations", "service `profile` whose rule counts")
	f.StringVar(&dir, "config", "", "configuration `folder`")
	f.StringVar(&customer, "customer", "", "`customer` of the folder whose contract counts")
	f.StringVar(&month, "month", "", "`month`, such as 2026-11")
	f.BoolVar(&first, "first", false, "the contract begins in this month: with the set-up")
	f.BoolVar(&recorded, "recorded", false, "count what toban serve recorded of the customer")
	f.BoolVar(&asJSON, "json", false, "print as JSON")
	if err := c.MarkFlagRequired("month"); err != nil {
		panic(err) // the flag was defined above
	}
	return c
}

// recordedBill counts what is on record of a customer.
func recordedBill(c *cobra.Command, dir string, cust *config.Customer, rule nodes.Rule, period report.Period, first bool) (nodes.Bill, error) {
	if cust == nil {
		return nodes.Bill{}, &exit{exitUsage, errors.New("--recorded needs --config and --customer")}
	}
	cfg, err := load(dir)
	if err != nil {
		return nodes.Bill{}, err
	}
	st, err := openStore(c.Context(), cfg, false, newLogger(cfg, c.ErrOrStderr()))
	if err != nil {
		return nodes.Bill{}, err
	}
	defer func() { _ = st.Close() }()
	managed, err := st.Managed(c.Context(), cust.ID)
	if err != nil {
		return nodes.Bill{}, err
	}
	sizes, err := st.Sizes(c.Context(), cust.ID)
	if err != nil {
		return nodes.Bill{}, err
	}
	return digest.Count(rule, nodes.MonthOf(period.Start), managed, sizes, first), nil
}

func tellBill(out io.Writer, b nodes.Bill, r nodes.Rule, currency string, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(out).Encode(b)
	}
	printBill(out, b, r, currency)
	return nil
}

// nodeContract finds whose rule counts; the customer is nil when a profile was named.
func nodeContract(profile, dir, customer string) (*config.Profile, *config.Customer, error) {
	if customer == "" {
		profiles, err := config.LoadProfiles(dir, config.Options{})
		if err != nil {
			return nil, nil, &exit{exitUsage, err}
		}
		p, ok := profiles[profile]
		if !ok {
			return nil, nil, &exit{exitUsage, fmt.Errorf("no profile %q", profile)}
		}
		return &p, nil, nil
	}
	if dir == "" {
		return nil, nil, &exit{exitUsage, errors.New("--customer needs --config")}
	}
	cfg, err := load(dir)
	if err != nil {
		return nil, nil, err
	}
	c, err := namedCustomer(cfg, customer)
	if err != nil {
		return nil, nil, err
	}
	for _, p := range c.Profiles() { // the one of its profiles that has a price list
		if p.Contract.Price.MonthMinimum > 0 {
			return &p, c, nil
		}
	}
	return c.Profile(), c, nil
}

func nodeRule(p *config.Profile) (nodes.Rule, error) {
	r, ok := app.NodeRule(*p)
	if !ok {
		return r, fmt.Errorf("profile %s has no contract.price and contract.node_count: nothing is counted by nodes", p.Name)
	}
	return r, nil
}

// readNodes reads what ran when.
func readNodes(in io.Reader) (resources []nodes.Resource, levels []nodes.Level, err error) {
	lines := bufio.NewScanner(in)
	for n := 1; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var x struct {
			ID, Kind, Group string
			From, Until, At time.Time
			Running         *int
		}
		dec := json.NewDecoder(bytes.NewReader(lines.Bytes()))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&x); err != nil {
			return nil, nil, fmt.Errorf("line %d: %w", n, err)
		}
		switch {
		case x.ID != "" && x.Group == "" && x.Kind != "":
			resources = append(resources, nodes.Resource{ID: x.ID, Kind: x.Kind, From: x.From, Until: x.Until})
		case x.Group != "" && x.ID == "" && x.Kind != "" && !x.At.IsZero() && x.Running != nil && *x.Running >= 0:
			levels = append(levels, nodes.Level{Group: x.Group, Kind: x.Kind, At: x.At, Running: *x.Running})
		default:
			return nil, nil, fmt.Errorf("line %d: wants id and kind of a resource, or group, kind, at and running of a group", n)
		}
	}
	return resources, levels, lines.Err()
}

func printBill(out io.Writer, b nodes.Bill, r nodes.Rule, currency string) {
	for _, n := range b.Nodes {
		fmt.Fprintf(out, "%-24s %-16s %2d days  %s\n", n.ID, n.Kind, n.Days, n.Why)
	}
	fmt.Fprintf(out, "%s: %d nodes; %d %s for up to %d, and %d days of further nodes at %d a month: %d %s, without tax\n",
		b.Month, b.Count, r.Minimum, currency, r.Included, b.Further, r.PerNode, b.Fee, currency)
	if b.Setup > 0 {
		fmt.Fprintf(out, "set-up, once: %d %s\n", b.Setup, currency)
	}
}

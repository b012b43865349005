package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"toban/bot"
	"toban/bot/app"
	"toban/bot/store"
	"toban/bot/tracker/ready"
	"toban/config"
)

func customerCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "customer",
		Short: "Take on a customer: write the file, and make the Backlog projects ready",
		Long: `Takes on a customer, in this order:

  toban customer add      writes customers/ID.yaml, checked against the whole folder
  toban customer check    looks whether Toban can work in the customer's projects
  toban customer plan     shows what the projects lack
  toban customer apply    adds it
  toban adopt             takes over the issues that are open already
  toban customer onboard  opens the checklist ticket for the contract's beginning,
  toban customer offboard for its end
  toban customer export   writes the customer's data, to hand them over

Without administrator's rights in a project Toban adds what it may and says what a
person has to do.`,
		Example: "  toban customer add --help\n  toban customer plan --config /etc/toban aoba",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(customerAddCommand(), customerCheckCommand(), customerPlanCommand(), customerApplyCommand(), customerOnboardCommand(), customerOffboardCommand(), customerExportCommand())
	return c
}

func customerCheckCommand() *cobra.Command {
	var dir string
	var asJSON bool
	c := &cobra.Command{
		Use:   "check --config DIR ID",
		Short: "Check a customer's file and projects",
		Long: `Checks the folder as "toban check" does, and the customer's projects in Backlog as
"toban doctor" does. Nothing is changed.`,
		Example: "  toban customer check --config /etc/toban aoba",
		Args:    oneWord("check wants the id of a customer"),
		RunE: func(c *cobra.Command, args []string) error {
			return withCustomer(c, dir, args[0], func(_ *store.Store, a *app.App, keys []bot.ModeKey) error {
				return printFindings(c.OutOrStdout(), a.ExamineCustomer(c.Context(), keys[0].Customer), asJSON)
			})
		},
	}
	configFlag(c, &dir)
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	return c
}

// lacks is what a project lacks.
type lacks struct {
	bot.ModeKey
	Steps []ready.Step `json:"steps"`
}

func customerPlanCommand() *cobra.Command {
	var dir string
	var asJSON bool
	c := &cobra.Command{
		Use:   "plan --config DIR ID",
		Short: "Show what a customer's projects lack",
		Long: `Compares each project of a customer in Backlog with the contract: issue types with
templates of the details that are asked for, categories and custom fields (setup of
a profile), statuses, the webhook, the wiki's first page. Nothing is changed. Exits
with 3 when something is missing.`,
		Example: "  toban customer plan --config /etc/toban aoba",
		Args:    oneWord("plan wants the id of a customer"),
		RunE: func(c *cobra.Command, args []string) error {
			return withCustomer(c, dir, args[0], func(_ *store.Store, a *app.App, keys []bot.ModeKey) error {
				plan, steps, err := planOf(c, a, keys)
				if err != nil {
					return err
				}
				if asJSON {
					err = json.NewEncoder(c.OutOrStdout()).Encode(plan)
				} else {
					printPlan(c.OutOrStdout(), plan)
				}
				if err == nil && steps > 0 {
					return &exit{exitFinding, fmt.Errorf("%d things are missing", steps)}
				}
				return err
			})
		},
	}
	configFlag(c, &dir)
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	return c
}

func customerApplyCommand() *cobra.Command {
	var dir string
	var yes bool
	c := &cobra.Command{
		Use:   "apply --config DIR ID",
		Short: "Make a customer's projects ready",
		Long: `Shows the plan of "toban customer plan", asks, and adds what is missing. What is there
already is left as it is, whoever made it: nothing is deleted, renamed or written
over. The only things changed are an issue type without any template, which gets
one, and a webhook of Toban's address that sends too few events.

It may be interrupted and run again at any time: what is there is not made twice. A
call whose answer was lost is looked for, which may take a minute. Exits with 3 when
something is left for a person.`,
		Example: "  toban customer apply --config /etc/toban aoba\n  toban customer apply --config /etc/toban --yes aoba",
		Args:    oneWord("apply wants the id of a customer"),
		RunE: func(c *cobra.Command, args []string) error {
			return withCustomer(c, dir, args[0], func(_ *store.Store, a *app.App, keys []bot.ModeKey) error {
				return applyPlan(c, a, keys, yes)
			})
		},
	}
	configFlag(c, &dir)
	c.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return c
}

func applyPlan(c *cobra.Command, a *app.App, keys []bot.ModeKey, yes bool) error {
	out := c.OutOrStdout()
	plan, _, err := planOf(c, a, keys)
	if err != nil {
		return err
	}
	printPlan(out, plan)
	todo := 0
	for _, p := range plan {
		for _, s := range p.Steps {
			if s.By == ready.Toban {
				todo++
			}
		}
	}
	if todo > 0 && !yes {
		fmt.Fprintf(out, "Add these %d things to Backlog? Type yes: ", todo)
		answer, err := bufio.NewReader(c.InOrStdin()).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if strings.TrimSpace(answer) != "yes" {
			return &exit{exitFinding, errors.New("nothing was changed; --yes goes on without asking")}
		}
	}
	left := 0
	for _, p := range plan {
		made, rest, err := a.MakeReady(c.Context(), p.ModeKey, operator(), func(s ready.Step, note string) {
			switch note {
			case "":
				fmt.Fprintf(out, "%s: done: %s\n", p.Project, s.What)
			case ready.Found:
				fmt.Fprintf(out, "%s: done (its answer was lost, it is there): %s\n", p.Project, s.What)
			default:
				fmt.Fprintf(c.ErrOrStderr(), "%s: %s\n", p.Project, note)
			}
		})
		if err != nil {
			return fmt.Errorf("%w; run the command again: it goes on from here", err)
		}
		fmt.Fprintf(out, "%s: %d things added, %d left for a person\n", p.Project, len(made), len(rest))
		if left += len(rest); len(rest) > 0 {
			printPlan(out, []lacks{{p.ModeKey, rest}})
		}
	}
	if left > 0 {
		return &exit{exitFinding, fmt.Errorf("%d things are left for a person", left)}
	}
	return nil
}

func planOf(c *cobra.Command, a *app.App, keys []bot.ModeKey) (plan []lacks, steps int, err error) {
	for _, k := range keys {
		list, err := a.Needs(c.Context(), k)
		if err != nil {
			return nil, 0, err
		}
		plan, steps = append(plan, lacks{k, append([]ready.Step{}, list...)}), steps+len(list)
	}
	return plan, steps, nil
}

func printPlan(out io.Writer, plan []lacks) {
	for _, p := range plan {
		if len(p.Steps) == 0 {
			fmt.Fprintf(out, "project %s is ready\n", p.Project)
		}
		for _, s := range p.Steps {
			if s.By == ready.Toban {
				fmt.Fprintf(out, "+ %s: %s\n", p.Project, s.What)
				continue
			}
			fmt.Fprintf(out, "! %s: %s\n    a person has to: %s\n    → %s\n    meanwhile: %s\n", p.Project, s.What, s.Why, s.How, s.Else)
		}
	}
}

// withCustomer gives a command Toban as it is configured and the projects of a customer.
func withCustomer(c *cobra.Command, dir, id string, f func(*store.Store, *app.App, []bot.ModeKey) error) error {
	return withApp(c, dir, func(cfg *config.Config, st *store.Store, a *app.App) error {
		k, err := namedCustomer(cfg, id)
		if err != nil {
			return err
		}
		var keys []bot.ModeKey
		for _, p := range k.Projects {
			keys = append(keys, bot.ModeKey{Customer: id, Project: p})
		}
		return f(st, a, keys)
	})
}

// namedCustomer finds a customer that somebody named on the command line.
func namedCustomer(cfg *config.Config, id string) (*config.Customer, error) {
	if k, ok := cfg.Customer(id); ok {
		return k, nil
	}
	ids := make([]string, len(cfg.Customers))
	for i := range cfg.Customers {
		ids[i] = cfg.Customers[i].ID
	}
	return nil, &exit{exitUsage, fmt.Errorf("no customer %q; known are %v", id, ids)}
}

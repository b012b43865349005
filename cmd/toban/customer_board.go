package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"toban/bot"
	"toban/bot/app"
	"toban/bot/boarding"
	"toban/bot/store"
	"toban/config"
)

func customerOnboardCommand() *cobra.Command {
	return boardCommand(bot.Onboarding, "onboard", "Open the checklist ticket for a contract's beginning", `Opens an issue for the beginning of the contract in the customer's project. The customer
reads in it what is prepared and by when; staff tick the checklist off in Slack (the
playbook onboarding): hearing sheet, managed resources, AWS roles entered by
AssumeRole, a test alert heard, test mails and test calls to the contacts. What Toban
can find out itself it looks at, and shows with result and time.`)
}

func customerOffboardCommand() *cobra.Command {
	return boardCommand(bot.Offboarding, "offboard", "Open the checklist ticket for a contract's end", `Opens an issue for the end of the contract (contract.end of the customer's file) in the
customer's project. Staff tick the checklist off in Slack (the playbook offboarding): what is
still open, the last report, the data handed over (contract.at_end), roles and doors
taken off, the day of the deletion. Nothing is destroyed by it: when the ticket is over,
"toban customer export" writes the data and "toban erase" deletes them, with a certificate.`)
}

func boardCommand(k bot.Boarding, name, short, long string) *cobra.Command {
	var dir, by string
	var yes bool
	c := &cobra.Command{
		Use:   name + " --config DIR --by NAME ID",
		Short: short,
		Long: long + `

Shows the issue, asks, and hands it to the running Toban. One contract has one such
issue, however often it is asked for and by whom.`,
		Example: "  toban customer " + name + " --config /etc/toban --by tanaka aoba",
		Args:    oneWord(name + " wants the id of a customer"),
		RunE: func(c *cobra.Command, args []string) error {
			return withStore(c, dir, func(cfg *config.Config, st *store.Store) error {
				return board(c, cfg, st, k, args[0], by, yes)
			})
		},
	}
	configFlag(c, &dir)
	c.Flags().StringVar(&by, "by", "", "`name` or id of who asks for it, as in people.yaml (operator or manager)")
	c.Flags().BoolVar(&yes, "yes", false, "do not ask")
	if err := c.MarkFlagRequired("by"); err != nil {
		panic(err) // the flag was defined above
	}
	return c
}

func board(c *cobra.Command, cfg *config.Config, st *store.Store, k bot.Boarding, id, by string, yes bool) error {
	if _, err := namedCustomer(cfg, id); err != nil {
		return err
	}
	directory, err := app.Directory(cfg, nil)
	if err != nil {
		return err
	}
	cust, _ := directory.Customer(id)
	modes, err := listModes(c.Context(), app.Modes{Store: st, Config: cfg})
	if err != nil {
		return err
	}
	for _, m := range modes {
		if m.Customer == id {
			cust.Modes[m.Project] = m.Mode
		}
	}
	person, err := namedPerson(directory, by)
	if err == nil && !person.Has(boarding.Roles()...) {
		err = fmt.Errorf("%s may not do that: it takes one of the roles %v in people.yaml", person.ID, boarding.Roles())
	}
	if err != nil {
		return &exit{exitUsage, err}
	}
	now, err := st.Now(c.Context())
	if err != nil {
		return err
	}
	o, err := boarding.Open(cust, k, now)
	switch {
	case err != nil:
		return err
	case o.Refused != "":
		return &exit{exitFinding, errors.New("no ticket is opened: " + o.Why)}
	}
	out := c.OutOrStdout()
	if asked, err := app.BoardingAsked(c.Context(), st, o); err != nil || asked {
		return sayBoarded(c, st, id, k, err)
	}
	fmt.Fprintf(out, "issue of project %s, type %s, due %s:\n%s\n\n%s\n", o.Issue.Project, o.Issue.IssueType, dueOr(o.Issue.DueDate), o.Issue.Summary, o.Issue.Description)
	if !yes {
		fmt.Fprint(out, "Open it? The customer is notified. Type yes: ")
		answer, err := bufio.NewReader(c.InOrStdin()).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if strings.TrimSpace(answer) != "yes" {
			return &exit{exitFinding, errors.New("nothing was opened; --yes goes on without asking")}
		}
	}
	e, err := bot.NewEvent(bot.EventStaffAction, fmt.Sprintf("%s:%d", o.Key, now.UnixMicro()), boarding.ActionOpen, now, bot.StaffAction{
		Action: boarding.ActionOpen, Person: person.ID, Channel: cust.Channel, Values: map[string]string{"project": id + "/" + o.Issue.Project, "kind": string(k)},
	})
	if err != nil {
		return err
	}
	e.Customer = id
	if err := st.Accept(c.Context(), e); err != nil {
		return fmt.Errorf("handing it to Toban: %w", err)
	}
	fmt.Fprintln(out, "handed to Toban, which opens it while it runs; the key is told in the customer's Slack channel")
	return nil
}

func dueOr(day string) string {
	if day == "" {
		return "none (the contract promises no day)"
	}
	return day
}

// sayBoarded tells that the ticket was asked for before, and which it is.
func sayBoarded(c *cobra.Command, st *store.Store, id string, k bot.Boarding, err error) error {
	if err != nil {
		return err
	}
	keys, err := app.BoardingTickets(c.Context(), st, id, k)
	if err != nil {
		return err
	}
	known := "it is on its way; toban deadletter list shows it if Backlog refused it"
	if len(keys) > 0 {
		known = "it is " + keys[len(keys)-1]
	}
	fmt.Fprintf(c.OutOrStdout(), "the ticket of this contract was asked for already: %s. No other is opened.\n", known)
	return nil
}

// namedPerson finds a person by id or name.
func namedPerson(dir *bot.Directory, by string) (bot.Person, error) {
	if p, ok := dir.Person(by); ok {
		return p, nil
	}
	for _, p := range dir.People {
		if p.Name == by {
			return p, nil
		}
	}
	return bot.Person{}, fmt.Errorf("finding person %q: people.yaml has nobody of that id or name", by)
}

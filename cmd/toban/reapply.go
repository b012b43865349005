package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"toban/bot"
	"toban/bot/app"
	"toban/bot/desk"
	"toban/bot/store"
	"toban/config"
	"toban/sla"
)

// reapplied is what another version of the policy changes on a ticket.
type reapplied struct {
	Key     string         `json:"key"`
	Version string         `json:"version"`
	Before  []bot.ClockRow `json:"before"`
	After   []bot.ClockRow `json:"after"`
	Told    []string       `json:"told"`    // to staff
	Said    []string       `json:"said"`    // to the customer
	Handed  bool           `json:"handed"`  // to Toban, which does it
	Refused string         `json:"refused"` // why it can't be; "" when it can
}

func reapplyCommand() *cobra.Command {
	var dir, version, by, reason string
	var run, asJSON bool
	c := &cobra.Command{
		Use:   "reapply --config DIR --policy VERSION --by NAME --reason TEXT KEY",
		Short: "Put a ticket under another version of its contract's policy",
		Long: `Does what the form 約束の版を変える on a ticket's card does, by the same decision: the
promises of the ticket are counted anew under that version; results that are known and
closed months stay. Shows what would change, what staff would hear and what the
customer would read, and changes nothing without --run. With it the ticket is handed to
the running Toban, in the name of a person who may do it (approver or manager). The
exit code is 3 when it is refused.`,
		Example: "  toban reapply --config /etc/toban --policy 2 --by yamada --reason \"change of contract\" AOBA-12\n" +
			"  toban reapply --config /etc/toban --policy 2 --by yamada --reason \"change of contract\" --run AOBA-12",
		Args: oneWord("reapply wants the key of a ticket"),
		RunE: func(c *cobra.Command, args []string) error {
			return withStore(c, dir, func(cfg *config.Config, st *store.Store) error {
				t, err := findTicket(c, st, args[0])
				if err != nil {
					return err
				}
				directory, err := app.Directory(cfg, nil)
				if err != nil {
					return err
				}
				now, err := st.Now(c.Context())
				if err != nil {
					return err
				}
				e, err := reapplication(directory, t, version, reason, by, now)
				if err != nil {
					return &exit{exitUsage, err}
				}
				loaded, err := st.Load(c.Context(), t.ID)
				if err != nil {
					return err
				}
				out, err := tryReapply(loaded, directory, e, now)
				if err != nil {
					return err
				}
				out.Version = version
				if run && out.Refused == "" {
					if err := st.Accept(c.Context(), e); err != nil {
						return fmt.Errorf("handing %s to Toban: %w", t.Key, err)
					}
					out.Handed = true
				}
				return printReapplied(c.OutOrStdout(), out, zoneOf(cfg, t), asJSON)
			})
		},
	}
	configFlag(c, &dir)
	f := c.Flags()
	f.StringVar(&version, "policy", "", "`version` as the profile names it, or the day from which it is in force")
	f.StringVar(&by, "by", "", "`name` or id of the person who decided it, as in people.yaml")
	f.StringVar(&reason, "reason", "", "why; the customer reads it when the deadline moves")
	f.BoolVar(&run, "run", false, "do it")
	f.BoolVar(&asJSON, "json", false, "print as JSON")
	for _, name := range []string{"policy", "by", "reason"} {
		if err := c.MarkFlagRequired(name); err != nil {
			panic(err) // the flag was defined above
		}
	}
	return c
}

// reapplication is the event of the form, as if the person had sent it now.
func reapplication(dir *bot.Directory, t *bot.Ticket, version, reason, by string, now time.Time) (bot.Event, error) {
	cust, ok := dir.Customer(t.Customer)
	if !ok {
		return bot.Event{}, fmt.Errorf("finding customer %q of %s: no file of customers/ has that name", t.Customer, t.Key)
	}
	person, err := namedPerson(dir, by)
	if err != nil {
		return bot.Event{}, err
	}
	a, err := desk.Reapplication(t, cust, version, reason, person)
	if err != nil {
		return bot.Event{}, err
	}
	e, err := bot.NewEvent(bot.EventStaffAction, fmt.Sprintf("reapply:%s:%d", t.ID, now.UnixMicro()), string(t.ID), now, a)
	e.Customer = t.Customer
	return e, err
}

// tryReapply asks desk what it would decide; nothing is kept.
func tryReapply(l store.Loaded, dir *bot.Directory, e bot.Event, now time.Time) (reapplied, error) {
	out := reapplied{Key: l.Ticket.Key, Told: []string{}, Said: []string{}}
	in := bot.In{Now: now, Event: e, Dir: dir, Ticket: l.Ticket, State: l.States[desk.Name].State}
	rows, err := desk.Rows(in)
	if err != nil {
		return out, err
	}
	out.Before = rows
	d, err := desk.New().Handle(in)
	if err != nil {
		return out, err
	}
	out.After = d.Clocks
	for _, x := range d.Effects {
		var said struct {
			Text string `json:"text"`
		}
		if err := x.Decode(&said); err != nil || said.Text == "" {
			continue
		}
		switch {
		case x.Kind == bot.EffectEphemeral:
			out.Refused, out.After = said.Text, out.Before
		case x.Outward():
			out.Said = append(out.Said, said.Text)
		default:
			out.Told = append(out.Told, said.Text)
		}
	}
	return out, nil
}

func printReapplied(w io.Writer, r reapplied, zone *time.Location, asJSON bool) error {
	var failed error
	if r.Refused != "" {
		failed = &exit{exitFinding, errors.New("it can't be done: " + r.Refused)}
	}
	if asJSON {
		return errors.Join(json.NewEncoder(w).Encode(r), failed)
	}
	for _, list := range []struct {
		what string
		rows []bot.ClockRow
	}{{"now", r.Before}, {"under version " + r.Version, r.After}} {
		if failed != nil && list.what != "now" {
			break
		}
		fmt.Fprintf(w, "%s %s:\n", r.Key, list.what)
		for _, c := range list.rows {
			due := "no deadline"
			if !c.Due.IsZero() {
				due = "due " + sla.When(c.Due.In(zone), sla.English)
			}
			fmt.Fprintf(w, "  %s: %s, %s\n", c.Name, c.State, due)
		}
	}
	for _, t := range r.Told {
		fmt.Fprintln(w, "staff hear: "+t)
	}
	for _, t := range r.Said {
		fmt.Fprintln(w, "the customer reads:\n"+t)
	}
	switch {
	case failed != nil:
	case r.Handed:
		fmt.Fprintln(w, "handed to Toban, which does it while it runs")
	default:
		fmt.Fprintln(w, "nothing was changed; --run does it")
	}
	return failed
}

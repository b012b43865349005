package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"toban/bot"
	"toban/bot/app"
	"toban/bot/shadow"
	"toban/bot/store"
	"toban/config"
)

func shadowCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "shadow",
		Short:   "Compare what Toban would have said with what people did",
		Example: "  toban shadow report --config /etc/toban AOBA",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(shadowReportCommand())
	return c
}

func shadowReportCommand() *cobra.Command {
	var dir, from, to string
	var asJSON bool
	c := &cobra.Command{
		Use:   "report --config DIR [PROJECT]",
		Short: "Compare a project's time in shadow with what people did",
		Long: `Compares, for each project or for PROJECT (a customer's id stands for all of its
projects), what Toban would have said in shadow with what people did in Backlog:
type, deadline, first answer, completion, and each notice with its time. Below the
sums every ticket is listed, and what can't be compared is said. Nothing is changed.

--from and --to are days in the customer's zone, both included; without them it is
the last seven days until now.`,
		Example: "  toban shadow report --config /etc/toban AOBA\n  toban shadow report --config /etc/toban --from 2026-11-01 --to 2026-11-14 --json AOBA",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return &exit{exitUsage, fmt.Errorf("report wants one project or none, got %d words", len(args))}
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			return withStore(c, dir, func(cfg *config.Config, st *store.Store) error {
				keys, err := projectsOf(cfg, args)
				if err != nil {
					return &exit{exitUsage, err}
				}
				now, err := st.Now(context.WithoutCancel(c.Context()))
				if err != nil {
					return err
				}
				d, err := app.Directory(cfg, nil)
				if err != nil {
					return err
				}
				var out []shadow.Report
				for _, k := range keys {
					p, err := period(cfg, k, from, to, now)
					if err != nil {
						return &exit{exitUsage, err}
					}
					r, err := app.ShadowReport(c.Context(), st, d, k, p)
					if err != nil {
						return err
					}
					out = append(out, r)
				}
				if asJSON {
					return json.NewEncoder(c.OutOrStdout()).Encode(out)
				}
				for _, r := range out {
					printShadow(c.OutOrStdout(), r)
				}
				return nil
			})
		},
	}
	configFlag(c, &dir)
	c.Flags().StringVar(&from, "from", "", "first `day`, such as 2026-11-01")
	c.Flags().StringVar(&to, "to", "", "last `day`")
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	return c
}

// projectsOf are the projects that the words of a command line mean; all of them without a word.
func projectsOf(cfg *config.Config, args []string) ([]bot.ModeKey, error) {
	if len(args) > 0 {
		return app.Modes{Config: cfg}.Find(args[0])
	}
	var out []bot.ModeKey
	for i := range cfg.Customers {
		for _, p := range cfg.Customers[i].Projects {
			out = append(out, bot.ModeKey{Customer: cfg.Customers[i].ID, Project: p})
		}
	}
	return out, nil
}

// period reads two days in a customer's zone; without them the last week.
func period(cfg *config.Config, k bot.ModeKey, from, to string, now time.Time) (shadow.Period, error) {
	const week = 7
	p := shadow.Period{To: now, Zone: time.UTC}
	if c, ok := cfg.Customer(k.Customer); ok && c.Zone != nil {
		p.Zone = c.Zone
	}
	if to != "" {
		day, err := time.ParseInLocation(time.DateOnly, to, p.Zone)
		if err != nil {
			return p, fmt.Errorf("--to wants a day such as 2026-11-14, got %q", to)
		}
		p.To = day.AddDate(0, 0, 1)
	}
	p.From = p.To.AddDate(0, 0, -week)
	if from != "" {
		day, err := time.ParseInLocation(time.DateOnly, from, p.Zone)
		if err != nil {
			return p, fmt.Errorf("--from wants a day such as 2026-11-01, got %q", from)
		}
		p.From = day
	}
	if !p.From.Before(p.To) {
		return p, fmt.Errorf("--from %s lies after --to %s", from, to)
	}
	return p, nil
}

func printShadow(out io.Writer, r shadow.Report) {
	s := r.Sums
	fmt.Fprintf(out, "%s, from %s to %s\n", r.Project, stamp(r.From), stamp(r.To))
	if s.Tickets == 0 {
		fmt.Fprintln(out, "  nothing to compare: no ticket came in, and nothing was kept back")
	} else {
		fmt.Fprintf(out, "  tickets             %d\n", s.Tickets)
		for _, row := range []struct {
			name string
			of   map[shadow.Verdict]int
		}{{"types", s.Types}, {"deadlines", s.Deadlines}, {"first answers", s.Answers}, {"done", s.Done}} {
			fmt.Fprintf(out, "  %-19s %s\n", row.name, verdicts(row.of))
		}
		if s.TobanMinutes > 0 || s.PeopleMinutes > 0 {
			fmt.Fprintf(out, "  minutes to answer   Toban %.1f, people %.1f (median, where both answered)\n", s.TobanMinutes, s.PeopleMinutes)
		}
		fmt.Fprintf(out, "  notices             %d; people wrote something near %d of them, and %d times without one\n", s.Notices, s.Answered, s.PeopleOnly)
	}
	for _, t := range r.Tickets {
		fmt.Fprintf(out, "\n  %s %s\n", t.Key, t.Summary)
		fmt.Fprintf(out, "    type       %s: Toban %s (%s, %s), people %s\n", says(t.Type.Verdict), t.Type.Toban, t.Class, t.Confidence, t.Type.People)
		fmt.Fprintf(out, "    deadline   %s: Toban %s, people %s\n", says(t.Deadline.Verdict), orNone(stamp(t.Deadline.Toban)), orNone(t.Deadline.People))
		fmt.Fprintf(out, "    answer     %s: Toban %s, people %s\n", says(t.Answer.Verdict), orNone(stamp(t.Answer.Toban)), orNone(by(t.Answer.People, t.Answer.By)))
		fmt.Fprintf(out, "    done       %s: people %s\n", says(t.Done.Verdict), orNone(by(t.Done.At, t.Done.By)))
		for _, n := range t.Notices {
			due := ""
			if !n.Due.IsZero() {
				due = ", promised by " + stamp(n.Due)
			}
			fmt.Fprintf(out, "    notice     %s%s: %s; people %s\n", stamp(n.At), due, n.Line, orNone(by(n.People, n.By)))
		}
		for _, a := range t.PeopleOnly {
			fmt.Fprintf(out, "    people     %s: %s\n", by(a.At, a.By), a.What)
		}
	}
	for _, l := range r.Left {
		fmt.Fprintf(out, "\n  %s is not compared: %s\n", l.Key, l.Why)
	}
	fmt.Fprintln(out, "\n  What this can't tell:")
	for _, l := range r.Limits {
		fmt.Fprintln(out, "  - "+l)
	}
	fmt.Fprintln(out)
}

func verdicts(of map[shadow.Verdict]int) string {
	var parts []string
	for _, v := range slices.Sorted(maps.Keys(of)) {
		parts = append(parts, fmt.Sprintf("%s %d", says(v), of[v]))
	}
	return strings.Join(parts, ", ")
}

// says words a verdict.
func says(v shadow.Verdict) string { return strings.ReplaceAll(string(v), "_", " ") }

func by(at time.Time, who string) string {
	if at.IsZero() {
		return ""
	}
	return strings.TrimSpace(stamp(at) + " " + who)
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

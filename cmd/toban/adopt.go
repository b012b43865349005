package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"toban/bot"
	"toban/bot/app"
	"toban/bot/store"
	"toban/config"
)

func adoptCommand() *cobra.Command {
	var dir, to string
	var asJSON bool
	c := &cobra.Command{
		Use:   "adopt --config DIR PROJECT",
		Short: "Take over the open issues of a project",
		Long: `Lists the issues of a project that are open and that Toban does not know, and
proposes for each what it would make of it: request type, class, owner, and the
clocks as its history has them. Nothing is written.

Keep the table in a file, correct type and owner in it, set adopt to false for what
Toban shall leave alone, and give it to "toban adopt apply": the running Toban takes
the issues over, each with a card in Slack, behind everything else. Nothing is said
to a customer about an issue that is taken over until something happens on it. What
is late already is not told; incidents wait until staff press 障害を再開.

Adopt before anything else: an issue from before that was not adopted is taken over
when something happens on it first, and what a customer wrote there is left to staff,
who are told. A second time only lists what is new.`,
		Example: "  toban adopt --config /etc/toban --out aoba-open.yaml AOBA\n  toban adopt apply --config /etc/toban aoba-open.yaml",
		Args:    oneWord("adopt wants the key of a project"),
		RunE: func(c *cobra.Command, args []string) error {
			return withApp(c, dir, func(cfg *config.Config, st *store.Store, a *app.App) error {
				k, err := oneProject(app.Modes{Config: cfg}, args[0])
				if err != nil {
					return err
				}
				p, err := a.ProposeAdoption(c.Context(), k, reading(c.ErrOrStderr()))
				if err != nil {
					return err
				}
				if to == "" {
					return printAdoption(c.OutOrStdout(), cfg, p, asJSON)
				}
				var b bytes.Buffer
				if err := printAdoption(&b, cfg, p, asJSON); err != nil {
					return err
				}
				return writeNew(to, b.Bytes())
			})
		},
	}
	configFlag(c, &dir)
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	c.Flags().StringVar(&to, "out", "", "write the table to this `file`, which must not be there yet")
	c.AddCommand(adoptApplyCommand())
	return c
}

func adoptApplyCommand() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use:   "apply --config DIR FILE",
		Short: "Take over what a table of toban adopt lists",
		Long: `Reads a table that "toban adopt" printed and somebody confirmed, checks it as a
whole, and hands the issues to Toban, which takes them over while it runs (or when
it starts). Applying the same table again changes nothing: each of its issues is
taken over once. A dash instead of FILE reads standard input.`,
		Example: "  toban adopt apply --config /etc/toban aoba-open.yaml",
		Args:    oneWord("apply wants the file that toban adopt printed"),
		RunE: func(c *cobra.Command, args []string) error {
			return withStore(c, dir, func(cfg *config.Config, st *store.Store) error {
				src, err := readInput(c.InOrStdin(), args[0])
				if err != nil {
					return &exit{exitUsage, err}
				}
				t, err := readAdoption(args[0], src, cfg)
				if err != nil {
					return &exit{exitUsage, err}
				}
				return adopt(c, st, t)
			})
		},
	}
	configFlag(c, &dir)
	return c
}

// adopt hands the issues of a checked table to Toban.
func adopt(c *cobra.Command, st *store.Store, t adoption) error {
	mode, err := st.ModeOf(c.Context(), t.customer, t.Project)
	if err != nil {
		return err
	}
	if mode == bot.ModeOff {
		return &exit{exitUsage, fmt.Errorf("project %s is in mode off, in which nothing is taken over; set it to shadow first (toban mode)", t.Project)}
	}
	now, err := st.Now(context.WithoutCancel(c.Context()))
	if err != nil {
		return err
	}
	by := operator()
	n, left := 0, 0
	for _, x := range t.Tickets {
		if !x.Adopt {
			left++
			continue
		}
		at := now.Add(time.Duration(n) * store.Apart)
		e, err := app.AdoptEvent(t.made, at, t.customer, bot.Adopt{
			IssueChanged: bot.IssueChanged{Space: t.Space, Project: t.Project, IssueID: x.Issue, Via: "adopt"}, RequestType: x.changedType(), Owner: x.Owner, By: by,
		})
		if err != nil {
			return err
		}
		if err := st.AcceptLater(c.Context(), at, e); err != nil {
			return fmt.Errorf("handing %s to Toban (the ones before are handed over; apply the table again): %w", x.Key, err)
		}
		n++
	}
	fmt.Fprintf(c.OutOrStdout(), "%d issues of %s are handed to Toban, which takes one over every %s; %d are left alone; nothing is said to the customer about them\n",
		n, t.Project, store.Apart, left)
	return nil
}

// oneProject finds the one project that a word means.
func oneProject(m app.Modes, word string) (bot.ModeKey, error) {
	keys, err := m.Find(word)
	if err != nil {
		return bot.ModeKey{}, &exit{exitUsage, err}
	}
	if len(keys) > 1 {
		return bot.ModeKey{}, &exit{exitUsage, fmt.Errorf("customer %s has several projects; name one of them", word)}
	}
	return keys[0], nil
}

func oneWord(wants string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != 1 {
			return &exit{exitUsage, fmt.Errorf("%s, got %d words", wants, len(args))}
		}
		return nil
	}
}

// withApp gives a command Toban as it is configured, without running it.
func withApp(c *cobra.Command, dir string, f func(*config.Config, *store.Store, *app.App) error) error {
	return withStore(c, dir, func(cfg *config.Config, st *store.Store) error {
		a, err := app.New(c.Context(), app.Parts{Config: cfg, Store: st, Logger: newLogger(cfg, c.ErrOrStderr())})
		if err != nil {
			return err
		}
		return f(cfg, st, a)
	})
}

// reading tells how many issues were read, on a terminal only.
func reading(w io.Writer) func(read, of int) {
	f, ok := w.(*os.File)
	if !ok {
		return func(int, int) {}
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return func(int, int) {}
	}
	return func(read, of int) {
		fmt.Fprintf(f, "\rread %d of %d issues", read, of)
		if read == of {
			fmt.Fprintln(f)
		}
	}
}

// writeNew writes a file that is not there yet: a table that somebody has corrected is not lost by asking again.
func writeNew(name string, text []byte) error {
	const mode = 0o600                                                   // it holds what customers wrote
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode) //nolint:gosec // the operator's own file
	if err != nil {
		return &exit{exitUsage, fmt.Errorf("writing %s: %w", name, err)}
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}

const maxTable = 16 << 20 // bytes

func readInput(stdin io.Reader, name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(io.LimitReader(stdin, maxTable))
	}
	src, err := os.ReadFile(name) //nolint:gosec // the operator's own file
	if err != nil {
		return nil, fmt.Errorf("reading the table: %w", err)
	}
	return src, nil
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

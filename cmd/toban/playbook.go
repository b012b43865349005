package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"toban/playbook"
)

func playbookCommand() *cobra.Command {
	var dir string
	var asJSON bool
	c := &cobra.Command{
		Use:   "playbook [ID…]",
		Short: "List the playbooks, or show what is done step by step",
		Long: `Lists the playbooks that staff may choose when they plan work: those that are shipped
and those of the configuration folder. With names it shows each of their steps, the
checks after it, when to stop, and the way back.`,
		Example: "  toban playbook --config /etc/toban\n  toban playbook --config /etc/toban patch-os",
		RunE: func(c *cobra.Command, ids []string) error {
			cfg, err := load(dir)
			if err != nil {
				return err
			}
			books := cfg.Playbooks
			for _, id := range ids {
				if !slices.ContainsFunc(books, func(p playbook.Playbook) bool { return p.ID == id }) {
					return &exit{exitUsage, fmt.Errorf("no playbook is named %q; \"toban playbook\" lists them all", id)}
				}
			}
			if len(ids) > 0 {
				books = slices.DeleteFunc(slices.Clone(books), func(p playbook.Playbook) bool { return !slices.Contains(ids, p.ID) })
			}
			return tellPlaybooks(c.OutOrStdout(), books, len(ids) > 0, asJSON)
		},
	}
	c.Flags().StringVar(&dir, "config", "", "configuration `folder`")
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object a line, steps included")
	_ = c.MarkFlagRequired("config") // the flag exists
	return c
}

func tellPlaybooks(out io.Writer, books []playbook.Playbook, whole, asJSON bool) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for _, p := range books {
		if asJSON {
			if err := enc.Encode(p); err != nil {
				return fmt.Errorf("writing playbook %s: %w", p.ID, err)
			}
			continue
		}
		if _, err := io.WriteString(out, playbookText(p, whole)); err != nil {
			return fmt.Errorf("writing playbook %s: %w", p.ID, err)
		}
	}
	return nil
}

func playbookText(p playbook.Playbook, whole bool) string {
	var b strings.Builder
	serves := "every request"
	if len(p.Types) > 0 {
		serves = strings.Join(p.Types, ", ")
	}
	fmt.Fprintf(&b, "%s  %s (version %s, %d steps; for %s)\n", p.ID, p.Title, p.Version, len(p.Steps), serves)
	if !whole {
		return b.String()
	}
	line := func(what, text string) {
		if text != "" {
			fmt.Fprintf(&b, "   %-7s %s\n", what, text)
		}
	}
	line("effect", p.Effect)
	for i, s := range p.Steps {
		fmt.Fprintf(&b, "%2d. %s\n", i+1, s.Title)
		line("do", s.Do)
		for _, c := range s.Checks {
			line("check", c.Text)
		}
		for _, a := range s.Abort {
			line("stop if", a)
		}
		line("undo", s.Undo)
		line("final", s.Final)
	}
	return b.String()
}

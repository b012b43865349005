package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime/debug"

	"github.com/spf13/cobra"

	"toban/bot/app"
)

func checkCommand() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use: "check --config DIR", Short: "Check a configuration folder without any connection", Args: cobra.NoArgs,
		Example: "  toban check --config /etc/toban",
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := load(dir)
			if err != nil {
				return err
			}
			if _, err := app.Directory(cfg, nil); err != nil {
				return &exit{exitUsage, err}
			}
			fmt.Fprintf(c.OutOrStdout(), "%s is well: %d spaces, %d people, %d customers\n", dir, len(cfg.Spaces), len(cfg.People), len(cfg.Customers))
			return nil
		},
	}
	configFlag(c, &dir)
	return c
}

func doctorCommand() *cobra.Command {
	var dir string
	var asJSON bool
	c := &cobra.Command{
		Use: "doctor --config DIR", Short: "Check a set-up against Backlog, Slack and the database, and say how to mend it", Args: cobra.NoArgs,
		Example: "  toban doctor --config /etc/toban",
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := load(dir)
			if err != nil {
				return err
			}
			return printFindings(c.OutOrStdout(), app.Examine(c.Context(), cfg, newLogger(cfg, c.ErrOrStderr())), asJSON)
		},
	}
	configFlag(c, &dir)
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	return c
}

// printFindings prints what was looked at and how to mend it.
func printFindings(out io.Writer, findings []app.Finding, asJSON bool) error {
	if asJSON {
		if err := json.NewEncoder(out).Encode(findings); err != nil {
			return err
		}
	}
	bad := 0
	for _, f := range findings {
		if f.Level == app.LevelError {
			bad++
		}
		if asJSON {
			continue
		}
		fmt.Fprintf(out, "%-5s %s\n", f.Level, f.What)
		if f.Mend != "" {
			fmt.Fprintf(out, "      → %s\n", f.Mend)
		}
	}
	if bad > 0 {
		return &exit{exitFinding, fmt.Errorf("%d things to mend", bad)}
	}
	return nil
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Example: "  toban version", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			fmt.Fprintln(c.OutOrStdout(), "toban", version())
			return nil
		},
	}
}

// version is the module version or the commit that the binary was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return info.Main.Version + " " + s.Value
		}
	}
	return info.Main.Version
}

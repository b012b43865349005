package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"toban/config"
	"toban/sla"
)

func slaCommand() *cobra.Command {
	root := &cobra.Command{
		Use: "sla", Short: "Work with calendars and deadlines", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	var file string
	eval := &cobra.Command{
		Use:   "eval [--calendar FILE] < cases.jsonl > results.jsonl",
		Short: "Evaluate business-time cases, one JSON object a line",
		Long: `Reads one JSON object a line and writes the same object with "result" or "error".
Operations: add, between, add_days, days_between, next_open, next_close,
next_start, prev_close, is_open, holiday, deadline. Times carry their offset; a case
that brings no calendar is counted in that of --calendar, or else in the support
centre's (Asia/Tokyo, business days 10:00 to 19:00).`,
		Example: `  echo '{"op":"deadline","start":"2026-11-20T11:00:00+09:00","business_days":1}' | toban sla eval
  toban sla eval --calendar holidays.yaml < cases.jsonl > results.jsonl`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			var cal *sla.CalendarSpec
			if file != "" {
				spec, err := config.LoadCalendar(file)
				if err != nil {
					return &exit{exitUsage, err}
				}
				cal = &spec
			}
			return evalLines(c.InOrStdin(), c.OutOrStdout(), cal)
		},
	}
	eval.Flags().StringVar(&file, "calendar", "", "YAML `file` with the calendar of cases that bring none")
	root.AddCommand(eval)
	return root
}

func evalLines(in io.Reader, out io.Writer, cal *sla.CalendarSpec) error {
	r := bufio.NewReader(in)
	e := sla.NewEvaluator(cal)
	w := bufio.NewWriter(out)
	for {
		line, err := r.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			if _, err := w.Write(append(e.Line(line), '\n')); err != nil {
				return fmt.Errorf("writing results: %w", err)
			}
		}
		if errors.Is(err, io.EOF) {
			return w.Flush()
		}
		if err != nil {
			return fmt.Errorf("reading cases: %w", err)
		}
	}
}

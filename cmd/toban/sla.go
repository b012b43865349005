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
		Example: "  toban sla eval < cases.jsonl > results.jsonl\n  toban sla moves --help",
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	var file string
	eval := &cobra.Command{
		Use:   "eval [--calendar FILE] < cases.jsonl > results.jsonl",
		Short: "Evaluate business-time cases, one JSON object a line",
		Long: `Reads one JSON object a line and writes the same object with "result" or "error",
line by line as they come; blank lines are left out. A line that is no JSON object
comes back as {"line", "error"}. An error names the line's number, the field and what is
allowed. The exit code is 0 when every line was answered, be it with an error.

  op              further fields                   result
  add             start, seconds                   instant; negative goes back
  between         start, end                       seconds; negative when end is before start
  add_days        start, days                      same time of day, business days on
  days_between    start, end                       business days
  deadline        start, business_days             close of the Nth business day after
  next_open, next_close, next_start, prev_close, is_open, holiday: want only "start"

start and end are RFC 3339; without an offset they are local. excluded, a list of
[from, to], never counts (add, between). boundary "open" gives the next opening when a
sum fits exactly, otherwise it is the close. A line may bring its own calendar:

  tz         IANA zone
  hours      {"mon": [["09:00","12:00"],["13:00","24:00"]], "fri": [["22:00","07:00"]]}
             a close of 24:00 is midnight, one at or before the open is on the next day
             and belongs to the day of the opening; hours that touch or overlap are one
  holidays   ["2026-11-23"]                        closed all day
  overrides  {"2026-12-24": [["09:00","12:00"]]}   hours of a date, [] = closed; goes before all
  public_holidays  "jp" or "none"

Other lines are counted in the calendar of --calendar, or else in the support centre's
(Asia/Tokyo, weekdays 10:00 to 19:00, Japanese holidays, closed 12/30 to 1/3). FILE is
YAML or JSON, with the fields above, or with those of a calendar in a profile (zone,
week, public_holidays, holidays, closed, dates).

Working time is elapsed time: a day of 25 hours that is open around the clock has 25.
A time of day that the clock skips is the change of clocks; of one that comes twice the
first counts. A date whose hours the clock skips whole is no business day. A sum that
fits exactly ends at the close, going back at the opening; 0 is the next opening.
Calendars know 1900 to 2149; what never closes again by then is an error.`,
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
	root.AddCommand(eval, movesCommand())
	return root
}

func evalLines(in io.Reader, out io.Writer, cal *sla.CalendarSpec) error {
	r := bufio.NewReaderSize(in, 64<<10)
	e := sla.NewEvaluator(cal)
	w := bufio.NewWriterSize(out, 64<<10)
	first := true
	for {
		line, err := r.ReadBytes('\n')
		e.At++
		if first {
			line, first = bytes.TrimPrefix(line, []byte("\ufeff")), false
		}
		if len(bytes.TrimSpace(line)) > 0 {
			_, err := w.Write(append(e.Line(line), '\n'))
			if err == nil && r.Buffered() == 0 { // whoever asks line by line gets an answer at once
				err = w.Flush()
			}
			if err != nil {
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

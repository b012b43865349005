package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"toban/bot/app"
	"toban/bot/replay"
	"toban/bot/store"
	"toban/config"
)

// replaying is what the command is told.
type replaying struct {
	dir, customer, file, write string
	days, show                 int
	compare, asJSON            bool
}

func replayCommand() *cobra.Command {
	var r replaying
	c := &cobra.Command{
		Use:   "replay --config DIR [--compare]",
		Short: "Decide recorded events again and say what would be otherwise",
		Long: `Decides what Toban decided in the last days once more, with this version and this
configuration, and says what it would decide otherwise: before an upgrade, or before
a change of a contract. Nothing is changed and nothing goes out.

Recording is off at first: set retention.recorded_days in server.yaml to 8, say, and
wait a week. A record holds what customers wrote; it goes with "toban erase", and
after those days.

Without --compare it says what is recorded. With --write it puts the records into a
new file (JSON lines, compressed), which --file of another version reads without the
database: take the file with the version that runs, compare with the new one.

The exit code is 3 when a customer or a contract would notice: something else is said
or done outward, a promise or the ticket itself differs, or an event can't be decided.`,
		Example: `  toban replay --config /etc/toban
  toban replay --compare --config /etc/toban --days 7
  toban replay --write week.jsonl.gz --config /etc/toban
  ./toban-new replay --compare --file week.jsonl.gz --config /etc/toban
  toban replay --compare --customer aoba --json --config /etc/toban-next`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return r.run(c) },
	}
	configFlag(c, &r.dir)
	f := c.Flags()
	f.BoolVar(&r.compare, "compare", false, "decide again and compare")
	f.StringVar(&r.customer, "customer", "", "only those of this customer `id`")
	f.IntVar(&r.days, "days", 7, "how many `days` back")
	f.IntVar(&r.show, "show", 20, "how many `events` are shown in full")
	f.StringVar(&r.file, "file", "", "read the records from this `file`, not from the database")
	f.StringVar(&r.write, "write", "", "write the records to this new `file`")
	f.BoolVar(&r.asJSON, "json", false, "print as JSON: an event a line, then the sums")
	c.MarkFlagsMutuallyExclusive("compare", "write")
	c.MarkFlagsMutuallyExclusive("file", "write")
	return c
}

func (r *replaying) run(c *cobra.Command) error {
	const most = 60
	if r.days < 1 || r.days > most {
		return &exit{exitUsage, fmt.Errorf("--days wants a number from 1 to %d, got %d", most, r.days)}
	}
	if r.file != "" {
		cfg, err := load(r.dir)
		if err != nil {
			return err
		}
		if r.customer != "" {
			if err := known(cfg, r.customer); err != nil {
				return err
			}
		}
		return r.with(c, cfg, func(f func(store.Recording) error) error { return readRecordings(r.file, r.customer, f) })
	}
	return withStore(c, r.dir, func(cfg *config.Config, st *store.Store) error {
		if r.customer != "" {
			if err := known(cfg, r.customer); err != nil {
				return err
			}
		}
		now, err := st.Now(context.WithoutCancel(c.Context()))
		if err != nil {
			return err
		}
		since := now.AddDate(0, 0, -r.days)
		each := func(f func(store.Recording) error) error {
			return st.Recordings(c.Context(), since, time.Time{}, r.customer, f)
		}
		if r.write != "" {
			n, err := writeRecordings(r.write, each)
			if err == nil {
				fmt.Fprintf(c.OutOrStdout(), "Wrote %d recorded decisions to %s. They hold what customers wrote: remove the file afterwards.\n", n, r.write)
			}
			return err
		}
		return r.with(c, cfg, each)
	})
}

func known(cfg *config.Config, customer string) error {
	if _, ok := cfg.Customer(customer); ok {
		return nil
	}
	ids := make([]string, len(cfg.Customers))
	for i := range cfg.Customers {
		ids[i] = cfg.Customers[i].ID
	}
	return &exit{exitUsage, fmt.Errorf("--customer %q: the configuration has %q", customer, ids)}
}

// errNothing is why there is nothing to compare.
var errNothing = errors.New(`nothing is recorded: set retention.recorded_days in server.yaml (8 for a week), restart, and come back when there is something to compare`)

func (r *replaying) with(c *cobra.Command, cfg *config.Config, each func(func(store.Recording) error) error) error {
	handlers, dir, err := app.Offline(cfg)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(c.OutOrStdout())
	defer func() { _ = out.Flush() }()
	if !r.compare {
		return r.list(out, each)
	}
	shown := 0
	p := replay.Replay{Handlers: handlers, Directory: dir, Differs: func(o replay.Otherwise) error {
		if r.asJSON {
			return json.NewEncoder(out).Encode(o)
		}
		if shown++; shown <= r.show {
			return o.Print(out)
		}
		return nil
	}}
	if err := each(func(x store.Recording) error { return p.Take(x.Customer, x.Body) }); err != nil {
		return err
	}
	sum := p.Summary()
	if sum.Events == 0 {
		return &exit{exitUsage, errNothing}
	}
	if r.asJSON {
		if err := json.NewEncoder(out).Encode(sum); err != nil {
			return err
		}
	} else {
		if left := sum.Otherwise - r.show; left > 0 {
			fmt.Fprintf(out, "… and %d more events (--show, --json)\n\n", left)
		}
		sum.Print(out)
	}
	if sum.Weighty() {
		if err := out.Flush(); err != nil {
			return err
		}
		return &exit{exitFinding, errors.New("customers or contracts would notice: look at what is listed before this version or configuration is used")}
	}
	return nil
}

// list says what is recorded.
func (r *replaying) list(out io.Writer, each func(func(store.Recording) error) error) error {
	type recorded struct {
		Events int       `json:"events"`
		From   time.Time `json:"from,omitzero"`
		Until  time.Time `json:"until,omitzero"`
	}
	var sum recorded
	if err := each(func(x store.Recording) error {
		if sum.Events++; sum.Events == 1 {
			sum.From = x.At
		}
		sum.Until = x.At
		return nil
	}); err != nil {
		return err
	}
	if r.asJSON {
		return json.NewEncoder(out).Encode(sum)
	}
	if sum.Events == 0 {
		return &exit{exitUsage, errNothing}
	}
	fmt.Fprintf(out, "%d decisions are recorded, from %s to %s. Decide them again: toban replay --compare\n", sum.Events, sum.From.Format(time.RFC3339), sum.Until.Format(time.RFC3339))
	return nil
}

// writeRecordings puts records into a new file that only its owner reads.
func writeRecordings(name string, each func(func(store.Recording) error) error) (n int, err error) {
	const mode = 0o600
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode) //nolint:gosec // the operator's own file
	if err != nil {
		return 0, &exit{exitUsage, fmt.Errorf("writing %s: %w", name, err)}
	}
	z := gzip.NewWriter(f)
	lines := json.NewEncoder(z)
	err = each(func(x store.Recording) error {
		n++
		return lines.Encode(x)
	})
	return n, errors.Join(err, z.Close(), f.Sync(), f.Close())
}

// readRecordings reads what writeRecordings wrote.
func readRecordings(name, customer string, f func(store.Recording) error) error {
	in, err := os.Open(name) //nolint:gosec // the operator's own file
	if err != nil {
		return &exit{exitUsage, fmt.Errorf("reading --file: %w", err)}
	}
	defer func() { _ = in.Close() }()
	z, err := gzip.NewReader(in)
	if err != nil {
		return &exit{exitUsage, fmt.Errorf("reading --file %s: want what toban replay --write wrote: %w", name, err)}
	}
	lines := json.NewDecoder(z)
	for n := 1; ; n++ {
		var x store.Recording
		if err := lines.Decode(&x); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return &exit{exitUsage, fmt.Errorf("reading --file %s: record %d: %w", name, n, err)}
		}
		if customer == "" || x.Customer == customer {
			if err := f(x); err != nil {
				return err
			}
		}
	}
}

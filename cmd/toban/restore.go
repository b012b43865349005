package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"toban/bot"
	"toban/bot/app"
	"toban/bot/backup"
	"toban/bot/store"
	"toban/config"
)

func restoreCommand() *cobra.Command {
	var dir string
	var replace, drill, asJSON bool
	c := &cobra.Command{
		Use:   "restore --config DIR FILE",
		Short: "Put a backup in the place of the database",
		Long: `Reads the whole backup, fills a database beside the real one, compares every row,
brings its tables up to date and puts it in place at once. Stop Toban first.
A backup of SQLite goes into PostgreSQL and back.

A restored database does not remember what was said after the backup was made.
So everything that is waiting, and everything decided in the week after, is looked
for in Backlog and Slack before it is sent; and what was said since and is not
remembered is listed. "toban restored --look" lists it again later.`,
		Example: "  toban restore --config /etc/toban /var/backups/toban/toban-20261124T183000Z.backup\n  toban restore --config /etc/toban --replace toban.backup\n  toban restore --config /etc/toban --drill toban.backup",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := load(dir)
			if err != nil {
				return err
			}
			b := backing{c: c, cfg: cfg, asJSON: asJSON}
			if drill {
				return b.drill(args[0])
			}
			return b.restore(args[0], replace)
		},
	}
	configFlag(c, &dir)
	c.Flags().BoolVar(&replace, "replace", false, "keep a database that is not empty aside, instead of refusing")
	c.Flags().BoolVar(&drill, "drill", false, "only try it: restore into a database of its own, compare, and remove that again")
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	return c
}

func (b backing) restore(file string, replace bool) error {
	ctx, o := b.c.Context(), storeOptions(b.cfg)
	tr, err := readTrial(os.Getenv(trialVariable))
	if err != nil {
		return &exit{exitUsage, err}
	}
	o.Trial = tr.at()
	if err := awaitIdle(ctx, o, b.c.ErrOrStderr()); err != nil {
		return err
	}
	p := meter(b.c.ErrOrStderr())
	began := time.Now()
	r, err := backup.Restore(ctx, backup.Task{File: file, Keys: app.BackupKeys(b.cfg), Target: o, Replace: replace, Now: began, Progress: p})
	p("", 0)
	if err != nil {
		return err
	}
	took := time.Since(began)
	out := b.c.OutOrStdout()
	if !b.asJSON {
		fmt.Fprintf(out, "restored %s in %s: %d rows, as they were at %s\n", file, round(took), r.Manifest.Rows(), r.Header.Made.Format(time.RFC3339))
		if r.Aside != "" {
			fmt.Fprintf(out, "the old database is kept as %s\n", r.Aside)
		}
		fmt.Fprintln(out, "a new epoch is open: effects are looked for before they are sent")
		for _, x := range r.Problems {
			fmt.Fprintln(out, "•", x)
		}
	}
	st, err := store.Open(ctx, o)
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }()
	said, asked := b.forgotten(st, r.Header.Made)
	if b.asJSON {
		return b.print(map[string]any{
			"file": file, "made": r.Header.Made, "rows": r.Manifest.Rows(), "aside": r.Aside, "problems": append([]string{}, r.Problems...),
			"seconds": took.Seconds(), "said": said, "not_asked": text(asked),
		})
	}
	b.list(said, r.Header.Made, asked)
	return nil
}

// forgotten lists what was said since a moment and is not remembered; an error tells who could not be asked.
func (b backing) forgotten(st *store.Store, since time.Time) ([]bot.Said, error) {
	said, err := app.Forgotten(b.c.Context(), b.cfg, st, since, nil, newLogger(b.cfg, b.c.ErrOrStderr()))
	if said == nil {
		said = []bot.Said{}
	}
	return said, err
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// list prints what was said and is not remembered.
func (b backing) list(said []bot.Said, since time.Time, asked error) {
	out := b.c.OutOrStdout()
	if len(said) > 0 || asked == nil {
		fmt.Fprintf(out, "said since %s and not remembered: %d\n", since.Format(time.RFC3339), len(said))
	}
	for _, s := range said {
		fmt.Fprintf(out, "  %s  %s %s %s  %s  %s\n", s.At.Format(time.RFC3339), s.Channel, s.Place, s.Ref, s.Mark, s.Text)
	}
	if len(said) > 0 {
		fmt.Fprintln(out, "What the feed of activities brings again is decided again and found by these marks. What came from buttons and forms")
		fmt.Fprintln(out, `since then is lost: look into these tickets. "toban restored --look" shows what is still open.`)
	}
	if asked != nil {
		fmt.Fprintf(out, "could not ask everywhere: %v\nAsk again with \"toban restored --config DIR --look\".\n", asked)
	}
}

func restoredCommand() *cobra.Command {
	var dir, since string
	var look, asJSON bool
	c := &cobra.Command{
		Use:   "restored --config DIR",
		Short: "Tell Toban that its database was restored by other means, or list what a restored one does not remember",
		Long: `"toban restore" does what is needed by itself, and "toban serve" notices most other
ways in which a database comes back: a promoted standby, a recovery to a point in time,
pg_restore, a copy of the SQLite file. It tells the operators' channel then. Run this
before "toban serve" where it can't notice: a PostgreSQL that does not tell its timeline
(the log says so), a copy of the SQLite file that is younger than the last sign of life
(a minute), or a disk that was set back with everything on it. Everything that is
waiting, and everything decided in the week after, is then looked for in Backlog and
Slack before it is sent.

With --look nothing is changed: it lists what Toban said since the backup (or since
the moment of --since) and does not remember.`,
		Example: "  toban restored --config /etc/toban\n  toban restored --config /etc/toban --since 2026-11-24T03:30:00+09:00\n  toban restored --config /etc/toban --look --json",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			from := time.Time{}
			if since != "" {
				var err error
				if from, err = time.Parse(time.RFC3339, since); err != nil {
					return &exit{exitUsage, fmt.Errorf("reading --since %q: want a moment such as 2026-11-24T03:30:00+09:00", since)}
				}
			}
			return withStore(c, dir, func(cfg *config.Config, st *store.Store) error {
				return backing{c: c, cfg: cfg, asJSON: asJSON}.restored(st, from, look)
			})
		},
	}
	configFlag(c, &dir)
	c.Flags().BoolVar(&look, "look", false, "only list what was said and is not remembered")
	c.Flags().StringVar(&since, "since", "", "`moment` from which on the database may have forgotten")
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	return c
}

func (b backing) restored(st *store.Store, since time.Time, look bool) error {
	ctx, out := b.c.Context(), b.c.OutOrStdout()
	if !look {
		if err := st.OpenEpoch(ctx, time.Now()); err != nil {
			return err
		}
		if !b.asJSON {
			fmt.Fprintln(out, "a new epoch is open: effects are looked for before they are sent")
		}
	}
	if since.IsZero() && look {
		at, ok, err := st.RestoredFrom(ctx)
		if err != nil {
			return err
		}
		if !ok {
			return &exit{exitUsage, errors.New("this database was never restored by \"toban restore\": say with --since from when on it may have forgotten")}
		}
		since = at
	}
	if since.IsZero() {
		if b.asJSON {
			return b.print(map[string]any{"epoch": true})
		}
		return nil
	}
	said, asked := b.forgotten(st, since)
	if b.asJSON {
		return b.print(map[string]any{"epoch": !look, "since": since, "said": said, "not_asked": text(asked)})
	}
	b.list(said, since, asked)
	return nil
}

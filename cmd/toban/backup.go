package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"toban/bot/app"
	"toban/bot/backup"
	"toban/bot/store"
	"toban/config"
)

func backupCommand() *cobra.Command {
	var dir, to string
	var drill, asJSON bool
	c := &cobra.Command{
		Use:   "backup --config DIR",
		Short: "Back up the database into one encrypted file, beside a running Toban",
		Long: `Writes everything that the database holds at one moment into one file, encrypted
with age for backup.recipients of server.yaml or with backup.passphrase. Toban may
go on working meanwhile. The file is read back before it gets its name; where
backup.identity or the passphrase is at hand it is decrypted and every row compared.

Without --to it goes into backup.dir, where the oldest backups beyond backup.keep
are removed after it. "toban serve" makes one a day by itself.`,
		Example: "  toban backup --config /etc/toban\n  toban backup --config /etc/toban --to /mnt/usb/toban.backup\n  toban backup --config /etc/toban --drill",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := load(dir)
			if err != nil {
				return err
			}
			b := backing{c: c, cfg: cfg, asJSON: asJSON}
			made, err := b.make(to)
			if err != nil {
				return err
			}
			if !drill {
				return nil
			}
			return b.drill(made.File)
		},
	}
	configFlag(c, &dir)
	c.Flags().StringVar(&to, "to", "", "`file` to write, which must not exist, or folder to write into")
	c.Flags().BoolVar(&drill, "drill", false, "then restore it into a database of its own, compare, and remove that again")
	c.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	return c
}

// backing is one run of backup or restore.
type backing struct {
	c      *cobra.Command
	cfg    *config.Config
	asJSON bool
}

// storeOptions are where the database of a configuration is.
func storeOptions(cfg *config.Config) store.Options {
	return store.Options{Path: cfg.Server.Database.SQLite, Postgres: cfg.Server.Database.Postgres.Reveal()}
}

func (b backing) make(to string) (made backup.Made, err error) {
	m := backup.Make{Keys: app.BackupKeys(b.cfg), Now: time.Now(), MadeBy: version(), Progress: meter(b.c.ErrOrStderr())}
	switch info, err := os.Stat(to); {
	case to == "":
		m.Dir = b.cfg.Server.Backup.Dir
	case err == nil && info.IsDir(), strings.HasSuffix(to, "/"):
		m.Dir = to
	default:
		m.File = to
	}
	if m.Dir == "" && m.File == "" {
		return made, &exit{exitUsage, errors.New("say where the backup goes: --to, or backup.dir in server.yaml")}
	}
	if err := m.Keys.Check(); err != nil {
		return made, &exit{exitUsage, err}
	}
	o := storeOptions(b.cfg)
	if _, err := os.Stat(o.Path); o.Postgres == "" && err != nil {
		return made, fmt.Errorf("opening the database: %w", err)
	}
	o.AsIs = true // a backup before an upgrade must not upgrade
	if m.Store, err = store.Open(b.c.Context(), o); err != nil {
		return made, err
	}
	defer func() { err = errors.Join(err, m.Store.Close()) }()
	began := time.Now()
	made, err = backup.Save(b.c.Context(), m)
	m.Progress("", 0)
	if err != nil {
		return made, err
	}
	if to == "" {
		err = b.keep(m.Store, made)
	}
	return made, errors.Join(err, b.tell(made, time.Since(began)))
}

// keep writes down that a good backup lies in the folder, and removes the oldest.
func (b backing) keep(st *store.Store, made backup.Made) error {
	if err := backup.Good(b.c.Context(), st, made.Header.Made); err != nil {
		return err
	}
	removed, err := backup.Prune(b.cfg.Server.Backup.Dir, b.cfg.Server.Backup.Keep, made.File)
	for _, f := range removed {
		fmt.Fprintln(b.c.ErrOrStderr(), "removed", f)
	}
	return err
}

func (b backing) tell(made backup.Made, took time.Duration) error {
	if b.asJSON {
		return b.print(map[string]any{
			"file": made.File, "bytes": made.Size, "rows": made.Manifest.Rows(), "tables": made.Manifest.Tables, "schema": made.Header.Schema,
			"engine": made.Header.Engine, "made": made.Header.Made, "opened": made.Opened, "seconds": took.Seconds(),
		})
	}
	checked := "read back, decrypted and compared"
	if !made.Opened {
		checked = "read back; no key at hand opens it, so try a drill where the key is"
	}
	_, err := fmt.Fprintf(b.c.OutOrStdout(), "wrote %s: %d rows of %d tables, %d bytes, in %s; %s\n",
		made.File, made.Manifest.Rows(), len(made.Manifest.Tables), made.Size, round(took), checked)
	return err
}

func (b backing) print(v any) error { return json.NewEncoder(b.c.OutOrStdout()).Encode(v) }

// drill restores a file into a database of its own and says whether it would do.
func (b backing) drill(file string) error {
	p := meter(b.c.ErrOrStderr())
	began := time.Now()
	d, err := backup.Drill(b.c.Context(), backup.Task{File: file, Keys: app.BackupKeys(b.cfg), Target: storeOptions(b.cfg), Now: began, Progress: p})
	p("", 0)
	if err != nil {
		return fmt.Errorf("the drill failed: %w", err)
	}
	took := time.Since(began)
	if b.asJSON {
		err = b.print(map[string]any{
			"drill": file, "rows": d.Manifest.Rows(), "made": d.Header.Made, "problems": append([]string{}, d.Problems...), "seconds": took.Seconds(),
		})
	} else {
		out := b.c.OutOrStdout()
		fmt.Fprintf(out, "restored %s for trial in %s: %d rows of %d tables, all as they were at %s\n", file, round(took), d.Manifest.Rows(), len(d.Manifest.Tables), d.Header.Made.Format(time.RFC3339))
		for _, x := range d.Problems {
			fmt.Fprintln(out, "•", x)
		}
	}
	if len(d.Problems) > 0 {
		return &exit{exitFinding, errors.Join(err, fmt.Errorf("%d things in the backup do not fit together", len(d.Problems)))}
	}
	return err
}

func round(d time.Duration) time.Duration { return d.Round(10 * time.Millisecond) }

// meter shows on a terminal how far the work has come, and nothing anywhere else; an empty step ends it.
func meter(w io.Writer) backup.Progress {
	f, ok := w.(*os.File)
	if ok {
		info, err := f.Stat()
		ok = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	if !ok {
		return func(string, int64) {}
	}
	return meterOn(w, time.Now)
}

func meterOn(w io.Writer, now func() time.Time) backup.Progress {
	const every = 100 * time.Millisecond
	var last time.Time
	shown := false
	return func(step string, rows int64) {
		const clear = "\r\x1b[K"
		switch {
		case step == "" && shown:
			fmt.Fprint(w, clear)
		case step == "" || now().Sub(last) < every:
		default:
			last, shown = now(), true
			fmt.Fprintf(w, "%s%s … %d rows", clear, step, rows)
		}
	}
}

// awaitIdle waits until nobody works on a shared database: a Toban that was just stopped holds its leases for half a minute.
func awaitIdle(ctx context.Context, o store.Options, say io.Writer) error {
	if o.Postgres == "" {
		return nil // the lock file tells
	}
	o.AsIs = true
	st, err := store.Open(ctx, o)
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }()
	first, err := st.Busy(ctx, time.Now())
	for until := first; err == nil && !until.IsZero(); until, err = st.Busy(ctx, time.Now()) {
		if until.After(first) {
			return errors.New("a Toban works on this database: stop every one first")
		}
		fmt.Fprintf(say, "waiting until %s: a Toban worked here a moment ago\n", until.Local().Format(time.TimeOnly))
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for the end of the leases: %w", ctx.Err())
		case <-time.After(min(time.Until(until)+100*time.Millisecond, 15*time.Second)):
		}
	}
	return err
}

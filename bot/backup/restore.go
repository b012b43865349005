package backup

import (
	"context"
	"errors"
	"fmt"
	"time"

	"toban/bot/store"
)

// Task says what to restore and where to.
type Task struct {
	File     string
	Keys     Keys
	Target   store.Options // the database
	Replace  bool          // a database that is not empty is kept aside; otherwise it is refused
	Now      time.Time     // world time: the new epoch
	Progress Progress
}

// Restored tells what was done.
type Restored struct {
	Header   Header
	Manifest Manifest
	Aside    string   // where the old database is kept: a file, or a schema of PostgreSQL; "" when there was none
	Problems []string // what does not fit together in what was restored
}

// Restore puts a backup in the place of a database that nobody works on. The file is read to its end first. Then a database beside the
// real one is filled, compared with the manifest, given a new epoch in the same transaction, brought up to date, and put in place at
// once. A crash at any moment leaves the old database or the restored one, never something between.
func Restore(ctx context.Context, t Task) (Restored, error) {
	h, m, err := t.read()
	if err != nil {
		return Restored{}, err
	}
	if err := t.mayReplace(ctx); err != nil {
		return Restored{}, err
	}
	c, err := store.NewScratch(ctx, t.Target, h.Schema, false)
	if err != nil {
		return Restored{}, fmt.Errorf("making a database to restore into: %w", err)
	}
	out := Restored{Header: h, Manifest: m}
	if err := t.fill(ctx, c, h, m, t.Now); err != nil {
		return Restored{}, errors.Join(err, c.Discard(ctx))
	}
	if out.Problems, err = c.Examine(ctx); err != nil {
		return Restored{}, errors.Join(err, c.Discard(ctx))
	}
	t.Progress.tell("putting it in place", m.Rows())
	out.Aside, err = c.Install(ctx, t.Replace, t.Now)
	if errors.Is(err, store.ErrNotEmpty) {
		return Restored{}, errNotEmpty
	}
	return out, err
}

var errNotEmpty = fmt.Errorf("%w: use --replace to keep it aside and put the backup in its place", store.ErrNotEmpty)

// read looks at every byte before anything is written.
func (t Task) read() (Header, Manifest, error) {
	t.Progress.tell("reading the backup", 0)
	h, m, err := Open(t.File, t.Keys, Reader{Progress: t.Progress, Header: func(h Header) error {
		if newest := store.Newest(); h.Schema > newest || h.Schema < 1 {
			return fmt.Errorf("%w (%s): its tables have version %d, this one knows versions up to %d; restore it with that version, then upgrade", ErrNewer, h.MadeBy, h.Schema, newest)
		}
		return nil
	}})
	if err != nil {
		return h, m, fmt.Errorf("reading %s: %w", t.File, err)
	}
	return h, m, nil
}

// mayReplace refuses early what Install would refuse late.
func (t Task) mayReplace(ctx context.Context) error {
	if t.Replace {
		return nil
	}
	empty, err := store.IsEmpty(ctx, t.Target)
	if err == nil && !empty {
		return errNotEmpty
	}
	return err
}

// fill writes the rows; an epoch of the zero time opens none.
func (t Task) fill(ctx context.Context, c *store.Scratch, h Header, m Manifest, epoch time.Time) error {
	err := c.Fill(ctx, store.Restoring{
		Tables: h.Tables, Epoch: epoch, From: h.Made,
		Rows: func(add func(store.Table, []any) error) error {
			_, _, err := Open(t.File, t.Keys, Reader{Row: add, Progress: t.Progress})
			return err
		},
		Verify: func(ctx context.Context, now *store.Snapshot) error {
			got, err := sums(ctx, h.Tables, now, t.Progress)
			if err != nil {
				return err
			}
			return Compare(got, m.Tables)
		},
	})
	if err != nil {
		return fmt.Errorf("restoring %s: %w", t.File, err)
	}
	t.Progress.tell("bringing it up to date", m.Rows())
	return c.BringUpToDate(ctx)
}

// sums adds up tables as they stand in a database.
func sums(ctx context.Context, tables []store.Table, from Source, p Progress) ([]Sum, error) {
	var out []Sum
	for _, t := range tables {
		s := newSumming(t.Name)
		line := new(lineBuffer)
		err := from.Rows(ctx, t, func(row []any) error {
			text, err := line.of(row)
			if err != nil {
				return err
			}
			s.add(text)
			return nil
		})
		if err != nil {
			return nil, err
		}
		out = append(out, s.sum())
		p.tell("comparing "+t.Name, s.rows)
	}
	return out, nil
}

// Drilled is the outcome of a drill.
type Drilled struct {
	Header   Header
	Manifest Manifest
	Problems []string // what does not fit together in what was restored
}

// Drill restores a backup into a database beside the real one, compares counts and hashes, looks whether what it holds fits together,
// and takes it away. It may run beside a working Toban.
func Drill(ctx context.Context, t Task) (Drilled, error) {
	h, m, err := t.read()
	if err != nil {
		return Drilled{}, err
	}
	c, err := store.NewScratch(ctx, t.Target, h.Schema, true)
	if err != nil {
		return Drilled{}, fmt.Errorf("making a database to restore into: %w", err)
	}
	out := Drilled{Header: h, Manifest: m}
	if err = t.fill(ctx, c, h, m, time.Time{}); err == nil {
		t.Progress.tell("looking whether it fits together", m.Rows())
		out.Problems, err = c.Examine(ctx)
	}
	return out, errors.Join(err, c.Discard(ctx))
}

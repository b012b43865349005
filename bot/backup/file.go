package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"toban/bot/store"
)

// Make says what to back up and where to.
type Make struct {
	Store    *store.Store
	Dir      string // the folder to write into, which must exist
	File     string // or the file to write, which must not exist
	Keys     Keys
	Now      time.Time // world time
	MadeBy   string    // version of the program
	Progress Progress
}

// Made is a finished backup.
type Made struct {
	File     string
	Size     int64
	Header   Header
	Manifest Manifest
	Opened   bool // it was decrypted and read to its end; without a key to decrypt only its bytes were read back and compared
}

// generation is the name of a backup in a folder; names sort by time.
var generation = regexp.MustCompile(`^toban-\d{8}T\d{6}Z\.backup$`)

// Name is the name of a backup made at a moment.
func Name(made time.Time) string { return "toban-" + made.UTC().Format("20060102T150405Z") + ".backup" }

// partPattern is the name of a backup that is not finished.
const partPattern = ".toban-*.part"

// stale is the age at which an unfinished backup belongs to nobody any more.
const stale = 24 * time.Hour

// Save writes a backup: under a temporary name, to the disk, read back and compared, and only then under its own name. It may run beside
// a working Toban. When it fails nothing is left behind; after a crash only the temporary file, which a later Save takes away.
func Save(ctx context.Context, m Make) (Made, error) {
	file, err := m.file()
	if err != nil {
		return Made{}, err
	}
	part, err := os.CreateTemp(filepath.Dir(file), partPattern)
	if err != nil {
		return Made{}, fmt.Errorf("making the backup's file: %w", err)
	}
	defer func() {
		_ = part.Close()
		_ = os.Remove(part.Name()) // gone already when all went well
	}()
	out := Made{File: file}
	sum := sha256.New()
	counted := &counter{w: io.MultiWriter(part, sum)}
	if out.Header, out.Manifest, err = m.write(ctx, counted); err != nil {
		return Made{}, err
	}
	if err := errors.Join(part.Sync(), part.Close()); err != nil {
		return Made{}, fmt.Errorf("writing the backup to the disk: %w", err)
	}
	out.Size = counted.n
	m.Progress.tell("checking", 0)
	if out.Opened, err = m.check(part.Name(), sum, out.Manifest); err != nil {
		return Made{}, fmt.Errorf("reading the backup back: %w", err)
	}
	// A link fails where a file of that name is; a rename would put it away.
	if err := os.Link(part.Name(), file); err != nil {
		return Made{}, fmt.Errorf("giving the backup its name: %w", err)
	}
	return out, syncDir(filepath.Dir(file))
}

func (m Make) file() (string, error) {
	file := m.File
	if m.Dir != "" {
		if info, err := os.Stat(m.Dir); err != nil || !info.IsDir() {
			return "", fmt.Errorf("making the backup's file: there is no folder %s; make it, for this user alone", m.Dir)
		}
		file = filepath.Join(m.Dir, Name(m.Now))
	}
	if _, err := os.Lstat(file); !errors.Is(err, os.ErrNotExist) {
		return "", errors.Join(fmt.Errorf("making the backup's file: %s is there already", file), err)
	}
	sweep(filepath.Dir(file), m.Now)
	return file, nil
}

// sweep takes away what earlier, crashed backups left unfinished.
func sweep(dir string, now time.Time) {
	parts, _ := filepath.Glob(filepath.Join(dir, partPattern)) // the pattern is good
	for _, p := range parts {
		if info, err := os.Stat(p); err == nil && now.Sub(info.ModTime()) > stale {
			_ = os.Remove(p) // only a help
		}
	}
}

func (m Make) write(ctx context.Context, w io.Writer) (h Header, sums Manifest, err error) {
	sealed, err := m.Keys.seal(w)
	if err != nil {
		return h, sums, err
	}
	snap, err := m.Store.Snapshot(ctx)
	if err != nil {
		return h, sums, err
	}
	defer func() { err = errors.Join(err, snap.Close()) }()
	h = Header{Format: Format, Schema: snap.Schema, Engine: snap.Engine, Made: m.Now.UTC(), MadeBy: m.MadeBy, Tables: snap.Tables}
	if sums, err = Write(ctx, sealed, h, snap, m.Progress); err != nil {
		return h, sums, fmt.Errorf("writing the backup: %w", err)
	}
	if err := sealed.Close(); err != nil {
		return h, sums, fmt.Errorf("ending the encryption of the backup: %w", err)
	}
	return h, sums, nil
}

// check reads a file back from where it lies: its bytes, and, with a key to open it, every row.
func (m Make) check(file string, sum hash.Hash, want Manifest) (opened bool, err error) {
	f, err := os.Open(file) //nolint:gosec // the file that was just written
	if err != nil {
		return false, fmt.Errorf("opening it: %w", err)
	}
	defer func() { _ = f.Close() }()
	back := sha256.New()
	if _, err := io.Copy(back, f); err != nil {
		return false, fmt.Errorf("reading it: %w", err)
	}
	if !bytes.Equal(back.Sum(nil), sum.Sum(nil)) {
		return false, fmt.Errorf("%w: the disk gives back other bytes than were written", ErrDamaged)
	}
	if !m.Keys.canOpen() {
		return false, nil
	}
	_, got, err := Open(file, m.Keys, Reader{})
	if errors.Is(err, ErrWrongKey) {
		return false, fmt.Errorf("%w: backup.identity is not the key of backup.recipients: this backup could not be restored with it", err)
	}
	if err != nil {
		return false, err
	}
	return true, Compare(got.Tables, want.Tables)
}

// Open reads a backup file to its end.
func Open(file string, k Keys, to Reader) (Header, Manifest, error) {
	f, err := os.Open(file) //nolint:gosec // the operator's own file
	if err != nil {
		return Header{}, Manifest{}, fmt.Errorf("opening the backup: %w", err)
	}
	defer func() { _ = f.Close() }()
	in, err := k.unseal(f)
	if err != nil {
		return Header{}, Manifest{}, err
	}
	return Read(in, to)
}

// List gives the backups of a folder, the oldest first.
func List(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("listing backups: %w", err)
	}
	var out []string
	for _, e := range entries {
		if e.Type().IsRegular() && generation.MatchString(e.Name()) {
			out = append(out, filepath.Join(dir, e.Name()))
		}
	}
	slices.Sort(out)
	return out, nil
}

// Prune removes the oldest backups of a folder until keep are left. Call it only after a Save that gave no error; that one's file stays,
// whatever the others are called: it is the last that is known to be good.
func Prune(dir string, keep int, good string) (removed []string, err error) {
	list, err := List(dir)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(f string) bool { return filepath.Base(f) == filepath.Base(good) })
	for len(list) > max(keep-1, 0) {
		if e := os.Remove(list[0]); e != nil {
			err = errors.Join(err, fmt.Errorf("removing an old backup: %w", e))
		} else {
			removed = append(removed, list[0])
		}
		list = list[1:]
	}
	return removed, err
}

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err //nolint:wrapcheck // a writer between two writers
}

func syncDir(dir string) error {
	f, err := os.Open(dir) //nolint:gosec // the operator's own folder
	if err != nil {
		return fmt.Errorf("opening the backup's folder: %w", err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("writing the backup's folder to the disk: %w", err)
	}
	return nil
}

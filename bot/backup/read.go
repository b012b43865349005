package backup

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"toban/bot/store"
)

// Reader is told what stands in an archive; each may be nil.
type Reader struct {
	Header func(Header) error
	Row    func(t store.Table, row []any) error
	Progress
}

// most is the size of the largest entry that is read: one with a single, enormous row.
const most = 256 << 20

// Read reads an archive to its end and compares every table with the manifest. What Row was told counts only when Read gives no error.
func Read(r io.Reader, to Reader) (Header, Manifest, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return Header{}, Manifest{}, broken(err)
	}
	in := &reading{tar: tar.NewReader(z), to: to}
	if err := in.all(); err != nil {
		return Header{}, Manifest{}, broken(err)
	}
	// What is behind the archive's end has to be read for the checks of gzip and age on the last bytes.
	if _, err := io.Copy(io.Discard, z); err != nil { //nolint:gosec // nothing of it is kept
		return Header{}, Manifest{}, broken(fmt.Errorf("reading the end of the backup: %w", err))
	}
	if _, err := io.Copy(io.Discard, r); err != nil {
		return Header{}, Manifest{}, broken(fmt.Errorf("reading the end of the backup: %w", err))
	}
	return in.header, in.manifest, nil
}

// broken names the end of a file that is too early.
func broken(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: it ends too early", ErrDamaged)
	}
	if errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, tar.ErrHeader) {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return err
}

type reading struct {
	tar      *tar.Reader
	to       Reader
	header   Header
	manifest Manifest
	sums     []*summing
	body     bytes.Buffer
}

func (in *reading) all() error {
	if err := in.first(); err != nil {
		return err
	}
	for {
		name, err := in.next()
		if err != nil {
			return err
		}
		if name == manifestName {
			break
		}
		if err := in.rows(name); err != nil {
			return err
		}
	}
	if err := in.compare(); err != nil {
		return err
	}
	if _, err := in.tar.Next(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: something stands behind its end", ErrDamaged)
	}
	return nil
}

// next reads the next entry into the body.
func (in *reading) next() (name string, err error) {
	h, err := in.tar.Next()
	if err != nil {
		return "", fmt.Errorf("reading the next part of the backup: %w", err)
	}
	if h.Size > most {
		return "", fmt.Errorf("%w: part %q is larger than %d bytes", ErrDamaged, h.Name, most)
	}
	in.body.Reset()
	if _, err := io.Copy(&in.body, in.tar); err != nil {
		return "", fmt.Errorf("reading %s of the backup: %w", h.Name, err)
	}
	return h.Name, nil
}

func (in *reading) first() error {
	name, err := in.next()
	if err != nil {
		return err
	}
	if name != headerName {
		return fmt.Errorf("%w: it begins with %q, no backup of Toban does", ErrDamaged, name)
	}
	if err := json.Unmarshal(in.body.Bytes(), &in.header); err != nil {
		return fmt.Errorf("%w: reading its header: %w", ErrDamaged, err)
	}
	if f := in.header.Format; f > Format {
		return fmt.Errorf("%w (%s): it has format %d, this one reads formats up to %d", ErrNewer, in.header.MadeBy, f, Format)
	}
	for _, t := range in.header.Tables {
		in.sums = append(in.sums, newSumming(t.Name))
	}
	if in.to.Header != nil {
		return in.to.Header(in.header)
	}
	return nil
}

func (in *reading) rows(name string) error {
	table, _, _ := strings.Cut(strings.TrimPrefix(name, rowsPrefix), "/")
	i := slices.IndexFunc(in.header.Tables, func(t store.Table) bool { return t.Name == table })
	if i < 0 || !strings.HasPrefix(name, rowsPrefix) {
		return fmt.Errorf("%w: it holds %q, which its header does not name", ErrDamaged, name)
	}
	t, sum := in.header.Tables[i], in.sums[i]
	for line := range bytes.Lines(in.body.Bytes()) {
		sum.add(line)
		row, err := decodeRow(line, t)
		if err != nil {
			return err
		}
		if sum.rows%tellEvery == 0 {
			in.to.tell(t.Name, sum.rows)
		}
		if in.to.Row == nil {
			continue
		}
		if err := in.to.Row(t, row); err != nil {
			return err
		}
	}
	return nil
}

// compare holds what was read against the manifest.
func (in *reading) compare() error {
	if err := json.Unmarshal(in.body.Bytes(), &in.manifest); err != nil {
		return fmt.Errorf("%w: reading its manifest: %w", ErrDamaged, err)
	}
	got := make([]Sum, len(in.sums))
	for i, s := range in.sums {
		got[i] = s.sum()
	}
	return Compare(got, in.manifest.Tables)
}

// Compare tells which table is not what it should be.
func Compare(got, want []Sum) error {
	if len(got) != len(want) {
		return fmt.Errorf("%w: %d tables, want %d", ErrDamaged, len(got), len(want))
	}
	for i, g := range got {
		switch w := want[i]; {
		case g.Table != w.Table:
			return fmt.Errorf("%w: table %s stands where %s should", ErrDamaged, g.Table, w.Table)
		case g.Rows != w.Rows:
			return fmt.Errorf("%w: table %s has %d rows, want %d", ErrDamaged, g.Table, g.Rows, w.Rows)
		case g.SHA256 != w.SHA256:
			return fmt.Errorf("%w: the rows of table %s are not those that were written", ErrDamaged, g.Table)
		}
	}
	return nil
}

package backup

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"toban/bot/store"
)

// Source is one consistent view of the tables; *store.Snapshot is one.
type Source interface {
	Rows(ctx context.Context, t store.Table, each func(row []any) error) error
}

// Progress is told how far a backup or a restore has come; a step is a table or a word.
type Progress func(step string, rows int64)

func (p Progress) tell(step string, rows int64) {
	if p != nil {
		p(step, rows)
	}
}

// chunk is about the size of an entry with rows: what a backup holds in memory.
const chunk = 1 << 20

// tellEvery is the number of rows between two words of progress.
const tellEvery = 5000

// Write writes the archive, not encrypted, and returns its manifest.
func Write(ctx context.Context, w io.Writer, h Header, from Source, p Progress) (Manifest, error) {
	z := gzip.NewWriter(w)
	a := &archive{tar: tar.NewWriter(z), at: h.Made}
	var m Manifest
	if err := a.json(headerName, h); err != nil {
		return m, err
	}
	for _, t := range h.Tables {
		s, err := a.table(ctx, t, from, p)
		if err != nil {
			return m, err
		}
		m.Tables = append(m.Tables, s)
	}
	if err := a.json(manifestName, m); err != nil {
		return m, err
	}
	if err := a.tar.Close(); err != nil {
		return m, fmt.Errorf("ending the archive: %w", err)
	}
	if err := z.Close(); err != nil {
		return m, fmt.Errorf("ending the archive: %w", err)
	}
	return m, nil
}

type archive struct {
	tar *tar.Writer
	at  time.Time
}

func (a *archive) entry(name string, body []byte) error {
	const private = 0o600
	if err := a.tar.WriteHeader(&tar.Header{Name: name, Mode: private, Size: int64(len(body)), ModTime: a.at.UTC().Truncate(time.Second)}); err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	if _, err := a.tar.Write(body); err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	return nil
}

func (a *archive) json(name string, v any) error {
	body, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	return a.entry(name, append(body, '\n'))
}

func (a *archive) table(ctx context.Context, t store.Table, from Source, p Progress) (Sum, error) {
	s := newSumming(t.Name)
	var b bytes.Buffer
	part := 0
	flush := func() error {
		if b.Len() == 0 {
			return nil
		}
		part++
		err := a.entry(fmt.Sprintf("%s%s/%06d.jsonl", rowsPrefix, t.Name, part), b.Bytes())
		b.Reset()
		return err
	}
	p.tell(t.Name, 0)
	err := from.Rows(ctx, t, func(row []any) error {
		before := b.Len()
		if err := encodeRow(&b, row); err != nil {
			return err
		}
		s.add(b.Bytes()[before:])
		if s.rows%tellEvery == 0 {
			p.tell(t.Name, s.rows)
		}
		if b.Len() < chunk {
			return nil
		}
		return flush()
	})
	if err != nil {
		return Sum{}, err
	}
	return s.sum(), flush()
}

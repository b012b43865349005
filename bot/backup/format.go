package backup

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"time"

	"toban/bot/store"
)

// Format is the version of the file format that this release writes, and the newest that it reads.
const Format = 1

// Header is the first entry of a backup.
type Header struct {
	Format int           `json:"format"`
	Schema int64         `json:"schema"`  // number of the newest migration
	Engine string        `json:"engine"`  // sqlite | postgres: where the rows come from; they go into either
	Made   time.Time     `json:"made"`    // world time
	MadeBy string        `json:"made_by"` // version of the program
	Tables []store.Table `json:"tables"`
}

// Sum is what a table's rows add up to.
type Sum struct {
	Table  string `json:"table"`
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"` // over the lines with their line ends
}

// Manifest is the last entry of a backup.
type Manifest struct {
	Tables []Sum `json:"tables"`
}

// Rows is the number of all rows.
func (m Manifest) Rows() int64 {
	var n int64
	for _, t := range m.Tables {
		n += t.Rows
	}
	return n
}

// Names of entries.
const (
	headerName   = "header.json"
	manifestName = "manifest.json"
	rowsPrefix   = "rows/"
)

// Errors of reading a backup; the text says more.
var (
	ErrDamaged  = errors.New("the backup is damaged")
	ErrNewer    = errors.New("the backup was made by a newer Toban")
	ErrWrongKey = errors.New("the backup can't be decrypted")
)

// summing adds up the lines of a table.
type summing struct {
	table string
	rows  int64
	hash  hash.Hash
}

func newSumming(table string) *summing { return &summing{table: table, hash: sha256.New()} }

func (s *summing) add(line []byte) {
	s.rows++
	s.hash.Write(line)
}

func (s *summing) sum() Sum {
	return Sum{Table: s.table, Rows: s.rows, SHA256: hex.EncodeToString(s.hash.Sum(nil))}
}

// encodeRow appends a row as a line.
func encodeRow(b *bytes.Buffer, row []any) error {
	e := json.NewEncoder(b) // ends the line itself
	e.SetEscapeHTML(false)
	if err := e.Encode(row); err != nil {
		return fmt.Errorf("writing a row: %w", err)
	}
	return nil
}

// decodeRow reads a line into values as the store gives them: string, int64 or nil.
func decodeRow(line []byte, t store.Table) ([]any, error) {
	var row []any
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	if err := d.Decode(&row); err != nil {
		return nil, fmt.Errorf("%w: a row of table %s is no JSON array", ErrDamaged, t.Name)
	}
	if len(row) != len(t.Columns) {
		return nil, fmt.Errorf("%w: a row of table %s has %d values, want %d", ErrDamaged, t.Name, len(row), len(t.Columns))
	}
	for i, v := range row {
		ok := v == nil
		switch x := v.(type) {
		case string:
			ok = t.Columns[i].Type == store.Text
		case json.Number:
			n, err := x.Int64()
			ok = err == nil && t.Columns[i].Type == store.Integer
			row[i] = n
		}
		if !ok {
			return nil, fmt.Errorf("%w: a row of table %s has no %s in column %s", ErrDamaged, t.Name, t.Columns[i].Type, t.Columns[i].Name)
		}
	}
	return row, nil
}

// lineBuffer encodes one row at a time.
type lineBuffer struct{ b bytes.Buffer }

func (l *lineBuffer) of(row []any) ([]byte, error) {
	l.b.Reset()
	if err := encodeRow(&l.b, row); err != nil {
		return nil, err
	}
	return l.b.Bytes(), nil
}

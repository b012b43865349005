package store

import (
	"bytes"
	"database/sql/driver"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// columns turns rows into a value a column, as PostgreSQL reads it; there are two rows at least. The driver sends bytes as they are, and would
// copy a text twice. Those of documents are to be given back.
func (r rows) columns(list [][]any, spare *buffers) []any {
	args := make([]any, len(r.kinds))
	for c, k := range r.kinds {
		switch k {
		case number:
			args[c] = numbersOf(list, c)
		case document:
			args[c] = documentsOf(spare.lend(), list, c)
		case text:
			args[c] = textsOf(list, c)
		}
	}
	return args
}

// giveBack returns the buffers of the columns of documents, which the driver has copied when a statement is done.
func (r rows) giveBack(args []any, spare *buffers) {
	for c, k := range r.kinds {
		if b, ok := args[c].([]byte); ok && k == document {
			spare.take(b)
		}
	}
}

// buffers are lent to one batch's documents after the other: they are most of what a batch writes, and a new megabyte for each would have the
// garbage collector run for it.
type buffers struct{ pool sync.Pool }

func (b *buffers) lend() []byte {
	if one, ok := b.pool.Get().(*[]byte); ok {
		return *one
	}
	return nil
}

func (b *buffers) take(one []byte) {
	one = one[:0]
	b.pool.Put(&one)
}

// numbersOf makes an array of whole numbers.
func numbersOf(list [][]any, column int) []byte {
	const digits = 18
	b := append(make([]byte, 0, digits*len(list)), '{')
	for i, row := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, row[column].(int64), 10) //nolint:forcetypeassert // the statement says what it takes
	}
	return append(b, '}')
}

// textsOf makes an array of texts.
func textsOf(list [][]any, column int) []byte {
	const around = len(`"",`)
	n := around
	for _, row := range list {
		n += len(row[column].(string)) + around //nolint:forcetypeassert // the statement says what it takes
	}
	b := append(make([]byte, 0, n), '{')
	for i, row := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '"')
		b = appendElement(b, cleanText(row[column].(string))) //nolint:forcetypeassert // as above
		b = append(b, '"')
	}
	return append(b, '}')
}

// appendElement appends a text as it stands between the quotes of an array's element.
func appendElement(b []byte, s string) []byte {
	for {
		i := strings.IndexAny(s, `"\`)
		if i < 0 {
			return append(b, s...)
		}
		b = append(append(b, s[:i]...), '\\', s[i])
		s = s[i+1:]
	}
}

// doc is JSON on its way into a column. Most of what a decision writes is, so it stays the bytes that it was made as until the driver has it.
type doc []byte

// Value implements driver.Valuer: both engines keep it as text.
func (d doc) Value() (driver.Value, error) { return cleanText(string(d)), nil }

// or is d, or what stood there before when d is empty.
func (d doc) or(before any) doc {
	if old, ok := before.(doc); ok && len(d) == 0 {
		return old
	}
	return d
}

// documentsOf appends to b one text of JSON, with between after each but the last.
func documentsOf(b []byte, list [][]any, column int) []byte {
	n := 0
	for _, row := range list {
		n += len(row[column].(doc)) + len(between) //nolint:forcetypeassert // the statement says what it takes
	}
	b = slices.Grow(b, n)
	for i, row := range list {
		if i > 0 {
			b = append(b, between...)
		}
		one := row[column].(doc) //nolint:forcetypeassert // as above
		if !utf8.Valid(one) || bytes.IndexByte(one, 0) >= 0 {
			one = doc(cleanText(string(one)))
		}
		if bytes.Contains(one, []byte(between)) { // it is no JSON
			one = bytes.ReplaceAll(one, []byte(between), []byte("\uFFFD"))
		}
		b = append(b, one...)
	}
	return b
}

// cleanText makes one text fit for both engines, as clean does.
func cleanText(text string) string {
	if utf8.ValidString(text) && strings.IndexByte(text, 0) < 0 {
		return text // at once, where the others look at each character
	}
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}

package store

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
)

// columns turns rows into a value a column, as PostgreSQL reads it; there are two rows at least. The driver sends bytes as they are, and would
// copy a text twice.
func (r rows) columns(list [][]any) []any {
	args := make([]any, len(r.kinds))
	for c, k := range r.kinds {
		switch k {
		case number:
			args[c] = numbersOf(list, c)
		case document:
			args[c] = documentsOf(list, c)
		case text:
			args[c] = textsOf(list, c)
		}
	}
	return args
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

// documentsOf makes one text of JSON, with between after each but the last.
func documentsOf(list [][]any, column int) []byte {
	n := 0
	for _, row := range list {
		n += len(row[column].(string)) + len(between) //nolint:forcetypeassert // the statement says what it takes
	}
	b := make([]byte, 0, n)
	for i, row := range list {
		if i > 0 {
			b = append(b, between...)
		}
		from := len(b)
		b = append(b, cleanText(row[column].(string))...) //nolint:forcetypeassert // as above
		if bytes.Contains(b[from:], []byte(between)) {    // it is no JSON
			b = append(b[:from], strings.ReplaceAll(string(b[from:]), between, "\uFFFD")...)
		}
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

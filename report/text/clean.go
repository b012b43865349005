package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// CutMark stands where Cut left something out.
const CutMark = "…(以下略)"

// Cut shortens s to at most limit runes, the mark at the end included, and never inside a rune. Text that
// fits is returned as it is. It is meant for raw text, before escaping.
func Cut(s string, limit int) string {
	if limit <= 0 {
		return ""
	}
	if len(s) <= limit || utf8.RuneCountInString(s) <= limit {
		return s
	}
	mark := CutMark
	if utf8.RuneCountInString(mark) >= limit {
		mark = "…"
	}
	keep := limit - utf8.RuneCountInString(mark)
	for i := range s {
		if keep == 0 {
			return strings.TrimRightFunc(s[:i], unicode.IsSpace) + mark
		}
		keep--
	}
	return s
}

// Clean drops what has no place in a text for people: control characters, direction overrides, invisible
// signs, broken UTF-8. Line ends of every kind become "\n", tabs a blank. Backlog's own text needs no cleaning.
func Clean(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	var before rune
	for i, r := range s {
		switch {
		case r == '\r':
			if i+1 < len(s) && s[i+1] == '\n' {
				continue
			}
			r = '\n'
		case r == '\n' || r == '\v' || r == '\f' || r == '\u0085' || r == '\u2028' || r == '\u2029':
			r = '\n'
		case r == '\t':
			r = ' '
		case r == '\u200d' && before >= 0x2190:
			// A joiner holds the parts of an emoji together.
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs) || r&0xfffe == 0xfffe:
			continue
		}
		b.WriteRune(r)
		before = r
	}
	return b.String()
}

// lines cleans s and cuts it into its lines without blanks around them; empty lines are left out, because they would
// end the paragraph that the text stands in.
func lines(s string) []string {
	var out []string
	for line := range strings.SplitSeq(Clean(s), "\n") {
		if line = strings.TrimFunc(line, unicode.IsSpace); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// oneLine cleans s and joins its lines with blanks.
func oneLine(s string) string { return strings.Join(lines(s), " ") }

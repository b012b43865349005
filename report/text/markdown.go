package text

import (
	"slices"
	"strings"
)

// markdown writes GitHub-flavoured Markdown as far as Backlog's Markdown shares it
// (https://support-ja.backlog.com/hc/ja/articles/360036145833).
type markdown struct{}

func (markdown) escape(s string, at place) string {
	var b strings.Builder
	rs := []rune(s)
	digits := 0 // of a number at the start of the line: "1." begins a list
	for i, r := range rs {
		before, after := neighbours(rs, i)
		first := at.start && i == 0
		if r >= '0' && r <= '9' && digits == i && at.start {
			digits++
		}
		switch {
		case r == '\\' && after == 0: // it must not take the meaning of a sign of ours
			b.WriteRune('＼')
			continue
		case r == '@' && mention(before, after):
			b.WriteRune('＠')
			continue
		case (r == '.' || r == ')') && i > 0 && digits == i && (after < '0' || after > '9'):
			b.WriteByte('\\')
		case markdownSign(rs, i, first):
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// markdownSign says whether rs[i] would have a meaning at this spot.
func markdownSign(rs []rune, i int, first bool) bool {
	before, after := neighbours(rs, i)
	switch rs[i] {
	case '\\':
		return swallows(after)
	case '`', '*', '[', ']', '<', '~', '|':
		return true
	case '_': // inside a word it is plain, and issue keys and host names have it
		return !word(before) || !word(after)
	case '-', '+', '=', '>', ':':
		return first
	case '#':
		return first || after == 0 && before == ' '
	case '&':
		return after == '#' || macro(rs, i)
	case '!':
		return after == '[' || after == 0
	case '{':
		return letter(after) || after == '/' || after == 0
	}
	return false
}

func (x markdown) bold(s string, at place) string {
	return "**" + x.escape(s, place{cell: at.cell}) + "**"
}

func (x markdown) bad(s string, at place) string { return x.bold(s, at) }

func (markdown) issue(key string) string { return key }

func (markdown) page(name string) string { return "[[" + name + "]]" }

func (x markdown) link(label, address string, at place) string {
	if label == "" || label == address {
		label = address
	}
	return "[" + x.escape(label, place{cell: at.cell}) + "](" + address + ")"
}

func (markdown) lineBreak(at place) string {
	if at.cell {
		return " / " // no break in a cell is sure to work
	}
	return "  \n"
}

func (markdown) heading(level int, s string) string { return strings.Repeat("#", level) + " " + s }

func (x markdown) list(l List) string {
	var b strings.Builder
	x.items(&b, l.Items, l.Ordered, 0)
	return strings.TrimRight(b.String(), "\n")
}

// items indents by four blanks a level, as Backlog's Markdown wants it.
func (x markdown) items(b *strings.Builder, items []Item, ordered bool, depth int) {
	mark := "- "
	if ordered {
		mark = "1. "
	}
	for _, it := range items {
		b.WriteString(strings.Repeat("    ", depth) + mark + inOneLine(renderLine(x, it.Line, place{start: true, cell: true})) + "\n")
		x.items(b, it.Sub, ordered, depth+1)
	}
}

func (x markdown) table(t Table) string {
	columns := len(t.Head)
	for _, row := range t.Rows {
		columns = max(columns, len(row))
	}
	if columns == 0 {
		return ""
	}
	var b strings.Builder
	for i := range columns {
		b.WriteString("|")
		if i < len(t.Head) {
			b.WriteString(" " + x.escape(oneLine(t.Head[i]), place{start: true, cell: true}) + " ")
		}
	}
	b.WriteString("|\n")
	for i := range columns {
		if slices.Contains(t.Right, i) {
			b.WriteString("| ---: ")
		} else {
			b.WriteString("| --- ")
		}
	}
	b.WriteString("|\n")
	for _, row := range t.Rows {
		for i := range columns {
			b.WriteString("| ")
			if i < len(row) {
				b.WriteString(renderLine(x, row[i], place{start: true, cell: true}) + " ")
			}
		}
		b.WriteString("|\n")
	}
	return strings.TrimRight(b.String(), "\n")
}

func (x markdown) image(file, alt string) string {
	return "![" + x.escape(alt, place{}) + "][" + file + "]"
}

func (markdown) code(language, body string) string {
	fence, run := 3, 0
	for _, r := range body {
		if r != '`' {
			run = 0
			continue
		}
		run++
		fence = max(fence, run+1)
	}
	marks := strings.Repeat("`", fence)
	return marks + language + "\n" + body + "\n" + marks
}

func (x markdown) quote(said []string) string {
	var b strings.Builder
	for i, line := range said {
		if i > 0 {
			b.WriteString("  \n")
		}
		b.WriteString("> " + x.escape(line, place{start: true}))
	}
	return b.String()
}

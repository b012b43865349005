package text

import (
	"regexp"
	"strings"
)

// backlog writes Backlog notation (https://support-ja.backlog.com/hc/ja/articles/360035641594).
type backlog struct{}

func (backlog) escape(s string, at place) string {
	var b strings.Builder
	rs := []rune(s)
	for i, r := range rs {
		before, after := neighbours(rs, i)
		first := at.start && i == 0
		switch {
		case r == '|' && (at.cell || first):
			b.WriteRune('｜')
			continue
		case r == '{' && blockTag(rs[i:]):
			b.WriteRune('｛')
			continue
		case r == '>' && at.cell && first:
			b.WriteRune('＞')
			continue
		case r == '~' && at.cell && first:
			b.WriteRune('～')
			continue
		case r == '\\' && after == 0: // it must not take the meaning of a sign of ours
			b.WriteRune('＼')
			continue
		case r == '@' && mention(before, after):
			b.WriteRune('＠')
			continue
		case backlogSign(rs, i, first, at):
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// blockTag says whether {code}, {quote} or their ends begin here. Blocks may well be looked for before any backslash is
// read, so these get a full-width brace.
func blockTag(rs []rune) bool {
	at := codeTag.FindStringIndex(string(rs[:min(len(rs), len("{/quote"))]))
	return at != nil && at[0] == 0
}

// backlogSign says whether rs[i] would have a meaning at this spot.
func backlogSign(rs []rune, i int, first bool, at place) bool {
	before, after := neighbours(rs, i)
	switch rs[i] {
	case '\\':
		return swallows(after)
	case '*', '-', '+', '>', ':':
		return first
	case '\'': // bold and italic; our own marks may stand at the ends
		return before == '\'' || after == '\'' || before == 0 || after == 0
	case '%':
		return before == '%' || after == '%'
	case '[':
		return before == '[' || after == '[' || after == 0
	case ']':
		return before == ']' || after == ']' || before == 0
	case '}':
		return at.brace
	case '&':
		return after == '#' || macro(rs, i)
	case '#':
		return first || macro(rs, i) || strings.HasPrefix(string(rs[i+1:min(len(rs), i+9)]), "contents")
	}
	return false
}

func (x backlog) bold(s string, at place) string {
	return "''" + x.escape(s, place{cell: at.cell}) + "''"
}

func (x backlog) bad(s string, at place) string {
	return "&color(red) { " + x.escape(s, place{cell: at.cell, brace: true}) + " }"
}

func (backlog) issue(key string) string { return "[[" + key + "]]" }

func (backlog) page(name string) string { return "[[" + name + "]]" }

// link writes [[label>address]]; [[label:address]] is a link as well. Whether "\\" holds between the brackets is not
// documented, so a label has its signs in full width.
func (backlog) link(label, address string, _ place) string {
	if label == "" || label == address {
		return "[[" + address + "]]"
	}
	return "[[" + fullWidth(label) + ">" + address + "]]"
}

// fullWidth puts the full-width twin in the place of every sign that could have a meaning.
func fullWidth(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 && strings.ContainsRune("[]{}<>|:&#%'`@~*\\", r) {
			return r + '！' - '!'
		}
		return r
	}, s)
}

func (backlog) lineBreak(at place) string {
	if at.cell {
		return "&br;"
	}
	return "\n"
}

func (backlog) heading(level int, s string) string {
	return strings.Repeat("*", min(level, 4)) + " " + s
}

func (x backlog) list(l List) string {
	mark := "-"
	if l.Ordered {
		mark = "+"
	}
	var b strings.Builder
	x.items(&b, l.Items, mark, 1)
	return strings.TrimRight(b.String(), "\n")
}

func (x backlog) items(b *strings.Builder, items []Item, mark string, depth int) {
	for _, it := range items {
		b.WriteString(strings.Repeat(mark, depth) + " " + inOneLine(renderLine(x, it.Line, place{start: true, cell: true})) + "\n")
		x.items(b, it.Sub, mark, depth+1)
	}
}

func (x backlog) table(t Table) string {
	var b strings.Builder
	if len(t.Head) > 0 {
		for _, h := range t.Head {
			b.WriteString("|" + x.escape(oneLine(h), place{start: true, cell: true}))
		}
		b.WriteString("|h\n")
	}
	for _, row := range t.Rows {
		for i := range max(len(row), len(t.Head)) {
			b.WriteString("|")
			if i == 0 && t.RowHead {
				b.WriteString("~")
			}
			if i < len(row) {
				b.WriteString(renderLine(x, row[i], place{start: true, cell: true}))
			}
		}
		b.WriteString("|\n")
	}
	return strings.TrimRight(b.String(), "\n")
}

func (backlog) image(file, _ string) string { return "#image(" + file + ")" }

var codeTag = regexp.MustCompile(`(?i)\{(/?)(code|quote)`)

// code can't escape anything inside the block, so a tag in the body gets a full-width brace.
func (backlog) code(language, body string) string {
	open := "{code}"
	if language != "" {
		open = "{code:" + language + "}"
	}
	return open + "\n" + codeTag.ReplaceAllString(body, "｛$1$2") + "\n{/code}"
}

func (x backlog) quote(said []string) string {
	var b strings.Builder
	b.WriteString("{quote}\n")
	for _, line := range said {
		b.WriteString(x.escape(line, place{start: true}) + "\n")
	}
	return b.String() + "{/quote}"
}

// inOneLine keeps a list's point in its line.
func inOneLine(s string) string { return strings.ReplaceAll(s, "\n", " ") }

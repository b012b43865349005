package text

import (
	"html"
	"strings"
	"unicode"
)

// Escape makes untrusted text harmless as a paragraph of its own or as part of a line in the rule. Line breaks are kept
// (as hard breaks), empty lines are not.
func Escape(rule Rule, s string) string {
	if rule == HTML {
		return html.EscapeString(strings.Join(lines(s), "\n"))
	}
	sx := syntaxOf(rule)
	var b strings.Builder
	for i, line := range lines(s) {
		if i > 0 {
			b.WriteString(sx.lineBreak(place{}))
		}
		b.WriteString(sx.escape(line, place{start: true}))
	}
	return b.String()
}

// EscapeLetter makes a whole untrusted text harmless that stands by itself, such as a mail: its lines and paragraphs stay as they are, but for
// blanks before and behind a line. [Unescape] reads it back.
func EscapeLetter(rule Rule, s string) string {
	all := strings.Split(Clean(s), "\n")
	for i, line := range all {
		all[i] = Escape(rule, strings.Trim(line, " \t"))
	}
	return strings.Join(all, "\n")
}

// Unescape reads what [Escape] and [EscapeLetter] wrote: it takes away the backslashes before signs. Signs that were written in full width stay so.
func Unescape(s string) string {
	if !strings.Contains(s, "\\") {
		return s
	}
	var b strings.Builder
	rs := []rune(s)
	for i := 0; i < len(rs); i++ {
		if rs[i] == '\\' && i+1 < len(rs) && rs[i+1] > ' ' && swallows(rs[i+1]) {
			i++
		}
		b.WriteRune(rs[i])
	}
	return b.String()
}

// EscapeCell makes untrusted text harmless as a whole table cell in the rule. Line breaks become blanks.
func EscapeCell(rule Rule, s string) string {
	if rule == HTML {
		return html.EscapeString(oneLine(s))
	}
	return syntaxOf(rule).escape(oneLine(s), place{start: true, cell: true})
}

// place is where a piece of text comes to stand.
type place struct {
	start bool // nothing stands before it in its line or cell
	cell  bool // in a table cell
	brace bool // between the braces of a colour
}

// syntax is a text rule's way to write things.
type syntax interface {
	escape(line string, at place) string
	bold(s string, at place) string
	bad(s string, at place) string
	issue(key string) string
	page(name string) string
	link(label, url string, at place) string
	lineBreak(at place) string

	heading(level int, s string) string
	list(l List) string
	table(t Table) string
	image(file, alt string) string
	code(language, body string) string
	quote(body []string) string
}

func syntaxOf(rule Rule) syntax {
	if rule == Backlog {
		return backlog{}
	}
	return markdown{}
}

// macro says whether the letters after the sign at position i end in "(" or ";", as in &color(, &br;, &lt; and #image(.
// Anything else is an address (?a=1&b=2#top) or a name (R&D, C#).
func macro(rs []rune, i int) bool {
	for j := i + 1; j < len(rs); j++ {
		if !word(rs[j]) {
			return j > i+1 && (rs[j] == '(' || rs[j] == ';')
		}
	}
	return false
}

// neighbours gives the runes before and after position i; 0 stands for the end of the text, where a sign of ours may follow.
func neighbours(rs []rune, i int) (before, after rune) {
	if i > 0 {
		before = rs[i-1]
	}
	if i+1 < len(rs) {
		after = rs[i+1]
	}
	return before, after
}

// mention says whether the "@" between the two runes could call somebody. Inside a mail address it can't.
func mention(before, after rune) bool {
	return !(word(before) || strings.ContainsRune("._%+-", before) && before != 0) || !word(after)
}

// swallows says whether a backslash before this rune would be read as an escape.
func swallows(after rune) bool { return after < 0x80 && !word(after) && after != ' ' }

func letter(r rune) bool { return r < 0x80 && unicode.IsLetter(r) }

func word(r rune) bool { return letter(r) || r >= '0' && r <= '9' }

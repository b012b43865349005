package text

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// render writes the blocks with an empty line between them and one line end at the end.
func render(sx syntax, d Doc) string {
	var parts []string
	for _, b := range d {
		if s := renderBlock(sx, b); s != "" {
			parts = append(parts, s)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, "\n\n") + "\n"
}

func renderBlock(sx syntax, b Block) string {
	switch b := b.(type) {
	case Heading:
		if title := oneLine(b.Text); title != "" {
			return sx.heading(min(max(b.Level, 1), 6), sx.escape(title, place{}))
		}
	case Para:
		return renderLine(sx, Line(b), place{start: true})
	case List:
		return sx.list(b)
	case Table:
		return sx.table(b)
	case Image:
		return sx.image(fileName(b.File), oneLine(b.Alt))
	case Code:
		return sx.code(codeLanguage(b.Language), codeBody(b.Text))
	case Quote:
		if said := lines(b.Text); len(said) > 0 {
			return sx.quote(said)
		}
	}
	return ""
}

// renderLine writes inline parts. at.start says that they begin a line or cell.
func renderLine(sx syntax, in Line, at place) string {
	w := lineWriter{sx: sx, at: at}
	for _, part := range merge(in) {
		switch part := part.(type) {
		case Text:
			w.text(string(part))
		case Bold:
			if s := oneLine(string(part)); s != "" {
				w.put(sx.bold(s, w.at))
			}
		case Bad:
			if s := oneLine(string(part)); s != "" {
				w.put(sx.bad(s, w.at))
			}
		case Issue:
			w.key(sx.issue(string(part)))
		case Page:
			if name := pageName(string(part)); name != "" {
				w.put(sx.page(name))
			}
		case Link:
			w.put(sx.link(part.Label, part.URL, w.at))
		case Break:
			w.newLine()
		}
	}
	return strings.TrimRight(w.b.String(), " ")
}

// lineWriter writes the parts of a line. Breaks and blanks wait until something follows, so that none ends the text and no
// two breaks make an empty line, which would end the paragraph.
type lineWriter struct {
	sx      syntax
	at      place
	b       strings.Builder
	pending string // a break or a blank
	bareKey bool   // the last thing written is an issue key without brackets
}

func (w *lineWriter) put(s string) {
	if s == "" {
		return
	}
	if first, _ := utf8.DecodeRuneInString(s); w.bareKey && w.pending == "" && joins(first) {
		w.pending = " "
	}
	w.b.WriteString(w.pending + s)
	w.pending, w.at.start, w.bareKey = "", false, false
}

// key writes an issue's key, apart from words that it would grow together with.
func (w *lineWriter) key(s string) {
	first, _ := utf8.DecodeRuneInString(s)
	last, _ := utf8.DecodeLastRuneInString(w.b.String())
	if w.pending == "" && w.b.Len() > 0 && letter(first) && joins(last) {
		w.pending = " "
	}
	w.put(s)
	w.bareKey = letter(first)
}

func (w *lineWriter) blank() {
	if !w.at.start && w.pending == "" {
		w.pending = " "
	}
}

func (w *lineWriter) newLine() {
	if w.b.Len() > 0 {
		w.pending, w.at.start = w.sx.lineBreak(w.at), true
	}
}

// text writes plain text; blanks and line ends at its ends stand for one blank ("対象: " stands before something).
func (w *lineWriter) text(s string) {
	s = Clean(s)
	head := s[:len(s)-len(strings.TrimLeftFunc(s, unicode.IsSpace))]
	if head != "" {
		w.blank()
	}
	if head == s {
		return
	}
	for i, line := range lines(s) {
		if i > 0 {
			w.newLine()
		}
		w.put(w.sx.escape(line, w.at))
	}
	if strings.TrimRightFunc(s, unicode.IsSpace) != s {
		w.blank()
	}
}

// joins says whether a key beside this rune would be read as one word with it.
func joins(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || r == '-'
}

// honest makes plain text of what is no key and of what leads nowhere, and cleans the rest.
func honest(part Inline) Inline {
	switch part := part.(type) {
	case Issue:
		if key := oneLine(string(part)); IsIssueKey(key) {
			return Issue(key)
		}
		return Text(part)
	case Link:
		if address := httpAddress(part.URL); address != "" {
			return Link{Label: oneLine(part.Label), URL: address}
		}
		return Text(strings.TrimSpace(part.Label + " " + part.URL))
	}
	return part
}

// merge joins texts that stand side by side, so that no sign is made of two halves.
func merge(in Line) Line {
	out := make(Line, 0, len(in))
	for _, part := range in {
		part = honest(part)
		if t, ok := part.(Text); ok && len(out) > 0 {
			if last, ok := out[len(out)-1].(Text); ok {
				out[len(out)-1] = last + t
				continue
			}
		}
		out = append(out, part)
	}
	return out
}

var (
	issueKey = regexp.MustCompile(`^[A-Z][A-Z0-9_]{0,24}-[1-9][0-9]{0,9}$`)
	language = regexp.MustCompile(`^[A-Za-z0-9+#-]{1,20}$`)
)

// IsIssueKey says whether s is written like the key of a Backlog issue: PROJECT_KEY-123.
func IsIssueKey(s string) bool { return issueKey.MatchString(s) }

func codeLanguage(s string) string {
	if language.MatchString(s) {
		return s
	}
	return ""
}

func codeBody(s string) string { return strings.Trim(Clean(s), "\n") }

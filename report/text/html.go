package text

import (
	"fmt"
	"html"
	"slices"
	"strings"
)

// Href gives the address of an Issue, a Page or an Image, or "" when there is none: then its name shows as text.
// Any address other than http(s) and a path on the same server is ignored.
type Href func(kind, name string) string

// The kinds that an Href is asked for.
const (
	HrefIssue = "issue"
	HrefPage  = "page"
	HrefImage = "image"
)

// RenderHTML writes the document as an HTML fragment. All text is escaped; href may be nil.
func RenderHTML(d Doc, href Href) string {
	w := htmlWriter{href: href}
	for _, b := range d {
		w.block(b)
	}
	return w.b.String()
}

type htmlWriter struct {
	b    strings.Builder
	href Href
}

func (w *htmlWriter) block(b Block) {
	switch b := b.(type) {
	case Heading:
		level := min(max(b.Level, 1), 6)
		fmt.Fprintf(&w.b, "<h%d>%s</h%d>\n", level, html.EscapeString(oneLine(b.Text)), level)
	case Para:
		if s := w.line(Line(b)); s != "" {
			w.b.WriteString("<p>" + s + "</p>\n")
		}
	case List:
		w.list(b.Items, b.Ordered)
	case Table:
		w.table(b)
	case Image:
		alt := html.EscapeString(oneLine(b.Alt))
		if at := w.address(HrefImage, fileName(b.File)); at != "" {
			w.b.WriteString(`<p><img src="` + at + `" alt="` + alt + "\"></p>\n")
		} else if alt != "" {
			w.b.WriteString("<p>" + alt + "</p>\n")
		}
	case Code:
		w.b.WriteString("<pre><code>" + html.EscapeString(codeBody(b.Text)) + "</code></pre>\n")
	case Quote:
		if said := lines(b.Text); len(said) > 0 {
			w.b.WriteString("<blockquote>" + breaks(said) + "</blockquote>\n")
		}
	}
}

func (w *htmlWriter) list(items []Item, ordered bool) {
	tag := "ul"
	if ordered {
		tag = "ol"
	}
	w.b.WriteString("<" + tag + ">\n")
	for _, it := range items {
		w.b.WriteString("<li>" + w.line(it.Line))
		if len(it.Sub) > 0 {
			w.b.WriteString("\n")
			w.list(it.Sub, ordered)
		}
		w.b.WriteString("</li>\n")
	}
	w.b.WriteString("</" + tag + ">\n")
}

func (w *htmlWriter) table(t Table) {
	w.b.WriteString("<table>\n")
	if len(t.Head) > 0 {
		w.b.WriteString("<thead><tr>")
		for i, h := range t.Head {
			w.b.WriteString("<th" + flush(t, i) + ">" + html.EscapeString(oneLine(h)) + "</th>")
		}
		w.b.WriteString("</tr></thead>\n")
	}
	w.b.WriteString("<tbody>\n")
	for _, row := range t.Rows {
		w.b.WriteString("<tr>")
		for i := range max(len(row), len(t.Head)) {
			tag, attr := "td", flush(t, i)
			if i == 0 && t.RowHead {
				tag, attr = "th", ` scope="row"`
			}
			w.b.WriteString("<" + tag + attr + ">")
			if i < len(row) {
				w.b.WriteString(w.line(row[i]))
			}
			w.b.WriteString("</" + tag + ">")
		}
		w.b.WriteString("</tr>\n")
	}
	w.b.WriteString("</tbody>\n</table>\n")
}

func flush(t Table, column int) string {
	if slices.Contains(t.Right, column) {
		return ` class="number"`
	}
	return ""
}

func (w *htmlWriter) line(in Line) string {
	var b strings.Builder
	for _, part := range merge(in) {
		switch part := part.(type) {
		case Text:
			b.WriteString(spaced(string(part)))
		case Bold:
			b.WriteString("<strong>" + html.EscapeString(oneLine(string(part))) + "</strong>")
		case Bad:
			b.WriteString(`<strong class="bad">` + html.EscapeString(oneLine(string(part))) + "</strong>")
		case Issue:
			b.WriteString(w.named(HrefIssue, string(part)))
		case Page:
			b.WriteString(w.named(HrefPage, oneLine(string(part))))
		case Link:
			b.WriteString(anchor(part))
		case Break:
			b.WriteString("<br>")
		}
	}
	return strings.TrimSpace(b.String())
}

func (w *htmlWriter) named(kind, name string) string {
	shown := html.EscapeString(name)
	if at := w.address(kind, name); at != "" {
		return `<a href="` + at + `">` + shown + "</a>"
	}
	return shown
}

// address gives an escaped address for an attribute.
func (w *htmlWriter) address(kind, name string) string {
	if w.href == nil {
		return ""
	}
	at := w.href(kind, name)
	if strings.HasPrefix(at, "/") && !strings.HasPrefix(at, "//") && !strings.HasPrefix(at, "/\\") {
		return html.EscapeString(Clean(at))
	}
	return html.EscapeString(httpAddress(at))
}

// anchor writes a link whose address has been checked.
func anchor(l Link) string {
	label := l.Label
	if label == "" {
		label = l.URL
	}
	return `<a href="` + html.EscapeString(l.URL) + `" rel="noopener noreferrer">` + html.EscapeString(label) + "</a>"
}

// spaced escapes text, keeping one blank at its ends.
func spaced(s string) string {
	s = Clean(s)
	said := lines(s)
	if len(said) == 0 {
		return gapOf(s)
	}
	trimmed := strings.TrimSpace(s)
	at := strings.Index(s, trimmed)
	return gapOf(s[:at]) + breaks(said) + gapOf(s[at+len(trimmed):])
}

func gapOf(space string) string {
	if space == "" {
		return ""
	}
	return " "
}

func breaks(said []string) string {
	var b strings.Builder
	for i, line := range said {
		if i > 0 {
			b.WriteString("<br>\n")
		}
		b.WriteString(html.EscapeString(line))
	}
	return b.String()
}

// Package textrule turns texts in Backlog's two text formatting rules into safe HTML, for the pages of the stand-in.
//
// It knows the common part of both rules: headings, bold, italic, strike, lists, check lists, tables, code, quotes, links, issue links and wiki
// links. It refuses to know projects, files and users: images and attachments become links or labels, and a wiki link points nowhere. Whatever
// it does not recognise is shown as it was typed, escaped. No markup of the text's author ever reaches the output.
package textrule

import (
	"html"
	"html/template"
	"strings"
)

// The rules, as projects name them.
const (
	Backlog  = "backlog"
	Markdown = "markdown"
)

const (
	maxDepth  = 8     // of quotes, lists and nested styles
	maxReach  = 4_000 // bytes within which a style or link must be closed
	maxLevels = 6
)

// Render makes HTML of text. An unknown rule is read as Backlog's. The function wiki gives the address of the wiki page of a name, or nothing where
// there is none: [[Name]] and [[title>Name]] lead there. Nil knows no page.
func Render(rule, text string, wiki func(name string) string) template.HTML {
	if wiki == nil {
		wiki = func(string) string { return "" }
	}
	r := &renderer{markdown: rule == Markdown, wiki: wiki}
	text = strings.ToValidUTF8(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "").Replace(text), "�")
	r.blocks(strings.Split(strings.Trim(text, "\n"), "\n"), 0)
	return template.HTML(r.out.String()) //nolint:gosec // every text goes through html.EscapeString on its way into out
}

type renderer struct {
	markdown bool
	out      strings.Builder
	links    int // how deep within a link
	wiki     func(name string) string
}

// raw writes markup of our own; text never goes here.
func (r *renderer) raw(parts ...string) {
	for _, p := range parts {
		r.out.WriteString(p)
	}
}

func (r *renderer) text(s string) { r.out.WriteString(html.EscapeString(s)) }

// blocks renders lines, one block after the other. Each reader takes its lines and returns the rest, or nil when the block is not its kind.
func (r *renderer) blocks(lines []string, depth int) {
	readers := []func([]string, int) ([]string, bool){r.code, r.heading, r.table, r.quote, r.list, r.rule}
next:
	for len(lines) > 0 {
		if strings.TrimSpace(lines[0]) == "" {
			lines = lines[1:]
			continue
		}
		if depth < maxDepth {
			for _, read := range readers {
				if rest, ok := read(lines, depth); ok {
					lines = rest
					continue next
				}
			}
		}
		lines = r.paragraph(lines, depth)
	}
}

// paragraph takes lines up to a blank one or the beginning of another block; line breaks stay, as Backlog keeps them in both rules.
func (r *renderer) paragraph(lines []string, depth int) []string {
	r.raw("<p>")
	n := 0
	for ; n < len(lines); n++ {
		if strings.TrimSpace(lines[n]) == "" || (n > 0 && depth < maxDepth && r.startsBlock(lines[n:])) {
			break
		}
		if n > 0 {
			r.raw("<br>\n")
		}
		r.inline(strings.TrimSpace(lines[n]), 0)
	}
	r.raw("</p>\n")
	return lines[n:]
}

func (r *renderer) startsBlock(lines []string) bool {
	line := lines[0]
	if _, ok := r.listItem(line); ok {
		return true
	}
	if _, _, ok := r.headingOf(line); ok {
		return true
	}
	return r.opensCode(line) || strings.HasPrefix(line, ">") || line == "{quote}" || r.opensTable(lines)
}

func (r *renderer) headingOf(line string) (level int, title string, ok bool) {
	mark := byte('*')
	if r.markdown {
		mark = '#'
	}
	for level < len(line) && line[level] == mark {
		level++
	}
	if level == 0 || level > maxLevels || level >= len(line) || line[level] != ' ' {
		return 0, "", false
	}
	return level, strings.TrimSpace(line[level:]), true
}

func (r *renderer) heading(lines []string, _ int) ([]string, bool) {
	level, title, ok := r.headingOf(lines[0])
	if !ok {
		return nil, false
	}
	tag := "h" + itoa(level) + ">"
	r.raw("<", tag)
	r.inline(title, 0)
	r.raw("</", tag, "\n")
	return lines[1:], true
}

func (r *renderer) rule(lines []string, _ int) ([]string, bool) {
	line := strings.TrimSpace(lines[0])
	switch {
	case r.markdown && len(line) >= 3 && (strings.Trim(line, "-") == "" || strings.Trim(line, "*") == ""):
		r.raw("<hr>\n")
	case line == "#contents" && !r.markdown, strings.EqualFold(line, "[toc]") && r.markdown:
		// a table of contents: left away
	default:
		return nil, false
	}
	return lines[1:], true
}

func (r *renderer) opensCode(line string) bool {
	if r.markdown {
		return strings.HasPrefix(strings.TrimLeft(line, " "), "```")
	}
	return strings.HasPrefix(line, "{code}") || strings.HasPrefix(line, "{code:")
}

func (r *renderer) code(lines []string, _ int) ([]string, bool) {
	if !r.opensCode(lines[0]) {
		return nil, false
	}
	var body []string
	rest := lines[1:]
	first := ""
	if !r.markdown {
		if _, after, ok := strings.Cut(lines[0], "}"); ok {
			first = after
		}
	}
	if inner, _, ok := strings.Cut(first, "{/code}"); ok && !r.markdown {
		r.raw("<pre><code>")
		r.text(inner)
		r.raw("</code></pre>\n")
		return rest, true
	}
	if first != "" {
		body = append(body, first)
	}
	for len(rest) > 0 {
		line := rest[0]
		rest = rest[1:]
		if r.markdown && strings.HasPrefix(strings.TrimSpace(line), "```") {
			break
		}
		if before, _, ok := strings.Cut(line, "{/code}"); ok && !r.markdown {
			if before != "" {
				body = append(body, before)
			}
			break
		}
		body = append(body, line)
	}
	r.raw("<pre><code>")
	r.text(strings.Join(body, "\n"))
	r.raw("</code></pre>\n")
	return rest, true
}

func (r *renderer) quote(lines []string, depth int) ([]string, bool) {
	var inner []string
	rest := lines
	switch {
	case strings.HasPrefix(lines[0], ">"):
		for len(rest) > 0 && strings.HasPrefix(rest[0], ">") {
			inner = append(inner, strings.TrimPrefix(rest[0][1:], " "))
			rest = rest[1:]
		}
	case !r.markdown && strings.TrimSpace(lines[0]) == "{quote}":
		rest = rest[1:]
		for len(rest) > 0 {
			line := rest[0]
			rest = rest[1:]
			if strings.TrimSpace(line) == "{/quote}" {
				break
			}
			inner = append(inner, line)
		}
	default:
		return nil, false
	}
	r.raw("<blockquote>\n")
	r.blocks(inner, depth+1)
	r.raw("</blockquote>\n")
	return rest, true
}

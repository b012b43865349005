package textrule

import "strings"

// item is one line of a list.
type item struct {
	level   int
	ordered bool
	text    string
	check   string // "", " " or "x"
}

// listItem reads the marker of a list line: "-- a" and "++ a" in Backlog's rule, "    - a" and "1. a" in Markdown.
func (r *renderer) listItem(line string) (it item, ok bool) {
	if r.markdown {
		return markdownItem(line)
	}
	for it.level < len(line) && (line[it.level] == '-' || line[it.level] == '+') && line[it.level] == line[0] {
		it.level++
	}
	if it.level == 0 || it.level > maxDepth || it.level >= len(line) || line[it.level] != ' ' {
		return item{}, false
	}
	it.ordered, it.text = line[0] == '+', strings.TrimSpace(line[it.level:])
	it.readCheck()
	return it, true
}

func markdownItem(line string) (item, bool) {
	line = strings.ReplaceAll(line, "\t", "    ")
	body := strings.TrimLeft(line, " ")
	it := item{level: min((len(line)-len(body)+2)/4, maxDepth-1) + 1}
	digits := 0
	for digits < len(body) && body[digits] >= '0' && body[digits] <= '9' {
		digits++
	}
	switch {
	case digits > 0 && digits < 10 && strings.HasPrefix(body[digits:], ". "):
		it.ordered, it.text = true, strings.TrimSpace(body[digits+2:])
	case strings.HasPrefix(body, "- ") || strings.HasPrefix(body, "* ") || strings.HasPrefix(body, "+ "):
		it.text = strings.TrimSpace(body[2:])
	default:
		return item{}, false
	}
	it.readCheck()
	return it, true
}

func (it *item) readCheck() {
	for _, mark := range []string{"[ ] ", "[x] ", "[X] "} {
		if rest, ok := strings.CutPrefix(it.text, mark); ok {
			it.check, it.text = strings.ToLower(mark[1:2]), rest
		}
	}
}

func (r *renderer) list(lines []string, _ int) ([]string, bool) {
	var items []item
	for len(lines) > 0 {
		it, ok := r.listItem(lines[0])
		if !ok {
			break
		}
		items = append(items, it)
		lines = lines[1:]
	}
	if len(items) == 0 {
		return nil, false
	}
	for len(items) > 0 {
		items = r.items(items, items[0].level)
	}
	return lines, true
}

// items writes one list of a level with the deeper ones inside, and returns what belongs above it or to another kind of list.
func (r *renderer) items(items []item, level int) []item {
	ordered := items[0].ordered
	tag := "ul>"
	if ordered {
		tag = "ol>"
	}
	r.raw("<", tag, "\n")
	for len(items) > 0 && items[0].level == level && items[0].ordered == ordered {
		it := items[0]
		items = items[1:]
		r.raw("<li>")
		switch it.check {
		case "x":
			r.raw(`<input type="checkbox" disabled checked> `)
		case " ":
			r.raw(`<input type="checkbox" disabled> `)
		}
		r.inline(it.text, 0)
		for len(items) > 0 && items[0].level > level {
			r.raw("\n")
			items = r.items(items, items[0].level)
		}
		r.raw("</li>\n")
	}
	r.raw("</", tag, "\n")
	return items
}

package textrule

import (
	"regexp"
	"strconv"
	"strings"
)

var tableRule = regexp.MustCompile(`^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$`)

func (r *renderer) opensTable(lines []string) bool {
	if !r.markdown {
		return len(lines[0]) > 1 && lines[0][0] == '|' && strings.LastIndexByte(lines[0], '|') > 0
	}
	return len(lines) > 1 && strings.Contains(lines[0], "|") && strings.Contains(lines[1], "|") && tableRule.MatchString(lines[1])
}

func (r *renderer) table(lines []string, _ int) ([]string, bool) {
	if !r.opensTable(lines) {
		return nil, false
	}
	r.raw("<table>\n")
	head := r.markdown
	for n := 0; len(lines) > 0; n++ {
		line := lines[0]
		if (r.markdown && !strings.Contains(line, "|")) || (!r.markdown && !r.opensTable(lines)) {
			break
		}
		lines = lines[1:]
		if r.markdown && n == 1 {
			continue // the line of dashes
		}
		r.row(line, head && n == 0)
	}
	r.raw("</table>\n")
	return lines, true
}

// row writes one line of a table. In Backlog's rule a trailing h makes a row of headings, ~ one such cell, and > joins a cell to the next.
func (r *renderer) row(line string, head bool) {
	line = strings.TrimSpace(line)
	if !r.markdown && strings.HasSuffix(line, "|h") {
		head, line = true, strings.TrimSuffix(line, "h")
	}
	r.raw("<tr>")
	span := 1
	for _, cell := range cells(line) {
		cell = strings.TrimSpace(cell)
		if !r.markdown && cell == ">" {
			span++
			continue
		}
		tag := "td"
		if rest, ok := strings.CutPrefix(cell, "~"); ok && !r.markdown {
			tag, cell = "th", rest
		}
		if head {
			tag = "th"
		}
		r.raw("<", tag)
		if span > 1 {
			r.raw(` colspan="`, itoa(span), `"`)
			span = 1
		}
		r.raw(">")
		r.inline(cell, 0)
		r.raw("</", tag, ">")
	}
	r.raw("</tr>\n")
}

// cells cuts at bars that are not escaped and not within code.
func cells(line string) []string {
	line = strings.TrimPrefix(line, "|")
	var out []string
	var cell strings.Builder
	code := false
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '\\' && i+1 < len(line) && line[i+1] == '|':
			cell.WriteString(`\|`)
			i++
		case line[i] == '|' && !code:
			out = append(out, cell.String())
			cell.Reset()
		default:
			if line[i] == '`' {
				code = !code && strings.IndexByte(line[i+1:], '`') >= 0
			}
			cell.WriteByte(line[i])
		}
	}
	if strings.TrimSpace(cell.String()) != "" {
		out = append(out, cell.String())
	}
	return out
}

func itoa(n int) string { return strconv.Itoa(n) }

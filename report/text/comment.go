package text

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// The lengths that Backlog takes, in characters; it answers longer ones with error code 7. The wiki names
// no limit; ours keeps a page below what browsers and the API take without trouble.
const (
	CommentLimit     = 50_000
	DescriptionLimit = 100_000
	SummaryLimit     = 255
	PageLimit        = 90_000
)

// Comment writes a comment of the given blocks in the rule, within Backlog's limit:
//
//	text.Comment(rule,
//		text.Lines("山田様", "ご依頼を承りました。"),
//		text.Fields("作業種別", typeName, "完了期限", due),
//		text.Points(missing...))
func Comment(rule Rule, blocks ...Block) string {
	return RenderWithin(rule, blocks, CommentLimit)
}

// Lines is a paragraph of plain lines; empty ones are left out. A line break inside one becomes a blank: the writer of a
// comment says where its lines end, not the words of a ticket in it.
func Lines(lines ...string) Para {
	var p Para
	for _, line := range lines {
		if line = oneLine(line); line == "" {
			continue
		}
		if len(p) > 0 {
			p = append(p, Break{})
		}
		p = append(p, Text(line))
	}
	return p
}

// Points is a list of plain points.
func Points(points ...string) List {
	var l List
	for _, point := range points {
		l.Items = append(l.Items, Item{Line: Cell(point)})
	}
	return l
}

// Fields is a table of names and values in turn. A name without a value gets an empty one.
func Fields(nameValue ...string) Table {
	t := Table{Head: []string{"項目", "内容"}, RowHead: true}
	for i := 0; i < len(nameValue); i += 2 {
		row := []Line{Cell(nameValue[i]), nil}
		if i+1 < len(nameValue) {
			row[1] = Cell(nameValue[i+1])
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// Cell is a line of plain text.
func Cell(s string) Line { return Line{Text(s)} }

// Issues is a line of issue keys, at most limit of them, the rest counted ("ほか 3 件"); "–" when there are none.
func Issues(keys []string, limit int) Line {
	if len(keys) == 0 {
		return Cell("–")
	}
	var l Line
	for i, key := range keys {
		if i == limit {
			return append(l, Text(" ほか "+strconv.Itoa(len(keys)-limit)+" 件"))
		}
		if i > 0 {
			l = append(l, Text(", "))
		}
		l = append(l, Issue(key))
	}
	return l
}

// omitted stands where RenderWithin left blocks out.
const omitted = "(長いため、以下を省略しました)"

// RenderWithin is Render for a place that takes no more than limit runes. What does not fit is left out from
// the end, whole table rows, list points, lines of quotes and code, or blocks at a time, and a sentence says so.
// A text that can't hold even that sentence is empty.
func RenderWithin(rule Rule, d Doc, limit int) string {
	whole := Render(rule, d)
	if utf8.RuneCountInString(whole) <= limit {
		return whole
	}
	note := Render(rule, Doc{Lines(omitted)})
	var b strings.Builder
	left := limit - utf8.RuneCountInString(note) - 1
	for _, block := range d {
		part := Render(rule, Doc{block})
		n := utf8.RuneCountInString(part)
		if n > left {
			if part = largest(rule, block, left); part != "" {
				join(&b, part)
			}
			break
		}
		join(&b, part)
		left -= n + 1
	}
	if left < 0 {
		return ""
	}
	join(&b, note)
	return b.String()
}

func join(b *strings.Builder, part string) {
	if b.Len() > 0 && part != "" {
		b.WriteString("\n")
	}
	b.WriteString(part)
}

// largest finds by halving the largest beginning of the block that fits.
func largest(rule Rule, block Block, limit int) string {
	best := ""
	low, high := 1, pieces(block)
	for low <= high {
		mid := (low + high) / 2
		s := Render(rule, Doc{shorten(block, mid)})
		if utf8.RuneCountInString(s) <= limit {
			best, low = s, mid+1
		} else {
			high = mid - 1
		}
	}
	return best
}

// pieces counts what a block can be cut into.
func pieces(block Block) int {
	switch b := block.(type) {
	case Table:
		return len(b.Rows)
	case List:
		return len(b.Items)
	case Quote:
		return utf8.RuneCountInString(b.Text)
	case Code:
		return strings.Count(b.Text, "\n") + 1
	case Para:
		n := 0
		for _, part := range b {
			n += size(part)
		}
		return n
	}
	return 0
}

// shorten keeps the first n pieces.
func shorten(block Block, n int) Block {
	switch b := block.(type) {
	case Table:
		b.Rows = b.Rows[:n]
		return b
	case List:
		b.Items = b.Items[:n]
		return b
	case Quote:
		b.Text = Cut(b.Text, n)
		return b
	case Code:
		b.Text = strings.Join(strings.SplitN(b.Text, "\n", n+1)[:n], "\n")
		return b
	case Para:
		for i, part := range b {
			if size(part) <= n {
				n -= size(part)
				continue
			}
			kept := append(Para(nil), b[:i]...)
			if t, ok := part.(Text); ok {
				kept = append(kept, Text(Cut(string(t), n)))
			}
			return kept
		}
	}
	return block
}

// size is how many pieces an inline part has: plain text can be cut anywhere, the rest only as a whole.
func size(part Inline) int {
	if t, ok := part.(Text); ok {
		return utf8.RuneCountInString(string(t))
	}
	return 1
}

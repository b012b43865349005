package desk

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"toban/bot"
)

// page is a ticket's text as read: what stands under labels, and the rest.
type page struct {
	labels map[string]string // squeezed label → value; template lines that nobody filled in are no values
	seen   map[string]bool   // labels, filled in or not
	more   map[string][]byte // what follows the first line below a label, while the text is being read
	free   int               // characters of lines under no label that we know
	text   string            // everything but the labels, folded
	ops    []string          // operations that were chosen or named
}

var (
	headingLine = regexp.MustCompile(`^\s*(?:#{1,6}\s*|[■□◆▼◇●▪▶]+\s*|\*{1,4}\s+|[【\[<\x{ff1c}]|\*\*|__)([^:\x{ff1a}\n】\]]{1,40}?)(?:[】\]>\x{ff1e}]|\*\*|__)?\s*$`)
	bracketLine = regexp.MustCompile(`^[\s■◆●・*#-]*[【\[]([^】\]\n]{1,40})[】\]]\s*[:\x{ff1a}]?\s*(\S.*)$`)
	tableLine   = regexp.MustCompile(`^\s*\|(.+?)\|?h?\s*$`)
	tableRule   = regexp.MustCompile(`^[\s|:-]+$`)
	bullet      = regexp.MustCompile(`^\s*(?:[-*+・•]\s*|\d{1,2}[.)\x{ff09}]\s+)`)
	comment     = regexp.MustCompile(`(?s)<!--.*?-->`)
)

// otherLabels stand in tickets beside the required items and end the part above them.
var otherLabels = []string{
	"備考", "その他", "希望日時", "実施希望日時", "希望日", "希望納期", "期限", "連絡先", "担当", "担当者", "会社名", "お名前", "氏名", "優先度", "url", "件名", "添付", "添付ファイル", "緊急度", "署名",
}

// pages are texts as read for request types: each is read once.
type pages map[pageKey]*page

type pageKey struct{ kind, text string }

func (p pages) read(rt bot.RequestType, text string) *page {
	key := pageKey{rt.ID, text}
	if p[key] == nil {
		one := read(rt, text)
		p[key] = &one
	}
	return p[key]
}

// read takes a ticket's text apart for a request type. The first line is the summary.
func read(rt bot.RequestType, body string) page {
	p := page{labels: map[string]string{}, seen: map[string]bool{}}
	known := memo(knownLabels(rt))
	summary, rest, _ := strings.Cut(strings.ReplaceAll(strings.ReplaceAll(body, "\r\n", "\n"), "\r", "\n"), "\n")
	current, heading := "", false
	var values, table []string
	say := func(line string) {
		if !nothing(fold(unbulleted(line))) {
			values = append(values, line)
		}
	}
	flush := func() {
		for _, cell := range p.table(table) {
			if !known(squeeze(cell)) {
				say(cell)
			}
		}
		table = nil
	}
	if strings.Contains(rest, "<!--") {
		rest = comment.ReplaceAllString(rest, "")
	}
	for line := range strings.SplitSeq(rest, "\n") {
		if cells, ok := row(line); ok {
			table = append(table, cells)
			continue
		}
		flush()
		if op, on, ok := choice(rt, line); ok {
			if on {
				p.ops = append(p.ops, op)
			}
			continue
		}
		if label, value, isHeading, ok := p.label(line, known, heading && current != ""); ok {
			current, heading = squeeze(label), isHeading
			p.seen[current] = true
			p.add(current, value)
			if !known(current) && !slices.Contains(otherLabels, current) {
				p.rest(value)
			}
			say(value)
			continue
		}
		say(line)
		if current != "" {
			p.add(current, line)
		}
		if current == "" || !known(current) && !slices.Contains(otherLabels, current) {
			p.rest(line)
		}
	}
	flush()
	for label, more := range p.more {
		p.labels[label] = strings.TrimSpace(p.labels[label] + string(more))
	}
	p.more = nil
	p.text = fold(summary + "\n" + strings.Join(values, "\n"))
	p.operations(rt)
	return p
}

// memo remembers which labels name one of the items: a ticket may have thousands of lines.
func memo(items []string) func(label string) bool {
	seen := map[string]bool{}
	return func(label string) bool {
		is, ok := seen[label]
		if !ok {
			is = isKnown(items, label)
			seen[label] = is
		}
		return is
	}
}

// label reads "label: value", "【label】 value" and headings. Below a heading a label that is none of ours belongs to the text, as a time or
// a path does everywhere.
func (p *page) label(line string, known func(string) bool, below bool) (label, value string, heading, ok bool) {
	if label, value, ok := bracketed(line); ok {
		return label, value, false, true
	}
	if label, ok := headed(line); ok && !bulleted(line, known, squeeze(label)) {
		return label, "", true, true
	}
	label, value, ok = labelled(line)
	if !ok || strings.HasPrefix(value, "//") || digit(label[len(label)-1]) && value != "" && digit(value[0]) || strings.ContainsAny(label, "。、") {
		return "", "", false, false
	}
	s := squeeze(label)
	if s == "" || below && !known(s) && !slices.Contains(otherLabels, s) {
		return "", "", false, false
	}
	return label, value, false, true
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// bulleted reports whether "* words" is a point of a list rather than one of Backlog's headings.
func bulleted(line string, known func(string) bool, label string) bool {
	return strings.HasPrefix(strings.TrimSpace(line), "* ") && !known(label) && !slices.Contains(otherLabels, label)
}

// choice reads a line of a list of operations: "[x] 追加", "□ 削除".
func choice(rt bot.RequestType, line string) (op string, on, ok bool) {
	if len(rt.Operations) == 0 || !boxes.has(begins(line, beforeBoxes)) {
		return "", false, false
	}
	line = strings.TrimLeft(line, blanks)
	if line != "" && beforeBoxes.has(rune(line[0])) {
		line = strings.TrimLeft(line[1:], blanks)
	}
	for _, box := range choices {
		if what, is := strings.CutPrefix(line, box.mark); is {
			if op = strings.TrimSpace(what); slices.Contains(rt.Operations, op) {
				return op, box.on, true
			}
		}
	}
	return "", false, false
}

// choices are the boxes of a list to choose from, and whether they are ticked.
var choices = []struct {
	mark string
	on   bool
}{
	{"[]", false},
	{"[ ]", false},
	{"□", false},
	{"☐", false},
	{"◻", false},
	{"[x]", true},
	{"[X]", true},
	{"[✓]", true},
	{"☑", true},
	{"✅", true},
	{"✔", true},
	{"■", true},
	{"◼", true},
	{"レ", true},
	{"○", true},
	{"◯", true},
	{"◎", true},
}

// table reads rows both ways, the label beside its value or above it, and gives all cells.
func (p *page) table(rows []string) (all []string) {
	var cells [][]string
	for _, r := range rows {
		if tableRule.MatchString(r) {
			continue
		}
		row := strings.Split(r, "|")
		for i := range row {
			row[i] = strings.Trim(strings.TrimSpace(row[i]), "*~ ")
		}
		cells, all = append(cells, row), append(all, row...)
	}
	for i, row := range cells {
		if len(row) == 2 {
			p.add(squeeze(row[0]), row[1])
		}
		for j := range row {
			if i > 0 && j < len(cells[0]) {
				p.add(squeeze(cells[0][j]), row[j])
			}
		}
	}
	return all
}

func (p *page) add(label, value string) {
	p.seen[label] = true
	value = strings.TrimSpace(unbulleted(value))
	if nothing(fold(value)) {
		return
	}
	const enough = 4000 // bytes: a value is looked at, never repeated whole
	switch before := p.labels[label]; {
	case before == "":
		p.labels[label] = value
	case len(before)+len(p.more[label]) < enough: // joined at the end
		if p.more == nil {
			p.more = map[string][]byte{}
		}
		p.more[label] = append(append(p.more[label], '\n'), value...)
	}
}

// greeting lines say nothing about the request.
var greeting = regexp.MustCompile(`^(いつも|大変|平素)?お世話に|^よろしく|^宜しく|^以上|^お(手数|疲れ)|^\S{0,20}(会社|商事|部|課|担当|チーム)の?\S{1,6}です。?$|^\S{1,20}と申します|^ご?(確認|対応|検討)(の(ほど|程))?(を)?(よろしく|宜しく)?お願い`)

func (p *page) rest(line string) {
	if p.free >= enoughProse {
		return
	}
	line = strings.TrimSpace(unbulleted(line))
	if line == "" || greeting.MatchString(line) || nothing(fold(line)) {
		return
	}
	p.free += utf8.RuneCountInString(line)
}

const enoughProse = 12 // characters

// prose reports whether the ticket says something in plain words beside labels and greetings.
func (p *page) prose() bool {
	return p.free >= enoughProse
}

// operations finds the kinds of work that are asked for: those chosen, else those under the label, else those in plain words.
func (p *page) operations(rt bot.RequestType) {
	if len(rt.Operations) == 0 || len(p.ops) > 0 {
		return
	}
	for label, value := range p.labels {
		if !isNamed("作業の種類", label) {
			continue
		}
		if untouched(rt, value) {
			delete(p.labels, label)
			p.text = strings.ReplaceAll(p.text, fold(value), "")
			continue
		}
		p.ops = found(rt.Operations, value)
	}
	if len(p.ops) == 0 {
		p.ops = found(rt.Operations, p.text)
	}
	if len(p.ops) == 0 {
		p.ops = meant(rt.Operations, p.text)
	}
}

// meant finds the one operation that a text asks for in other words; none when it may be more than one.
func meant(ops []string, text string) []string {
	var out []string
	for _, op := range ops {
		if form, ok := sayings[op]; ok && form.MatchString(text) {
			out = append(out, op)
		}
	}
	if len(out) != 1 {
		return nil
	}
	return out
}

// untouched reports whether a value only repeats the template's list of operations.
func untouched(rt bot.RequestType, value string) bool {
	left := value
	for _, op := range longestFirst(rt.Operations) {
		if !strings.Contains(left, op) {
			return false
		}
		left = strings.ReplaceAll(left, op, "")
	}
	return len(rt.Operations) > 1 && strings.ContainsAny(value, "/・|／") && !strings.ContainsAny(value, "○◯◎✔☑")
}

func found(ops []string, text string) []string {
	var out []string
	for _, op := range longestFirst(ops) {
		if strings.Contains(text, op) {
			out = append(out, op)
			text = strings.ReplaceAll(text, op, " ") // 起動 is not read out of 再起動
		}
	}
	return out
}

func longestFirst(ops []string) []string {
	out := slices.Clone(ops)
	slices.SortStableFunc(out, func(a, b string) int { return len(b) - len(a) })
	return out
}

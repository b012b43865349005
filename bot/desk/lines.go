package desk

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// The forms of lines are regular expressions that few lines match. What a line begins with tells most of them apart at a hundredth of the
// cost.

// begins is the first character of a line that is neither blank nor one of skip.
func begins(line string, skip marks) rune {
	for _, r := range line {
		if r != ' ' && r != '\t' && r != '\u3000' && r != '\r' && !skip.has(r) {
			return r
		}
	}
	return 0
}

// marks are characters that lines begin with.
type marks []rune

func (m marks) has(r rune) bool { return slices.Contains(m, r) }

var (
	none         = marks(nil)
	headings     = marks("#■□◆▼◇●▪▶*【[<\uff1c_")
	beforeLabels = marks("■◆●・*#-")
	dots         = marks("-*+・•")
	points       = marks("-*・●○◆■(")
	boxes        = marks("[□☐◻☑✅✔■◼レ○◯◎")
	beforeBoxes  = marks("-*")
	empties      = marks("-ー_…。、.,()\uff08\uff09:\uff1a*x〇○◯●＿＊<[【\uff1c※例記入未不要わ分tn")
)

// headed reads "## label", "■ label", "【label】".
func headed(line string) (label string, ok bool) {
	const long = 200 // bytes: forty characters and what stands around them
	if len(line) > long || !headings.has(begins(line, none)) {
		return "", false
	}
	if label, ok := plainHeading(line); ok {
		return label, true
	}
	m := headingLine.FindStringSubmatch(line)
	if m == nil {
		return "", false
	}
	return m[1], true
}

// plainHeading reads the two forms of nearly all headings, "■ label" and "【label】", without the regular expression.
func plainHeading(line string) (label string, ok bool) {
	const most, closers = 40, "】]>\uff1e*_:\uff1a#■□◆▼◇●▪▶"
	line = strings.Trim(line, blanks)
	if inner, is := strings.CutPrefix(line, "【"); is {
		if label, ok = strings.CutSuffix(inner, "】"); !ok {
			return "", false
		}
	} else if label = strings.TrimLeft(strings.TrimLeft(line, "■□◆▼◇●▪▶"), blanks); len(label) == len(line) {
		return "", false
	}
	return label, label != "" && label == strings.Trim(label, blanks) && !strings.ContainsAny(label, closers) && utf8.RuneCountInString(label) <= most
}

// blanks are the white space of regular expressions.
const blanks = "\t\n\f\r "

// bracketed reads "【label】 value".
func bracketed(line string) (label, value string, ok bool) {
	if r := begins(line, beforeLabels); r != '【' && r != '[' {
		return "", "", false
	}
	m := bracketLine.FindStringSubmatch(line)
	if m == nil {
		return "", "", false
	}
	return m[1], m[2], true
}

// bullets may stand before a label.
const bullets = " \t\r\u3000-*#■□●◆・>+0123456789.)\uff09"

// labelled reads "label: value", with a bullet or bold.
func labelled(line string) (label, value string, ok bool) {
	at, size := strings.IndexByte(line, ':'), 1
	if wide := strings.Index(line, "\uff1a"); wide >= 0 && (at < 0 || wide < at) {
		at, size = wide, len("\uff1a")
	}
	if at <= 0 {
		return "", "", false
	}
	label, value = strings.TrimRight(line[:at], " \t\u3000"), line[at+size:]
	label = strings.TrimSuffix(strings.TrimSuffix(label, "**"), "__")
	if star := strings.LastIndexByte(label, '*'); star >= 0 {
		if strings.Trim(label[:star+1], bullets) != "" {
			return "", "", false
		}
		label = label[star+1:]
	}
	const most = 40 // characters
	if strings.Contains(label, "|") || label == "" {
		return "", "", false
	}
	if utf8.RuneCountInString(label) > most {
		if label = strings.TrimLeft(label, bullets); label == "" || utf8.RuneCountInString(label) > most {
			return "", "", false
		}
	}
	value = strings.TrimLeft(strings.TrimPrefix(strings.TrimPrefix(value, "**"), "__"), " \t\r\u3000")
	return label, value, true
}

// row reads a line of a table.
func row(line string) (cells string, ok bool) {
	if begins(line, none) != '|' {
		return "", false
	}
	m := tableLine.FindStringSubmatch(line)
	if m == nil {
		return "", false
	}
	return m[1], true
}

// unbulleted is a line without its bullet.
func unbulleted(line string) string {
	if r := begins(line, none); r >= '0' && r <= '9' || dots.has(r) {
		return bullet.ReplaceAllString(line, "")
	}
	return line
}

// nothing reports whether folded text is what a template has where something is to be written, or a word that says that nothing is known.
func nothing(text string) bool {
	first := begins(text, none)
	return first == 0 || empties.has(first) && (dashes(text) || bracketedHint(text) || example(text) || unknown(text)) || plea(text)
}

// unfilled is nothing for text that is not folded yet; by how it begins and ends most needs not be.
func unfilled(text string) bool {
	first := begins(text, none)
	half := first >= '\uff61' && first <= '\uff9f' // kana and signs: two may be one
	if !half && first != 0 && !empties.has(small(first)) {
		if _, ok := pleaded(strings.TrimSuffix(text, "\uff61")); !ok {
			return false
		}
	}
	return nothing(fold(text))
}

// point is a line of a list of requests, without its bullet (blank_test.go holds it against a regular expression).
func point(line string) (text string, ok bool) {
	switch r := begins(line, none); {
	case r >= '0' && r <= '9', r >= '①' && r <= '⑳', points.has(r):
	default:
		return "", false
	}
	rest, ok := unpointed(strings.TrimLeft(strings.TrimRight(line, "\r"), blanks))
	if !ok {
		return "", false
	}
	const least = 6 // characters
	text = strings.TrimLeft(rest, blanks)
	if n := least - utf8.RuneCountInString(text); n > 0 { // the blanks before it count, too
		if n > len(rest)-len(text) {
			return "", false
		}
		text = rest[len(rest)-len(text)-n:]
	}
	return text, true
}

// unpointed is a line without the sign of a list that it begins with: ・, 1., (1) or ①.
func unpointed(line string) (rest string, ok bool) {
	first, n := utf8.DecodeRuneInString(line)
	if first != '(' && points.has(first) || first >= '①' && first <= '⑳' {
		return line[n:], true
	}
	rest = strings.TrimPrefix(line, "(")
	digits := 0
	for digits < 2 && digits < len(rest) && digit(rest[digits]) {
		digits++
	}
	rest = rest[digits:]
	if digits == 0 {
		return "", false
	}
	for _, end := range []string{")", ".", "\uff0e"} {
		if text, is := strings.CutPrefix(rest, end); is {
			return text, true
		}
	}
	return "", false
}

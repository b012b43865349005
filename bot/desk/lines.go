package desk

import (
	"strings"
	"unicode/utf8"
)

// The forms of lines are regular expressions that few lines match. What a line begins with tells most of them apart at a hundredth of the
// cost.

// begins is the first character of a line that is neither blank nor one of skip.
func begins(line, skip string) rune {
	for _, r := range line {
		if r != ' ' && r != '\t' && r != '\u3000' && r != '\r' && !strings.ContainsRune(skip, r) {
			return r
		}
	}
	return 0
}

// headed reads "## label", "■ label", "【label】".
func headed(line string) (label string, ok bool) {
	const long = 200 // bytes: forty characters and what stands around them
	if len(line) > long || !strings.ContainsRune("#■□◆▼◇●▪▶*【[<\uff1c_", begins(line, "")) {
		return "", false
	}
	m := headingLine.FindStringSubmatch(line)
	if m == nil {
		return "", false
	}
	return m[1], true
}

// bracketed reads "【label】 value".
func bracketed(line string) (label, value string, ok bool) {
	if r := begins(line, "■◆●・*#-"); r != '【' && r != '[' {
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
	at := strings.IndexAny(line, ":\uff1a")
	if at <= 0 {
		return "", "", false
	}
	_, size := utf8.DecodeRuneInString(line[at:])
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
	if begins(line, "") != '|' {
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
	if r := begins(line, ""); r >= '0' && r <= '9' || strings.ContainsRune("-*+・•", r) {
		return bullet.ReplaceAllString(line, "")
	}
	return line
}

// nothing reports whether folded text is what a template has where something is to be written, or a word that says that nothing is known.
func nothing(text string) bool {
	r := begins(text, "")
	if r == 0 {
		return true
	}
	const first, short = "-ー_…。、.,()\uff08\uff09:\uff1a*x〇○◯●＿＊<[【\uff1c※例記入未不要わ分tn", 130 // bytes: what asks to be filled in is short
	if !strings.ContainsRune(first, r) && (len(text) > short || !strings.Contains(text, "ください") && !strings.Contains(text, "下さい") && !strings.Contains(text, "いずれか")) {
		return false
	}
	return placeholder.MatchString(text)
}

// point is a line of a list of requests, without its bullet.
func point(line string) (text string, ok bool) {
	switch r := begins(line, ""); {
	case r >= '0' && r <= '9', r >= '①' && r <= '⑳', strings.ContainsRune("-*・●○◆■(", r):
	default:
		return "", false
	}
	m := listItem.FindStringSubmatch(strings.TrimRight(line, "\r"))
	if m == nil {
		return "", false
	}
	return m[1], true
}

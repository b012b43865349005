package desk

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
	// attribution is the line that mail programs set above a quoted text.
	attribution = regexp.MustCompile(`^(on .{6,120} wrote|.{0,80}(<\S+@\S+>|さん(は|が)書きました|のメッセージ)) ?[:\x{ff1a}]$`)
	// original begins the mail below that was answered.
	original = regexp.MustCompile(`^-{2,} ?(original message|元のメッセージ|転送メッセージ|forwarded message) ?-{2,}$`)
	// rule is the line that people set above their signature.
	rule = regexp.MustCompile(`^(--|[-=_*─━＝＿*~+\s]{5,})$`)
	// card is what stands in a signature.
	card = regexp.MustCompile(`\b(tel|fax|e-?mail|mail|mobile|url)\b|電話|携帯|メール|〒|株式会社|有限会社|\S@\S`)
)

// own is the text that a person typed, without what a mail program quoted below or before it and without the signature.
func own(comment string) string {
	text := strings.ReplaceAll(comment, "\r\n", "\n")
	return strings.TrimSpace(unsigned(without(text, quotes)))
}

// quotes tells what becomes of a line in which a mail program quotes, or says that it does.
func quotes(line string) fate {
	line = strings.TrimSpace(line)
	first, _ := utf8.DecodeRuneInString(line)
	last, _ := utf8.DecodeLastRuneInString(line)
	first, last = small(first), small(last)
	if first != '>' && first != '-' && last != ':' { // most lines: they need not be folded
		return keepLine
	}
	folded := strings.TrimSpace(fold(line))
	switch {
	case strings.HasPrefix(folded, "--") && original.MatchString(folded):
		return lastLine
	case strings.HasPrefix(folded, ">"), strings.HasSuffix(folded, ":") && attribution.MatchString(folded):
		return dropLine
	}
	return keepLine
}

// fate is what becomes of a line.
type fate int

const (
	keepLine fate = iota
	dropLine
	lastLine // it and all below it go
)

// without is a text without some of its lines.
func without(text string, judge func(line string) fate) string {
	var out strings.Builder
	dropped := 0
	from := 0 // what stands before it is in out, or was dropped
	for at := 0; at <= len(text); {
		end := strings.IndexByte(text[at:], '\n')
		next := at + end + 1
		if end < 0 {
			end, next = len(text)-at, len(text)+1
		}
		if f := judge(text[at : at+end]); f != keepLine {
			if dropped == 0 {
				out.Grow(len(text))
			}
			out.WriteString(text[from:at])
			if f == lastLine {
				return out.String()
			}
			from = min(next, len(text))
			dropped++
		}
		at = next
	}
	if dropped == 0 {
		return text
	}
	out.WriteString(text[from:])
	return out.String()
}

// mayRule reports whether a line begins as a rule does: most lines need no closer look.
func mayRule(line string) bool {
	line = strings.TrimLeft(line, " \t\u3000")
	return line != "" && (strings.IndexByte("-=_*~+", line[0]) >= 0 || line[0] >= utf8.RuneSelf && strings.IndexFunc(line, func(r rune) bool { return !strings.ContainsRune("─━＝＿－～＊＋-=_*~+ \t\r\u3000", r) }) < 0)
}

// unsigned is a text without the signature at its end: a rule, and below it a few lines with an address or a number. A rule within a text,
// as Markdown has it, stays.
func unsigned(text string) string {
	const most = 12 // lines
	for at := 0; at < len(text); {
		line, below, more := strings.Cut(text[at:], "\n")
		if mayRule(line) && rule.MatchString(strings.TrimSpace(fold(line))) && strings.TrimSpace(text[:at]) != "" && !longer(below, most) {
			signed, titled := false, false
			for l := range strings.SplitSeq(below, "\n") {
				_, is := headed(l)
				signed, titled = signed || card.MatchString(fold(l)), titled || is
			}
			if signed && !titled {
				return strings.TrimSuffix(text[:at], "\n")
			}
		}
		if !more {
			break
		}
		at += len(line) + 1
	}
	return text
}

// longer reports whether a text has more than so many lines.
func longer(text string, lines int) bool {
	for range lines {
		_, below, more := strings.Cut(text, "\n")
		if !more {
			return false
		}
		text = below
	}
	return true
}

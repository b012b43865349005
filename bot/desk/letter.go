package desk

import (
	"regexp"
	"slices"
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
	var out []string
	for line := range strings.SplitSeq(strings.ReplaceAll(comment, "\r\n", "\n"), "\n") {
		folded := strings.TrimSpace(fold(line))
		if strings.HasPrefix(folded, "--") && original.MatchString(folded) {
			break
		}
		if strings.HasPrefix(folded, ">") || strings.HasSuffix(folded, ":") && attribution.MatchString(folded) {
			continue
		}
		out = append(out, line)
	}
	return strings.TrimSpace(unsigned(strings.Join(out, "\n")))
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
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		below := lines[i+1:]
		if !mayRule(line) || !rule.MatchString(strings.TrimSpace(fold(line))) || strings.TrimSpace(strings.Join(lines[:i], "")) == "" {
			continue
		}
		if len(below) <= most && slices.ContainsFunc(below, func(l string) bool { return card.MatchString(fold(l)) }) && !slices.ContainsFunc(below, func(l string) bool { _, is := headed(l); return is }) {
			return strings.Join(lines[:i], "\n")
		}
	}
	return text
}

package view

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	slackgo "github.com/slack-go/slack"
)

// more is what a text ends with when the rest did not fit.
const more = "…(全文はBacklog)"

// Clean makes untrusted text fit to be shown: valid UTF-8, line feeds only, and none of the control, direction and tag characters with
// which a text can look like another one.
func Clean(s string) string {
	if ordinary(s) {
		return s
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\r', r == '\u2028', r == '\u2029':
			return '\n'
		case r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\uFEFF', r >= 0xE0000 && r <= 0xE007F:
			return -1
		}
		return r
	}, s)
}

// ordinary reports whether s holds nothing but what most people write, which needs no cleaning: line feeds, ASCII, and characters of ranges
// without control and direction characters.
func ordinary(s string) bool {
	for _, r := range s {
		switch {
		case r >= ' ' && r < 0x7f, r == '\n', r >= 0x2070 && r < 0xD800, r >= 0x2010 && r < 0x2028, r >= 0xFF00 && r < 0xFFF0:
		default:
			return false // also where s is no UTF-8
		}
	}
	return true
}

// Line is Clean on one line, with runs of space folded.
func Line(s string) string {
	if ordinary(s) && !strings.ContainsAny(s, " \n\u3000") {
		return s
	}
	return strings.Join(strings.Fields(Clean(s)), " ")
}

// Escape takes the meaning from the three characters that Slack's mrkdwn gives one to outside of formatting
// (https://docs.slack.dev/messaging/formatting-message-text#escaping).
func Escape(s string) string {
	if !strings.ContainsAny(s, "&<>") {
		return s
	}
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// Unescape turns the entities of a message that Slack delivers back into what the person typed.
func Unescape(s string) string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(s)
}

// units counts as Slack's clients do at worst: in UTF-16, where an emoji is two. It is never less than the number of characters.
func units(s string) int {
	n := utf8.RuneCountInString(s)
	for _, r := range s {
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// cut shortens s to limit units, ending in tail when something was left out.
func cut(s string, limit int, tail string) string {
	if len(s) <= limit || units(s) <= limit { // never more units than bytes
		return s
	}
	if units(tail) > limit {
		tail = ""
	}
	return strings.TrimRight(head(s, limit-units(tail)), " \n\u200d\ufe0f") + tail
}

// head is the longest beginning of s of at most limit units.
func head(s string, limit int) string {
	n := 0
	for i, r := range s {
		if n += max(1, utf16.RuneLen(r)); n > limit {
			return s[:i]
		}
	}
	return s
}

// pieces splits s into at most count parts of at most limit units, at line ends where there are any; what is over is cut with a note.
func pieces(s string, limit, count int) []string {
	var out []string
	for len(out) < count-1 && units(s) > limit {
		part := head(s, limit)
		if i := strings.LastIndexByte(part, '\n'); i > len(part)/2 {
			part = part[:i+1]
		}
		s = s[len(part):]
		if part = strings.Trim(part, "\n"); strings.TrimSpace(part) != "" {
			out = append(out, part)
		}
	}
	if s = strings.Trim(s, "\n"); strings.TrimSpace(s) != "" {
		out = append(out, cut(s, limit, more))
	}
	return out
}

// plain is a text object in which nothing is interpreted. Slack refuses an empty one, so it becomes a dash.
func plain(s string, limit int) *slackgo.TextBlockObject {
	s = cut(s, limit, "…")
	if strings.TrimSpace(s) == "" {
		s = "-"
	}
	return slackgo.NewTextBlockObject(slackgo.PlainTextType, s, false, false)
}

// ours is a mrkdwn object for words of our own; verbatim keeps Slack from making links of what looks like names.
func ours(s string) *slackgo.TextBlockObject {
	return slackgo.NewTextBlockObject(slackgo.MarkdownType, s, false, true)
}

// shorter reports whether s is a text that Slack takes within limit units as it stands.
func shorter(s string, limit int) bool { return s != "" && utf8.ValidString(s) && units(s) <= limit }

package tracker

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"toban/bot"
)

// maxComment is Backlog's limit of a comment. It is published in characters without saying which; UTF-16 units are the strictest reading.
const maxComment = 50_000

// cutMark stands where a text was cut off.
const cutMark = "\n…(長すぎるため以下を省略しました)"

// withFoot ends a text with the 通知番号 of its effect. A text that is too long is cut, never its foot, which is how it is found again.
func withFoot(text, effectKey string) string {
	foot := "\n\n" + bot.NoticeFoot(effectKey)
	text = strings.TrimRight(strings.ToValidUTF8(normal(text), "�"), " \t\n")
	room := maxComment - units(foot)
	if units(text) > room {
		text = strings.TrimRight(cut(text, room-units(cutMark)), " \t\n") + cutMark
	}
	return text + foot
}

// normal gives every line end the same form: Backlog may answer with others than were sent.
func normal(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// sameText compares what was sent with what came back.
func sameText(sent, got string) bool {
	return strings.TrimRight(normal(sent), " \t\n") == strings.TrimRight(normal(got), " \t\n")
}

// units counts UTF-16 units.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// cut keeps at most limit UTF-16 units, whole characters only, and does not tear an emoji or an accent from what it belongs to.
func cut(s string, limit int) string {
	n := 0
	for i, r := range s {
		if n += utf16.RuneLen(r); n > limit {
			return s[:seam(s, i)]
		}
	}
	return s
}

// seam moves back from i to a place between two signs, a few steps at most.
func seam(s string, i int) int {
	for range 8 {
		next, _ := utf8.DecodeRuneInString(s[i:])
		before, size := utf8.DecodeLastRuneInString(s[:i])
		if size == 0 || !joins(next) && before != zeroWidthJoiner {
			break
		}
		i -= size
	}
	return i
}

const zeroWidthJoiner = '\u200d'

// joins reports whether a rune belongs to the sign before it: joiners, variation selectors, combining marks, skin tones.
func joins(r rune) bool {
	return r == zeroWidthJoiner || r >= 0xfe00 && r <= 0xfe0f || r >= 0x300 && r <= 0x36f || r == 0x3099 || r == 0x309a || r >= 0x1f3fb && r <= 0x1f3ff
}

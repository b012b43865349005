package desk

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// fold brings text to one form for comparing: letters and digits half-width and small, kana full-width, line ends kept.
func fold(s string) string {
	if folded(s) {
		return s
	}
	s = wideKana(s)
	var out strings.Builder
	out.Grow(len(s))
	from := 0 // what stands before it is in out: most characters are small already, and go there many at a time
	for at := 0; at < len(s); {
		if settled(s, at) {
			at += wide
			continue
		}
		r, n := utf8.DecodeRuneInString(s[at:])
		if l := small(r); l != r || r == utf8.RuneError && n == 1 {
			out.WriteString(s[from:at])
			out.WriteRune(l)
			from = at + n
		}
		at += n
	}
	out.WriteString(s[from:])
	return out.String()
}

// small is a character half-width and small.
func small(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	case r > '\u3000' && r < '\ua640': // kana and kanji
		return r
	case r == '\u3000': // the ideographic space
		return ' '
	case r >= '\uff01' && r <= '\uff5e': // the full-width forms of ASCII
		return small(r - ('\uff01' - '!'))
	}
	return unicode.ToLower(r)
}

// folded reports whether a text needs no folding: nothing but small Latin letters, kana, kanji and signs, as most lines are.
func folded(s string) bool {
	for at := 0; at < len(s); {
		c := s[at]
		switch {
		case c < utf8.RuneSelf:
			if c >= 'A' && c <= 'Z' {
				return false
			}
			at++
		case settled(s, at):
			at += wide
		default:
			return false
		}
	}
	return true
}

const wide = len("あ")

// settled reports whether the character at a place plainly is a kana, a kanji or a sign that stays as it is.
func settled(s string, at int) bool {
	if at+2 >= len(s) {
		return false
	}
	c, d := s[at], s[at+1]
	return s[at+2]&0xc0 == utf8.RuneSelf && d&0xc0 == utf8.RuneSelf &&
		(c >= 0xe4 && c <= 0xe9 || c == 0xe3 && (d != 0x80 || s[at+2] != 0x80) || c == 0xe2 && (d >= 0x94 && d <= 0x9f || d <= 0x82)) // kanji; kana, but for the space; drawn signs such as ■
}

package desk

import (
	"slices"
	"strings"
	"unicode"

	masking "toban/bot/mask"
)

// Mask hides what looks like a password or a key and names the kinds that were found. What comes from an issue is masked already: here
// it is the second lock.
func Mask(s string) (masked string, kinds []string) { return masking.Text(s) }

// plain takes out what no reader should meet in a line: control characters, signs that turn the direction of writing, line ends.
func plain(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069', r == '\ufeff', r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)), " ")
}

// hush hides secrets in a text and warns staff, once for each place.
func (d *decision) hush(place, s string) string {
	masked := mask(s)
	kinds := masking.Kinds(masked)
	if len(kinds) == 0 || slices.Contains(d.s.Warnings, place) {
		return masked
	}
	d.s.Warnings, d.dirty = append(d.s.Warnings, place), true
	d.v.Tell("秘密の情報("+strings.Join(kinds, "、")+")と思われる文字列が書き込まれています。Toban はどこにも転記しません。"+
		"お客様に、変更(無効化)と課題からの削除をお願いしてください。", d.v.Mention()...)
	d.v.Reason("hid a secret in "+place, strings.Join(kinds, ", "))
	return masked
}

package desk

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// hidden stands in the place of what looked like a secret.
const hidden = "[伏せ字]"

// secret is one form in which passwords and keys are pasted into tickets. The part that is hidden is the last group, or the whole.
type secret struct {
	name  string
	form  *regexp.Regexp
	hints []string // one of them stands in every text that holds the form, in small letters: most texts need no closer look
	mixed bool     // the value must hold a letter and a digit, so that ordinary words stay
}

// secretWords are the labels of values that nobody else should read.
const secretWords = `(?i:パスワード|パスフレーズ|暗証番号|シークレット(?:アクセス)?キー|アクセストークン|トークン|(?:api|秘密|認証)キー|\b[a-z0-9_]*(?:password|passwd|passphrase|pwd|secret(?:[_ ]?access)?(?:[_ -]?key)?|api[_ -]?key|token)\b|\bpw\b)`

var secretHints = []string{"パス", "暗証", "シークレット", "トークン", "キー", "pass", "pwd", "secret", "key", "token", "pw"}

var secrets = []secret{
	{name: "秘密鍵", hints: []string{"private key"}, form: regexp.MustCompile(`(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----|\z)`)},
	{name: "AWS アクセスキー", hints: []string{"akia", "asia"}, form: regexp.MustCompile(`(?:AKIA|ASIA)[A-Z0-9]{16}`)},
	{name: "AWS シークレットキー", hints: []string{"secret", "シークレット"}, form: regexp.MustCompile(`(?i)(?:secret[_ ]?access[_ ]?key|シークレット(?:アクセス)?キー)[^A-Za-z0-9/+]{0,6}([A-Za-z0-9/+=]{30,})`)},
	{name: "トークン", hints: []string{"xox", "xapp-", "gh", "sk-", "sk_", "aiza", "eyj"}, form: regexp.MustCompile(`\b(?:xox[abeprs]-[A-Za-z0-9-]{8,}|xapp-[A-Za-z0-9-]{8,}|gh[opsu]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|sk[-_][A-Za-z0-9_-]{20,}|AIza[A-Za-z0-9_-]{30,}|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*)`)},
	{name: "トークン", hints: []string{"bearer"}, form: regexp.MustCompile(`(?i)\bbearer\s+([A-Za-z0-9._~+/=-]{16,})`)},
	{name: "パスワード", hints: []string{"://"}, form: regexp.MustCompile(`://[^/\s:@]*:([^@\s/]+)@`)},
	{name: "パスワード", hints: secretHints, form: regexp.MustCompile(secretWords + `["'】\]*]*[ \t]*(?:は|が)?[ \t]*[:\x{ff1a}=\x{ff1d}|→][ \t]*["'「` + "`" + `]?([!-~\x{ff01}-\x{ff5e}]{3,})`)},
	{name: "パスワード", hints: secretHints, form: regexp.MustCompile(secretWords + `["'】\]*:\x{ff1a}]*[ \t]*(?:は|が|を|\r?\n)[\s「"'` + "`" + `*-]*([!-~]{6,})`), mixed: true},
}

// Mask hides what looks like a password or a key and names the kinds that were found. It would rather hide a harmless word than repeat a secret.
func Mask(s string) (masked string, kinds []string) {
	small := strings.ToLower(s)
	for _, x := range secrets {
		if !slices.ContainsFunc(x.hints, func(h string) bool { return strings.Contains(small, h) }) {
			continue
		}
		var b strings.Builder
		at := 0
		for _, m := range x.form.FindAllStringSubmatchIndex(s, -1) {
			from, to := m[len(m)-2], m[len(m)-1]
			value := strings.TrimRight(s[from:to], "」\"'`|,;")
			if strings.HasPrefix(value, "[") || x.mixed && !mixed(value) || strings.Trim(value, "*x-_.…") == "" {
				continue
			}
			b.WriteString(s[at:from] + hidden)
			at = from + len(value)
			if !slices.Contains(kinds, x.name) {
				kinds = append(kinds, x.name)
			}
		}
		s = b.String() + s[at:]
	}
	return s, kinds
}

func mixed(s string) bool {
	return strings.IndexFunc(s, unicode.IsLetter) >= 0 && strings.IndexFunc(s, unicode.IsDigit) >= 0
}

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
	masked, kinds := Mask(s)
	if len(kinds) == 0 || slices.Contains(d.s.Warnings, place) {
		return masked
	}
	d.s.Warnings, d.dirty = append(d.s.Warnings, place), true
	d.v.Tell("秘密の情報("+strings.Join(kinds, "、")+")と思われる文字列が書き込まれています。Toban はどこにも転記しません。"+
		"お客様に、変更(無効化)と課題からの削除をお願いしてください。", d.v.Mention()...)
	d.v.Reason("hid a secret in "+place, strings.Join(kinds, ", "))
	return masked
}

package mask

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// secret is one form in which passwords and keys are pasted. The part that is hidden is the last group, or the whole.
type secret struct {
	name  string
	form  *regexp.Regexp
	hints []string // one of them stands in every text that holds the form, in small letters: most texts need no closer look
	mixed bool     // the value must hold a letter and a digit, so that ordinary words stay
	after string   // looked for only in a text that holds a secret of this kind
	lines bool     // it begins with a hint and ends by the next line with words: no need to look elsewhere
}

// Kinds of secrets, as staff read them.
const (
	kindKey       = "秘密鍵"
	kindAWSID     = "AWS アクセスキー"
	kindAWSSecret = "AWS シークレットキー"
	kindToken     = "トークン"
	kindPassword  = "パスワード"
)

// words are the labels of values that nobody else should read.
const words = `(?i:パスワード|パスフレーズ|暗証番号|合言葉|シークレット(?:アクセス)?キー|アクセストークン|トークン|(?:api|秘密|認証)キー|\b[a-z0-9_]*(?:password|passwd|passphrase|pwd|secret(?:[_ ]?access)?(?:[_ -]?key)?|api[_ -]?key|token)\b|\bpw\b|\bpass\b)`

// closers may stand between a label and its sign.
const closers = `["'】\]*]*[ \t]*`

var hints = []string{"パス", "暗証", "合言葉", "シークレット", "トークン", "キー", "pass", "pwd", "secret", "key", "token", "pw"}

var secrets = []secret{
	{name: kindKey, hints: []string{"private key"}, form: regexp.MustCompile(`(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----|\z)`)},
	{name: kindKey, hints: []string{"age-secret-key-"}, form: regexp.MustCompile(`AGE-SECRET-KEY-[A-Z0-9-]{20,}`)},
	{name: kindAWSID, hints: []string{"akia", "asia"}, form: regexp.MustCompile(`(?:AKIA|ASIA)[A-Z0-9]{16}`)},
	{name: kindAWSSecret, hints: []string{"secret", "シークレット"}, form: regexp.MustCompile(`(?i)(?:secret[_ ]?access[_ ]?key|シークレット(?:アクセス)?キー)[^A-Za-z0-9/+]{0,6}([A-Za-z0-9/+=]{30,})`)},
	{name: kindAWSSecret, after: kindAWSID, form: regexp.MustCompile(`(?:^|[^A-Za-z0-9/+=])([A-Za-z0-9/+]{40})(?:$|[^A-Za-z0-9/+=])`)},
	{name: kindToken, hints: []string{"xox", "xapp-", "gh", "glpat-", "npm_", "sk-", "sk_", "aiza", "eyj"}, form: regexp.MustCompile(`\b(?:xox[abeprs]-[A-Za-z0-9-]{8,}|xapp-[A-Za-z0-9-]{8,}|gh[opsu]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}|npm_[A-Za-z0-9]{30,}|sk[-_][A-Za-z0-9_-]{20,}|AIza[A-Za-z0-9_-]{30,}|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]*)?)`)},
	{name: kindToken, hints: []string{"hooks.slack.com"}, form: regexp.MustCompile(`hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9/_-]{10,})`)},
	{name: kindToken, hints: []string{"bearer"}, form: regexp.MustCompile(`(?i)\bbearer\s+([A-Za-z0-9._~+/=-]{16,})`)},
	{name: kindPassword, hints: []string{"://"}, form: regexp.MustCompile(`://[^/\s:@]*:([^@\s/]+)@`)},
	{name: kindPassword, hints: hints, lines: true, form: regexp.MustCompile(words + closers + `(?:は|が)?[ \t]*[:\x{ff1a}=\x{ff1d}][ \t]*"([^"\r\n]{3,})"`)},
	{name: kindPassword, hints: []string{"passphrase", "パスフレーズ", "合言葉"}, form: regexp.MustCompile(`(?i:パスフレーズ|passphrase|合言葉)` + closers + `[:\x{ff1a}=\x{ff1d}][ \t]*([!-~][ -~]{3,})`)},
	{name: kindPassword, hints: hints, lines: true, form: regexp.MustCompile(`(?m)` + words + closers + `(?:は|が)?[ \t]*[:\x{ff1a}=\x{ff1d}]?[ \t]*[「『]([^」』\r\n]{3,64})[」』][ \t]*(?:です|でお願い|。|$|[にへ](?:変更|設定|して|なり))`)},
	{name: kindPassword, hints: hints, lines: true, form: regexp.MustCompile(words + closers + `(?:は|が)[ \t]*[「『]([!-~\x{ff01}-\x{ff5e}]{3,64})[」』]`)},
	{name: kindPassword, hints: hints, lines: true, form: regexp.MustCompile(words + closers + `(?:は|が)?[ \t]*[:\x{ff1a}=\x{ff1d}|→][ \t]*["'「` + "`" + `]?([!-~\x{ff01}-\x{ff5e}]{3,})`)},
	{name: kindPassword, hints: hints, lines: true, form: regexp.MustCompile(words + `["'】\]*:\x{ff1a}]*[ \t]*(?:は|が|を|\r?\n)[\s「"'` + "`" + `*-]*([!-~]{6,})`), mixed: true},
}

const (
	opening = "〔秘密情報:"
	ending  = "〕"
	// quotedMark stands for a placeholder that a person typed or quoted: it hides nothing.
	quotedMark = "[伏せ字]"
)

var placeholder = regexp.MustCompile(opening + `([^〔〕\r\n]{1,20})` + ending)

// Incoming masks what came from outside. A placeholder that stands in it already is a quotation and no new secret.
func Incoming(s string) string {
	if strings.Contains(s, opening) {
		s = placeholder.ReplaceAllString(s, quotedMark)
	}
	s, _ = Text(s)
	return s
}

// Kinds names the kinds of secrets that were hidden in a masked text.
func Kinds(masked string) []string {
	var kinds []string
	for _, m := range placeholder.FindAllStringSubmatch(masked, -1) {
		if !slices.Contains(kinds, m[1]) {
			kinds = append(kinds, m[1])
		}
	}
	return kinds
}

// Text hides what looks like a password or a key and names the kinds that it found. What is hidden already stays as it is.
func Text(s string) (masked string, kinds []string) {
	// Where one secret went, another may stand clear: again until nothing changes.
	const rounds = 5
	for range rounds {
		next := pass(s, &kinds)
		if next == s {
			break
		}
		s = next
	}
	return s, kinds
}

// pass goes over the text between placeholders once.
func pass(s string, kinds *[]string) string {
	if !strings.Contains(s, opening) {
		return clear(s, kinds)
	}
	var b strings.Builder
	for {
		at := placeholder.FindStringIndex(s)
		if at == nil {
			b.WriteString(clear(s, kinds))
			return b.String()
		}
		b.WriteString(clear(s[:at[0]], kinds))
		b.WriteString(s[at[0]:at[1]])
		s = s[at[1]:]
	}
}

// all are the hints of every form.
var all = slices.Compact(slices.Sorted(func(yield func(string) bool) {
	for _, x := range secrets {
		for _, h := range x.hints {
			if !yield(h) {
				return
			}
		}
	}
}))

// hinted finds them in a text.
var hinted = newFinder(all)

// of are the hints of each form.
var of = func() []hintSet {
	out := make([]hintSet, len(secrets))
	for i, x := range secrets {
		for _, h := range x.hints {
			out[i] |= 1 << slices.Index(all, h)
		}
	}
	return out
}()

func clear(s string, kinds *[]string) string {
	there := hinted.in(s)
	for i, x := range secrets {
		if x.after != "" && !slices.Contains(*kinds, x.after) || x.after == "" && there&of[i] == 0 {
			continue
		}
		if x.lines {
			s = x.near(s, of[i], kinds)
		} else {
			s = x.hide(s, kinds)
		}
	}
	return s
}

// near hides in the lines that hold a hint, each with what follows up to the end of the next line with words. Looking through a whole
// text for labels of any case costs milliseconds.
func (x secret) near(s string, hints hintSet, kinds *[]string) string {
	var b strings.Builder
	for s != "" {
		line := head(s)
		if hinted.in(line)&hints == 0 {
			b.WriteString(line)
			s = s[len(line):]
			continue
		}
		end := len(line)
		for end < len(s) {
			next := head(s[end:])
			end += len(next)
			if strings.TrimSpace(next) != "" {
				if hinted.in(next)&hints == 0 {
					break
				}
			}
		}
		b.WriteString(x.hide(s[:end], kinds))
		s = s[end:]
	}
	return b.String()
}

// head is the first line with its end.
func head(s string) string {
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		return s[:i+1]
	}
	return s
}

func (x secret) hide(s string, kinds *[]string) string {
	found := x.form.FindAllStringSubmatchIndex(s, -1)
	if found == nil {
		return s
	}
	var b strings.Builder
	at := 0
	for _, m := range found {
		from, to := m[len(m)-2], m[len(m)-1]
		value := strings.TrimRight(s[from:to], "」\"'`|,;")
		if from < at || harmless(value) || x.mixed && !mixed(value) {
			continue
		}
		b.WriteString(s[at:from] + opening + x.name + ending)
		at = from + len(value)
		if !slices.Contains(*kinds, x.name) {
			*kinds = append(*kinds, x.name)
		}
	}
	return b.String() + s[at:]
}

// harmless is a value that somebody else hid already.
func harmless(value string) bool {
	return strings.HasPrefix(value, "[") || strings.HasPrefix(value, "〔") || strings.Trim(value, "*x-_.…") == ""
}

func mixed(s string) bool {
	return strings.IndexFunc(s, unicode.IsLetter) >= 0 && strings.IndexFunc(s, unicode.IsDigit) >= 0
}

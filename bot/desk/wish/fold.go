package wish

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// fold brings a text to one form: half-width, small letters, one sign for each kind of dash and wave, digits for the Chinese numerals that
// count days and hours.
func fold(s string) string {
	out := make([]byte, 0, len(s))
	counts := false
	for _, r := range s {
		if r < utf8.RuneSelf {
			switch {
			case r >= 'A' && r <= 'Z':
				r += 'a' - 'A'
			case r == '\t':
				r = ' '
			case r == '\r':
				r = '\n'
			}
			out = append(out, byte(r))
			continue
		}
		if r >= '\u3041' && r <= '\u9fff' { // kana and kanji stay
			counts = counts || isNumeral(r)
			out = utf8.AppendRune(out, r)
			continue
		}
		r = foldSign(r)
		counts = counts || r == '〇'
		out = utf8.AppendRune(out, r)
	}
	if !counts {
		return string(out)
	}
	return numerals(string(out))
}

func foldSign(r rune) rune {
	switch {
	case r >= '\uff01' && r <= '\uff5e': // full-width forms of ASCII
		r -= '\uff01' - '!'
	case r == '\u3000' || r == '\u00a0':
		return ' '
	}
	switch r {
	case '\u301c', '\u223c', '\u3030', '\u223e': // wave dashes; the full-width tilde is folded above
		return '~'
	case '\u2010', '\u2011', '\u2012', '\u2013', '\u2014', '\u2015', '\u2212', '\uff70': // dashes; the full-width one is folded above
		return '-'
	case '\u2f49': // radicals that some programs write for 月 and 日
		return '月'
	case '\u2f47':
		return '日'
	}
	return unicode.ToLower(r)
}

const kanji = "〇一二三四五六七八九十"

func isNumeral(r rune) bool {
	switch r {
	case '〇', '一', '二', '三', '四', '五', '六', '七', '八', '九', '十':
		return true
	}
	return false
}

// numerals turns 十二月一日 into 12月1日: Chinese numerals count only before a unit of dates and times, or after 第.
func numerals(s string) string {
	var out strings.Builder
	runes := []rune(s)
	for i := 0; i < len(runes); {
		j := i
		for j < len(runes) && isNumeral(runes[j]) {
			j++
		}
		if j == i {
			out.WriteRune(runes[i])
			i++
			continue
		}
		unit := j < len(runes) && strings.ContainsRune("月日時分年週候営", runes[j])
		if unit && j+1 < len(runes) && j-i == 1 && runes[i] == '一' && strings.ContainsRune("停的中保避金", runes[j+1]) {
			unit = false // 一時停止, 一時的, 一日中
		}
		ordinal := i > 0 && runes[i-1] == '第'
		if n, ok := numeral(runes[i:j]); ok && (unit || ordinal) {
			out.WriteString(n)
		} else {
			out.WriteString(string(runes[i:j]))
		}
		i = j
	}
	return out.String()
}

func numeral(r []rune) (string, bool) {
	value, ten := 0, false
	digits := ""
	for _, c := range r {
		n := strings.Index(kanji, string(c)) / len("一")
		if c != '十' {
			digits += strconv.Itoa(n)
			continue
		}
		if ten || len(digits) > 1 {
			return "", false
		}
		value, ten = 10, true
		if digits != "" {
			value = 10 * int(digits[0]-'0')
		}
		digits = ""
	}
	if !ten {
		return digits, true
	}
	if len(digits) > 1 {
		return "", false
	}
	if digits != "" {
		value += int(digits[0] - '0')
	}
	return strconv.Itoa(value), true
}

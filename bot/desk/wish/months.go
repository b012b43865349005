package wish

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	monthWords = []string{"再来月", "来月", "今月", "当月", "翌月", "先月", "前月"}
	// withinMonth are words behind "…月の" that go on telling when: what is no thing, and when work is done.
	withinMonth = []string{
		"上旬", "中旬", "下旬", "初旬", "初め", "初日", "はじめ", "末", "頭", "半ば", "前半", "後半", "第", "最初", "最終", "最後", "どこか", "どの", "いつ", "うち", "中", "間", "月曜", "火曜", "水曜", "木曜", "金曜", "土",
		"日曜", "平日", "休", "連休", "祝", "週", "夜", "深夜", "早朝", "朝", "昼", "夕", "午前", "午後", "業務時間", "営業時間", "営業日", "メンテ", "定期メンテ", "定例メンテ", "作業日", "作業時", "作業枠", "作業で", "作業を", "実施",
		"予定で", "希望", "早い", "遅い", "できるだけ", "なるべく", "一日", "一週",
	}
)

// withoutMonths cuts out months that only say which thing is meant: 10月の月次報告書, 来月の費用削減, 今月立てた web02. They say nothing of when
// work is wanted.
func withoutMonths(s string) string {
	for from := 0; ; {
		at := strings.Index(s[from:], "月")
		if at < 0 {
			return s
		}
		end := from + at + len("月")
		if cut := ofThing(s[end:]); cut > 0 {
			if start := monthBegins(s[:end]); start >= 0 {
				s, from = s[:start]+s[end+cut:], start
				continue
			}
		}
		from = end
	}
}

// monthBegins is where the month begins that a text ends with; -1 when it ends with none, or with one of a year.
func monthBegins(s string) int {
	for _, w := range monthWords {
		if strings.HasSuffix(s, w) {
			return len(s) - len(w)
		}
	}
	digits := strings.TrimSuffix(s, "月")
	start := len(digits)
	for start > 0 && digit(digits[start-1]) {
		start--
	}
	if n := len(digits) - start; n == 0 || n > 2 || strings.HasSuffix(digits[:start], "年") || strings.HasSuffix(digits[:start], "/") {
		return -1
	}
	return start
}

// ofThing is how much behind a month makes it that of a thing: の before a thing, or a clause of what happened then; 0 when nothing does.
func ofThing(behind string) int {
	if thing, ok := strings.CutPrefix(behind, "の"); ok {
		r, _ := utf8.DecodeRuneInString(thing)
		if thing == "" || unicode.IsDigit(r) || unicode.IsSpace(r) || slices.ContainsFunc(withinMonth, func(w string) bool { return strings.HasPrefix(thing, w) }) {
			return 0
		}
		return len("の")
	}
	const longest = 12 // characters of such a clause
	n, before := 0, rune(0)
	for i, r := range behind {
		if n++; n > longest || unicode.IsDigit(r) || strings.ContainsRune("、,。", r) {
			return 0
		}
		if r == 'た' && before != 'ま' { // not また
			next, _ := utf8.DecodeRuneInString(strings.TrimLeft(behind[i+len("た"):], " "))
			if next >= 'a' && next <= 'z' || unicode.In(next, unicode.Han, unicode.Katakana) {
				return i + len("た")
			}
		}
		before = r
	}
	return 0
}

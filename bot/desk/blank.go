package desk

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// What a template has where something is to be written. Each form was a regular expression first, and blank_test.go holds it against that
// one; tickets are full of such lines, and these cost a hundredth.

// dashes: nothing but signs that hold a place.
func dashes(text string) bool {
	return strings.TrimLeft(text, blanks+"-ー_…。、.,()\uff08\uff09:\uff1a*x〇○◯●＿＊") == ""
}

// hints are words that ask for something to be filled in.
var hints = []string{"記入", "入力", "選択", "記載", "例", "ください", "必須", "任意"}

func hinting(text string) bool {
	return slices.ContainsFunc(hints, func(w string) bool { return strings.Contains(text, w) })
}

// bracketedHint: (記入してください), and a line that begins with ※.
func bracketedHint(text string) bool {
	const closers = ")\uff09>]】\uff1e"
	first, n := utf8.DecodeRuneInString(text)
	switch first {
	case '※':
		line, _, _ := strings.Cut(text[n:], "\n")
		return hinting(line)
	case '(', '\uff08', '<', '[', '【', '\uff1c':
		inner := text[n:]
		if last, m := utf8.DecodeLastRuneInString(inner); m > 0 && strings.ContainsRune(closers, last) {
			inner = inner[:len(inner)-m]
		}
		return !strings.ContainsAny(inner, closers) && hinting(inner)
	}
	return false
}

// example: 例: web01.
func example(text string) bool {
	for _, w := range []string{"例", "記入例", "入力例"} {
		if rest, ok := strings.CutPrefix(text, w); ok {
			sign, _ := utf8.DecodeRuneInString(strings.TrimLeft(rest, blanks))
			return strings.ContainsRune(":\uff1a)\uff09", sign)
		}
	}
	return false
}

// unknown: a word that says that nothing is known.
func unknown(text string) bool {
	if strings.HasSuffix(text, "。") || strings.HasSuffix(text, ".") {
		_, n := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-n]
	}
	switch text {
	case "未定", "不明", "未記入", "要確認", "わかりません", "分かりません", "tbd", "na", "n/a", "todo":
		return true
	}
	return false
}

// plea: a short line that ends with 〜をご記入ください or いずれかを選択.
func plea(text string) bool {
	const most = 20 // characters before it
	before, ok := pleaded(text)
	return ok && utf8.RuneCountInString(before) <= most && !strings.Contains(before, "。")
}

// pleaded is what stands before such an end.
func pleaded(text string) (before string, ok bool) {
	text = strings.TrimSuffix(text, "。")
	for _, end := range []string{"いずれか", "いずれかを選択", "いずれかをお選びください"} {
		if before, ok = strings.CutSuffix(text, end); ok {
			return before, true
		}
	}
	rest, ok := strings.CutSuffix(text, "ください")
	if !ok {
		if rest, ok = strings.CutSuffix(text, "下さい"); !ok {
			return "", false
		}
	}
	rest = strings.TrimSuffix(rest, "して")
	for _, verb := range hints[:4] {
		if what, ok := strings.CutSuffix(rest, verb); ok {
			return strings.CutSuffix(strings.TrimSuffix(what, "ご"), "を")
		}
	}
	return "", false
}

package desk

import (
	"slices"
	"strings"
	"unicode/utf8"

	"toban/bot"
)

// force is how plainly something is asked for.
type force int

const (
	negated  force = -1 // 再起動は不要です
	aside    force = 0  // 再起動した場合, 再起動しました
	perhaps  force = 1  // 再起動できますか, or only said
	pointed  force = 2  // a line that ends with the work: web01 の再起動
	demanded force = 3  // 再起動してください
)

// ending is a word behind a verb that tells what is meant by it.
type ending struct {
	from, to int
	kind     int // heardWant and the following
}

// endings lines up what was heard of the last kinds, by place.
func endings(kinds [][]bot.Asked) []ending {
	n := 0
	for _, k := range kinds {
		n += len(k)
	}
	out := make([]ending, 0, n)
	for i, k := range kinds {
		for _, a := range k {
			out = append(out, ending{a.From, a.To, heardWant + i})
		}
	}
	slices.SortFunc(out, func(a, b ending) int {
		if a.from != b.from {
			return a.from - b.from
		}
		return b.to - a.to // the longer one first
	})
	return out
}

// reach is how far behind a verb its ending may stand, in bytes of Japanese text.
const reach = 66

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// compounded reports whether the verb is only the first half of a noun: 更新時期, 設定状況, 停止の影響.
func compounded(behind string) bool { return halves.begin(strings.TrimPrefix(behind, "の")) }

// halves are what makes a noun of a verb that stands before it.
var halves = byFirst("時期", "状況", "方法", "一覧", "内容を", "内容に", "内容は", "項目の", "件数", "変更点", "履歴", "理由", "費用", "料金", "結果", "可否", "影響", "手順", "有無", "期限", "報告", "頻度", "間隔", "タイミング", "条件", "範囲", "前後", "後の", "後に", "前の", "前に", "時の", "時に", "中の", "中に", "する場合", "に関する質問", "についての質問", "について教え")

// beginners are words by their first character: of many words few have to be looked at.
type beginners map[rune][]string

func byFirst(words ...string) beginners {
	out := beginners{}
	for _, w := range words {
		c, _ := utf8.DecodeRuneInString(w)
		out[c] = append(out[c], w)
	}
	return out
}

// begin reports whether a text begins with one of the words.
func (b beginners) begin(text string) bool {
	c, _ := utf8.DecodeRuneInString(text)
	return slices.ContainsFunc(b[c], func(w string) bool { return strings.HasPrefix(text, w) })
}

// attributive reports whether the verb only tells of which thing something is said: 再起動した日時, 停止している台数.
func attributive(behind string) bool {
	for _, form := range []string{"した", "された", "している", "されている", "してある", "していた", "されていた", "しておいた"} {
		rest, ok := strings.CutPrefix(behind, form)
		if !ok {
			continue
		}
		for _, on := range []string{"い", "く", "ら", "り", "の", "上", "う", "後", "、", "。", "が", "け", "た", "と", "も", "際", "時", "場", "ほ", "だ"} {
			if strings.HasPrefix(rest, on) {
				return false // したい, したら, した上で: the endings tell
			}
		}
		return rest != "" && rest[0] >= utf8.RuneSelf
	}
	return false
}

// carriesOn reports whether a verb goes on to the next one (停止し、…起動してください): then it is meant as that one is.
func carriesOn(behind string) bool {
	for _, form := range []string{"し、", "して、", "し,", "した上で", "したうえで", "した後、", "したのち", "してから", "て、", "の上、", "のうえ", "後、", "後に、", "および", "及び", "と、"} {
		if strings.HasPrefix(behind, form) {
			return true
		}
	}
	return false
}

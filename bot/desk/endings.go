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

// forceOf tells how plainly an ask is meant.
func (m mood) forceOf(text string, a bot.Asked, title bool) force {
	if isASCII(text[a.From:a.To]) {
		if f, ok := englishForce(text, a, title); ok {
			return f
		}
	}
	return m.force(text, a, title)
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

var (
	// Explaining words make a question of what begins as a plea.
	explaining = []string{"tell", "explain", "advise", "let me know", "let us know", "how", "what", "which", "why", "when ", "whether", "confirm", "clarify"}
	pleadings  = []string{"please", "could you", "can you", "would you", "we need", "i need", "also need", "need a ", "need an ", "we want", "would like", "kindly", "want to", "need to", "is it possible"}
	doubting   = []string{"do we need", "do i need", "need to know", "should we need", "don't need", "no need", "not need"}
	wonderers  = []string{"what", "how", "which", "why", "should we", "when was", "does it", "is it"}
)

// englishForce is that of an ask in an English sentence; ok is false when the sentence is Japanese with English words in it.
func englishForce(text string, a bot.Asked, title bool) (f force, ok bool) {
	from, to := englishSentence(text, a.From, a.To)
	sentence := text[from:to]
	if !isASCII(sentence) {
		return aside, false
	}
	has := func(list []string) bool {
		return slices.ContainsFunc(list, func(w string) bool { return strings.Contains(sentence, w) })
	}
	switch {
	case has(doubting):
		return aside, true
	case has(pleadings), title:
		return demanded, true
	case has(wonderers):
		return aside, true
	case strings.TrimSpace(text[from:a.From]) == "":
		return demanded, true
	}
	return perhaps, true
}

// englishSentence is where the sentence around a piece of text begins and ends; the full stop within 8.3 or www.example.com ends none.
func englishSentence(text string, from, to int) (begin, end int) {
	closes := func(i int) bool {
		switch text[i] {
		case '\n', '!', '?':
			return true
		case '.':
			return i+1 == len(text) || text[i+1] == ' ' || text[i+1] == '\n'
		}
		return false
	}
	for begin = from; begin > 0 && !closes(begin-1); begin-- {
	}
	for end = to; end < len(text) && !closes(end); end++ {
	}
	return begin, end
}

// englishPlea reports whether a question mark ends an English sentence that politely asks for something to be done: could you restart web01?
func englishPlea(text string, mark int) bool {
	from, _ := englishSentence(text, mark, mark)
	sentence := text[from:mark]
	has := func(list []string) bool {
		return slices.ContainsFunc(list, func(w string) bool { return strings.Contains(sentence, w) })
	}
	return isASCII(sentence) && has([]string{"could you", "can you", "would you", "please", "will you"}) && !has(explaining)
}

// compounded reports whether the verb is only the first half of a noun: 更新時期, 設定状況, 停止の影響.
func compounded(behind string) bool {
	behind = strings.TrimPrefix(behind, "の")
	for _, noun := range []string{"時期", "状況", "方法", "一覧", "内容を", "内容に", "内容は", "項目の", "件数", "変更点", "履歴", "理由", "費用", "料金", "結果", "可否", "影響", "手順", "有無", "期限", "報告", "頻度", "間隔", "タイミング", "条件", "範囲", "前後", "後の", "後に", "前の", "前に", "時の", "時に", "中の", "中に", "する場合", "に関する質問", "についての質問", "について教え"} {
		if strings.HasPrefix(behind, noun) {
			return true
		}
	}
	return false
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

// force tells by what stands behind its verb how plainly an ask is meant. title: it stands in the summary.
func (m mood) force(text string, a bot.Asked, title bool) force {
	tail := text[a.To:]
	if strings.HasSuffix(text[:a.To], "。") || strings.HasSuffix(text[:a.To], "\n") { // the ask itself closes its sentence
		tail = ""
	}
	if i := strings.IndexAny(tail, "\n"); i >= 0 {
		tail = tail[:i]
	}
	if i := strings.Index(tail, "。"); i >= 0 {
		tail = tail[:i+len("。")]
	}
	if compounded(tail) || attributive(tail) {
		return aside
	}
	then := carriesOn(tail) || strings.HasSuffix(text[:a.To], "て") && strings.HasPrefix(tail, "、")
	end := a.To + min(len(tail), reach)
	if then {
		end = a.To + len(tail)
	}
	i, _ := slices.BinarySearchFunc(m.at, a.Last, func(e ending, at int) int { return e.from - at })
	for ; i < len(m.at) && m.at[i].from <= end; i++ {
		e := m.at[i]
		switch e.kind {
		case heardNot:
			return negated
		case heardPast2, heardSupposed:
			if e.kind == heardPast2 && e.from < a.To { // that it is done is what the type is told by: パスワードを変更しました
				return demanded
			}
			if then {
				continue
			}
			return aside
		case heardAble:
			if e.from < a.To { // the question is what the type is asked for by
				return demanded
			}
			return perhaps
		}
		// What somebody wants may itself only be the reason for something else.
		const near = 9 // bytes
		for _, next := range m.at[i+1:] {
			if next.from > e.to+near || next.from >= a.To+len(tail) { // another sentence: それから、
				break
			}
			if next.from >= e.to-near && next.kind == heardSupposed {
				return aside
			}
		}
		return demanded
	}
	rest := strings.TrimRight(strings.TrimSpace(tail), "。!.)」』】")
	const short = 36 // bytes: の件, について, 作業 and the like
	if len(rest) <= short {
		if title {
			return demanded
		}
		return pointed
	}
	if title {
		return pointed
	}
	return perhaps
}

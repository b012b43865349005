package wish

import (
	"strings"
	"unicode/utf8"
)

// wordSet is a set of words by their first characters.
type wordSet struct {
	begins runeSet
	words  map[rune][]string
}

func newWordSet(list ...string) *wordSet {
	s := &wordSet{words: map[rune][]string{}}
	for _, w := range list {
		r, _ := utf8.DecodeRuneInString(w)
		s.begins.add(r)
		s.words[r] = append(s.words[r], w)
	}
	return s
}

// in reports whether a text holds one of the words.
func (s *wordSet) in(text string) bool {
	for i, r := range text {
		if !s.begins.has(r) {
			continue
		}
		for _, w := range s.words[r] {
			if strings.HasPrefix(text[i:], w) {
				return true
			}
		}
	}
	return false
}

var (
	asking = newWordSet(
		"希望", "お願い", "ください", "下さい", "実施", "作業", "対応", "予定", "いただけ", "頂け", "までに", "中に", "以降", "したい", "ほしい", "欲しい", "please", "could you", "would like", "by ", "until",
	)
	telling = newWordSet(
		"発生", "検知", "確認しました", "ところ", "昨日", "先日", "先週", "先月", "昨夜", "今朝", "以前", "時点", "スナップショットから", "バックアップから", "取得した", "しました", "していました", "になりました",
		"入社", "退職", "異動", "移転", "に伴い", "ログ", "期限切れ", "失効", "公開され", "リリースされ", "yesterday", "last ", " ago",
	)
)

// asks reports whether a sentence asks for something at a time.
func asks(s string) bool { return asking.in(s) && !telling.in(s) }

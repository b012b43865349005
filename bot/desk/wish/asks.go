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
func (s *wordSet) in(text string) bool { return s.after(text) > 0 }

// after is where the last of the words ends in a text; 0 when there is none.
func (s *wordSet) after(text string) int {
	end := 0
	for i, r := range text {
		if !s.begins.has(r) {
			continue
		}
		for _, w := range s.words[r] {
			if strings.HasPrefix(text[i:], w) {
				end = max(end, i+len(w))
			}
		}
	}
	return end
}

var (
	asking = newWordSet(
		"希望", "お願い", "ください", "下さい", "実施", "作業", "対応", "予定", "いただけ", "頂け", "までに", "中に", "以降", "したい", "ほしい", "欲しい", "please", "could you", "would like", "by ", "until",
	)
	telling = newWordSet(
		"発生", "検知", "確認しました", "ところ", "昨日", "先日", "先週", "先月", "昨夜", "今朝", "以前", "時点", "スナップショットから", "バックアップから", "取得した", "しました", "していました", "になりました",
		"入社", "退職", "異動", "移転", "に伴い", "ログ", "期限切れ", "失効", "公開され", "リリースされ", "比率", "割合", "yesterday", "last ", " ago",
	)
)

// likeTelling are words that only look like telling ones: nothing happened at the day beside them.
var likeTelling = strings.NewReplacer("退職者", "人", "入社者", "人", "異動者", "人", "ログイン", "入", "ログオン", "入", "ログアウト", "出", "ログオフ", "出", "ログ収集", "収集", "ブログ", "文", "カタログ", "表", "ログを取得する", "取")

// lasting are things that have a day of their own, which says nothing of when work is wanted; it is told up to one of the ends.
var (
	lasting = []string{"有効期限", "契約期限", "満了日", "使用期限", "リリース日", "公開日"}
	ends    = []string{"、", ",", "なので", "ですので", "のため", "ですが"}
)

// withoutLasting cuts out what is told of things that have a day of their own.
func withoutLasting(s string) string {
	for _, w := range lasting {
		at := strings.Index(s, w)
		if at < 0 {
			continue
		}
		end := len(s)
		for _, e := range ends {
			if i := strings.Index(s[at:], e); i >= 0 {
				end = min(end, at+i+len(e))
			}
		}
		s = s[:at] + s[end:]
	}
	return s
}

// leansOnOther reports whether work is wanted before or after something else whose day the text names.
func leansOnOther(text string) bool {
	for _, w := range []string{"その前に", "それまでに", "その後に", "その直前", "その直後", "事前に", "before that", "after that"} {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

// asked is the part of a sentence that asks for something at a time; "" when none does. A verb stands after its days, so what is told ends
// with the last telling word (11月末で退職する山田のユーザーを 12/31 18時に削除してください), and what is asked may follow it.
func asked(s string) string {
	s = withoutMonths(withoutLasting(likeTelling.Replace(s)))
	s = s[telling.after(s):]
	if !asking.in(s) {
		return ""
	}
	return s
}

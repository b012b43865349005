package desk

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	urgent     = regexp.MustCompile(`緊急|至急|大至急|urgent`)
	withdrawal = regexp.MustCompile(`取り?下げ|キャンセル(し|を|で|とさせ|お願い|希望|いた)|(依頼|作業|対応|申請|本件|こちら)[^。\n]{0,10}(中止|不要|キャンセル|取り?消)|(中止|不要)(に|と)(なり|してください|して下さい|させて|いたし)|取り?消し?(て|を|ます|たい)|取り?(止|や)め(ます|て|たい|とさせ|でお願い)|\b(cancel|withdraw)\b`)
)

// withdrawn is a sentence that withdraws a request, unsure what hangs it on something or means another thing.
var (
	withdrawn = regexp.MustCompile(`(取り?下げ|キャンセル|取り?消し?|取り?(止|や)め|中止)(を|と|で)?(させて(いただ|頂)(き|け)\S*|(いた|致)します|し?ます|(を)?お願い(いた|致)?します|お願いします|(し|にし)?て(ください|下さい)|願います|希望(いた|致)?します|でお願い\S*|たい(です|と思います|と存じます)?|となりました|になりました)[。.!]?$|(依頼|作業|対応|本件|こちら)[^。\n]{0,10}(不要(に|と)なりました|不要です)[。.!]?$|\b(please )?(cancel|withdraw)\b.{0,30}(request|ticket|this|it)\b`)
	unsure    = regexp.MustCompile(`\?|場合|たら|れば|なら|一部|のみ|だけ|以外|検討|かも|前回|別件|別の|ではな|ではあり|しないで|せずに|取り?下げ(ない|ず|ません)|キャンセル(し|でき)(ない|ません)|キャンセル待|代わり|かわり|それとも|または|もしくは|確認|相談|延期|変更|\bif\b|\bnot\b|instead|only|part`)
)

// plainWithdrawal reports whether a comment withdraws the request and says nothing else that staff should weigh.
func plainWithdrawal(comment string) bool {
	const most = 150 // characters
	text := strings.TrimSpace(fold(own(comment)))
	if utf8.RuneCountInString(text) > most || unsure.MatchString(text) || hear(text).wonders {
		return false
	}
	return slices.ContainsFunc(sentences(text), func(s string) bool { return withdrawn.MatchString(strings.TrimSpace(s)) })
}

// squeeze folds and leaves letters and digits only.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if spells(r) {
			return r
		}
		return -1
	}, fold(s))
}

// spells reports whether a character is a letter or a digit.
func spells(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z'
	case r >= '一' && r <= '\u9fff', r >= 'ぁ' && r <= 'ゖ', r >= 'ァ' && r <= 'ヺ', r == 'ー':
		return true
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// squeezed reports whether s is want once it is squeezed.
func squeezed(s, want string) bool {
	for _, r := range s {
		if r >= '\uff61' && r <= '\uff9f' { // two of these may be one
			return squeeze(s) == want
		}
	}
	for _, r := range s {
		if r = small(r); !spells(r) {
			continue
		}
		w, n := utf8.DecodeRuneInString(want)
		if n == 0 || w != r {
			return false
		}
		want = want[n:]
	}
	return want == ""
}

func sentences(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == '。' || r == '\n' || r == '!' || r == '?' })
}

package wish

import (
	"strings"
	"unicode/utf8"
)

// anyTime are words of a field that leave the day to the provider, name none yet, or say where it stands.
var anyTime = []string{
	"至急", "早急", "大至急", "急ぎ", "急いで", "早め", "早く", "はやく", "早い", "最短", "最速", "なるはや", "なる早", "限り", "すぐ", "直ちに", "ただちに", "速やか", "緊急", "いつでも", "随時",
	"特に", "なし", "無し", "無い", "ない", "ません", "未定", "不問", "任せ", "まかせ", "都合", "指定", "希望", "検討", "相談", "調整", "標準", "通常", "別途", "後日", "追って", "決ま", "確認中", "不明",
	"上記", "下記", "本文", "記載", "参照", "同上", "添付", "通り", "とおり", "自由", "適宜", "空き", "業務時間", "営業時間",
	"asap", "urgent", "soon", "n/a", "none", "any", "no ", "tbd", "tba", "flexible", "convenience", "convenient", "immediately", "below", "above", "attached", "not ", "earliest", "up to you", "whenever",
}

// Unread reports whether the value of a field is about a time that Read finds nothing of (クリスマスの夜): neither empty nor one of the words
// that leave the day open (至急, 特になし). Such a value is to be asked back. What is long is prose, which Find reads.
func Unread(value string) bool {
	const most = 40 // characters; a field names a time in fewer
	value = strings.TrimSpace(fold(value))
	if value == "" || utf8.RuneCountInString(value) > most || value == "無" || value == "na" || value == "no" {
		return false
	}
	if strings.Trim(value, "-ー_.・*?!/~()[]{}<>= 　") == "" {
		return false
	}
	for _, w := range anyTime {
		if strings.Contains(value, w) {
			return false
		}
	}
	return true
}

// noWish are words of an answer that leave the time to the provider, whatever was asked.
var noWish = newWordSet(
	"いつでも", "何時でも", "指定しません", "指定しない", "指定はし", "指定なし", "指定はあり", "指定はござい", "指定はない", "希望なし", "希望はな", "希望はあり", "希望はござい", "希望ありません", "希望はとくに", "希望は特に",
	"特にありません", "特になし", "特にない", "とくにありません", "とくにない", "お任せ", "おまかせ", "問いません", "問わない", "不問", "決めてもら", "決めていただ", "ご都合の良い", "ご都合のよい", "ご都合のいい", "都合に合わせ", "都合で構い", "都合でかまい",
	"any time", "anytime", "whenever", "no preference", "up to you", "at your convenience", "no specific date", "no particular date",
)

// Leaves reports whether an answer to the question for a date leaves it to the provider (いつでも構いません): then there is no wish.
func Leaves(text string) bool { return noWish.in(fold(text)) }

package desk

import (
	"regexp"
	"strings"
	"unicode"
)

// polite is what may stand in a comment that wants nothing. A comment is only a thank-you when nothing is left once all of this is taken
// away: an answer that begins with 了解です stays an answer.
var polite = regexp.MustCompile(`お世話になって(おり|い)ます|お世話になります|お疲れ(様|さま)(です|でした)?|お忙しい(ところ|中)|ありがとう(ござい(ます|ました)|存じます)?|有(難|り難)うござい(ます|ました)|` +
	`感謝(いた|致|し|申し上げ)(し)?(ます|ております)?|助かり(ます|ました)|(大変|とても)?うれしいです|承知(いた|致)?し(ました|ております)|承知です|承りました|了解(です|いたし|致し|し)(ました)?|了解|かしこまりました|` +
	`(内容|結果|完了|動作|こちら|当方|弊社)?(を|で(も)?)?(確認|受領|拝見)(いた|致|でき|させていただき)?(し)?(ました|できました)|確認(でき|済み)(です|ました)?|問題(は)?(ござい|あり)ません(でした)?|特に|` +
	`(引き続き|今後とも|どうぞ|何卒|また)|(よろしく|宜しく)お願い(いた|致)?し(ます|申し上げます)|(よろしく|宜しく)お願い(申し上げ)ます|` +
	`(早速|迅速|丁寧|ご?丁寧|早急|素早い|すばやい)(な|の|に)?|早々(の|に|と)?|ご?(対応|連絡|回答|返信|返事|説明|報告|作業|確認|協力|サポート|調査|案内|教示|手配|共有|完了|知らせ|尽力|配慮)|お(知らせ|手数|手配)|` +
	`(いただき|頂き|くださり|下さり|いただいて|頂いて)(まして)?|(まことに|誠に|大変|どうも|本当に|とても|いつも|早くも|無事に?|皆様|皆さま|担当者)|(様|さん|さま|氏|御中|の皆)|(以上|失礼)(です|いたし|致し|し)?(ます)?|` +
	`thank ?you|thanks|many|very|much|so|a lot|for|your|the|help|support|quick|reply|got it|understood|ok|okay|great|best|kind|regards|dear|です|ます|ました|でした|おります`)

// assent is a word that answers a question of staff although it says little.
var assent = regexp.MustCompile(`問題(は)?(ござい|あり)ません|はい|大丈夫|承知|了解|お願い(いた|致)?します|結構です|同意|承認|\bok\b|\byes\b|進めて`)

// particles hold polite words together.
const particles = "のをにはがもでとへやねよかけどおご件分点件名"

// isThanks reports whether a comment only thanks or takes note, so that it needs no answer. names are those of people and companies that
// may stand in it.
func isThanks(comment string, names ...string) bool {
	typed := own(comment)
	c := fold(typed)
	for _, n := range names {
		for part := range strings.FieldsSeq(fold(n)) {
			c = strings.ReplaceAll(c, part, "")
		}
	}
	if strings.ContainsAny(c, "?") || question.MatchString(c) {
		return false
	}
	rest := strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) || strings.ContainsRune(particles, r) {
			return -1
		}
		return r
	}, polite.ReplaceAllString(addressed.ReplaceAllString(c, ""), ""))
	return rest == "" && typed != ""
}

// addressed is a name that a letter begins with.
var addressed = regexp.MustCompile(`(?m)^[^\s。、:\d]{1,12}(様|さん|さま)(、|,| )?`)

// deferring answers promise an answer.
var deferring = regexp.MustCompile(`後ほど|後日|追って|のちほど|確認(して|し、|の上|いたし|中)|(わ|分)かりません|不明|少々お待ち|改めて|社内で`)

package desk

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode/utf8"
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

// courtesies takes polite words away. The expression is only tried where one of them may begin, and of it only those alternatives that may begin
// there: tried on a whole text, or as a whole, it is slower than all other reading of a ticket.
var courtesies = func() func(text string) string {
	const longest = 240 // bytes of the longest courtesy, and more
	begin := byBeginning(polite.String(), "")
	return func(text string) string {
		var out strings.Builder
		kept := 0
		for at := 0; at < len(text); {
			c, n := utf8.DecodeRuneInString(text[at:])
			here := begin[c]
			if here == nil {
				at += n
				continue
			}
			m := here.FindStringIndex(text[at:min(at+longest, len(text))])
			if m == nil {
				at += n
				continue
			}
			out.WriteString(text[kept:at])
			at += m[1]
			kept = at
		}
		if kept == 0 {
			return text
		}
		out.WriteString(text[kept:])
		return out.String()
	}
}()

// byBeginning has for each character with which a match of an expression can begin the alternatives that can, at the beginning of a text; behind
// them stands tail.
func byBeginning(expression, tail string) map[rune]*regexp.Regexp {
	lists := map[rune]string{}
	for _, a := range alternatives(expression) {
		for c := range beginnings(a) {
			if lists[c] != "" {
				lists[c] += "|"
			}
			lists[c] += a
		}
	}
	made, out := map[string]*regexp.Regexp{}, map[rune]*regexp.Regexp{}
	for c, list := range lists {
		if made[list] == nil {
			made[list] = regexp.MustCompile(`\A(?:` + list + `)` + tail)
		}
		out[c] = made[list]
	}
	return out
}

// whole tells names that are as a whole of an expression.
type whole map[rune]*regexp.Regexp

func wholly(expression string) whole { return byBeginning(expression, `\z`) }

// MatchString reports whether a name is one.
func (w whole) MatchString(name string) bool {
	c, _ := utf8.DecodeRuneInString(name)
	re := w[c]
	return re != nil && re.MatchString(name)
}

// alternatives are those of an expression, which has no brackets but round ones and nothing escaped.
func alternatives(expression string) (out []string) {
	depth, from := 0, 0
	for i, c := range expression {
		switch {
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == '|' && depth == 0:
			out, from = append(out, expression[from:i]), i+1
		}
	}
	return append(out, expression[from:])
}

// beginnings are the characters with which a match of an expression can begin.
func beginnings(expression string) map[rune]bool {
	out := map[rune]bool{}
	re, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		return out
	}
	prog, err := syntax.Compile(re.Simplify())
	if err != nil {
		return out
	}
	var follow func(i uint32)
	follow = func(i uint32) {
		switch inst := &prog.Inst[i]; inst.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			follow(inst.Out)
			follow(inst.Arg)
		case syntax.InstRune, syntax.InstRune1:
			if len(inst.Rune) == 1 {
				out[inst.Rune[0]] = true
			}
			for j := 0; j+1 < len(inst.Rune); j += 2 {
				for c := inst.Rune[j]; c <= inst.Rune[j+1]; c++ {
					out[c] = true
				}
			}
		case syntax.InstCapture, syntax.InstNop, syntax.InstEmptyWidth:
			follow(inst.Out)
		case syntax.InstMatch, syntax.InstFail, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
		}
	}
	follow(uint32(prog.Start)) //nolint:gosec // a place in a short list
	return out
}

// assent is a word that answers a question of staff although it says little.
var assent = regexp.MustCompile(`問題(は)?(ござい|あり)ません|はい|大丈夫|承知|了解|お願い(いた|致)?します|結構です|同意|承認|\bok\b|\byes\b|進めて`)

// agreeing words say yes to a plan; hedging ones take it back, or hang it on something.
var (
	agreeing = regexp.MustCompile(`(同意|承認|承諾|了承|許可|賛成)(いた|致)?(し|です|しま|を)|同意|承認し|問題(は)?(ござい|あり)ません|問題ない|大丈夫です|進めて(ください|下さい|いただ|頂)|(実施|作業|対応)(を)?お願い|その(内容|日時|計画|予定)で|お願い(いた|致)?します|結構です|\bok\b|\byes\b|\bagreed?\b|\bapproved?\b|go ahead|proceed`)
	hedging  = regexp.MustCompile(`ただし|但し|です(が|けど)|ます(が|けど)|ません?が|せんけど|ですけれど|条件|以外|除(い|き)|変更(し|を|後)|待って|待ち|保留|延期|見送|中止|取り?(やめ|消|下げ)|(し|行わ|実施し)ないで|不同意|未承認|(同意|承認|了承|許可)(でき|しかね|しま?せん|しない|され(て)?い?な|待ち|者|前|後|が必要|を得|を取|を確認|依頼)|できません|出来ません|できない|困り|不可|別の(日|時)|早め|遅ら|ずら|社内で|確認(中|します|の上|後)|検討|後ほど|後日|追って|たら|れば|なら|\bnot?\b|\bbut\b|\bif\b|unless|\bafter\b|\bwait\b|don't|cannot`)
)

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
	if strings.ContainsAny(c, "?") || hear(c).question {
		return false
	}
	return left(courtesies(addressed.ReplaceAllString(c, ""))) == "" && typed != ""
}

// addressed is a name that a letter begins with.
var addressed = regexp.MustCompile(`(?m)^[^\s。、:\d]{1,12}(様|さん|さま)(、|,| )?`)

// deferring answers promise an answer.
var deferring = regexp.MustCompile(`後ほど|後日|追って|のちほど|確認(して|し、|の上|いたし|中)|(わ|分)かりません|不明|少々お待ち|改めて|社内で`)

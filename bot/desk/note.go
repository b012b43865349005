package desk

import (
	"toban/bot"
)

// noting is what a ticket says that only thanks, greets or tells something.
var noting = formed("ありがとうござい|助かりました|感謝|御礼|お礼|挨拶|あいさつ|不要|必要ありません|いりません|ご連絡|ご報告|お知らせ|ご共有|fyi|for your information|no action|thank|お騒がせ",
	`ありがとうございました|ありがとうございます|助かりました|感謝|御礼|お礼|ご挨拶|ごあいさつ|(対応|作業|返信|返答|回答)(は|も)?(不要|必要ありません|いりません)|(ご連絡|ご報告|お知らせ|ご共有)(まで|のみ|だけ)|fyi|for your information|no action|thank|お騒がせ(いた|致)?しました`)

// noted leaves a ticket to staff that wants nothing and only thanks, greets or takes note, whatever was chosen from the list: to ask its
// writer for the details of the work would be odd.
func (r *reader) noted(c Classification) Classification {
	if c.Type == typeConsultation && c.Confidence != bot.Certain && r.weak && (withdrawal.MatchString(r.text) || r.mood.drill) {
		return Classification{
			Type: typeUnclear, Class: bot.ClassUnclear, Confidence: bot.Unsure, Suggested: c.Type,
			Reasons: append(c.Reasons, "it takes back another ticket, or is a test: staff choose"),
		}
	}
	if c.Confidence == bot.Certain || c.Class == bot.ClassUnclear || c.Class == bot.ClassIncident || c.Class == bot.ClassComplaint || !noting.MatchString(r.text) {
		return c
	}
	m := hear(courtesies(r.text)) // よろしくお願いいたします is no request
	if m.doing || m.question || m.asksBelow || m.pleads || m.troubled || m.outage || m.complaint || m.inquires {
		return c
	}
	if rt, ok := find(r.types, c.Type); !ok || rt.ID != typeConsultation && len(r.lacks(rt)) < len(pages{}.read(rt, "").lacks(rt)) {
		return c // it carries details of work
	}
	return Classification{
		Type: typeUnclear, Class: bot.ClassUnclear, Confidence: bot.Unsure, Suggested: c.Type,
		Reasons: append(c.Reasons, "it asks for nothing and only thanks, greets or takes note: staff choose"),
	}
}

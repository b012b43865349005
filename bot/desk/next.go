package desk

import (
	"slices"
	"strings"

	"toban/bot"
)

// classWords are the classes of the contract as customers read them, in Japanese and English. A class that is not of a request has none.
var classWords = map[bot.Class][2]string{
	bot.ClassMinor: {"軽微な作業", "minor work"}, bot.ClassImpactful: {"影響のある作業・ご相談", "impactful work or consultation"},
	bot.ClassBasic: {"基本サポート", "basic support"}, bot.ClassAdvanced: {"アドバンスドサポート", "advanced support"},
}

// spoken is one of two wordings, by the customer's language.
func (d *decision) spoken(words [2]string) string {
	if d.cust.Lang == "en" {
		return words[1]
	}
	return words[0]
}

// next says what happens after the answer: what else was read in the ticket, who settles the date, what the work needs before it may begin.
func (d *decision) next(rt bot.RequestType) string {
	var out []string
	if d.unlike {
		out = append(out, d.spoken([2]string{
			"障害としての経過のご連絡はここまでとし、ご依頼として対応します。", "We end the updates about an incident here, and handle this as a request.",
		}))
	}
	if names := d.others(); len(names) > 0 {
		ja, en := strings.Join(names, "、"), strings.Join(names, ", ")
		out = append(out, d.spoken([2]string{
			"ほかのご依頼（" + ja + "）も拝見しました。担当者が確認し、あらためてご連絡します。",
			"We have also read your other request (" + en + "). We will come back to you about it.",
		}))
	}
	if d.t.PriorityID == bot.PriorityHigh && !d.s.Held {
		out = append(out, d.spoken([2]string{
			"優先度「高」のご依頼ですので、担当者が日程をご相談します。", "Since the priority is high, we will discuss a date with you.",
		}))
	}
	switch {
	case d.s.Held:
	case d.changeClass().NeedsPlan():
		out = append(out, d.spoken([2]string{
			"担当者が作業の計画をまとめ、このチケットでご同意をお願いします。", "We will write a plan of the work and ask you on this ticket whether you agree to it.",
		}))
	case talk(rt):
		out = append(out, d.spoken([2]string{"担当者が確認し、このチケットでお答えします。", "We will look into it and answer on this ticket."}))
	default:
		out = append(out, d.spoken([2]string{"対応が済みましたら、このチケットでお知らせします。", "We will tell you on this ticket when it is done."}))
	}
	return strings.Join(out, "\n")
}

// others name the further requests that a ticket holds beside the one that leads.
func (d *decision) others() []string {
	var out []string
	for _, id := range d.s.Others {
		if rt, ok := d.cust.Type(id); ok && id != d.t.Type && !slices.Contains(out, rt.IssueType) && rt.IssueType != d.typeName() {
			out = append(out, rt.IssueType)
		}
	}
	return out
}

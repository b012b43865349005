package desk

import (
	"slices"
	"strings"

	"toban/bot"
)

// attaches reports whether a fact adds a file to the issue.
func attaches(f bot.Fact) bool {
	return slices.ContainsFunc(f.Changes, func(c bot.Change) bool { return c.Field == "attachment" && c.To != "" })
}

// filed takes a file in that a customer user attached. Toban reads no files: while an answer is waited for it is one, which people judge, since who
// has sent a form would be asked in vain to type it again.
func (d *decision) filed(f bot.Fact) error {
	if d.t.Status != bot.StatusWaiting {
		d.heard(f, "がファイルを添付しました。", d.v.Mention()...)
		d.v.Reason("told staff of "+f.ID, "a customer user attached a file")
		return nil
	}
	open := strings.Join(d.t.Missing, "、")
	d.resume(f.At, f.Author, f.ID, "a customer user attached a file")
	d.enter(bot.EntryComplete, f.At, f.Author, f.ID, "answered by a file, which staff read")
	d.heard(f, "がファイルで回答しました。Toban はファイルの中を読みません。次の項目があるか確認し、足りなければカードの「お客様に確認」でお尋ねください: "+open, d.v.Mention()...)
	d.v.Reason("took "+f.ID+" as an answer", "it brings a file; staff look whether it holds "+open)
	if w := d.s.Wish; w != nil && !w.Certain {
		w.Asked = wishRounds // the date may stand in the file, too
	}
	rt, _ := d.cust.Type(d.t.Type)
	return d.agreeable(rt)
}

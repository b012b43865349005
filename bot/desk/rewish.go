package desk

import (
	"fmt"

	"toban/bot"
)

// rewish reads the desired date again after somebody edited the issue. Another date of a customer's user is the wish from now on: one that ends later
// moves the deadline, and the requester is told the new one. What is unclear, or comes when the deadline has passed, is left to staff.
func (d *decision) rewish(f bot.Fact, snap *bot.Snapshot) error {
	r := d.written(snap)
	if r.key() == d.s.Written {
		return nil
	}
	d.s.Written, d.dirty = r.key(), true
	w := d.s.Wish
	if !r.Found && w != nil && !w.Certain && w.Asked == 0 { // taken away before anybody asked
		d.s.Wish = nil
	}
	if !r.Found || f.Author.Kind != bot.AuthorCustomer || w != nil && w.Certain && r.Certain && w.Start.Equal(r.Start) && w.End.Equal(r.End) {
		return nil
	}
	who := "お客様(" + f.Author.Name + ")が、課題のご希望の日時を変更しました"
	const settle = "お客様と日程を相談し、決まったら「期日を合意」で記録してください。"
	old := d.t.Due
	switch {
	case d.t.Status == bot.StatusWaiting && !d.s.Answered:
		d.takeWish(r.Reading, "the edited ticket")
		return nil
	case !r.Certain:
		d.v.Tell(who+"が、はっきりしません。"+settle, d.v.Mention()...)
		d.v.Reason("kept the desired date", "the edited one can't be read with certainty: "+string(r.Doubt))
		return nil
	case !old.IsZero() && !d.in.Now.Before(old):
		d.v.Tell(who+"。期限("+d.v.Short(old)+")は過ぎています。"+settle, d.v.Mention()...)
		d.v.Reason("kept the desired date", "the deadline had passed when another one was written")
		return nil
	}
	d.takeWish(r.Reading, "the edited ticket")
	d.s.Named = ""
	if err := d.clocks(); err != nil {
		return err
	}
	line := who + "(" + d.window() + ")。"
	if d.t.Due.IsZero() {
		d.v.Tell(line+settle, d.v.Mention()...)
		return nil
	}
	d.v.Tell(line+"期限は "+d.v.Short(d.t.Due)+" です。早める場合は、お客様と相談して「期日を合意」で記録してください。", d.v.Mention()...)
	if d.t.Due.Equal(old) || !d.s.Answered {
		return nil
	}
	data := map[string]any{"type": d.typeName(), "due": d.v.When(d.t.Due), "reason": d.spoken([2]string{"ご希望の日時の変更", "the date that you asked for has changed"})}
	return d.say(fmt.Sprintf("desk:%s:reclass:%s:wish", d.t.ID, f.ID), "reclassified", data, bot.Update{DueDate: d.dueDate()}, false)
}

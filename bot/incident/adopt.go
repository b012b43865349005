package incident

import (
	"slices"

	"toban/bot"
)

// takeOver records an incident from before Toban came. It is not followed: nobody was promised Toban's updates, and only staff know whether it
// goes on. What they wrote on the ticket is its history.
func (d *decision) takeOver() {
	d.r = Record{
		Detected: d.t.Received, Priority: d.t.PriorityID, Host: hostOf(d.t), Cancelled: true, Adopted: true, Ended: d.in.Now,
		Judged: []Judgement{{At: d.t.Received, Impact: d.byPriority(), By: "priority", Ref: d.in.Event.Key}},
	}
	d.dirty = true
	d.v.Reason("took an incident over", "it is followed when staff press the button")
}

// strike takes out of the record what was not said in shadow. A first notice that nobody has read is owed still.
func (d *decision) strike() {
	if len(d.r.Judged) == 0 {
		return
	}
	unsaid := func(u Update) bool { return bot.IsShadow(u.Ref) }
	before := len(d.r.Updates)
	d.r.Updates, d.r.Early = slices.DeleteFunc(d.r.Updates, unsaid), slices.DeleteFunc(d.r.Early, unsaid)
	over := !d.r.Open && d.r.DoneKey != "" && slices.Contains(d.in.Unsaid, d.r.DoneKey)
	if before == len(d.r.Updates) && !over {
		return
	}
	d.dirty = true
	d.v.Reason("took words back", "they did not go out in shadow")
	if over {
		d.r.Ended, d.r.DoneDead = d.r.Recovered, true
		d.v.Tell("シャドー中の復旧のお知らせは、お客様に送っていません。必要であればカードの「復旧を知らせ直す」から送ってください。", d.v.Mention()...)
		return
	}
	if !d.r.Open {
		return
	}
	d.r.Pending, d.r.Told = "", ""
	if len(d.r.Updates) == 0 {
		d.r.NoticeDead = true
		d.stopTimers()
		d.v.Post(bot.Post{Text: "シャドー中の初報は、お客様に送っていません。障害が続いている場合は、カードから初報を送ってください。", Mention: d.v.Mention(), Top: true})
		return
	}
	d.arm()
	d.v.Tell("シャドー中の経過報告は、お客様に送っていません。次の期限は、実際に届いたお知らせから数え直しました。", d.v.Mention()...)
}

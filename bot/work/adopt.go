package work

import (
	"slices"
	"time"

	"toban/bot"
)

// strike takes out of the order what was not said in shadow. Work whose start the customer was told in shadow only does not start: staff plan
// it anew, and the customer is told.
func (d *decision) strike() {
	var unsaid bool
	d.o.Words = slices.DeleteFunc(d.o.Words, func(w Word) bool {
		gone := slices.Contains(d.in.Unsaid, w.Key)
		unsaid = unsaid || gone
		return gone
	})
	asked := d.o.AskKey != "" && slices.Contains(d.in.Unsaid, d.o.AskKey)
	if !unsaid && !asked || !d.o.ahead() {
		return
	}
	d.v.Cancel("notice", "overdue", "again", "start", "ask", "late", "consent")
	d.o.Stage, d.o.Told, d.o.NoticeAt, d.o.NoticeKey, d.dirty = Stopped, time.Time{}, time.Time{}, "", true
	d.o.Problem = "シャドー中の開始連絡や確認は、お客様に送っていません"
	d.v.Tell(d.o.Problem+"。作業を行う場合は「日程を変更」で決め直してください。", d.v.Mention()...)
	d.v.Reason("stopped the work", "its start was told in shadow only")
	d.news(bot.StatusTaken, "Toban", d.key("stopped"), "the plan is made anew: its start was told in shadow only")
}

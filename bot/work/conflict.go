package work

import (
	"fmt"
	"strings"
	"time"

	"toban/bot"
)

// conflicts lists what speaks against work at a time: staff may go on knowingly. Work under an open incident asks nobody.
func (d *decision) conflicts(start, end time.Time) []string {
	c := d.v.Customer
	if !d.needsNotice() {
		return nil
	}
	out := d.clashes(start, end)
	if cal := c.CalendarAt(c.WorkHours, start); cal != nil && cal.Between(start, end) < end.Sub(start) {
		out = append(out, "お客様と取り決めた作業時間帯の外です")
	}
	if limit := c.Timing.WorkLength; limit > 0 && end.Sub(start) > limit {
		out = append(out, "作業時間が目安("+bot.Lasting(limit)+")を超えます")
	}
	if !d.t.Due.IsZero() && end.After(d.t.Due) {
		out = append(out, "終了予定が期限("+d.v.Short(d.t.Due)+")を過ぎます。カードの「ほかの操作」にある「遅れを知らせる」でお知らせできます")
	}
	if d.t.Status == bot.StatusWaiting && d.o.Stage != Proposed {
		out = append(out, "お客様への確認の回答がまだです")
	}
	if expires := d.expiry(d.in.Now); d.t.Change.NeedsPlan() && start.After(expires) {
		out = append(out, "承認と同意は "+d.v.Short(expires)+" までしか有効ではなく、開始までに切れます")
	}
	if used := d.units(); c.Units > 0 && used > c.Units {
		out = append(out, fmt.Sprintf("今月の作業数(%d件)の上限(%d件)を超えています", used, c.Units))
	}
	return out
}

// clashes lists what else claims the time: work on the same host, freeze periods, the customer's own maintenance.
func (d *decision) clashes(start, end time.Time) []string {
	var out []string
	for _, h := range d.in.Holdings {
		if h.Kind == bot.HoldWork && h.Ref != "" && h.Ref == d.t.Host && h.Overlaps(start, end) {
			out = append(out, fmt.Sprintf("%s では同じ時間帯に %s の作業が予定されています(%s 〜 %s)", h.Ref, h.Key, d.v.Short(h.From), d.v.Short(h.Until)))
		}
	}
	for _, b := range d.v.Customer.Blocked {
		if !b.From.Before(end) || !start.Before(b.Until) {
			continue
		}
		name := "お客様のメンテナンス"
		if b.Freeze {
			name = "変更の凍結期間"
		}
		if b.Reason != "" {
			name += "「" + b.Reason + "」"
		}
		out = append(out, fmt.Sprintf("%s(%s 〜 %s)と重なります", name, d.v.Short(b.From), d.v.Short(b.Until)))
	}
	return out
}

// units are the units of work that the customer's other tickets hold of the month in which this one came in, with one for this.
func (d *decision) units() int {
	n := 1
	for _, h := range d.in.Holdings {
		if h.Kind == bot.HoldUnit && !d.t.Received.Before(h.From) && d.t.Received.Before(h.Until) {
			n += h.Units
		}
	}
	return n
}

// want keeps a plan that has conflicts until staff go on knowingly.
func (d *decision) want(w Wanted) {
	d.o.Wanted, d.dirty = &w, true
	d.v.Post(bot.Post{
		Text: fmt.Sprintf("ご注意: %s 〜 %s の作業には次の問題があります。\n・%s\nこのまま予定する場合は「承知のうえで予定する」を、変える場合は日程の入力をやり直してください。",
			d.v.Short(w.Start), d.v.Short(w.End), strings.Join(w.Conflicts, "\n・")),
	})
	d.v.Reason("showed conflicts of the wanted plan", strings.Join(w.Conflicts, "; "))
}

// pressGoOn plans the work in spite of its conflicts; who did so is on record.
func (d *decision) pressGoOn(a bot.StaffAction, p bot.Person) error {
	w := d.o.Wanted
	switch {
	case w == nil:
		d.notNow(a, "注意のある予定はありません。")
		return nil
	case !w.Start.After(d.at()):
		d.v.Refuse(a, "開始にはこれからの日時を指定してください。日程の入力をやり直してください。")
		return nil
	}
	d.v.Reason("planned in spite of conflicts", p.Name+" took them on: "+strings.Join(w.Conflicts, "; "))
	d.v.Tell(p.Name + " が承知のうえで予定します: " + strings.Join(w.Conflicts, "。"))
	w.Person = p.ID
	return d.arrange(*w, p)
}

// holdings is the time that the work takes of its host.
func (d *decision) holdings() []bot.Holding {
	switch d.o.Stage {
	case Proposed, Planned, Noticed, Working:
		return []bot.Holding{{Kind: bot.HoldWork, Ref: d.t.Host, From: d.o.Start, Until: d.o.End, What: d.o.What, Running: d.o.Stage == Working}}
	case None, Stopped, Finished, Done, Cancelled:
	}
	return []bot.Holding{}
}

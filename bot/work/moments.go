package work

import (
	"strings"

	"toban/bot"
	"toban/sla"
)

// timerDue acts when a moment has come by the plan that holds now. A timer of an old plan may still be under way when the plan changes,
// so each looks at the time itself and acts once.
func (d *decision) timerDue() error {
	var due bot.TimerDue
	if err := d.in.Event.Decode(&due); err != nil {
		return err
	}
	rule, ours := strings.CutPrefix(due.Rule, Name+"/")
	if !ours {
		return nil
	}
	timing, now := d.v.Customer.Timing, d.in.Now
	switch rule {
	case "notice":
		if d.o.Stage == Planned && d.o.NoticeKey == "" && !now.Before(d.o.NoticeDue) {
			return d.notice()
		}
	case "overdue":
		if d.o.Stage == Planned && d.o.NoticeKey != "" && now.After(d.noticeLate()) {
			d.dirty = true // the clock is missed from here
			if d.o.Problem == "" {
				d.o.Problem = "開始連絡がまだ届いていません"
				d.v.Tell("開始連絡が期限を過ぎても届いたことを確認できていません。確認できるまで作業を始めないでください。", d.v.Mention()...)
			}
		}
	case "again":
		return d.againDue()
	case "start":
		return d.startDue()
	case "ask":
		if d.o.Stage == Noticed && d.o.Asked < askedAgain && !now.Before(sla.After(nil, d.o.Start, timing.StartAsk)) {
			d.o.Asked, d.dirty = askedAgain, true
			d.v.Post(bot.Post{Text: "開始予定から時間がたちましたが、まだ開始されていません。開始するか、日程を変更してください。", Mention: d.v.Mention()})
		}
	case "late":
		return d.lateDue()
	case "step":
		d.stepDue()
	case "consent":
		return d.consentDue()
	case "ending", "end", "over", "word":
		return d.endDue(rule)
	}
	return nil
}

// startDue: the planned start has come.
func (d *decision) startDue() error {
	if d.in.Now.Before(d.o.Start) {
		return nil
	}
	timing := d.v.Customer.Timing
	switch d.o.Stage {
	case Noticed:
		if d.o.Asked >= askedStart {
			return nil
		}
		d.o.Asked, d.dirty = askedStart, true
		d.v.Post(bot.Post{Text: "開始予定の時刻です。「作業開始」を押してください。", Mention: d.v.Mention()})
		d.v.Set("ask", sla.After(nil, d.o.Start, timing.StartAsk))
		if !d.o.Exempt || !d.o.Told.IsZero() { // who was told no start is told no delay
			d.v.Set("late", sla.After(nil, d.o.Start, timing.StartLate))
		}
	case Planned:
		why := d.o.Problem
		if why == "" {
			why = "開始連絡が届いたことを確認できませんでした"
		}
		return d.stop(why)
	case Proposed:
		if d.o.Asked < askedStart {
			d.o.Asked, d.dirty = askedStart, true
			d.o.Problem = "承認または同意がないまま、開始予定を過ぎました"
			d.v.Tell(d.o.Problem+"。「日程を変更」で決め直すか、取りやめてください。", d.v.Mention()...)
		}
	case None, Stopped, Working, Finished, Done, Cancelled:
	}
	return nil
}

// stop: without a verified notice the work does not start, staff are told now and the customer when Backlog takes it.
func (d *decision) stop(why string) error {
	d.withdrawWords()
	d.v.Cancel("notice", "overdue", "again", "start")
	d.o.Stage, d.o.Problem, d.dirty = Stopped, why, true
	d.v.Post(bot.Post{Text: "作業を始めないでください。" + why + "。日程を決め直してください。", Mention: d.v.Mention(), Top: true})
	d.v.Reason("stopped the work", "no verified start notice before the start: "+why)
	d.news(bot.StatusTaken, "Toban", d.key("stopped"), "the work did not start: no verified start notice")
	// The message names the start and promises a new one: the next plan is told as a change of it.
	d.o.Told = d.o.Start
	return d.v.Say(d.key("stopped"), "work_stopped", map[string]any{"start": d.v.When(d.o.Start), "work": d.o.What}, d.options())
}

func (d *decision) lateDue() error {
	late := d.v.Customer.Timing.StartLate
	if d.o.Stage != Noticed || d.o.Asked >= toldDelay || d.in.Now.Before(sla.After(nil, d.o.Start, late)) {
		return nil
	}
	d.o.Asked, d.dirty = toldDelay, true
	d.v.Reason("told the customer of a late start", "not started after "+bot.Lasting(late))
	d.v.Post(bot.Post{Text: "開始が" + bot.Lasting(late) + "遅れたため、お客様に遅れをお知らせします。開始するか、日程を変更してください。", Mention: d.v.Mention()})
	return d.v.Say(d.key("delayed"), "work_delayed", map[string]any{"start": d.v.When(d.o.Start), "work": d.o.What}, d.options())
}

package work

import (
	"strings"

	"toban/bot"
	"toban/bot/voice"
	"toban/sla"
)

// effectEnded takes in whether a message arrived.
func (d *decision) effectEnded() error {
	var r bot.EffectResult
	if err := d.in.Event.Decode(&r); err != nil {
		return err
	}
	if !strings.HasPrefix(r.Key, Name+":") || r.Kind.Channel() == "slack" {
		return nil
	}
	dead := d.in.Event.Kind == bot.EventEffectDead
	switch w := d.find(r.Key); {
	case d.o.AskKey != "" && r.Key == d.o.AskKey:
		d.askEnded(r, dead)
		return nil
	case strings.HasPrefix(r.Key, d.key("done")+":"):
		d.completed(r, dead)
		return nil
	case w != nil && !dead:
		return d.arrived(w, r)
	case w != nil && r.Key == d.o.NoticeKey:
		d.unnoticed(r.Why)
		return nil
	}
	if dead {
		d.v.Tell("お客様への連絡を送れませんでした: "+voice.Why(r.Why), d.v.Mention()...)
		d.v.Reason("gave up "+r.Key, r.Why)
	}
	return nil
}

func (d *decision) find(key string) *Word {
	for i := range d.o.Words {
		if d.o.Words[i].Key == key {
			return &d.o.Words[i]
		}
	}
	return nil
}

// arrived: the customer has read a start. When it is an old plan's, it went out in spite of the withdrawal and is put right.
func (d *decision) arrived(w *Word, r bot.EffectResult) error {
	if w.Out {
		return nil
	}
	w.Out, d.dirty = true, true
	old, corrected := w.Gen != d.o.Gen, false
	newest := true
	for _, x := range d.o.Words {
		newest = newest && (x.Gen <= w.Gen || !x.Out)
		corrected = corrected || (x.Gen == d.o.Gen && x.Correction)
	}
	start := w.Start
	switch {
	case d.o.Stage == Cancelled || (d.o.Stage == Stopped && old):
		d.v.Reason("told the customer that the work is off", r.Key+" went out although it was withdrawn")
		return d.v.Say(d.key("withdrawn")+":"+bot.NoticeNumber(r.Key), "start_withdrawn", map[string]any{"start": d.v.When(start), "work": d.o.What}, d.options())
	case !d.o.ahead():
		return nil
	}
	if newest {
		d.o.Told = start
	}
	switch {
	case !old && r.Key == d.o.NoticeKey && d.o.Stage == Planned:
		return d.noticed(r)
	case old && !corrected:
		d.v.Reason("corrected the start", r.Key+" went out although it was withdrawn")
		return d.correct(start)
	}
	return nil
}

// noticed judges the start notice that is out.
func (d *decision) noticed(r bot.EffectResult) error {
	if !r.Verified || len(r.Notified) == 0 {
		why := r.Why
		if why == "" {
			why = "通知された人がいません"
		}
		d.unnoticed(why)
		return nil
	}
	d.o.NoticeAt = r.At
	timing := d.v.Customer.Timing
	if r.At.After(d.noticeLate()) && !(d.o.Early && r.At.Before(d.o.Start)) {
		if d.consents() { // another start is another plan, which nobody has agreed to
			return d.stop("開始連絡が遅れて届きました")
		}
		// Too late: the start moves to one lead after the notice, and the requester is told. The late notice stays on record under its
		// own generation.
		if d.o.Moved { // a customer is not told one start after the other
			return d.stop("開始連絡が続けて遅れて届きました")
		}
		d.v.Reason("moved the start", "the notice went out at "+d.v.Short(r.At)+", later than "+bot.Lasting(timing.NoticeLate)+" after it was due")
		start := minute(sla.After(nil, r.At, timing.StartNotice))
		d.v.Tell("開始連絡が遅れて届いたため、開始を "+d.v.Short(d.o.Start)+" から "+d.v.Short(start)+" に変更し、お客様にお知らせします。", d.v.Mention()...)
		if err := d.plan(start, start.Add(d.o.End.Sub(d.o.Start)), d.o.What, d.o.Person); err != nil {
			return err
		}
		d.o.Moved = true
		return nil
	}
	d.o.Stage, d.o.Problem = Noticed, ""
	d.v.Cancel("overdue")
	d.v.Reason("start notice verified", "comment "+r.RemoteID+" at "+d.v.Short(r.At))
	d.v.Tell("開始連絡がお客様に届いたことを確認しました。開始予定は " + d.v.Short(d.o.Start) + " です。")
	d.news(bot.StatusNotified, "Toban", "comment:"+r.RemoteID, "start notice verified")
	return nil
}

// unnoticed: the notice can't be verified. The work will not start on this plan unless that changes.
func (d *decision) unnoticed(cause string) {
	if d.o.Stage != Planned {
		return
	}
	d.o.Problem, d.dirty = "開始連絡を確認できませんでした("+voice.Why(cause)+")", true
	d.v.Post(bot.Post{Text: d.o.Problem + "。このままでは開始できません。原因を直してから「日程を変更」で決め直してください。", Mention: d.v.Mention()})
	d.v.Reason("start notice is not verified", cause)
}

// completed: with the completion notice out the order is done. A notice that was given up leaves the finished change as it is.
func (d *decision) completed(r bot.EffectResult, dead bool) {
	if d.o.Stage != Finished {
		return
	}
	if dead {
		if r.Key == d.o.DoneKey && !d.o.DoneDead {
			d.o.DoneDead, d.o.Problem, d.dirty = true, "完了のお知らせを送れていません("+voice.Why(r.Why)+")", true
			d.v.Post(bot.Post{Text: "作業は完了しましたが、完了のお知らせを送れませんでした: " + voice.Why(r.Why) + "。カードの「完了を知らせ直す」から送れます。", Mention: d.v.Mention()})
			d.v.Reason("gave up the completion notice", r.Why)
		}
		return
	}
	d.o.Stage, d.o.DoneDead, d.o.Problem, d.dirty = Done, false, "", true
	if !r.Verified || len(r.Notified) == 0 {
		d.v.Tell("完了のお知らせをお客様が受け取ったことを確認できませんでした: "+voice.Why(r.Why), d.v.Mention()...)
		d.v.Reason("completion notice is not verified", r.Why)
	}
	ref := "comment:" + r.RemoteID
	switch {
	case d.underIncident():
		d.news(bot.StatusTaken, d.personName(), ref, "the work is done, the incident goes on")
	case d.t.Status.Ended():
		d.v.Reason("left the ticket as it is", "it had ended before the completion notice went out")
	default:
		d.out.Events = append(d.out.Events, bot.Derive(bot.EventWorkDone, d.t.ID, r.At, bot.WorkNews{
			By: d.personName(), Ref: ref, Reason: "the completion notice went out",
		}))
	}
}

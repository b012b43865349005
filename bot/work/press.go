package work

import (
	"fmt"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/voice"
)

// Actions of staff on the card.
const (
	actionSchedule = Name + ".schedule"
	actionStart    = Name + ".start"
	actionExtend   = Name + ".extend"
	actionDone     = Name + ".done"
	actionCancel   = Name + ".cancel"
)

func (d *decision) staffAction() error {
	var a bot.StaffAction
	if err := d.in.Event.Decode(&a); err != nil {
		return err
	}
	if !strings.HasPrefix(a.Action, Name+".") {
		return nil
	}
	p, ok := d.in.Dir.Person(a.Person)
	if !ok {
		d.v.Refuse(a, "担当者として登録されていないため、操作できません。")
		return nil
	}
	switch a.Action {
	case actionSchedule:
		return d.pressSchedule(a, p)
	case actionStart:
		return d.pressStart(a, p)
	case actionExtend:
		return d.pressExtend(a)
	case actionDone:
		return d.pressDone(a, p)
	case actionCancel:
		if !d.open() || d.o.Stage == Working {
			d.v.Refuse(a, "取りやめる予定作業がありません。")
			return nil
		}
		if err := d.cancel(p.Name+" pressed the button", true); err != nil {
			return err
		}
		d.out.Events = append(d.out.Events, bot.Derive(bot.EventWorkScheduled, d.t.ID, d.in.Now, bot.WorkNews{
			Status: bot.StatusTaken, By: p.Name, Ref: d.in.Event.Key, Reason: "the work was cancelled",
		}))
		d.v.Tell(p.Name + " が予定作業を取りやめました。")
		return nil
	}
	d.v.Refuse(a, "この操作は今はできません。カードを確認してください。")
	return nil
}

func (d *decision) pressSchedule(a bot.StaffAction, p bot.Person) error {
	if d.t.Status.Ended() {
		d.v.Refuse(a, "このチケットは終了しています。")
		return nil
	}
	if d.o.Stage == Working {
		d.v.Refuse(a, "作業中のため、日程は変更できません。「延長」を使ってください。")
		return nil
	}
	start, err := time.Parse(time.RFC3339, a.Values["start"])
	if err != nil || !start.After(d.in.Now) {
		d.v.Refuse(a, "開始にはこれからの日時を指定してください。")
		return nil
	}
	end := start.Add(d.v.Customer.Timing.WorkLength)
	if v := strings.TrimSpace(a.Values["end"]); v != "" {
		if end, err = time.Parse(time.RFC3339, v); err != nil || !end.After(start) {
			d.v.Refuse(a, "終了には開始より後の日時を指定してください。")
			return nil
		}
	}
	what := strings.TrimSpace(a.Values["what"])
	if what == "" {
		what = d.t.Summary
	}
	d.conflicts(start, end)
	if err := d.plan(start, end, what, p.ID); err != nil {
		return err
	}
	d.v.Tell(fmt.Sprintf("%s が作業を %s から %s に予定しました。開始連絡は %s に送ります。", p.Name, d.v.Short(d.o.Start), d.v.Short(d.o.End), d.v.Short(d.o.NoticeDue)))
	return nil
}

// conflicts shows staff what speaks against a plan; they may go on knowingly, which is on record.
func (d *decision) conflicts(start, end time.Time) {
	var warn []string
	if limit := d.v.Customer.Timing.WorkLength; limit > 0 && end.Sub(start) > limit {
		warn = append(warn, "作業時間が目安("+bot.Lasting(limit)+")を超えます")
	}
	if !d.t.Due.IsZero() && end.After(d.t.Due) {
		warn = append(warn, "終了予定が期限("+d.v.Short(d.t.Due)+")を過ぎます")
	}
	if d.t.Status == bot.StatusWaiting {
		warn = append(warn, "お客様への確認の回答がまだです")
	}
	if len(warn) == 0 {
		return
	}
	d.v.Tell("ご注意: " + strings.Join(warn, "。") + "。")
	d.v.Reason("planned in spite of conflicts", strings.Join(warn, "; "))
}

func (d *decision) pressStart(a bot.StaffAction, p bot.Person) error {
	switch d.o.Stage {
	case Noticed:
	case Planned:
		d.v.Refuse(a, "開始連絡がまだ確認できていないため、開始できません。")
		return nil
	case None, Stopped, Working, Done, Cancelled:
		d.v.Refuse(a, "開始できる予定作業がありません。")
		return nil
	}
	if d.in.Now.Before(d.o.Start) {
		d.v.Refuse(a, "開始予定は "+d.v.Short(d.o.Start)+" です。それより前には開始できません。")
		return nil
	}
	d.o.Stage, d.o.Began, d.dirty = Working, d.in.Now, true
	d.v.Cancel("start", "ask", "late")
	d.v.Set("end", d.o.End)
	d.v.Reason("started the work", p.Name+" pressed the button")
	d.v.Tell(p.Name + " が作業を開始しました。終了予定は " + d.v.Short(d.o.End) + " です。")
	if d.t.StatusID == bot.StatusOpen {
		d.v.Fields(d.key("started"), bot.Update{StatusID: bot.StatusInProgress})
	}
	d.out.Events = append(d.out.Events, bot.Derive(bot.EventWorkStarted, d.t.ID, d.in.Now, bot.WorkNews{By: p.Name, Ref: d.in.Event.Key, Reason: "started"}))
	return nil
}

func (d *decision) pressExtend(a bot.StaffAction) error {
	end, err := time.Parse(time.RFC3339, a.Values["end"])
	if d.o.Stage != Working || err != nil || !end.After(d.in.Now) {
		d.v.Refuse(a, "作業中に、これからの日時を指定してください。")
		return nil
	}
	old := d.o.End
	d.o.End, d.dirty = end, true
	d.v.Set("end", end)
	data := map[string]any{"old_end": d.v.When(old), "end": d.v.When(end), "work": d.o.What}
	if r := strings.TrimSpace(a.Values["reason"]); r != "" {
		data["reason"] = r
	}
	d.v.Tell("終了予定を " + d.v.Short(end) + " に変更し、お客様にお知らせします。")
	return d.v.Say(fmt.Sprintf("%s:%d", d.key("extended"), end.Unix()), "work_extended", data, voice.Options{})
}

// pressDone sends the completion notice; the finished change stays whatever becomes of the notice.
func (d *decision) pressDone(a bot.StaffAction, p bot.Person) error {
	if d.o.Stage != Working {
		d.v.Refuse(a, "開始した作業がありません。")
		return nil
	}
	d.o.Stage, d.o.DoneKey, d.dirty = Done, d.key("done"), true
	d.v.Cancel("end")
	data := map[string]any{"work": d.o.What, "started": d.v.When(d.o.Began), "ended": d.v.When(d.in.Now), "done": a.Values["done"]}
	if r := strings.TrimSpace(a.Values["result"]); r != "" {
		data["result"] = r
	}
	d.v.Reason("ended the work", p.Name+" pressed the button")
	return d.v.Say(d.o.DoneKey, "completion_notice", data, voice.Options{Update: bot.Update{StatusID: bot.StatusResolved}, Verify: true, Report: true})
}

// effectEnded takes in whether the notices arrived.
func (d *decision) effectEnded() error {
	var r bot.EffectResult
	if err := d.in.Event.Decode(&r); err != nil {
		return err
	}
	if !strings.HasPrefix(r.Key, Name+":") || r.Kind.Channel() == "slack" {
		return nil
	}
	dead := d.in.Event.Kind == bot.EventEffectDead
	switch {
	case r.Key == d.o.DoneKey:
		d.completed(r, dead)
		return nil
	case r.Key == d.o.NoticeKey:
		return d.noticed(r, dead)
	case !dead && d.oldNotice(r.Key):
		// The notice of an old plan went out after all: the customer must know the plan that holds.
		d.dirty = true
		if d.o.Stage == Cancelled || d.o.Stage == Stopped {
			return d.v.Say(d.key("withdrawn"), "start_withdrawn", map[string]any{"start": d.v.When(d.o.Start), "work": d.o.What}, voice.Options{})
		}
		return d.correct(d.o.PrevStart)
	}
	if dead {
		d.v.Tell("お客様への連絡を送れませんでした: "+r.Why, d.v.Mention()...)
	}
	return nil
}

func (d *decision) oldNotice(key string) bool {
	prefix := fmt.Sprintf("work:%s:notice:", d.t.ID)
	gen, ok := strings.CutPrefix(key, prefix)
	return ok && (gen != fmt.Sprint(d.o.Gen) || d.o.Stage == Cancelled)
}

func (d *decision) noticed(r bot.EffectResult, dead bool) error {
	if d.o.Stage != Planned {
		return nil
	}
	d.dirty = true
	if dead || !r.Verified {
		d.o.Problem = "開始連絡を確認できませんでした(" + r.Why + ")"
		if !dead {
			d.o.ToldStart = d.o.Start
		}
		d.v.Post(bot.Post{Text: d.o.Problem + "。このままでは開始できません。", Mention: d.v.Mention()})
		d.v.Reason("start notice is not verified", r.Why)
		return nil
	}
	d.o.ToldStart, d.o.NoticeAt = d.o.Start, r.At
	timing := d.v.Customer.Timing
	if r.At.After(d.o.NoticeDue.Add(timing.NoticeLate)) {
		// Verified too late: the start moves to one lead after the notice and the requester is told.
		d.v.Reason("moved the start", "the notice went out at "+d.v.Short(r.At)+", later than "+bot.Lasting(timing.NoticeLate)+" after it was due")
		d.clock() // the late notice stays on record under its own generation
		start := r.At.Add(timing.StartNotice).Add(time.Minute - 1).Truncate(time.Minute)
		if d.in.Now.Add(timing.StartNotice).After(start) {
			start = d.in.Now.Add(timing.StartNotice).Add(time.Minute - 1).Truncate(time.Minute)
		}
		return d.plan(start, start.Add(d.o.End.Sub(d.o.Start)), d.o.What, d.o.Person)
	}
	d.o.Stage, d.o.Problem = Noticed, ""
	d.v.Reason("start notice verified", "comment "+r.RemoteID+" at "+d.v.Short(r.At))
	d.v.Tell("開始連絡がお客様に届いたことを確認しました。開始予定は " + d.v.Short(d.o.Start) + " です。")
	d.out.Events = append(d.out.Events, bot.Derive(bot.EventWorkScheduled, d.t.ID, d.in.Now, bot.WorkNews{
		Status: bot.StatusNotified, By: "Toban", Ref: "comment:" + r.RemoteID, Reason: "start notice verified",
	}))
	return nil
}

func (d *decision) completed(r bot.EffectResult, dead bool) {
	d.dirty = true
	if dead {
		d.v.Post(bot.Post{Text: "作業は完了しましたが、完了のお知らせを送れませんでした: " + r.Why, Mention: d.v.Mention()})
		return
	}
	if !r.Verified {
		d.v.Tell("完了のお知らせを確認できませんでした: "+r.Why, d.v.Mention()...)
	}
	d.out.Events = append(d.out.Events, bot.Derive(bot.EventWorkDone, d.t.ID, r.At, bot.WorkNews{
		By: d.personName(), Ref: "comment:" + r.RemoteID, Reason: "the completion notice went out",
	}))
}

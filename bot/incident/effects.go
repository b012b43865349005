package incident

import (
	"slices"
	"strings"

	"toban/bot"
	"toban/bot/voice"
)

// effectEnded takes in what is out: its instant is what counts, whatever became of the decision behind it.
func (d *decision) effectEnded() error {
	var r bot.EffectResult
	if err := d.in.Event.Decode(&r); err != nil {
		return err
	}
	if !strings.HasPrefix(r.Key, Name+":") || r.Kind.Channel() == "slack" {
		return nil
	}
	if strings.HasPrefix(r.Key, d.key("climb:")) {
		d.called(r)
		return nil
	}
	if strings.HasPrefix(r.Key, d.key("tree:")) {
		d.callEnded(r)
		return nil
	}
	if d.in.Event.Kind == bot.EventEffectDead {
		return d.gaveUp(r)
	}
	switch {
	case strings.HasPrefix(r.Key, d.key("recovered")):
		d.recovered(r)
		return nil
	case strings.HasPrefix(r.Key, d.key("first-notice")), strings.HasPrefix(r.Key, d.key("update:")):
		return d.arrived(r)
	}
	return nil
}

func (d *decision) gaveUp(r bot.EffectResult) error {
	d.v.Reason("gave up "+r.Key, r.Why)
	d.v.Post(bot.Post{Text: "お客様への連絡を送れませんでした: " + voice.Why(r.Why) + "。電話など別の方法で知らせてください。", Mention: d.v.Mention(), Top: true})
	if r.Key == d.r.NoticeKey && len(d.r.Updates) == 0 {
		d.r.NoticeDead, d.dirty = true, true
	}
	if r.Key == d.r.DoneKey && d.r.Ended.IsZero() {
		d.r.DoneDead, d.dirty = true, true
	}
	if r.Key == d.r.Pending {
		d.settle(Wait{From: d.r.PendingSince, To: d.in.Now})
		d.arm()
	}
	return nil
}

// recovered: with the recovery notice out the incident is over. Doubles, and notices of a recovery that was taken back, change nothing.
func (d *decision) recovered(r bot.EffectResult) {
	if d.r.Open || !d.r.Ended.IsZero() || d.r.DoneKey == "" {
		return
	}
	d.r.Ended, d.r.DoneDead, d.dirty = r.At, false, true
	d.tellReview()
	if !r.Verified {
		d.v.Tell("復旧のお知らせをお客様が受け取ったことを確認できませんでした: "+voice.Why(r.Why), d.v.Mention()...)
		d.v.Reason("recovery notice is not verified", r.Why)
	}
	d.out.Events = append(d.out.Events, bot.Derive(bot.EventIncidentClosed, d.t.ID, r.At, bot.WorkNews{
		By: "Toban", Ref: "comment:" + r.RemoteID, Reason: "the recovery notice went out",
	}))
}

// settle ends the waiting for a message; when a round was due meanwhile, that is remembered as the reason why it was missed.
func (d *decision) settle(w Wait) {
	if due, ok := d.owed(); ok && !due.Before(w.From) && due.Before(w.To) {
		d.r.Waits = append(d.r.Waits, w)
	}
	d.r.Pending, d.dirty = "", true
}

func (d *decision) arrived(r bot.EffectResult) error {
	ref := "comment:" + r.RemoteID
	if slices.ContainsFunc(d.r.Updates, func(u Update) bool { return u.Key == r.Key || u.Ref == ref }) {
		return nil
	}
	u := Update{At: r.At, Ref: ref, Key: r.Key, Auto: strings.HasSuffix(r.Key, ":auto")}
	notice := strings.HasPrefix(r.Key, d.key("first-notice"))
	if !notice && len(d.r.Updates) == 0 {
		d.v.Reason("left "+r.Key+" uncounted", "no first notice is known to be out")
		return nil
	}
	if r.Key == d.r.Pending {
		u.Next = d.r.PendingNext
		d.settle(Wait{From: d.r.PendingSince, To: r.At})
	} else if notice && d.r.Pending == d.r.NoticeKey && d.r.Pending != "" && len(d.r.Updates) == 0 {
		d.out.Withdraw = append(d.out.Withdraw, d.r.Pending) // an older first notice went out after all
		d.r.Pending = ""
	}
	firstOut := notice && len(d.r.Updates) == 0
	d.r.Updates, d.dirty = append(d.r.Updates, u), true
	if firstOut {
		d.firstOut(r)
	}
	if strings.HasSuffix(r.Key, ":caught") && r.At.After(d.r.CaughtUp) {
		d.r.CaughtUp = r.At
	}
	if !d.r.Open {
		return nil
	}
	if d.r.Pending == "" && d.unnamed() {
		return d.catchUp()
	}
	return d.tellImpact()
}

func (d *decision) firstOut(r bot.EffectResult) {
	d.v.Cancel("first")
	d.r.NoticeDead = false
	for _, e := range d.r.Early {
		if e.At.After(r.At) {
			d.r.Updates = append(d.r.Updates, e)
		}
	}
	d.r.Early = nil
	d.v.Tell("初報を送りました(" + d.v.Short(r.At) + ")。")
	if !r.Verified {
		d.v.Tell("初報をお客様が受け取ったことを確認できませんでした: "+voice.Why(r.Why)+"。電話など別の方法でも知らせてください。", d.v.Mention()...)
		d.v.Reason("first notice is not verified", r.Why)
	}
}

// unnamed reports whether rounds were missed because of Backlog that no catch-up comment has named.
func (d *decision) unnamed() bool {
	return slices.ContainsFunc(d.rounds(), func(r round) bool { return r.late() && r.due.After(d.r.CaughtUp) && d.blocked(r.due) })
}

package incident

import (
	"strings"
	"time"

	"toban/bot"
	"toban/bot/voice"
)

// arm sets the moments of the next interim update.
func (d *decision) arm() {
	d.v.Cancel("remind1", "remind2", "auto", "round")
	due, ok := d.nextDue()
	if !ok {
		return
	}
	timing := d.v.Customer.Timing
	names := []string{"remind1", "remind2"}
	for i, before := range timing.InterimAsk {
		if at := due.Add(-before); i < len(names) && at.After(d.in.Now) {
			d.v.Set(names[i], at)
		}
	}
	auto := due.Add(-timing.InterimAutomatic)
	if auto.Before(d.in.Now) {
		auto = d.in.Now
	}
	d.v.Set("auto", auto)
	d.v.Set("round", due.Add(time.Second))
}

func (d *decision) timerDue() error {
	var due bot.TimerDue
	if err := d.in.Event.Decode(&due); err != nil {
		return err
	}
	rule, ours := strings.CutPrefix(due.Rule, Name+"/")
	if !ours || !d.r.Open {
		return nil
	}
	switch rule {
	case "ask":
		if d.impact() == Undecided {
			d.v.Post(bot.Post{Text: "影響の判断をお願いします(2回目)。", Mention: d.v.Mention()})
		}
	case "tier":
		if d.impact() == Undecided {
			d.v.Post(bot.Post{Text: "影響の判断がまだです。サポートセンターで判断してください。", Mention: d.tier(), Top: true})
		}
	case "decide":
		if d.impact() == Undecided {
			d.v.Post(bot.Post{Text: "判断がないため、影響ありとして扱い、「影響確認中」として初報を送ります。", Mention: d.v.Mention(), Top: true})
			return d.judge(Checking, "nobody decided in time", false, d.in.Now)
		}
	case "remind1", "remind2":
		d.remind()
	case "auto":
		return d.automatic()
	case "round":
		// A round passed without an update that is known to be out. The clocks say so; the next round is armed once a word is out.
		d.dirty = true
		if d.r.Pending == "" {
			d.arm()
		}
	}
	return nil
}

// tier is whom to ask when the person on duty does not answer.
func (d *decision) tier() []string {
	var out []string
	for _, team := range []string{"support_center", ""} {
		if p, ok := d.v.Duty(team); ok && p.SlackUser != "" {
			out = append(out, p.SlackUser)
			break
		}
	}
	if p, ok := d.in.Dir.Person(d.v.Customer.Timing.ManagerPerson); ok && p.SlackUser != "" {
		out = append(out, p.SlackUser)
	}
	return out
}

// remind asks the person in charge for an update, with a draft from the timeline.
func (d *decision) remind() {
	due, ok := d.nextDue()
	if !ok || d.r.Pending != "" {
		return
	}
	draft := d.facts()
	if len(draft) == 0 {
		draft = []string{"(前回から新しい記録はありません)"}
	}
	d.v.Post(bot.Post{
		Text: "次の経過報告の期限は " + d.v.Short(due) + " です。カードの「経過報告」から送ってください。送られない場合は、" +
			bot.Lasting(d.v.Customer.Timing.InterimAutomatic) + "前に記録から自動で送ります。\n下書き:\n・" + strings.Join(draft, "\n・"),
		Mention: d.v.Mention(),
	})
}

// facts are the recorded lines since the last word to the customer.
func (d *decision) facts() []string {
	since := d.lastUpdate()
	var out []string
	for _, l := range d.r.Timeline {
		if l.At.After(since) {
			out = append(out, l.At.In(d.v.Customer.Zone).Format("15:04")+" "+l.Text)
		}
	}
	return out
}

func (d *decision) lastUpdate() time.Time {
	var last time.Time
	for _, u := range d.r.Updates {
		if !u.Rejected && u.At.After(last) {
			last = u.At
		}
	}
	return last
}

// automatic posts the facts on record, so that an hour that nobody attends is still told.
func (d *decision) automatic() error {
	if _, ok := d.nextDue(); !ok || d.r.Pending != "" {
		return nil
	}
	d.r.AutoInRow++
	if n := d.v.Customer.Timing.InterimEscalate; n > 0 && d.r.AutoInRow >= n {
		d.v.Post(bot.Post{Text: "経過報告が続けて自動になっています。対応の体制を確認してください。", Mention: d.tier(), Top: true})
	}
	d.v.Reason("posted the recorded facts", "nobody wrote an interim update in time")
	data := map[string]any{"state": d.stateWords(), "facts": d.facts(), "at": d.v.When(d.in.Now), "next": d.v.When(d.in.Now.Add(d.cycle()))}
	return d.update("interim_automatic", data)
}

func (d *decision) stateWords() string {
	if d.t.Owner == "" {
		return "対応を続けています。" + d.impactWords() + "。"
	}
	return "担当者が対応を続けています。" + d.impactWords() + "。"
}

// effectEnded takes in what is out: its instant is what counts.
func (d *decision) effectEnded() error {
	var r bot.EffectResult
	if err := d.in.Event.Decode(&r); err != nil {
		return err
	}
	if !strings.HasPrefix(r.Key, Name+":") || r.Kind.Channel() == "slack" {
		return nil
	}
	if d.in.Event.Kind == bot.EventEffectDead {
		d.v.Post(bot.Post{Text: "お客様への連絡を送れませんでした: " + r.Why + "。電話など別の方法で知らせてください。", Mention: d.v.Mention(), Top: true})
		d.v.Reason("gave up "+r.Key, r.Why)
		if r.Key == d.r.Pending {
			d.r.Pending, d.dirty = "", true
			d.arm()
		}
		return nil
	}
	switch r.Key {
	case d.r.DoneKey:
		d.r.Ended, d.dirty = r.At, true
		d.out.Events = append(d.out.Events, bot.Derive(bot.EventIncidentClosed, d.t.ID, r.At, bot.WorkNews{
			By: "Toban", Ref: "comment:" + r.RemoteID, Reason: "the recovery notice went out",
		}))
		return nil
	case d.r.Pending:
		d.r.Pending = ""
	case d.r.NoticeKey:
	default:
		return nil
	}
	return d.arrived(r)
}

func (d *decision) arrived(r bot.EffectResult) error {
	ref := "comment:" + r.RemoteID
	for _, u := range d.r.Updates {
		if u.Ref == ref {
			return nil
		}
	}
	d.r.Updates = append(d.r.Updates, Update{At: r.At, Ref: ref, Auto: strings.HasSuffix(r.Key, ":auto")})
	d.dirty = true
	if r.Key == d.r.NoticeKey {
		d.v.Tell("初報を送りました(" + d.v.Short(r.At) + ")。")
		if !r.Verified {
			d.v.Tell("初報がお客様に届いたことを確認できませんでした: "+r.Why, d.v.Mention()...)
		}
	}
	if !d.r.Open {
		return nil
	}
	d.arm()
	return d.catchUp(r.At)
}

// catchUp names the rounds that could not be posted while Backlog was down, once.
func (d *decision) catchUp(at time.Time) error {
	var missed []string
	for _, c := range d.rounds() {
		if c.late() && c.due.After(d.r.CaughtUp) && !c.due.After(at) {
			missed = append(missed, d.v.When(c.due))
		}
	}
	if len(missed) == 0 {
		return nil
	}
	d.r.CaughtUp = at
	d.v.Reason("named the missed updates", strings.Join(missed, ", "))
	data := map[string]any{"missed": missed, "state": d.stateWords(), "next": d.v.When(at.Add(d.cycle()))}
	return d.v.Say(d.key("catch-up:"+at.UTC().Format("20060102T150405")), "interim_catch_up", data, voice.Options{Urgent: true})
}

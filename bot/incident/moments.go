package incident

import (
	"fmt"
	"strings"
	"time"

	"toban/bot"
	"toban/sla"
)

func reminder(i int) string { return fmt.Sprintf("remind%d", i+1) }

// owed is when the next interim update is due, also when that has passed; ok is false while none is owed.
func (d *decision) owed() (time.Time, bool) {
	every := d.cycle()
	if every == 0 || !d.owes() || len(d.r.Updates) == 0 || len(d.r.Marks) == 0 {
		return time.Time{}, false
	}
	last := d.last()
	from := last.At
	if m := d.r.Marks[len(d.r.Marks)-1].At; m.After(from) {
		from = m
	}
	_, due := sla.NextRound(from, every, from)
	// A word that was long on its way promised the next one earlier than an interval after it.
	if last.Next.After(d.in.Now) && last.Next.Before(sla.Ahead(due, time.Minute)) {
		due = last.Next
	}
	return due, true
}

// nextDue is the next round's end: a missed round is followed by the next.
func (d *decision) nextDue() (time.Time, bool) {
	due, ok := d.owed()
	if ok && due.Before(d.in.Now) {
		_, due = sla.NextRound(due, d.cycle(), d.in.Now)
	}
	return due, ok
}

// arm sets the moments of the next interim update.
func (d *decision) arm() {
	d.v.Cancel("auto", "round")
	for i := range d.v.Customer.Timing.InterimAsk {
		d.v.Cancel(reminder(i))
	}
	due, ok := d.owed()
	if !ok {
		return
	}
	next, _ := d.nextDue()
	d.v.SetPast("round", next)
	if d.r.Pending != "" {
		return
	}
	timing := d.v.Customer.Timing
	for i, before := range timing.InterimAsk {
		if at := sla.Ahead(due, before); at.After(d.in.Now) {
			d.v.Set(reminder(i), at)
		}
	}
	auto := sla.Ahead(due, timing.InterimAutomatic)
	if auto.Before(d.in.Now) {
		auto = d.in.Now
	}
	d.v.Set("auto", auto)
}

// timerDue acts when a moment has come by what holds now: a timer may have been under way when things changed.
func (d *decision) timerDue() error {
	var due bot.TimerDue
	if err := d.in.Event.Decode(&due); err != nil {
		return err
	}
	rule, ours := strings.CutPrefix(due.Rule, Name+"/")
	if ours && rule == "call" { // the recovery is told by telephone, too, when the incident is over
		d.callDue()
		return nil
	}
	if !ours || !d.r.Open {
		return nil
	}
	undecided, timing, now := d.impact() == Undecided, d.v.Customer.Timing, d.in.Now
	switch {
	case rule == "ask" && undecided && !now.Before(sla.After(nil, d.asked(), timing.AskAgain)):
		d.v.Post(bot.Post{Text: "影響の判断をお願いします(2回目)。", Mention: d.v.Mention()})
	case rule == "tier" && undecided && !now.Before(sla.After(nil, d.asked(), timing.AskTier)):
		d.v.Post(bot.Post{Text: "影響の判断がまだです。サポートセンターで判断してください。", Mention: d.tier(), Top: true})
	case rule == "decide" && undecided && !now.Before(d.decideAt()):
		return d.undecided()
	case rule == "climb":
		d.climbOn()
	case rule == "first":
		d.firstDue()
	case strings.HasPrefix(rule, "remind"):
		d.remind()
	case rule == "auto":
		if at, ok := d.owed(); ok && d.r.Pending == "" && !now.Before(sla.Ahead(at, timing.InterimAutomatic)) {
			return d.automatic()
		}
	case rule == "round":
		return d.roundDue()
	}
	return nil
}

// firstDue: a promise of the first notice has passed without it.
func (d *decision) firstDue() {
	d.follow()
	for _, t := range d.targets(d.impact()) {
		due := d.due(t)
		if len(d.r.Updates) == 0 && d.in.Now.After(due) && due.After(d.r.Missed) {
			d.r.Missed, d.dirty = due, true
			d.v.Post(bot.Post{Text: t.Name + "の期限(" + d.v.Short(due) + ")までに初報が届いていません。電話など別の方法で知らせてください。", Mention: d.tier(), Top: true})
		}
	}
}

// roundDue: a round passed without a word that is known to be out. What Toban itself had waiting is replaced by one comment that names
// what was missed, so that no pile of stale updates goes out when Backlog is back.
func (d *decision) roundDue() error {
	due, ok := d.owed()
	if !ok || !d.in.Now.After(due) {
		d.arm()
		return nil
	}
	d.dirty = true
	passed, _ := sla.NextRound(due, d.cycle(), d.in.Now)
	if passed.IsZero() {
		passed = due
	}
	if passed.After(d.r.Missed) {
		d.r.Missed = passed
		text := "経過報告が期限(" + d.v.Short(passed) + ")に間に合いませんでした。"
		if d.r.Pending != "" {
			text += "Backlogに書き込めていません。電話など別の方法で知らせてください。"
		}
		d.v.Post(bot.Post{Text: text, Mention: d.v.Mention(), Top: true})
		if d.r.Pending != "" && ours(d.r.Pending) {
			return d.catchUp()
		}
	}
	d.arm()
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
	due, ok := d.owed()
	asks := d.v.Customer.Timing.InterimAsk
	if !ok || d.r.Pending != "" || len(asks) == 0 || !d.in.Now.Before(due) || d.in.Now.Before(sla.Ahead(due, asks[0])) {
		return
	}
	draft := d.facts()
	if len(draft) == 0 {
		draft = []string{"(前回から新しい記録はありません)"}
	}
	d.v.Post(bot.Post{
		Text: "次の経過報告の期限は " + d.v.Short(due) + " です。カードの「経過報告」から送ってください(下書きが入っています)。送られない場合は、" +
			bot.Lasting(d.v.Customer.Timing.InterimAutomatic) + "前に記録から自動で送ります。\n下書き:\n・" + strings.Join(draft, "\n・"),
		Mention: d.v.Mention(),
	})
}

// facts are the recorded lines since the last word to the customer.
func (d *decision) facts() []string {
	since := d.last().At
	var out []string
	for _, l := range d.r.Timeline {
		if l.At.After(since) {
			out = append(out, l.At.In(d.v.Customer.Zone).Format("15:04")+" "+l.Text)
		}
	}
	return out
}

// automatic posts the facts on record, so that an hour that nobody attends is still told.
func (d *decision) automatic() error {
	if n := d.v.Customer.Timing.InterimEscalate; n > 0 && d.autoInRow()+1 >= n {
		d.v.Post(bot.Post{Text: "経過報告が続けて自動になっています。対応の体制を確認してください。", Mention: d.tier(), Top: true})
	}
	d.v.Reason("posted the recorded facts", "nobody wrote an interim update in time")
	return d.update("auto", "interim_automatic", map[string]any{"state": d.stateWords(), "facts": d.facts(), "at": d.v.When(d.in.Now)})
}

// catchUp names the rounds that could not be posted while Backlog was down, once; it is an update itself.
func (d *decision) catchUp() error {
	var missed []string
	for _, r := range d.rounds() {
		if r.late() && r.due.After(d.r.CaughtUp) && d.blocked(r.due) {
			missed = append(missed, d.v.When(r.due))
		}
	}
	if len(missed) == 0 {
		d.arm()
		return nil
	}
	d.v.Reason("named the missed updates", strings.Join(missed, ", "))
	return d.update("caught", "interim_catch_up", map[string]any{"missed": missed, "state": d.stateWords()})
}

package incident

import (
	"fmt"
	"time"

	"toban/bot"
	"toban/bot/voice"
	"toban/sla"
)

// judge takes a judgement over and does what follows: staff are asked, or the customer is told.
func (d *decision) judge(i Impact, by string, staff bool, at time.Time) error {
	first := len(d.r.Judged) == 0
	d.r.Judged = append(d.r.Judged, Judgement{At: at, Impact: i, By: by, Staff: staff, Ref: d.in.Event.Key})
	d.dirty = true
	d.mark(at)
	d.v.Reason("impact is "+string(i), "judged by "+by)
	if i == Undecided {
		if !d.decideAt().After(d.in.Now) { // Toban learned of it late: no time is left to ask
			d.v.Reason("did not wait for a judgement", "the first notice is due at once")
			return d.undecided()
		}
		d.askAll()
		d.follow()
		return nil
	}
	d.v.Cancel("ask", "tier", "decide")
	if i == Affected && first {
		d.v.Post(bot.Post{Text: "サービスに影響する障害の連絡です。対応を始めてください。", Mention: d.v.Mention(), Top: true})
	}
	if d.r.NoticeKey == "" {
		if err := d.firstNotice(); err != nil {
			return err
		}
		d.follow()
		return nil
	}
	d.follow()
	d.note(d.in.Now, by, "影響の判断: "+d.impactWords())
	return d.tellImpact()
}

// undecided handles an incident that nobody judged in time as affected.
func (d *decision) undecided() error {
	d.v.Post(bot.Post{Text: "判断がないため、影響ありとして扱い、「影響確認中」とお客様に知らせます。影響を判断してください(カードの「影響あり」「影響なし」)。", Mention: d.v.Mention(), Top: true})
	return d.judge(Checking, "nobody decided in time", false, d.in.Now)
}

// askAll asks staff for the judgement now, again, and then the next tier.
func (d *decision) askAll() {
	d.v.Post(bot.Post{Text: "障害の連絡です。サービスへの影響を判断してください(カードの「影響あり」「影響なし」)。", Mention: d.v.Mention(), Top: true})
	from, timing := d.asked(), d.v.Customer.Timing
	if at := sla.After(nil, from, timing.AskAgain); at.After(d.in.Now) {
		d.v.Set("ask", at)
	}
	if at := sla.After(nil, from, timing.AskTier); at.After(d.in.Now) {
		d.v.Set("tier", at)
	}
	d.v.Set("decide", d.decideAt())
}

// asked is when the question came up: the detection, or a later doubt about an incident that the customer knows of.
func (d *decision) asked() time.Time {
	if n := len(d.r.Judged); d.r.NoticeKey != "" && n > 0 {
		return d.r.Judged[n-1].At
	}
	return d.r.Detected
}

// decideAt is when an undecided impact is handled as affected: the contract's lead before the objective of the first notice.
func (d *decision) decideAt() time.Time {
	asked, first := d.asked(), time.Time{}
	for _, t := range d.targets(Affected) {
		if due := d.dueFrom(t, asked); first.IsZero() || due.Before(first) {
			first = due
		}
	}
	if at := sla.Ahead(first, d.v.Customer.Timing.DecideBefore); at.After(asked) {
		return at
	}
	return asked
}

// follow sets the next moment at which a promise of the first notice is missed.
func (d *decision) follow() {
	d.v.Cancel("first")
	if d.r.Open && len(d.r.Updates) == 0 {
		var next time.Time
		for _, t := range d.targets(d.impact()) {
			at := d.due(t)
			if !at.Before(d.in.Now) && (next.IsZero() || at.Before(next)) {
				next = at
			}
		}
		if !next.IsZero() {
			d.v.SetPast("first", next)
		}
	}
}

// firstNotice tells the customer what is known. It stops the first notice's clocks at its comment's own instant.
func (d *decision) firstNotice() error {
	d.r.NoticeTry++
	d.r.NoticeKey, d.r.NoticeDead = d.key("first-notice"), false
	if d.r.NoticeTry > 1 {
		d.r.NoticeKey = d.key(fmt.Sprintf("first-notice:%d", d.r.NoticeTry))
	}
	data := map[string]any{
		"detected": d.v.When(d.r.Detected), "alarm": d.alarm(), "impact": d.impactWords(), "action": d.action(),
	}
	if d.r.Host != "" {
		data["host"] = d.r.Host
	}
	var due time.Time
	for _, t := range d.targets(d.impact()) {
		if at := d.due(t); due.IsZero() || at.Before(due) {
			due = at
		}
	}
	if err := d.send(d.r.NoticeKey, "first_notice", data, voice.Options{Report: true, Verify: true, Urgent: true, Due: due}); err != nil || d.r.NoticeTry > 1 {
		return err
	}
	return d.outside("first", "first_notice", data)
}

func (d *decision) alarm() string {
	for _, s := range []string{d.t.Summary, d.t.IssueType} {
		if s != "" {
			return s
		}
	}
	return "障害のご連絡"
}

// action is what is being done, as far as it is true now.
func (d *decision) action() string {
	last := d.r.Judged[len(d.r.Judged)-1]
	switch {
	case d.t.Owner != "":
		return "担当者が決まり、対応にあたっています。"
	case last.Staff:
		return "担当者が影響を確認しました。"
	case len(d.v.Mention()) > 0:
		return "担当者に連絡し、確認を依頼しています。"
	}
	return "ご連絡を記録し、担当者の確認を待っています。"
}

// stateWords are the state as recorded, for words that nobody writes.
func (d *decision) stateWords() string {
	return "復旧はまだ確認できていません。" + d.impactWords() + "。"
}

// tellImpact tells a changed judgement to a customer who was told another, once nothing else is on its way.
func (d *decision) tellImpact() error {
	if !d.r.Open || d.r.Pending != "" || len(d.r.Updates) == 0 || d.impact() == Undecided || d.r.Told == d.impact() {
		d.arm()
		return nil
	}
	return d.tellState()
}

// tellState tells the recorded facts because of something that a person did.
func (d *decision) tellState() error {
	return d.update("judged", "interim_automatic", map[string]any{"state": d.stateWords(), "facts": d.facts(), "at": d.v.When(d.in.Now)})
}

// update queues an interim update; it counts from its comment's own instant. A word of Toban's own that is not out yet makes way.
func (d *decision) update(suffix, message string, data map[string]any) error {
	if d.r.Pending != "" {
		d.out.Withdraw = append(d.out.Withdraw, d.r.Pending)
	}
	d.r.Sent++
	key := d.key(fmt.Sprintf("update:%d", d.r.Sent))
	if suffix != "" {
		key += ":" + suffix
	}
	due, _ := d.owed()
	if message == "interim_catch_up" { // it is about nothing but what is late
		due = time.Time{}
	}
	return d.send(key, message, data, voice.Options{Report: true, Urgent: true, Due: due})
}

// send queues a message that counts as a word to the customer.
func (d *decision) send(key, message string, data map[string]any, o voice.Options) error {
	if d.r.Pending == "" {
		d.r.PendingSince = d.in.Now
	}
	d.r.Pending, d.r.PendingNext, d.dirty = key, time.Time{}, true
	if message != "interim_update" {
		d.r.Told = d.impact()
	}
	if every := d.cycle(); d.owes() && every > 0 && message != "interim_catch_up" {
		d.r.PendingNext = sla.After(nil, d.in.Now, every)
		data["next"] = d.v.When(d.r.PendingNext)
	}
	if err := d.v.Say(key, message, data, o); err != nil {
		return err
	}
	d.arm()
	return nil
}

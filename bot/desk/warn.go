package desk

import (
	"fmt"
	"time"

	"toban/bot"
	"toban/sla"
)

// warn tells staff that a promise comes near, and the requester once when it passed. It looks with every decision, so that a deadline that
// passes while something else is decided is not lost.
func (d *decision) warn() error {
	if d.t.Status.Ended() || d.t.Class == bot.ClassIncident {
		return nil
	}
	all, err := d.evaluate()
	if err != nil {
		return err
	}
	agreed, err := d.agreements()
	if err != nil {
		return err
	}
	date, ok := newest(agreed)
	ok = ok && d.dateAgreed()
	later := ok && date.row.State == sla.StateRunning
	for _, e := range all {
		now := e.result.Current()
		key := fmt.Sprintf("%s/%d", e.target.ID, e.result.Reopened())
		switch now.State {
		case sla.StateMissed:
			if err := d.late(key, now.Due, later); err != nil {
				return err
			}
		case sla.StateRunning:
			d.near(key, "期限", now, reached(e.result, d.asOf()), !later)
		case sla.StatePaused, sla.StateMet, sla.StateExcluded, sla.StateCancelled:
		}
	}
	if !ok {
		return nil
	}
	key := "agreed/" + date.row.Due.UTC().Format(time.RFC3339)
	switch {
	case date.row.State == sla.StateMissed && date.row.Stopped.IsZero():
		return d.late(key, date.row.Due, false)
	case later:
		d.near(key, "合意した期日", date.result.Current(), reached(date.result, d.asOf()), true)
	}
	return nil
}

// reached is the highest warning level below the deadline that a running clock has passed.
func reached(r sla.Result, now time.Time) int {
	level := 0
	for _, m := range r.Reached(now) {
		if m.Percent < dueLevel {
			level = max(level, m.Percent)
		}
	}
	return level
}

const dueLevel = 100 // percent

// told reports whether a level of a clock was told before, and remembers it.
func (d *decision) told(key string, level int) bool {
	if d.s.Warned[key] >= level {
		return true
	}
	warned := map[string]int{key: level}
	for k, v := range d.s.Warned {
		if k != key {
			warned[k] = v
		}
	}
	d.s.Warned, d.dirty = warned, true
	return false
}

func (d *decision) late(key string, due time.Time, agreedLater bool) error {
	if d.told(key, dueLevel) {
		return nil
	}
	d.s.LateTold = true
	passed := fmt.Sprintf("期限(%s)を過ぎました。", bot.ShortWhen(due, d.cust.Zone))
	if agreedLater {
		d.v.Post(bot.Post{Text: passed + "お客様とは後の期日で合意しているため、遅れのお知らせは送りません。", Mention: d.v.Hearers(dueLevel)})
		d.v.Reason("told staff only of a missed deadline", "the requester agreed on a later date")
		return nil
	}
	if d.s.LateSaid == d.lateKey() {
		d.v.Post(bot.Post{Text: passed + "お客様には遅れをお知らせ済みです。", Mention: d.v.Hearers(dueLevel), Top: true})
		d.v.Reason("told staff only of a missed deadline", "the requester was told ahead")
		return nil
	}
	d.v.Post(bot.Post{Text: passed + "お客様に遅れをお知らせします。", Mention: d.v.Hearers(dueLevel), Top: true})
	d.s.LateSaid = d.lateKey()
	data := map[string]any{"due": d.v.When(due)}
	if cause := d.lateCause(); cause != "" {
		data["cause"] = cause
	}
	if d.s.Work != "" && d.s.WorkEnd.After(d.in.Now) {
		data["new_due"] = d.v.When(d.s.WorkEnd)
	}
	return d.say(fmt.Sprintf("desk:%s:late:%s", d.t.ID, key), "late_notice", data, bot.Update{}, false)
}

// lateCause is what the record says of why the request is late; "" when it says nothing: no cause is made up.
func (d *decision) lateCause() string {
	words := map[bot.Status][2]string{
		bot.StatusScheduled: {"作業を期限より後に予定しているため", "The work is planned for later than the deadline."},
		bot.StatusNotified:  {"作業を期限より後に予定しているため", "The work is planned for later than the deadline."},
		bot.StatusWorking:   {"作業が続いているため", "The work is still going on."},
		bot.StatusVerifying: {"作業後の確認が続いているため", "The work is done and is being checked."},
	}
	w := words[d.t.Status]
	if d.cust.Lang == "en" {
		return w[1]
	}
	return w[0]
}

// near tells staff that a date comes near; told says that the requester will be told when it passes.
func (d *decision) near(key, what string, c sla.Cycle, level int, told bool) {
	if level == 0 || d.told(key, level) {
		return
	}
	text := fmt.Sprintf("%sは %s です(%d%% 経過)。", what, bot.ShortWhen(c.Due, d.cust.Zone), c.Percent)
	const soon = 90 // percent
	if told && level >= soon && d.s.LateSaid != d.lateKey() {
		text += "間に合わない場合は「遅れを知らせる」で理由と新しい予定をお知らせください。送らなければ、期限になった時点で自動でお知らせします。"
	}
	d.v.Tell(text, d.v.Hearers(level)...)
	d.v.Reason(fmt.Sprintf("warned at %d%% of %s", level, key), "due at "+d.v.Short(c.Due))
}

package fold

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"toban/bot"
)

// lookWork is how often it is looked whether work on the host still runs.
const lookWork = time.Minute

// heldBy says what holds an alert of the host back at a moment, and when to look again: a silence, or work that runs. Where several do, the one
// that holds longest is named.
func (d *decision) heldBy(at time.Time) (by string, until time.Time, ok bool) {
	for _, q := range d.in.Alert.Silences {
		if q.Customer == d.cust.ID && q.Covers(d.s.Alert.Host, at) && q.Until.After(until) {
			by, until, ok = q.ID, q.Until, true
		}
	}
	if ok {
		return by, until, true
	}
	for _, w := range d.in.Alert.Works {
		if w.Customer == d.cust.ID && w.Ref != "" && strings.EqualFold(w.Ref, d.s.Alert.Host) {
			return "work:" + w.Key, at.Add(lookWork), true
		}
	}
	return "", time.Time{}, false
}

// hold records an alert as silenced, with what silences it, and tells staff once for each.
func (d *decision) hold(by string, until, at time.Time) {
	told := slices.ContainsFunc(d.s.Marks, func(m Mark) bool { return m.By == by })
	d.s.mark(Mark{At: at, By: by})
	if d.s.Firing {
		d.s.Held = by
		d.set(ruleLook, later(until, d.in.Now))
	}
	d.reason("silenced: "+d.what(), "by "+by)
	if told {
		return
	}
	text := fmt.Sprintf("🔇 静観中の警報です(%s、%s): %s\n記録だけ行いました。静観が終わっても続いていれば、そのとき起票します。", by, bot.ShortWhen(at, d.cust.Zone), d.words())
	if key, work := strings.CutPrefix(by, "work:"); work {
		text = fmt.Sprintf("🔇 作業中のホストの警報です(%s、%s): %s\n記録だけ行いました。作業が終わっても続いていれば、そのとき起票します。", key, bot.ShortWhen(at, d.cust.Zone), d.words())
		for _, w := range d.in.Alert.Works {
			if w.Key == key && w.Customer == d.cust.ID {
				d.post(&bot.Ticket{ID: w.Ticket, Customer: d.cust.ID}, bot.Post{Text: text}) // in the thread of the work
				return
			}
		}
	}
	t := d.in.Alert.Ticket
	if t != nil && t.Status.Ended() {
		t = nil
	}
	d.post(t, bot.Post{Text: text})
}

// later is a due moment that is still to come.
func later(at, now time.Time) time.Time {
	if at.After(now) {
		return at
	}
	return now.Add(time.Second)
}

// look raises an alert that is still firing when nothing holds it back any more. The promise begins now: until now it was agreed that nobody is
// told.
func (d *decision) look() {
	if !d.s.Firing || d.s.Held == "" {
		return
	}
	d.dirty = true
	if by, until, ok := d.heldBy(d.in.Now); ok {
		if by != d.s.Held {
			d.s.mark(Mark{At: d.in.Now, By: by})
			d.reason("still silenced: "+d.what(), "by "+by+" after "+d.s.Held)
			d.s.Held = by
		}
		d.set(ruleLook, later(until, d.in.Now))
		return
	}
	d.reason("raised what was held back: "+d.what(), d.s.Held+" is over and the alert is still firing")
	d.s.Received = d.in.Now
	d.raise(d.in.Now)
}

// silenceOver tells staff what a silence held back.
func (d *decision) silenceOver() {
	var t bot.TimerDue
	if d.in.Event.Kind != bot.EventTimerDue || d.in.Event.Decode(&t) != nil || t.Rule != ruleOver || d.in.Alert.Silence == nil {
		return
	}
	q := *d.in.Alert.Silence
	var ok bool
	if d.cust, ok = d.in.Dir.Customer(q.Customer); !ok || q.Until.After(d.in.Now) {
		return
	}
	lines, count := heldBack(q.ID, d.in.Alert.All)
	if len(lines) == 0 && len(t.Data) > 0 {
		return // who ended it by hand was told
	}
	hosts := "すべてのホスト"
	if len(q.Hosts) > 0 {
		hosts = strings.Join(q.Hosts, "、")
	}
	text := fmt.Sprintf("🔔 %sの警報の静観が終わりました(%s、理由: %s)。", hosts, q.ID, q.Reason)
	if len(lines) == 0 {
		text += "静観中の警報はありませんでした。"
	} else {
		text += fmt.Sprintf("静観中の警報は %d 件です。続いているものは、これから起票します。\n%s", count, strings.Join(lines, "\n"))
	}
	e := bot.MakeEffect(bot.EffectPost, bot.Notice, "silence:"+q.Customer+":"+q.ID+":over", nil, bot.Post{Channel: d.cust.Channel, Text: text})
	e.Customer = q.Customer
	d.out.Effects = append(d.out.Effects, e)
}

package fold

import (
	"fmt"
	"slices"
	"time"

	"toban/bot"
)

const (
	window = 10 * time.Minute // in which at most burst lines are told
	burst  = 4
	retell = 20 * time.Second // until it is looked again whether the ticket is there
)

// tell says in the incident's thread what happened; what flaps is summed up, and while there is no thread yet it waits.
func (d *decision) tell(firing bool) {
	if d.s.Mode == bot.ModeShadow {
		d.reason("told nobody: "+d.what(), "the incident was shown in shadow only")
		return
	}
	d.s.Untold = append(d.s.Untold, Word{At: d.in.Event.At, Firing: firing})
	d.s.Untold = d.s.Untold[max(0, len(d.s.Untold)-most):]
	d.catchUp()
}

func (d *decision) catchUp() {
	d.dirty = true
	if len(d.s.Untold) == 0 || d.s.OpenKey == "" || d.s.Dead != "" {
		return
	}
	t := d.in.Alert.Ticket
	if t == nil {
		d.set(ruleTell, d.in.Now.Add(retell))
		return
	}
	d.s.Told = slices.DeleteFunc(d.s.Told, func(at time.Time) bool { return !at.After(d.in.Now.Add(-window)) })
	if len(d.s.Told) >= burst {
		d.set(ruleTell, d.s.Told[0].Add(window))
		return
	}
	d.cancel(ruleTell)
	d.s.Told = append(d.s.Told, d.in.Now)
	d.post(t, d.line(t))
	d.s.Untold = nil
}

// line is what the words that were not told yet come to.
func (d *decision) line(t *bot.Ticket) bot.Post {
	last, alerts, ends := d.s.Untold[len(d.s.Untold)-1], 0, 0
	for _, w := range d.s.Untold {
		if w.Firing {
			alerts++
		} else {
			ends++
		}
	}
	when := bot.ShortWhen(last.At, d.cust.Zone)
	p := bot.Post{}
	switch {
	case t.Status.Ended():
		p.Text = fmt.Sprintf("終了したチケットの警報が、監視ではまだ続いています(%s): %s\n対応が必要なら、新しい課題を登録するかチケットを再開してください。", when, d.words())
		p.Mention, p.Top = d.duty(), true
	case alerts+ends > 1:
		p.Text = fmt.Sprintf("警報が繰り返しています(発生 %d 回、復旧 %d 回)。最後は%s(%s): %s", alerts, ends, map[bool]string{true: "発生", false: "復旧"}[last.Firing], when, d.words())
	case last.Firing:
		p.Text = fmt.Sprintf("同じ警報を再び受け付けました(%s、%d 回目): %s", when, d.s.Count, d.words())
	}
	if !last.Firing && !t.Status.Ended() {
		if p.Text == "" {
			p.Text = fmt.Sprintf("監視が復旧を知らせました(%s): %s", when, d.words())
		}
		p.Text += "\n復旧を確認し、カードの「復旧」で知らせてください。確認されるまで障害の対応は続きます。"
		p.Mention, p.Top = d.duty(), true
	}
	return p
}

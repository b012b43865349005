package fold

import (
	"fmt"
	"slices"
	"time"

	"toban/bot"
)

// unread shows staff what monitoring said and no rule reads. Nothing else comes of it: the customer is told of nothing that nobody understood.
func (d *decision) unread(a bot.Alert, at time.Time) {
	d.s.Alert, d.s.Last = a, at
	d.s.Count++
	d.s.Untold = append(d.s.Untold, Word{At: at})
	d.s.Untold = d.s.Untold[max(0, len(d.s.Untold)-most):]
	d.reason("showed staff a word of monitoring that no rule reads", fmt.Sprintf("source %s, %d so far", a.Source, d.s.Count))
	d.showUnread()
}

// showUnread is a post each, at most four in ten minutes; what comes beyond that is summed up.
func (d *decision) showUnread() {
	n := len(d.s.Untold)
	if n == 0 {
		return
	}
	d.dirty = true
	d.s.Told = slices.DeleteFunc(d.s.Told, func(at time.Time) bool { return !at.After(d.in.Now.Add(-window)) })
	if len(d.s.Told) >= burst {
		d.set(ruleTell, d.s.Told[0].Add(window))
		return
	}
	d.cancel(ruleTell)
	d.s.Told = append(d.s.Told, d.in.Now)
	text := fmt.Sprintf("📨 監視からのメールですが、どの規則(alerts)にも合いません(%s)。警報としては扱っていません。", bot.ShortWhen(d.s.Untold[n-1].At, d.cust.Zone))
	if n > 1 {
		text = fmt.Sprintf("📨 どの規則(alerts)にも合わない監視のメールが %d 件届きました。警報としては扱っていません。最後のもの(%s):", n, bot.ShortWhen(d.s.Untold[n-1].At, d.cust.Zone))
	}
	const shown = 600 // characters
	d.post(nil, bot.Post{
		Text:    text + "\n" + clipped(d.s.Alert.Text, shown) + "\n内容を確認し、対応が必要なら課題を登録してください。今後も届くものなら、規則を追加してください。",
		Mention: d.duty(),
	})
	d.s.Untold = nil
}

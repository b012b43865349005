package release

import (
	"fmt"
	"slices"
	"time"

	"toban/bot"
)

// Expires is how long a question waits, after it was asked or after its promise was due: then it is not sent any more.
const Expires = 72 * time.Hour

// How long after the question nobody has answered staff are asked again, where there is no promise with a time of its own.
const (
	firstAgain  = 10 * time.Minute // urgent ones, and promises that are due already
	secondAgain = 20 * time.Minute
	thirdAgain  = time.Hour
	dueAgain    = 15 * time.Minute // after the promise's time
)

// step is one time at which staff are asked again.
type step struct {
	at   time.Time
	tier bool // the next tier and the manager, for all to see
	text string
}

// Chase is what is told again of a question that was asked and not answered: the newest step that has come, if any. expired says that the
// time of waiting is over.
func (d Desk) Chase(e bot.Effect, asked, now time.Time) (again []bot.Effect, expired bool) {
	from := asked
	if e.Due.After(from) {
		from = e.Due
	}
	if !now.Before(from.Add(Expires)) {
		return nil, true
	}
	steps := d.steps(e, asked)
	for i, s := range slices.Backward(steps) {
		if now.Before(s.at) {
			continue
		}
		p := bot.Post{Text: s.text + describe(d.Directory(), e).what + "(通知番号: " + bot.NoticeNumber(e.Key) + ")", Top: s.tier, Mention: d.duty(e, "", now)}
		if s.tier {
			p.Mention = d.tier(e, now)
		}
		return d.post(fmt.Sprintf("release:%s:again:%d", bot.NoticeNumber(e.Key), i+1), e, p), false
	}
	return nil, false
}

// Expired tells staff that it is not sent any more.
func (d Desk) Expired(e bot.Effect) []bot.Effect {
	text := fmt.Sprintf("【期限切れ】%sのあいだ承認がなかったため、送りません: %s(通知番号: %s)。必要な連絡は人が行ってください。",
		bot.Lasting(Expires), describe(d.Directory(), e).what, bot.NoticeNumber(e.Key))
	return d.post("release:"+bot.NoticeNumber(e.Key)+":expired", e, bot.Post{Text: text})
}

func (d Desk) steps(e bot.Effect, asked time.Time) []step {
	const waits = "【承認待ち】まだ送っていません。「送る」か「送らない」を押してください: "
	switch left := e.Due.Sub(asked); {
	case !e.Due.IsZero() && left > 0:
		soon := fmt.Sprintf("【承認待ち】送る期限は%sです。「送る」を押してください: ", d.when(e, e.Due))
		const half, most = 2, 4
		return []step{
			{asked.Add(left / half), false, soon},
			{e.Due.Add(-left / most), true, soon},
			{e.Due, true, "【期限超過】約束の時刻を過ぎましたが、承認がないため送っていません。すぐに「送る」を押すか、電話などで知らせてください: "},
			{e.Due.Add(dueAgain), true, "【期限超過】承認がないため、まだ送っていません。電話など別の方法で知らせてください: "},
		}
	case e.Urgent || !e.Due.IsZero():
		return []step{{asked.Add(firstAgain), false, waits}, {asked.Add(secondAgain), true, waits}, {asked.Add(thirdAgain), true, waits}}
	case e.Class != bot.Notice:
		return nil
	}
	c, ok := d.Directory().Customer(e.Customer)
	if !ok || c.Timing.Unclaimed <= 0 {
		return nil
	}
	const twice, often = 2, 4
	first, second := asked.Add(c.Timing.Unclaimed), asked.Add(often*c.Timing.Unclaimed)
	if cal, ok := c.Calendars[c.Timing.SupportCalendar]; ok { // nobody is asked at night for what may wait
		if at, err := cal.Add(asked, c.Timing.Unclaimed); err == nil {
			first = at
		}
		if at, err := cal.Add(asked, twice*c.Timing.Unclaimed); err == nil {
			second = at
		}
	}
	return []step{{first, false, waits}, {second, true, waits}}
}

// tier is whom to ask when the person on duty does not answer.
func (d Desk) tier(e bot.Effect, now time.Time) []string {
	out := d.duty(e, "support_center", now)
	if len(out) == 0 {
		out = d.duty(e, "", now)
	}
	if c, ok := d.Directory().Customer(e.Customer); ok {
		if p, ok := d.Directory().Person(c.Timing.ManagerPerson); ok && p.SlackUser != "" && !slices.Contains(out, p.SlackUser) {
			out = append(out, p.SlackUser)
		}
	}
	return out
}

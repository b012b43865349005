package fold

import (
	"encoding/json"
	"fmt"
	"time"

	"toban/bot"
	"toban/sla"
)

// leave puts an alert on the list of the next business day: the contract has it looked at then.
func (d *decision) leave() {
	at := d.nextDay()
	d.s.Untold = append(d.s.Untold, Word{At: d.in.Event.At, Firing: true})
	d.s.Untold = d.s.Untold[max(0, len(d.s.Untold)-most):]
	d.reason("left for review: "+d.what(), "rule "+d.rule().ID+" leaves it to the next business day, "+bot.ShortWhen(at, d.cust.Zone))
	if len(d.s.Untold) == 1 {
		d.set(ruleRead, at)
	}
}

// nextDay is the opening of the next business day of the support calendar; a day later where there is none.
func (d *decision) nextDay() time.Time {
	now := d.in.Now.In(d.cust.Zone)
	midnight := time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, d.cust.Zone)
	if cal := d.cust.SupportAt(now); cal != nil {
		if at, err := cal.NextOpen(midnight); err == nil {
			return at
		}
	}
	return sla.After(nil, d.in.Now, 24*time.Hour)
}

// review asks staff to look at what came since the last review.
func (d *decision) review() {
	n := len(d.s.Untold)
	if n == 0 || d.s.OpenKey != "" {
		return
	}
	d.dirty = true
	d.post(nil, bot.Post{
		Text:    fmt.Sprintf("📋 確認対象の警報です(%d 件、最後は %s): %s\n対応が必要なら、課題を登録してください。", n, bot.ShortWhen(d.s.Untold[n-1].At, d.cust.Zone), d.words()),
		Mention: d.duty(),
	})
	d.s.Untold, d.s.Count = nil, 0
	d.reason("put before staff: "+d.what(), fmt.Sprintf("%d alerts of the days before", n))
}

// heldBack lists the alerts that a silence held back, a line each lane.
func heldBack(id string, all []bot.AlertRecord) (lines []string, count int) {
	const longest = 20
	for _, r := range all {
		var s State
		if json.Unmarshal(r.State, &s) != nil {
			continue
		}
		n := 0
		for _, m := range s.Marks {
			if m.By == id {
				n++
			}
		}
		if n == 0 {
			continue
		}
		count += n
		state := "復旧済み"
		if s.Firing {
			state = "発生中"
		}
		if len(lines) < longest {
			lines = append(lines, fmt.Sprintf("・%s %s: %d 回、%s", s.Alert.Host, s.Alert.Name, n, state))
		}
	}
	return lines, count
}

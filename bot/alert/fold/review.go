package fold

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/sla"
)

// leave puts an alert on the list of the next business day: the contract has it looked at then.
func (d *decision) leave() {
	at := d.nextDay()
	d.s.Review = append(d.s.Review, Word{At: d.in.Event.At, Firing: true})
	d.s.Review = d.s.Review[max(0, len(d.s.Review)-most):]
	d.reason("left for review: "+d.what(), "rule "+d.rule().ID+" leaves it to the next business day, "+bot.ShortWhen(at, d.cust.Zone))
	if len(d.s.Review) == 1 {
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

// listed is a line of the list of alerts to be reviewed.
type listed struct {
	lane  string
	state State
	words []Word
}

// toReview are the customer's alerts that came before a moment and wait for a review, in the order in which they came.
func (d *decision) toReview(before time.Time) []listed {
	var out []listed
	for _, r := range d.in.Alert.All {
		x := listed{lane: r.Lane}
		if json.Unmarshal(r.State, &x.state) != nil {
			continue
		}
		x.words = slices.DeleteFunc(x.state.Review, func(w Word) bool { return !w.At.Before(before) })
		if len(x.words) > 0 {
			out = append(out, x)
		}
	}
	slices.SortStableFunc(out, func(a, b listed) int { return a.words[0].At.Compare(b.words[0].At) })
	return out
}

// review puts the list of what came since the last one before staff: one list a customer and day. Each lane comes here at the same moment and writes the
// same list under the same key, so that the first is posted and the others are none.
func (d *decision) review(due time.Time) {
	list := d.toReview(due)
	rest := slices.DeleteFunc(slices.Clone(d.s.Review), func(w Word) bool { return w.At.Before(due) })
	if len(d.s.Review) == 0 {
		return
	}
	d.reason("put before staff: "+d.what(), fmt.Sprintf("%d alerts of the days before, in a list of %d lines", len(d.s.Review)-len(rest), len(list)))
	d.s.Review, d.dirty = rest, true
	if len(rest) > 0 {
		d.set(ruleRead, d.nextDay())
	}
	if len(list) == 0 {
		return
	}
	p := bot.Post{Channel: d.cust.Channel, Mention: d.duty()}
	lines, operators := []string{}, []bot.Role{bot.RoleOperator}
	for i, x := range list {
		if i == mostLines {
			lines = append(lines, fmt.Sprintf("ほか %d 種類(`toban audit` で確認できます)", len(list)-i))
			break
		}
		now := "復旧済み"
		if x.state.Firing {
			now = "発生中"
		}
		one := decision{s: x.state}
		lines = append(lines, fmt.Sprintf("%d. %s: %d 件、最後は %s、%s", i+1, one.words(), len(x.words), bot.ShortWhen(x.words[len(x.words)-1].At, d.cust.Zone), now))
		p.Buttons = append(p.Buttons, bot.Button{Action: fmt.Sprint(bot.ReviewOpen, i+1), Label: fmt.Sprintf("%d を起票", i+1), Value: x.lane, Roles: operators})
	}
	p.Buttons = append(p.Buttons, bot.Button{Action: bot.ReviewDone, Label: "すべて確認した", Style: "primary", Value: d.lane, Roles: operators})
	p.Text = fmt.Sprintf("📋 確認対象の警報です(%d 種類)。対応が必要なものは起票し、終わったら「すべて確認した」を押してください。\n%s", len(list), strings.Join(lines, "\n"))
	e := bot.MakeEffect(bot.EffectPost, bot.Notice, fmt.Sprintf("%s:review:%s:%s", Name, d.cust.ID, due.UTC().Format("20060102T1504")), nil, p)
	e.Customer = d.cust.ID
	d.out.Effects = append(d.out.Effects, e)
}

// mostLines is how many lines, with a button each, the list has.
const mostLines = 20

// reviewed takes in what staff say of the list.
func (d *decision) reviewed(a bot.StaffAction) {
	who, ok := d.in.Dir.Person(a.Person)
	if !ok || !who.Has(bot.RoleOperator) || d.s.Alert.Name == "" {
		return
	}
	d.dirty = true
	if a.Action == bot.ReviewDone {
		d.reason("the list of alerts was reviewed", "by "+who.Name)
		d.post(nil, bot.Post{Text: "確認対象の警報の確認を終えました(" + who.Name + ")。"})
		return
	}
	if !strings.HasPrefix(a.Action, bot.ReviewOpen) {
		return
	}
	d.reason("asked for an incident: "+d.what(), who.Name+" chose it from the list of alerts")
	if d.s.OpenKey != "" && d.runs() {
		d.post(d.in.Alert.Ticket, bot.Post{Text: "この警報の課題はすでにあります: " + d.words()})
		return
	}
	d.asked, d.s.Received = true, d.in.Event.At
	d.open(d.in.Event.At)
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

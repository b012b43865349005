package fold

import (
	"fmt"
	"strings"
	"time"

	"toban/bot"
)

// alert takes in one word of a monitoring system.
func (d *decision) alert(a bot.Alert) {
	a = clean(a)
	at := d.in.Event.At
	d.dirty = true
	if a.Unread {
		d.unread(a, at)
		return
	}
	if a.Firing {
		d.firing(a, at)
	} else {
		d.over(a, at)
	}
	if at.After(d.s.Last) {
		d.s.Last = at
	}
}

func (d *decision) what() string {
	return fmt.Sprintf("%s %q of host %q", d.s.Alert.Source, d.s.Alert.Name, d.s.Alert.Host)
}

func (d *decision) firing(a bot.Alert, at time.Time) {
	known := a.Occurrence != "" && a.Occurrence == d.s.Occurrence
	over := a.Occurrence != "" && a.Occurrence == d.s.OverOf // its recovery came first, or it is said again after it
	if a.Occurrence == "" && !a.Since.IsZero() {             // the source tells outbreaks apart by its own time alone
		over = a.Since.Before(d.s.OverSince)
		known = !a.Since.After(d.s.Alert.Since) && d.s.Alert.Firing
	}
	if !known || !over {
		d.s.Alert = a
	}
	switch {
	case known && over:
		d.reason("left an alert alone: "+d.what(), "its outbreak was heard of and is over")
		return
	case known && d.s.Firing || a.Occurrence == "" && d.s.Firing:
		d.s.Count++
		d.reason("heard again: "+d.what(), fmt.Sprintf("the outbreak goes on, %d times so far", d.s.Count))
	default:
		d.s.Occurrence, d.s.Received = a.Occurrence, at
		d.s.Count++
		d.reason("received: "+d.what(), "severity "+a.Severity)
	}
	d.s.Firing = !over
	if by, until, ok := d.heldBy(at); ok {
		d.hold(by, until, at)
		return
	}
	d.raise(d.s.Received)
	if over {
		d.reason("knew its recovery already: "+d.what(), "the recovery came before the alert")
		d.tell(false)
	}
}

// over takes in a recovery. It closes nothing: a person says whether the incident is over.
func (d *decision) over(a bot.Alert, at time.Time) {
	switch {
	case a.Occurrence != "" && a.Occurrence != d.s.Occurrence && d.s.Firing && d.s.Occurrence != "":
		d.s.OverOf = a.Occurrence
		d.reason("left a recovery alone: "+d.what(), "it is of another outbreak than the one that goes on")
		return
	case a.Occurrence == "" && d.s.Firing && !a.Since.IsZero() && a.Since.Before(d.s.Alert.Since):
		d.reason("left a recovery alone: "+d.what(), "it is older than the alert that goes on")
		return
	case a.Occurrence != "" && a.Occurrence == d.s.OverOf:
		d.reason("left a recovery alone: "+d.what(), "it was heard of")
		return
	}
	if d.s.Alert.Name == "" {
		d.s.Alert = a
	}
	was := d.s.Firing
	d.s.Firing, d.s.Over, d.s.OverOf, d.s.OverSince = false, at, a.Occurrence, a.Since
	if d.s.Held != "" {
		d.reason("recovered while it was held back: "+d.what(), "held back by "+d.s.Held)
		d.s.Held = ""
		d.cancel(ruleLook)
		return
	}
	if !was {
		d.reason("recorded a recovery: "+d.what(), "no alert of it is known to be firing")
		return
	}
	d.reason("recovered: "+d.what(), "staff confirm it; nothing is closed by it")
	d.tell(false)
}

// raise makes an incident of a firing alert, or adds it to the one that runs. The clock starts at from.
func (d *decision) raise(from time.Time) {
	d.s.Held = ""
	switch {
	case d.runs():
		d.tell(true)
	case d.s.Key != "" && d.in.Alert.Ticket != nil && !d.s.Received.After(d.in.Alert.Ticket.Ended):
		// The ticket ended while the same outbreak went on: staff ended it, and hear that the source says otherwise.
		d.tell(true)
	default:
		d.open(from)
	}
}

// runs reports whether there is an incident of these alerts that has not ended.
func (d *decision) runs() bool {
	if d.s.OpenKey == "" || d.s.Dead != "" {
		return false
	}
	if d.s.Mode == bot.ModeShadow && d.mode() != bot.ModeShadow {
		return false // it was shown only
	}
	t := d.in.Alert.Ticket
	return t == nil || !t.Status.Ended()
}

func (d *decision) rule() bot.AlertRule { return d.cust.AlertRule(d.s.Alert) }

func (d *decision) project() string {
	if p := d.rule().Project; p != "" {
		return p
	}
	if len(d.cust.Projects) > 0 {
		return d.cust.Projects[0]
	}
	return ""
}

func (d *decision) mode() bot.Mode { return d.cust.ModeOf(d.project()) }

// open opens the issue of the incident and tells staff at once, whatever Backlog does.
func (d *decision) open(from time.Time) {
	rule, a := d.rule(), d.s.Alert
	if d.mode() == bot.ModeOff {
		d.reason("opened nothing: "+d.what(), "project "+d.project()+" has mode off")
		return
	}
	if rule.Review && !d.asked {
		d.leave()
		return
	}
	origin := bot.AlertOrigin{Lane: d.lane, Host: a.Host, Impact: rule.Impact, Urgency: rule.Urgency, Received: from, Number: d.s.Number + 1}
	issue := bot.NewIssue{
		Space: d.cust.Space, Project: d.project(), IssueType: d.issueType(), Summary: d.summary(), Description: d.description(from), Plain: true,
		PriorityID: d.priority(rule.Impact), Notify: d.cust.NotifyDefault,
	}
	d.s.Number++
	d.s.OpenKey, d.s.Mode, d.s.Dead, d.s.Key, d.s.Count, d.s.Untold = origin.Key(), d.mode(), "", "", 1, nil
	e := bot.MakeEffect(bot.EffectIssue, bot.Notice, d.s.OpenKey, nil, issue)
	e.Ticket, e.Customer, e.Project, e.Report, e.Urgent = bot.TicketID(d.lane), d.cust.ID, d.project(), true, true
	d.out.Effects = append(d.out.Effects, e)
	why := "no rule fits it: staff are asked for the impact"
	if rule.ID != "" {
		why = "rule " + rule.ID + ": impact " + rule.Impact
	}
	d.reason("opened an incident for "+d.what(), why+"; the clock starts at "+bot.ShortWhen(from, d.cust.Zone))
	text := "🚨 監視の警報を受け付けました: " + d.words()
	if d.mode() == bot.ModeShadow {
		text += "\nシャドーのため、Backlog には登録しません。"
	} else {
		text += "\nBacklog に課題を登録しています。まもなくカードが届きます。"
	}
	if rule.Urgency != "" {
		text += "\n緊急度: " + rule.Urgency
	}
	if rule.Runbook != "" {
		text += "\n手順書: " + rule.Runbook
	}
	d.post(nil, bot.Post{Text: text, Mention: d.duty()})
}

// words are what staff read of the alert.
func (d *decision) words() string {
	a := d.s.Alert
	s := a.Name
	if a.Host != "" {
		s = a.Host + " " + s
	}
	if a.Severity != "" {
		s += "(" + a.Severity + ")"
	}
	if a.URL != "" {
		s += "\n" + a.URL
	}
	return s
}

func (d *decision) issueType() string {
	for _, t := range d.cust.Types {
		if t.Class == bot.ClassIncident {
			return t.IssueType
		}
	}
	return "障害ご連絡"
}

// priority is the one that means the impact by the contract; in an incident's ticket it means nothing else.
func (d *decision) priority(impact string) int64 {
	for _, id := range []int64{bot.PriorityHigh, bot.PriorityNormal, bot.PriorityLow} {
		if d.cust.Impact[id] == impact {
			return id
		}
	}
	return bot.PriorityNormal
}

func (d *decision) summary() string {
	a := d.s.Alert
	if d.cust.Lang == "en" {
		return strings.TrimSpace("[Alert] " + a.Host + " " + a.Name)
	}
	return "【警報】" + strings.TrimSpace(a.Host+" "+a.Name)
}

// description is what the customer reads in the issue: the source's facts, nothing else.
func (d *decision) description(from time.Time) string {
	a := d.s.Alert
	labels := [...]string{"監視の警報を検知しましたので、起票しました。", "検知日時", "対象ホスト", "警報の内容", "重要度", "監視からの情報"}
	if d.cust.Lang == "en" {
		labels = [...]string{"Our monitoring reported an alert, so we opened this issue.", "Detected", "Host", "Alarm", "Severity", "What the monitoring says"}
	}
	var b strings.Builder
	b.WriteString(labels[0] + "\n")
	for i, v := range []string{bot.When(from, d.cust.Zone, d.cust.Lang), a.Host, a.Name, a.Severity, a.Text} {
		if v != "" {
			sep := ": "
			if strings.Contains(v, "\n") {
				sep = ":\n"
			}
			b.WriteString("\n" + labels[i+1] + sep + v)
		}
	}
	return b.String()
}

// opened takes in what became of the issue.
func (d *decision) opened(r bot.EffectResult) {
	if r.Key != d.s.OpenKey || d.s.OpenKey == "" {
		return
	}
	d.dirty = true
	if d.in.Event.Kind == bot.EventEffectDead {
		d.s.Dead = r.Why
		d.reason("could not open an issue for "+d.what(), r.Why)
		if d.s.Mode == bot.ModeShadow { // staff have read what would have been opened
			return
		}
		d.post(nil, bot.Post{
			Text:    "警報の課題を登録できませんでした: " + d.words() + "\n理由: " + r.Why + "\nBacklog で直接「" + d.issueType() + "」を登録して対応してください。",
			Mention: d.duty(),
		})
		return
	}
	d.s.Key, d.s.Dead = r.RemoteID, ""
	d.reason("the issue of "+d.what()+" is "+r.RemoteID, "it was opened")
	if len(d.s.Untold) > 0 {
		d.set(ruleTell, d.in.Now.Add(retell))
	}
}

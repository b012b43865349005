package digest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/report"
	"toban/sla"
)

// Case is a ticket with everything that the report says of it.
type Case struct {
	Ticket *bot.Ticket
	Clocks []bot.ClockRow
	// Incident, for an incident ticket, is what the incident room recorded.
	Host, Impact                     string
	Detected, FirstNotice, Recovered time.Time
	Actions                          []string
}

// Matters reports whether a ticket can be in a report about a time that begins at since: it was open then, something happened to it later, or a
// complaint of it waits for its answer. Its promises are another matter.
func Matters(t *bot.Ticket, since time.Time) bool {
	if !t.Status.Ended() || !t.Ended.Before(since) {
		return true
	}
	waits := false
	for _, e := range t.Entries {
		switch {
		case !e.At.Before(since):
			return true
		case e.Kind == bot.EntryComplaint:
			waits = true
		case e.Kind == bot.EntryAppeased:
			waits = false
		}
	}
	return waits
}

// Collect turns what is recorded of a customer into the facts of a month. now bounds a running month: the newest recorded instant
// closes its data, so that the same records give the same page.
func Collect(c *bot.Customer, dir *bot.Directory, p report.Period, cases []Case, now time.Time) report.Facts {
	f := report.Facts{
		Customer: c.ID, CustomerName: c.Name, Zone: c.Zone, Period: p, Types: typeRows(c, p), Classes: classRows(c, p),
		Version: c.PolicyAt(p.Start).Name + " " + c.PolicyAt(p.Start).Version,
	}
	if len(c.Projects) > 0 {
		f.ProjectKey = c.Projects[0]
	}
	f.Cutoff = p.End
	if now.Before(p.End) {
		f.Cutoff = newest(cases, p.Start).Truncate(time.Minute).Add(time.Minute) // the whole minute of the newest record counts
	}
	for _, k := range cases {
		if k.Ticket.Drill {
			continue // an exercise is in no figure
		}
		if note, ok := complaint(c, k.Ticket, f.Period.Start, f.Cutoff); ok {
			f.Complaints = append(f.Complaints, note)
		}
		if k.Ticket.Class == bot.ClassIncident {
			f.Incidents = append(f.Incidents, incident(k))
			continue
		}
		f.Tickets = append(f.Tickets, ticket(c, dir, k))
	}
	return f
}

// complaint is the line about a ticket's newest complaint: in every month from the complaint to its answer.
func complaint(c *bot.Customer, t *bot.Ticket, from, to time.Time) (report.Note, bool) {
	var came, answered time.Time
	for _, e := range t.Entries {
		switch {
		case e.At.After(to):
		case e.Kind == bot.EntryComplaint:
			came, answered = e.At, time.Time{}
		case e.Kind == bot.EntryAppeased:
			answered = e.At
		}
	}
	if came.IsZero() || !answered.IsZero() && answered.Before(from) {
		return report.Note{}, false
	}
	text := bot.ShortWhen(came, c.Zone) + " 受付、"
	if answered.IsZero() {
		text += "回答していません"
	} else {
		text += bot.ShortWhen(answered, c.Zone) + " 回答済み"
	}
	return report.Note{Text: text, Keys: []string{t.Key}}, true
}

// newest is the latest recorded instant of the cases.
func newest(cases []Case, from time.Time) time.Time {
	at := from
	later := func(t time.Time) {
		if t.After(at) {
			at = t
		}
	}
	for _, k := range cases {
		for _, t := range []time.Time{k.Detected, k.FirstNotice, k.Recovered} {
			later(t)
		}
		for _, e := range k.Ticket.Entries {
			later(e.At)
		}
		for _, c := range k.Clocks {
			later(c.Stopped)
			if c.State == sla.StateMissed { // known at the due instant
				later(c.Due)
			}
		}
	}
	return at
}

func ticket(c *bot.Customer, dir *bot.Directory, k Case) report.Ticket {
	t := k.Ticket
	out := report.Ticket{
		Key: t.Key, Type: t.Type, TypeName: t.IssueType, Class: string(t.Class), Summary: t.Summary, Requester: names(t.Requester),
		Priority: map[int64]string{bot.PriorityHigh: "高", bot.PriorityNormal: "中", bot.PriorityLow: "低"}[t.PriorityID],
		Status:   statusWords[t.Status], Received: t.Received, Due: t.Due,
	}
	switch rt, ok := c.Type(t.Type); { // what is no request of the contract does not bear the name that was chosen from the list
	case t.Class == bot.ClassComplaint:
		out.TypeName = "ご意見・苦情"
	case t.Class == bot.ClassOther && !ok && t.Boarding == "":
		out.TypeName = "ご依頼以外のご連絡"
	case t.Class == bot.ClassUnclear:
		out.TypeName = "種別を確認中"
	case ok:
		out.TypeName = rt.ReportName
	}
	if p, ok := dir.Person(t.Owner); ok {
		out.Assignee = p.Name
	}
	if t.Status.Ended() {
		out.Done = t.Ended
		for _, e := range t.Entries {
			if e.Kind == bot.EntryDone || e.Kind == bot.EntryCancelled {
				out.Done = e.At
			}
		}
	}
	for _, cl := range k.Clocks {
		out.Clocks = append(out.Clocks, result(cl))
	}
	return out
}

func result(c bot.ClockRow) report.ClockResult {
	return report.ClockResult{
		ID: clockID(c.ID), Name: c.Name, Level: report.Level(c.Level), State: report.State(c.State), Start: c.Start, Due: c.Due, Stopped: c.Stopped, Cause: c.Cause, Measure: c.Measure,
	}
}

// clockID leaves the number of a repeated clock away: "start-notice/2" counts as "start-notice".
func clockID(id string) string {
	name, _, _ := strings.Cut(id, "/")
	return name
}

func incident(k Case) report.Incident {
	out := report.Incident{
		Key: k.Ticket.Key, Class: k.Impact, Host: k.Host, Alarm: k.Ticket.Summary, Summary: k.Ticket.Summary,
		Detected: k.Detected, FirstNotice: k.FirstNotice, Recovered: k.Recovered, Actions: k.Actions,
	}
	for _, c := range k.Clocks {
		if !strings.HasPrefix(c.ID, "interim/") {
			out.Clocks = append(out.Clocks, result(c))
			continue
		}
		if c.State == sla.StateCancelled {
			continue
		}
		out.Rounds = append(out.Rounds, report.Round{
			Due: c.Due, At: c.Stopped, State: report.State(c.State), Level: report.Level(c.Level), Automatic: c.Auto, Cause: c.Cause,
		})
	}
	slices.SortFunc(out.Rounds, func(a, b report.Round) int { return a.Due.Compare(b.Due) })
	return out
}

func names(people []bot.Author) string {
	var out []string
	for _, p := range people {
		if p.Name != "" {
			out = append(out, p.Name)
		}
	}
	return strings.Join(out, "、")
}

var statusWords = map[bot.Status]string{
	bot.StatusReceived: "受付", bot.StatusWaiting: "ご回答待ち", bot.StatusAccepted: "受付済み", bot.StatusTaken: "対応中", bot.StatusScheduled: "作業予定あり",
	bot.StatusNotified: "作業予定あり", bot.StatusWorking: "作業中", bot.StatusDone: "完了", bot.StatusFinished: "終了", bot.StatusCancelled: "取り下げ", bot.StatusDeclined: "お断り",
	bot.StatusHold: "検討中", bot.StatusVerifying: "完了の確認中", bot.StatusUnclear: "確認中", bot.StatusDeletedOff: "削除",
}

// typeRows are the rows of the compliance table about requests: every type that has a promise, in the contract's order.
func typeRows(c *bot.Customer, p report.Period) []report.TypeRow {
	policy := c.PolicyAt(p.Start)
	var out []report.TypeRow
	for _, rt := range c.Types {
		if rt.Class == bot.ClassIncident {
			continue
		}
		for _, t := range policy.For(sla.Subject{Class: string(rt.Class), RequestType: rt.ID, Priority: "中", Plan: c.Plan}) {
			out = append(out, report.TypeRow{ID: rt.ID, Clock: t.ID, Name: rt.ReportName, Class: string(rt.Class), Target: targetWords(t), Level: report.Level(t.Level)})
		}
	}
	return append(out,
		report.TypeRow{Clock: "agreed", Name: "合意した期日", Class: string(bot.ClassOther), ClassName: "個別の約束", Target: "合意した日時まで", Level: report.Objective},
		report.TypeRow{Clock: "start-notice", Name: "作業開始連絡", Class: string(bot.ClassOther), ClassName: "個別の約束", Target: "開始の" + bot.Lasting(c.Timing.StartNotice) + "前", Level: report.Objective})
}

func classRows(c *bot.Customer, p report.Period) []report.ClassRow {
	policy := c.PolicyAt(p.Start)
	var out []report.ClassRow
	for _, class := range []struct{ id, name string }{{report.Affected, "サービス影響あり"}, {report.NotAffected, "サービス影響なし"}} {
		for _, t := range policy.For(sla.Subject{Class: string(bot.ClassIncident), RequestType: "incident", Impact: class.id, Plan: c.Plan}) {
			out = append(out, report.ClassRow{
				Class: class.id, Clock: t.ID, Rounds: t.Kind == sla.KindCycle, Name: "障害(" + class.name + ") " + t.Name, Target: targetWords(t), Level: report.Level(t.Level),
			})
		}
	}
	return out
}

func targetWords(t sla.Target) string {
	switch t.Kind {
	case sla.KindBusinessDays:
		return fmt.Sprintf("%d営業日以内", t.Days)
	case sla.KindBusinessTime:
		return "営業時間で" + bot.Lasting(t.Duration) + "以内"
	case sla.KindElapsed:
		return bot.Lasting(t.Duration) + "以内"
	case sla.KindCycle:
		return bot.Lasting(t.Duration) + "ごと"
	case sla.KindCalendarDate:
		return fmt.Sprintf("第%d営業日まで", t.Days)
	case sla.KindAhead:
		if t.Months > 0 {
			return fmt.Sprintf("%dか月前まで", t.Months)
		}
		return bot.Lasting(t.Duration) + "前まで"
	}
	return ""
}

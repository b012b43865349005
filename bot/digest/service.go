package digest

import (
	"fmt"
	"time"

	"toban/bot"
	"toban/report"
)

// Service is how Toban itself did: what was down and what went out late because of it.
type Service struct {
	Down []Down
	Late []Late
}

// Down is a span in which something was down, in world time.
type Down struct {
	Cause    bot.Cause
	From, To time.Time
}

// Late is a notice about an issue that went out after its time.
type Late struct {
	Key      string // of the issue, "" for a notice of none
	Due, Out time.Time
	Cause    bot.Cause // "" when it is not on record any more
}

// downWords name what was down.
var downWords = map[bot.Cause]string{bot.CauseToban: "当番システムが停止", bot.CauseBacklog: "Backlog に接続できない状態", bot.CauseStopped: "担当者が自動のご連絡を停止"}

// mostLate is how many late notices are told one by one.
const mostLate = 30

// Tell puts into the facts of a month how Toban itself did up to their closing: its downtimes, the notices that it sent late, and the cause
// of a round of interim updates that fell into a downtime, where people recorded none.
func (s Service) Tell(f *report.Facts) {
	for _, d := range s.Down {
		if !d.From.Before(f.Cutoff) || !d.To.After(f.Period.Start) {
			continue
		}
		f.Downtimes = append(f.Downtimes, report.Note{
			Text: fmt.Sprintf("%s 〜 %s(%s) %s", bot.ShortWhen(d.From, f.Zone), bot.ShortWhen(d.To, f.Zone), bot.Lasting(d.To.Sub(d.From).Round(time.Minute)), downWords[d.Cause]),
		})
	}
	told, left := 0, 0
	for _, l := range s.Late {
		if l.Out.Before(f.Period.Start) || !l.Out.Before(f.Cutoff) {
			continue
		}
		if told++; told > mostLate {
			left++
			continue
		}
		why := ""
		if words := l.Cause.Words("ja"); words != "" {
			why = "(" + words + ")"
		}
		note := report.Note{Text: fmt.Sprintf("%s のご連絡を %s にお送りしました%s", bot.ShortWhen(l.Due, f.Zone), bot.ShortWhen(l.Out, f.Zone), why)}
		if l.Key != "" {
			note.Keys = []string{l.Key}
		}
		f.LateNotices = append(f.LateNotices, note)
	}
	if left > 0 {
		f.LateNotices = append(f.LateNotices, report.Note{Text: fmt.Sprintf("ほか %d 件", left)})
	}
	for i := range f.Incidents {
		for j := range f.Incidents[i].Rounds {
			r := &f.Incidents[i].Rounds[j]
			if r.Cause == "" && r.State == report.Missed {
				r.Cause = s.at(r.Due).Words("ja")
			}
		}
	}
}

// at is what was down at an instant; "" when nothing was.
func (s Service) at(t time.Time) bot.Cause {
	for _, d := range s.Down {
		if !t.Before(d.From) && t.Before(d.To) {
			return d.Cause
		}
	}
	return ""
}

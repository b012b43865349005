package slack

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/bot/slack/view"
)

// Works lists scheduled work of a customer, of all of them when customer is "": all but that of tickets which ended before since.
type Works func(ctx context.Context, customer string, since time.Time) ([]bot.ScheduledWork, error)

const (
	mostWorks   = 20
	worksBehind = 24 * time.Hour // how long work that is over is still shown
)

// scheduleVerbs show the change schedule.
func (s *Slack) scheduleVerbs() []verb {
	if s.c.Works == nil {
		return nil
	}
	return []verb{{name: "schedule", usage: "schedule [顧客ID|all]", summary: "これからの作業と作業中のものを表示します", run: s.schedule}}
}

// schedule shows the work of the customer who is named or whose channel it is, else of all.
func (s *Slack) schedule(ctx context.Context, c command, args []string) string {
	dir := s.c.Directory().Within(c.ChannelID)
	p, ok := dir.BySlack(c.UserID)
	if !ok {
		return unknownUser(c.UserID)
	}
	dir = dir.For(p)
	customer := ""
	if len(args) < 2 || args[1] != everything {
		var why string
		if customer, why = s.named(dir, c.ChannelID, args); why != "" {
			return why
		}
	}
	ctx, cancel := context.WithTimeout(ctx, actWithin)
	defer cancel()
	now := s.c.Clock.Now()
	list, err := s.c.Works(ctx, customer, now.Add(-worksBehind))
	if err != nil {
		s.c.Logger.Error("reading the change schedule", "customer", customer, "error", err)
		return officeAway
	}
	// What is over, or was called off, goes a day after its time; what runs is always there.
	list = slices.DeleteFunc(slices.Clone(list), func(w bot.ScheduledWork) bool {
		over := w.Off() || w.State == bot.WorkDone
		_, shown := dir.Customer(w.Customer)
		return customer != "" && w.Customer != customer || !shown || over && w.End.Before(now.Add(-worksBehind))
	})
	slices.SortStableFunc(list, func(a, b bot.ScheduledWork) int { return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Key, b.Key)) })
	whose := "全顧客"
	if len(dir.Customers) == 1 && customer == "" {
		customer = dir.Customers[0].ID
	}
	if x, ok := dir.Customer(customer); ok {
		whose = x.Name
	}
	if len(list) == 0 {
		return "作業予定(" + whose + "): ありません。"
	}
	var b strings.Builder
	b.WriteString("作業予定(" + whose + "):\n")
	for i, w := range list {
		if i == mostWorks {
			b.WriteString("ほかにもあります。顧客IDを付けて絞り込んでください。")
			break
		}
		b.WriteString("・" + workLine(dir, w, customer == "") + "\n")
	}
	return strings.TrimSpace(b.String())
}

// workLine is scheduled work in plain words.
func workLine(dir *bot.Directory, w bot.ScheduledWork, named bool) string {
	const most = 60
	c, _ := dir.Customer(w.Customer)
	what := view.Line(w.What)
	if r := []rune(what); len(r) > most {
		what = string(r[:most]) + "…"
	}
	text := bot.Span(w.Start, w.End, zoneOf(dir, c), "ja") + " " + w.Key + " " + what
	if w.Host != "" {
		text += "(" + view.Line(w.Host) + ")"
	}
	if named && c != nil {
		text += " " + c.Name
	}
	text += " — " + workWords[w.State]
	if w.Internal {
		text += "(お客様には見せていません)"
	}
	if w.Person != "" {
		text += "、担当 " + w.Person
	}
	return text
}

var workWords = map[bot.WorkState]string{
	bot.WorkProposed: "承認・同意待ち", bot.WorkPlanned: "予定", bot.WorkStopped: "中止(日程調整中)", bot.WorkRunning: "作業中", bot.WorkDone: "完了", bot.WorkCancelled: "取りやめ",
}

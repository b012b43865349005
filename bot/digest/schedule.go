package digest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"toban/bot"
	"toban/report/text"
)

// scheduleKeys begins the keys of effects that write a page of the change schedule.
const scheduleKeys = "schedule:"

// scheduleKept is how long work that is over stays on the page.
const scheduleKept = 30 * 24 * time.Hour

// publishSchedule writes the page of a customer's change schedule as it stands now.
func (p *Publisher) publishSchedule(ctx context.Context, customer string, refs map[string]string) (bot.Sent, error) {
	c, ok := p.Directory().Customer(customer)
	if !ok || c.SchedulePage == "" || len(c.Projects) == 0 {
		return bot.Sent{Verified: true, At: p.Clock.Now(), Why: "no page of the change schedule is wanted any more"}, nil
	}
	works, err := p.Records.Works(ctx, customer, p.Clock.Now().Add(-scheduleKept))
	if err != nil {
		return bot.Sent{}, err
	}
	return p.putPage(ctx, c, c.SchedulePage, SchedulePage(c, works), refs)
}

// putPage writes a page that stands by itself into the first project of a customer, by the text rule of that project.
func (p *Publisher) putPage(ctx context.Context, c *bot.Customer, page string, doc text.Doc, refs map[string]string) (bot.Sent, error) {
	project := c.Projects[0]
	rule, err := p.rule(ctx, c.Space, project)
	if err != nil {
		return bot.Sent{}, err
	}
	return p.put(ctx, c, project, page, text.RenderWithin(rule, doc, text.PageLimit), refs)
}

// rule is how a project's wiki is written.
func (p *Publisher) rule(ctx context.Context, space, project string) (text.Rule, error) {
	name, err := p.Rule(ctx, space, project)
	if err != nil {
		return "", fmt.Errorf("reading the text rule of %s: %w", project, err)
	}
	rule, err := text.ParseRule(name)
	if err != nil {
		return "", bot.Permanent(err)
	}
	return rule, nil
}

// SchedulePage is the change schedule of one customer as a page: what is planned or runs, then what is over or does not take place, the
// newest first. It says nothing of work that the customer does not know of, nor when it was written, so that the same schedule is the same page.
func SchedulePage(c *bot.Customer, works []bot.ScheduledWork) text.Doc {
	w := wordsOf(c.Lang)
	works = slices.DeleteFunc(slices.Clone(works), func(x bot.ScheduledWork) bool { return x.Internal || x.Customer != c.ID })
	slices.SortFunc(works, func(a, b bot.ScheduledWork) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Key, b.Key))
	})
	table := func(ahead bool) text.Block {
		t := text.Table{Head: []string{w.when, w.what, w.host, w.state, w.person, w.ticket}, RowHead: true}
		list := works
		if !ahead {
			list = slices.Clone(works)
			slices.Reverse(list)
		}
		for _, x := range list {
			if over := x.Off() || x.State == bot.WorkDone; over == ahead {
				continue
			}
			from, until := x.Start, x.End
			if x.State == bot.WorkDone && !x.Began.IsZero() && x.Finished.After(x.Began) { // as it was
				from, until = x.Began, x.Finished
			}
			t.Rows = append(t.Rows, []text.Line{
				text.Cell(bot.Span(from, until, c.Zone, c.Lang)), text.Cell(x.What), text.Cell(cmp.Or(x.Host, "–")), text.Cell(w.states[x.State]),
				text.Cell(cmp.Or(x.Person, "–")),
				{text.Issue(x.Key)},
			})
		}
		if len(t.Rows) == 0 {
			return text.Lines(w.none)
		}
		return t
	}
	return text.Doc{
		text.Lines(w.intro),
		text.Heading{Level: 2, Text: w.ahead},
		table(true),
		text.Heading{Level: 2, Text: w.over},
		table(false),
	}
}

// scheduleWords are what the page says.
type scheduleWords struct {
	intro, ahead, over, none                string
	when, what, host, state, person, ticket string
	states                                  map[bot.WorkState]string
}

func wordsOf(lang string) scheduleWords {
	if lang == "en" {
		return scheduleWords{
			intro: "Planned work and its state. This page is written by the service desk's system; details are on each ticket.",
			ahead: "Planned and running", over: "Past and cancelled", none: "None.",
			when: "When", what: "Work", host: "Target", state: "State", person: "In charge", ticket: "Ticket",
			states: map[bot.WorkState]string{
				bot.WorkProposed: "Awaiting your agreement", bot.WorkPlanned: "Planned", bot.WorkRunning: "In progress", bot.WorkDone: "Done",
				bot.WorkStopped: "Postponed", bot.WorkCancelled: "Cancelled",
			},
		}
	}
	return scheduleWords{
		intro: "予定している作業とその状況です。このページは自動で更新されます。詳細は各課題をご覧ください。",
		ahead: "予定・作業中", over: "終了・取りやめ", none: "ありません。",
		when: "日時", what: "作業", host: "対象", state: "状況", person: "担当", ticket: "課題",
		states: map[bot.WorkState]string{
			bot.WorkProposed: "ご同意待ち", bot.WorkPlanned: "予定", bot.WorkRunning: "作業中", bot.WorkDone: "完了",
			bot.WorkStopped: "延期(日程調整中)", bot.WorkCancelled: "取りやめ",
		},
	}
}

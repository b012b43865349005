package digest

import (
	"fmt"
	"strings"
	"time"

	"toban/bot"
)

// Name is the feature's name and the first part of its schedules' names.
const Name = "digest"

// Digest asks for reports when their schedules are due.
type Digest struct{}

// New makes the feature.
func New() *Digest { return &Digest{} }

// Name implements bot.Handler.
func (*Digest) Name() string { return Name }

// Schedules lists the due moments of a customer: the last month's report on the first of each month, and the running month's page
// every evening.
func Schedules(c *bot.Customer, now time.Time, next func(spec, zone string, t time.Time) (time.Time, error)) ([]bot.Schedule, error) {
	var out []bot.Schedule
	for _, s := range []struct{ what, spec string }{{"last", "0 9 1 * *"}, {"running", "30 19 * * *"}} {
		at, err := next(s.spec, c.Zone.String(), now)
		if err != nil {
			return nil, fmt.Errorf("scheduling reports of %s: %w", c.ID, err)
		}
		out = append(out, bot.Schedule{Name: Name + "/" + s.what + "/" + c.ID, Spec: s.spec, Zone: c.Zone.String(), Next: at, Catchup: bot.CatchupLatest})
	}
	return out, nil
}

// Handle implements bot.Handler.
func (*Digest) Handle(in bot.In) (bot.Output, error) {
	switch in.Event.Kind {
	case bot.EventScheduleDue:
		return due(in)
	case bot.EventEffectDone, bot.EventEffectDead:
		return ended(in)
	default:
		return bot.Output{}, nil
	}
}

// ended tells staff of a report that was not written as it should be: a person changed the page, or it could not be written at all.
func ended(in bot.In) (bot.Output, error) {
	var r bot.EffectResult
	if err := in.Event.Decode(&r); err != nil {
		return bot.Output{}, err
	}
	c, ok := in.Dir.Customer(strings.TrimPrefix(string(r.Ticket), string(RefsOf(""))))
	if r.Kind != bot.EffectReport || r.Verified || !ok {
		return bot.Output{}, nil
	}
	what := "月次報告"
	if strings.HasPrefix(r.Key, scheduleKeys) {
		what = "作業予定"
	}
	text := what + "のページを確認してください。人が変更したページは上書きせず、新しい内容を別のページに置きました(" + r.Why + ")"
	if in.Event.Kind == bot.EventEffectDead {
		text = what + "を書けませんでした: " + r.Why
	}
	p := bot.Post{Channel: c.Channel, Text: text}
	if m, ok := in.Dir.Person(c.Timing.ManagerPerson); ok && m.SlackUser != "" {
		p.Mention = []string{m.SlackUser}
	}
	e := bot.MakeEffect(bot.EffectPost, bot.Notice, r.Key+":told", nil, p)
	e.Customer = c.ID
	return bot.Output{Effects: []bot.Effect{e}, Reasons: []bot.Reason{{What: "asked a person about the report of " + c.ID, Why: r.Why}}}, nil
}

func due(in bot.In) (bot.Output, error) {
	var due bot.ScheduleDue
	if err := in.Event.Decode(&due); err != nil {
		return bot.Output{}, err
	}
	what, customer, ok := strings.Cut(strings.TrimPrefix(due.Name, Name+"/"), "/")
	if !strings.HasPrefix(due.Name, Name+"/") || !ok {
		return bot.Output{}, nil
	}
	c, ok := in.Dir.Customer(customer)
	if !ok {
		return bot.Output{Reasons: []bot.Reason{{What: "left a report unwritten", Why: "customer " + customer + " is in no file any more"}}}, nil
	}
	day := due.Due.In(c.Zone)
	if what == "last" {
		day = time.Date(day.Year(), day.Month(), 1, 0, 0, 0, 0, c.Zone).AddDate(0, 0, -1)
	}
	e := Request(c, day.Format("2006-01"), fmt.Sprintf("report:%s:%s:%d", c.ID, what, due.Due.Unix()))
	return bot.Output{Effects: []bot.Effect{e}, Reasons: []bot.Reason{{What: "asked for the report of " + c.ID, Why: "its schedule " + due.Name + " is due"}}}, nil
}

// Request is the effect that publishes a month's report. Its references, the pages that were written, hang on a ticket id of its own.
func Request(c *bot.Customer, month, key string) bot.Effect {
	e := bot.MakeEffect(bot.EffectReport, bot.Cosmetic, key, nil, bot.ReportRequest{Customer: c.ID, Month: month})
	e.Ticket, e.Customer, e.Report = RefsOf(c.ID), c.ID, true
	return e
}

// RefsOf is the id under which the references of a customer's report pages are kept.
func RefsOf(customer string) bot.TicketID { return bot.ReportRefs(customer) }

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

// Schedules lists the due moments of a customer: the last month's report on the first of each month, and every evening the running month's
// page, with that of the last month while it is reviewed.
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
	if r.Kind != bot.EffectReport || !ok {
		return bot.Output{}, nil
	}
	out := bot.Output{}
	if r.Outcome != "" {
		tell(&out, in, c, c.Timing.ReviewPerson, r.Key+":review", r.Outcome)
		out.Reasons = append(out.Reasons, bot.Reason{What: "told who reviews the report of " + c.ID, Why: r.RemoteID})
	}
	if r.Verified {
		return out, nil
	}
	what := "月次報告"
	if strings.HasPrefix(r.Key, scheduleKeys) {
		what = "作業予定"
	}
	text := what + "のページを確認してください。人が変更したページは上書きせず、新しい内容を別のページに置きました(" + r.Why + ")"
	if in.Event.Kind == bot.EventEffectDead {
		text = what + "を書けませんでした: " + r.Why
	}
	tell(&out, in, c, c.Timing.ManagerPerson, r.Key+":told", text)
	out.Reasons = append(out.Reasons, bot.Reason{What: "asked a person about the report of " + c.ID, Why: r.Why})
	return out, nil
}

// tell says something in the customer's channel to a person.
func tell(out *bot.Output, in bot.In, c *bot.Customer, person, key, text string) {
	p := bot.Post{Channel: c.Channel, Text: text}
	if m, ok := in.Dir.Person(person); ok && m.SlackUser != "" {
		p.Mention = []string{m.SlackUser}
	}
	e := bot.MakeEffect(bot.EffectPost, bot.Notice, key, nil, p)
	e.Customer = c.ID
	out.Effects = append(out.Effects, e)
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
	if c.Unreported {
		return bot.Output{Reasons: []bot.Reason{{What: "left a report unwritten", Why: "the contract of " + customer + " has none (report.monthly)"}}}, nil
	}
	day := due.Due.In(c.Zone)
	if what == "last" {
		day = time.Date(day.Year(), day.Month(), 1, 0, 0, 0, 0, c.Zone).AddDate(0, 0, -1)
	}
	out := bot.Output{Reasons: []bot.Reason{{What: "asked for the report of " + c.ID, Why: "its schedule " + due.Name + " is due"}}}
	out.Effects = append(out.Effects, Request(c, day.Format("2006-01"), fmt.Sprintf("report:%s:%s:%d", c.ID, what, due.Due.Unix())))
	if what == "running" && day.Day() <= reviewDays {
		last := time.Date(day.Year(), day.Month(), 0, 0, 0, 0, 0, c.Zone)
		out.Effects = append(out.Effects, request(c, bot.ReportRequest{Customer: c.ID, Month: last.Format("2006-01"), What: bot.ReportAgain}, fmt.Sprintf("report:%s:draft:%d", c.ID, due.Due.Unix())))
	}
	return out, nil
}

// reviewDays is how long into a month the report of the month before is written anew each evening: until it is final it follows the causes
// that people record, afterwards it is looked at for what turned out otherwise.
const reviewDays = 20

// Request is the effect that publishes a month's report. Its references, the pages that were written, hang on a ticket id of its own.
func Request(c *bot.Customer, month, key string) bot.Effect {
	return request(c, bot.ReportRequest{Customer: c.ID, Month: month}, key)
}

func request(c *bot.Customer, r bot.ReportRequest, key string) bot.Effect {
	e := bot.MakeEffect(bot.EffectReport, bot.Cosmetic, key, nil, r)
	e.Ticket, e.Customer, e.Report = RefsOf(c.ID), c.ID, true
	return e
}

// RefsOf is the id under which the references of a customer's report pages are kept.
func RefsOf(customer string) bot.TicketID { return bot.ReportRefs(customer) }

package digest

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"time"

	"toban/bot"
	"toban/report"
	"toban/report/nodes"
	"toban/report/text"
	"toban/sla"
)

// Records is what the publisher reads of the database.
type Records interface {
	// Cases lists a customer's tickets in the order in which they came: the first of all, and those that matter since an instant, see [Matters].
	Cases(ctx context.Context, customer string, since time.Time) ([]Case, error)
	// Service tells how Toban itself did between two instants of world time.
	Service(ctx context.Context, c *bot.Customer, from, to time.Time) (Service, error)
	// Works lists a customer's scheduled work, all but what ended before since.
	Works(ctx context.Context, customer string, since time.Time) ([]bot.ScheduledWork, error)
	// Changes lists what work changed of a customer's managed resources, the oldest first.
	Changes(ctx context.Context, customer string) ([]bot.ResourceChange, error)
	// Stock tells what a customer's contract counts beside promises, in a month.
	Stock(ctx context.Context, c *bot.Customer, p report.Period) (Stock, error)
}

// Publisher writes reports to the wiki. It implements bot.Sender for report.publish; a repeat finds the pages by name and content.
type Publisher struct {
	Records   Records
	Pages     bot.Sender // carries out backlog.wiki: the tracker
	Rule      func(ctx context.Context, space, project string) (string, error)
	Directory func() *bot.Directory
	Nodes     func(customer string) (nodes.Rule, bool) // by which a contract counts nodes; nil when none does
	Clock     bot.Clock
}

// Send implements bot.Sender.
func (p *Publisher) Send(ctx context.Context, a bot.Attempt) (bot.Sent, error) {
	var req bot.ReportRequest
	if err := a.Effect.Decode(&req); err != nil {
		return bot.Sent{}, bot.Permanent(err)
	}
	if req.What == bot.ReportSchedule {
		return p.publishSchedule(ctx, req.Customer, a.Refs)
	}
	if req.What == bot.ReportResources {
		return p.publishResources(ctx, req.Customer, a.Refs)
	}
	if req.What == bot.ReportAgain && !written(req, a.Refs) {
		return bot.Sent{Verified: true, At: p.Clock.Now(), Why: "the month has no report to review"}, nil
	}
	res, err := p.Publish(ctx, req.Customer, req.Month, a.Refs)
	if err != nil {
		return bot.Sent{}, err
	}
	tell, err := p.review(req, res, a.Refs)
	if err != nil {
		return bot.Sent{}, bot.Permanent(err)
	}
	return bot.Sent{RemoteID: res.Page, At: p.Clock.Now(), Verified: res.Verified, Why: res.Why, Refs: res.Refs, Outcome: tell}, nil
}

// Published is what a publishing did.
type Published struct {
	Page     string            `json:"page"`    // name of the month's page
	Details  string            `json:"details"` // name of its child page
	Verified bool              `json:"written"` // both pages say what the report says
	Why      string            `json:"note,omitempty"`
	Refs     map[string]string `json:"-"` // references to keep
	Figures  report.Figures    `json:"-"`
	Facts    report.Facts      `json:"-"`
	// Corrections are judgements of a closed month that would be others today; its pages keep those of the day on which it was closed.
	Corrections []sla.Correction `json:"corrections,omitempty"`

	names map[string]string // of promises, by KEY/CLOCK
}

// Publish writes a customer's month. refs are the references of earlier writings.
func (p *Publisher) Publish(ctx context.Context, customer, month string, refs map[string]string) (Published, error) {
	dir := p.Directory()
	c, ok := dir.Customer(customer)
	if !ok {
		return Published{}, bot.Permanent(fmt.Errorf("publishing report: no customer %q is configured", customer))
	}
	period, err := report.Parse(month, c.Zone)
	if err != nil {
		return Published{}, bot.Permanent(err)
	}
	cases, err := p.Records.Cases(ctx, customer, trendStart(period))
	if err != nil {
		return Published{}, err
	}
	names := clockNames(cases)
	all := cases
	cases, corrections, closed, err := settle(c, period, month, cases, refs)
	if err != nil {
		return Published{}, bot.Permanent(err)
	}
	facts := Collect(c, dir, period, cases, p.Clock.Now())
	service, err := p.Records.Service(ctx, c, period.Start, facts.Cutoff)
	if err != nil {
		return Published{}, err
	}
	service.Tell(&facts)
	if err := p.tellStock(ctx, c, &facts); err != nil {
		return Published{}, err
	}
	if err := p.outlook(ctx, c, &facts); err != nil {
		return Published{}, err
	}
	if facts.History, err = history(c, dir, period, all, p.Clock.Now(), refs); err != nil {
		return Published{}, bot.Permanent(err)
	}
	if facts.Edition, err = edition(c, period, month, names, refs); err != nil {
		return Published{}, bot.Permanent(err)
	}
	revised := strconv.Itoa(facts.Edition.Revision)
	figures := report.Measure(facts)
	page, details := report.MonthlyPage(facts, figures)
	out := Published{Page: report.PageName(period), Details: report.DetailsName(period), Verified: true, Refs: map[string]string{}, Figures: figures, Facts: facts, Corrections: corrections, names: names}
	if is := refs[writtenName(month)]; closed && (is == revised || is == "yes" && facts.Edition.Revision == 1) { // "yes" as earlier versions wrote it
		return out, nil // its pages stay as they were when it was closed
	}
	rule, err := p.rule(ctx, c.Space, facts.ProjectKey)
	if err != nil {
		return out, err
	}
	// The child page first: the month's page links to it.
	for _, w := range []struct {
		name string
		doc  text.Doc
	}{{out.Details, details}, {out.Page, page}} {
		sent, err := p.put(ctx, c, facts.ProjectKey, w.name, text.RenderWithin(rule, w.doc, text.PageLimit), refs)
		if err != nil {
			return out, err
		}
		maps.Copy(out.Refs, sent.Refs)
		if !sent.Verified && sent.Why != "" {
			out.Verified = false
		}
		if sent.Why != "" {
			out.Why += w.name + ": " + sent.Why + ". "
		}
	}
	if closed {
		out.Refs[writtenName(month)] = revised
	}
	return out, nil
}

func (p *Publisher) put(ctx context.Context, c *bot.Customer, project, name, content string, refs map[string]string) (bot.Sent, error) {
	e := bot.MakeEffect(bot.EffectWiki, bot.Cosmetic, "wiki:"+c.ID+":"+name, nil, bot.WikiPage{
		Space: c.Space, Project: project, Name: name, Content: content, Notify: c.Channel,
	})
	sent, err := p.Pages.Send(ctx, bot.Attempt{Effect: e, Number: 1, Look: true, First: p.Clock.Now(), Refs: refs})
	if err != nil {
		return bot.Sent{}, fmt.Errorf("writing page %s: %w", name, err)
	}
	return sent, nil
}

func (p *Publisher) tellStock(ctx context.Context, c *bot.Customer, f *report.Facts) error {
	stock, err := p.Records.Stock(ctx, c, f.Period)
	if err != nil {
		return err
	}
	var rule *nodes.Rule
	if p.Nodes != nil {
		if r, ok := p.Nodes(c.ID); ok {
			rule = &r
		}
	}
	stock.Tell(c, rule, f)
	return nil
}

package digest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"toban/bot"
	"toban/report"
)

// trend is how many months before a report's own its trend shows.
const trend = 12

// history measures the months before a report's, from the first with a ticket on: a closed month by what it was closed with.
func history(c *bot.Customer, dir *bot.Directory, p report.Period, all []Case, now time.Time, refs map[string]string) ([]report.MonthRate, error) {
	first := p.Start
	for _, k := range all {
		if !k.Ticket.Received.IsZero() && k.Ticket.Received.Before(first) {
			first = k.Ticket.Received
		}
	}
	var out []report.MonthRate
	for month := monthBefore(p); len(out) < trend && month.End.After(first); month = monthBefore(month) {
		cases, _, _, err := settle(c, month, month.String(), all, refs)
		if err != nil {
			return nil, err
		}
		out = append(out, report.MonthRate{Month: month.String(), Rate: report.Measure(Collect(c, dir, month, cases, now)).Total.Rate()})
	}
	slices.Reverse(out)
	return out, nil
}

// trendStart is the beginning of the first month that a report's trend shows.
func trendStart(p report.Period) time.Time {
	return report.Month(p.Start.Year(), p.Start.Month()-trend, p.Start.Location()).Start
}

// monthBefore is the month before a period.
func monthBefore(p report.Period) report.Period {
	return report.Month(p.Start.Year(), p.Start.Month()-1, p.Start.Location())
}

// outlook tells what the customer has to decide, and what is planned after the period.
func (p *Publisher) outlook(ctx context.Context, c *bot.Customer, f *report.Facts) error {
	works, err := p.Records.Works(ctx, c.ID, f.Period.Start)
	if err != nil {
		return err
	}
	works = slices.DeleteFunc(slices.Clone(works), func(w bot.ScheduledWork) bool { return w.Internal || w.Off() || w.Customer != c.ID })
	slices.SortStableFunc(works, func(a, b bot.ScheduledWork) int { return a.Start.Compare(b.Start) })
	next := report.Month(f.Period.Start.Year(), f.Period.Start.Month()+1, f.Period.Start.Location())
	for _, w := range works {
		line := fmt.Sprintf("%s %s", bot.Span(w.Start, w.End, c.Zone, "ja"), strings.TrimSpace(w.What))
		if w.State == bot.WorkProposed && w.Changed.Before(f.Period.End) {
			f.Decisions = append(f.Decisions, report.Note{Text: "作業計画へのご同意: " + line, Keys: []string{w.Key}})
		}
		if next.Contains(w.Start) {
			f.Plans = append(f.Plans, report.Note{Text: line, Keys: []string{w.Key}})
		}
	}
	return nil
}

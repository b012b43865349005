package digest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"toban/bot"
	"toban/report"
	"toban/sla"
)

// Why a month can't be closed.
var (
	ErrNotOver = errors.New("is not over")
	ErrClosed  = errors.New("was closed")
)

// sealName is the reference under which a closed month is kept, beside those of its pages.
func sealName(month string) string { return "seal:" + month }

// writtenName is the reference that says that the pages of a closed month are written.
func writtenName(month string) string { return "sealed-pages:" + month }

// sealed returns the closed month, if it is closed.
func sealed(refs map[string]string, month string) (sla.Seal, bool, error) {
	text, ok := refs[sealName(month)]
	if !ok {
		return sla.Seal{}, false, nil
	}
	var s sla.Seal
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return s, false, fmt.Errorf("reading the seal of %s: %w", month, err)
	}
	return s, true, nil
}

// sum brings together what the records say of a month now. causes name, by issue key and clock as KEY/CLOCK, why a promise was missed.
func sum(c *bot.Customer, p report.Period, month string, cases []Case, causes map[string]string) (sla.Seal, error) {
	var rows []sla.Judged
	facts := map[string][]bot.Entry{}
	for _, k := range cases {
		facts[k.Ticket.Key] = k.Ticket.Entries
		for _, r := range k.Clocks {
			j := sla.Judged{Ticket: k.Ticket.Key, Clock: r.ID, Level: r.Level, State: r.State, Start: r.Start, Due: r.Due, Stopped: r.Stopped, Cause: r.Cause, Measure: r.Measure}
			if cause := causes[j.Ticket+"/"+j.Clock]; cause != "" {
				j.Cause = cause
			}
			rows = append(rows, j)
		}
	}
	return sla.Sum(month, sla.Span{From: p.Start, To: p.End}, c.PolicyAt(p.Start), rows, facts)
}

// Close makes the report of a month final: its judgements stay as they are from then on. It fails while a missed promise has no cause. A
// month that is closed gets another revision, if something turned out otherwise since the last one; it fails when nothing did. The one
// reference that it returns is to be kept, unless another of its name was kept first.
func (p *Publisher) Close(ctx context.Context, customer, month, by string, causes, refs map[string]string) (map[string]string, error) {
	c, ok := p.Directory().Customer(customer)
	if !ok {
		return nil, fmt.Errorf("closing month: no customer %q is configured", customer)
	}
	period, err := report.Parse(month, c.Zone)
	if err != nil {
		return nil, err
	}
	if p.Clock.Now().Before(period.End) {
		return nil, fmt.Errorf("closing month: %s %w", month, ErrNotOver)
	}
	cases, err := p.Records.Cases(ctx, customer, period.Start)
	if err != nil {
		return nil, err
	}
	kept, closed, err := sealed(refs, month)
	if err != nil {
		return nil, err
	}
	s, err := sum(c, period, month, cases, withCauses(kept, causes))
	if err != nil {
		return nil, err
	}
	for name := range causes {
		if !slices.ContainsFunc(s.Rows, func(r sla.Judged) bool { return r.Ticket+"/"+r.Clock == name }) {
			return nil, fmt.Errorf("closing month: cause of %q: no such clock was judged in %s; want KEY/CLOCK", name, month)
		}
	}
	if closed {
		return p.revise(c, kept, s, by, refs)
	}
	if s, err = s.Close(by, p.Clock.Now()); err != nil {
		return nil, err
	}
	data, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("keeping the seal of %s: %w", month, err)
	}
	return map[string]string{sealName(month): string(data)}, nil
}

// asSealed shows the records of a closed month as they were when it was closed.
func asSealed(s sla.Seal, p report.Period, cases []Case) []Case {
	kept := map[string]sla.Judged{}
	for _, r := range s.Rows {
		kept[r.Ticket+"/"+r.Clock] = r
	}
	out := slices.Clone(cases)
	for i := range out {
		var rows []bot.ClockRow
		for _, r := range out[i].Clocks {
			was, ok := kept[out[i].Ticket.Key+"/"+r.ID]
			known := sla.Cycle{State: r.State, Due: r.Due, Stopped: r.Stopped}.KnownAt()
			switch {
			case ok:
				r.Level, r.State, r.Start, r.Due, r.Stopped, r.Cause, r.Measure = was.Level, was.State, was.Start, was.Due, was.Stopped, was.Cause, was.Measure
			case !known.IsZero() && !known.Before(p.Start) && known.Before(p.End):
				continue // known only afterwards: a correction
			}
			rows = append(rows, r)
		}
		out[i].Clocks = rows
	}
	return out
}

// withCauses adds to causes those that a closed month holds, by KEY/CLOCK.
func withCauses(kept sla.Seal, causes map[string]string) map[string]string {
	out := map[string]string{}
	for _, r := range kept.Rows {
		out[r.Ticket+"/"+r.Clock] = r.Cause
	}
	maps.Copy(out, causes)
	return out
}

// settle puts a closed month's own judgements in the place of what the records say now, and names the differences.
func settle(c *bot.Customer, p report.Period, month string, cases []Case, refs map[string]string) (_ []Case, _ []sla.Correction, closed bool, err error) {
	s, closed, err := sealed(refs, month)
	if err != nil || !closed {
		return cases, nil, false, err
	}
	now, err := sum(c, p, month, cases, withCauses(s, nil))
	if err != nil {
		return cases, nil, false, err
	}
	return asSealed(s, p, cases), s.Corrections(now), true, nil
}

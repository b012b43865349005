package digest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"toban/bot"
	"toban/report"
	"toban/sla"
)

// revision is a final report after the first: what was corrected, when and by whom. The judgements of the first stay.
type revision struct {
	N           int              `json:"n"`
	At          time.Time        `json:"at"`
	By          string           `json:"by"`
	Corrections []sla.Correction `json:"corrections"`
}

// revisionName is the reference under which a revision is kept.
func revisionName(month string, n int) string { return fmt.Sprintf("revision:%s:%d", month, n) }

// revisions are those of a closed month after the first, the oldest first.
func revisions(refs map[string]string, month string) ([]revision, error) {
	var out []revision
	for n := 2; ; n++ {
		text, ok := refs[revisionName(month, n)]
		if !ok {
			return out, nil
		}
		var r revision
		if err := json.Unmarshal([]byte(text), &r); err != nil {
			return nil, fmt.Errorf("reading revision %d of %s: %w", n, month, err)
		}
		out = append(out, r)
	}
}

// unsaid reports whether no revision says these corrections yet.
func unsaid(known []revision, corrections []sla.Correction) (bool, error) {
	if len(known) == 0 {
		return len(corrections) > 0, nil
	}
	is, err := json.Marshal(corrections)
	if err != nil {
		return false, fmt.Errorf("comparing corrections: %w", err)
	}
	was, err := json.Marshal(known[len(known)-1].Corrections)
	if err != nil {
		return false, fmt.Errorf("comparing corrections: %w", err)
	}
	return !bytes.Equal(is, was), nil
}

// revise makes another revision of a closed month; now is the month as it would be judged today.
func (p *Publisher) revise(c *bot.Customer, kept, now sla.Seal, by string, refs map[string]string) (map[string]string, error) {
	known, err := revisions(refs, kept.Month)
	if err != nil {
		return nil, err
	}
	corrections := kept.Corrections(now)
	fresh, err := unsaid(known, corrections)
	if err != nil {
		return nil, err
	}
	if !fresh {
		return nil, fmt.Errorf("closing month: %s %w at %s by %s", kept.Month, ErrClosed, kept.At.In(c.Zone).Format("2006-01-02 15:04"), kept.By)
	}
	if _, err := now.Close(by, p.Clock.Now()); err != nil { // a miss that is known only now needs its cause, too
		return nil, err
	}
	r := revision{N: len(known) + 2, At: p.Clock.Now(), By: by, Corrections: corrections}
	data, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("keeping revision %d of %s: %w", r.N, kept.Month, err)
	}
	return map[string]string{revisionName(kept.Month, r.N): string(data)}, nil
}

// edition says how far the report of a month has come.
func edition(c *bot.Customer, period report.Period, month string, names, refs map[string]string) (report.Edition, error) {
	out := report.Edition{}
	out.Due, _ = Deadline(c, period)
	kept, closed, err := sealed(refs, month)
	if err != nil || !closed {
		return out, err
	}
	out.Revision, out.At, out.By = 1, kept.At, kept.By
	list, err := revisions(refs, month)
	if err != nil {
		return out, err
	}
	for _, r := range list {
		out.Revision, out.At, out.By = r.N, r.At, r.By
		said := report.Correction{Revision: r.N, At: r.At, By: r.By}
		for _, x := range r.Corrections {
			said.Notes = append(said.Notes, correctionNote(x, names, c.Zone))
		}
		out.Corrections = append(out.Corrections, said)
	}
	return out, nil
}

// clockNames are the names of promises by KEY/CLOCK.
func clockNames(cases []Case) map[string]string {
	out := map[string]string{}
	for _, k := range cases {
		for _, r := range k.Clocks {
			out[k.Ticket.Key+"/"+r.ID] = r.Name
		}
	}
	return out
}

// correctionNote tells a correction to the customer.
func correctionNote(x sla.Correction, names map[string]string, zone *time.Location) report.Note {
	of := x.Is
	if of.Ticket == "" {
		of = x.Was
	}
	name := names[of.Ticket+"/"+of.Clock]
	if name == "" {
		name = of.Clock
	}
	tell := func(j sla.Judged) string {
		if j.Ticket == "" {
			return "この月の判定なし"
		}
		text := sla.Verdict(j.State, j.Level, sla.Japanese)
		if !j.Due.IsZero() {
			text += "、期限 " + bot.ShortWhen(j.Due, zone)
		}
		if !j.Stopped.IsZero() {
			text += "、実績 " + bot.ShortWhen(j.Stopped, zone)
		}
		return text
	}
	return report.Note{Text: fmt.Sprintf("%s: %s → %s", name, tell(x.Was), tell(x.Is)), Keys: []string{of.Ticket}}
}

// promised is the id of the promise of a monthly report in the profiles.
const promised = "monthly_report"

// Deadline is until when a month's report is to be final, as the contract's policy promises it (spec/6-reports.md): the close of the 5th
// business day after it, the first counted as the 1st. It is false when nothing is promised.
func Deadline(c *bot.Customer, p report.Period) (time.Time, bool) {
	target, ok := c.PolicyAt(p.Start).Promise(promised)
	if !ok {
		return time.Time{}, false
	}
	at, err := sla.Due(target, c.CalendarAt(target.Calendar, p.Start), p.Start)
	return at, err == nil
}

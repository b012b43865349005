package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"toban/backlog/backlogsim"
	"toban/bot"
	"toban/bot/app"
	"toban/bot/digest"
	"toban/bot/replay"
	"toban/bot/store"
	"toban/report"
	"toban/sla"
)

func tokyoLocation() *time.Location {
	loc, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		return tokyoZone
	}
	return loc
}

func nothingStuck(m *month) []string {
	var out []string
	st, err := m.p.store.Status(m.t.Context(), time.Now())
	if err != nil {
		return []string{err.Error()}
	}
	if n := st.OpenEvents + st.WaitingEvents; n > 0 {
		out = append(out, fmt.Sprintf("%d events wait", n))
	}
	if n := st.OpenEffects + st.WaitingEffects; n > 0 {
		out = append(out, fmt.Sprintf("%d effects wait", n))
	}
	dead, err := m.p.store.DeadLetters(m.t.Context())
	if err != nil {
		return append(out, err.Error())
	}
	for _, d := range dead {
		gone := false
		for _, c := range m.cases {
			gone = gone || c.gone && (d.Ticket == string(c.ticketID()) || strings.Contains(d.What, string(c.ticketID())+":"))
		}
		if !gone {
			out = append(out, fmt.Sprintf("dead letter %s %s: %s", d.ID, d.What, d.Problem))
		}
	}
	return out
}

// decidedAgain decides again what was decided since the database is this one.
func decidedAgain(m *month) []string {
	var out []string
	handlers, dir, err := app.Offline(m.cfg)
	if err != nil {
		return []string{err.Error()}
	}
	r := replay.Replay{Handlers: handlers, Directory: dir, Differs: func(o replay.Otherwise) error {
		var b strings.Builder
		if len(out) < 5 {
			_ = o.Print(&b)
		}
		out = append(out, b.String())
		return nil
	}}
	if err := m.p.store.Recordings(m.t.Context(), time.Time{}, time.Time{}, "", func(x store.Recording) error { return r.Take(x.Customer, x.Body) }); err != nil {
		out = append(out, err.Error())
	}
	if r.Summary().Events == 0 {
		out = append(out, "nothing was recorded")
	}
	return out
}

// sums measures the month and counts it again by hand.
func sums(m *month) []string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	for _, d := range m.desks {
		cases, err := m.p.app.Publisher().Records.Cases(m.t.Context(), d.id, time.Time{})
		if err != nil {
			return []string{err.Error()}
		}
		c, _ := m.p.app.Directory().Customer(d.id)
		period := report.Month(2026, time.November, tokyoLocation())
		fig := report.Measure(digest.Collect(c, m.p.app.Directory(), period, cases, time.Now()))
		if f := fig.Flow; f.Start+f.New-f.Done != f.End {
			say("%s: %d + %d - %d is not %d", d.id, f.Start, f.New, f.Done, f.End)
		}
		opened, incidents, ended, met, missed := 0, 0, 0, 0, 0
		for _, k := range cases {
			if k.Ticket.Class == bot.ClassIncident {
				incidents++
			} else {
				opened++
				if k.Ticket.Status.Ended() && !k.Ticket.Ended.After(period.End) {
					ended++
				}
			}
			for _, row := range k.Clocks {
				known := row.Due
				if !row.Stopped.IsZero() && (row.Due.IsZero() || row.Stopped.Before(row.Due)) {
					known = row.Stopped
				}
				switch {
				case known.Before(period.Start) || !known.Before(period.End):
				case row.State == sla.StateMet:
					met++
				case row.State == sla.StateMissed:
					missed++
				}
			}
		}
		issues := 0
		for _, x := range m.cases {
			if x.d == d && !x.gone {
				issues++
			}
		}
		if opened+incidents < issues {
			say("%s: %d tickets of %d issues", d.id, opened+incidents, issues)
		}
		if fig.Flow.New != opened || fig.Flow.Start != 0 {
			say("%s: the report has %d new and %d old tickets, there are %d", d.id, fig.Flow.New, fig.Flow.Start, opened)
		}
		if fig.Flow.Done != ended {
			say("%s: the report has %d done, there are %d", d.id, fig.Flow.Done, ended)
		}
		if fig.Faults.Count != incidents {
			say("%s: the report has %d incidents, there are %d", d.id, fig.Faults.Count, incidents)
		}
		rows := report.Counts{}
		for _, r := range fig.Rows {
			rows.Met, rows.Missed = rows.Met+r.Met, rows.Missed+r.Missed
		}
		if rows.Met != met || rows.Missed != missed || fig.Total.Met != met || fig.Total.Missed != missed {
			say("%s: rows count %d met and %d missed, the total %d and %d, the promises are %d and %d", d.id, rows.Met, rows.Missed, fig.Total.Met, fig.Total.Missed, met, missed)
		}
	}
	return out
}

func pages(m *month) []string {
	var out []string
	for _, d := range m.desks {
		var list []struct {
			ID   int64
			Name string
		}
		if err := m.call(backlogsim.SampleAdminID, http.MethodGet, "/wikis", url.Values{"projectIdOrKey": {d.project}}, &list); err != nil {
			return append(out, err.Error())
		}
		content := map[string]string{}
		for _, p := range list {
			var page struct{ Content string }
			if err := m.call(backlogsim.SampleAdminID, http.MethodGet, fmt.Sprintf("/wikis/%d", p.ID), nil, &page); err != nil {
				return append(out, err.Error())
			}
			if _, twice := content[p.Name]; twice {
				out = append(out, d.id+" has the page "+p.Name+" twice")
			}
			content[p.Name] = page.Content
			for _, other := range m.desks {
				if other != d && (strings.Contains(page.Content, other.mark) || strings.Contains(page.Content, other.project+"-") || strings.Contains(page.Content, other.name)) {
					out = append(out, fmt.Sprintf("page %s of %s names %s", p.Name, d.id, other.id))
				}
			}
			for _, s := range secretsIn(page.Content) {
				out = append(out, fmt.Sprintf("page %s of %s holds %s", p.Name, d.id, s))
			}
		}
		if content["SLA/2026/2026-11"] == "" {
			out = append(out, d.id+" has no report of the month")
		}
		for _, c := range m.cases {
			if m.size.days == 30 && c.d == d && !c.gone && !strings.Contains(content["SLA/2026/2026-11/作業詳細"], c.key) {
				out = append(out, c.key+" is not among the details")
			}
		}
	}
	return out
}

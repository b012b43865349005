package digest_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/sla"
)

// TestOutlook: the trend has the months before, a closed one as it was closed; the customer sees which plans wait for an agreement and what comes
// next month, and nothing of plans that nobody has approved.
func TestOutlook(t *testing.T) {
	now := time.Date(2026, 11, 2, 9, 0, 0, 0, zone(t))
	list := month(t)
	for i, m := range []time.Month{10, 9} { // a miss in October, one kept in September
		k := list[0]
		ticket := *k.Ticket
		at := time.Date(2026, m, 5, 10, 0, 0, 0, zone(t))
		ticket.ID, ticket.Key, ticket.Received, ticket.Ended = bot.TicketID("demo/"+m.String()), "AOZORA-"+m.String(), at, at.Add(time.Hour)
		row := k.Clocks[0]
		row.Start, row.Due, row.Stopped = at, at.Add(33*time.Hour), at.Add(time.Hour)
		if i == 0 {
			row.State, row.Stopped = sla.StateMissed, at.Add(40*time.Hour)
		}
		k.Ticket, k.Clocks = &ticket, []bot.ClockRow{row}
		list = append(list, k)
	}
	w := &wiki{pages: map[string]string{}}
	p := publisher(t, w, &now, list)
	refs, err := p.Close(t.Context(), "aozora", "2026-10", "hanako", map[string]string{"AOZORA-October/complete": "部品待ち"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	list[1].Clocks[0].State = sla.StateMet // it would be judged otherwise today
	now = time.Date(2026, 11, 25, 9, 0, 0, 0, zone(t))
	plan := scheduled(t)
	for i := range 2 { // one the customer knows of, one not
		next := plan[0]
		next.Key, next.What, next.Start, next.End = "A-10", "12月の作業", plan[0].Start.AddDate(0, 0, 10), plan[0].End.AddDate(0, 0, 10)
		if i == 1 {
			next.Key, next.Internal, next.State = "A-11", true, bot.WorkProposed
		}
		plan = append(plan, next)
	}
	p.Records = works{cases: list, list: plan}
	done, err := p.Publish(t.Context(), "aozora", "2026-11", maps.Clone(refs))
	if err != nil {
		t.Fatal(err)
	}
	var rates []string
	for _, h := range done.Facts.History {
		rates = append(rates, h.Month+" "+h.Rate.String())
	}
	if got := strings.Join(rates, ", "); got != "2026-09 100.0%, 2026-10 0.0%" {
		t.Errorf("the trend is %s", got)
	}
	if d := done.Facts.Decisions; len(d) != 1 || d[0].Keys[0] != "A-2" || !strings.HasPrefix(d[0].Text, "作業計画へのご同意: 2026年11月25日(水) 10:00 〜 12:00 JST") {
		t.Errorf("to decide: %v", d)
	}
	if d := done.Facts.Plans; len(d) != 1 || d[0].Keys[0] != "A-10" || !strings.Contains(d[0].Text, "12月の作業") {
		t.Errorf("planned: %v", d)
	}
	if page := w.pages[done.Page]; !strings.Contains(page, "2026-10") || strings.Contains(page, "A-11") {
		t.Errorf("the page says\n%s", page)
	}
}

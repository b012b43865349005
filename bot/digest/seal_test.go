package digest_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"toban/bot"
	"toban/sla"
)

// TestClosedMonth: a closed month keeps its figures when a late fact would change them, and the difference is told beside it.
func TestClosedMonth(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, zone(t))
	w := &wiki{pages: map[string]string{}}
	list := month(t)
	list[0].Clocks[0].State, list[0].Clocks[0].Stopped = sla.StateMissed, list[0].Clocks[0].Due.Add(time.Hour)
	p := publisher(t, w, &now, list)
	refs := map[string]string{}
	ends := func(causes map[string]string) error {
		kept, err := p.Close(t.Context(), "aozora", "2026-11", "hanako", causes, refs)
		maps.Copy(refs, kept)
		return err
	}
	refused := func(err error, want string) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	refused(ends(nil), "2026-11 is not over")
	now = now.AddDate(0, 0, 2)
	refused(ends(nil), "AOZORA-1 complete was missed and has no cause")
	refused(ends(map[string]string{"AOZORA-9/complete": "x"}), `cause of "AOZORA-9/complete": no such clock`)
	if err := ends(map[string]string{"AOZORA-1/complete": "部品待ち"}); err != nil {
		t.Fatal(err)
	}
	refused(ends(nil), "was closed at 2026-12-02 12:00 by hanako")

	publish := func() ([]sla.Correction, string) {
		t.Helper()
		done, err := p.Publish(t.Context(), "aozora", "2026-11", refs)
		if err != nil {
			t.Fatal(err)
		}
		maps.Copy(refs, done.Refs)
		return done.Corrections, w.pages[done.Page] + w.pages[done.Details]
	}
	none, before := publish()
	if len(none) != 0 {
		t.Errorf("corrections of an unchanged month: %v", none)
	}
	if !strings.Contains(before, "部品待ち") {
		t.Errorf("the page does not name the cause: %s", before)
	}

	// It turns out that the ticket was done in time, and another one is known only now.
	list[0].Clocks[0].State, list[0].Clocks[0].Stopped = sla.StateMet, list[0].Clocks[0].Due.Add(-time.Hour)
	ticket := *list[0].Ticket
	ticket.Entries = append(ticket.Entries, bot.Entry{Kind: bot.EntryDone, At: list[0].Clocks[0].Stopped})
	list[0].Ticket = &ticket
	other := list[0].Clocks[0]
	other.ID = "complete/reopened-1"
	list[0].Clocks = append(list[0].Clocks, other)
	corrections, after := publish()
	if after != before {
		t.Errorf("a closed month changed:\n%s\n%s", before, after)
	}
	if len(corrections) != 2 || corrections[0].Is.State != sla.StateMet || corrections[0].Because[0] != "facts" {
		t.Errorf("corrections %v", corrections)
	}
}

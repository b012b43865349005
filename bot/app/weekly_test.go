package app

import (
	"testing"
	"time"

	"toban/bot"
	"toban/bot/store"
	"toban/sla"
)

// What a manager reads of a week: counts of what came and went, promises without drills, and the tickets that want somebody.
func TestWeekOfACustomer(t *testing.T) {
	monday := time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)
	dir := &bot.Directory{People: []bot.Person{{ID: "sato", Name: "佐藤"}}}
	w := week{from: monday.AddDate(0, 0, -7), to: monday, dir: dir}
	in, before := monday.AddDate(0, 0, -3), monday.AddDate(0, 0, -10)
	for _, k := range []*bot.Ticket{
		{ID: "d/1", Key: "A-1", Received: in, Status: bot.StatusTaken, Owner: "sato", Due: in.Add(time.Hour)},
		{ID: "d/2", Key: "A-2", Received: before, Status: bot.StatusAccepted, Due: monday.Add(time.Hour)},
		{ID: "d/3", Key: "A-3", Received: before, Status: bot.StatusFinished, Ended: in},
		{ID: "d/4", Key: "A-4", Received: before, Status: bot.StatusFinished, Ended: before},
		{ID: "d/5", Key: "A-5", Received: in, Status: bot.StatusTaken, Owner: "sato", Class: bot.ClassIncident},
		{ID: "d/6", Key: "A-6", Received: in, Status: bot.StatusTaken, Drill: true, Class: bot.ClassIncident},
	} {
		w.ticket(k)
	}
	row := func(ticket bot.TicketID, key string, state sla.State, at time.Time, cause string) store.KeyedClock {
		return store.KeyedClock{Key: key, ClockRow: bot.ClockRow{Ticket: ticket, Name: "完了", State: state, Due: at, Cause: cause}}
	}
	for _, c := range []store.KeyedClock{
		row("d/1", "A-1", sla.StateMissed, in, ""), row("d/3", "A-3", sla.StateMissed, in, "部品の到着待ち"), row("d/3", "A-3", sla.StateMet, in, ""),
		row("d/4", "A-4", sla.StateMissed, before, ""), row("d/6", "A-6", sla.StateMissed, in, ""), row("d/2", "A-2", sla.StateRunning, in, ""),
	} {
		w.clock(c)
	}
	want := "【青葉商事】受付 2件、終了 1件、未完了 3件、障害 1件(対応中 1件)\n・約束の達成 1 / 3\n・原因が未記入の未達 1件: A-1 完了\n・期限を過ぎた未完了 1件: A-1(佐藤)\n・担当者なし 1件: A-2"
	if got := w.text("青葉商事"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := (&week{dir: dir}).text("静か"); got != "" {
		t.Errorf("of a customer without anything: %q", got)
	}
}

package app

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/shadow"
	"toban/bot/store"
	"toban/sla"
)

// years fills a database with tickets of one customer, one every so often, the last ones open; each has an answer and an end, and two promises.
func years(b *testing.B, n int, every time.Duration, end time.Time) *store.Store {
	b.Helper()
	s, err := store.Open(b.Context(), store.Options{Path: filepath.Join(b.TempDir(), "toban.db")})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	const batch = 500
	for from := 0; from < n; from += batch {
		var events []bot.Event
		for i := from; i < min(from+batch, n); i++ {
			events = append(events, bot.Event{Key: fmt.Sprint(i), Kind: bot.EventIssueChanged, Lane: fmt.Sprintf("main/%d", i+1), At: end, Body: json.RawMessage("{}")})
		}
		if err := s.Accept(b.Context(), events...); err != nil {
			b.Fatal(err)
		}
		claims, err := s.ClaimEvents(b.Context(), "bench", end, time.Hour, batch)
		if err != nil || len(claims) != len(events) {
			b.Fatal(len(claims), err)
		}
		errs := make(chan error, len(claims))
		for _, c := range claims {
			go func() { errs <- s.Commit(context.WithoutCancel(b.Context()), oldTicket(c, n, every, end)) }()
		}
		for range claims {
			if err := <-errs; err != nil {
				b.Fatal(err)
			}
		}
	}
	return s
}

func oldTicket(c store.Claimed, n int, every time.Duration, end time.Time) store.Decision {
	id := bot.TicketID(c.Event.Lane)
	_, number, _ := id.Split()
	at := end.Add(-time.Duration(n-int(number)) * every)
	by := bot.Author{Kind: bot.AuthorCustomer, Name: "山本", ID: 2001}
	t := &bot.Ticket{
		ID: id, Customer: "aoba", Space: "main", Project: "AOBA", Key: fmt.Sprint("AOBA-", number), URL: fmt.Sprint("https://main.backlog.test/view/AOBA-", number), Summary: "web01 のバックアップ",
		IssueType: "バックアップ作業", Type: "backup", Class: bot.ClassMinor, PriorityID: bot.PriorityNormal, Received: at, OpenedBy: by, Requester: []bot.Author{by}, Owner: "sato",
		Status: bot.StatusFinished, Ended: at.Add(time.Hour), Due: at.Add(2 * time.Hour), Details: "■ 対象ホスト\nweb01\n\n■ バックアップの対象\nEBS ボリューム\n\n容量は 100 GB です。よろしくお願いいたします。",
		Entries: []bot.Entry{
			{Kind: bot.EntryReceived, At: at, Actor: "山本", Ref: "issue:1"},
			{Kind: bot.EntryComplete, At: at, Actor: "toban"},
			{Kind: bot.EntryTaken, At: at.Add(time.Minute), Actor: "sato"},
			{Kind: bot.EntryDone, At: at.Add(time.Hour), Actor: "sato"},
		},
	}
	if n-int(number) < 100 {
		t.Status, t.Ended, t.Entries = bot.StatusTaken, time.Time{}, t.Entries[:3]
	}
	clock := func(id string, due time.Duration) bot.ClockRow {
		return bot.ClockRow{Ticket: t.ID, ID: id, Customer: "aoba", Name: "完了", Level: sla.LevelAgreement, State: sla.StateMet, Start: at, Due: at.Add(due), Stopped: at.Add(time.Minute)}
	}
	return store.Decision{Claim: c, Now: at, Ticket: t, Clocks: []bot.ClockRow{clock("first", time.Hour), clock("done", 2*time.Hour)}}
}

// BenchmarkYears: what the report with its trend of twelve months, a manager's week, and the comparison of a week in shadow, read of a customer who had a hundred thousand tickets in
// ten years, beside one who has those of the last two. peak-MB is the memory that is in use at most meanwhile, by looks every five milliseconds.
func BenchmarkYears(b *testing.B) {
	const all, perYear = 100_000, 10_000
	end := time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)
	const every = 365 * 24 * time.Hour / perYear
	for _, n := range []int{2 * perYear, all} {
		s := years(b, n, every, end)
		for what, read := range map[string]func() error{
			"report": func() error {
				cases, err := records{store: s}.Cases(b.Context(), "aoba", end.AddDate(-1, 0, 0))
				if err == nil && (len(cases) < perYear || len(cases) > perYear+200) {
					b.Fatalf("%d cases", len(cases))
				}
				if err == nil && len(cases[1].Clocks) != 2 {
					b.Fatalf("%d clocks", len(cases[1].Clocks))
				}
				return err
			},
			"week": func() error {
				w := week{from: end.AddDate(0, 0, -7), to: end, dir: &bot.Directory{}}
				err := w.read(b.Context(), s, "aoba")
				if w.open != 100 || w.kept == 0 || w.received == 0 {
					b.Fatalf("%+v", w)
				}
				return err
			},
			"shadow": func() error {
				dir := &bot.Directory{Customers: []*bot.Customer{{ID: "aoba"}}}
				r, err := ShadowReport(b.Context(), s, dir, bot.ModeKey{Customer: "aoba", Project: "AOBA"}, shadow.Period{From: end.AddDate(0, 0, -7), To: end, Zone: time.UTC})
				if err == nil && (len(r.Tickets) < perYear/53 || len(r.Tickets) > perYear/51) {
					b.Fatalf("%d tickets compared", len(r.Tickets))
				}
				return err
			},
		} {
			b.Run(fmt.Sprintf("%s/%d", what, n), func(b *testing.B) {
				var most float64
				for b.Loop() {
					peak := watchHeap()
					if err := read(); err != nil {
						b.Fatal(err)
					}
					most = max(most, peak())
				}
				b.ReportMetric(most, "peak-MB")
			})
		}
	}
}

// watchHeap looks at the heap until it is asked for the most that it grew by, in MB.
func watchHeap() func() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	base, most := m.HeapAlloc, uint64(0)
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapAlloc-min(base, m.HeapAlloc))
			}
		}
	}()
	return func() float64 {
		close(stop)
		<-done
		const mega = 1 << 20
		return float64(most) / mega
	}
}

package app_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/app"
	"toban/bot/inbox"
	"toban/bot/store"
	"toban/bot/store/storetest"
	"toban/config"
)

// durable is a PostgreSQL that writes as in production; only benchmarks start it.
var durable = storetest.Cluster{Durable: true}

func TestMain(m *testing.M) {
	code := m.Run()
	durable.Stop()
	os.Exit(code)
}

// morning is a Backlog whose answer is always a new request of a customer, complete and of a kind that is decided with certainty; who has
// read it gets a comment of the customer then, and another one.
type morning struct{ now time.Time }

// Fetch implements bot.Fetcher.
func (m morning) Fetch(_ context.Context, c bot.IssueChanged, cursor int64) (bot.Fetched, error) {
	by := bot.Author{Kind: bot.AuthorCustomer, Name: "山本", ID: 2001}
	text := "■ 対象ホスト\nweb01\n\n■ バックアップの対象\nEBS ボリューム"
	f := bot.Fetched{
		Snapshot: bot.Snapshot{
			Space: c.Space, Project: c.Project, IssueID: c.IssueID, Key: fmt.Sprintf("%s-%d", c.Project, c.KeyID), URL: "https://main.backlog.test/view/1",
			Type: "バックアップ作業", Summary: "web01 のバックアップ", Description: text, StatusID: bot.StatusOpen, Status: "未対応",
			PriorityID: bot.PriorityNormal, Created: m.now, CreatedBy: by, TextRule: "backlog", Members: []int64{2001, 1001},
		},
		Facts: []bot.Fact{{ID: fmt.Sprintf("issue:%d", c.IssueID), At: m.now, Author: by, Opened: true, Text: text}}, Cursor: 1,
	}
	if cursor > 0 {
		f.Cursor = cursor + 1
		f.Facts = []bot.Fact{{ID: fmt.Sprintf("comment:%d", f.Cursor), At: m.now, Author: by, Text: "承知しました。容量は 100 GB です。よろしくお願いいたします。"}}
	}
	return f, nil
}

// arrived makes the events of one burst, of n tickets.
type arrived func(b *testing.B, n int, now time.Time, project func(i int) string) []bot.Event

// newTickets are all new.
func newTickets(b *testing.B, n int, now time.Time, project func(i int) string) (list []bot.Event) {
	b.Helper()
	for i := range n {
		list = append(list, changed(b, i, i, now, project))
	}
	return list
}

// aDay mixes what a day brings: of five events of a ticket one is its arrival, two are comments of the customer, one is a person's press
// and one a due moment.
func aDay(b *testing.B, n int, now time.Time, project func(i int) string) (list []bot.Event) {
	b.Helper()
	const stages, apart = 5, 40 // tickets between two events of one
	for at := range n/stages + stages*apart {
		for stage := range stages {
			i := at - stage*apart
			if i < 0 || i >= n/stages {
				continue
			}
			lane := bot.TicketID(fmt.Sprintf("main/%d", i+1))
			var e bot.Event
			var err error
			switch stage {
			case 2:
				e, err = bot.NewEvent(bot.EventStaffAction, fmt.Sprintf("press:%d", i), string(lane), now, bot.StaffAction{Action: "desk.take", Ticket: lane, Person: "sato", SlackUser: "U0SATO0001", Value: "from:"})
			case 3:
				e, err = bot.NewEvent(bot.EventTimerDue, fmt.Sprintf("due:%d", i), string(lane), now, bot.TimerDue{Ticket: lane, Rule: "desk/clock", Due: now})
			default:
				e = changed(b, i, i+stage*n, now, project)
			}
			if err != nil {
				b.Fatal(err)
			}
			list = append(list, e)
		}
	}
	return list
}

// changed is news of a ticket by a webhook.
func changed(b *testing.B, ticket, activity int, now time.Time, project func(i int) string) bot.Event {
	b.Helper()
	n, kind := int64(ticket+1), 1
	if activity != ticket {
		kind = 3
	}
	made, err := (bot.Activity{Space: "main", Project: project(ticket), ID: int64(activity + 1), Type: kind, Issues: []bot.ActivityIssue{{ID: n, KeyID: n}}, Via: "webhook"}).Events(now)
	if err != nil {
		b.Fatal(err)
	}
	return made[0]
}

// BenchmarkDecisions: how many events a second go from the inbox to a committed decision (ticket, states, clocks, timers, effects and
// audit in one transaction), with all features and sixty customers, when Backlog answers at once: new tickets alone, and the mix of a day. The
// baseline is the decisions of new tickets without a database.
func BenchmarkDecisions(b *testing.B) {
	for name, options := range map[string]func(b *testing.B) store.Options{
		"postgres": func(b *testing.B) store.Options { return store.Options{Postgres: durable.Schema(b)} },
		"sqlite":   func(b *testing.B) store.Options { return store.Options{Path: filepath.Join(b.TempDir(), "toban.db")} },
	} {
		for what, events := range map[string]arrived{"new": newTickets, "day": aDay} {
			b.Run(name+"/"+what, func(b *testing.B) {
				for range b.N {
					benchDecisions(b, options(b), events)
				}
			})
		}
	}
}

func benchDecisions(b *testing.B, o store.Options, arrive arrived) {
	const events, customers = 3000, 60
	cfg, err := config.Load("../../config/example", config.Options{Getenv: func(name string) string { return "value-of-" + name }})
	if err != nil {
		b.Fatal(err)
	}
	dir, err := app.Directory(cfg, map[string]int64{"main": 1000})
	if err != nil {
		b.Fatal(err)
	}
	one := *dir.Customers[slices.IndexFunc(dir.Customers, func(c *bot.Customer) bool { return slices.Contains(c.Projects, "AOBA") })]
	project := func(i int) string { return fmt.Sprintf("AOBA%d", i%customers) }
	dir.Customers = nil
	for i := range customers {
		c := one
		c.ID, c.Projects = fmt.Sprintf("aoba%d", i), []string{project(i)}
		dir.Customers = append(dir.Customers, &c)
	}
	s, err := store.Open(b.Context(), o)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	backlog := morning{now: time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)}
	clock := bot.ClockFunc(func() time.Time { return backlog.now })
	list := arrive(b, events, backlog.now, project)
	began := time.Now()
	for i, e := range newTickets(b, events/3, backlog.now, project) {
		got, err := backlog.Fetch(b.Context(), bot.IssueChanged{Space: "main", Project: project(i), IssueID: int64(i + 1), KeyID: int64(i + 1)}, 0)
		if err != nil {
			b.Fatal(err)
		}
		d, err := inbox.Decide(app.Handlers(), dir, backlog.now, store.Loaded{}, store.Claimed{Event: e, Attempt: 1, Owner: "bench"}, &got)
		if err != nil || d.Ticket == nil || len(d.Effects) < 2 {
			b.Fatalf("%d effects, %v", len(d.Effects), err)
		}
	}
	bare := events / 3 / time.Since(began).Seconds()
	if err := s.Accept(b.Context(), list...); err != nil {
		b.Fatal(err)
	}
	handled := make(chan struct{}, events)
	w := inbox.New(inbox.Config{
		Store: s, Fetcher: backlog, Handlers: app.Handlers(), Directory: func() *bot.Directory { return dir }, Clock: clock, Machine: time.Now,
		Owner: "bench", Busy: new(app.Pace).Busy, Wake: func() { handled <- struct{}{} }, Logger: slog.New(slog.DiscardHandler),
	})
	ctx, stop := context.WithTimeout(b.Context(), 2*time.Minute)
	defer stop()
	ended := make(chan error, 1)
	own, server := durable.Spent()
	began = time.Now()
	go func() { ended <- w.Run(ctx) }()
	for range events {
		select {
		case <-handled:
		case <-ctx.Done():
			b.Fatalf("waiting: %v", ctx.Err())
		}
	}
	rate := events / time.Since(began).Seconds()
	ownAfter, serverAfter := durable.Spent()
	stop()
	if err := <-ended; err != nil {
		b.Fatal(err)
	}
	if dead, err := s.DeadLetters(b.Context()); err != nil || len(dead) > 0 {
		b.Fatalf("%d dead letters, %v", len(dead), err)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(rate, "events/s")
	b.ReportMetric(bare, "bare/s")
	b.ReportMetric(rate/bare, "ratio")
	b.ReportMetric(float64((ownAfter-own).Microseconds())/events, "own-cpu-us/event")
	b.ReportMetric(float64((serverAfter-server).Microseconds())/events, "server-cpu-us/event")
}

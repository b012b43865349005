package digest_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/digest"
	"toban/report"
	"toban/sla"
)

func zone(t *testing.T) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func customer(t *testing.T) *bot.Customer {
	t.Helper()
	cal, err := sla.SupportCenter().Compile()
	if err != nil {
		t.Fatal(err)
	}
	return &bot.Customer{
		ID: "aozora", Name: "青空商事", Space: "demo", Projects: []string{"AOZORA"}, Channel: "C1", Zone: zone(t), Lang: "ja",
		Types:     []bot.RequestType{{ID: "backup", IssueType: "バックアップ作業", ReportName: "バックアップ作業依頼", Class: bot.ClassMinor}},
		Calendars: map[string]*sla.Calendar{"support_center": cal}, Timing: bot.Timing{SupportCalendar: "support_center", StartNotice: 30 * time.Minute},
		Policies: []sla.Policy{{Name: "p", Version: "1", Rules: []sla.Rule{{
			Match:   sla.Match{Classes: []string{"minor"}},
			Targets: []sla.Target{{ID: "complete", Name: "完了", Kind: sla.KindBusinessDays, Level: sla.LevelObjective, Days: 1, Calendar: "support_center"}},
		}}, Promises: []sla.Target{{ID: "monthly_report", Name: "月次報告", Kind: sla.KindCalendarDate, Level: sla.LevelObjective, Days: 5, Months: 1, Calendar: "support_center"}}}},
	}
}

// A contract without a monthly report gets none on its own.
func TestContractWithoutMonthlyReport(t *testing.T) {
	c := customer(t)
	c.Unreported = true
	e, err := bot.NewEvent(bot.EventScheduleDue, "k", "schedule/x", time.Now(), bot.ScheduleDue{Name: "digest/last/aozora", Due: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	out, err := digest.New().Handle(bot.In{Event: e, Dir: &bot.Directory{Customers: []*bot.Customer{c}}})
	if err != nil || len(out.Effects) != 0 || len(out.Reasons) != 1 {
		t.Errorf("out %+v, %v", out, err)
	}
}

func TestSchedulesAskForTheRightMonth(t *testing.T) {
	c := customer(t)
	dir := &bot.Directory{Customers: []*bot.Customer{c}}
	for _, tt := range []struct{ name, schedule, due, month string }{
		{"last month on the first", "digest/last/aozora", "2026-12-01T09:00:00+09:00", "2026-11"},
		{"last month over new year", "digest/last/aozora", "2027-01-01T09:00:00+09:00", "2026-12"},
		{"the running month", "digest/running/aozora", "2026-11-30T19:30:00+09:00", "2026-11"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			due, err := time.Parse(time.RFC3339, tt.due)
			if err != nil {
				t.Fatal(err)
			}
			e, err := bot.NewEvent(bot.EventScheduleDue, "k", "schedule/x", due, bot.ScheduleDue{Name: tt.schedule, Due: due})
			if err != nil {
				t.Fatal(err)
			}
			out, err := digest.New().Handle(bot.In{Now: due, Event: e, Dir: dir})
			if err != nil || len(out.Effects) != 1 {
				t.Fatalf("Handle = %+v, %v, want one effect", out, err)
			}
			var req bot.ReportRequest
			if err := out.Effects[0].Decode(&req); err != nil {
				t.Fatal(err)
			}
			if req.Month != tt.month || req.Customer != "aozora" {
				t.Errorf("asked for %+v, want %s", req, tt.month)
			}
		})
	}
}

func TestUnknownCustomerIsLeftAlone(t *testing.T) {
	e, err := bot.NewEvent(bot.EventScheduleDue, "k", "schedule/x", time.Now(), bot.ScheduleDue{Name: "digest/last/gone"})
	if err != nil {
		t.Fatal(err)
	}
	out, err := digest.New().Handle(bot.In{Event: e, Dir: &bot.Directory{}})
	if err != nil || len(out.Effects) != 0 || len(out.Reasons) != 1 {
		t.Errorf("Handle = %+v, %v, want a reason and nothing else", out, err)
	}
}

func TestDeadlineIsTheFifthBusinessDayCountingTheFirst(t *testing.T) {
	got, ok := digest.Deadline(customer(t), report.Month(2026, time.November, zone(t)))
	want := time.Date(2026, 12, 7, 19, 0, 0, 0, zone(t)) // Tue 1, Wed 2, Thu 3, Fri 4, Mon 7
	if !ok || !got.Equal(want) {
		t.Errorf("Deadline = %s, want %s", got, want)
	}
}

// wiki is a sender that keeps pages as the tracker would.
type wiki struct {
	pages  map[string]string
	writes int
	fail   string // a page that can't be written
}

func (w *wiki) Send(_ context.Context, a bot.Attempt) (bot.Sent, error) {
	var p bot.WikiPage
	if err := json.Unmarshal(a.Effect.Body, &p); err != nil {
		return bot.Sent{}, err
	}
	if p.Name == w.fail {
		return bot.Sent{}, errors.New("no answer")
	}
	if w.pages[p.Name] != p.Content {
		w.writes++
		w.pages[p.Name] = p.Content
	}
	return bot.Sent{Verified: true, Refs: map[string]string{"page:" + p.Name: "1"}}, nil
}

type cases []digest.Case

func (c cases) Cases(context.Context, string, time.Time) ([]digest.Case, error) { return c, nil }

func (c cases) Service(context.Context, *bot.Customer, time.Time, time.Time) (digest.Service, error) {
	return digest.Service{}, nil
}

func (cases) Works(context.Context, string, time.Time) ([]bot.ScheduledWork, error) { return nil, nil }

func (cases) Changes(context.Context, string) ([]bot.ResourceChange, error) { return nil, nil }

func (cases) Stock(context.Context, *bot.Customer, report.Period) (digest.Stock, error) {
	return digest.Stock{}, nil
}

func publisher(t *testing.T, w *wiki, now *time.Time, list cases) *digest.Publisher {
	t.Helper()
	dir := &bot.Directory{Customers: []*bot.Customer{customer(t)}}
	return &digest.Publisher{
		Records: list, Pages: w, Directory: func() *bot.Directory { return dir }, Clock: bot.ClockFunc(func() time.Time { return *now }),
		Rule: func(context.Context, string, string) (string, error) { return "backlog", nil },
	}
}

func month(t *testing.T) cases {
	t.Helper()
	received := time.Date(2026, 11, 24, 10, 0, 0, 0, zone(t))
	ticket := &bot.Ticket{
		ID: "demo/1", Key: "AOZORA-1", Type: "backup", Class: bot.ClassMinor, Summary: "|表| [[x]]", Received: received, Status: bot.StatusDone,
		Ended: received.Add(time.Hour), Entries: []bot.Entry{{Kind: bot.EntryReceived, At: received}, {Kind: bot.EntryDone, At: received.Add(time.Hour)}},
	}
	return cases{{Ticket: ticket, Clocks: []bot.ClockRow{{
		ID: "complete", Name: "完了", Level: sla.LevelObjective, State: sla.StateMet, Start: received, Due: received.Add(33 * time.Hour), Stopped: received.Add(time.Hour),
	}}}}
}

func TestPublishingTwiceWritesNothing(t *testing.T) {
	now := time.Date(2026, 11, 25, 9, 0, 0, 0, zone(t))
	w := &wiki{pages: map[string]string{}}
	p := publisher(t, w, &now, month(t))
	first, err := p.Publish(t.Context(), "aozora", "2026-11", nil)
	if err != nil || w.writes != 2 || !first.Verified {
		t.Fatalf("Publish = %+v, %v after %d writes", first, err, w.writes)
	}
	now = now.Add(26 * time.Hour) // time passes, nothing is recorded
	if _, err := p.Publish(t.Context(), "aozora", "2026-11", first.Refs); err != nil || w.writes != 2 {
		t.Errorf("second Publish: %v after %d writes, want none more", err, w.writes)
	}
	if len(first.Refs) != 2 {
		t.Errorf("references %v, want one a page", first.Refs)
	}
}

func TestPublishKeepsWhatWasWrittenBeforeAFault(t *testing.T) {
	now := time.Date(2026, 12, 2, 9, 0, 0, 0, zone(t))
	w := &wiki{pages: map[string]string{}, fail: "SLA/2026/2026-11"}
	got, err := publisher(t, w, &now, month(t)).Publish(t.Context(), "aozora", "2026-11", nil)
	if err == nil || len(got.Refs) != 1 {
		t.Errorf("Publish = %v with references %v, want an error and the child page's reference", err, got.Refs)
	}
}

func TestPublishRefusesForGood(t *testing.T) {
	now := time.Date(2026, 12, 2, 9, 0, 0, 0, zone(t))
	p := publisher(t, &wiki{pages: map[string]string{}}, &now, nil)
	for _, bad := range [][2]string{{"nobody", "2026-11"}, {"aozora", "november"}} {
		if _, err := p.Publish(t.Context(), bad[0], bad[1], nil); !bot.IsPermanent(err) {
			t.Errorf("Publish(%v) = %v, want a permanent error", bad, err)
		}
	}
}

func TestAPageThatAPersonChangedIsAskedAbout(t *testing.T) {
	c := customer(t)
	dir := &bot.Directory{Customers: []*bot.Customer{c}}
	for _, tt := range []struct {
		name   string
		kind   bot.EventKind
		result bot.EffectResult
		posts  int
	}{
		{"written", bot.EventEffectDone, bot.EffectResult{Kind: bot.EffectReport, Ticket: digest.RefsOf("aozora"), Verified: true}, 0},
		{"changed by a person", bot.EventEffectDone, bot.EffectResult{Kind: bot.EffectReport, Ticket: digest.RefsOf("aozora"), Why: "a person changed it"}, 1},
		{"given up", bot.EventEffectDead, bot.EffectResult{Kind: bot.EffectReport, Ticket: digest.RefsOf("aozora"), Why: "no wiki"}, 1},
		{"another feature's", bot.EventEffectDone, bot.EffectResult{Kind: bot.EffectComment, Ticket: "demo/1"}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, err := bot.NewEvent(tt.kind, "effect:x", string(tt.result.Ticket), time.Now(), tt.result)
			if err != nil {
				t.Fatal(err)
			}
			out, err := digest.New().Handle(bot.In{Event: e, Dir: dir})
			if err != nil || len(out.Effects) != tt.posts {
				t.Errorf("Handle = %+v, %v, want %d posts", out.Effects, err, tt.posts)
			}
		})
	}
}

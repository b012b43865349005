package watch_test

import (
	"testing"
	"time"

	"toban/bot"
	"toban/bot/watch"
)

var synthetic = watch.SyntheticTicket{Space: "main", Project: "TOBANTEST", IssueType: "タスク"}

func event(t *testing.T, kind bot.EventKind, body any) bot.Event {
	t.Helper()
	e, err := bot.NewEvent(kind, "k", "main/7", t0, body)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func handle(t *testing.T, in bot.In) bot.Output {
	t.Helper()
	out, err := synthetic.Handle(in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func seen(change func(s *bot.Snapshot)) *bot.Snapshot {
	s := &bot.Snapshot{
		Space: "main", Project: "TOBANTEST", IssueID: 7, Key: "TOBANTEST-7", Summary: "[Toban] 動作確認 2026-11-24T01:00:00Z", StatusID: bot.StatusOpen,
		Created: t0.Add(2 * time.Second), CreatedBy: bot.Author{ID: 1000, Kind: bot.AuthorBot},
	}
	if change != nil {
		change(s)
	}
	return s
}

// One ticket's whole way, decision by decision.
func TestSyntheticTicketGoesAllTheWay(t *testing.T) {
	out := handle(t, bot.In{Now: t0.Add(time.Second), Event: event(t, bot.EventScheduleDue, bot.ScheduleDue{Name: watch.SyntheticName, Due: t0})})
	if len(out.Effects) != 1 || out.Effects[0].Kind != bot.EffectIssue || out.Effects[0].Customer != watch.SyntheticCustomer {
		t.Fatalf("opening: %+v", out.Effects)
	}
	var body bot.NewIssue
	if err := out.Effects[0].Decode(&body); err != nil || body.Summary != seen(nil).Summary || body.Project != "TOBANTEST" || len(body.Notify) > 0 {
		t.Errorf("the issue: %+v %v", body, err)
	}

	changed := event(t, bot.EventIssueChanged, bot.IssueChanged{})
	out = handle(t, bot.In{Now: t0.Add(3 * time.Second), Event: changed, Snapshot: seen(nil)})
	if out.Ticket == nil || !out.Ticket.Received.Equal(t0) || len(out.Effects) != 2 || out.Effects[0].Kind != bot.EffectComment || !out.Effects[1].Report {
		t.Fatalf("answering: %+v", out)
	}
	ticket, last := out.Ticket, out.Effects[1]

	again := handle(t, bot.In{Now: t0.Add(4 * time.Second), Event: changed, Snapshot: seen(nil), Ticket: ticket})
	if again.Ticket != nil || again.Effects != nil {
		t.Errorf("our own answer is news: %+v", again)
	}
	late := handle(t, bot.In{Now: t0.Add(10 * time.Minute), Event: event(t, bot.EventTimerDue, bot.TimerDue{}), Ticket: ticket})
	if len(late.Effects) != 1 || late.Effects[0].Key == last.Key || len(late.Timers) != 1 {
		t.Errorf("one that stands open is not closed again: %+v", late)
	}
	out = handle(t, bot.In{Now: t0.Add(5 * time.Second), Event: event(t, bot.EventEffectDone, bot.EffectResult{Key: last.Key}), Ticket: ticket})
	if out.Ticket == nil || !out.Ticket.Status.Ended() || out.Ticket.Ended.Sub(out.Ticket.Received) != 5*time.Second || !out.Timers[0].Cancel {
		t.Errorf("the end: %+v", out)
	}
	if ticket.Status.Ended() {
		t.Error("the stored ticket was changed in place")
	}
	for _, kind := range []bot.EventKind{bot.EventTimerDue, bot.EventEffectDone, bot.EventIssueChanged} {
		if o := handle(t, bot.In{Now: t0, Event: event(t, kind, struct{}{}), Ticket: out.Ticket, Snapshot: seen(nil)}); o.Effects != nil || o.Ticket != nil {
			t.Errorf("%s after the end: %+v", kind, o)
		}
	}
}

func TestSyntheticTicketLeavesOthersAlone(t *testing.T) {
	changed := event(t, bot.EventIssueChanged, bot.IssueChanged{})
	for name, in := range map[string]bot.In{
		"a person's issue in the test project": {Event: changed, Snapshot: seen(func(s *bot.Snapshot) { s.CreatedBy.Kind = bot.AuthorStaff })},
		"another issue of the bot":             {Event: changed, Snapshot: seen(func(s *bot.Snapshot) { s.Summary = "脆弱性のお知らせ" })},
		"closed before it was seen":            {Event: changed, Snapshot: seen(func(s *bot.Snapshot) { s.StatusID = bot.StatusClosed })},
		"a customer's project":                 {Event: changed, Snapshot: seen(func(s *bot.Snapshot) { s.Project = "AOBA" })},
		"another space":                        {Event: changed, Snapshot: seen(func(s *bot.Snapshot) { s.Space = "second" })},
		"a customer's ticket":                  {Event: event(t, bot.EventTimerDue, bot.TimerDue{}), Ticket: &bot.Ticket{Customer: "aoba"}},
		"a report":                             {Event: event(t, bot.EventScheduleDue, bot.ScheduleDue{Name: "report/aoba"})},
	} {
		in.Now = t0
		if out := handle(t, in); out.Ticket != nil || out.Effects != nil || out.Timers != nil {
			t.Errorf("%s: %+v", name, out)
		}
	}
}

// noisy is a feature that decides on everything.
type noisy struct{}

func (noisy) Name() string { return "noisy" }
func (noisy) Handle(bot.In) (bot.Output, error) {
	return bot.Output{Reasons: []bot.Reason{{What: "saw it"}}}, nil
}

func TestOtherFeaturesDoNotSeeIt(t *testing.T) {
	list := synthetic.Others([]bot.Handler{noisy{}})
	for _, tt := range []struct {
		in   bot.In
		sees bool
	}{
		{bot.In{Event: event(t, bot.EventIssueChanged, bot.IssueChanged{}), Snapshot: seen(nil)}, false},
		{bot.In{Event: event(t, bot.EventScheduleDue, bot.ScheduleDue{Name: watch.SyntheticName})}, false},
		{bot.In{Event: event(t, bot.EventScheduleDue, bot.ScheduleDue{Name: "report/aoba"})}, true},
		{bot.In{Event: event(t, bot.EventTimerDue, bot.TimerDue{}), Ticket: &bot.Ticket{Customer: watch.SyntheticCustomer}}, false},
		{bot.In{Event: event(t, bot.EventTimerDue, bot.TimerDue{}), Ticket: &bot.Ticket{Customer: "aoba"}}, true},
	} {
		out, err := list[1].Handle(tt.in)
		if err != nil || (len(out.Reasons) > 0) != tt.sees {
			t.Errorf("%s: %+v %v, want seen %v", tt.in.Event.Kind, out, err, tt.sees)
		}
	}
}

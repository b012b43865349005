package inbox_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/bot"
	"toban/bot/inbox"
	"toban/bot/store"
)

var now = time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC)

// feature is a handler made of a function.
type feature struct {
	name   string
	handle func(in bot.In) (bot.Output, error)
}

func (f feature) Name() string                         { return f.name }
func (f feature) Handle(in bot.In) (bot.Output, error) { return f.handle(in) }

func directory() *bot.Directory {
	return &bot.Directory{Customers: []*bot.Customer{
		{ID: "aozora", Space: "demo", Projects: []string{"AOZORA"}, Channel: "C1"}, {ID: "silent", Space: "demo", Projects: []string{"SILENT"}},
	}}
}

func ticket() *bot.Ticket {
	return &bot.Ticket{ID: "demo/1", Customer: "aozora", Space: "demo", Project: "AOZORA", Key: "AOZORA-1", Received: now}
}

func claimed(kind bot.EventKind) store.Claimed {
	return store.Claimed{Event: bot.Event{ID: 1, Key: "k", Kind: kind, Lane: "demo/1", At: now}, Attempt: 1, Owner: "me"}
}

func TestFeaturesHearEachOther(t *testing.T) {
	var heard []string
	hear := func(name string, in bot.In) {
		heard = append(heard, name+" "+string(in.Event.Kind)+" "+in.Event.Key+" "+string(in.State))
		if next := map[bot.EventKind]int{bot.EventTicketReceived: 1}[in.Event.Kind]; len(in.Next) != next {
			t.Errorf("%s hears of %d events behind %s, want %d", name, len(in.Next), in.Event.Kind, next)
		}
		if in.Event.Kind != bot.EventIssueChanged && in.New != nil {
			t.Errorf("%s was given the facts again with %s", name, in.Event.Kind)
		}
	}
	desk := feature{"desk", func(in bot.In) (bot.Output, error) {
		hear("desk", in)
		if in.Event.Kind != bot.EventIssueChanged {
			return bot.Output{}, nil
		}
		return bot.Output{Ticket: ticket(), State: map[string]int{"n": len(in.New)}, Events: []bot.Event{
			bot.Derive(bot.EventTicketReceived, "demo/1", now, nil), bot.Derive(bot.EventTicketClassified, "demo/1", now, nil),
		}, Reasons: []bot.Reason{{What: "recorded"}}}, nil
	}}
	work := feature{"work", func(in bot.In) (bot.Output, error) {
		hear("work", in)
		if in.Ticket == nil {
			t.Error("work does not see the ticket that desk recorded")
		}
		return bot.Output{}, nil
	}}
	d, err := inbox.Decide([]bot.Handler{desk, work}, directory(), now, store.Loaded{Cursor: 3}, claimed(bot.EventIssueChanged),
		&bot.Fetched{Facts: []bot.Fact{{ID: "issue:1"}}, Cursor: 9})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"desk issue.changed k ", "work issue.changed k ", `desk ticket.received k/1 {"n":1}`, "work ticket.received k/1 ",
		`desk ticket.classified k/2 {"n":1}`, "work ticket.classified k/2 ",
	}
	if diff := cmp.Diff(want, heard); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
	if d.Cursor != 9 || len(d.Facts) != 1 || d.Ticket == nil || len(d.Reasons) != 1 || d.Reasons[0].Feature != "desk" {
		t.Errorf("decision %+v", d)
	}
}

func TestLoopOfDerivedEventsIsRefused(t *testing.T) {
	loop := feature{"desk", func(bot.In) (bot.Output, error) {
		return bot.Output{Events: []bot.Event{bot.Derive(bot.EventTicketStatus, "demo/1", now, nil)}}, nil
	}}
	_, err := inbox.Decide([]bot.Handler{loop}, directory(), now, store.Loaded{}, claimed(bot.EventTimerDue), nil)
	if err == nil || !strings.Contains(err.Error(), "loop") {
		t.Errorf("deciding for ever: %v", err)
	}
}

func TestCard(t *testing.T) {
	panel := func(s string) *bot.Panel { return &bot.Panel{State: s} }
	stored := func(s string) json.RawMessage { return json.RawMessage(`{"state":"` + s + `"}`) }
	before := func(s string) store.Loaded {
		return store.Loaded{Ticket: ticket(), Version: 4, States: map[string]store.FeatureState{
			"desk": {Panel: stored(s)}, "work": {State: json.RawMessage(`{}`), Panel: stored("作業なし")},
		}}
	}
	tests := []struct {
		name     string
		loaded   store.Loaded
		panel    *bot.Panel
		customer string
		want     []string // kind, class, key of the effects in order
	}{
		{"first, before what stands in its thread", store.Loaded{}, panel("受付"), "aozora", []string{"slack.card notice card:demo/1", "slack.post notice post"}},
		{"then edited after it", before("受付"), panel("対応中"), "aozora", []string{"slack.post notice post", "slack.card cosmetic card:demo/1:5"}},
		{"not when it says the same", before("受付"), panel("受付"), "aozora", []string{"slack.post notice post"}},
		{"nor without a panel", before("受付"), nil, "aozora", []string{"slack.post notice post"}},
		{"nor without a channel", store.Loaded{}, panel("受付"), "silent", []string{"slack.post notice post"}},
		{"nor for a customer of no file", store.Loaded{}, panel("受付"), "gone", []string{"slack.post notice post"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			desk := feature{"desk", func(bot.In) (bot.Output, error) {
				k := ticket()
				k.Customer = tt.customer
				return bot.Output{Ticket: k, Panel: tt.panel, Effects: []bot.Effect{bot.MakeEffect(bot.EffectPost, bot.Notice, "post", k, bot.Post{Text: "x"})}}, nil
			}}
			d, err := inbox.Decide([]bot.Handler{desk}, directory(), now, tt.loaded, claimed(bot.EventTimerDue), nil)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, e := range d.Effects {
				got = append(got, string(e.Kind)+" "+string(e.Class)+" "+e.Key)
				if e.Kind != bot.EffectCard {
					continue
				}
				var c bot.Card
				if err := e.Decode(&c); err != nil {
					t.Fatal(err)
				}
				if c.Channel != "C1" || c.Panels[0].State != tt.panel.State || (e.Class == bot.Cosmetic) != (e.Coalesce == "card:demo/1") {
					t.Errorf("card %+v of %+v", c, e)
				}
				if tt.loaded.Ticket != nil && len(c.Panels) != 2 {
					t.Errorf("the card lost the other features' panels: %+v", c.Panels)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("effects (-want +got):\n%s", diff)
			}
		})
	}
}

// What a newer release wrote into a ticket and into a feature's state, and this one has no field for, is there again when that release comes back.
func TestNewerFieldsStay(t *testing.T) {
	type state struct {
		N int `json:"n"`
	}
	loaded := store.Loaded{
		Version: 3, Ticket: ticket(), Stored: `{"id":"demo/1","orbit":"low","key":"old"}`,
		States: map[string]store.FeatureState{"desk": {State: json.RawMessage(`{"n":1,"crater":{"name":"Copernicus"}}`)}},
	}
	f := feature{"desk", func(in bot.In) (bot.Output, error) {
		var s state
		if err := json.Unmarshal(in.State, &s); err != nil {
			t.Fatal(err)
		}
		return bot.Output{Ticket: ticket(), State: state{N: s.N + 1}}, nil
	}}
	e := bot.Event{Key: "k", Kind: bot.EventTimerDue, Lane: "demo/1"}
	d, err := inbox.Decide([]bot.Handler{f}, directory(), now, loaded, store.Claimed{Event: e}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(d.States[0].State.(json.RawMessage)), `{"n":2,"crater":{"name":"Copernicus"}}`; got != want || d.Stored != loaded.Stored {
		t.Errorf("state %s, want %s; ticket %s", got, want, d.Stored)
	}
}

package replay_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/bot"
	"toban/bot/inbox"
	"toban/bot/replay"
	"toban/bot/store"
	"toban/sla"
)

var now = time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC)

// said is a decision that says something of each kind.
func said() inbox.Said {
	return inbox.Said{
		Ticket: &bot.Ticket{ID: "demo/1", Key: "AOBA-1", Class: bot.ClassMinor, Due: now.Add(24 * time.Hour)},
		States: map[string]json.RawMessage{"desk": json.RawMessage(`{"a":1}`)}, Panels: map[string]json.RawMessage{"desk": json.RawMessage(`{"state":"受付"}`)},
		Timers: []bot.Timer{{Rule: "desk/clock", At: now}},
		Effects: []bot.Effect{
			{Key: "ack", Kind: bot.EffectComment, Class: bot.Notice, Customer: "aoba", Body: json.RawMessage(`{"text":"山本 様\n\n承りました。\n11/25 までに対応します。"}`)},
			{Key: "card", Kind: bot.EffectCard, Class: bot.Notice, Customer: "aoba", Body: json.RawMessage(`{"title":"x"}`)},
		},
		Withdraw: []string{"start"}, Clocks: []bot.ClockRow{{ID: "complete", State: sla.StateRunning, Due: now}},
		Holdings: map[string][]bot.Holding{"desk": {{Customer: "aoba"}}}, Reasons: []store.Audited{{Feature: "desk", Reason: bot.Reason{What: "classified"}}},
		Alert: &bot.AlertRecord{Lane: "l"},
	}
}

// Whatever is said otherwise is found, once, and with whom it concerns; the order of members and a trace say nothing.
func TestCompare(t *testing.T) {
	tests := []struct {
		name   string
		change func(s *inbox.Said)
		want   []string // part and what
	}{
		{"the same", func(*inbox.Said) {}, nil},
		{"the order of members", func(s *inbox.Said) {
			s.Effects[1].Body = json.RawMessage(`{ "title" : "x" }`)
			s.States["desk"] = json.RawMessage("{\n\"a\": 1}")
		}, nil},
		{"other words", func(s *inbox.Said) { s.Effects[0].Body = json.RawMessage(`{"text":"承りました。"}`) }, []string{"heard backlog.comment ack"}},
		{"an effect less", func(s *inbox.Said) { s.Effects = s.Effects[:1] }, []string{"shown slack.card card"}},
		{"an effect twice", func(s *inbox.Said) { s.Effects = append(s.Effects, s.Effects[0]) }, []string{"heard backlog.comment ack (2)"}},
		{"nothing taken back", func(s *inbox.Said) { s.Withdraw = nil }, []string{"heard taking back start"}},
		{"a deadline", func(s *inbox.Said) {
			s.Clocks[0].Due, s.Ticket.Due = now.Add(time.Hour), now.Add(time.Hour)
		}, []string{"promised promise complete", "ticket ticket"}},
		{"a card", func(s *inbox.Said) { s.Panels["work"] = json.RawMessage(`{}`) }, []string{"shown card of work"}},
		{"a moment", func(s *inbox.Said) { s.Timers[0].At = now.Add(time.Second) }, []string{"kept moment desk/clock"}},
		{"all that is kept", func(s *inbox.Said) {
			s.States["desk"], s.Holdings, s.Alert, s.Reasons = json.RawMessage(`{"a":2}`), nil, nil, nil
		}, []string{"kept held by desk", "kept memory of desk", "kept alerts", "kept reason of desk"}},
		{"no ticket", func(s *inbox.Said) { s.Ticket = nil }, []string{"ticket ticket"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			other := said()
			tt.change(&other)
			for _, turned := range []bool{false, true} {
				a, b := said(), other
				if turned {
					a, b = b, a
				}
				got, err := replay.Compare(a, b)
				if err != nil {
					t.Fatal(err)
				}
				var names []string
				for _, d := range got {
					names = append(names, string(d.Part)+" "+d.What)
				}
				slices.Sort(names)
				want := slices.Sorted(slices.Values(tt.want))
				if diff := cmp.Diff(want, names); diff != "" {
					t.Errorf("turned %v (-want +got):\n%s", turned, diff)
				}
			}
		})
	}
}

// recorder is a feature that says its own words, or fails.
type recorder struct {
	words string
	err   error
	panic bool
}

func (recorder) Name() string { return "desk" }

func (r recorder) Handle(in bot.In) (bot.Output, error) {
	if r.panic {
		panic("a feature's fault")
	}
	t := &bot.Ticket{ID: "demo/1", Key: "AOBA-1", Customer: "aoba", Space: "demo", Project: "AOBA"}
	on, _ := in.Dir.Duty("desk", in.Now)
	e := bot.MakeEffect(bot.EffectComment, bot.Notice, "ack", t, bot.Comment{Text: "山本 様\n\n" + r.words + "\n担当: " + on.Name})
	return bot.Output{Ticket: t, Effects: []bot.Effect{e}}, r.err
}

// An event is decided again with what was recorded: whoever was on duty then is on duty again.
func TestReplay(t *testing.T) {
	dir := &bot.Directory{
		People:    []bot.Person{{ID: "sato", Name: "佐藤"}, {ID: "tanaka", Name: "田中"}},
		Customers: []*bot.Customer{{ID: "aoba", Space: "demo", Projects: []string{"AOBA"}}},
	}
	dir.Duty = func(string, time.Time) (bot.Person, bool) { return dir.People[1], true }
	rec := inbox.Record{Now: now, Event: bot.Event{Key: "k\x1b[2J", Kind: bot.EventTimerDue, Lane: "demo/1", Body: json.RawMessage(`{}`)}, Attempt: 1, Duty: map[string]string{"desk": "sato"}}
	var err error
	if rec.Said, err = rec.Again([]bot.Handler{recorder{words: "承りました。"}}, dir); err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(rec)
	if err != nil || !strings.Contains(string(body), "佐藤") {
		t.Fatalf("%s, %v", body, err)
	}
	tests := []struct {
		name    string
		feature recorder
		weighty bool
		want    []string // in what is printed
	}{
		{"the same", recorder{words: "承りました。"}, false, []string{"Decided 1 events of 1 tickets again", "All are decided as they were."}},
		{"other words", recorder{words: "受け付けました。"}, true, []string{"AOBA-1  timer.due  \"k\\x1b[2J\"", "heard    backlog.comment ack", "body.text", `was "承りました。\n担当: 佐藤"`, `now "受け付けました。\n担当: 佐藤"`, "0 as they were, 1 otherwise", "1  what customers hear"}},
		{"a fault", recorder{err: errors.New("no such thing")}, true, []string{"can't be decided: ", "no such thing", "1  can't be decided at all"}},
		{"a panic", recorder{panic: true}, true, []string{"a feature panicked: a feature's fault"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var b strings.Builder
			r := replay.Replay{Handlers: []bot.Handler{tt.feature}, Directory: dir, Differs: func(o replay.Otherwise) error { return o.Print(&b) }}
			if err := r.Take("aoba", body); err != nil {
				t.Fatal(err)
			}
			sum := r.Summary()
			sum.Print(&b)
			if sum.Weighty() != tt.weighty || sum.Events != 1 {
				t.Errorf("summary %+v", sum)
			}
			for _, want := range tt.want {
				if !strings.Contains(b.String(), want) {
					t.Errorf("want %q in\n%s", want, b.String())
				}
			}
			if strings.Contains(b.String(), "\x1b") {
				t.Error("what was recorded reaches the terminal as it is")
			}
		})
	}
	if err := new(replay.Replay).Take("aoba", json.RawMessage(`{"now":1}`)); err == nil {
		t.Error("a damaged record is taken")
	}
}

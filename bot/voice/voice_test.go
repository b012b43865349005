package voice_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/bot"
	"toban/bot/voice"
)

// recorder is a set of messages that shows what it was given.
type recorder struct {
	id   string
	data map[string]any
	err  error
}

func (r *recorder) Render(id string, data map[string]any) (string, error) {
	r.id, r.data = id, data
	return "text of " + id, r.err
}

func newVoice(m bot.Messages) (*voice.Voice, *bot.Output) {
	out := &bot.Output{}
	dir := &bot.Directory{People: []bot.Person{{ID: "sato", Name: "佐藤", SlackUser: "U1"}, {ID: "ito", Name: "伊藤"}}}
	return &voice.Voice{
		Feature: "desk", In: bot.In{Now: time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC), Event: bot.Event{Key: "e1"}, Dir: dir},
		Customer: &bot.Customer{Name: "青葉*商事*", Channel: "C1", Lang: "ja", Zone: time.FixedZone("JST", 9*3600), Messages: m, Team: "desk"},
		Ticket:   &bot.Ticket{ID: "main/1", Customer: "aoba", Key: "AOBA-1", TextRule: "markdown", Requester: []bot.Author{{ID: 7, Name: "山本 *太*"}}},
		Out:      out,
	}, out
}

func TestSayEscapesAndNotifies(t *testing.T) {
	r := &recorder{}
	v, out := newVoice(r)
	v.Ticket.Owner = "sato"
	err := v.Say("k", "ask_details", map[string]any{"missing": []string{"<b>", "*x*"}, "note": "# heading", "paused": true}, voice.Options{Report: true, Verify: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, raw := range []string{"<b>", "*x*"} {
		if slices.Contains(r.data["missing"].([]string), raw) {
			t.Errorf("%q went out as it was typed: %v", raw, r.data)
		}
	}
	if r.data["note"] == "# heading" || r.data["requester"] == "山本 *太*" || r.data["customer"] == "青葉*商事*" || r.data["paused"] != true || r.data["person"] != "佐藤" || r.data["key"] != "AOBA-1" {
		t.Errorf("data %v", r.data)
	}
	e := out.Effects[0]
	var c bot.Comment
	if err := e.Decode(&c); err != nil {
		t.Fatal(err)
	}
	want := bot.Comment{Text: "text of ask_details", Notify: []int64{7}, Verify: true}
	if d := cmp.Diff(want, c); d != "" || e.Kind != bot.EffectComment || e.Class != bot.Notice || e.Key != "k" || !e.Report || e.Customer != "aoba" {
		t.Errorf("effect %+v\n%s", e, d)
	}
}

func TestSayWithFieldsIsOneUpdate(t *testing.T) {
	for _, u := range []bot.Update{{StatusID: 3}, {DueDate: "2026-11-25"}, {AssigneeID: 9}} {
		v, out := newVoice(&recorder{})
		if err := v.Say("k", "m", nil, voice.Options{Update: u, Urgent: true, Due: v.In.Now}); err != nil {
			t.Fatal(err)
		}
		var got bot.Update
		if e := out.Effects[0]; e.Kind != bot.EffectUpdate || e.Decode(&got) != nil || got.Text == "" || !e.Urgent || !e.Due.Equal(v.In.Now) {
			t.Errorf("effect %+v", out.Effects)
		}
	}
}

func TestSayThatCanNotBeWritten(t *testing.T) {
	v, out := newVoice(&recorder{err: errors.New("no such message")})
	if err := v.Say("k", "m", nil, voice.Options{}); err == nil || !strings.Contains(err.Error(), "writing m for AOBA-1") || len(out.Effects) != 0 {
		t.Errorf("error %v, effects %v", err, out.Effects)
	}
}

func TestNotifyLeavesOutNobodyAndDoubles(t *testing.T) {
	v, _ := newVoice(&recorder{})
	v.Ticket.Requester = []bot.Author{{ID: 0}, {ID: 7}, {ID: 8}, {ID: 7}}
	if d := cmp.Diff([]int64{7, 8}, v.Notify()); d != "" {
		t.Error(d)
	}
}

func TestPostsHaveKeysOfTheirOwn(t *testing.T) {
	v, out := newVoice(&recorder{})
	v.Tell("a")
	v.Tell("a", "U1")
	v.Ticket.Class = bot.ClassIncident
	v.Post(bot.Post{Text: "b", Channel: "C9"})
	if out.Effects[0].Key == out.Effects[1].Key || out.Effects[0].Urgent || !out.Effects[2].Urgent {
		t.Errorf("effects %+v", out.Effects)
	}
	var p bot.Post
	if err := out.Effects[2].Decode(&p); err != nil || p.Channel != "C1" {
		t.Errorf("a customer's words go to its own channel only, got %+v", p)
	}
}

func TestRefuseIsForOneAndRecorded(t *testing.T) {
	v, out := newVoice(&recorder{})
	v.Refuse(bot.StaffAction{Action: "desk.take", Channel: "C1", SlackUser: "U1"}, "今はできません。")
	var e bot.Ephemeral
	if err := out.Effects[0].Decode(&e); err != nil || e.User != "U1" || e.Text == "" || len(out.Reasons) != 1 || out.Effects[0].Class != bot.Cosmetic {
		t.Errorf("out %+v", out)
	}
}

func TestWhoIsAsked(t *testing.T) {
	v, _ := newVoice(&recorder{})
	if v.Mention() != nil {
		t.Error("nobody owns it and nobody is on duty")
	}
	v.In.Dir.Duty = func(team string, _ time.Time) (bot.Person, bool) {
		return bot.Person{ID: team, SlackUser: "D-" + team}, true
	}
	if d := cmp.Diff([]string{"D-desk"}, v.Mention()); d != "" {
		t.Error(d)
	}
	v.Ticket.Owner = "sato"
	if d := cmp.Diff([]string{"U1"}, v.Mention()); d != "" {
		t.Error(d)
	}
	v.Ticket.Owner = "ito" // not in Slack: the person on duty hears of it
	if d := cmp.Diff([]string{"D-desk"}, v.Mention()); d != "" {
		t.Error(d)
	}
}

func TestTimersAndTimes(t *testing.T) {
	v, out := newVoice(&recorder{})
	v.Set("remind", v.In.Now)
	v.Cancel("remind", "close")
	want := []bot.Timer{{Rule: "desk/remind", At: v.In.Now}, {Rule: "desk/remind", Cancel: true}, {Rule: "desk/close", Cancel: true}}
	if d := cmp.Diff(want, out.Timers); d != "" {
		t.Error(d)
	}
	if got := v.When(v.In.Now); got != "2026年11月24日(火) 10:00 JST" {
		t.Error(got)
	}
	if got := v.Short(v.In.Now); got != "11/24(火) 10:00 JST" {
		t.Error(got)
	}
}

func TestFieldsAreCosmetic(t *testing.T) {
	v, out := newVoice(&recorder{})
	v.Fields("k", bot.Update{StatusID: 2})
	if e := out.Effects[0]; e.Class != bot.Cosmetic || e.Kind != bot.EffectUpdate {
		t.Errorf("effect %+v", e)
	}
}

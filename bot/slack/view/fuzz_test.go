package view_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	"toban/bot"
	"toban/bot/slack/view"
)

// FuzzState reads any state of a form's view. What comes of it: the same each time; nothing that the form does not know without
// Form.Check refusing it; of a select only what it offers, unless refused; a datetime as an instant that can be read back; and what
// Check finds right, written as Slack would send it, is read as the same again.
func FuzzState(f *testing.F) {
	f.Add([]byte(`{"start":{"start":{"selected_date_time":1795660800}},"who":{"who":{"selected_option":{"value":"sato"}}},"memo":{"memo":{"value":"x"}}}`))
	zone := time.FixedZone("JST", 9*3600)
	now := time.Unix(1795600000, 0)
	form := bot.Form{Title: "t", Inputs: []bot.Input{
		{ID: "start", Type: bot.InputDateTime, Future: true},
		{ID: "who", Type: bot.InputSelect, Options: []bot.Option{{Value: "sato"}, {Value: "a value that is longer than the seventy-five characters which the vendor takes for an option"}}, Optional: true},
		{ID: "memo", Type: bot.InputArea, Optional: true, Max: 20},
	}}
	f.Fuzz(func(t *testing.T, data []byte) {
		var state map[string]map[string]view.Entered
		if json.Unmarshal(data, &state) != nil {
			t.Skip("the door refuses what is no state")
		}
		for _, fields := range state {
			if len(fields) > 1 {
				t.Skip("a block has one element")
			}
		}
		values := view.Values(form, state, zone)
		if !maps.Equal(values, view.Values(form, state, zone)) {
			t.Fatal("not the same twice")
		}
		wrong := form.Check(values, now)
		for id, v := range values {
			i := slices.IndexFunc(form.Inputs, func(in bot.Input) bool { return in.ID == id })
			switch {
			case wrong[id] != "":
			case i < 0:
				t.Fatalf("the unknown field %q is taken: %q", id, v)
			case form.Inputs[i].Type == bot.InputSelect && v != "" && !slices.ContainsFunc(form.Inputs[i].Options, func(o bot.Option) bool { return o.Value == v }):
				t.Fatalf("%q is no option of %q", v, id)
			}
		}
		if wrong != nil {
			return
		}
		again := map[string]map[string]view.Entered{}
		for id, v := range values {
			var e view.Entered
			switch id {
			case "start":
				at, err := time.Parse(time.RFC3339, v)
				if err != nil || !at.After(now) {
					t.Fatalf("%q of %s passed: %v", v, id, err)
				}
				e.SelectedDateTime = at.Unix()
			case "who":
				e.SelectedOption.Value = v
			default:
				e.Value = v
			}
			again[id] = map[string]view.Entered{id: e}
		}
		if back := view.Values(form, again, zone); !maps.Equal(values, back) {
			t.Fatalf("%v is read again as %v", values, back)
		}
	})
}

// FuzzValue reads any text as a button's value: refused, or what it says is written as it was read.
func FuzzValue(f *testing.F) {
	f.Add("acme.backlog.com/101|3|plan-7")
	f.Fuzz(func(t *testing.T, s string) {
		ticket, version, value, err := view.ParseValue(s)
		if err != nil {
			return
		}
		if _, _, err := ticket.Split(); err != nil && ticket != "" {
			t.Fatalf("%q names no ticket: %v", s, err)
		}
		t2, n2, v2, err := view.ParseValue(view.Value(ticket, version, value))
		if err != nil || t2 != ticket || n2 != version || v2 != value {
			t.Fatalf("%q: %q %d %q, again %q %d %q, %v", s, ticket, version, value, t2, n2, v2, err)
		}
	})
}

package view_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	slackgo "github.com/slack-go/slack"

	"toban/bot"
	"toban/bot/slack/view"
)

func TestFormsThatCantBeBuilt(t *testing.T) {
	for name, f := range map[string]bot.Form{
		"no options":   {Inputs: []bot.Input{{ID: "a", Type: bot.InputSelect}}},
		"unknown type": {Inputs: []bot.Input{{ID: "a", Type: "colour"}}},
		"too many":     {Inputs: make([]bot.Input, 91)},
	} {
		if _, err := (view.Dialogue{Form: f, Action: "a.b"}).Modal(); err == nil || !strings.Contains(err.Error(), "a.b") {
			t.Errorf("%s: have %v", name, err)
		}
	}
}

func TestManyAndLongOptions(t *testing.T) {
	long := strings.Repeat("値", 80)
	in := bot.Input{ID: "a", Label: "選択", Type: bot.InputSelect, Initial: long}
	for i := range 249 {
		in.Options = append(in.Options, bot.Option{Value: fmt.Sprint(i), Label: strings.Repeat("札", 80)})
	}
	in.Options = append(in.Options, bot.Option{Value: long, Label: "長い値"})
	f := bot.Form{Title: "x", Inputs: []bot.Input{in}}
	m, err := view.Dialogue{Form: f, Action: "a.b"}.Modal()
	if err != nil {
		t.Fatal(err)
	}
	block, ok := m.Blocks.BlockSet[len(m.Blocks.BlockSet)-1].(*slackgo.InputBlock)
	if !ok {
		t.Fatal("the last block is no input")
	}
	e, ok := block.Element.(*slackgo.SelectBlockElement)
	if !ok || len(e.OptionGroups) != 3 || len(e.OptionGroups[2].Options) != 50 || e.InitialOption == nil {
		t.Fatalf("the select is %+v", block.Element)
	}
	sent := e.OptionGroups[2].Options[49].Value
	if len(sent) > 75 || e.InitialOption.Value != sent {
		t.Errorf("the long value is sent as %q", sent)
	}
	raw := fmt.Sprintf(`{"a":{"a":{"selected_option":{"value":%q}}}}`, sent)
	if got := values(t, f, raw, time.UTC)["a"]; got != long {
		t.Errorf("the long value comes back as %q", got)
	}
}

func values(t *testing.T, f bot.Form, raw string, zone *time.Location) map[string]string {
	t.Helper()
	var state map[string]map[string]view.Entered
	if err := json.Unmarshal([]byte(raw), &state); err != nil {
		t.Fatal(err)
	}
	return view.Values(f, state, zone)
}

func TestValues(t *testing.T) {
	f := bot.Form{Inputs: []bot.Input{
		{ID: "start", Type: bot.InputDateTime},
		{ID: "who", Type: bot.InputSelect, Options: []bot.Option{{Value: "sato"}}},
		{ID: "memo", Type: bot.InputArea, Optional: true},
		{ID: "empty", Type: bot.InputText, Optional: true},
	}}
	raw := `{
		"start": {"start": {"type": "datetimepicker", "selected_date_time": 1764075600}},
		"who":   {"who": {"type": "static_select", "selected_option": {"value": "sato", "text": {"type": "plain_text", "text": "佐藤"}}}},
		"memo":  {"memo": {"type": "plain_text_input", "value": "一\n二"}},
		"empty": {"empty": {"type": "plain_text_input", "value": null}},
		"ghost": {"ghost": {"type": "plain_text_input", "value": "boo"}}
	}`
	want := map[string]string{"start": "2025-11-25T22:00:00+09:00", "who": "sato", "memo": "一\n二", "ghost": "boo"}
	if diff := cmp.Diff(want, values(t, f, raw, time.FixedZone("JST", 9*3600))); diff != "" {
		t.Error(diff)
	}
}

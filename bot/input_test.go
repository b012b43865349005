package bot_test

import (
	"testing"
	"time"

	"toban/bot"
)

// A form says at the field what can't be taken: dates that nobody means, dates that do not replace an earlier one, what may be left empty only beside
// something else.
func TestFormChecks(t *testing.T) {
	now := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	f := bot.Form{Inputs: []bot.Input{
		{ID: "when", Type: bot.InputDateTime, Future: true, Later: "2026-11-25T10:00:00Z"},
		{ID: "book", Type: bot.InputSelect, Optional: true, Options: []bot.Option{{Value: "a"}}},
		{ID: "why", Type: bot.InputText, Optional: true, Unless: "book", Max: 5},
	}}
	for _, tt := range []struct {
		values map[string]string
		wrong  string // the field that is complained about
	}{
		{map[string]string{"when": "2026-11-26T10:00:00Z", "book": "a"}, ""},
		{map[string]string{"when": "2026-11-26T10:00:00Z", "why": "x"}, ""},
		{map[string]string{"when": "2026-11-26T10:00:00Z"}, "why"},
		{map[string]string{"when": "2026-11-26T10:00:00Z", "why": " \n"}, "why"},
		{map[string]string{"when": "2026-11-26T10:00:00Z", "why": "123456"}, "why"},
		{map[string]string{"when": "2026-11-26T10:00:00Z", "book": "b", "why": "x"}, "book"},
		{map[string]string{"when": "2026-11-25T10:00:00Z", "book": "a"}, "when"},
		{map[string]string{"when": "2026-11-24T09:00:00Z", "book": "a"}, "when"},
		{map[string]string{"when": "2032-01-01T00:00:00Z", "book": "a"}, "when"},
		{map[string]string{"when": "9999-12-31T23:59:59Z", "book": "a"}, "when"},
		{map[string]string{"when": "2026-02-30T10:00:00Z", "book": "a"}, "when"},
		{map[string]string{"book": "a"}, "when"},
		{map[string]string{"when": "2026-11-26T10:00:00Z", "book": "a", "other": "x"}, "other"},
	} {
		wrong := f.Check(tt.values, now)
		if tt.wrong == "" && wrong != nil || tt.wrong != "" && (len(wrong) != 1 || wrong[tt.wrong] == "") {
			t.Errorf("%v: %v, want a word at %q", tt.values, wrong, tt.wrong)
		}
	}
}

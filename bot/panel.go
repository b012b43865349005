package bot

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Panel is one feature's part of a ticket's card: what staff read and what they can press. It is stored with the feature's state, so
// that the Slack door can open a form and refuse a stale button without asking the feature.
type Panel struct {
	Tone    Tone     `json:"tone,omitempty"`
	State   string   `json:"state"`            // one line: where the ticket stands
	Fields  []Field  `json:"fields,omitempty"` // label and value pairs
	Notes   []string `json:"notes,omitempty"`  // small print
	Buttons []Button `json:"buttons,omitempty"`
}

// Tone colours a card; the words carry the meaning too.
type Tone string

// Tones.
const (
	ToneCalm  Tone = ""
	ToneWarn  Tone = "warn"
	ToneAlarm Tone = "alarm"
	ToneDone  Tone = "done"
	ToneOver  Tone = "over" // nothing more is done, and it was not done: cancelled, declined, deleted
)

// Field is a label with its value; both are plain text.
type Field struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// Button is something that staff can press. With a Form, pressing opens it and sending it is the action.
type Button struct {
	Action  string `json:"action"` // "feature.verb", unique on the card
	Label   string `json:"label"`
	Style   string `json:"style,omitempty"` // primary | danger
	Value   string `json:"value,omitempty"`
	Confirm string `json:"confirm,omitempty"` // asked before it counts
	Roles   []Role `json:"roles,omitempty"`
	Form    *Form  `json:"form,omitempty"`
	Rank    Rank   `json:"rank,omitempty"`
	Help    string `json:"help,omitempty"` // what it does, a sentence for the menu of further actions
}

// Rank is how likely a button is what staff press next. A card shows the few likeliest ones; the others stand in its menu.
type Rank int8

// Ranks; a card's buttons stand in this order, and within a rank in that of the panels.
const (
	RankMenu   Rank = -1 // always in the menu
	RankCard   Rank = 0  // on the card while there is room; what releases before ranks stored has this one
	RankNext   Rank = 1  // the next step
	RankUrgent Rank = 2  // a promise runs until it is pressed
)

// Form is a dialogue described as data.
type Form struct {
	Title  string  `json:"title"`
	Submit string  `json:"submit"`
	Intro  string  `json:"intro,omitempty"`
	Inputs []Input `json:"inputs"`
	Says   bool    `json:"says,omitempty"` // the customer reads what is sent: the words can be looked at before
}

// InputType is the kind of a form's field.
type InputType string

// Input types.
const (
	InputText     InputType = "text"
	InputArea     InputType = "area"
	InputSelect   InputType = "select"
	InputDateTime InputType = "datetime" // value in RFC 3339
)

// Input is one field of a form.
type Input struct {
	ID       string    `json:"id"`
	Label    string    `json:"label"`
	Type     InputType `json:"type"`
	Hint     string    `json:"hint,omitempty"`
	Optional bool      `json:"optional,omitempty"`
	Initial  string    `json:"initial,omitempty"`
	Options  []Option  `json:"options,omitempty"`
	Max      int       `json:"max,omitempty"`    // characters
	Future   bool      `json:"future,omitempty"` // a datetime must lie after now
	After    string    `json:"after,omitempty"`  // a datetime must lie after that other field's
	Later    string    `json:"later,omitempty"`  // a datetime must lie after this instant, RFC 3339: what it replaces
	Unless   string    `json:"unless,omitempty"` // may be left empty only when that other field is filled in; Optional is then true
}

// Option is a choice of a select.
type Option struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

var idPattern = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// Check tells what is wrong with the values of a form, by field id; nil when nothing is. It is pure, so that the Slack door can answer
// within its three seconds. Values of unknown fields are refused.
func (f *Form) Check(values map[string]string, now time.Time) map[string]string {
	wrong := map[string]string{}
	known := map[string]bool{}
	for _, in := range f.Inputs {
		known[in.ID] = true
		v := strings.TrimSpace(values[in.ID])
		if v == "" {
			if !in.Optional || in.Unless != "" && strings.TrimSpace(values[in.Unless]) == "" {
				wrong[in.ID] = "入力してください。"
			}
			continue
		}
		if msg := in.check(v, values, now); msg != "" {
			wrong[in.ID] = msg
		}
	}
	for id := range values {
		if !known[id] {
			wrong[id] = "この項目はありません。"
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	return wrong
}

func (in Input) check(v string, values map[string]string, now time.Time) string {
	switch in.Type {
	case InputText, InputArea:
		limit := in.Max
		if limit == 0 {
			limit = 3000
		}
		if n := utf8.RuneCountInString(v); n > limit {
			return fmt.Sprintf("%d文字以内で入力してください(現在%d文字)。", limit, n)
		}
	case InputSelect:
		for _, o := range in.Options {
			if o.Value == v {
				return ""
			}
		}
		return "選択肢から選んでください。"
	case InputDateTime:
		t, err := time.Parse(time.RFC3339, v)
		if err != nil {
			return "日時を読み取れません。"
		}
		const furthest = 5 // years: nothing that people agree on lies further ahead
		if t.After(now.AddDate(furthest, 0, 0)) {
			return fmt.Sprintf("%d年より先の日時は指定できません。", furthest)
		}
		if in.Future && !t.After(now) {
			return "これからの日時を指定してください。"
		}
		if o, err := time.Parse(time.RFC3339, in.Later); err == nil && !t.After(o) {
			return "今の予定より後の日時を指定してください。"
		}
		if in.After != "" {
			if o, err := time.Parse(time.RFC3339, strings.TrimSpace(values[in.After])); err == nil && !t.After(o) {
				return "開始より後の日時を指定してください。"
			}
		}
	}
	return ""
}

// Askable reports whether a button's form, if it has one, can be filled in: none of its choices is of nothing.
func (b Button) Askable() bool {
	return b.Form == nil || !slices.ContainsFunc(b.Form.Inputs, func(in Input) bool { return in.Type == InputSelect && !in.Optional && len(in.Options) == 0 })
}

// Valid reports why a button can't be shown: an id that Slack or Toban could not find again. Features check their buttons in tests.
func (b Button) Valid() error {
	feature, verb, ok := strings.Cut(b.Action, ".")
	if !ok || !idPattern.MatchString(feature) || !idPattern.MatchString(verb) {
		return fmt.Errorf("checking button %q: want feature.verb in small letters", b.Action)
	}
	if b.Label == "" || utf8.RuneCountInString(b.Label) > 75 {
		return fmt.Errorf("checking button %q: the label needs 1 to 75 characters", b.Action)
	}
	return nil
}

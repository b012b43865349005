package sla

import (
	"encoding/json"
	"fmt"
	"time"
)

// Remark is a line beside the arithmetic, in both languages: what the engine does not know, such as who agreed on a date.
type Remark struct {
	English  string `json:"en"`
	Japanese string `json:"ja"`
}

// Text returns the remark in a language.
func (r Remark) Text(in Language) string { return pick(in, r.English, r.Japanese) }

// UnmarshalJSON implements [json.Unmarshaler]; a text alone, as remarks once were, is taken for both languages.
func (r *Remark) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) == nil {
		*r = Remark{text, text}
		return nil
	}
	type plain Remark
	if err := json.Unmarshal(data, (*plain)(r)); err != nil {
		return fmt.Errorf("reading remark: %w", err)
	}
	return nil
}

// Both writes every line of a ledger, and the remarks after it, in both languages.
func Both(ledger []Line, remarks []Remark) []Remark {
	out := make([]Remark, 0, len(ledger)+len(remarks))
	for _, l := range ledger {
		out = append(out, Remark{l.Text(English), l.Text(Japanese)})
	}
	return append(out, remarks...)
}

// Verdict names a state; a missed agreement is a breach, a missed objective is not.
func Verdict(s State, level Level, in Language) string {
	word := string(s)
	if s == StateMissed && level == LevelAgreement {
		word = breach
	}
	return pick(in, word, wordJa(word))
}

// When writes an instant as explanations do.
func When(t time.Time, in Language) string {
	if in == Japanese {
		return whenJa(t)
	}
	return when(t)
}

// Length writes a duration as explanations do.
func Length(d time.Duration, in Language) string { return pick(in, length(d), lengthJa(d)) }

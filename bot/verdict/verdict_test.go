package verdict_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/bot"
	"toban/bot/verdict"
	"toban/sla"
)

var clocks = []verdict.Clock{
	{Key: "complete", Name: "完了", State: sla.StateMissed},
	{Key: "agreed", Name: "合意した期日", State: sla.StateRunning},
	{Key: "first", Name: "初報", State: sla.StateMet},
	{Key: "hold", Name: "検討", State: sla.StateCancelled},
}

func TestWhatCanBeSaidOfAClock(t *testing.T) {
	var b verdict.Book
	got := map[string]int{}
	for _, x := range b.Buttons("desk", clocks) {
		if err := x.Valid(); err != nil || len(x.Roles) == 0 {
			t.Errorf("%s: %v, roles %v", x.Action, err, x.Roles)
		}
		got[x.Action] = len(x.Form.Inputs[0].Options)
		if !verdict.Ours("desk", bot.StaffAction{Action: x.Action}) || verdict.Ours("work", bot.StaffAction{Action: x.Action}) {
			t.Errorf("%s is whose?", x.Action)
		}
	}
	if diff := cmp.Diff(map[string]int{"desk.cause": 1, "desk.exclude": 2}, got); diff != "" {
		t.Errorf("forms and how many clocks they offer (-want +got):\n%s", diff)
	}
	if n := len(b.Buttons("desk", clocks[2:])); n != 0 {
		t.Errorf("%d forms about promises that were kept or dropped", n)
	}
	b.Proposed = []verdict.Proposal{{Clock: "complete", Name: "完了", Why: "x", ByName: "佐藤", N: 1}, {Clock: "agreed", Name: "合意した期日", Why: "y", ByName: "佐藤", N: 2, Undo: true}}
	list := b.Buttons("desk", clocks)
	if last := list[len(list)-1]; last.Action != "desk.exclude_decide" || len(last.Form.Inputs[0].Options) != 2 {
		t.Errorf("%+v", last)
	}
	want := []string{"「完了」の除外が確認を待っています: x(佐藤)", "「合意した期日」の除外の取り消しが確認を待っています: y(佐藤)", "未達の原因が未記入です: 完了"}
	if diff := cmp.Diff(want, b.Notes(clocks)); diff != "" {
		t.Error(diff)
	}
}

func TestPut(t *testing.T) {
	at := time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC)
	exclude := sla.Fact{Kind: sla.FactExclude, At: at, Ref: "1", Note: "停電", Target: "a", Actor: "佐藤", Second: "田中"}
	cause := sla.Fact{Kind: sla.FactCause, At: at, Ref: "2", Note: "部品待ち", Target: "a"}
	b := verdict.Book{Said: []sla.Fact{cause, exclude}, Measures: map[string]string{"a": "予備"}}
	for _, tt := range []struct {
		name, key string
		state     sla.State
		said      []sla.Fact
		want      bot.ClockRow
	}{
		{"an exclusion goes before a cause", "a", sla.StateMissed, b.Said, bot.ClockRow{State: sla.StateExcluded, Cause: "停電(佐藤、確認 田中)"}},
		{"what was cancelled stays so", "a", sla.StateCancelled, b.Said, bot.ClockRow{State: sla.StateCancelled}},
		{"of another clock", "b", sla.StateMissed, b.Said, bot.ClockRow{State: sla.StateMissed}},
		{"a cause", "a", sla.StateMissed, b.Said[:1], bot.ClockRow{State: sla.StateMissed, Cause: "部品待ち", Measure: "予備"}},
		{"kept after all", "a", sla.StateMet, b.Said[:1], bot.ClockRow{State: sla.StateMet}},
		{"taken back", "a", sla.StateMissed, append([]sla.Fact{exclude}, sla.Fact{Kind: sla.FactRetract, At: at, Ref: "1", Target: "a"}), bot.ClockRow{State: sla.StateMissed}},
	} {
		book := verdict.Book{Said: tt.said, Measures: b.Measures}
		row := bot.ClockRow{State: tt.state}
		book.Put(tt.key, &row)
		if diff := cmp.Diff(tt.want, row); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	if facts := b.Facts("a"); len(facts) != 2 || facts[0].Target != "" || len(b.Facts("b")) != 0 {
		t.Errorf("facts %+v", facts)
	}
	if text, err := json.Marshal(verdict.Book{}); err != nil || string(text) != "{}" {
		t.Errorf("an empty book is written as %s %v", text, err)
	}
}

package sla_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"toban/sla"
)

func TestRemarksAreReadAsTheyOnceWere(t *testing.T) {
	var got []sla.Remark
	if err := json.Unmarshal([]byte(`["agreed by 佐藤",{"en":"a","ja":"b"}]`), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]sla.Remark{{English: "agreed by 佐藤", Japanese: "agreed by 佐藤"}, {English: "a", Japanese: "b"}}, got); diff != "" {
		t.Error(diff)
	}
	if err := json.Unmarshal([]byte(`[5]`), &got); err == nil {
		t.Error("a number is no remark")
	}
}

// Every line stands in both languages, and none of the Japanese ones has English words of the engine.
func TestBothLanguagesLineByLine(t *testing.T) {
	facts := history(t, "start 2026-11-09 10:00", "due 2026-11-09 11:00 until 2026-11-13 19:00", "stop 2026-11-16 10:00")
	facts[1].Note = sla.WishedLater
	facts = append(facts,
		sla.Fact{Kind: sla.FactCause, At: jst(t, "2026-11-17 10:00")}, sla.Fact{Kind: sla.FactExclude, At: jst(t, "2026-11-17 10:00"), Note: "x"},
		sla.Fact{Kind: sla.FactExclude, At: jst(t, "2026-11-17 10:00")}, sla.Fact{Kind: sla.FactDue, At: jst(t, "2026-11-17 10:00")}, sla.Fact{Kind: sla.FactRetract, At: jst(t, "2026-11-17 10:00")})
	r, err := sla.Evaluate(oneDay(sla.PauseNone), compile(t, sla.SupportCenter()), facts, jst(t, "2026-11-20 10:00"))
	if err != nil {
		t.Fatal(err)
	}
	lines := sla.Both(r.Ledger(), []sla.Remark{{English: "a", Japanese: "あ"}})
	if len(lines) != len(r.Ledger())+1 {
		t.Fatalf("%d lines of %d", len(lines), len(r.Ledger()))
	}
	for _, l := range lines {
		for _, word := range []string{"needs", "desired", "missed", "later", "due", "clock"} {
			if text, _, _ := strings.Cut(l.Japanese, " ("); strings.Contains(text, word) {
				t.Errorf("English in %q", l.Japanese)
			}
		}
		if l.English == "" || l.Japanese == "" || l.English == l.Japanese {
			t.Errorf("%+v", l)
		}
	}
	if got := sla.When(jst(t, "2026-11-09 10:00"), sla.Japanese) + sla.Length(90*time.Minute, sla.English); got != "2026-11-09(月) 10:00 JST1 h 30 min" {
		t.Error(got)
	}
	if a, b := sla.Verdict(sla.StateMissed, sla.LevelAgreement, sla.Japanese), sla.Verdict(sla.StateMissed, sla.LevelObjective, sla.Japanese); a != "違反" || b != "目標未達" {
		t.Errorf("%s %s", a, b)
	}
}

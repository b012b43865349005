package report_test

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"toban/report"
)

// A ticket's words stay in their cell and are no formula, whatever program opens the file.
func TestCSVIsData(t *testing.T) {
	var b strings.Builder
	out := report.NewCSV(&b, nil)
	for _, words := range []string{"=HYPERLINK(\"x\")", "+1", "-1", "@SUM(A1)", "a,b\"c\nd", "\x00=1", "＝1", "普通の文"} {
		if err := out.Ticket(report.Ticket{Key: "A-1", Summary: words}); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 9 {
		t.Fatalf("%d rows, want a head and 8", len(rows))
	}
	for _, row := range rows[1:8] {
		if strings.ContainsAny(row[3][:1], "=+-@") || strings.HasPrefix(row[3], "＝") {
			t.Errorf("cell %q is a formula", row[3])
		}
	}
	if got := rows[8][3]; got != "普通の文" {
		t.Errorf("plain cell became %q", got)
	}
}

type full struct{}

var errFull = errors.New("disk full")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestCSVTellsThatItCouldNotWrite(t *testing.T) {
	if err := report.NewCSV(full{}, nil).Close(); !errors.Is(err, errFull) {
		t.Errorf("Close = %v, want %v", err, errFull)
	}
}

// Every list of the JSON is a list, also in a month without anything.
func TestJSONOfAnEmptyMonth(t *testing.T) {
	facts := report.Facts{Customer: "acme", Period: report.Month(2026, 11, nil)}
	b, err := report.JSON(facts, report.Measure(facts))
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"compliance", "misses", "excluded", "work", "ageing", "oldest"} {
		if _, ok := got[name].([]any); !ok {
			t.Errorf("%s is %v, want a list", name, got[name])
		}
	}
	if got["mark"] != "–" || got["rate"] != "–" || got["month"] != "2026-11" {
		t.Errorf("mark %v, rate %v, month %v", got["mark"], got["rate"], got["month"])
	}
}

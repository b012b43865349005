package sla_test

import (
	"bufio"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"toban/sla"
)

// ours holds our result for each row whose source defines something else, and why.
var ours = map[string]struct{ result, reason string }{
	"Intrepidd/working_hours spec/working_hours/computation_spec.rb:788 (DST autumn + midnight)": {`90000`, "working time is elapsed time; that Sunday has 25 hours"},
	"zendesk/biz spec/calculation/duration_within_spec.rb:10":                                    {`-142200`, "reversed arguments give a negative span"},
	"glpi-project/glpi tests/functional/CalendarTest.php:activeProvider (reversed)":              {`-216000`, "reversed arguments give a negative span"},
	"rickar/cal v2/cal_business_test.go:626":                                                     {`"2020-04-06T09:00:00Z"`, "adding nothing outside hours gives the next opening"},
	"Intrepidd/working_hours spec/working_hours/computation_spec.rb:38":                          {`"2014-04-09T00:00:00Z"`, "days are counted from the start's date, it is not moved first"},
	"Intrepidd/working_hours spec/working_hours/computation_spec.rb:39":                          {`"2014-04-07T00:00:00Z"`, "days are counted from the start's date, it is not moved first"},
	"Intrepidd/working_hours spec/working_hours/computation_spec.rb:51":                          {`"2014-04-10T00:00:00Z"`, "days are counted from the start's date, it is not moved first"},
	"Intrepidd/working_hours spec/working_hours/computation_spec.rb:52":                          {`"2014-04-08T00:00:00Z"`, "days are counted from the start's date, it is not moved first"},
	"zendesk/biz spec/calculation/for_duration_spec.rb:219":                                      {`"2006-01-03T08:00:00Z"`, "adding days keeps the time of day, also outside hours"},
	"zendesk/biz spec/calculation/for_duration_spec.rb:227":                                      {`"2006-01-03T18:00:00Z"`, "adding days keeps the time of day, also outside hours"},
	"zendesk/biz spec/calculation/for_duration_spec.rb:263":                                      {`"2006-01-05T08:00:00Z"`, "adding days keeps the time of day, also outside hours"},
	"zendesk/biz spec/calculation/for_duration_spec.rb:271":                                      {`"2006-01-05T18:00:00Z"`, "adding days keeps the time of day, also outside hours"},
	"zendesk/biz spec/periods/after_spec.rb:339 (interval inside the DST gap is dropped)":        {`"2006-04-02T03:00:00-07:00"`, "the part of an interval that exists on the wall clock counts"},
}

func TestVectors(t *testing.T) {
	wantRows := map[string]int{"vectors": 401, "vectors_extra": 160, "vectors_overrides": 16, "vectors_pause": 31}
	divergent := 0
	for name, want := range wantRows {
		rows := readLines(t, filepath.Join("testdata", name+".jsonl"))
		if len(rows) != want {
			t.Errorf("%s has %d rows, want %d", name, len(rows), want)
		}
		for _, row := range rows {
			var r struct {
				Source    string          `json:"source"`
				Expect    json.RawMessage `json:"expect"`
				Divergent bool            `json:"divergent"`
			}
			if err := json.Unmarshal(row, &r); err != nil {
				t.Fatal(err)
			}
			expect := string(r.Expect)
			if r.Divergent {
				divergent++
				definition, ok := ours[r.Source]
				if !ok || definition.reason == "" || definition.result == expect {
					t.Errorf("%s: divergent without a definition of ours", r.Source)
				}
				expect = definition.result
			}
			var got struct{ Result, Error json.RawMessage }
			if err := json.Unmarshal(sla.EvalLine(row, nil), &got); err != nil {
				t.Fatal(err)
			}
			if got.Error != nil || !sameValue(t, string(got.Result), expect) {
				t.Errorf("%s: got %s %s, want %s\n%s", r.Source, got.Result, got.Error, expect, row)
			}
		}
	}
	if divergent != len(ours) || divergent != 13 {
		t.Errorf("%d divergent rows and %d definitions, want 13 of both", divergent, len(ours))
	}
}

func readLines(t *testing.T, path string) [][]byte {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var rows [][]byte
	for s := bufio.NewScanner(f); s.Scan(); {
		rows = append(rows, []byte(s.Text()))
	}
	return rows
}

// sameValue compares instants as instants and numbers as numbers.
func sameValue(t *testing.T, got, want string) bool {
	t.Helper()
	if !strings.HasPrefix(want, `"`) {
		var a, b any
		if json.Unmarshal([]byte(got), &a) != nil || json.Unmarshal([]byte(want), &b) != nil {
			return false
		}
		x, isNumber := a.(float64)
		y, both := b.(float64)
		if isNumber && both {
			return math.Abs(x-y) < 1e-6 // a row sums hours as floating-point numbers
		}
		return a == b
	}
	a, errA := time.Parse(`"`+time.RFC3339Nano+`"`, got)
	b, errB := time.Parse(`"`+time.RFC3339Nano+`"`, want)
	return errA == nil && errB == nil && a.Equal(b)
}

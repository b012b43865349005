package sla_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"toban/sla"
)

func TestEvalLine(t *testing.T) {
	tests := []struct{ name, line, want string }{
		{
			"deadline by default", `{"op": "deadline", "start": "2026-11-13T20:00:00+09:00", "business_days": 1, "id": 7}`,
			`{"op": "deadline", "start": "2026-11-13T20:00:00+09:00", "business_days": 1, "id": 7,"result":"2026-11-16T19:00:00+09:00"}`,
		},
		{
			"deadline from UTC", `{"op":"deadline","start":"2026-11-13T15:30:00Z","business_days":1}`,
			`{"op":"deadline","start":"2026-11-13T15:30:00Z","business_days":1,"result":"2026-11-16T19:00:00+09:00"}`,
		},
		{
			"deadline with own hours", `{"op":"deadline","tz":"UTC","hours":{"mon":[["22:00","07:00"]],"tue":[["22:00","07:00"]]},"start":"2026-11-10T03:00:00Z","business_days":1}`,
			`{"op":"deadline","tz":"UTC","hours":{"mon":[["22:00","07:00"]],"tue":[["22:00","07:00"]]},"start":"2026-11-10T03:00:00Z","business_days":1,"result":"2026-11-11T07:00:00Z"}`,
		},
		{"holiday", `{"op":"holiday","start":"2026-11-23"}`, `{"op":"holiday","start":"2026-11-23","result":"勤労感謝の日"}`},
		{"no holiday", `{"op":"holiday","start":"2026-11-24T00:00:00+09:00"}`, `{"op":"holiday","start":"2026-11-24T00:00:00+09:00","result":""}`},
		{"parts of a second", `{"op":"between","start":"2026-11-24T10:00:00+09:00","end":"2026-11-24T10:00:00.25+09:00"}`, `{"op":"between","start":"2026-11-24T10:00:00+09:00","end":"2026-11-24T10:00:00.25+09:00","result":0.25}`},
		{"backwards", `{"op":"between","start":"2026-11-24T10:00:01.5+09:00","end":"2026-11-24T10:00:00+09:00"}`, `{"op":"between","start":"2026-11-24T10:00:01.5+09:00","end":"2026-11-24T10:00:00+09:00","result":-1.5}`},
		{"own holiday beside the default", `{"op":"deadline","holidays":["2026-11-24"],"start":"2026-11-20 10:00","business_days":1}`, "error"},
		{"own holiday", `{"op":"deadline","holidays":["2026-11-24"],"start":"2026-11-20T10:00","business_days":1}`, `{"op":"deadline","holidays":["2026-11-24"],"start":"2026-11-20T10:00","business_days":1,"result":"2026-11-25T19:00:00+09:00"}`},
		{"a result of the caller is replaced", `{"op":"is_open","start":"2026-11-24T10:00:00+09:00","result":false}`, `{"op":"is_open","result":true,"start":"2026-11-24T10:00:00+09:00"}`},
		{"empty object", `{}`, "error"},
		{"whole numbers written as fractions", `{"op":"add_days","days":1.0,"start":"2026-11-24T10:00:00+09:00"}`, `{"op":"add_days","days":1.0,"start":"2026-11-24T10:00:00+09:00","result":"2026-11-25T10:00:00+09:00"}`},
		{"an exponent", `{"op":"add","seconds":3.6e3,"start":"2026-11-24T10:00:00+09:00"}`, `{"op":"add","seconds":3.6e3,"start":"2026-11-24T10:00:00+09:00","result":"2026-11-24T11:00:00+09:00"}`},
		{"a float's rest is rounded", `{"op":"add","seconds":0.30000000000000004,"start":"2026-11-24T10:00:00+09:00"}`, `{"op":"add","seconds":0.30000000000000004,"start":"2026-11-24T10:00:00+09:00","result":"2026-11-24T10:00:00.3+09:00"}`},
		{"holidays beside null hours", `{"op":"is_open","hours":null,"holidays":null,"overrides":null,"excluded":null,"start":"2026-11-24T10:00:00+09:00"}`, `{"op":"is_open","hours":null,"holidays":null,"overrides":null,"excluded":null,"start":"2026-11-24T10:00:00+09:00","result":true}`},
		{"hours with Japanese holidays", `{"op":"is_open","tz":"Asia/Tokyo","hours":{"mon":[["10:00","19:00"]]},"public_holidays":"jp","start":"2026-11-23T10:00:00+09:00"}`, `{"op":"is_open","tz":"Asia/Tokyo","hours":{"mon":[["10:00","19:00"]]},"public_holidays":"jp","start":"2026-11-23T10:00:00+09:00","result":false}`},
		{"a local time that the clock skips", `{"op":"next_open","tz":"America/New_York","hours":{"sun":[["00:00","24:00"]]},"start":"2026-03-08T02:30:00"}`, `{"op":"next_open","tz":"America/New_York","hours":{"sun":[["00:00","24:00"]]},"start":"2026-03-08T02:30:00","result":"2026-03-08T03:00:00-04:00"}`},
		{"an offset with seconds", `{"op":"next_open","tz":"Europe/Amsterdam","hours":{"mon":[["09:00","17:00"]]},"start":"1930-01-06T00:00:00Z"}`, `{"op":"next_open","tz":"Europe/Amsterdam","hours":{"mon":[["09:00","17:00"]]},"start":"1930-01-06T00:00:00Z","result":"1930-01-06T08:40:28Z"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := string(sla.EvalLine([]byte(test.line+"\n"), nil))
			if test.want == "error" {
				if !strings.Contains(got, `"error":`) {
					t.Errorf("got %s, want an error", got)
				}
				return
			}
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestEvalLineErrors(t *testing.T) {
	tests := map[string]string{
		`nonsense`: "want one JSON object", `[]`: "want one JSON object", `null`: "want one JSON object", ``: "want one JSON object",
		`{"op":"add","start":"2026-11-24T10:00:00Z"}`:                                                                          "seconds is missing",
		`{"op":"add","start":"2026-11-24T10:00:00Z","seconds":1e30}`:                                                           "seconds 1e30",
		`{"op":"add","start":"2026-11-24T10:00:00Z","seconds":9000000000}`:                                                     "1900-01-01 to 2149-12-31",
		`{"op":"add","start":"soon","seconds":1}`:                                                                              `start \"soon\": want a time`,
		`{"op":"between","start":"2026-11-24T10:00:00Z"}`:                                                                      `end is missing: want a time`,
		`{"op":"days_between","start":"2026-11-24T10:00:00Z"}`:                                                                 `end is missing: want a time`,
		`{"op":"add_days","start":"2026-11-24T10:00:00Z"}`:                                                                     "days is missing",
		`{"op":"deadline","start":"2026-11-24T10:00:00Z"}`:                                                                     "business_days is missing",
		`{"op":"deadline","start":"2026-11-24T10:00:00Z","business_days":-1}`:                                                  "want 0 or more",
		`{"op":"deadline","start":"2026-11-24T10:00:00Z","business_days":"1"}`:                                                 `business_days \"1\": want a whole number`,
		`{"op":"add","start":"2026-11-24T10:00:00Z","seconds":"60"}`:                                                           `seconds \"60\": want a number`,
		`{"op":"add","start":"2026-11-24T10:00:00Z","seconds":true}`:                                                           `seconds true: want a number`,
		`{"op":"add","start":"2026-11-24T10:00:00Z","seconds":null}`:                                                           `seconds is missing`,
		`{"op":"add","start":"2026-11-24T10:00:00Z","seconds":1e400}`:                                                          `seconds 1e400: want a number`,
		`{"op":"add_days","start":"2026-11-24T10:00:00Z","days":1.5}`:                                                          "days 1.5: want a whole number",
		`{"op":"add_days","start":"2026-11-24T10:00:00Z","days":99999999999}`:                                                  "1900-01-01 to 2149-12-31",
		`{"op":"add_days","start":"2026-11-24T10:00:00Z","days":1e20}`:                                                         "days 1e20: want a whole number",
		`{"op":"between","start":"1899-11-24T10:00:00Z","end":"2026-11-24T10:00:00Z"}`:                                         `start \"1899-11-24T10:00:00Z\": want a time from 1900-01-01`,
		`{"op":"is_open","start":["2026-11-24T10:00:00Z"]}`:                                                                    "start is a array: want a text",
		`{"op":"is_open","start":"2026-11-24T10:00:00Z","hours":{"mon":[["09:00"]]}}`:                                          `hours: [\"09:00\"]: want two texts in a list`,
		`{"op":"is_open","start":"2026-11-24T10:00:00Z","hours":{"mon":[["09:00","10:00","11:00"]]}}`:                          "want two texts in a list",
		`{"op":"is_open","start":"2026-11-24T10:00:00Z","hours":[]}`:                                                           "hours: got a array: want lists",
		`{"op":"is_open","start":"2026-11-24T10:00:00Z","holidays":"jp"}`:                                                      "holidays: got a string: want a list of dates",
		`{"op":"is_open","start":"2026-11-24T10:00:00Z","holidays":["2026-11-31"]}`:                                            `holidays: reading date \"2026-11-31\"`,
		`{"op":"is_open","start":"2026-11-24T10:00:00Z","overrides":{"2026-13-24":[]}}`:                                        `overrides: reading date \"2026-13-24\"`,
		`{"op":"is_open","start":"2026-11-24T10:00:00Z","public_holidays":"de"}`:                                               `public holidays \"de\": want \"jp\"`,
		`{"op":"add","seconds":1,"start":"2026-11-24T10:00:00Z","excluded":[["2026-11-24T11:00:00Z","2026-11-24T10:00:00Z"]]}`: "is before the start",
		`{"op":"add","seconds":1,"start":"2026-11-24T10:00:00Z","boundary":"clos"}`:                                            `boundary \"clos\": want close or open`,
		`{"op":"is_open"}`: `start is missing: want a time`,
		`{"op":"sum","start":"2026-11-24T10:00:00Z"}`:                                                                  `op \"sum\": want add, between`,
		`{"op":"is_open","start":"2026-11-24T10:00:00Z","tz":"Asia/Edo"}`:                                              `zone \"Asia/Edo\"`,
		`{"op":"is_open","start":"2026-11-24T10:00:00Z","hours":{"mon":[["9","18:00"]]}}`:                              "hours of mon",
		`{"op":"is_open","start":"2026-11-24T10:00:00Z","hours":{"monday":[]}}`:                                        `hours of \"monday\"`,
		`{"op":"is_open","start":"2026-11-24T10:00:00Z","hours":{}}`:                                                   "no working time",
		`{"op":"is_open","start":"2026-11-24T10:00:00Z","holidays":["2026-02-30"]}`:                                    "2026-02-30",
		`{"op":"is_open","start":"2026-11-24T10:00:00Z","overrides":{"2026-11-24":[["x","y"]]}}`:                       "overrides of 2026-11-24",
		`{"op":"is_open","start":"2026-11-24T10:00:00Z","excluded":[["2026-11-24T10:00:00Z","x"]]}`:                    `excluded[0] \"x\"`,
		`{"op":"is_open","start":"2026-11-24T10:00:00Z","excluded":[["2026-11-24T10:00:00Z","2026-11-24T11:00:00Z"]]}`: "goes with add and between",
	}
	for line, want := range tests {
		got := string(sla.EvalLine([]byte(line), nil))
		if !strings.Contains(got, `"error":`) || !strings.Contains(got, want) || !json.Valid([]byte(got)) {
			t.Errorf("%s\ngot  %s\nwant %s", line, got, want)
		}
	}
}

func TestErrorsNameTheLine(t *testing.T) {
	e := sla.NewEvaluator(nil)
	e.At = 7
	for _, line := range []string{`{"op":"sum","start":"2026-11-24T10:00:00Z"}`, "nonsense"} {
		if got := string(e.Line([]byte(line))); !strings.Contains(got, `"error":"line 7: `) {
			t.Errorf("%s", got)
		}
	}
}

func TestEvaluatorUsesTheGivenCalendar(t *testing.T) {
	spec := sla.AroundTheClock("Europe/Berlin")
	e := sla.NewEvaluator(&spec)
	line := `{"op":"deadline","start":"2026-11-14T12:00:00Z","business_days":1}`
	for range 2 { // the second answer comes from the kept calendar
		if got := string(e.Line([]byte(line))); !strings.HasSuffix(got, `"result":"2026-11-16T00:00:00+01:00"}`) {
			t.Errorf("got %s", got)
		}
	}
	if got := string(e.Line([]byte(`{"op":"next_close","start":"2026-11-14T12:00:00Z"}`))); !strings.Contains(got, "error") {
		t.Errorf("a calendar that never closes: %s", got)
	}
}

func FuzzEvalLine(f *testing.F) {
	for _, line := range []string{
		`{"op":"deadline","start":"2026-11-13T20:00:00+09:00","business_days":1}`, `{"op":"add","start":"2026-11-13T20:00:00+09:00","seconds":-1.5}`,
		`{}`, `{"op":`, `null`, `{"op":"holiday","start":"0001-01-01"}`, `{"op":"between","start":"9999-12-31T00:00:00Z","end":"0000-01-01T00:00:00Z"}`,
		`{"op":"next_open","start":"2026-11-13T20:00:00Z","hours":{"sun":[["23:59","23:58"]]},"tz":"America/St_Johns"}`,
	} {
		f.Add(line)
	}
	e := sla.NewEvaluator(nil)
	f.Fuzz(func(t *testing.T, line string) {
		began := time.Now()
		var answer map[string]any
		if err := json.Unmarshal(e.Line([]byte(line)), &answer); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		_, result := answer["result"]
		_, failed := answer["error"]
		if result == failed {
			t.Errorf("%q: result %v, error %v", line, result, failed)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%q took %s", line, took)
		}
	})
}

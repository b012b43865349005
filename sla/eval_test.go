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
		`{"op":"add","start":"2026-11-24T10:00:00Z"}`:                                                                  "seconds is missing",
		`{"op":"add","start":"2026-11-24T10:00:00Z","seconds":1e30}`:                                                   "seconds 1e30",
		`{"op":"add","start":"2026-11-24T10:00:00Z","seconds":9000000000}`:                                             "1900-01-01 to 2149-12-31",
		`{"op":"add","start":"soon","seconds":1}`:                                                                      `start \"soon\": want a time`,
		`{"op":"between","start":"2026-11-24T10:00:00Z"}`:                                                              `end \"\": want a time`,
		`{"op":"days_between","start":"2026-11-24T10:00:00Z"}`:                                                         `end \"\": want a time`,
		`{"op":"add_days","start":"2026-11-24T10:00:00Z"}`:                                                             "days is missing",
		`{"op":"deadline","start":"2026-11-24T10:00:00Z"}`:                                                             "business_days is missing",
		`{"op":"deadline","start":"2026-11-24T10:00:00Z","business_days":-1}`:                                          "want 0 or more",
		`{"op":"deadline","start":"2026-11-24T10:00:00Z","business_days":"1"}`:                                         "reading fields",
		`{"op":"sum","start":"2026-11-24T10:00:00Z"}`:                                                                  `op \"sum\": want add, between`,
		`{"op":"is_open","start":"2026-11-24T10:00:00Z","tz":"Asia/Edo"}`:                                              `zone \"Asia/Edo\"`,
		`{"op":"is_open","start":"2026-11-24T10:00:00Z","hours":{"mon":[["9","18:00"]]}}`:                              "hours of mon",
		`{"op":"is_open","start":"2026-11-24T10:00:00Z","hours":{"monday":[]}}`:                                        `hours of \"monday\"`,
		`{"op":"is_open","start":"2026-11-24T10:00:00Z","hours":{}}`:                                                   "no working time",
		`{"op":"is_open","start":"2026-11-24T10:00:00Z","holidays":["2026-02-30"]}`:                                    "2026-02-30",
		`{"op":"is_open","start":"2026-11-24T10:00:00Z","overrides":{"2026-11-24":[["x","y"]]}}`:                       "overrides of 2026-11-24",
		`{"op":"is_open","start":"2026-11-24T10:00:00Z","excluded":[["2026-11-24T10:00:00Z","x"]]}`:                    `excluded \"x\"`,
		`{"op":"is_open","start":"2026-11-24T10:00:00Z","excluded":[["2026-11-24T10:00:00Z","2026-11-24T11:00:00Z"]]}`: "goes with add and between",
	}
	for line, want := range tests {
		got := string(sla.EvalLine([]byte(line), nil))
		if !strings.Contains(got, `"error":`) || !strings.Contains(got, want) || !json.Valid([]byte(got)) {
			t.Errorf("%s\ngot  %s\nwant %s", line, got, want)
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

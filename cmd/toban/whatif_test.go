package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestWhatIf(t *testing.T) {
	o := &office{t: t}
	for _, tt := range []struct {
		name  string
		args  string
		code  int
		wants []string
	}{
		{"the spec's example", "--at 2026-11-20T18:30 --class minor --priority 高", exitOK, []string{"due 2026-11-24T19:00:00+09:00", "Mon 2026-11-23 not counted: 勤労感謝の日"}},
		{"in Japanese", "--at 2026-11-20T18:30 --class minor --lang ja", exitOK, []string{"期限 2026-11-24(火) 19:00 JST", "数えない: 勤労感謝の日"}},
		{"with an offset", "--at 2026-11-20T09:30:00Z --type backup", exitOK, []string{"due 2026-11-24T19:00:00+09:00"}},
		{"paused", "--at 2026-11-09T10:00 --class minor --pause 2026-11-09T10:01/2026-11-12T15:00", exitOK, []string{"due 2026-11-13T19:00:00+09:00"}},
		{"two clocks of an incident", "--at 2026-11-21T03:00 --class incident --short", exitOK, []string{"03:15:00+09:00", "03:30:00+09:00"}},
		{"no promise", "--at 2026-11-21T03:00 --class minor --priority 低", exitOK, []string{"no time is promised"}},
		{"another profile", "--at 2026-11-20T18:30 --profile managed-security --type security_helpdesk", exitOK, []string{"due 2026-11-26T18:00:00+09:00"}},
		{"beyond the official holidays", "--at 2027-11-20T18:30 --class minor", exitOK, []string{"provisional: public holidays are official only to"}},
		{"no time", "--at soon --class minor", exitUsage, []string{`at "soon": want RFC 3339`}},
		{"no class", "--at 2026-11-20T18:30", exitUsage, []string{"class is missing"}},
		{"wrong class", "--at 2026-11-20T18:30 --class small", exitUsage, []string{`class "small": want one of minor`}},
		{"wrong priority", "--at 2026-11-20T18:30 --class minor --priority high", exitUsage, []string{`priority "high": want one of 高`}},
		{"wrong type", "--at 2026-11-20T18:30 --type x", exitUsage, []string{`type "x": want one of account`}},
		{"answered before asked", "--at 2026-11-20T18:30 --class minor --pause 2026-11-25T10:00/2026-11-24T10:00", exitUsage, []string{"an answer after the question"}},
		{"wrong language", "--at 2026-11-20T18:30 --class minor --lang de", exitUsage, []string{`language "de": want en or ja`}},
		{"a customer without a folder", "--at 2026-11-20T18:30 --class minor --customer aoba", exitUsage, []string{"want --config, too"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, out, errs := o.toban("", append([]string{"whatif"}, strings.Fields(tt.args)...)...)
			if code != tt.code {
				t.Errorf("exit %d, want %d: %s", code, tt.code, errs)
			}
			for _, want := range tt.wants {
				if !strings.Contains(out+errs, want) {
					t.Errorf("got %s%s\nwant %s", out, errs, want)
				}
			}
		})
	}
}

func TestWhatIfJSON(t *testing.T) {
	o := &office{t: t}
	code, out, errs := o.toban("", "whatif", "--at", "2026-11-21T03:00", "--class", "incident", "--json")
	var got struct {
		Policy   string
		Promises []struct {
			Due    time.Time
			Ledger []struct{ Kind string }
			Text   []string
		}
	}
	if err := json.Unmarshal([]byte(out), &got); code != exitOK || err != nil {
		t.Fatalf("exit %d, %v: %s%s", code, err, out, errs)
	}
	if got.Policy != "support-desk" || len(got.Promises) != 3 || len(got.Promises[0].Ledger) != len(got.Promises[0].Text) {
		t.Errorf("got %+v", got)
	}
}

func TestWhenByWeekday(t *testing.T) {
	zone := time.FixedZone("JST", 9*3600)
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, zone) // a Saturday
	for text, want := range map[string]string{
		"fri 18:30": "2026-12-04T18:30:00+09:00", "Friday 18:30": "2026-12-04T18:30:00+09:00", "金 18:30": "2026-12-04T18:30:00+09:00",
		"金曜 18:30": "2026-12-04T18:30:00+09:00", "sat 00:10": "2026-11-28T00:10:00+09:00", "2026-11-20 18:30": "2026-11-20T18:30:00+09:00",
	} {
		if got, err := askedTime("at", text, zone, now); err != nil || got.Format(time.RFC3339) != want {
			t.Errorf("%s: %s %v, want %s", text, got.Format(time.RFC3339), err, want)
		}
	}
}

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSLAEval(t *testing.T) {
	o := &office{t: t}
	in := `{"op":"deadline","start":"2026-11-20T11:00:00+09:00","business_days":1,"id":"a"}` + "\n\nnonsense\n" +
		`{"op":"holiday","start":"2026-11-23T00:00:00+09:00"}`
	code, out, errs := o.toban(in, "sla", "eval")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if code != exitOK || len(lines) != 3 {
		t.Fatalf("sla eval: %d %q %q", code, out, errs)
	}
	for i, want := range []string{`"result":"2026-11-24T19:00:00+09:00"`, `"error":`, "勤労感謝の日"} {
		if !strings.Contains(lines[i], want) {
			t.Errorf("line %d is %s, want %s", i+1, lines[i], want)
		}
	}
	cal := filepath.Join(t.TempDir(), "night.yaml")
	if err := os.WriteFile(cal, []byte("zone: Asia/Tokyo\nweek: {mon-fri: [\"22:00-07:00\"]}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errs = o.toban(`{"op":"next_open","start":"2026-11-24T12:00:00+09:00"}`, "sla", "eval", "--calendar", cal)
	if code != exitOK || !strings.Contains(out, "2026-11-24T22:00:00+09:00") {
		t.Errorf("sla eval with a calendar: %d %q %q", code, out, errs)
	}
	huge := strings.Repeat("x", 1<<20)
	code, out, errs = o.toban("\ufeff"+`{"op":"is_open","start":"2026-11-24T12:00:00+09:00","note":"`+huge+`"}`+"\r\n\r\n{\"op\":\"sum\"}\r\n", "sla", "eval")
	if lines := strings.Split(strings.TrimSpace(out), "\n"); code != exitOK || len(lines) != 2 || !strings.HasSuffix(lines[0], `"result":true}`) || !strings.Contains(lines[1], `"error"`) || strings.Contains(out, "\r") {
		t.Errorf("sla eval of a file from Windows with a long line: %d, %d bytes, %q", code, len(out), errs)
	}
}

package sla_test

import (
	"testing"
	"time"

	"toban/sla"
)

func TestMoments(t *testing.T) {
	c, friday := compile(t, sla.SupportCenter()), jst(t, "2026-11-20 18:30")
	for _, test := range []struct {
		name string
		got  time.Time
		want string
	}{
		{"an hour of working time", sla.After(c, friday, time.Hour), "2026-11-24 10:30"},
		{"an hour of plain time", sla.After(nil, friday, time.Hour), "2026-11-20 19:30"},
		{"half an hour ahead", sla.Ahead(friday, 30*time.Minute), "2026-11-20 18:00"},
		{"two business days", sla.ClosingAfter(c, friday, 2), "2026-11-25 19:00"},
		{"two days without a calendar", sla.ClosingAfter(nil, friday, 2), "2026-11-22 18:30"},
	} {
		if !test.got.Equal(jst(t, test.want)) {
			t.Errorf("%s: got %s, want %s", test.name, test.got, test.want)
		}
	}
	last := time.Date(2149, 12, 30, 0, 0, 0, 0, time.UTC)
	if got := sla.After(c, last, time.Hour); !got.Equal(last.Add(time.Hour)) { // closed until the calendar ends
		t.Errorf("beyond the calendar: %s", got)
	}
}

func TestNextRound(t *testing.T) {
	from := jst(t, "2026-11-20 10:00")
	for _, test := range []struct{ now, passed, next string }{
		{"2026-11-20 09:00", "", "2026-11-20 11:00"},
		{"2026-11-20 10:00", "", "2026-11-20 11:00"},
		{"2026-11-20 10:59:59", "", "2026-11-20 11:00"},
		{"2026-11-20 11:00", "2026-11-20 11:00", "2026-11-20 11:00"},
		{"2026-11-20 13:30", "2026-11-20 13:00", "2026-11-20 14:00"},
	} {
		passed, next := sla.NextRound(from, time.Hour, jst(t, test.now))
		if test.passed == "" != passed.IsZero() || test.passed != "" && !passed.Equal(jst(t, test.passed)) || !next.Equal(jst(t, test.next)) {
			t.Errorf("at %s: %s, %s", test.now, passed, next)
		}
	}
	if passed, next := sla.NextRound(from, 0, from); !passed.IsZero() || !next.IsZero() {
		t.Errorf("no interval: %s, %s", passed, next)
	}
}

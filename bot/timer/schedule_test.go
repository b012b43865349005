package timer_test

import (
	"testing"
	"time"

	"toban/bot/timer"
)

func TestNext(t *testing.T) {
	tests := []struct {
		name, spec, zone, after, want string
	}{
		{"tokyo morning", "0 9 * * *", "Asia/Tokyo", "2026-11-22T12:00:00+09:00", "2026-11-23T09:00:00+09:00"},
		{"first of month", "0 9 1 * *", "Asia/Tokyo", "2026-11-22T12:00:00+09:00", "2026-12-01T09:00:00+09:00"},
		{"skipped hour comes at the end of the gap", "30 2 * * *", "America/New_York", "2026-03-07T12:00:00-05:00", "2026-03-08T03:00:00-04:00"},
		{"day after the gap", "30 2 * * *", "America/New_York", "2026-03-08T03:00:00-04:00", "2026-03-09T02:30:00-04:00"},
		{"repeated hour counts once", "30 1 * * *", "America/New_York", "2026-10-31T12:00:00-04:00", "2026-11-01T01:30:00-04:00"},
		{"not again in the second", "30 1 * * *", "America/New_York", "2026-11-01T01:30:00-04:00", "2026-11-02T01:30:00-05:00"},
		{"nor from within the second", "30 1 * * *", "America/New_York", "2026-11-01T01:10:00-05:00", "2026-11-02T01:30:00-05:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			after, err := time.Parse(time.RFC3339, tt.after)
			if err != nil {
				t.Fatal(err)
			}
			want, err := time.Parse(time.RFC3339, tt.want)
			if err != nil {
				t.Fatal(err)
			}
			got, err := timer.Next(tt.spec, tt.zone, after)
			if err != nil {
				t.Fatal(err)
			}
			if !got.Equal(want) {
				t.Errorf("Next(%q, %q, %s) = %s, want %s", tt.spec, tt.zone, tt.after, got, want)
			}
		})
	}
}

func TestNextRefuses(t *testing.T) {
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct{ name, spec, zone string }{
		{"a date that never comes", "0 0 30 2 *", "Asia/Tokyo"},
		{"too few fields", "0 9 *", "Asia/Tokyo"},
		{"unknown zone", "0 9 * * *", "Asia/Edo"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := timer.Next(tt.spec, tt.zone, now); err == nil {
				t.Errorf("Next(%q, %q) = %s, want an error", tt.spec, tt.zone, got)
			}
		})
	}
}

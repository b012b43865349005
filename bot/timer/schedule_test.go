package timer_test

import (
	"math/rand/v2"
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
		{"a gap at midnight", "0 0 * * *", "Asia/Beirut", "2026-03-28T12:00:00+02:00", "2026-03-29T01:00:00+03:00"},
		{"a gap of half an hour", "15 2 * * *", "Australia/Lord_Howe", "2026-10-03T12:00:00+10:30", "2026-10-04T02:30:00+11:00"},
		{"half an hour twice", "45 1 * * *", "Australia/Lord_Howe", "2026-04-04T12:00:00+11:00", "2026-04-05T01:45:00+11:00"},
		{"half an hour twice, not again", "45 1 * * *", "Australia/Lord_Howe", "2026-04-05T01:45:00+11:00", "2026-04-06T01:45:00+10:30"},
		{"several moments of a gap are one", "*/15 2 * * *", "America/New_York", "2026-03-08T03:00:00-04:00", "2026-03-09T02:00:00-04:00"},
		{"a day that is there every four years", "0 0 29 2 *", "Asia/Tokyo", "2026-11-22T12:00:00+09:00", "2028-02-29T00:00:00+09:00"},
		{"the last hour of a year", "30 23 31 12 *", "Asia/Tokyo", "2026-12-31T23:30:00+09:00", "2027-12-31T23:30:00+09:00"},
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
		{"dates that never come", "0 0 31 4,6,9,11 *", "Asia/Tokyo"},
		{"an hour that is none", "0 25 * * *", "Asia/Tokyo"},
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

// Whatever the spec and the zone, moments only go forward, and no wall-clock label comes twice.
func TestNextGoesForward(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	zones := []string{"Asia/Tokyo", "America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Beirut", "America/Santiago", "UTC"}
	specs := []string{"0 * * * *", "*/20 * * * *", "30 0-3 * * *", "15 2 * * *", "0 0 * * *", "59 23 28-31 * *", "0 9 * * 1-5"}
	for range 200 {
		spec, zone := specs[rng.IntN(len(specs))], zones[rng.IntN(len(zones))]
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		// A day of the weeks in which zones change.
		month := []time.Month{time.March, time.April, time.September, time.October, time.November}[rng.IntN(5)]
		at := time.Date(2026, month, 1+rng.IntN(30), rng.IntN(24), rng.IntN(60), 0, 0, time.UTC)
		seen := map[string]time.Time{}
		for range 150 {
			next, err := timer.Next(spec, zone, at)
			if err != nil || !next.After(at) {
				t.Fatalf("Next(%q, %q, %s) = %s, %v", spec, zone, at, next, err)
			}
			label := next.In(loc).Format("2006-01-02 15:04")
			if before, twice := seen[label]; twice {
				t.Fatalf("%q in %s: %s comes at %s and at %s", spec, zone, label, before, next)
			}
			seen[label], at = next, next
		}
	}
}

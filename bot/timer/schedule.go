package timer

import (
	"fmt"
	"time"

	"github.com/robfig/cron/v3"
)

// impossible is how far a schedule may look ahead; the cron parser gives the zero time for dates that never come (30 February), which
// would fire for ever.
const impossible = 5 * 366 * 24 * time.Hour

// Next is the first moment of a five-field cron spec after t in a zone. The local wall clock decides, each label once a day: in the
// hour that a time change repeats only the first counts, and a moment in the hour that it skips comes at the end of the gap.
func Next(spec, zone string, t time.Time) (time.Time, error) {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return time.Time{}, fmt.Errorf("reading zone %q of schedule: want an IANA name such as Asia/Tokyo: %w", zone, err)
	}
	// Parsing in UTC walks wall-clock labels without any time change; each label is then set into the zone.
	sched, err := cron.ParseStandard("CRON_TZ=UTC " + spec)
	if err != nil {
		return time.Time{}, fmt.Errorf("reading schedule %q: want five fields minute hour day month weekday: %w", spec, err)
	}
	local := t.In(loc)
	label := time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(), local.Second(), local.Nanosecond(), time.UTC)
	for range 1000 {
		label = sched.Next(label)
		if label.IsZero() || label.Sub(t) > impossible {
			return time.Time{}, fmt.Errorf("reading schedule %q: no such day comes within five years", spec)
		}
		at := place(label, loc)
		if at.After(t) {
			return at.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("reading schedule %q: it finds no next moment", spec)
}

// place sets a wall-clock label into a zone: the first of two equal labels, the end of the gap for a label that does not exist.
func place(label time.Time, loc *time.Location) time.Time {
	at := time.Date(label.Year(), label.Month(), label.Day(), label.Hour(), label.Minute(), label.Second(), 0, loc)
	if at.Hour() == label.Hour() && at.Minute() == label.Minute() {
		if start, _ := at.ZoneBounds(); !start.IsZero() {
			// A time change less than some hours ago may have shown the same label before it.
			_, after := at.Zone()
			_, before := start.Add(-time.Second).Zone()
			if earlier := at.Add(time.Duration(after-before) * time.Second); before > after && earlier.Before(start) {
				return earlier
			}
		}
		return at
	}
	// time.Date moves a label in the gap by the width of the gap, one way or the other: the gap's end is the nearest zone change.
	start, end := at.ZoneBounds()
	if !start.IsZero() && (end.IsZero() || at.Sub(start) <= end.Sub(at)) {
		return start
	}
	return end
}

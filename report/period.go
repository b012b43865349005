package report

import (
	"fmt"
	"time"
)

// Period is a calendar month in a zone, as the half-open span from Start to End.
type Period struct {
	Start, End time.Time
}

// Month is the month in the zone; nil is UTC.
func Month(year int, month time.Month, zone *time.Location) Period {
	if zone == nil {
		zone = time.UTC
	}
	return Period{
		Start: time.Date(year, month, 1, 0, 0, 0, 0, zone),
		End:   time.Date(year, month+1, 1, 0, 0, 0, 0, zone),
	}
}

// Parse reads a month written as 2026-11.
func Parse(s string, zone *time.Location) (Period, error) {
	t, err := time.Parse("2006-01", s)
	if err != nil || t.Year() < 1970 {
		return Period{}, fmt.Errorf("reading period %q: want a month such as 2026-11", s)
	}
	return Month(t.Year(), t.Month(), zone), nil
}

// String writes the month as 2026-11.
func (p Period) String() string { return p.Start.Format("2006-01") }

// Contains says whether the instant lies in the period: Start does, End does not.
func (p Period) Contains(t time.Time) bool {
	return !t.IsZero() && !t.Before(p.Start) && t.Before(p.End)
}

// PageName is the wiki page of the month: SLA/2026/2026-11.
func PageName(p Period) string { return "SLA/" + p.Start.Format("2006") + "/" + p.String() }

// DetailsName is the page of the month's tickets, below PageName.
func DetailsName(p Period) string { return PageName(p) + "/作業詳細" }

// NotesName is the page on which people write, below PageName. Toban links it and never writes it.
func NotesName(p Period) string { return PageName(p) + "/特記事項" }

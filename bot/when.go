package bot

import (
	"fmt"
	"time"
)

var weekdaysJA = [...]string{"日", "月", "火", "水", "木", "金", "土"}

// When writes an instant for people, in a zone and with its name: "2026年11月24日(火) 19:00 JST", or "Tue 24 Nov 2026 19:00 JST" for
// languages other than "ja". Midnight is written as 00:00 of the day that begins.
func When(t time.Time, loc *time.Location, lang string) string {
	if t.IsZero() {
		return ""
	}
	l := t.In(loc)
	if lang != "ja" {
		return l.Format("Mon 2 Jan 2006 15:04 MST")
	}
	return fmt.Sprintf("%d年%d月%d日(%s) %s", l.Year(), int(l.Month()), l.Day(), weekdaysJA[l.Weekday()], l.Format("15:04 MST"))
}

// ShortWhen writes an instant for staff: "11/24(火) 19:00 JST".
func ShortWhen(t time.Time, loc *time.Location) string {
	if t.IsZero() {
		return "–"
	}
	l := t.In(loc)
	return fmt.Sprintf("%d/%d(%s) %s", int(l.Month()), l.Day(), weekdaysJA[l.Weekday()], l.Format("15:04 MST"))
}

// Lasting writes a duration for people in Japanese, to the minute: "2時間5分".
func Lasting(d time.Duration) string {
	d = d.Round(time.Minute)
	if d < time.Minute {
		return "1分未満"
	}
	h, m := int(d/time.Hour), int(d%time.Hour/time.Minute)
	switch {
	case h >= 48:
		return fmt.Sprintf("%d日%d時間", h/24, h%24)
	case h == 0:
		return fmt.Sprintf("%d分", m)
	case m == 0:
		return fmt.Sprintf("%d時間", h)
	}
	return fmt.Sprintf("%d時間%d分", h, m)
}

// Day writes the day of an instant for people: "2026年11月24日(火)", or "Tue 24 Nov 2026".
func Day(t time.Time, loc *time.Location, lang string) string {
	l := t.In(loc)
	if lang != "ja" {
		return l.Format("Mon 2 Jan 2006")
	}
	return fmt.Sprintf("%d年%d月%d日(%s)", l.Year(), int(l.Month()), l.Day(), weekdaysJA[l.Weekday()])
}

// Until writes the end of something as When does, but midnight as 24:00 of the day that ends: who reads "until Saturday 00:00" takes it for Saturday.
func Until(t time.Time, loc *time.Location, lang string) string {
	l := t.In(loc)
	if t.IsZero() || l.Format("15:04:05") != "00:00:00" {
		return When(t, loc, lang)
	}
	return Day(l.AddDate(0, 0, -1), loc, lang) + " 24:00 " + l.Format("MST")
}

// Span writes a span of time for people: "2026年11月24日(火) 22:00 〜 24:00 JST" in a day, with both days otherwise. An end at midnight is 24:00
// of the day that ends.
func Span(from, until time.Time, loc *time.Location, lang string) string {
	a, b := from.In(loc), until.In(loc)
	dash := " 〜 "
	if lang != "ja" {
		dash = " – "
	}
	clock := a.Format(" 15:04")
	switch midnight := b.Format("15:04") == "00:00"; {
	case a.YearDay() == b.YearDay() && a.Year() == b.Year():
		return Day(from, loc, lang) + clock + dash + b.Format("15:04 MST")
	case midnight && a.AddDate(0, 0, 1).YearDay() == b.YearDay(): // the end of the same day
		return Day(from, loc, lang) + clock + dash + "24:00 " + b.Format("MST")
	}
	return Day(from, loc, lang) + clock + dash + Until(until, loc, lang)
}

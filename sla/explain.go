package sla

import (
	"fmt"
	"strings"
	"time"
)

// Language is what an explanation is written in.
type Language string

// The languages of explanations: operators read English, staff Japanese.
const (
	English  Language = "en"
	Japanese Language = "ja"
)

// Explain writes the ledger of a result in English, one line a step: calendar,
// start, the days and hours that count and those that do not and why, pauses, due
// instant and judgement.
func Explain(r Result) []string { return Write(r.Ledger(), English) }

// Write writes the lines of a ledger.
func Write(ledger []Line, in Language) []string {
	out := make([]string, 0, len(ledger))
	for _, l := range ledger {
		out = append(out, l.Text(in))
	}
	return out
}

// Text writes the line.
func (l Line) Text(in Language) string {
	if in == Japanese {
		return l.japanese()
	}
	return l.String()
}

// promise says what was promised.
func (t Target) promise() string {
	var what string
	switch t.Kind {
	case KindBusinessDays:
		what = fmt.Sprintf("within %d business days", t.Days)
	case KindBusinessTime:
		what = fmt.Sprintf("within %s of working time", length(t.Duration))
	case KindElapsed:
		what = "within " + length(t.Duration)
	case KindCycle:
		what = "an update every " + length(t.Duration)
	case KindAhead:
		what = "at least " + strings.TrimPrefix(monthsText(t.Months)+lengthIf(t.Duration), " ") + " ahead"
	case KindCalendarDate:
		what = fmt.Sprintf("by business day %d of the month", t.Days)
		if t.Days == 0 {
			what = "by the agreed date"
		}
	}
	if t.DueTime != "" && t.DueTime != DueClose {
		what += ", due time " + string(t.DueTime)
	}
	if t.Counting == DaySame {
		what += ", day 0 counted"
	}
	if t.pauses() {
		what += ", pauses " + string(t.Pause)
	}
	return fmt.Sprintf("promise %s (%s): %s", t.ID, t.Level, what)
}

// String writes the line in English.
func (l Line) String() string {
	switch l.Kind {
	case LinePolicy:
		return fmt.Sprintf("policy %s, version %s", l.Name, l.Note) + lineIf(", in force from %s", l.Date)
	case LineReapplied:
		return fmt.Sprintf("this version applied anew %s by %s%s", when(l.At), l.Name, source(l.Ref)) + because(l.Note)
	case LinePromise:
		return l.Promise.promise()
	case LineCalendar:
		return fmt.Sprintf("calendar %s, version %s, zone %s", l.Name, l.Note, l.Ref)
	case LineStart:
		return "start " + when(l.At) + source(l.Ref)
	case LineReopened:
		return "reopened " + when(l.At) + source(l.Ref) + ": a new cycle, the first result stands"
	case LineDayZero:
		if l.Note == "shift" {
			return fmt.Sprintf("day 0 is %s: the shift opened on that day", dateText(l.Date))
		}
		return "day 0 is " + dateText(l.Date)
	case LineCounted:
		if l.Of == 0 {
			return fmt.Sprintf("  %s business day, %s", dateText(l.Date), hoursText(l.At, l.To))
		}
		return fmt.Sprintf("  %s business day %d of %d, %s", dateText(l.Date), l.N, l.Of, hoursText(l.At, l.To))
	case LineSkipped:
		return fmt.Sprintf("  %s not counted: %s", dateText(l.Date), l.Name)
	case LineMore:
		return fmt.Sprintf("  %d further days to %s", l.N, dateText(l.Date))
	case LineWorked:
		return fmt.Sprintf("  %s %s of working time, %s", dateText(l.Date), length(l.Time), hoursText(l.At, l.To))
	case LinePlain:
		return "due without pauses " + when(l.At)
	default:
		return l.event()
	}
}

func (l Line) event() string {
	switch l.Kind {
	case LinePause:
		return fmt.Sprintf("paused %s%s to %s%s: %s of working time", when(l.At), source(l.Ref), when(l.To), source(l.Name), length(l.Time))
	case LinePauseOpen:
		return fmt.Sprintf("paused since %s%s: %s of working time so far", when(l.At), source(l.Ref), length(l.Time))
	case LinePauseLate:
		return fmt.Sprintf("asked %s%s: after the due instant, counts nothing", when(l.At), source(l.Ref))
	case LineMoved:
		return fmt.Sprintf("pauses after day 0: %s of working time after %s, then the due time of that day", length(l.Time), when(l.At))
	case LineRestarted:
		return "information complete " + when(l.At) + ": counted from there"
	case LineAgreed:
		return fmt.Sprintf("due set to %s%s", when(l.At), source(l.Ref)) + because(l.Note)
	case LineDue:
		return "due " + when(l.At)
	case LineRound:
		text := fmt.Sprintf("  round %d due %s: %s", l.N, when(l.At), l.Name)
		if !l.To.IsZero() {
			text += " " + when(l.To) + source(l.Ref)
		}
		return text
	case LineProvisional:
		return fmt.Sprintf("provisional: public holidays are official only to %d", l.N)
	case LineLeftOut:
		return fmt.Sprintf("left out: %s %s%s, %s", l.Name, when(l.At), source(l.Ref), l.Note)
	case LineExcluded:
		return fmt.Sprintf("excluded %s%s by %s: %s", when(l.At), source(l.Ref), l.Name, l.Note)
	case LineEnded:
		return fmt.Sprintf("%s %s%s: %s", l.Note, when(l.At), source(l.Ref), l.Name)
	case LineCause:
		return fmt.Sprintf("cause: %s%s", l.Note, source(l.Ref))
	case LineStanding:
		return fmt.Sprintf("%s at %s, remaining %s", l.Name, when(l.At), length(l.Time))
	default:
		return string(l.Kind)
	}
}

// lineIf writes a date into a format, if there is one.
func lineIf(format string, d Date) string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf(format, d)
}

func because(note string) string {
	if note == "" {
		return ""
	}
	return ": " + note
}

func when(t time.Time) string {
	layout := "Mon 2006-01-02 15:04"
	if t.Second() != 0 || t.Nanosecond() != 0 {
		layout = "Mon 2006-01-02 15:04:05.999999999"
	}
	return t.Format(layout + " MST")
}

func source(ref string) string {
	if ref == "" {
		return ""
	}
	return " (" + ref + ")"
}

func dateText(d Date) string { return d.Weekday().String()[:3] + " " + d.String() }

// hoursText writes both ends; an end on a later date says so.
func hoursText(from, to time.Time) string {
	end := to.Format("15:04")
	switch days := DateOf(to).Sub(DateOf(from)); {
	case days == 1 && end == "00:00":
		end = "24:00"
	case days > 0:
		end += fmt.Sprintf(" (+%d day)", days)
	}
	return from.Format("15:04") + "–" + end
}

// length writes a duration in hours, minutes and, if need be, seconds.
func length(d time.Duration) string {
	if d < 0 {
		return "minus " + length(-d)
	}
	var parts []string
	if h := d / time.Hour; h > 0 {
		parts = append(parts, fmt.Sprintf("%d h", h))
	}
	if m := d % time.Hour / time.Minute; m > 0 {
		parts = append(parts, fmt.Sprintf("%d min", m))
	}
	if rest := d % time.Minute; rest > 0 || len(parts) == 0 {
		parts = append(parts, fmt.Sprintf("%g s", rest.Seconds()))
	}
	return strings.Join(parts, " ")
}

func monthsText(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return "1 month"
	}
	return fmt.Sprintf("%d months", n)
}

func lengthIf(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return " " + length(d)
}

package report

import (
	"fmt"
	"strconv"
	"time"

	"toban/report/text"
)

type zone = *time.Location

// at writes an instant in the customer's zone; "–" when there is none.
func (p *pageWriter) at(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.In(p.zone).Format("2006-01-02 15:04")
}

// span writes a length of time in the two largest units that it has, rounded down.
func span(d time.Duration) string {
	minutes := int(d / time.Minute)
	hours, days := minutes/60, minutes/60/24
	switch {
	case d <= 0:
		return "0 分"
	case minutes == 0:
		return "1 分未満"
	case days > 0 && hours%24 > 0:
		return fmt.Sprintf("%d 日 %d 時間", days, hours%24)
	case days > 0:
		return fmt.Sprintf("%d 日", days)
	case hours > 0 && minutes%60 > 0:
		return fmt.Sprintf("%d 時間 %d 分", hours, minutes%60)
	case hours > 0:
		return fmt.Sprintf("%d 時間", hours)
	}
	return fmt.Sprintf("%d 分", minutes)
}

// levelWord names the level of a target in a table.
func levelWord(l Level) string {
	if l == Agreement {
		return "SLA(合意)"
	}
	return "SLO(目標)"
}

// missWord is the word for a missed target: only a missed agreement is a breach.
func missWord(l Level) string {
	if l == Agreement {
		return "違反"
	}
	return "目標未達"
}

// stateWord names a clock's state.
func stateWord(c ClockResult) text.Line {
	switch c.State {
	case Met:
		return text.Cell("達成")
	case Missed:
		return text.Line{text.Bad(missWord(c.Level))}
	case Excluded:
		return text.Cell("除外")
	case Cancelled:
		return text.Cell("取消")
	case Paused:
		return text.Cell("ご回答待ち")
	case Running:
		return text.Cell("進行中")
	}
	return text.Cell(string(c.State))
}

func number(n int) text.Line { return text.Cell(strconv.Itoa(n)) }

// bad is a number that should be 0.
func bad(n int) text.Line {
	if n == 0 {
		return text.Cell("0")
	}
	return text.Line{text.Bad(strconv.Itoa(n))}
}

func mark(m Mark) text.Line {
	if m == Bad {
		return text.Line{text.Bad(m)}
	}
	return text.Cell(string(m))
}

// keys is a cell of links to tickets.
func keys(k Keys) text.Line {
	if k.Total <= len(k.First) {
		return text.Issues(k.First, rowKeys)
	}
	all := make([]string, k.Total)
	copy(all, k.First)
	return text.Issues(all, min(rowKeys, len(k.First)))
}

// rowKeys is how many tickets a row links; the rest is on the page of details.
const rowKeys = 10

// summaryLimit is the length to which a ticket's summary is cut in tables, in characters.
const summaryLimit = 60

func summary(s string) text.Line { return text.Cell(text.Cut(text.Clean(s), summaryLimit)) }

func ticket(key string) text.Line { return text.Line{text.Issue(key)} }

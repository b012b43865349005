package sla

import (
	"fmt"
	"strings"
	"time"
)

// Short sums a ledger up in a few lines, for a place without room: the promise, its
// start and the days that count, how long it stood still, when it is due and how it
// stands. Times are in the zone of the calendar.
func Short(ledger []Line, in Language) []string {
	var out, days []string
	var still time.Duration
	moved := false
	for _, l := range ledger {
		switch l.Kind {
		case LineCounted, LineWorked:
			days = append(days, pick(in, dateText(l.Date), dateJa(l.Date)))
		case LinePause, LinePauseOpen:
			still += l.Time
			moved = true
		case LinePolicy, LineReapplied, LinePromise, LineStart, LineReopened, LineRestarted, LineAgreed, LineDue, LineProvisional, LineExcluded, LineEnded, LineCause, LineStanding:
			if l.Kind == LineDue {
				out = append(out, shortDays(days, in)...)
				if moved {
					out = append(out, fmt.Sprintf(pick(in, "stood still for %s of working time", "停止の合計 営業時間で %s"), pick(in, length(still), lengthJa(still))))
				}
				days, still, moved = nil, 0, false
			}
			out = append(out, strings.TrimLeft(l.Text(in), " 　"))
		default: // only the long form has it
		}
	}
	return out
}

// shortDays names the days that count; of many only the first and the last.
func shortDays(days []string, in Language) []string {
	const most = 3
	switch {
	case len(days) == 0:
		return nil
	case len(days) > most:
		days = []string{days[0], "…", days[len(days)-1]}
	}
	return []string{pick(in, "counted ", "数えた日 ") + strings.Join(days, pick(in, ", ", "、"))}
}

func pick(in Language, english, japanese string) string {
	if in == Japanese {
		return japanese
	}
	return english
}

package wish

import (
	"strings"
	"time"
)

var englishDays = map[string]time.Weekday{
	"sunday": time.Sunday, "monday": time.Monday, "tuesday": time.Tuesday, "wednesday": time.Wednesday, "thursday": time.Thursday,
	"friday": time.Friday, "saturday": time.Saturday,
}

var englishMonths = []string{
	"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
}

// englishWords stand at the beginning of a word.
var englishWords = []phrase{
	{"the day after tomorrow", []token{relative(2)}},
	{"day after tomorrow", []token{relative(2)}},
	{"tomorrow", []token{relative(1)}},
	{"today", []token{relative(0)}},
	{"tonight", []token{relative(0), dawn(18, 24)}},
	{"noon", []token{{kind: kindTime, minute: 12 * 60}}},
	{"midnight", []token{vague}},
	{"end of the month", []token{monthEnd(0)}},
	{"end of this month", []token{monthEnd(0)}},
	{"end of month", []token{monthEnd(0)}},
	{"end of next month", []token{monthEnd(1)}},
	{"end of day", []token{vague}},
	{"end of the day", []token{vague}},
	{"end of the week", []token{vague}},
	{"eod", []token{vague}},
	{"cob", []token{vague}},
	{"morning", []token{part(0, 12)}},
	{"afternoon", []token{part(12, 24)}},
	{"evening", []token{dawn(18, 24)}},
	{"night", []token{dawn(18, 24)}},
	{"no later than", []token{{kind: kindBy, number: 1}}},
	{"not later than", []token{{kind: kindBy, number: 1}}},
	{"on or before", []token{{kind: kindBy, number: 1}}},
	{"at the latest", []token{{kind: kindBy, number: latest}}},
	{"or before", []token{vague}},
	{"or earlier", []token{vague}},
	{"or sooner", []token{vague}},
	{"or later", []token{vague}},
	{"no earlier than", []token{{kind: kindFrom, number: 1}}},
	{"not earlier than", []token{{kind: kindFrom, number: 1}}},
	{"not before", []token{{kind: kindFrom, number: 1}}},
	{"on or after", []token{{kind: kindFrom, number: 1}}},
	{"at the earliest", []token{{kind: kindFrom, number: 1}}},
	{"until", []token{{kind: kindBy, number: 1}}},
	{"till", []token{{kind: kindBy, number: 1}}},
	{"by", []token{{kind: kindBy, number: 1}}},
	{"before", []token{vague}},
	{"prior to", []token{vague}},
	{"ahead of", []token{vague}},
	{"the day after", []token{vague}},
	{"the day before", []token{vague}},
	{"week of", []token{vague}},
	{"week from", []token{vague}},
	{"weeks from", []token{vague}},
	{"days from", []token{vague}},
	{"days after", []token{vague}},
	{"days before", []token{vague}},
	{"early", []token{vague}},
	{"late", []token{vague}},
	{"mid", []token{vague}},
	{"starting", []token{{kind: kindFrom, number: 1}}},
	{"from", []token{{kind: kindFrom, number: 1}}},
	{"effective", []token{{kind: kindFrom, number: 1}}},
	{"as of", []token{{kind: kindFrom, number: 1}}},
	{"after", []token{{kind: kindFrom, number: 1}}},
	{"since", []token{vague}},
	{"around", []token{vague}},
	{"about", []token{vague}},
	{"between", []token{{kind: kindBetween}}},
	{"or", []token{or}},
	{"except", []token{not}},
	{"not", []token{not}},
	{"avoid", []token{not}},
	{"a.m", []token{{kind: kindPart, minute: 0, until: 12 * 60, number: 1}}},
	{"p.m", []token{{kind: kindPart, minute: 12 * 60, until: 24 * 60, number: 1}}},
	{"am", []token{{kind: kindPart, minute: 0, until: 12 * 60, number: 1}}},
	{"pm", []token{{kind: kindPart, minute: 12 * 60, until: 24 * 60, number: 1}}},
	{"jst", []token{{kind: kindZone, number: 9 * 60}}},
	{"utc", []token{{kind: kindZone}}},
	{"gmt", []token{{kind: kindZone}}},
	{"pst", []token{{kind: kindZone, half: true}}},
	{"pdt", []token{{kind: kindZone, half: true}}},
	{"est", []token{{kind: kindZone, half: true}}},
	{"edt", []token{{kind: kindZone, half: true}}},
	{"cet", []token{{kind: kindZone, half: true}}},
	{"cest", []token{{kind: kindZone, half: true}}},
	{"ist", []token{{kind: kindZone, half: true}}},
	{"cst", []token{{kind: kindZone, half: true}}},
}

// english reads names of months with their days.
func (s *scanner) english(text string) bool {
	w := latinWord(text)
	if len(w) < 2 && !halfDay(text) {
		return false
	}
	for i, m := range englishMonths {
		if w != m && w != m[:3] && !(w == "sept" && i == 8) {
			continue
		}
		d := day{month: i + 1}
		n := len(w)
		if strings.HasPrefix(text[n:], ".") {
			n++
		}
		n += spaces(text[n:])
		if v, size := number(text[n:]); size > 0 && size <= 2 && !strings.HasPrefix(text[n+size:], ":") { // Dec 1st, 2026; not 1 Dec 17:00
			d.date = v
			n += size + ordinal(text[n+size:])
			if k := yearBehind(text[n:]); k > 0 {
				d.year, _ = number(strings.TrimLeft(text[n:n+k], ", "))
				n += k
			}
			return s.add(token{kind: kindDate, day: d}, n)
		}
		if len(s.out) > 0 && !s.broken && s.out[len(s.out)-1].kind == kindNumber { // 1 December 2026
			d.date = s.out[len(s.out)-1].number
			s.out = s.out[:len(s.out)-1]
			if k := yearBehind(text[len(w):]); k > 0 {
				d.year, _ = number(strings.TrimLeft(text[len(w):len(w)+k], ", "))
				return s.add(token{kind: kindDate, day: d}, len(w)+k)
			}
			return s.add(token{kind: kindDate, day: d}, len(w))
		}
		if w == "may" || w == "mar" || w == "march" { // words of their own
			return false
		}
		return s.add(token{kind: kindVague}, n)
	}
	switch w {
	case "to", "and", "through", "thru": // of two times or days; of all else it is no joint
		if s.follows() {
			return s.add(token{kind: kindRange, and: w == "and"}, len(w))
		}
		return false
	case "at":
		if s.oclock(text) {
			return true
		}
	}
	for _, e := range englishWords {
		if strings.HasPrefix(text, e.text) && len(latinWord(text[len(e.text):])) == 0 {
			s.out = append(s.out, e.tokens...)
			s.broken = false
			s.at += len(e.text)
			s.end = s.at
			return true
		}
	}
	return false
}

// within reads 3 business days, 24 hours, 2h: a length, or an end when "within" stands before it. v is the number, n where its unit begins.
func (s *scanner) within(v, n int) bool {
	unit := latinWord(s.rest()[n:])
	inside := strings.HasSuffix(s.text[:s.at], "within ")
	switch unit {
	case "business", "working":
		behind := s.rest()[n+len(unit):]
		w := latinWord(strings.TrimLeft(behind, " "))
		if w != "day" && w != "days" {
			return false
		}
		n += len(unit) + spaces(behind) + len(w)
		if !inside { // in 3 business days: on that day, or until then
			return s.add(vague, n)
		}
		return s.add(token{kind: kindBusiness, days: v, by: true}, n)
	case "hour", "hours", "hrs":
		if inside {
			return s.add(vague, n+len(unit))
		}
		return s.add(token{kind: kindLength, span: time.Duration(v) * time.Hour}, n+len(unit))
	case "day", "days", "week", "weeks":
		return inside && s.add(vague, n+len(unit))
	case "h": // 22h is an hour of the day for some, 2h a length
		return s.add(vague, n+len(unit))
	}
	return false
}

// oclock reads the hour of "at 5 on Friday", a number that nothing else tells to be one. "at 5 pm" and "at 17:00" speak for themselves, and
// what goes on with another word is no hour (at 80 percent).
func (s *scanner) oclock(text string) bool {
	n := len("at") + spaces(text[len("at"):])
	v, size := number(text[n:])
	const lastHour = 24
	if size == 0 || size > 2 || v > lastHour {
		return false
	}
	behind := strings.TrimLeft(text[n+size:], " ")
	if halfDay(behind) {
		return false
	}
	w := latinWord(behind)
	_, weekday := englishDays[w]
	ends := behind == "" || behind[0] == ',' || behind[0] == '\n' || behind[0] == '.' && (len(behind) == 1 || behind[1] == ' ')
	if !ends && !weekday && w != "on" && w != "today" && w != "tomorrow" && w != "tonight" {
		return false
	}
	return s.add(hour(v, size), n+size)
}

func ordinal(text string) int {
	switch w := latinWord(text); w {
	case "st", "nd", "rd", "th":
		return len(w)
	}
	return 0
}

// yearBehind is the length of ", 2026" behind a day.
func yearBehind(text string) int {
	n := len(text) - len(strings.TrimLeft(text, ", "))
	if n == 0 {
		return 0
	}
	v, size := number(text[n:])
	if size == 4 && v >= minYear && v <= maxYear && !strings.HasPrefix(text[n+size:], ":") {
		return n + size
	}
	return 0
}

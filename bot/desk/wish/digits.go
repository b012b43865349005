package wish

import (
	"strings"
	"time"
	"unicode/utf8"
)

// digits reads what begins with a digit; false when it is no time.
func (s *scanner) digits() bool {
	text := s.rest()
	if s.clings() {
		return false
	}
	v, n := number(text)
	behind := text[n:]
	if len(s.out) > 0 && !s.broken && s.follows() {
		const lastHour, hundred, hour = 29, 100, 60
		switch before := s.out[len(s.out)-1]; {
		case before.kind == kindOr && n <= 2 && (behind == "" || !digitOrPart(behind)): // 12/25 または 26
			return s.add(either, n)
		case before.kind == kindDate && n == 4 && v/hundred <= lastHour && v%hundred < hour && (behind == "" || !digitOrPart(behind)): // 12/1 2200
			return s.add(vague, n)
		}
	}
	switch {
	case n == 8:
		return s.compact(v)
	case n == 4 && v >= minYear && v <= maxYear && s.withYear(v, text, n):
		return true
	case n > 2:
		return false
	}
	gap := spaces(behind)
	for _, u := range units {
		if strings.HasPrefix(behind[gap:], u.text) {
			return u.read(s, v, n, n+gap)
		}
	}
	if s.within(v, n+gap) {
		return true
	}
	switch {
	case strings.HasPrefix(behind, ":"):
		return s.clock(v, n)
	case strings.HasPrefix(behind, "/"):
		return s.slashed(v, n)
	}
	if tail := strings.TrimLeft(behind, " "); halfDay(tail) {
		return s.add(hour(v, n), n)
	}
	n += ordinal(behind)
	behind = strings.TrimLeft(text[n:], " ")
	w := latinWord(behind)
	joins := false
	for _, m := range englishMonths {
		joins = joins || len(w) >= 3 && (w == m || w == m[:3])
	}
	inRange := len(s.out) > 0 && !s.broken && s.out[len(s.out)-1].kind == kindRange
	to := strings.TrimLeft(strings.TrimPrefix(behind, w), " ")
	joins = joins || (w == "to" || w == "and") && to != "" && digit(to[0]) // 10 to 11 pm
	if joins || inRange || strings.HasPrefix(behind, "~") || strings.HasPrefix(behind, "-") {
		return s.add(token{kind: kindNumber, number: v}, n)
	}
	return false
}

// digitOrPart reports whether a number goes on to a date or a time.
func digitOrPart(behind string) bool {
	behind = strings.TrimLeft(behind, " ")
	if behind == "" {
		return false
	}
	r, _ := utf8.DecodeRuneInString(behind)
	return strings.ContainsRune("/:.-月日時分年", r) || digit(behind[0])
}

// clings reports whether the number belongs to a name, an address or a version.
func (s *scanner) clings() bool {
	if s.at == 0 || s.last() == kindPart { // am10:00
		return false
	}
	c := s.text[s.at-1]
	if len(s.out) > 0 && !s.broken && s.out[len(s.out)-1].kind == kindRange && (c == '-' || c == '/') {
		return false
	}
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || strings.IndexByte("./-@#$%_\\+", c) >= 0
}

func halfDay(text string) bool {
	w := latinWord(text)
	return w == "am" || w == "pm" || strings.HasPrefix(text, "a.m") || strings.HasPrefix(text, "p.m")
}

// compact reads 20261201.
func (s *scanner) compact(v int) bool {
	d := day{year: v / 10000, month: v / 100 % 100, date: v % 100}
	if d.year < minYear || d.year > maxYear || d.month == 0 || d.month > 12 {
		return false
	}
	return s.add(token{kind: kindDate, day: d}, len("20261201"))
}

// withYear reads 2026-12-01, 2026/12/1, 2026.12.1, 2026年12月1日, with a time behind a T.
func (s *scanner) withYear(year int, text string, n int) bool {
	sep := ""
	for _, p := range []string{"-", "/", ".", "年"} {
		if strings.HasPrefix(text[n:], p) {
			sep = p
		}
	}
	if sep == "" {
		return false
	}
	n += len(sep)
	n += spaces(text[n:])
	m, size := number(text[n:])
	if size == 0 || size > 2 {
		return false
	}
	n += size
	d := day{year: year, month: m}
	second := sep
	if sep == "年" {
		second = "月"
	}
	if !strings.HasPrefix(text[n:], second) {
		if sep != "/" {
			return false
		}
		d.wide = true
		return s.add(token{kind: kindDate, day: d}, n)
	}
	n += len(second)
	if k := spaces(text[n:]); sep == "年" {
		n += k
	}
	date, size := number(text[n:])
	switch {
	case size == 0 && sep == "年" && strings.HasPrefix(text[n:], "末"):
		d.monthEnd = true
		return s.add(token{kind: kindDate, day: d}, n+len("末"))
	case size == 0 && sep == "年":
		d.wide = true
		return s.add(token{kind: kindDate, day: d}, n)
	case size == 0 || size > 2:
		return false
	}
	d.date = date
	n += size
	if sep == "年" {
		n += len(text[n:]) - len(strings.TrimPrefix(text[n:], "日"))
	}
	s.add(token{kind: kindDate, day: d}, n)
	if rest := s.rest(); len(rest) > 2 && rest[0] == 't' && rest[1] >= '0' && rest[1] <= '9' {
		s.at++
		if v, k := number(s.rest()); strings.HasPrefix(s.rest()[k:], ":") {
			return s.clock(v, k)
		}
	}
	return true
}

// slashed reads 12/1, 26/12/1 and 12/1/2026.
func (s *scanner) slashed(v, n int) bool {
	text := s.rest()
	n++
	second, size := number(text[n:])
	if size == 0 || size > 2 {
		return false
	}
	n += size
	d := day{month: v, date: second}
	if strings.HasPrefix(text[n:], "/") {
		third, k := number(text[n+1:])
		switch {
		case k == 4: // 12/1/2026 is read as the first of December in one country and as the twelfth of January in another
			s.out = append(s.out, token{kind: kindVague})
			d.year = third
		case k > 0 && k <= 2:
			d = day{year: 2000 + v, month: second, date: third}
		default:
			return false
		}
		return s.add(token{kind: kindDate, day: d}, n+1+k)
	}
	const months, near = 12, 19
	if v == 0 || v > near || n < len(text) && (text[n] == '.' && n+1 < len(text) && text[n+1] >= '0' && text[n+1] <= '9' || text[n] >= 'a' && text[n] <= 'z') {
		return false
	}
	if v > months {
		return s.add(token{kind: kindBad}, n)
	}
	return s.add(token{kind: kindDate, day: d}, n)
}

// clock reads 22:00, 22:00:00, 25:30, with a zone right behind it.
func (s *scanner) clock(v, n int) bool {
	text := s.rest()
	m, size := number(text[n+1:])
	if size != 2 {
		return false
	}
	n += 1 + size
	if strings.HasPrefix(text[n:], ":") {
		if _, k := number(text[n+1:]); k == 2 {
			n += 1 + k
			if strings.HasPrefix(text[n:], ".") {
				_, k := number(text[n+1:])
				n += 1 + k
			}
		}
	}
	const lastHour, hourMinutes = 30, 60
	if v > lastHour || m >= hourMinutes {
		return s.add(token{kind: kindBad}, n)
	}
	t := token{kind: kindTime, minute: v*hourMinutes + m}
	s.add(t, n)
	s.offset()
	return true
}

// offset reads z, +09:00 and +0900 behind a time.
func (s *scanner) offset() {
	text := s.rest()
	if strings.HasPrefix(text, "z") && len(latinWord(text)) == 1 {
		s.add(token{kind: kindZone}, 1)
		return
	}
	if text == "" || text[0] != '+' {
		return
	}
	h, k := number(text[1:])
	switch {
	case k == 4:
		s.add(token{kind: kindZone, number: h/100*60 + h%100}, 1+k)
	case k == 2 && strings.HasPrefix(text[1+k:], ":"):
		if m, size := number(text[2+k:]); size == 2 {
			s.add(token{kind: kindZone, number: h*60 + m}, 2+k+size)
		}
	}
}

// hour makes a time of an hour; a bare 1 to 6 may be before or after noon, 03 may not.
func hour(v, size int) token {
	const lastHour, lastUnsure = 30, 6
	if v > lastHour {
		return token{kind: kindBad}
	}
	return token{kind: kindTime, minute: v * 60, half: size == 1 && v >= 1 && v <= lastUnsure}
}

// unit is what may stand behind a number of one or two digits; read gets the number, how many digits it has and where the unit begins.
type unit struct {
	text string
	read func(s *scanner, v, size, n int) bool
}

var units = []unit{
	{"時間後", func(s *scanner, v, _, n int) bool {
		return s.add(token{kind: kindInstant, span: time.Duration(v) * time.Hour}, n+len("時間後"))
	}},
	{"時間以内", vagueUnit("時間以内")},
	{"時間前", vagueUnit("時間前")},
	{"時間", func(s *scanner, v, _, n int) bool {
		n += len("時間")
		span := time.Duration(v) * time.Hour
		if strings.HasPrefix(s.rest()[n:], "半") {
			span += 30 * time.Minute
			n += len("半")
		}
		n += len(s.rest()[n:]) - len(strings.TrimPrefix(s.rest()[n:], "程度"))
		return s.add(token{kind: kindLength, span: span}, n)
	}},
	{"時", readHour},
	{"分後", func(s *scanner, v, _, n int) bool {
		return s.add(token{kind: kindInstant, span: time.Duration(v) * time.Minute}, n+len("分後"))
	}},
	{"分間", func(s *scanner, v, _, n int) bool {
		return s.add(token{kind: kindLength, span: time.Duration(v) * time.Minute}, n+len("分間"))
	}},
	{"月", readMonth},
	{"営業日以内", func(s *scanner, v, _, n int) bool {
		return s.add(token{kind: kindBusiness, days: v, by: true}, n+len("営業日以内"))
	}},
	{"営業日後", func(s *scanner, v, _, n int) bool {
		return s.add(token{kind: kindBusiness, days: v}, n+len("営業日後"))
	}},
	{"営業日", vagueUnit("営業日")},
	{"日間", func(s *scanner, v, _, n int) bool {
		return s.add(token{kind: kindLength, span: time.Duration(v) * 24 * time.Hour, days: v}, n+len("日間"))
	}},
	{"日後", func(s *scanner, v, _, n int) bool { return s.add(relative(v), n+len("日後")) }},
	{"日以内", vagueUnit("日以内")},
	{"日前", vagueUnit("日前")},
	{"日目", vagueUnit("日目")},
	{"日経過", counted("日経過")}, // 90日経過したオブジェクト, 30日分のログ: how long, not when
	{"日を経過", counted("日を経過")},
	{"日を過ぎ", counted("日を過ぎ")},
	{"日を超え", counted("日を超え")},
	{"日より古", counted("日より古")},
	{"日以上", counted("日以上")},
	{"日超", counted("日超")},
	{"日保", counted("日保")},
	{"日分", counted("日分")},
	{"日ごと", counted("日ごと")},
	{"日毎", counted("日毎")},
	{"日おき", counted("日おき")},
	{"日", func(s *scanner, v, _, n int) bool {
		const slip = 39 // what is more is no slip of the pen for a day of the month
		if v > slip {
			return s.pause(n + len("日"))
		}
		return s.add(token{kind: kindDate, day: day{date: v}}, n+len("日"))
	}},
	{"週間後", func(s *scanner, v, _, n int) bool { return s.add(relative(7*v), n+len("週間後")) }},
	{"週間", vagueUnit("週間")},
	{"ヶ月", vagueUnit("ヶ月")},
	{"か月", vagueUnit("か月")},
	{"カ月", vagueUnit("カ月")},
	{"ヵ月", vagueUnit("ヵ月")},
}

// counted passes over a number of days that names none.
func counted(text string) func(s *scanner, v, _, n int) bool {
	return func(s *scanner, _, _, n int) bool { return s.pause(n + len(text)) }
}

func vagueUnit(text string) func(s *scanner, v, _, n int) bool {
	return func(s *scanner, _, _, n int) bool { return s.add(vague, n+len(text)) }
}

// readHour reads 22時, 22時半, 22時30分.
func readHour(s *scanner, v, size, n int) bool {
	t := hour(v, size)
	n += len("時")
	text := s.rest()
	if strings.HasPrefix(text[n:], "半") {
		t.minute += 30
		n += len("半")
	} else if m, size := number(text[n:]); size > 0 && size <= 2 && strings.HasPrefix(text[n+size:], "分") {
		if m >= 60 {
			t = token{kind: kindBad}
		}
		t.minute += m
		n += size + len("分")
	}
	return s.add(t, n)
}

// readMonth reads 12月1日, 12月末, 12月.
func readMonth(s *scanner, v, _, n int) bool {
	text := s.rest()
	n += len("月")
	if strings.HasPrefix(text[n:], "分") { // 10月分の定例作業: which month's, not when
		return s.pause(n + len("分"))
	}
	d := day{month: v}
	k := n + spaces(text[n:])
	date, size := number(text[k:])
	switch {
	case size > 0 && size <= 2 && !strings.HasPrefix(text[k+size:], ":") && !strings.HasPrefix(text[k+size:], "時"):
		d.date = date
		n = k + size
		n += len(text[n:]) - len(strings.TrimPrefix(text[n:], "日"))
	case strings.HasPrefix(text[n:], "末日"):
		d.monthEnd = true
		n += len("末日")
	case strings.HasPrefix(text[n:], "末"):
		d.monthEnd = true
		n += len("末")
	default:
		d.wide = true
	}
	return s.add(token{kind: kindDate, day: d}, n)
}

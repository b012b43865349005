package wish

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// scanner walks over folded text.
type scanner struct {
	text string
	at   int
	end  int // where the last token ended
	out  []token
	// broken: a comma, or the end of a line, stands behind the last token
	broken bool
}

// lex finds what a folded text says of times. What is no such thing is passed over.
func lex(text string) []token { return (&scanner{}).lex(text) }

// lex uses the memory of the text before.
func (s *scanner) lex(text string) []token {
	*s = scanner{text: text, out: s.out[:0]}
	for s.at < len(s.text) {
		c := s.text[s.at]
		switch {
		case c >= '0' && c <= '9':
			if !s.digits() {
				s.skipNumber()
			}
		case c == '(' && s.weekdayInBrackets():
		case s.sign(c):
		default:
			if !s.word() {
				s.skip(c)
			}
		}
	}
	return s.out
}

func (s *scanner) rest() string { return s.text[s.at:] }

func (s *scanner) add(t token, length int) bool {
	s.out = append(s.out, t)
	s.broken = false
	s.at += length
	s.end = s.at
	return true
}

// pause passes over what parts one piece of text from the next.
func (s *scanner) pause(length int) bool {
	s.broken = true
	s.at += length
	s.end = s.at
	return true
}

// last is the kind of the token that ends right here; kindBreak when none does.
func (s *scanner) last() kind {
	if len(s.out) == 0 || s.broken || s.end != s.at {
		return kindBreak
	}
	return s.out[len(s.out)-1].kind
}

// skip passes over one character, or over a whole word of Latin letters: "dec" is looked for at the beginning of a word only.
func (s *scanner) skip(c byte) {
	if c < utf8.RuneSelf {
		latin := c >= 'a' && c <= 'z'
		s.at++
		for latin && s.at < len(s.text) && (s.text[s.at] >= 'a' && s.text[s.at] <= 'z' || s.text[s.at] >= '0' && s.text[s.at] <= '9' || strings.IndexByte("-_./@", s.text[s.at]) >= 0) {
			s.at++
		}
		return
	}
	_, n := utf8.DecodeRuneInString(s.rest())
	s.at += n
}

// skipNumber passes over a number that is no time, with what hangs on it: addresses, versions, sizes.
func (s *scanner) skipNumber() {
	for s.at < len(s.text) && (s.text[s.at] >= '0' && s.text[s.at] <= '9' || strings.IndexByte("./-_:%", s.text[s.at]) >= 0 || s.text[s.at] >= 'a' && s.text[s.at] <= 'z') {
		s.at++
	}
}

// sign reads joints and breaks.
func (s *scanner) sign(c byte) bool {
	switch c {
	case '~':
		if s.follows() {
			return s.add(token{kind: kindRange}, 1)
		}
	case '-':
		if s.follows() {
			n := 1
			for s.at+n < len(s.text) && s.text[s.at+n] == '-' {
				n++
			}
			return s.add(token{kind: kindRange}, n)
		}
	case '/':
		if k := s.last(); k == kindTime || k == kindZone {
			return s.add(token{kind: kindRange}, 1) // 2026-12-01T22:00/2026-12-02T02:00
		}
	case '\n':
		return s.pause(1)
	}
	return false
}

// follows reports whether only spaces stand between the last token and here: the wave of web01〜web03 joins no times.
func (s *scanner) follows() bool {
	return len(s.out) > 0 && strings.Trim(s.text[s.end:s.at], " )頃より") == ""
}

// weekdayInBrackets reads (火), (火曜), (tue).
func (s *scanner) weekdayInBrackets() bool {
	text := s.rest()[1:]
	end := strings.IndexByte(text, ')')
	if end < 0 || end > len("wednesday・祝") {
		return false
	}
	inner := strings.TrimSpace(text[:end])
	inner, _, _ = strings.Cut(inner, "・")
	for name, wd := range weekdays {
		if inner == name || inner == name+"曜" || inner == name+"曜日" {
			return s.add(token{kind: kindWeekday, weekday: wd, week: -1}, end+len("()"))
		}
	}
	for name, wd := range englishDays {
		if inner == name || inner == name[:3] || inner == name[:3]+"." {
			return s.add(token{kind: kindWeekday, weekday: wd, week: -1}, end+len("()"))
		}
	}
	return false
}

var weekdays = map[string]time.Weekday{
	"日": time.Sunday, "月": time.Monday, "火": time.Tuesday, "水": time.Wednesday, "木": time.Thursday, "金": time.Friday, "土": time.Saturday,
}

// weeks are the names of weeks before a weekday.
var weeks = []struct {
	name string
	week int
}{{"再来週", 2}, {"さ来週", 2}, {"来週", 1}, {"翌週", 1}, {"次週", 1}, {"今週", 0}, {"次の", -1}, {"今度の", -1}, {"この", -1}, {"next ", weekNext}, {"this ", 0}, {"coming ", -1}, {"every ", weekEach}, {"each ", weekEach}}

// word reads a word at the scanner's place.
func (s *scanner) word() bool {
	text := s.rest()
	r, _ := utf8.DecodeRuneInString(text)
	if !starts.has(r) {
		return false
	}
	latin := r < utf8.RuneSelf
	if weekStarts.has(r) && s.weekday(text) || (latin || r == '令') && s.era(text) || latin && s.english(text) {
		return true
	}
	if r == '中' && s.last() == kindDate {
		for _, w := range []string{"中旬", "中頃", "中ごろ", "中盤"} {
			if strings.HasPrefix(text, w) {
				return s.add(vague, len(w))
			}
		}
		return s.add(by, len("中")) // 12/1中
	}
	if r == '第' && s.nth(text[len("第"):]) {
		return true
	}
	if r == 'か' && s.choice(text[len("か"):]) {
		return s.add(either, len("か")) // 12/25か26
	}
	for _, w := range words[r] {
		if strings.HasPrefix(text, w.text) {
			if len(w.tokens) == 0 {
				return s.pause(len(w.text))
			}
			s.out = append(s.out, w.tokens...)
			s.broken = false
			s.at += len(w.text)
			s.end = s.at
			return true
		}
	}
	return false
}

// nth reads 第2水曜日, 第3営業日 and 第1週, which are no weekday of this week.
func (s *scanner) nth(behind string) bool {
	_, n := number(behind)
	if n == 0 {
		return false
	}
	for _, unit := range []string{"営業日", "週"} {
		if strings.HasPrefix(behind[n:], unit) {
			return s.add(vague, len("第")+n+len(unit))
		}
	}
	_, size := utf8.DecodeRuneInString(behind[n:])
	if _, ok := weekdays[behind[n:n+size]]; ok && strings.HasPrefix(behind[n+size:], "曜") {
		return s.add(vague, len("第")+n+size+len("曜"))
	}
	return false
}

// choice reports whether か parts two days or times: 12/25か26, 10時か14時.
func (s *scanner) choice(behind string) bool {
	if len(s.out) == 0 || s.broken || !s.follows() {
		return false
	}
	behind = strings.TrimLeft(behind, " ")
	k := s.out[len(s.out)-1].kind
	if k != kindDate && k != kindTime && k != kindWeekday || behind == "" {
		return false
	}
	r, size := utf8.DecodeRuneInString(behind)
	_, weekday := weekdays[string(r)]
	return digit(behind[0]) || weekday && strings.HasPrefix(behind[size:], "曜")
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// era reads a year of Reiwa, 令和8年12月1日 or r8.12.1, as the year that the calendar date behind it then has.
func (s *scanner) era(text string) bool {
	var n int
	switch {
	case strings.HasPrefix(text, "令和"):
		n = len("令和")
	case text[0] == 'r' && len(text) > 1 && text[1] >= '0' && text[1] <= '9':
		n = 1
	default:
		return false
	}
	year, size := number(text[n:])
	if strings.HasPrefix(text[n:], "元") {
		year, size = 1, len("元")
	}
	if size == 0 || year == 0 || year > 80 {
		return false
	}
	n += size
	before := len(s.out)
	at := s.at
	const first = 2018 // 令和元年 is 2019
	if s.withYear(first+year, text, n) && len(s.out) > before {
		return true
	}
	s.out, s.at = s.out[:before], at
	return false
}

// weekday reads 来週の月曜日, 金曜.
func (s *scanner) weekday(text string) bool {
	week, n := -1, 0
	for i := range weeks {
		if w := &weeks[i]; text[0] == w.name[0] && strings.HasPrefix(text, w.name) {
			week, n = w.week, len(w.name)
			break
		}
	}
	if n > 0 && strings.HasPrefix(text[n:], "の") {
		n += len("の")
	}
	r, size := utf8.DecodeRuneInString(text[n:])
	if wd, ok := weekdays[text[n:n+size]]; ok {
		after := text[n+size:]
		for _, tail := range []string{"曜日", "曜"} {
			if strings.HasPrefix(after, tail) {
				return s.add(token{kind: kindWeekday, weekday: wd, week: week}, n+size+len(tail))
			}
		}
		if n > 0 && week >= 0 && (strings.HasPrefix(after, ")") || strings.HasPrefix(after, " ") || after == "") {
			return s.add(token{kind: kindWeekday, weekday: wd, week: week}, n+size)
		}
	}
	for name, wd := range englishDays {
		if r < 'a' || r > 'z' {
			break
		}
		w := latinWord(text[n:])
		switch {
		case !strings.HasPrefix(w, name) && w != name[:3]:
		case week == weekEach || w == name+"s" || strings.HasPrefix(text[n+len(w):], " week"): // every Friday, Fridays, Friday week
			return s.add(vague, n+len(w))
		default:
			return s.add(token{kind: kindWeekday, weekday: wd, week: week}, n+len(w))
		}
	}
	if n > 0 && week >= 0 { // a week alone
		return s.add(token{kind: kindVague}, n)
	}
	return false
}

// latinWord is the word of Latin letters at the beginning of a text.
func latinWord(text string) string {
	n := strings.IndexFunc(text, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) })
	if n < 0 {
		return text
	}
	return text[:n]
}

func spaces(text string) int { return len(text) - len(strings.TrimLeft(text, " ")) }

const minYear, maxYear = 1990, 2099

// number reads digits at the beginning of a text; size is how many.
func number(text string) (value, size int) {
	const most = 9
	for size < len(text) && size < most && text[size] >= '0' && text[size] <= '9' {
		value = value*10 + int(text[size]-'0')
		size++
	}
	return value, size
}

package wish

import (
	"strings"
	"unicode/utf8"
)

// runeSet holds characters of the basic plane, a bit each.
type runeSet [1 << 10]uint64

func (s *runeSet) add(r rune) {
	if r >= 0 && r <= 0xffff {
		s[r>>6] |= 1 << (r & 63)
	}
}

func (s *runeSet) has(r rune) bool { return r >= 0 && r <= 0xffff && s[r>>6]&(1<<(r&63)) != 0 }

// starts are the characters that a word of times begins with: at all others there is no need to look.
var starts = func() *runeSet {
	s := weekStartSet()
	for r := range words {
		s.add(r)
	}
	s.add('令')
	s.add('中')
	return s
}()

// weekStarts are those of weekdays and of the weeks before them.
var weekStarts = weekStartSet()

func weekStartSet() *runeSet {
	s := &runeSet{}
	for _, w := range weeks {
		r, _ := utf8.DecodeRuneInString(w.name)
		s.add(r)
	}
	for name := range weekdays {
		r, _ := utf8.DecodeRuneInString(name)
		s.add(r)
	}
	for r := 'a'; r <= 'z'; r++ {
		s.add(r)
	}
	return s
}

// names are the characters of which one stands in everything that names a day: what has none of them, no digit and none of dayNames names
// none.
var names = func() *runeSet {
	s := &runeSet{}
	for _, r := range kanji + "今本明翌来当月年曜週昨後末きしあ日火水木金土\u2f49\u2f47" {
		s.add(r)
	}
	return s
}()

var dayNames = []string{"day", "morrow", "night", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}

// mayName reports whether a text may name a day. It need not be folded.
func mayName(text string) bool {
	latin := 0
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9', r >= '\uff10' && r <= '\uff19', r > 'z' && names.has(r):
			return true
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '\uff21' && r <= '\uff5a':
			latin++
		}
	}
	const shortest = 3
	if latin < shortest {
		return false
	}
	small := fold(text)
	for _, n := range dayNames {
		if strings.Contains(small, n) {
			return true
		}
	}
	return false
}

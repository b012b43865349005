package mask

import (
	"strings"
	"unicode/utf8"
)

// hintSet is a set of hints, a bit each.
type hintSet uint64

// finder tells in one pass which of some words a text holds, Latin letters whatever their case: looking for each of them costs more than
// everything else that is done with most texts.
type finder struct {
	latin [utf8.RuneSelf][]hint // by their first character, as it stands in a text
	bloom [1 << bloomBits / 64]uint64
	other map[rune][]hint
}

type hint struct {
	text string // in small letters
	bit  hintSet
}

const bloomBits = 12

// newFinder prepares at most 64 words in small letters.
func newFinder(list []string) *finder {
	w := &finder{other: map[rune][]hint{}}
	for n, text := range list {
		h := hint{text, 1 << n}
		r, _ := utf8.DecodeRuneInString(text)
		if r >= utf8.RuneSelf {
			w.other[r] = append(w.other[r], h)
			w.bloom[bloomOf(r)>>6] |= 1 << (bloomOf(r) & 63)
			continue
		}
		w.latin[r] = append(w.latin[r], h)
		if r >= 'a' && r <= 'z' {
			w.latin[r-'a'+'A'] = append(w.latin[r-'a'+'A'], h)
		}
	}
	return w
}

func bloomOf(r rune) int { return int(r^r>>bloomBits) & (1<<bloomBits - 1) }

// in tells which of the words a text holds: the nth bit is the nth word's.
func (w *finder) in(text string) (found hintSet) {
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf {
			for _, h := range w.latin[c] {
				if begins(text[i:], h.text) {
					found |= h.bit
				}
			}
			i++
			continue
		}
		r, size := rune(c&0x0f)<<12, 3
		if c >= 0xe1 && c <= 0xec && i+2 < len(text) && text[i+1]&0xc0 == 0x80 && text[i+2]&0xc0 == 0x80 {
			r |= rune(text[i+1]&0x3f)<<6 | rune(text[i+2]&0x3f)
		} else {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		if r == kelvin { // small, it is a k
			return w.in(strings.ToLower(text))
		}
		if b := bloomOf(r); w.bloom[b>>6]&(1<<(b&63)) != 0 {
			for _, h := range w.other[r] {
				if strings.HasPrefix(text[i:], h.text) {
					found |= h.bit
				}
			}
		}
		i += size
	}
	return found
}

const kelvin = '\u212a'

// begins reports whether a text begins with a word in small letters.
func begins(text, word string) bool {
	if len(text) < len(word) {
		return false
	}
	for i := range len(word) {
		c := text[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != word[i] {
			return false
		}
	}
	return true
}

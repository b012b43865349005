package bot

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Heard is what one text holds of the words.
type Heard struct {
	// Asks are all places at which something is asked for, by the order of the types and their asks.
	Asks    []Asked
	signs   *Signs
	phrases []int // by type: how many different ones
	titled  []int // the same of the first line alone
	below   []int // and of the lines below it
	places  []Placed
}

// Placed is a phrase at its place, in bytes.
type Placed struct {
	Type, From, To int
}

// listener is the memory of one reading, used again by the next.
type listener struct {
	signs *Signs
	hits  []hit
	// by group, and by type for exceptions and phrases: the last hit, 1 + its place in hits; each knows the one before it
	groups, except, phrases []int
	text                    *Text
	asks                    []Asked
}

// Text is folded text taken apart for reading; many Signs may read it.
type Text struct {
	chars  []uint16 // beyond the basic plane all are its last one
	kinds  []uint8  // of each character
	begins []int    // where each character begins, and where the text ends
	title  int      // characters of the first line
}

// NewText takes folded text apart.
func NewText(folded string) *Text {
	n := utf8.RuneCountInString(folded)
	t := &Text{chars: make([]uint16, n), kinds: make([]uint8, n), begins: make([]int, n+1)}
	t.title = n
	i, lined := 0, false
	for at, r := range folded {
		switch {
		case r >= 'a' && r <= 'z':
			t.kinds[i] = isLatin
		case r == '{':
			t.kinds[i] = opensMark
		case r == '。', r == '\n', (r == '?' || r == '!') && at > 0 && folded[at-1] >= utf8.RuneSelf:
			t.kinds[i] = endsSentence
		case (r == '.' || r == '?' || r == '!') && closesEnglish(folded, at):
			t.kinds[i] = endsSentence
		}
		if r == '\n' && !lined {
			t.title, lined = i, true
		}
		t.chars[i], t.begins[i] = plane(r), at
		i++
	}
	t.begins[n] = len(folded)
	return t
}

// closesEnglish reports whether a sign ends an English sentence: it stands behind a letter or a digit, and a space follows or nothing.
func closesEnglish(text string, at int) bool {
	if at == 0 || at+1 < len(text) && text[at+1] != ' ' && text[at+1] != '\n' {
		return false
	}
	c := text[at-1]
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == ')' || c == '"' || c == '}'
}

// plane is a character of the basic plane; all beyond it are its last one.
func plane(r rune) uint16 {
	const last = 0xffff
	if r < 0 || r > last {
		return last
	}
	return uint16(r)
}

// Unspaced is a text without the single spaces that some people set between Japanese and Latin letters: iam ユーザー is iamユーザー. Words
// are compared in this form.
func Unspaced(text string) string {
	if !strings.Contains(text, " ") {
		return text
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == ' ' && i > 0 && i+1 < len(text) && (text[i-1] >= utf8.RuneSelf || text[i+1] >= utf8.RuneSelf) && text[i-1] != '\n' && text[i+1] != ' ' {
			continue
		}
		out = append(out, c)
	}
	return string(out)
}

// Asked is one place at which a text asks for the work of a type.
type Asked struct {
	Type     int  // as given to NewSigns
	Words    int  // how many groups the ask has
	From, To int  // bytes: the first word's beginning, the last one's end
	Head     int  // bytes: the first word's end
	Last     int  // bytes: the last word's beginning
	Sentence int  // from 0
	Own      bool // by words that a provider added
	ask      int
}

// hit is a word found, in characters.
type hit struct {
	from, to, sentence int
	word               int
	before             int // the hit before it in its list
}

// SignCount is what a text says of one request type.
type SignCount struct {
	Asks    int // different asks that it holds
	Phrases int // different phrases
}

// Read finds all words in a text.
func (s *Signs) Read(text *Text) *Heard {
	l, _ := s.idle.Get().(*listener)
	if l == nil {
		l = &listener{signs: s, groups: make([]int, s.groups), except: make([]int, len(s.types)), phrases: make([]int, len(s.types))}
	}
	clear(l.groups)
	clear(l.except)
	clear(l.phrases)
	l.text, l.hits, l.asks = text, l.hits[:0], l.asks[:0]
	l.find()
	for i := range s.asks {
		if l.groups[s.asks[i].groups[0]] > 0 {
			l.ask(i, &s.asks[i])
		}
	}
	n := len(s.types)
	counts := make([]int, 3*n)
	h := &Heard{signs: s, Asks: slices.Clone(l.asks), phrases: counts[:n], titled: counts[n : 2*n], below: counts[2*n:]}
	for i := range s.types {
		if l.phrases[i] > 0 {
			h.phrases[i] = l.count(i, 0, len(text.chars))
			h.titled[i] = l.count(i, 0, text.title)
			h.below[i] = l.count(i, text.title, len(text.chars))
			h.places = l.places(h.places, i)
		}
	}
	l.text = nil
	s.idle.Put(l)
	return h
}

const (
	isLatin      = 1
	endsSentence = 2
	opensMark    = 3 // what follows is no word of its own: {address} adds nothing
)

// find fills the lists of hits.
func (l *listener) find() {
	s, text := l.signs, l.text
	words := s.words
	sentence, latin := 0, false
	for i, r := range text.chars {
		kind := text.kinds[i]
		if kind == endsSentence {
			sentence++
		}
		inWord := latin // a Latin word is found at its beginning only: "ami" is not in "dynamic"
		latin = kind == isLatin || kind == opensMark
		if inWord && kind == isLatin {
			continue
		}
		c := words.char(r)
		if c == 0 {
			continue
		}
		node := words.first[c]
		for j := i + 1; node != 0; j++ {
			if w := words.word[node]; w >= 0 {
				l.found(w, i, j, sentence)
			}
			if j >= len(text.chars) || words.leaf[node] {
				break
			}
			if c = words.char(text.chars[j]); c == 0 {
				break
			}
			node = words.next(node, c)
		}
	}
}

func (l *listener) found(word, from, to, sentence int) {
	use := &l.signs.uses[word]
	x := hit{from: from, to: to, sentence: sentence, word: word}
	for _, i := range use.groups {
		x.before = l.groups[i]
		l.hits = append(l.hits, x)
		l.groups[i] = len(l.hits)
	}
	for _, i := range use.except {
		x.before = l.except[i]
		l.hits = append(l.hits, x)
		l.except[i] = len(l.hits)
	}
	for _, i := range use.phrases {
		x.before = l.phrases[i]
		l.hits = append(l.hits, x)
		l.phrases[i] = len(l.hits)
	}
}

// void reports whether a hit stands within an exception of its type.
func (l *listener) void(kind int, x *hit) bool {
	for i := l.except[kind]; i > 0; i = l.hits[i-1].before {
		e := &l.hits[i-1]
		if x.from >= e.from && x.to <= e.to {
			return true
		}
		if e.sentence < x.sentence {
			break
		}
	}
	return false
}

// ask looks for one word of every group in order, from the last one back: each time the nearest.
func (l *listener) ask(number int, a *signAsk) {
	for _, g := range a.groups {
		if l.groups[g] == 0 {
			return
		}
	}
	last := len(a.groups) - 1
	for i := l.groups[a.groups[last]]; i > 0; i = l.hits[i-1].before {
		end := &l.hits[i-1]
		if l.void(a.kind, end) {
			continue
		}
		first, whole := end, true
		for g := last - 1; g >= 0 && whole; g-- {
			whole = false
			for j := l.groups[a.groups[g]]; j > 0; j = l.hits[j-1].before {
				x := &l.hits[j-1]
				if x.sentence < first.sentence {
					break
				}
				if x.to > first.from || l.void(a.kind, x) {
					continue
				}
				if first.from-x.to <= a.gap {
					first, whole = x, true
				}
				break
			}
		}
		if whole {
			l.asks = append(l.asks, Asked{
				Type: a.kind, Words: len(a.groups), ask: number, Sentence: end.sentence, Own: a.own,
				From: l.text.begins[first.from], Head: l.text.begins[first.to], To: l.text.begins[end.to], Last: l.text.begins[end.from],
			})
		}
	}
}

// count counts the different phrases of a type between two places. One within a longer phrase of the type is not said apart: 起動 within 再起動.
func (l *listener) count(kind, from, to int) int {
	var room [16]int
	seen := room[:0]
	for i := l.phrases[kind]; i > 0; i = l.hits[i-1].before {
		x := &l.hits[i-1]
		if x.from >= from && x.to <= to && !slices.Contains(seen, x.word) && !l.void(kind, x) && !l.inLonger(kind, x) {
			seen = append(seen, x.word)
		}
	}
	return len(seen)
}

// places adds where the phrases of a type stand, the last one first.
func (l *listener) places(out []Placed, kind int) []Placed {
	for i := l.phrases[kind]; i > 0; i = l.hits[i-1].before {
		if x := &l.hits[i-1]; !l.void(kind, x) {
			out = append(out, Placed{Type: kind, From: l.text.begins[x.from], To: l.text.begins[x.to]})
		}
	}
	return out
}

func (l *listener) inLonger(kind int, x *hit) bool {
	for i := l.phrases[kind]; i > 0; i = l.hits[i-1].before {
		o := &l.hits[i-1]
		if o.from <= x.from && x.to <= o.to && o.to-o.from > x.to-x.from {
			return true
		}
		if o.sentence < x.sentence {
			break
		}
	}
	return false
}

// Phrases is how many different phrases of a type, as given to NewSigns, the text holds, its first line, and what is below that.
func (h *Heard) Phrases(kind int) (all, titled, below int) {
	return h.phrases[kind], h.titled[kind], h.below[kind]
}

// Places are all phrases that count, with their types.
func (h *Heard) Places() []Placed { return h.places }

// Count tells for each type id what a text holds.
func (s *Signs) Count(text *Text) map[string]SignCount {
	return s.Read(text).Count()
}

// Count is what was heard of each type, by id.
func (h *Heard) Count() map[string]SignCount {
	out := make(map[string]SignCount, len(h.signs.types))
	for i, t := range h.signs.types {
		c := SignCount{Phrases: h.phrases[i]}
		if c.Phrases > 0 {
			out[t.id] = c
		}
	}
	for i, a := range h.Asks {
		if i > 0 && h.Asks[i-1].Type == a.Type && h.Asks[i-1].ask == a.ask {
			continue
		}
		c := out[h.signs.types[a.Type].id]
		c.Asks++
		out[h.signs.types[a.Type].id] = c
	}
	return out
}

package bot

import (
	"math"
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

// listener is the memory of one reading, used again by the next. Each word that is found is one hit, however many asks it is part of: which
// hits an ask has to look at is put together for the few whose words are all there.
type listener struct {
	signs *Signs
	hits  []hit
	last  []int32 // by word: the last hit, 1 + its place in hits; each knows the one before it
	met   []int32 // the words found
	order []int32 // the lists below, one behind the other: places in hits, the last one first
	room  []int32
	// by group, and by type for exceptions and phrases
	groups, except, phrases []chain
	text                    *Text
	asks                    []Asked
}

// chain are the hits of some words.
type chain struct {
	there    bool // one of the words was found
	from, to int  // in order; to is 0 until somebody asks
}

// Text is folded text taken apart for reading; many Signs may read it.
type Text struct {
	chars  []uint16 // beyond the basic plane all are its last one
	kinds  []uint8  // of each character
	begins []int32  // where each character begins, and where the text ends
	title  int      // characters of the first line
}

// NewText takes folded text apart.
func NewText(folded string) *Text {
	n := characters(folded)
	t := &Text{chars: make([]uint16, n), kinds: make([]uint8, n), begins: make([]int32, n+1), title: -1}
	i := 0
	for at := 0; at < len(folded); i++ {
		if i == len(t.chars) {
			t.grow(len(folded) - at) // it is not UTF-8
		}
		t.begins[i] = int32(at)
		c := folded[at]
		if c < utf8.RuneSelf {
			t.chars[i], t.kinds[i] = uint16(c), kindOf(folded, at)
			if c == '\n' && t.title < 0 {
				t.title = i
			}
			at++
			continue
		}
		if c >= firstPlain && c <= lastPlain && at+2 < len(folded) && folded[at+1]&0xc0 == utf8.RuneSelf && folded[at+2]&0xc0 == utf8.RuneSelf { // kana and kanji
			r := uint16(c&0xf)<<12 | uint16(folded[at+1]&0x3f)<<6 | uint16(folded[at+2]&0x3f)
			t.chars[i] = r
			if r == '。' {
				t.kinds[i] = endsSentence
			}
			at += 3
			continue
		}
		r, size := utf8.DecodeRuneInString(folded[at:])
		t.chars[i] = plane(r)
		at += size
	}
	t.chars, t.kinds, t.begins = t.chars[:i], t.kinds[:i], t.begins[:i+1]
	if t.title < 0 {
		t.title = i
	}
	t.begins[i] = int32(len(folded)) //nolint:gosec // no text is so long
	return t
}

// grow makes room for more characters.
func (t *Text) grow(n int) {
	t.chars = append(t.chars, make([]uint16, n)...)
	t.kinds = append(t.kinds, make([]uint8, n)...)
	t.begins = append(t.begins, make([]int32, n)...)
}

// kindOf is the kind of an ASCII character.
func kindOf(text string, at int) uint8 {
	switch c := text[at]; {
	case c >= 'a' && c <= 'z':
		return isLatin
	case c == '{':
		return opensMark
	case c == '\n', (c == '?' || c == '!') && at > 0 && text[at-1] >= utf8.RuneSelf:
		return endsSentence
	case (c == '.' || c == '?' || c == '!') && closesEnglish(text, at):
		return endsSentence
	}
	return 0
}

// The first bytes of characters of three bytes whose others may be any that continue.
const firstPlain, lastPlain = 0xe1, 0xec

// characters is how many characters a text has; of a text that is not UTF-8 it may be too few.
func characters(text string) int {
	n := 0
	for i := range len(text) {
		if text[i]&0xc0 != utf8.RuneSelf {
			n++
		}
	}
	return n
}

// begin is the byte at which a character begins.
func (t *Text) begin(char int32) int { return int(t.begins[char]) }

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
	var out strings.Builder
	from := 0
	for i := 0; ; i++ {
		next := strings.IndexByte(text[i:], ' ')
		if next < 0 {
			break
		}
		i += next
		if i > 0 && i+1 < len(text) && (text[i-1] >= utf8.RuneSelf || text[i+1] >= utf8.RuneSelf) && text[i-1] != '\n' && text[i+1] != ' ' {
			if from == 0 {
				out.Grow(len(text))
			}
			out.WriteString(text[from:i])
			from = i + 1
		}
	}
	if from == 0 {
		return text
	}
	out.WriteString(text[from:])
	return out.String()
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

// hit is a word found, in characters. A text has hundreds of them, so they are small.
type hit struct {
	from, to, sentence, word int32
	before                   int32 // the hit before it in its list
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
		l = &listener{
			signs: s, last: make([]int32, len(s.uses)),
			groups: make([]chain, len(s.groups)), except: make([]chain, len(s.types)), phrases: make([]chain, len(s.types)),
		}
	}
	l.text, l.hits, l.met, l.order, l.asks = text, l.hits[:0], l.met[:0], l.order[:0], l.asks[:0]
	l.find()
	l.sort()
	for i := range s.asks {
		if l.groups[s.asks[i].groups[0]].there {
			l.ask(i, &s.asks[i])
		}
	}
	n := len(s.types)
	counts := make([]int, 3*n)
	h := &Heard{signs: s, Asks: slices.Clone(l.asks), phrases: counts[:n], titled: counts[n : 2*n], below: counts[2*n:]}
	for i := range s.types {
		if l.phrases[i].there {
			h.phrases[i] = l.count(i, 0, len(text.chars))
			h.titled[i] = l.count(i, 0, text.title)
			h.below[i] = l.count(i, text.title, len(text.chars))
			h.places = l.places(h.places, i)
		}
	}
	l.forget()
	s.idle.Put(l)
	return h
}

// sort notes what the words that were found are part of.
func (l *listener) sort() {
	for _, w := range l.met {
		use := &l.signs.uses[w]
		for _, i := range use.groups {
			l.groups[i].there = true
		}
		for _, i := range use.except {
			l.except[i].there = true
		}
		for _, i := range use.phrases {
			l.phrases[i].there = true
		}
	}
}

// forget makes the listener ready for the next text.
func (l *listener) forget() {
	for _, w := range l.met {
		l.last[w] = 0
	}
	clear(l.groups)
	clear(l.except)
	clear(l.phrases)
	l.text = nil
}

// of are the hits of some words, the last one first.
func (l *listener) of(c *chain, words []int32) []int32 {
	if !c.there {
		return nil
	}
	if c.to == 0 {
		c.from = len(l.order)
		for _, w := range words {
			if i := l.last[w]; i > 0 {
				l.merge(c.from, i)
			}
		}
		c.to = len(l.order)
	}
	return l.order[c.from:c.to]
}

// merge puts the hits of one more word, the last of which is given, among those from a place in order on.
func (l *listener) merge(from int, i int32) {
	l.room = append(l.room[:0], l.order[from:]...)
	l.order = l.order[:from]
	for _, o := range l.room {
		for ; i > o+1; i = l.hits[i-1].before {
			l.order = append(l.order, i-1)
		}
		l.order = append(l.order, o)
	}
	for ; i > 0; i = l.hits[i-1].before {
		l.order = append(l.order, i-1)
	}
}

func (l *listener) ofGroup(g int) []int32 { return l.of(&l.groups[g], l.signs.groups[g]) }

func (l *listener) ofExcept(kind int) []int32 {
	return l.of(&l.except[kind], l.signs.types[kind].except)
}

func (l *listener) ofPhrases(kind int) []int32 {
	return l.of(&l.phrases[kind], l.signs.types[kind].phrases)
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
		node := words.begin(r)
		for j := i + 1; node != 0; j++ {
			n := &words.nodes[node]
			if n.word >= 0 {
				l.found(n.word, hit{from: int32(i), to: int32(j), sentence: int32(sentence), word: n.word})
			}
			if j >= len(text.chars) || n.from == n.to {
				break
			}
			node = words.next(n, text.chars[j])
		}
	}
}

func (l *listener) found(word int32, x hit) {
	if x.before = l.last[word]; x.before == 0 {
		l.met = append(l.met, word)
	}
	l.hits = append(l.hits, x)
	l.last[word] = int32(len(l.hits)) //nolint:gosec // a text is no longer than that
}

// void reports whether a hit stands within an exception of its type.
func (l *listener) void(kind int, x *hit) bool {
	for _, i := range l.ofExcept(kind) {
		e := &l.hits[i]
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
		if !l.groups[g].there {
			return
		}
	}
	last, gap := len(a.groups)-1, int32(min(a.gap, math.MaxInt32)) //nolint:gosec // bounded
	for _, i := range l.ofGroup(a.groups[last]) {
		end := &l.hits[i]
		if l.void(a.kind, end) {
			continue
		}
		first, whole := end, true
		for g := last - 1; g >= 0 && whole; g-- {
			first, whole = l.before(a, g, first, gap)
		}
		if whole {
			l.asks = append(l.asks, Asked{
				Type: a.kind, Words: len(a.groups), ask: number, Sentence: int(end.sentence), Own: a.own,
				From: l.text.begin(first.from), Head: l.text.begin(first.to), To: l.text.begin(end.to), Last: l.text.begin(end.from),
			})
		}
	}
}

// before is the nearest word of a group before another word, within its sentence.
func (l *listener) before(a *signAsk, group int, next *hit, gap int32) (x *hit, ok bool) {
	for _, j := range l.ofGroup(a.groups[group]) {
		x = &l.hits[j]
		if x.sentence < next.sentence {
			break
		}
		if x.to > next.from || l.void(a.kind, x) {
			continue
		}
		return x, next.from-x.to <= gap
	}
	return next, false
}

// count counts the different phrases of a type between two places. One within a longer phrase of the type is not said apart: 起動 within 再起動.
func (l *listener) count(kind, from, to int) int {
	var room [16]int32
	seen := room[:0]
	for _, i := range l.ofPhrases(kind) {
		x := &l.hits[i]
		if int(x.from) >= from && int(x.to) <= to && !slices.Contains(seen, x.word) && !l.void(kind, x) && !l.inLonger(kind, x) {
			seen = append(seen, x.word)
		}
	}
	return len(seen)
}

// places adds where the phrases of a type stand, the last one first.
func (l *listener) places(out []Placed, kind int) []Placed {
	for _, i := range l.ofPhrases(kind) {
		if x := &l.hits[i]; !l.void(kind, x) {
			out = append(out, Placed{Type: kind, From: l.text.begin(x.from), To: l.text.begin(x.to)})
		}
	}
	return out
}

func (l *listener) inLonger(kind int, x *hit) bool {
	for _, i := range l.ofPhrases(kind) {
		o := &l.hits[i]
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

package bot

import (
	"cmp"
	"math"
	"slices"
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
	text  *Text
	hits  []hit
	times []int32 // by word: how often it was found
	met   []int32 // the words found
	lists []chain // the hits of each list of words
	order []int32 // the lists, one behind the other: places in hits, the last one first
	whole []int   // the asks whose words are all there
	done  []int   // by group of the ask that is looked for: how many of its hits are of no use any more
	asks  []Asked
}

// chain are the hits of some words.
type chain struct {
	times    int32 // how many there are
	wanted   bool
	from, to int32 // in order
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
}

// SignCount is what a text says of one request type.
type SignCount struct {
	Asks    int // different asks that it holds
	Phrases int // different phrases
}

// Read finds all words in a text.
func (s *Signs) Read(text *Text) *Heard {
	l := s.listener(text)
	defer l.rest()
	n := len(s.ids)
	counts := make([]int, 3*n)
	h := &Heard{signs: s, Asks: slices.Clone(l.asks), phrases: counts[:n], titled: counts[n : 2*n], below: counts[2*n:]}
	for i := range s.ids {
		if l.lists[s.phrases(i)].wanted {
			h.phrases[i] = l.count(i, 0, len(text.chars))
			h.titled[i] = l.count(i, 0, text.title)
			h.below[i] = l.count(i, text.title, len(text.chars))
			h.places = l.places(h.places, i)
		}
	}
	return h
}

// Asks gives take what Read would find as Heard.Asks; it is lent until take returns.
func (s *Signs) Asks(text *Text, take func([]Asked)) {
	l := s.listener(text)
	defer l.rest()
	take(l.asks)
}

// listener reads a text.
func (s *Signs) listener(text *Text) *listener {
	l, _ := s.idle.Get().(*listener)
	if l == nil {
		l = &listener{signs: s, times: make([]int32, len(s.uses)), lists: make([]chain, s.lists())}
	}
	l.text, l.hits, l.met, l.order, l.asks = text, l.hits[:0], l.met[:0], l.order[:0], l.asks[:0]
	l.find()
	l.sort()
	for _, i := range l.whole {
		l.ask(i, &s.asks[i])
	}
	return l
}

// sort puts the hits of what is to be looked at into lists: of asks whose words are all there, and of phrases.
func (l *listener) sort() {
	s := l.signs
	for _, w := range l.met {
		for _, n := range s.uses[w] {
			l.lists[n].times += l.times[w]
		}
	}
	l.whole = l.whole[:0]
	for i := range s.asks {
		if a := &s.asks[i]; l.there(a) {
			l.whole = append(l.whole, i)
			for _, g := range a.groups {
				l.want(g)
			}
			l.want(s.except(a.kind))
		}
	}
	for kind := range s.ids {
		if n := s.phrases(kind); l.lists[n].times > 0 {
			l.want(n)
			l.want(s.except(kind))
		}
	}
	for i := len(l.hits) - 1; i >= 0; i-- {
		for _, n := range s.uses[l.hits[i].word] {
			if c := &l.lists[n]; c.wanted {
				l.order[c.to] = int32(i) //nolint:gosec // no text is so long
				c.to++
			}
		}
	}
}

// there reports whether a word of each group of an ask was found.
func (l *listener) there(a *signAsk) bool {
	for _, g := range a.groups {
		if l.lists[g].times == 0 {
			return false
		}
	}
	return true
}

// want makes room for the hits of a list.
func (l *listener) want(list int) {
	c := &l.lists[list]
	if c.wanted || c.times == 0 {
		return
	}
	n := len(l.order)
	l.order = slices.Grow(l.order, int(c.times))[:n+int(c.times)]
	c.wanted, c.from, c.to = true, int32(n), int32(n) //nolint:gosec // no text is so long
}

// rest makes the listener ready for the next text.
func (l *listener) rest() {
	for _, w := range l.met {
		l.times[w] = 0
	}
	clear(l.lists)
	l.text = nil
	l.signs.idle.Put(l)
}

// of are the hits of a list, the last one first.
func (l *listener) of(list int) []int32 {
	c := &l.lists[list]
	return l.order[c.from:c.to]
}

// find fills the lists of hits.
func (l *listener) find() {
	words, text := l.signs.words, l.text
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
			if j >= len(text.chars) || !n.leads(text.chars[j]) {
				break
			}
			node = words.next(n, text.chars[j])
		}
	}
}

func (l *listener) found(word int32, x hit) {
	if l.times[word]++; l.times[word] == 1 {
		l.met = append(l.met, word)
	}
	l.hits = append(l.hits, x)
}

// void reports whether a hit stands within an exception of its type.
func (l *listener) void(kind int, x *hit) bool {
	list := l.of(l.signs.except(kind))
	return len(list) > 0 && l.inside(list, x, 0)
}

// inside reports whether a hit stands within another one of a list that is longer by so many characters. Of a long list only those are looked at that may
// reach so far: no word is longer than the longest.
func (l *listener) inside(list []int32, x *hit, longer int32) bool {
	const few = 16
	if len(list) > few {
		first, _ := slices.BinarySearchFunc(list, x.from, func(i, from int32) int { return cmp.Compare(from, l.hits[i].from) })
		list = list[first:]
	}
	for _, i := range list {
		o := &l.hits[i]
		if o.from <= x.from && x.to <= o.to && o.to-o.from >= x.to-x.from+longer {
			return true
		}
		if o.sentence < x.sentence || o.from+l.signs.words.longest < x.to {
			break
		}
	}
	return false
}

// ask looks for one word of every group in order, from the last one back: each time the nearest. What is of no use before one word is of none
// before those that stand further ahead, so each list is gone through once.
func (l *listener) ask(number int, a *signAsk) {
	l.done = append(l.done[:0], make([]int, len(a.groups))...)
	last, gap := len(a.groups)-1, int32(min(a.gap, math.MaxInt32)) //nolint:gosec // bounded
	for _, i := range l.of(a.groups[last]) {
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
	list := l.of(a.groups[group])
	for ; l.done[group] < len(list); l.done[group]++ {
		x = &l.hits[list[l.done[group]]]
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
	for _, i := range l.of(l.signs.phrases(kind)) {
		x := &l.hits[i]
		if int(x.from) >= from && int(x.to) <= to && !slices.Contains(seen, x.word) && !l.void(kind, x) && !l.inside(l.of(l.signs.phrases(kind)), x, 1) {
			seen = append(seen, x.word)
		}
	}
	return len(seen)
}

// places adds where the phrases of a type stand, the last one first.
func (l *listener) places(out []Placed, kind int) []Placed {
	for _, i := range l.of(l.signs.phrases(kind)) {
		if x := &l.hits[i]; !l.void(kind, x) {
			out = append(out, Placed{Type: kind, From: l.text.begin(x.from), To: l.text.begin(x.to)})
		}
	}
	return out
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
	out := make(map[string]SignCount, len(h.signs.ids))
	for i, id := range h.signs.ids {
		c := SignCount{Phrases: h.phrases[i]}
		if c.Phrases > 0 {
			out[id] = c
		}
	}
	for i, a := range h.Asks {
		if i > 0 && h.Asks[i-1].Type == a.Type && h.Asks[i-1].ask == a.ask {
			continue
		}
		c := out[h.signs.ids[a.Type]]
		c.Asks++
		out[h.signs.ids[a.Type]] = c
	}
	return out
}

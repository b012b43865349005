package bot

import "slices"

// Heard is what one text holds of the words.
type Heard struct {
	// Asks are all places at which something is asked for, by the order of the types and their asks.
	Asks    []Asked
	signs   *Signs
	phrases []int32 // by type: how many different ones
}

// listener is the memory of one reading, used again by the next.
type listener struct {
	signs *Signs
	hits  []hit
	// by group, and by type for exceptions and phrases: the last hit, 1 + its place in hits; each knows the one before it
	groups, except, phrases []int32
	chars                   []uint16 // of the text, as numbered by the words
	kinds                   []uint8
	begins                  []int32 // where each character begins
	asks                    []Asked
}

// Asked is one place at which a text asks for the work of a type.
type Asked struct {
	Type     int // as given to NewSigns
	Words    int // how many groups the ask has
	From, To int // bytes: the first word's beginning, the last one's end
	Last     int // bytes: the last word's beginning
	Sentence int // from 0
	ask      int32
	chars    int
}

// hit is a word found, in characters.
type hit struct {
	from, to, sentence int32
	word               int32
	before             int32 // the hit before it in its list
}

// SignCount is what a text says of one request type.
type SignCount struct {
	Asks    int // different asks that it holds
	Phrases int // different phrases
}

// Read finds all words in folded text.
func (s *Signs) Read(text string) *Heard {
	l, _ := s.idle.Get().(*listener)
	if l == nil {
		l = &listener{signs: s, groups: make([]int32, s.groups), except: make([]int32, len(s.types)), phrases: make([]int32, len(s.types))}
	}
	defer s.idle.Put(l)
	l.take(text)
	l.find()
	for i := range s.asks {
		l.ask(int32(i), &s.asks[i])
	}
	h := &Heard{signs: s, Asks: slices.Clone(l.asks), phrases: make([]int32, len(s.types))}
	for i := range s.types {
		h.phrases[i] = l.count(int32(i))
	}
	return h
}

// take takes the characters of a text in.
func (l *listener) take(text string) {
	clear(l.groups)
	clear(l.except)
	clear(l.phrases)
	l.hits, l.asks, l.chars, l.kinds, l.begins = l.hits[:0], l.asks[:0], l.chars[:0], l.kinds[:0], l.begins[:0]
	for at, r := range text {
		kind := uint8(0)
		switch {
		case r == '。' || r == '\n':
			kind = endsSentence
		case r >= 'a' && r <= 'z':
			kind = isLatin
		}
		l.begins, l.chars, l.kinds = append(l.begins, int32(at)), append(l.chars, l.signs.words.char(r)), append(l.kinds, kind)
	}
	l.begins = append(l.begins, int32(len(text)))
}

const (
	isLatin      = 1
	endsSentence = 2
)

// find fills the lists of hits.
func (l *listener) find() {
	s, chars := l.signs, l.chars
	sentence, latin := int32(0), false
	for i, c := range chars {
		if l.kinds[i] == endsSentence {
			sentence++
		}
		inWord := latin // a Latin word is found at its beginning only: "ami" is not in "dynamic"
		latin = l.kinds[i] == isLatin
		if inWord && latin || c == 0 {
			continue
		}
		node := s.words.first[c]
		for j := i + 1; node != 0; j++ {
			if w := s.words.word[node]; w >= 0 {
				l.found(w, int32(i), int32(j), sentence)
			}
			if j >= len(chars) || chars[j] == 0 {
				break
			}
			node = s.words.next(node, chars[j])
		}
	}
}

func (l *listener) found(word, from, to, sentence int32) {
	use := &l.signs.uses[word]
	for _, list := range [...]struct{ of, last []int32 }{{use.groups, l.groups}, {use.except, l.except}, {use.phrases, l.phrases}} {
		for _, i := range list.of {
			l.hits = append(l.hits, hit{from: from, to: to, sentence: sentence, word: word, before: list.last[i]})
			list.last[i] = int32(len(l.hits))
		}
	}
}

// void reports whether a hit stands within an exception of its type.
func (l *listener) void(kind int32, x *hit) bool {
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
func (l *listener) ask(number int32, a *signAsk) {
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
		first, whole, size := end, true, end.to-end.from
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
					first, whole, size = x, true, size+x.to-x.from
				}
				break
			}
		}
		if whole {
			l.asks = append(l.asks, Asked{
				Type: int(a.kind), Words: len(a.groups), ask: number, Sentence: int(end.sentence), chars: int(size),
				From: int(l.begins[first.from]), To: int(l.begins[end.to]), Last: int(l.begins[end.from]),
			})
		}
	}
}

// count counts the different phrases of a type. One within a longer phrase of the type is not said apart: 起動 within 再起動.
func (l *listener) count(kind int32) int32 {
	var room [16]int32
	seen := room[:0]
	for i := l.phrases[kind]; i > 0; i = l.hits[i-1].before {
		x := &l.hits[i-1]
		if !slices.Contains(seen, x.word) && !l.void(kind, x) && !l.inLonger(kind, x) {
			seen = append(seen, x.word)
		}
	}
	return int32(len(seen))
}

func (l *listener) inLonger(kind int32, x *hit) bool {
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

// Count reads folded text and tells for each type id what it holds.
func (s *Signs) Count(text string) map[string]SignCount {
	return s.Read(text).Count()
}

// Count is what was heard of each type, by id.
func (h *Heard) Count() map[string]SignCount {
	out := make(map[string]SignCount, len(h.signs.types))
	for i, t := range h.signs.types {
		c := SignCount{Phrases: int(h.phrases[i])}
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

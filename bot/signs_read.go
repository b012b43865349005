package bot

import (
	"slices"
	"unicode/utf8"
)

// Heard is what one text holds of the words.
type Heard struct {
	signs *Signs
	// Asks are all places at which something is asked for, by the order of the types and their asks.
	Asks []Asked
	hits []hit
	// by group, and by type for exceptions and phrases: the last hit, 1 + its place in hits; each knows the one before it
	groups, except, phrases []int32
	runes                   []int32 // where each character begins
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
	h := &Heard{
		signs: s, hits: make([]hit, 0, 128), groups: make([]int32, s.groups), except: make([]int32, len(s.types)), phrases: make([]int32, len(s.types)),
	}
	n := utf8.RuneCountInString(text)
	chars := make([]uint16, n)
	kinds := make([]uint8, n) // of each character
	h.runes = make([]int32, n+1)
	i := 0
	for at, r := range text {
		h.runes[i] = int32(at)
		chars[i] = s.words.char(r)
		switch {
		case r == '。' || r == '\n':
			kinds[i] = endsSentence
		case r >= 'a' && r <= 'z':
			kinds[i] = isLatin
		}
		i++
	}
	h.runes[n] = int32(len(text))
	h.find(chars, kinds)
	for i := range s.asks {
		h.ask(int32(i), &s.asks[i])
	}
	return h
}

const (
	isLatin      = 1
	endsSentence = 2
)

// find fills the lists of hits.
func (h *Heard) find(chars []uint16, kinds []uint8) {
	s := h.signs
	sentence, latin := int32(0), false
	for i, c := range chars {
		if kinds[i] == endsSentence {
			sentence++
		}
		inWord := latin // a Latin word is found at its beginning only: "ami" is not in "dynamic"
		latin = kinds[i] == isLatin
		if inWord && latin || c == 0 {
			continue
		}
		node := s.words.first[c]
		for j := i + 1; node != 0; j++ {
			if w := s.words.word[node]; w >= 0 {
				h.found(w, int32(i), int32(j), sentence)
			}
			if j >= len(chars) || chars[j] == 0 {
				break
			}
			node = s.words.next(node, chars[j])
		}
	}
}

func (h *Heard) found(word, from, to, sentence int32) {
	use := &h.signs.uses[word]
	for _, list := range [...]struct{ of, last []int32 }{{use.groups, h.groups}, {use.except, h.except}, {use.phrases, h.phrases}} {
		for _, i := range list.of {
			h.hits = append(h.hits, hit{from: from, to: to, sentence: sentence, word: word, before: list.last[i]})
			list.last[i] = int32(len(h.hits))
		}
	}
}

// void reports whether a hit stands within an exception of its type.
func (h *Heard) void(kind int32, x *hit) bool {
	for i := h.except[kind]; i > 0; i = h.hits[i-1].before {
		e := &h.hits[i-1]
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
func (h *Heard) ask(number int32, a *signAsk) {
	for _, g := range a.groups {
		if h.groups[g] == 0 {
			return
		}
	}
	last := len(a.groups) - 1
	for i := h.groups[a.groups[last]]; i > 0; i = h.hits[i-1].before {
		end := &h.hits[i-1]
		if h.void(a.kind, end) {
			continue
		}
		first, whole, size := end, true, end.to-end.from
		for g := last - 1; g >= 0 && whole; g-- {
			whole = false
			for j := h.groups[a.groups[g]]; j > 0; j = h.hits[j-1].before {
				x := &h.hits[j-1]
				if x.sentence < first.sentence {
					break
				}
				if x.to > first.from || h.void(a.kind, x) {
					continue
				}
				if first.from-x.to <= a.gap {
					first, whole, size = x, true, size+x.to-x.from
				}
				break
			}
		}
		if whole {
			h.Asks = append(h.Asks, Asked{
				Type: int(a.kind), Words: len(a.groups), ask: number, Sentence: int(end.sentence), chars: int(size),
				From: int(h.runes[first.from]), To: int(h.runes[end.to]), Last: int(h.runes[end.from]),
			})
		}
	}
}

// Phrases counts the different phrases of a type, as given to NewSigns. One within a longer phrase of the type is not said apart: 起動
// within 再起動.
func (h *Heard) Phrases(kind int) int {
	var seen []int32
	for i := h.phrases[kind]; i > 0; i = h.hits[i-1].before {
		x := &h.hits[i-1]
		if !slices.Contains(seen, x.word) && !h.void(int32(kind), x) && !h.inLonger(int32(kind), x) {
			seen = append(seen, x.word)
		}
	}
	return len(seen)
}

func (h *Heard) inLonger(kind int32, x *hit) bool {
	for i := h.phrases[kind]; i > 0; i = h.hits[i-1].before {
		o := &h.hits[i-1]
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
		c := SignCount{Phrases: h.Phrases(i)}
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

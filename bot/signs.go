package bot

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// SignWords are the words by which a request type is recognised in plain text. They are data: profiles hold them and a provider may add
// its own. All are compared with folded text (half-width, small letters).
type SignWords struct {
	// Asks are what plainly asks for the type's work: each a list of groups, one word of every group in this order within one sentence and
	// no further apart than signGap characters. One group alone is a word that says it all.
	Asks [][][]string
	// Phrases only point to the type.
	Phrases []string
	// Except are longer phrases that say something else: words inside of them don't count.
	Except []string
}

// signGap is how many characters may stand between two words of an ask.
const signGap = 30

// Signs finds the words of many request types in one pass over a text. It never changes once made.
type Signs struct {
	types  []signType
	byRune map[rune][]signWord
}

type signType struct {
	id   string
	asks [][]int // group numbers of every ask
}

// signWord is a word with where it counts: groups of asks, phrases and exceptions by type.
type signWord struct {
	text    string
	groups  []int
	phrases []int
	except  []int
}

// SignCount is what a text says of one request type.
type SignCount struct {
	Asks    int // different asks that it holds
	Phrases int // different phrases
	First   int // where the first ask begins, in bytes
}

// NewSigns prepares the words of the types.
func NewSigns(types []RequestType) *Signs {
	s := &Signs{byRune: map[rune][]signWord{}}
	at := map[string]int{}
	var words []signWord
	word := func(text string) *signWord {
		if _, ok := at[text]; !ok {
			at[text] = len(words)
			words = append(words, signWord{text: text})
		}
		return &words[at[text]]
	}
	group := 0
	for i, t := range types {
		st := signType{id: t.ID}
		for _, ask := range t.Signs.Asks {
			var groups []int
			for _, g := range ask {
				for _, w := range g {
					p := word(w)
					p.groups = append(p.groups, group)
				}
				groups = append(groups, group)
				group++
			}
			st.asks = append(st.asks, groups)
		}
		for _, w := range t.Signs.Phrases {
			p := word(w)
			p.phrases = append(p.phrases, i)
		}
		for _, w := range t.Signs.Except {
			p := word(w)
			p.except = append(p.except, i)
		}
		s.types = append(s.types, st)
	}
	for _, w := range words {
		r, _ := utf8.DecodeRuneInString(w.text)
		if w.text != "" {
			s.byRune[r] = append(s.byRune[r], w)
		}
	}
	return s
}

// hit is a word found.
type hit struct{ from, to, sentence int }

// Count reads folded text and tells for each type id what it holds.
func (s *Signs) Count(text string) map[string]SignCount {
	groups := map[int][]hit{}
	phrases := make([]map[string][]hit, len(s.types))
	except := make([][]hit, len(s.types))
	sentence, latin := 0, false
	for i, r := range text {
		if r == '。' || r == '\n' {
			sentence++
		}
		inWord := latin // a Latin word is found at its beginning only: "ami" is not in "dynamic"
		latin = r >= 'a' && r <= 'z'
		if inWord && latin {
			continue
		}
		for _, w := range s.byRune[r] {
			if !strings.HasPrefix(text[i:], w.text) {
				continue
			}
			h := hit{i, i + len(w.text), sentence}
			for _, g := range w.groups {
				groups[g] = append(groups[g], h)
			}
			for _, p := range w.phrases {
				if phrases[p] == nil {
					phrases[p] = map[string][]hit{}
				}
				phrases[p][w.text] = append(phrases[p][w.text], h)
			}
			for _, e := range w.except {
				except[e] = append(except[e], h)
			}
		}
	}
	out := map[string]SignCount{}
	for i, t := range s.types {
		c := SignCount{First: len(text)}
		void := func(h hit) bool {
			return slices.ContainsFunc(except[i], func(e hit) bool { return h.from >= e.from && h.to <= e.to })
		}
		for _, ask := range t.asks {
			if at, ok := asked(text, ask, groups, void); ok {
				c.Asks++
				c.First = min(c.First, at)
			}
		}
		for text, hits := range phrases[i] {
			if slices.ContainsFunc(hits, func(h hit) bool { return !void(h) && !inLonger(phrases[i], text, h) }) {
				c.Phrases++
			}
		}
		if c.Asks+c.Phrases > 0 {
			out[t.id] = c
		}
	}
	return out
}

// inLonger reports whether a phrase stands within a longer one of the same type: 起動 within 再起動 is not said apart.
func inLonger(all map[string][]hit, text string, h hit) bool {
	for other, hits := range all {
		if len(other) > len(text) && slices.ContainsFunc(hits, func(o hit) bool { return o.from <= h.from && h.to <= o.to }) {
			return true
		}
	}
	return false
}

// asked looks for one word of every group in order.
func asked(text string, ask []int, groups map[int][]hit, void func(hit) bool) (at int, ok bool) {
	for _, first := range groups[ask[0]] {
		if void(first) {
			continue
		}
		last, whole := first, true
		for _, g := range ask[1:] {
			i := slices.IndexFunc(groups[g], func(h hit) bool {
				return h.from >= last.to && h.sentence == last.sentence && !void(h) && utf8.RuneCountInString(text[last.to:h.from]) <= signGap
			})
			if i < 0 {
				whole = false
				break
			}
			last = groups[g][i]
		}
		if whole {
			return first.from, true
		}
	}
	return 0, false
}

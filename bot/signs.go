package bot

import (
	"fmt"
	"slices"
	"sync"
)

// SignWords are the words by which a request type is recognised in plain text. They are data: profiles hold them and a provider may add
// its own. All are compared with folded text (half-width, small letters).
type SignWords struct {
	// Asks are what plainly asks for the type's work: each a list of groups, one word of every group in this order within one sentence and
	// no further apart than Gap characters. One group alone is a word that says it all.
	Asks [][][]string
	// Own tells by ask whether a provider added it to what Toban ships; shorter than Asks, the rest are shipped.
	Own []bool
	// Phrases only point to the type.
	Phrases []string
	// Except are longer phrases that say something else: words inside of them don't count.
	Except []string
	// Gap is how many characters may stand between two words of an ask: 40 when 0, none when negative.
	Gap int
}

const signGap = 40

// Signs finds the words of many request types in one pass over a text. It never changes once made, and many may read with it at once.
type Signs struct {
	types  []signType
	asks   []signAsk
	groups [][]int32 // the words of each; asks that have the same share a group
	words  *wordTree
	uses   []signUse // by word
	idle   sync.Pool // of listeners
}

type signType struct {
	id              string
	phrases, except []int32 // words
}

// ID is the id of a type, by its number in Asked.
func (s *Signs) ID(kind int) string { return s.types[kind].id }

// signAsk is an ask of a type: the numbers of its groups.
type signAsk struct {
	kind   int
	gap    int
	own    bool
	groups []int
}

// signUse is where a word counts: groups of asks, and types by whose phrases and exceptions it is one.
type signUse struct {
	groups, phrases, except []int32
}

// NewSigns prepares the words of the types.
func NewSigns(types []RequestType) *Signs {
	s := &Signs{words: newWordTree()}
	number := func(text string) int32 {
		n := s.words.add(Unspaced(text))
		for len(s.uses) <= n {
			s.uses = append(s.uses, signUse{})
		}
		return int32(n) //nolint:gosec // there are not so many
	}
	known := map[string]int{}
	for i, t := range types {
		gap := t.Signs.Gap
		switch {
		case gap == 0:
			gap = signGap
		case gap < 0:
			gap = 0
		}
		st := signType{id: t.ID}
		for j, ask := range t.Signs.Asks {
			a := signAsk{kind: i, gap: gap, own: j < len(t.Signs.Own) && t.Signs.Own[j]}
			for _, words := range ask {
				var list []int32
				for _, w := range words {
					if w != "" {
						list = append(list, number(w))
					}
				}
				slices.Sort(list)
				key := fmt.Sprint(list)
				g, ok := known[key]
				if !ok {
					g = len(s.groups)
					known[key] = g
					s.groups = append(s.groups, list)
					for _, n := range list {
						s.uses[n].groups = append(s.uses[n].groups, int32(g)) //nolint:gosec // there are not so many
					}
				}
				a.groups = append(a.groups, g)
			}
			if len(a.groups) > 0 {
				s.asks = append(s.asks, a)
			}
		}
		for _, w := range t.Signs.Phrases {
			if w != "" {
				n := number(w)
				st.phrases = append(st.phrases, n)
				s.uses[n].phrases = append(s.uses[n].phrases, int32(i))
			}
		}
		for _, w := range t.Signs.Except {
			if w != "" {
				n := number(w)
				st.except = append(st.except, n)
				s.uses[n].except = append(s.uses[n].except, int32(i))
			}
		}
		s.types = append(s.types, st)
	}
	s.words.done()
	return s
}

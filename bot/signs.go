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
	ids    []string // of the types
	asks   []signAsk
	groups int // how many; asks that have the same words share one
	words  *wordTree
	uses   [][]int32 // by word: the lists in which it counts
	idle   sync.Pool // of listeners
	read   sync.Pool // of texts
}

// The lists of words are numbered through: the groups of asks, then the exceptions and the phrases of each type.

func (s *Signs) except(kind int) int { return s.groups + 2*kind }

func (s *Signs) phrases(kind int) int { return s.groups + 2*kind + 1 }

func (s *Signs) lists() int { return s.groups + 2*len(s.ids) }

// ID is the id of a type, by its number in Asked.
func (s *Signs) ID(kind int) string { return s.ids[kind] }

// signAsk is an ask of a type: the numbers of its groups.
type signAsk struct {
	kind   int
	gap    int
	own    bool
	groups []int
}

// NewSigns prepares the words of the types.
func NewSigns(types []RequestType) *Signs {
	s := &Signs{words: newWordTree()}
	known := map[string]int{}
	for i, t := range types {
		s.ids = append(s.ids, t.ID)
		gap := t.Signs.Gap
		switch {
		case gap == 0:
			gap = signGap
		case gap < 0:
			gap = 0
		}
		for j, ask := range t.Signs.Asks {
			a := signAsk{kind: i, gap: gap, own: j < len(t.Signs.Own) && t.Signs.Own[j]}
			for _, words := range ask {
				list := s.numbers(words)
				slices.Sort(list)
				key := fmt.Sprint(list)
				g, ok := known[key]
				if !ok {
					g = s.groups
					known[key] = g
					s.groups++
					s.use(list, g)
				}
				a.groups = append(a.groups, g)
			}
			if len(a.groups) > 0 {
				s.asks = append(s.asks, a)
			}
		}
	}
	for i, t := range types {
		s.use(s.numbers(t.Signs.Except), s.except(i))
		s.use(s.numbers(t.Signs.Phrases), s.phrases(i))
	}
	s.words.done()
	return s
}

// numbers are those of words.
func (s *Signs) numbers(words []string) []int {
	var out []int
	for _, w := range words {
		if w == "" {
			continue
		}
		n := s.words.add(Unspaced(w))
		for len(s.uses) <= n {
			s.uses = append(s.uses, nil)
		}
		out = append(out, n)
	}
	return out
}

// use notes that words count in a list.
func (s *Signs) use(words []int, list int) {
	for _, n := range words {
		s.uses[n] = append(s.uses[n], int32(list)) //nolint:gosec // there are not so many
	}
}

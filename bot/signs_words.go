package bot

import (
	"cmp"
	"slices"
	"unicode/utf8"
)

// wordTree finds all of many words in a text in one pass: a tree of characters. It is filled once and then only read, at nearly every
// character of a text, so it lies in a few small tables: the nodes below a node stand side by side.
type wordTree struct {
	branch map[treeBranch]int // while it is being filled
	words  []int32            // by node while it is being filled: the word that ends there, or -1
	size   int                // words

	longest int32 // word, in characters

	first [256]*[256]int32 // by the two bytes of a character: the node below the root, 0 = none
	nodes []treeNode
	chars []uint16 // by node: the character that leads to it
}

// treeBranch leads from a node to another one.
type treeBranch struct {
	node int
	char uint16
}

// treeNode is a place within words.
type treeNode struct {
	word     int32  // that ends here, or -1
	from, to int32  // the nodes below, by their characters
	below    uint64 // by the last six bits of a character: whether one of these may lead to a node below
}

// leads reports whether a character may lead to a node below: it tells nearly all that do not at one look.
func (n *treeNode) leads(char uint16) bool { return n.below>>(char%wordBits)&1 != 0 }

const wordBits = 64

func newWordTree() *wordTree {
	return &wordTree{branch: map[treeBranch]int{}, words: []int32{-1}}
}

// add puts a word into the tree and gives its number; a word that is there already keeps it.
func (t *wordTree) add(text string) int {
	node := 0
	t.longest = max(t.longest, int32(utf8.RuneCountInString(text))) //nolint:gosec // no word is so long
	for _, r := range text {
		b := treeBranch{node, plane(r)}
		next, ok := t.branch[b]
		if !ok {
			next = len(t.words)
			t.branch[b] = next
			t.words = append(t.words, -1)
		}
		node = next
	}
	if t.words[node] < 0 {
		t.words[node] = int32(t.size) //nolint:gosec // there are not so many
		t.size++
	}
	return int(t.words[node])
}

// done makes the tables that are read: nodes get new numbers, level by level, those below one node one behind the other.
func (t *wordTree) done() {
	below := make([][]treeBranch, len(t.words))
	for b := range t.branch {
		below[b.node] = append(below[b.node], b)
	}
	t.nodes, t.chars = make([]treeNode, 1, len(t.words)), make([]uint16, 1, len(t.words))
	t.nodes[0].word = t.words[0]
	old := make([]int, 1, len(t.words)) // by new number
	for n := 0; n < len(old); n++ {
		list := below[old[n]]
		slices.SortFunc(list, func(a, b treeBranch) int { return cmp.Compare(a.char, b.char) })
		t.nodes[n].from = int32(len(old)) //nolint:gosec // there are not so many
		for _, b := range list {
			to := t.branch[b]
			old = append(old, to)
			t.nodes, t.chars = append(t.nodes, treeNode{word: t.words[to]}), append(t.chars, b.char)
			t.nodes[n].below |= 1 << (b.char % wordBits)
		}
		t.nodes[n].to = int32(len(old)) //nolint:gosec // there are not so many
	}
	for n := t.nodes[0].from; n < t.nodes[0].to; n++ {
		c := t.chars[n]
		if t.first[c>>8] == nil {
			t.first[c>>8] = &[256]int32{}
		}
		t.first[c>>8][c&0xff] = n
	}
	t.branch, t.words = nil, nil
}

// begin is the node of a first character; 0 when no word begins with it.
func (t *wordTree) begin(char uint16) int32 {
	if page := t.first[char>>8]; page != nil {
		return page[char&0xff]
	}
	return 0
}

// next is the node below a node by a character; 0 when there is none.
func (t *wordTree) next(n *treeNode, char uint16) int32 {
	from, to := n.from, n.to
	const few = 8
	for to-from > few {
		if middle := (from + to) / 2; t.chars[middle] > char {
			to = middle
		} else {
			from = middle
		}
	}
	for ; from < to; from++ {
		if t.chars[from] == char {
			return from
		}
	}
	return 0
}

package bot

import "slices"

// wordTree finds all of many words in a text in one pass: a tree of characters, its branches in one table. It is filled once and then
// only read.
type wordTree struct {
	pages  [256]*[256]uint16 // number of each character of the basic plane that a word holds, from 1; 0 = in no word
	chars  uint16
	branch map[int]int  // while it is being filled, and what table is made of: node and character → node
	table  []treeBranch // open addressing, its size a power of two
	first  []int        // by character: the node below the root
	word   []int        // by node: the word that ends there, or -1
	leaf   []bool       // by node: nothing is below it
	size   []int        // by word: its characters
}

type treeBranch struct{ key, node int }

func newWordTree() *wordTree {
	return &wordTree{branch: map[int]int{}, word: []int{-1}}
}

const nodeBits = 20 // of a key: a node's number; the rest is the character's

// add puts a word into the tree and gives its number; a word that is there already keeps it.
func (t *wordTree) add(text string) int {
	node, n := 0, 0
	for _, r := range text {
		key := int(t.number(r))<<nodeBits | node
		next, ok := t.branch[key]
		if !ok {
			next = len(t.word)
			t.branch[key] = next
			t.word = append(t.word, -1)
		}
		node, n = next, n+1
	}
	if t.word[node] < 0 {
		t.word[node] = len(t.size)
		t.size = append(t.size, n)
	}
	t.table = nil
	return t.word[node]
}

// number is the character's; beyond the basic plane all share one.
func (t *wordTree) number(r rune) uint16 {
	r = min(r, 0xffff)
	page := t.pages[r>>8]
	if page == nil {
		page = &[256]uint16{}
		t.pages[r>>8] = page
	}
	if page[r&0xff] == 0 {
		t.chars++
		page[r&0xff] = t.chars
	}
	return page[r&0xff]
}

// done makes the table that find reads.
func (t *wordTree) done() {
	size := 16
	for size < 3*len(t.branch) {
		size *= 2
	}
	t.table = make([]treeBranch, size)
	t.first = make([]int, int(t.chars)+1)
	t.leaf = make([]bool, len(t.word))
	for i := range t.leaf {
		t.leaf[i] = true
	}
	for _, key := range sortedKeys(t.branch) {
		node := t.branch[key]
		t.leaf[key&(1<<nodeBits-1)] = false
		if key&(1<<nodeBits-1) == 0 {
			t.first[key>>nodeBits] = node
			continue
		}
		at := slot(key, size)
		for t.table[at].key != 0 {
			at = (at + 1) & (size - 1)
		}
		t.table[at] = treeBranch{key, node}
	}
}

func sortedKeys(m map[int]int) []int {
	out := make([]int, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// slot is where the look for a key begins; node and character both spread it.
func slot(key, size int) int {
	const a, b, fold = 40503, 2654435769, 15
	h := key>>nodeBits*a + key&(1<<nodeBits-1)*b
	return (h ^ h>>fold) & (size - 1)
}

// next is the node below node by a character; 0 when there is none.
func (t *wordTree) next(node int, char uint16) int {
	key := int(char)<<nodeBits | node
	for at := slot(key, len(t.table)); ; at = (at + 1) & (len(t.table) - 1) {
		switch t.table[at].key {
		case key:
			return t.table[at].node
		case 0:
			return 0
		}
	}
}

// char is the number of a character; 0 when no word holds it.
func (t *wordTree) char(r uint16) uint16 {
	if page := t.pages[r>>8]; page != nil {
		return page[r&0xff]
	}
	return 0
}

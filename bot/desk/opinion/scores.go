package opinion

import "math"

// Scores are how much a text is like each class.
type Scores struct {
	m     *Model
	known []uint16    // the text's features that were learnt
	sums  [][]float64 // by group and class; nil until somebody asks: a ticket is of one contract
}

// Score weighs folded text, as the desk reads it: its first line is the summary, names of hosts and the like carry their marks.
func (m *Model) Score(text string) *Scores {
	s := &Scores{m: m, sums: make([][]float64, len(m.groups))}
	if len(m.checks) == 0 {
		return s
	}
	var seen [1 << 10]uint64 // one bit a feature
	var room [maxFeatures]feature
	var known [maxFeatures]uint16
	n := 0
	for _, f := range features(text, room[:0]) {
		i := m.find(f)
		if i < 0 || seen[i>>6]&(1<<(i&63)) != 0 {
			continue
		}
		seen[i>>6] |= 1 << (i & 63)
		known[n] = uint16(i) //nolint:gosec // unpack bounds them
		n++
	}
	s.known = append(s.known, known[:n]...)
	return s
}

// of are the scores of a group's classes.
func (s *Scores) of(group int) []float64 {
	if s.sums[group] == nil {
		s.sums[group] = s.m.groups[group].sum(s.known)
	}
	return s.sums[group]
}

// group is what was learnt of the classes of one profile.
type group struct {
	name    string
	classes []class
	width   int      // words of a row
	rows    []uint64 // by feature: a byte for each class, eight a word, the lowest first: what the feature says for the class or against it, in steps above none
}

const (
	perWord = 8                   // classes
	none    = 0x80                // the byte of a weight of 0
	allNone = 0x80808080_80808080 // a word of them
	low     = 0x00ff00ff_00ff00ff // every other byte of a word
	most    = 0xffff / 0xff       // words whose bytes add up in 16 bits
)

// sum is how much features speak for each class. Of a known feature every fourth weight is there: adding whole rows, four classes at once, takes a third
// of the time of picking those.
func (g *group) sum(features []uint16) []float64 {
	sums := make([]int, perWord*g.width)
	for rest := features; len(rest) > 0; rest = rest[min(most, len(rest)):] {
		for w := range g.width {
			even, odd := uint64(0), uint64(0)
			for _, f := range rest[:min(most, len(rest))] {
				row := g.rows[int(f)*g.width+w]
				even += row & low
				odd += row >> 8 & low
			}
			for c := perWord * w; c < perWord*(w+1); c += 2 {
				sums[c] += int(even & 0xffff)
				sums[c+1] += int(odd & 0xffff)
				even, odd = even>>16, odd>>16
			}
		}
	}
	norm := step / math.Sqrt(float64(max(len(features), 1)))
	out := make([]float64, len(g.classes))
	for i, c := range g.classes {
		out[i] = norm*float64(sums[i]-none*len(features)) + step*float64(c.Bias)
	}
	return out
}

// groupOf is the number of the only group with a class; -1 when none has it, or more than one.
func (m *Model) groupOf(id string) int {
	found := -1
	for i := range m.groups {
		for _, c := range m.groups[i].classes {
			if c.Type != id {
				continue
			}
			if found >= 0 {
				return -1
			}
			found = i
		}
	}
	return found
}

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
	starts  []uint32 // by feature, and one more: where its weights begin
	weights []weight
}

// weight is what a feature says for a class of its group, or against it.
type weight struct {
	class uint8
	steps int8
}

// sum is how much features speak for each class.
func (g *group) sum(features []uint16) []float64 {
	var sums [maxClass]int32
	for _, f := range features {
		for _, w := range g.weights[g.starts[f]:g.starts[f+1]] {
			sums[w.class] += int32(w.steps)
		}
	}
	norm := step / math.Sqrt(float64(max(len(features), 1)))
	out := make([]float64, len(g.classes))
	for i, c := range g.classes {
		out[i] = norm*float64(sums[i]) + step*float64(c.Bias)
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

package opinion

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// packed is a model as it is shipped, in its parts: Model tells their form.
type packed struct {
	features                     int
	dir, checks, starts, weights string
}

const (
	slotBits = 16                             // of a feature lead to it, once the model is unpacked: two features in three have a slot of their own
	restBits = dirBits + checkBits - slotBits // are compared there
)

// restOf are the bits of a feature behind those that lead to it.
func restOf(f feature) uint16 { return uint16(f>>(32-slotBits-restBits)) & (1<<restBits - 1) } //nolint:gosec // they are 13

// unpack makes the tables that are read. A ticket asks some thousand times for a feature and then adds up its weights for the classes of one
// contract: the packed form holds three features a place and the weights of all contracts side by side, which takes more than twice as long.
func (m *Model) unpack(p packed) error {
	if p.features >= 1<<16 {
		return fmt.Errorf("%d features are too many", p.features)
	}
	m.slots, m.checks = make([]uint16, 1<<slotBits+1), make([]uint16, p.features)
	next := feature(0) // slot that has no beginning yet
	before := feature(0)
	for place := range 1 << dirBits {
		for i := half(p.dir, place); i < half(p.dir, place+1); i++ {
			if i >= p.features {
				return errors.New("the directory leads beyond the last feature")
			}
			f := feature(place)<<(32-dirBits) | feature(half(p.checks, i))<<(32-dirBits-checkBits) //nolint:gosec // 13 and 16 bits
			if i > 0 && f <= before {
				return errors.New("its features are in no order")
			}
			for ; next <= f>>(32-slotBits); next++ {
				m.slots[next] = uint16(i) //nolint:gosec // bounded above
			}
			m.checks[i], before = restOf(f), f
		}
	}
	for ; int(next) < len(m.slots); next++ {
		m.slots[next] = uint16(p.features) //nolint:gosec // bounded above
	}
	return m.part(p)
}

// part gives each group the weights of its classes.
func (m *Model) part(p packed) error {
	for i := range m.head.Classes {
		c := m.head.Classes[i]
		if n := len(m.groups); n == 0 || m.groups[n-1].name != c.Group {
			m.groups = append(m.groups, group{name: c.Group})
		}
		g := &m.groups[len(m.groups)-1]
		g.classes = append(g.classes, c)
	}
	type place struct {
		*group
		class int
	}
	var of []place // by class
	for i := range m.groups {
		g := &m.groups[i]
		g.width = (len(g.classes) + perWord - 1) / perWord
		g.rows = slices.Repeat([]uint64{allNone}, g.width*p.features)
		for class := range g.classes {
			of = append(of, place{g, class})
		}
	}
	for f := range p.features {
		for w := long(p.starts, f); w < long(p.starts, f+1); w++ {
			const two = 2
			if two*w+1 >= len(p.weights) || int(p.weights[two*w]) >= len(of) {
				return fmt.Errorf("feature %d has weights that are not there", f)
			}
			at := of[p.weights[two*w]]
			at.rows[f*at.width+at.class/perWord] += (uint64(p.weights[two*w+1]^none) - none) << (8 * (at.class % perWord))
		}
	}
	return nil
}

func half(s string, i int) int { return int(s[2*i]) | int(s[2*i+1])<<8 }

func long(s string, i int) int { return int(s[3*i]) | int(s[3*i+1])<<8 | int(s[3*i+2])<<16 }

// put appends a number of two bytes.
func put(out []byte, n int) []byte { return binary.LittleEndian.AppendUint16(out, uint16(n)) } //nolint:gosec // Learn bounds them

// put3 appends a number of three bytes.
func put3(out []byte, n int) []byte { return append(out, byte(n), byte(n>>8), byte(n>>16)) } //nolint:gosec // Learn bounds them

package opinion

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
)

//go:embed learnt.bin
var learnt string

// Model is what was learnt, unpacked for reading. It never changes.
//
// Its form: a line of JSON (head); then, little-endian, a directory of 2^13+1 numbers that says where the features of each first 13 bits
// begin; per feature the 16 bits behind those; per feature and one more where its weights begin, in three bytes; weights, a byte for the class and a signed
// one for the weight.
type Model struct {
	head   head
	slots  []uint16 // by the first 16 bits of a feature: where those that begin so stand in checks; and where the last ones end
	checks []uint16 // by feature: the 13 bits behind those
	groups []group
}

type head struct {
	Magic    string            `json:"magic"`
	Tickets  map[string]string `json:"tickets"` // digests of the files that it was learnt from
	Classes  []class           `json:"classes"`
	Features int               `json:"features"`
	Weights  int               `json:"weights"`
}

// class is a type of a group, which is a profile: only types of one group are weighed against each other.
type class struct {
	Group string `json:"group"`
	Type  string `json:"type"`
	Bias  int    `json:"bias"` // in steps
}

const (
	magic     = "toban opinion 2"
	dirBits   = 13
	checkBits = 16
	step      = 1.0 / 16 // of a weight
	maxClass  = 256
)

// shipped is the model of the binary, unpacked when it is first asked for: that takes 2 ms, and most commands never ask. A test holds that it can be read.
var shipped = sync.OnceValues(func() (*Model, error) { return open(learnt) })

// Shipped is the model that comes with Toban.
func Shipped() (*Model, error) { return shipped() }

func open(data string) (*Model, error) {
	line, rest, ok := strings.Cut(data, "\n")
	m := &Model{}
	if !ok {
		return m, errors.New("reading the second opinion: no line of JSON at its head")
	}
	if err := json.Unmarshal([]byte(line), &m.head); err != nil {
		return &Model{}, fmt.Errorf("reading the second opinion: %w", err)
	}
	const two, three = 2, 3
	dir, n := two*(1<<dirBits+1), m.head.Features
	if m.head.Magic != magic || len(m.head.Classes) > maxClass || len(rest) != dir+two*n+three*(n+1)+two*m.head.Weights {
		return &Model{}, fmt.Errorf("reading the second opinion: want %q with %d features and %d weights, got %q and %d bytes", magic, n, m.head.Weights, m.head.Magic, len(rest))
	}
	p := packed{features: n}
	p.dir, rest = rest[:dir], rest[dir:]
	p.checks, rest = rest[:two*n], rest[two*n:]
	p.starts, p.weights = rest[:three*(n+1)], rest[three*(n+1):]
	if err := m.unpack(p); err != nil {
		return &Model{}, fmt.Errorf("reading the second opinion: %w", err)
	}
	return m, nil
}

// Tickets are the digests of the files that the model was learnt from, by name.
func (m *Model) Tickets() map[string]string { return m.head.Tickets }

// split is where a feature stands in the data: its place in the directory, and what is compared there.
func split(f feature) (slot, check int) {
	return int(f >> (32 - dirBits)), int(f>>(32-dirBits-checkBits)) & (1<<checkBits - 1)
}

// find is the number of a feature; -1 when it was not learnt.
func (m *Model) find(f feature) int {
	slot, check := f>>(32-slotBits), restOf(f)
	for i, last := m.slots[slot], m.slots[slot+1]; i < last; i++ {
		if m.checks[i] == check {
			return int(i)
		}
	}
	return -1
}

// Opinion is what a text is most like.
type Opinion struct {
	Type  string  // the type that it is most like
	Share float64 // of that one, 0 to 1: all types that were weighed have 1 together
	Of    float64 // the share of the type that was asked about
	Doubt float64 // beside them: how much it is like tickets that were not to be taken at their word
}

// On is the opinion on whether a text is of a type, among the types of the same profile that has holds of, with their weights: 1 for a type
// that nothing speaks for beside the text, more where something does, 0 for one that the contract does not have. ok is false
// where the type was not taught.
func (s *Scores) On(id string, weight func(id string) float64) (o Opinion, ok bool) {
	g := s.m.groupOf(id)
	if g < 0 {
		return Opinion{}, false
	}
	sums := s.of(g)
	most, total, doubt := slices.Max(sums), 0.0, 0.0
	for i, c := range s.m.groups[g].classes {
		share := math.Exp(sums[i] - most)
		if c.Type == Doubtful {
			doubt = share
			continue
		}
		share *= weight(c.Type)
		total += share
		if share > o.Share {
			o.Type, o.Share = c.Type, share
		}
		if c.Type == id {
			o.Of = share
		}
	}
	if total == 0 {
		return Opinion{}, false
	}
	o.Share, o.Of, o.Doubt = o.Share/total, o.Of/total, doubt/(total+doubt)
	return o, true
}

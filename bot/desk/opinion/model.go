package opinion

import (
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
)

//go:embed learnt.bin
var learnt string

// Model is what was learnt. It is read in place and never changes.
//
// Its form: a line of JSON (head); then, little-endian, a directory of 2^13+1 numbers that says where the features of each first 13 bits
// begin; per feature the 16 bits behind those; per feature and one more where its weights begin, in three bytes; weights, a byte for the class and a signed
// one for the weight.
type Model struct {
	head     head
	features int
	dir      string
	checks   string
	starts   string
	weights  string
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

// shipped is the model of the binary; a test holds that it can be read.
var shipped, errShipped = open(learnt)

// Shipped is the model that comes with Toban.
func Shipped() (*Model, error) { return shipped, errShipped }

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
	m.features = n
	m.dir, rest = rest[:dir], rest[dir:]
	m.checks, rest = rest[:two*n], rest[two*n:]
	m.starts, m.weights = rest[:three*(n+1)], rest[three*(n+1):]
	return m, nil
}

// Tickets are the digests of the files that the model was learnt from, by name.
func (m *Model) Tickets() map[string]string { return m.head.Tickets }

func half(s string, i int) int { return int(s[2*i]) | int(s[2*i+1])<<8 }

func long(s string, i int) int { return int(s[3*i]) | int(s[3*i+1])<<8 | int(s[3*i+2])<<16 }

// split is where a feature is looked for: its place in the directory, and what is compared there.
func split(f feature) (slot, check int) {
	return int(f >> (32 - dirBits)), int(f>>(32-dirBits-checkBits)) & (1<<checkBits - 1)
}

// find is the number of a feature; -1 when it was not learnt.
func (m *Model) find(f feature) int {
	slot, check := split(f)
	for i, last := half(m.dir, slot), half(m.dir, slot+1); i < last; i++ {
		if half(m.checks, i) == check {
			return i
		}
	}
	return -1
}

// Scores are how much a text is like each class.
type Scores struct {
	m    *Model
	sums [maxClass]float64
}

// Score weighs folded text, as the desk reads it: its first line is the summary, names of hosts and the like carry their marks.
func (m *Model) Score(text string) Scores {
	s := Scores{m: m}
	if m.features == 0 {
		return s
	}
	var seen [1 << 10]uint64 // one bit a feature
	var sums [maxClass]int32
	var room [maxFeatures]feature
	known := 0
	for _, f := range features(text, room[:0]) {
		i := m.find(f)
		if i < 0 || seen[i>>6]&(1<<(i&63)) != 0 {
			continue
		}
		seen[i>>6] |= 1 << (i & 63)
		known++
		from, to := long(m.starts, i), long(m.starts, i+1)
		weights := m.weights[2*min(from, to) : 2*to]
		for w := 1; w < len(weights); w += 2 {
			sums[weights[w-1]] += int32(int8(weights[w])) //nolint:gosec // a signed byte
		}
	}
	norm := step / math.Sqrt(float64(max(known, 1)))
	for i, c := range m.head.Classes {
		s.sums[i] = norm*float64(sums[i]) + step*float64(c.Bias)
	}
	return s
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
	group := ""
	for _, c := range s.m.head.Classes {
		if c.Type == id {
			if group != "" {
				return Opinion{}, false // of more than one profile
			}
			group = c.Group
		}
	}
	if group == "" {
		return Opinion{}, false
	}
	most, total, doubt := math.Inf(-1), 0.0, 0.0
	for i, c := range s.m.head.Classes {
		if c.Group == group {
			most = max(most, s.sums[i])
		}
	}
	for i, c := range s.m.head.Classes {
		if c.Group != group {
			continue
		}
		share := math.Exp(s.sums[i] - most)
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

// put appends a number of two bytes.
func put(out []byte, n int) []byte { return binary.LittleEndian.AppendUint16(out, uint16(n)) } //nolint:gosec // Learn bounds them

// put3 appends a number of three bytes.
func put3(out []byte, n int) []byte { return append(out, byte(n), byte(n>>8), byte(n>>16)) } //nolint:gosec // Learn bounds them

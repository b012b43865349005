package opinion

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
)

// Example is a labelled ticket to learn from.
type Example struct {
	Group string // the profile; "" = every one, for what all contracts have
	Type  string
	Text  string // as Score reads it
}

// Doubtful is the type under which tickets are taught once more that are not to be certain, whatever they are of.
const Doubtful = "doubtful"

const (
	rare   = 3     // a feature of fewer tickets is not learnt
	rounds = 8     // through all examples
	rate   = 0.3   // of learning
	decay  = 1e-4  // of weights
	prune  = 0.6   // weights nearer to the middle one of their feature are left out
	least  = 1.e-3 // an error below it teaches nothing
)

// Learn makes the data of a model: multinomial logistic regression by AdaGrad, one per group, over features that are there or not. The same
// examples give the same bytes. tickets are the digests that the model shall carry.
func Learn(examples []Example, tickets map[string]string) ([]byte, error) {
	l := learner{number: map[feature]int{}}
	l.take(examples)
	groups := map[string]bool{}
	for _, e := range examples {
		if e.Group != "" {
			groups[e.Group] = true
		}
	}
	for _, g := range slices.Sorted(maps.Keys(groups)) {
		l.group(g)
	}
	return l.pack(tickets)
}

// Load reads the data of a model.
func Load(data []byte) (*Model, error) { return open(string(data)) }

type learner struct {
	features []feature // sorted, by number
	number   map[feature]int
	examples []example
	classes  []class
	weights  [][][2]int // by feature: class and weight, in steps
}

type example struct {
	Example
	known []int // features
}

// cut leaves the bits of a feature that a model keeps.
func cut(f feature) feature { return f >> (32 - dirBits - checkBits) << (32 - dirBits - checkBits) }

func (l *learner) take(examples []Example) {
	said := make([][]feature, len(examples))
	count := map[feature]int{}
	for i, e := range examples {
		set := map[feature]bool{}
		for _, f := range features(e.Text, nil) {
			set[cut(f)] = true
		}
		said[i] = slices.Sorted(maps.Keys(set))
		for _, f := range said[i] {
			count[f]++
		}
	}
	for f, n := range count {
		if n >= rare {
			l.features = append(l.features, f)
		}
	}
	slices.Sort(l.features)
	for i, f := range l.features {
		l.number[f] = i
	}
	l.weights = make([][][2]int, len(l.features))
	for i, e := range examples {
		x := example{Example: e}
		for _, f := range said[i] {
			if n, ok := l.number[f]; ok {
				x.known = append(x.known, n)
			}
		}
		l.examples = append(l.examples, x)
	}
}

// group learns the types of one group.
func (l *learner) group(name string) {
	var types []string
	var mine []example
	for _, e := range l.examples {
		if e.Group != name && e.Group != "" {
			continue
		}
		mine = append(mine, e)
		if !slices.Contains(types, e.Type) {
			types = append(types, e.Type)
		}
	}
	slices.Sort(types)
	heed := heeded(types, mine)
	w, g := matrix(len(types), len(l.features)), matrix(len(types), len(l.features))
	bias, gb := make([]float64, len(types)), make([]float64, len(types))
	rng := rand.New(rand.NewPCG(1, uint64(len(types)))) //nolint:gosec // the order of examples is to be the same each time
	order := rng.Perm(len(mine))
	shares := make([]float64, len(types))
	for range rounds {
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			e := &mine[i]
			norm := 1 / math.Sqrt(float64(max(len(e.known), 1)))
			softmax(w, bias, e.known, norm, shares)
			for c := range types {
				err := shares[c]
				if types[c] == e.Type {
					err--
				}
				if math.Abs(err) < least {
					continue
				}
				err *= heed[e.Type]
				for _, f := range e.known {
					x := err*norm + decay*w[c][f]
					g[c][f] += x * x
					w[c][f] -= rate * x / math.Sqrt(g[c][f]+1e-8)
				}
				const slow = 0.1
				gb[c] += err * err
				bias[c] -= slow * rate * err / math.Sqrt(gb[c]+1e-8)
			}
		}
	}
	l.keep(name, types, w, bias)
}

// heeded is how much an example of each type counts: those of rare types more, so that they are not taken for common ones.
func heeded(types []string, examples []example) map[string]float64 {
	count, out := map[string]int{}, map[string]float64{}
	for _, e := range examples {
		count[e.Type]++
	}
	const most = 2
	for _, t := range types {
		out[t] = min(most, math.Sqrt(float64(len(examples))/float64(len(types)*count[t])))
	}
	return out
}

// keep takes over what was learnt, as whole steps: per feature what is far from the middle of its weights.
func (l *learner) keep(name string, types []string, w [][]float64, bias []float64) {
	first := len(l.classes)
	for c, t := range types {
		l.classes = append(l.classes, class{Group: name, Type: t, Bias: int(math.Round(bias[c] / step))})
	}
	column := make([]float64, len(types))
	for f := range l.features {
		for c := range types {
			column[c] = w[c][f]
		}
		slices.Sort(column)
		middle := column[len(column)/2]
		for c := range types {
			if x := w[c][f] - middle; math.Abs(x) >= prune {
				const most = 127
				l.weights[f] = append(l.weights[f], [2]int{first + c, int(math.Round(min(max(x/step, -most), most)))})
			}
		}
	}
}

func softmax(w [][]float64, bias []float64, known []int, norm float64, out []float64) {
	most := math.Inf(-1)
	for c := range out {
		sum := 0.0
		for _, f := range known {
			sum += w[c][f]
		}
		out[c] = sum*norm + bias[c]
		most = max(most, out[c])
	}
	total := 0.0
	for c := range out {
		out[c] = math.Exp(out[c] - most)
		total += out[c]
	}
	for c := range out {
		out[c] /= total
	}
}

func matrix(rows, columns int) [][]float64 {
	out := make([][]float64, rows)
	for i := range out {
		out[i] = make([]float64, columns)
	}
	return out
}

func (l *learner) pack(tickets map[string]string) ([]byte, error) {
	n := 0
	for _, w := range l.weights {
		n += len(w)
	}
	if len(l.classes) > maxClass || len(l.features) > 1<<16 || n >= 1<<24 {
		return nil, fmt.Errorf("packing the second opinion: at most %d classes, %d features and %d weights, got %d, %d and %d", maxClass, 1<<16, 1<<24-1, len(l.classes), len(l.features), n)
	}
	line, err := json.Marshal(head{Magic: magic, Tickets: tickets, Classes: l.classes, Features: len(l.features), Weights: n})
	if err != nil {
		return nil, errors.Join(errors.New("packing the second opinion"), err)
	}
	out := []byte(string(line) + "\n")
	at := 0
	for slot := range 1<<dirBits + 1 {
		for at < len(l.features) {
			if s, _ := split(l.features[at]); s >= slot {
				break
			}
			at++
		}
		out = put(out, at)
	}
	for _, f := range l.features {
		_, check := split(f)
		out = put(out, check)
	}
	at = 0
	for _, w := range l.weights {
		out = put3(out, at)
		at += len(w)
	}
	out = put3(out, at)
	for _, list := range l.weights {
		for _, w := range list {
			out = append(out, byte(w[0]), byte(int8(w[1]))) //nolint:gosec // bounded above
		}
	}
	return out, nil
}

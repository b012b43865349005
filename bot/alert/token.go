package alert

import (
	"crypto/sha256"
	"crypto/subtle"
	"maps"
	"sync"
)

// Tokens finds the customer that a token in the address belongs to. Several may be valid for one customer at once, so that a token can be
// changed without a gap. Every token is compared in constant time, whichever fits. Empty tokens fit nothing.
func Tokens(customers []Customer, tokens map[string][]string) func(token string) (Customer, bool) {
	type entry struct {
		customer Customer
		sum      [sha256.Size]byte
	}
	var all []entry
	for _, c := range customers {
		for _, t := range tokens[c.ID] {
			if t != "" {
				all = append(all, entry{c, sha256.Sum256([]byte(t))})
			}
		}
	}
	return func(token string) (Customer, bool) {
		sum, found := sha256.Sum256([]byte(token)), -1
		for i := range all {
			found = subtle.ConstantTimeSelect(subtle.ConstantTimeCompare(all[i].sum[:], sum[:]), i, found)
		}
		if found < 0 {
			return Customer{}, false
		}
		return all[found].customer, true
	}
}

// Count names a counter.
type Count struct {
	Source  string // "" where no source was believed
	Outcome Outcome
}

type counts struct {
	mu sync.Mutex
	n  map[Count]int64
}

func (c *counts) add(source string, o Outcome) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n == nil {
		c.n = map[Count]int64{}
	}
	c.n[Count{source, o}]++
}

func (c *counts) copy() map[Count]int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.n)
}

package hook

import (
	"maps"
	"sync"
)

// Outcome is how a delivery ended.
type Outcome string

// Outcomes of deliveries.
const (
	Accepted    Outcome = "accepted"
	Ignored     Outcome = "ignored"      // a known type that is no news of an issue
	UnknownType Outcome = "unknown_type" // a type that Backlog did not have when this was written
	WrongToken  Outcome = "wrong_token"
	TooLarge    Outcome = "too_large"
	Broken      Outcome = "broken"
	NoIDs       Outcome = "no_ids"
	StoreDown   Outcome = "store_down"
)

type counts struct {
	mu sync.Mutex
	n  map[Outcome]int64
}

func (c *counts) add(o Outcome) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n == nil {
		c.n = map[Outcome]int64{}
	}
	c.n[o]++
}

func (c *counts) copy() map[Outcome]int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.n)
}

package standin

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// Limits say when a rule strikes. The zero value strikes always.
type Limits struct {
	Times       int       // this often; 0 is without end
	Skip        int       // lets so many pass first
	Rate        float64   // with this probability; 0 is always, as is 1
	From, Until time.Time // within this window of the world's time, the end not included; a zero time leaves that side open
}

// Check names what is wrong with the limits.
func (l Limits) Check() error {
	switch {
	case l.Times < 0:
		return fmt.Errorf("times %d: allowed is 0 (always) or more", l.Times)
	case l.Skip < 0:
		return fmt.Errorf("skip %d: allowed is 0 or more", l.Skip)
	case !(l.Rate >= 0 && l.Rate <= 1): // NaN too
		return fmt.Errorf("rate %v: allowed is 0 to 1", l.Rate)
	case !l.From.IsZero() && !l.Until.IsZero() && !l.From.Before(l.Until):
		return errors.New("until must be after from")
	}
	return nil
}

// Book is the rules by which a stand-in misbehaves. The same seed and the same calls give the same faults. It is safe for use by several
// goroutines.
type Book[F any] struct {
	limits func(F) Limits

	mu    sync.Mutex
	dice  *rand.Rand
	rules []*entry[F]
}

type entry[F any] struct {
	rule       F
	seen, used int
}

// NewBook makes a book without rules. limits tells those of a rule.
func NewBook[F any](seed uint64, limits func(F) Limits) *Book[F] {
	return &Book[F]{limits: limits, dice: dice(seed)}
}

func dice(seed uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // faults have to be repeatable, not secret
}

// Add adds rules; none of them when one has wrong limits.
func (b *Book[F]) Add(list ...F) error {
	for n, f := range list {
		if err := b.limits(f).Check(); err != nil {
			return fmt.Errorf("reading fault %d: %w", n+1, err)
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, f := range list {
		b.rules = append(b.rules, &entry[F]{rule: f})
	}
	return nil
}

// Clear forgets all rules.
func (b *Book[F]) Clear() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rules = nil
}

// Seed starts the dice anew.
func (b *Book[F]) Seed(seed uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.dice = dice(seed)
}

// Rules are the rules that may strike still.
func (b *Book[F]) Rules() []F {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := []F{}
	for _, e := range b.rules {
		if t := b.limits(e.rule).Times; t == 0 || e.used < t {
			out = append(out, e.rule)
		}
	}
	return out
}

// Strike finds the first rule that fits at this moment and is within its limits, and counts it.
func (b *Book[F]) Strike(now time.Time, fits func(F) bool) (rule F, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := slices.IndexFunc(b.rules, func(e *entry[F]) bool { return fits(e.rule) && b.due(e, now) })
	if n < 0 {
		return rule, false
	}
	b.rules[n].used++
	return b.rules[n].rule, true
}

func (b *Book[F]) due(e *entry[F], now time.Time) bool {
	l := b.limits(e.rule)
	if l.Times > 0 && e.used == l.Times || now.Before(l.From) || !l.Until.IsZero() && !now.Before(l.Until) {
		return false
	}
	if e.seen++; e.seen <= l.Skip {
		return false
	}
	return l.Rate == 0 || b.dice.Float64() < l.Rate
}

// Misbehave is the order by which rules come in: {"clear": true, "seed": 7, "rules": […]}. clear drops the old rules, seed starts the dice anew;
// where a rule is wrong, none of it is done. add checks the rules and adds them.
func (b *Book[F]) Misbehave(add func(...F) error) func(body []byte) error {
	return Order(func(o struct {
		Clear bool    `json:"clear"`
		Seed  *uint64 `json:"seed"`
		Rules []F     `json:"rules"`
	},
	) error {
		b.mu.Lock()
		old := slices.Clone(b.rules)
		b.mu.Unlock()
		if err := add(o.Rules...); err != nil {
			return err
		}
		if o.Clear {
			b.mu.Lock()
			b.rules = slices.DeleteFunc(b.rules, func(e *entry[F]) bool { return slices.Contains(old, e) })
			b.mu.Unlock()
		}
		if o.Seed != nil {
			b.Seed(*o.Seed)
		}
		return nil
	})
}

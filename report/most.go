package report

import (
	"cmp"
	"slices"
	"time"
)

// most keeps the first elements of an order, without holding more than twice as many.
type most[T any] struct {
	limit int
	less  func(a, b T) int
	items []T
}

func (k *most[T]) add(v T) {
	k.items = append(k.items, v)
	if len(k.items) >= 2*k.limit {
		k.items = k.best()
	}
}

// best gives the kept elements in order.
func (k *most[T]) best() []T {
	out := append([]T{}, k.items...)
	slices.SortStableFunc(out, k.less)
	return slices.Clip(out[:min(len(out), k.limit)])
}

// worse puts breaches before misses, then the earliest first, so that a list does not change its order when it grows.
func worse(a, b Judged) int {
	return cmp.Or(
		cmp.Compare(levelRank(a.Clock.Level), levelRank(b.Clock.Level)),
		compareAt(a.Known, a.Key, b.Known, b.Key),
		cmp.Compare(a.Clock.ID, b.Clock.ID),
	)
}

func levelRank(l Level) int {
	if l == Agreement {
		return 0
	}
	return 1
}

func compareAt(a time.Time, aKey string, b time.Time, bKey string) int {
	return cmp.Or(a.Compare(b), cmp.Compare(len(aKey), len(bKey)), cmp.Compare(aKey, bKey))
}

func compareReceived(a, b Ticket) int { return compareAt(a.Received, a.Key, b.Received, b.Key) }

// mattersMore puts the tickets first that a reader must see when not all can be shown: breaches, misses,
// exclusions, open ones, then the rest.
func (m *Meter) mattersMore(a, b Ticket) int {
	return cmp.Or(cmp.Compare(m.rank(a), m.rank(b)), compareReceived(a, b))
}

func (m *Meter) rank(t Ticket) int {
	rank := 4
	if t.Done.IsZero() || !m.known(t.Done) {
		rank = 3
	}
	for _, c := range t.Clocks {
		switch {
		case c.State == Missed && c.Level == Agreement:
			return 0
		case c.State == Missed:
			rank = min(rank, 1)
		case c.State == Excluded:
			rank = min(rank, 2)
		}
	}
	return rank
}

package backlog

import (
	"cmp"
	"iter"
	"slices"
)

// pageSize is the most that the vendor returns at once, but for directories.
const pageSize = 100

// offsetPager runs through a list that has neither a cursor nor a total, only
// offset and count, and that others may change meanwhile.
//
// Pages overlap by one item. A page that does not hold the last item of the one
// before has moved: items before it are gone. Then the pages before are read
// again, back to one that holds what was seen. So whatever stays in the list and
// keeps its place among the others comes exactly once; what moves about comes at
// most once.
type offsetPager[T any, K comparable] struct {
	start, size int
	key         func(T) K
	fetch       func(offset, count int) ([]T, error)

	seen map[K]bool
}

// maxSetbacks bounds how often in a row the pager goes back without getting
// further than before: a list that never rests has to end, too.
const maxSetbacks = 3

// enough says how many known items a page that was read again has to hold.
const enough = 3

func (p *offsetPager[T, K]) all() iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		p.seen = map[K]bool{}
		offset, furthest, setbacks := p.start, p.start, 0
		var last *K // of the page before; nil on the first page
		back := false
		for {
			page, err := p.fetch(offset, p.size)
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			if offset > p.start && !p.fits(page, last, back) && (back || setbacks < maxSetbacks) {
				if !back {
					setbacks++
				}
				back = true
				offset = max(offset-(p.size-1), p.start)
				continue
			}
			back = false
			for _, item := range page {
				k := p.key(item)
				if p.seen[k] {
					continue
				}
				p.seen[k] = true
				if !yield(item, nil) {
					return
				}
			}
			if len(page) < p.size {
				return
			}
			if offset > furthest {
				furthest, setbacks = offset, 0
			}
			k := p.key(page[len(page)-1])
			last = &k
			offset += len(page) - 1
		}
	}
}

// fits tells whether a page follows what was seen.
func (p *offsetPager[T, K]) fits(page []T, last *K, back bool) bool {
	known := 0
	for _, item := range page {
		k := p.key(item)
		if last != nil && k == *last {
			return true
		}
		if p.seen[k] {
			known++
		}
	}
	return back && known >= min(enough, len(page)) && len(page) > 0
}

// byOffset runs through a list from the given offset.
func byOffset[T any, K comparable](start, size int, key func(T) K, fetch func(offset, count int) ([]T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		// A pager for each run: the caller may range twice.
		p := &offsetPager[T, K]{start: start, size: size, key: key, fetch: fetch}
		p.all()(yield)
	}
}

// ascending pages by the last id seen. Whether the vendor repeats that id is not
// published, so repeats are dropped; a full page without anything new ends it.
func ascending[T any](after ID, id func(T) ID, fetch func(after ID) ([]T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		last := after
		for {
			page, err := fetch(last)
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			slices.SortStableFunc(page, func(a, b T) int { return cmp.Compare(id(a), id(b)) })
			before := last
			for _, item := range page {
				if id(item) <= last {
					continue
				}
				last = id(item)
				if !yield(item, nil) {
					return
				}
			}
			if len(page) < pageSize || last == before {
				return
			}
		}
	}
}

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
// Pages overlap by a few items. A page that does not begin with the last items of
// the one before has moved: items before it are gone. Then the pages before are
// read again, back to one that goes on where the pager is. So whatever stays in
// the list and keeps its place among the others comes exactly once, as soon as the
// list rests for a page; what moves about comes at most once.
type offsetPager[T any, K comparable] struct {
	start, size int
	key         func(T) K
	fetch       func(offset, count int) ([]T, error)

	seen map[K]int // when: 1, 2, 3 …
	last []K       // of the page before
}

const (
	// overlap is by how many items pages overlap. One item that moves to just there
	// could mislead; several in their order don't.
	overlap = 3
	// maxSetbacks bounds how often the pager goes back without getting further than
	// before: a list that never rests has to end, too.
	maxSetbacks = 8
)

func (p *offsetPager[T, K]) all(yield func(T, error) bool) {
	p.seen = map[K]int{}
	offset, furthest, setbacks, back := p.start, p.start, 0, false
	for {
		page, err := p.fetch(offset, p.size)
		if err != nil {
			var none T
			yield(none, err)
			return
		}
		if offset > p.start && !p.fits(page, back) && (back || setbacks < maxSetbacks) {
			if !back {
				setbacks++
			}
			back = true
			offset = max(offset-(p.size-overlap), p.start)
			continue
		}
		back = false
		for _, item := range page {
			k := p.key(item)
			if p.seen[k] != 0 {
				continue
			}
			p.seen[k] = len(p.seen) + 1
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
		p.last = p.last[:0]
		for _, item := range page[len(page)-overlap:] {
			p.last = append(p.last, p.key(item))
		}
		offset += len(page) - overlap
	}
}

// fits tells whether a page goes on where the pager is. Forward, it begins with
// the last items of the page before. Going back, it begins with items in the order
// in which they were seen, up to about the newest.
func (p *offsetPager[T, K]) fits(page []T, back bool) bool {
	if len(page) < overlap {
		return false
	}
	if !back {
		for n, k := range p.last {
			if p.key(page[n]) != k {
				return false
			}
		}
		return true
	}
	run, before := 0, 0
	for _, item := range page {
		at := p.seen[p.key(item)]
		if at <= before {
			break
		}
		run, before = run+1, at
	}
	return run >= overlap && before > len(p.seen)-p.size
}

// byOffset runs through a list from the given offset.
func byOffset[T any, K comparable](start, size int, key func(T) K, fetch func(offset, count int) ([]T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		// A pager for each run: the caller may range twice.
		p := &offsetPager[T, K]{start: start, size: size, key: key, fetch: fetch}
		p.all(yield)
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
